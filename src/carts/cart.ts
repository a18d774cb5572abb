/** What can be done with a guest's cart. Every change answers with the whole cart. */
import { ask, type Statement } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { type ErrorCode, ToriokiError } from "../errors.ts";
import { changeOf } from "../guest-sessions/idempotency.ts";
import { sessionIdOf } from "../guest-sessions/token.ts";
import type { Touches } from "../guest-sessions/touches.ts";
import type { Language } from "../language.ts";
import type { Cart, CartItem, Notice } from "./contract.ts";
import {
  addLine,
  type CartAnswer,
  type CartRow,
  deleteLine,
  deleteLines,
  readCart,
  updateLine,
} from "./queries.ts";

type Caller = {
  sessionToken: string;
  /** The language of the notices; English by default. */
  language?: Language | undefined;
};

export class GuestCarts {
  readonly #db: Db;
  readonly #touches: Touches;

  constructor(db: Db, touches: Touches) {
    this.#db = db;
    this.#touches = touches;
  }

  /** @throws ToriokiError `guest_session_required` */
  async get(caller: Caller): Promise<Cart> {
    return (await this.#run(caller, readCart)).cart;
  }

  /**
   * Adds `quantity` (1 to 99) of a menu to its line, atomically; a sum over 99 is refused and changes nothing.
   * @throws ToriokiError `guest_session_required`, `menu_not_found`, `store_not_selected`, `menu_not_at_store`,
   *   `menu_unavailable`, `quantity_limit_exceeded`, `cart_full`, `idempotency_key_…`
   */
  async add(
    input: Caller & { menuId: number; quantity: number; idempotencyKey?: string | undefined },
  ): Promise<{ cart: Cart; replayed: boolean }> {
    const { menuId, quantity, idempotencyKey } = input;
    const change = changeOf(idempotencyKey, `add ${quantity} of menu ${menuId}`);
    return this.#run(input, (sessionId) => addLine(sessionId, menuId, quantity, change));
  }

  /** Sets a line's quantity (1 to 99). @throws ToriokiError `guest_session_required`, `item_not_found` */
  async setQuantity(input: Caller & { itemId: number; quantity: number }): Promise<Cart> {
    return (await this.#run(input, (sessionId) => updateLine(sessionId, input.itemId, input.quantity))).cart;
  }

  /** @throws ToriokiError `guest_session_required`, `item_not_found` */
  async removeItem(input: Caller & { itemId: number }): Promise<Cart> {
    return (await this.#run(input, (sessionId) => deleteLine(sessionId, input.itemId))).cart;
  }

  /** Empties the cart at the selected store. @throws ToriokiError `guest_session_required` */
  async clear(caller: Caller): Promise<Cart> {
    return (await this.#run(caller, deleteLines)).cart;
  }

  async #run(
    { sessionToken, language = "en" }: Caller,
    statement: (sessionId: string) => Statement<CartAnswer<ErrorCode | "replayed">>,
  ): Promise<{ cart: Cart; replayed: boolean }> {
    const sessionId = sessionIdOf(sessionToken);
    const answer = await ask(this.#db, statement(sessionId));
    if (answer === undefined) throw new Error("the statement gave no row");
    if (answer.touchIsDue) this.#touches.note(sessionId);
    const { outcome, cart } = answer;
    if (outcome !== "accepted" && outcome !== "replayed") throw new ToriokiError(outcome);
    return { cart: toCart(cart as CartRow, language), replayed: outcome === "replayed" };
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
function toCart(row: CartRow, language: Language): Cart {
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
