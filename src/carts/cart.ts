/** What can be done with a cart, a guest's or a user's. Every change answers with the whole cart. */
import { JsonText } from "../contract.ts";
import type { Db } from "../db/database.ts";
import { type BatchingOptions, operation } from "../db/many.ts";
import { type ErrorCode, ToriokiError } from "../errors.ts";
import { changeOf } from "../guest-sessions/idempotency.ts";
import { sessionIdOf } from "../guest-sessions/token.ts";
import type { Language } from "../language.ts";
import type { Cart, UserCart } from "./contract.ts";
import { guest, type Owner, user } from "./owner.ts";
import {
  addLines,
  type CartRequest,
  type CartRow,
  clearCarts,
  deleteLines,
  readCarts,
  updateLines,
  updateUserStores,
} from "./queries.ts";

/** Who asks: a guest by the session's token, or a user whom the host has authenticated. */
export type Guest = { sessionToken: string };
export type User = { userId: number };
/** The language of the notices; English by default. */
type InLanguage = { language?: Language | undefined };

type Answered<C> = { cart: JsonText<C>; replayed: boolean };

export type Hooks = {
  /** Told of an owner whose access is due to be noted. */
  touched?: (ownerId: string | number) => void;
  /** Told of every add that was accepted. */
  added?: () => void;
};

/** The operations that both kinds of cart have. `C` is the cart as the wire shows it for this kind of owner. */
export class Carts<Who extends Guest | User, C extends Cart | UserCart> {
  readonly #ownerIdOf: (who: Who) => string | number;
  readonly #hooks: Hooks;
  readonly #operations;

  protected constructor(
    db: Db,
    owner: Owner,
    ownerIdOf: (who: Who) => string | number,
    batching: BatchingOptions,
    hooks: Hooks,
  ) {
    const byOwner = ({ ownerId }: CartRequest) => ownerId;
    this.#ownerIdOf = ownerIdOf;
    this.#hooks = hooks;
    this.#operations = {
      read: operation(db, readCarts(owner), batching),
      add: operation(db, addLines(owner), batching, byOwner),
      update: operation(db, updateLines(owner), batching, byOwner),
      delete: operation(db, deleteLines(owner), batching, byOwner),
      clear: operation(db, clearCarts(owner), batching, byOwner),
    };
  }

  /** @throws ToriokiError `guest_session_required` or `user_required` */
  async get(who: Who, input: InLanguage = {}): Promise<JsonText<C>> {
    return (await this.run(this.#operations.read, this.request(who, input))).cart;
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
    const request = { ...this.request(who, input), menuId, quantity, change };
    const answered = await this.run(this.#operations.add, request);
    if (!answered.replayed) this.#hooks.added?.();
    return answered;
  }

  /** Sets a line's quantity (1 to 99). @throws ToriokiError as `get`, `item_not_found` */
  async setQuantity(
    who: Who,
    input: InLanguage & { itemId: number; quantity: number },
  ): Promise<JsonText<C>> {
    const { itemId, quantity } = input;
    const request = { ...this.request(who, input), itemId, quantity };
    return (await this.run(this.#operations.update, request)).cart;
  }

  /** @throws ToriokiError as `get`, `item_not_found` */
  async removeItem(who: Who, input: InLanguage & { itemId: number }): Promise<JsonText<C>> {
    const request = { ...this.request(who, input), itemId: input.itemId };
    return (await this.run(this.#operations.delete, request)).cart;
  }

  /** Empties the cart at the selected store. @throws ToriokiError as `get` */
  async clear(who: Who, input: InLanguage = {}): Promise<JsonText<C>> {
    return (await this.run(this.#operations.clear, this.request(who, input))).cart;
  }

  protected request(who: Who, { language = "en" }: InLanguage): CartRequest {
    return { ownerId: this.#ownerIdOf(who), language };
  }

  protected async run<R extends CartRequest>(
    operation: (request: R) => Promise<CartRow<ErrorCode | "replayed">>,
    request: R,
  ): Promise<Answered<C>> {
    const { outcome, cart, touch } = await operation(request);
    if (touch) this.#hooks.touched?.(request.ownerId);
    if (outcome !== "accepted" && outcome !== "replayed") throw new ToriokiError(outcome);
    return { cart: new JsonText(cart as string), replayed: outcome === "replayed" };
  }
}

export class GuestCarts extends Carts<Guest, Cart> {
  constructor(db: Db, batching: BatchingOptions, hooks: Hooks = {}) {
    super(db, guest, ({ sessionToken }) => sessionIdOf(sessionToken), batching, hooks);
  }
}

export class UserCarts extends Carts<User, UserCart> {
  readonly #selectStore;

  constructor(db: Db, batching: BatchingOptions, hooks: Hooks = {}) {
    super(db, user, ({ userId }) => userId, batching, hooks);
    this.#selectStore = operation(db, updateUserStores, batching, ({ ownerId }) => ownerId);
  }

  /**
   * Chooses the store to order from. Lines of the store before it stay, and are back when that one is chosen again.
   * @throws ToriokiError `user_required`, `store_not_found` (unknown or inactive), `idempotency_key_…`
   */
  async selectStore(
    who: User,
    input: InLanguage & { storeId: number; idempotencyKey?: string | undefined },
  ): Promise<Answered<UserCart>> {
    const { storeId, idempotencyKey } = input;
    const change = changeOf(idempotencyKey, `choose store ${storeId}`);
    return this.run(this.#selectStore, { ...this.request(who, input), storeId, change });
  }
}
