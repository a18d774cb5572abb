/** Who is shopping: a guest, or a user of the server's own accounts. What is in the cart follows from it. */
import { type Account, type Client, ClientError, type Receipt } from "../client/client.ts";
import { isAway, Pauses } from "./away.ts";
import type { CartStore } from "./cart-store.ts";
import type { ShopperCart } from "./changes.ts";
import { Observable } from "./observable.ts";
import { guestOf, userOf } from "./owner.ts";

export type AccountState = {
  /** null: nobody; undefined: not known yet */
  account: Account | null | undefined;
  /** Whether the server has accounts of its own; undefined: not known yet. */
  isOffered: boolean | undefined;
  /** What the log-in brought into the user's cart, until it is dismissed; undefined where it brought nothing. */
  receipt: Receipt | undefined;
  /** Whether a log-in is over that was not ended in this tab, until somebody logs in, or it is dismissed. */
  hasEnded: boolean;
};

export class AccountStore extends Observable<AccountState> {
  readonly #client: Client;
  readonly #cart: CartStore;
  readonly #tellTabs: () => void;
  readonly #pauses = new Pauses();
  /** Goes up with every log-in and log-out here: what was asked before is out of date. */
  #turns = 0;
  #isLoggedIn: boolean | undefined;

  /** @param tellTabs tells the other tabs that somebody came or went */
  constructor(client: Client, cart: CartStore, tellTabs: () => void, initial?: Account | null) {
    super({ account: initial, isOffered: initial ? true : undefined, receipt: undefined, hasEnded: false });
    this.#client = client;
    this.#cart = cart;
    this.#tellTabs = tellTabs;
  }

  /**
   * Asks who is logged in, and gives the cart its owner. Goes on asking while the server is away.
   * @param signal ends that
   * @param isReset whether the cart is another one even where the same person (or nobody) is logged in
   * @returns whether somebody is logged in
   */
  async check(signal: AbortSignal, isReset = false): Promise<boolean> {
    const turns = this.#turns;
    const account = await this.#ask(signal);
    if (account === undefined || turns !== this.#turns) return Boolean(this.state().account);
    const before = this.state().account;
    const isSame = account?.id === before?.id;
    if (isSame) this.#set({ account });
    else this.#set({ account, receipt: undefined, hasEnded: account === null && Boolean(before) });
    const isUser = this.#cart.state().owner === "user";
    if (isReset || isUser !== (account !== null) || (isUser && !isSame)) {
      this.#cart.belongTo(account ? userOf(this.#client) : guestOf(this.#client));
    }
    return account !== null;
  }

  /** Ends the pause between two tries. */
  wake(): void {
    this.#pauses.wake();
  }

  /** @returns undefined where it was ended */
  async #ask(signal: AbortSignal): Promise<Account | null | undefined> {
    if (this.state().isOffered === false) return null;
    while (!signal.aborted) {
      try {
        const account = await this.#client.accounts.get({ signal });
        this.#pauses.reset();
        this.#set({ isOffered: true });
        return account;
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof ClientError)) throw error;
        if (!isAway(error)) {
          // Nothing there, or somebody else's log-in.
          this.#set({ isOffered: false });
          return null;
        }
        await this.#pauses.wait(error);
      }
    }
    return undefined;
  }

  /** @throws ClientError where it is refused; the guest's cart stays as it is */
  async signIn(body: { email: string; password: string }): Promise<void> {
    await this.#enter(() => this.#client.accounts.signIn(body));
  }

  /** @throws ClientError where it is refused; the guest's cart stays as it is */
  async signUp(body: { name: string; email: string; password: string }): Promise<void> {
    await this.#enter(() => this.#client.accounts.signUp(body));
  }

  async #enter(logIn: () => Promise<Account>): Promise<void> {
    await this.#cart.whileQuiet(async () => {
      // Asked, not remembered: a receipt from before must not be taken for this log-in's.
      const before = await this.#client.cart.get().catch(() => this.#cart.state().cart);
      const account = await logIn();
      const receipt = hasLines(before) ? await this.#handOver(true) : undefined;
      this.#become(true, { account, isOffered: true, receipt });
    });
  }

  /** Logs out and leaves nothing behind: no account, no cart, no guest session. @throws ClientError: still logged in */
  async signOut(): Promise<void> {
    await this.#cart.whileQuiet(async () => {
      await this.#client.session.remove();
      await this.#client.accounts.signOut();
      this.#become(false, { account: null, receipt: undefined }, null);
    });
  }

  /** Ends a guest's session; its cart is gone. @throws ClientError: it is still there */
  async forget(): Promise<void> {
    await this.#cart.whileQuiet(async () => {
      await this.#client.session.remove();
      this.#cart.belongTo(guestOf(this.#client), null);
      this.#tellTabs();
    });
  }

  /** A log-in of the host's own: hands the guest's cart over, where the host's server has not done so at log-in. */
  async entered(isLoggedIn: boolean): Promise<void> {
    this.#isLoggedIn = isLoggedIn;
    if (!isLoggedIn) return this.#become(false, { receipt: undefined });
    const hadLines = hasLines(this.#cart.state().cart);
    await this.#cart.whileQuiet(async () => {
      const receipt = await this.#handOver(hadLines);
      if (this.#isLoggedIn) this.#become(true, { receipt });
    });
  }

  dismissEnd(): void {
    this.#set({ hasEnded: false });
  }

  dismissReceipt(): void {
    this.#set({ receipt: undefined });
  }

  /** The log-in itself has succeeded: what goes wrong here leaves the session there for the next try. */
  async #handOver(hadLines: boolean): Promise<Receipt | undefined> {
    try {
      const receipt = await this.#client.handOver().catch(async (error) => {
        // As a rule the server has handed over at log-in by itself.
        if (!hadLines || !(error instanceof ClientError) || error.code !== "guest_session_required")
          throw error;
        return (await this.#client.receipts()).receipts[0];
      });
      return receipt?.items.length ? receipt : undefined;
    } catch {
      return undefined;
    }
  }

  #become(isUser: boolean, state: Partial<AccountState>, known?: null): void {
    this.#turns += 1;
    this.#set({ ...state, hasEnded: false });
    this.#cart.belongTo(isUser ? userOf(this.#client) : guestOf(this.#client), known);
    this.#tellTabs();
  }

  #set(change: Partial<AccountState>): void {
    this.publish({ ...this.state(), ...change });
  }
}

function hasLines(cart: ShopperCart | null | undefined): boolean {
  return cart ? cart.items.length > 0 || cart.other_stores.length > 0 : false;
}
