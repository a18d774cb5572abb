/**
 * The cart as a page shows it: the server's last word, and on top what the shopper has done since. Changes are sent one after
 * the other, so no answer overtakes another; each answer is the whole cart, and the last word. What is refused is taken back;
 * what got no answer is sent again as soon as there is one to be had.
 */
import { type CartItem, ClientError } from "../client/client.ts";
import { newKey } from "../client/key.ts";
import { isAway, Pauses } from "./away.ts";
import { atFirst, type CartEvents, type CartState, type Refused } from "./cart-state.ts";
import { type Change, emptyCart, type ShopperCart, storeOf, withChanges } from "./changes.ts";
import { Expiry } from "./expiry.ts";
import { Observable } from "./observable.ts";
import type { Owner } from "./owner.ts";
import { isOfSame, Pending } from "./pending.ts";
import { isElsewhere, isRelative, send, sendAtOnce, settle } from "./send.ts";

/** What the server answers where there is no session, or no log-in, any more. */
const SESSION_ENDS = ["guest_session_required", "user_required"];

export class CartStore extends Observable<CartState> {
  #owner: Owner;
  readonly #events: CartEvents;
  /** The server's last word. */
  #server: ShopperCart | undefined;
  readonly #pending = new Pending();
  readonly #pauses = new Pauses();
  readonly #expiry = new Expiry(() => this.refresh());
  #isStale: boolean;
  #isRunning = false;
  #isStarted = false;
  #holds = 0;
  #waiting: ClientError | undefined;
  #refused: readonly Refused[] = [];
  #refusals = 0;
  #lost: readonly CartItem[] | undefined;
  /** Aborted when the owner changes: what comes of the one before is nobody's. */
  #current = new AbortController();

  /** @param initial the cart where it is known already (null: there is none), as from a page that a server has rendered */
  constructor(owner: Owner, events: CartEvents, initial?: ShopperCart | null) {
    const cart = initial === null ? emptyCart : initial;
    super({ ...atFirst, cart, owner: owner.kind });
    this.#owner = owner;
    this.#events = events;
    this.#server = cart;
    this.#isStale = cart === undefined;
  }

  /** From now on it keeps in step with the server. @returns ends that */
  start(): () => void {
    this.#isStarted = true;
    this.#expiry.watch(this.#server?.expires_at);
    void this.#run();
    return () => {
      this.#isStarted = false;
      this.#expiry.watch(null);
      this.#pauses.wake();
      this.#tell();
    };
  }

  push(change: Change): void {
    this.#pending.add(change, this.#server ?? emptyCart);
    this.#refused = this.#refused.filter((old) => !isOfSame(old.change, change));
    this.#tell();
    void this.#run();
  }

  /** Asks the server, at once also where it is waiting to try again. */
  refresh(): void {
    this.#isStale = true;
    this.#pauses.wake();
    void this.#run();
  }

  /** Resolves when nothing is on its way any more, or the server is away. */
  async settled(): Promise<void> {
    while (this.#isStarted && this.#pending.first && !this.#waiting) {
      await new Promise<void>((resolve) => {
        const stop = this.subscribe(() => {
          stop();
          resolve();
        });
      });
    }
  }

