/**
 * The cart as a page shows it: the server's last word, and on top what the shopper has done since. Changes are sent one after
 * the other, so no answer overtakes another; each answer is the whole cart, and the last word. What is refused is taken back;
 * what got no answer is sent again as soon as there is one to be had.
 */
import { type CartItem, ClientError } from "../client/client.ts";
import { type Change, emptyCart, enqueue, type ShopperCart, withChanges } from "./changes.ts";
import type { Owner } from "./owner.ts";
import { send } from "./send.ts";

/** A change that was refused, and taken back. */
export type Refused = { id: number; change: Change; error: ClientError };

export type CartState = {
  /** undefined: not known yet */
  cart: ShopperCart | undefined;
  owner: Owner["kind"];
  /** Whether changes are on their way. */
  isSaving: boolean;
  /** Whether another store has been chosen, whose lines are still to come. */
  isSwitching: boolean;
  /** Why the server cannot be asked at the moment. It is tried again by itself; what was changed is kept. */
  waiting: ClientError | undefined;
  refused: readonly Refused[];
  /** The lines of a guest session that is over: 24 hours have passed, or somebody ended it. */
  lost: readonly CartItem[] | undefined;
};

export type CartEvents = {
  /** The server has confirmed a change. */
  changed: () => void;
  /**
   * The session, or the log-in, is over without this page having ended it.
   * @returns whether that is explained, so that nothing is lost: by a log-in in another tab
   */
  ended: () => Promise<boolean>;
};

/** Between tries while the server is away; the last goes on. Milliseconds. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 15_000];
/** A guest's cart is asked for again when its time is up, but not more often than this: the two clocks may differ. ms */
const LEAST_LIFE = 60_000;
const SESSION_ENDS = ["guest_session_required", "user_required"];

export class CartStore {
  #owner: Owner;
  readonly #events: CartEvents;
  readonly #listeners = new Set<() => void>();
  #server: ShopperCart | undefined;
  #queue: Change[] = [];
  /** How many changes of the queue have been sent: the first, or none. */
  #sent = 0;
  /** Whether what was sent got no answer: before it is sent again, the server is asked what it has. */
  #isUnsure = false;
  #isStale: boolean;
  #isRunning = false;
  #isStarted = false;
  #failures = 0;
  #waiting: ClientError | undefined;
  #refused: readonly Refused[] = [];
  #lost: readonly CartItem[] | undefined;
  #refusals = 0;
  /** Aborted when the owner changes: what comes of the one before is nobody's. */
  #current = new AbortController();
  #wake: () => void = () => {};
  #expiry: ReturnType<typeof setTimeout> | undefined;
  #state: CartState;

  /** @param initial the cart where it is known already (null: there is none), as from a page that a server has rendered */
  constructor(owner: Owner, events: CartEvents, initial?: ShopperCart | null) {
    this.#owner = owner;
    this.#events = events;
    this.#server = initial === null ? emptyCart : initial;
    this.#isStale = initial === undefined;
    this.#state = this.#derive();
  }

