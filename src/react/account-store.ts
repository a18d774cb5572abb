/** Who is shopping: a guest, or a user of the server's own accounts. What is in the cart follows from it. */
import { type Account, type Client, ClientError, type Receipt } from "../client/client.ts";
import type { CartStore } from "./cart-store.ts";
import { guestOf, userOf } from "./owner.ts";

export type AccountState = {
  /** null: nobody; undefined: not known yet */
  account: Account | null | undefined;
  /** Whether the server has accounts of its own; undefined: not known yet. */
  isOffered: boolean | undefined;
  /** What the log-in brought into the user's cart, until it is dismissed; undefined where it brought nothing. */
  receipt: Receipt | undefined;
};

/** Between tries to find out who is logged in, while the server is away. Milliseconds. */
const PAUSE = 3_000;

export class AccountStore {
  readonly #client: Client;
  readonly #cart: CartStore;
  readonly #tellTabs: () => void;
  readonly #listeners = new Set<() => void>();
  #state: AccountState;

  /** @param tellTabs tells the other tabs that somebody came or went */
  constructor(client: Client, cart: CartStore, tellTabs: () => void, initial?: Account | null) {
    this.#client = client;
    this.#cart = cart;
    this.#tellTabs = tellTabs;
    this.#state = { account: initial, isOffered: initial ? true : undefined, receipt: undefined };
  }

  readonly state = (): AccountState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Asks who is logged in, and gives the cart its owner. Goes on asking while the server is away.
   * @param isReset whether the cart is another one even where the same person (or nobody) is logged in
   * @returns whether somebody is logged in
   */
  async check(isReset = false): Promise<boolean> {
    const before = this.#state.account;
    const account = await this.#ask();
    // Somebody has logged in or out here meanwhile: that is newer.
    if (this.#state.account !== before) return this.#state.account !== null;
    this.#set({ account, ...(account?.id === before?.id ? {} : { receipt: undefined }) });
    const isUser = this.#cart.state().owner === "user";
    if (isReset || isUser !== (account !== null) || (isUser && account?.id !== before?.id)) {
      this.#cart.belongTo(account ? userOf(this.#client) : guestOf(this.#client));
    }
    return account !== null;
  }

  async #ask(): Promise<Account | null> {
    if (this.#state.isOffered === false) return null;
    for (;;) {
      try {
        const account = await this.#client.accounts.get();
        this.#set({ isOffered: true });
        return account;
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        if (error.status === 404) {
          this.#set({ isOffered: false });
          return null;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }

  /** @throws ClientError where it is refused; the guest's cart stays as it is */
  async signIn(body: { email: string; password: string }): Promise<void> {
    await this.#enter(() => this.#client.accounts.signIn(body));
  }

  /** @throws ClientError where it is refused; the guest's cart stays as it is */
  async signUp(body: { name: string; email: string; password: string }): Promise<void> {
    await this.#enter(() => this.#client.accounts.signUp(body));
  }

  /** Logs out and leaves nothing behind: no account, no cart, no guest session. @throws ClientError: still logged in */
  async signOut(): Promise<void> {
    await this.#client.accounts.signOut();
    this.#set({ account: null, receipt: undefined });
    this.#cart.belongTo(guestOf(this.#client), null);
    this.#tellTabs();
    await this.#client.session.remove();
  }

  /** Ends a guest's session; its cart is gone. @throws ClientError: it is still there */
  async forget(): Promise<void> {
    await this.#client.session.remove();
    this.#cart.belongTo(guestOf(this.#client), null);
    this.#tellTabs();
  }

  /** A log-in of the host's own: hands the guest's cart over, where the host's server has not done so at log-in. */
  async entered(isLoggedIn: boolean): Promise<void> {
    if (!isLoggedIn) return this.#cart.belongTo(guestOf(this.#client));
    const receipt = await this.#handOver(true).catch(() => undefined);
    this.#set({ receipt });
    this.#cart.belongTo(userOf(this.#client));
    this.#tellTabs();
  }

  dismissReceipt(): void {
    this.#set({ receipt: undefined });
  }

  async #enter(logIn: () => Promise<Account>): Promise<void> {
    await this.#cart.settled();
    const hadSession = Boolean(this.#cart.state().cart?.session_id);
    const account = await logIn();
    // The receipt is told once it can be had; the log-in itself has succeeded.
    const receipt = await this.#handOver(hadSession).catch(() => undefined);
    this.#set({ account, isOffered: true, receipt });
    this.#cart.belongTo(userOf(this.#client));
    this.#tellTabs();
  }

  /** A server hands over at log-in by itself, as a rule; where that failed, the session is still there for this try. */
  async #handOver(hadSession: boolean): Promise<Receipt | undefined> {
    if (!hadSession) return undefined;
    const receipt = await this.#client.handOver().catch(async (error) => {
      if (!(error instanceof ClientError) || error.code !== "guest_session_required") throw error;
      return (await this.#client.receipts()).receipts[0];
    });
    return receipt && receipt.items.length > 0 ? receipt : undefined;
  }

  #set(change: Partial<AccountState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
