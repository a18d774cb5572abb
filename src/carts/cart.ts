/** What can be done with a cart, a guest's or a user's. Every change answers with the whole cart. */
import { ask, type Statement } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { type ErrorCode, ToriokiError } from "../errors.ts";
import { changeOf } from "../guest-sessions/idempotency.ts";
import { sessionIdOf } from "../guest-sessions/token.ts";
import type { Touches } from "../guest-sessions/touches.ts";
import type { Language } from "../language.ts";
import type { Cart, CartItem, Notice, UserCart } from "./contract.ts";
import { guest, type Owner, user } from "./owner.ts";
import {
  addLine,
  type CartAnswer,
  type CartRow,
  deleteLine,
  deleteLines,
  readCart,
  updateLine,
  updateUserStore,
} from "./queries.ts";

/** Who asks: a guest by the session's token, or a user whom the host has authenticated. */
export type Guest = { sessionToken: string };
export type User = { userId: number };
/** The language of the notices; English by default. */
type InLanguage = { language?: Language | undefined };

type CartStatement = Statement<CartAnswer<ErrorCode | "replayed">>;
type Answered<C> = { cart: C; replayed: boolean };

/** The operations that both kinds of cart have. `C` is the cart as the wire shows it for this kind of owner. */
export class Carts<Who extends Guest | User, C extends Cart | UserCart> {
  readonly #db: Db;
  readonly #ownerOf: (who: Who) => Owner;
  readonly #touched: (row: CartRow) => void;
  readonly #added: () => void;

  protected constructor(
    db: Db,
    ownerOf: (who: Who) => Owner,
    touched: (row: CartRow) => void,
    added: () => void,
  ) {
    this.#db = db;
    this.#ownerOf = ownerOf;
    this.#touched = touched;
    this.#added = added;
  }

  /** @throws ToriokiError `guest_session_required` or `user_required` */
  async get(who: Who, input: InLanguage = {}): Promise<C> {
    return (await this.run(input, readCart(this.#ownerOf(who)))).cart;
  }

  /**
   * Adds `quantity` (1 to 99) of a menu to its line, atomically; a sum over 99 is refused and changes nothing.
   * @throws ToriokiError `guest_session_required` or `user_required`, `menu_not_found`, `store_not_selected`,
   *   `menu_not_at_store`, `menu_unavailable`, `quantity_limit_exceeded`, `cart_full`, `idempotency_key_…`
   */
  async add(
    who: Who,
    input: InLanguage & { menuId: number; quantity: number; idempotencyKey?: string | undefined },
  ): Promise<Answered<C>> {
    const { menuId, quantity, idempotencyKey } = input;
    const change = changeOf(idempotencyKey, `add ${quantity} of menu ${menuId}`);
    const answered = await this.run(input, addLine(this.#ownerOf(who), menuId, quantity, change));
    if (!answered.replayed) this.#added();
    return answered;
  }

  /** Sets a line's quantity (1 to 99). @throws ToriokiError as `get`, `item_not_found` */
  async setQuantity(who: Who, input: InLanguage & { itemId: number; quantity: number }): Promise<C> {
    return (await this.run(input, updateLine(this.#ownerOf(who), input.itemId, input.quantity))).cart;
  }

  /** @throws ToriokiError as `get`, `item_not_found` */
  async removeItem(who: Who, input: InLanguage & { itemId: number }): Promise<C> {
    return (await this.run(input, deleteLine(this.#ownerOf(who), input.itemId))).cart;
  }

  /** Empties the cart at the selected store. @throws ToriokiError as `get` */
  async clear(who: Who, input: InLanguage = {}): Promise<C> {
    return (await this.run(input, deleteLines(this.#ownerOf(who)))).cart;
  }

  protected async run({ language = "en" }: InLanguage, statement: CartStatement): Promise<Answered<C>> {
    const answer = await ask(this.#db, statement);
    if (answer === undefined) throw new Error("the statement gave no row");
    const { outcome, cart, touchIsDue } = answer;
    if (touchIsDue) this.#touched(cart as CartRow);
    if (outcome !== "accepted" && outcome !== "replayed") throw new ToriokiError(outcome);
    return { cart: toCart(cart as CartRow, language) as C, replayed: outcome === "replayed" };
  }
}

export class GuestCarts extends Carts<Guest, Cart> {
  /** @param added told of every add that was accepted */
  constructor(db: Db, touches: Touches, added: () => void = () => {}) {
    super(
      db,
      ({ sessionToken }) => guest(sessionIdOf(sessionToken)),
      (row) => touches.note(row.session_id as string),
      added,
    );
  }
}

export class UserCarts extends Carts<User, UserCart> {
  /** @param added told of every add that was accepted */
  constructor(db: Db, added: () => void = () => {}) {
    super(
      db,
      ({ userId }) => user(userId),
      () => {},
      added,
    );
  }

  /**
   * Chooses the store to order from. Lines of the store before it stay, and are back when that one is chosen again.
   * @throws ToriokiError `user_required`, `store_not_found` (unknown or inactive), `idempotency_key_…`
   */
  async selectStore(
    { userId }: User,
    input: InLanguage & { storeId: number; idempotencyKey?: string | undefined },
  ): Promise<Answered<UserCart>> {
    const change = changeOf(input.idempotencyKey, `choose store ${input.storeId}`);
    return this.run(input, updateUserStore(userId, input.storeId, change));
  }
}

const noticeSentences: Record<Notice["code"], Record<Language, string>> = {
  menu_unavailable: {
    en: "This dish is sold out. It is not counted; remove it or wait until it is back.",
    ja: "この商品は売り切れです。合計には含まれません。",
  },
  store_inactive: {
    en: "This store is not taking orders at the moment. Its dishes are not counted.",
    ja: "この店舗は現在ご注文を受け付けていません。合計には含まれません。",
  },
};

/** Adds what follows from a cart's rows: subtotals, what can be ordered and why not, totals. */
function toCart(row: CartRow, language: Language) {
  const items = row.items.map((line): CartItem => {
    const codes: Notice["code"][] = [];
    if (!line.menu.is_available) codes.push("menu_unavailable");
    if (!row.store_is_active) codes.push("store_inactive");
    return {
      id: line.id,
      menu_id: line.menu.id,
      quantity: line.quantity,
      added_at: line.added_at,
      updated_at: line.updated_at,
      subtotal: line.menu.price * line.quantity,
      orderable: codes.length === 0,
      notices: codes.map((code) => ({ code, message: noticeSentences[code][language] })),
      menu: line.menu,
    };
  });
  const orderable = items.filter((line) => line.orderable);
  return {
    session_id: row.session_id,
    selected_store_id: row.selected_store_id,
    items,
    total_items: orderable.reduce((sum, line) => sum + line.quantity, 0),
    total_amount: orderable.reduce((sum, line) => sum + line.subtotal, 0),
    other_stores: row.other_stores,
    expires_at: row.expires_at,
  };
}