  readonly state = (): CartState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** From now on it keeps in step with the server. @returns ends that */
  start(): () => void {
    this.#isStarted = true;
    void this.#run();
    return () => {
      this.#isStarted = false;
      clearTimeout(this.#expiry);
      this.#wake();
    };
  }

  push(change: Change): void {
    this.#queue = enqueue(this.#queue, change, this.#sent);
    this.#refused = this.#refused.filter((old) => !isOfSame(old.change, change));
    this.#tell();
    void this.#run();
  }

  /** Asks the server, at once also where it is waiting to try again. */
  refresh(): void {
    this.#isStale = true;
    this.#wake();
    void this.#run();
  }

  /** Resolves when nothing is on its way any more, or the server is away. */
  async settled(): Promise<void> {
    while (this.#queue.length > 0 && !this.#waiting) {
      await new Promise<void>((resolve) => {
        const stop = this.subscribe(() => {
          stop();
          resolve();
        });
      });
    }
  }

  /**
   * From here on somebody else's cart, or nobody's: nothing of the one before is left.
   * @param known what that cart is, where that is known: null for none
   */
  belongTo(owner: Owner, known?: ShopperCart | null): void {
    this.#current.abort();
    this.#current = new AbortController();
    clearTimeout(this.#expiry);
    this.#owner = owner;
    this.#server = known === null ? emptyCart : known;
    this.#isStale = known === undefined;
    this.#queue = [];
    this.#sent = 0;
    this.#isUnsure = false;
    this.#refused = [];
    this.#lost = undefined;
    this.#waiting = undefined;
    this.#failures = 0;
    this.#wake();
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

  /** The page is about to go: what has not been sent goes out at once. Sent twice it has one effect. */
  flush(): void {
    let cart = this.#server ?? emptyCart;
    for (const [n, change] of this.#queue.entries()) {
      const settled = settle(change, cart);
      if (n >= this.#sent) send(this.#owner, settled, cart, this.#current.signal).catch(() => {});
      cart = withChanges(cart, [settled]);
    }
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#isStarted && (this.#queue.length > 0 || this.#isStale)) {
        const isRead = this.#queue.length === 0 || this.#isUnsure;
        const { signal } = this.#current;
        try {
          await (isRead ? this.#read(signal) : this.#sendFirst(signal));
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
    this.#sent = 0;
    this.#isUnsure = false;
    await this.#accept(cart, signal);
  }

  async #sendFirst(signal: AbortSignal): Promise<void> {
    const known = this.#server ?? emptyCart;
    const change = settle(this.#queue[0] as Change, known);
    this.#queue = this.#queue.with(0, change);
    this.#sent = 1;
    const cart = await send(this.#owner, change, known, signal);
    if (signal.aborted) return;
    this.#takeFirst();
    if (cart === known) return this.#tell();
    this.#events.changed();
    await this.#accept(cart, signal);
  }

  #takeFirst(): void {
    this.#queue = this.#queue.slice(1);
    this.#sent = 0;
    this.#isUnsure = false;
  }

  async #accept(answer: ShopperCart | null, signal: AbortSignal): Promise<void> {
    const before = this.#server;
    this.#server = answer ?? emptyCart;
    this.#failures = 0;
    this.#waiting = undefined;
    this.#watchExpiry();
    this.#tell();
    if (!before?.session_id || before.session_id === this.#server.session_id) return;
    const hadLines = before.items.length > 0 || before.other_stores.length > 0;
    if (!hadLines || (await this.#events.ended()) || signal.aborted) return;
    this.#lost = before.items;
    this.#tell();
  }

  async #fail(error: ClientError, isRead: boolean, signal: AbortSignal): Promise<void> {
    if (isRead) this.#isStale = true;
    if (SESSION_ENDS.includes(error.code)) {
      // What steps down or removes has nothing left to change; an add starts a new session.
      this.#queue = this.#queue.filter((change) => change.kind === "step" && change.by > 0);
      this.#sent = 0;
      this.#isUnsure = false;
      this.#isStale = true;
      if (this.#owner.kind === "user") await this.#events.ended();
      if (!signal.aborted && this.#owner.kind === "user") await this.#wait(error);
      return;
    }
    if (isRead || isAway(error)) {
      this.#isUnsure = this.#sent > 0;
      return this.#wait(error);
    }
    const [change] = this.#queue as [Change];
    this.#takeFirst();
    // Whatever the reason, what this page knew is no longer so.
    this.#isStale = true;
    // A line that somebody else has removed already is what a removal wants.
    const isMoot = error.code === "item_not_found" && change.kind === "set" && change.quantity === 0;
    if (!isMoot) {
      this.#refusals += 1;
      this.#refused = [...this.#refused, { id: this.#refusals, change, error }];
    }
    this.#tell();
  }

  async #wait(reason: ClientError): Promise<void> {
    this.#waiting = reason;
    this.#tell();
    await this.#pause(reason.retryAfter);
  }

  #pause(retryAfter: number | undefined): Promise<void> {
    const usual = PAUSES[Math.min(this.#failures, PAUSES.length - 1)] as number;
    this.#failures += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, retryAfter === undefined ? usual : retryAfter * 1_000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    const end = this.#server?.expires_at;
    if (!end || !this.#isStarted) return;
    this.#expiry = setTimeout(
      () => this.refresh(),
      Math.max(Date.parse(end) - Date.now() + 1_000, LEAST_LIFE),
    );
  }

  #derive(): CartState {
    const server = this.#server ?? (this.#queue.length > 0 ? emptyCart : undefined);
    const cart = server && withChanges(server, this.#queue);
    return {
      cart,
      owner: this.#owner.kind,
      isSaving: this.#queue.length > 0,
      isSwitching: cart !== undefined && cart.selected_store_id !== server?.selected_store_id,
      waiting: this.#waiting,
      refused: this.#refused,
      lost: this.#lost,
    };
  }

  #tell(): void {
    this.#state = this.#derive();
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A step down is not safe to send twice: what it leads to is. */
function settle(change: Change, known: ShopperCart): Change {
  if (change.kind !== "step" || change.by > 0) return change;
  const line = known.items.find((item) => item.menu_id === change.menu.id);
  return { kind: "set", menu: change.menu, quantity: Math.max(0, (line?.quantity ?? 0) + change.by) };
}

/** No answer of Torioki's that says no: nobody there, or too busy. */
function isAway({ status, code }: ClientError): boolean {
  return (
    status === 0 ||
    status === 429 ||
    [502, 503, 504].includes(status) ||
    (status >= 500 && code === "unexpected_answer")
  );
}

function isOfSame(one: Change, other: Change): boolean {
  if ("menu" in one && "menu" in other) return one.menu.id === other.menu.id;
  return one.kind === other.kind;
}