  /** For what ends a session, or begins one: nothing is on its way then. What is changed meanwhile waits. */
  async whileQuiet<T>(work: () => Promise<T>): Promise<T> {
    await this.settled();
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
      void this.#run();
    }
  }

  /**
   * From here on somebody else's cart, or nobody's: nothing of the one before is left. Only where a guest logs in, what has
   * not been sent is done to the user's cart.
   * @param known what that cart is, where that is known: null for none
   */
  belongTo(owner: Owner, known?: ShopperCart | null): void {
    const { changes, isSent, isUnsure } = this.#pending;
    const isLogin = this.#owner.kind === "guest" && owner.kind === "user";
    this.#pending.keep(isLogin ? changes.slice(isSent || isUnsure ? 1 : 0) : []);
    this.#current.abort();
    this.#current = new AbortController();
    this.#owner = owner;
    this.#server = known === null ? emptyCart : known;
    this.#isStale = known === undefined;
    this.#refused = [];
    this.#lost = undefined;
    this.#waiting = undefined;
    this.#expiry.watch(null);
    this.#pauses.reset();
    this.#pauses.wake();
    this.#tell();
    void this.#run();
  }

  dismiss(refused: Refused): void {
    this.#refused = this.#refused.filter((other) => other !== refused);
    this.#tell();
  }

  /** Puts the lines of a session that is over into the cart again. */
  restore(): void {
    const lines = this.#lost ?? [];
    this.forgetLost();
    for (const { menu, quantity } of lines) this.push({ kind: "step", menu, by: quantity });
  }

  forgetLost(): void {
    this.#lost = undefined;
    this.#tell();
  }

  /** The page is about to go: what waits goes out at once. Where the page lives on, it is sent again, and has no effect. */
  flush(): void {
    const { signal } = this.#current;
    this.#pending.changes = sendAtOnce(this.#owner, this.#pending, this.#server, signal);
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#isStarted && this.#holds === 0 && (this.#pending.first || this.#isStale)) {
        const { signal } = this.#current;
        const { first, isUnsure } = this.#pending;
        const isRead = !first || (isRelative(first) && (isUnsure || !this.#server));
        try {
          await (isRead ? this.#read(signal) : this.#sendFirst(first, signal));
        } catch (error) {
          if (signal.aborted) continue;
          if (!(error instanceof ClientError)) throw error;
          await this.#fail(error, isRead, signal);
        }
      }
    } finally {
      this.#isRunning = false;
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    this.#isStale = false;
    const cart = await this.#owner.get(signal);
    if (signal.aborted) return;
    this.#pending.isUnsure = false;
    await this.#accept(cart, signal);
  }

  async #sendFirst(first: Change, signal: AbortSignal): Promise<void> {
    const wasStale = this.#isStale;
    // The answer will be the whole cart.
    this.#isStale = false;
    this.#pending.isSent = true;
    if (isElsewhere(first, this.#server ?? emptyCart)) {
      const there = await this.#owner.selectStore(storeOf(first), newKey(), signal);
      if (!signal.aborted) await this.#accept(there, signal);
      if (signal.aborted) return;
    }
    const known = this.#server ?? emptyCart;
    const change = settle(first, known);
    this.#pending.settleFirst(change);
    const cart = await send(this.#owner, change, known, signal);
    if (signal.aborted) return;
    this.#pending.takeFirst();
    if (cart === known) {
      this.#isStale ||= wasStale;
      return this.#tell();
    }
    this.#events.changed();
    await this.#accept(cart, signal);
  }

  async #accept(answer: ShopperCart | null, signal: AbortSignal): Promise<void> {
    const before = this.#server;
    this.#server = answer ?? emptyCart;
    this.#pauses.reset();
    this.#waiting = undefined;
    if (this.#isStarted) this.#expiry.watch(this.#server.expires_at);
    this.#tell();
    if (!before?.session_id || before.session_id === this.#server.session_id) return;
    const hadLines = before.items.length > 0 || before.other_stores.length > 0;
    if (!hadLines || (await this.#events.ended()) || signal.aborted) return;
    this.#lost = before.items;
    this.#tell();
  }

  async #fail(error: ClientError, isRead: boolean, signal: AbortSignal): Promise<void> {
    // Whatever the reason, what this page knew may no longer be so.
    this.#isStale = true;
    this.#pending.isSent = false;
    if (SESSION_ENDS.includes(error.code)) return this.#sessionEnded(error, signal);
    if (isRead || isAway(error)) {
      // Too many requests: that one has not been carried out.
      if (!isRead) this.#pending.isUnsure ||= error.status !== 429;
      return this.#wait(error);
    }
    const change = this.#pending.first as Change;
    this.#pending.takeFirst();
    // A line that somebody else has removed already is what a removal wants.
    const isMoot = error.code === "item_not_found" && change.kind === "set" && change.quantity === 0;
    if (!isMoot) {
      this.#refusals += 1;
      this.#refused = [...this.#refused, { id: this.#refusals, change, error }];
      this.#events.refused(change);
    }
    this.#tell();
  }

  async #sessionEnded(error: ClientError, signal: AbortSignal): Promise<void> {
    // What sets or removes has nothing left to change; an add, or a choice of store, starts a new session.
    this.#pending.keep(this.#pending.changes.filter((change) => !isRelative(change)));
    if (this.#owner.kind === "guest") return;
    await this.#events.ended();
    if (signal.aborted) return;
    this.#server = undefined;
    await this.#wait(error);
  }

  async #wait(reason: ClientError): Promise<void> {
    this.#waiting = reason;
    this.#tell();
    await this.#pauses.wait(reason);
  }

  #tell(): void {
    const server = this.#server ?? (this.#pending.first && emptyCart);
    const cart = server && withChanges(server, this.#pending.changes);
    this.publish({
      cart,
      owner: this.#owner.kind,
      isSaving: this.#pending.first !== undefined,
      isSwitching: cart?.selected_store_id !== server?.selected_store_id,
      waiting: this.#waiting,
      refused: this.#refused,
      lost: this.#lost,
    });
  }
}
