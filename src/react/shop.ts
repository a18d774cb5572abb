/** All that a page keeps of the shop, in step with the server, the browser's other tabs, and whether it is looked at. */
import type { Account, Client, MenuList, StoreList } from "../client/client.ts";
import { AccountStore } from "./account-store.ts";
import { CartStore } from "./cart-store.ts";
import type { ShopperCart } from "./changes.ts";
import { guestOf, userOf } from "./owner.ts";
import { Reads } from "./reads.ts";
import { type News, noTabs, openTabs } from "./tabs.ts";

/** What a server has rendered the page with, so that it need not be asked for again. */
export type Initial = {
  /** null: there is none */
  cart?: ShopperCart | null | undefined;
  /** null: nobody is logged in */
  account?: Account | null | undefined;
  stores?: StoreList | undefined;
  menus?: MenuList[] | undefined;
};

export const storesKey = (q: string) => `stores ${q}`;
export const menusKey = (storeId: number) => `menus ${storeId}`;

/** A tab that is looked at again has several events for it; one is enough. Milliseconds. */
const AT_ONCE = 1_000;

export class Shop {
  readonly client: Client;
  readonly cart: CartStore;
  readonly account: AccountStore;
  readonly reads: Reads;
  #isLoggedIn: boolean | undefined;
  #mustAsk: boolean;
  #tabs = noTabs;
  #listening = new AbortController();
  #refreshedAt = 0;

  /** @param isLoggedIn by the host's own login; undefined: by the server's accounts, which are asked */
  constructor(client: Client, initial: Initial = {}, isLoggedIn?: boolean) {
    this.client = client;
    this.#isLoggedIn = isLoggedIn;
    this.#mustAsk = isLoggedIn === undefined && initial.account === undefined;
    this.cart = new CartStore(
      isLoggedIn || initial.account ? userOf(client) : guestOf(client),
      {
        changed: () => this.#tabs.tell("cart"),
        // A dish that is sold out by now is shown as it is.
        refused: (change) => "menu" in change && this.reads.reload(menusKey(change.menu.store_id)),
        ended: () => this.#explainEnd(),
      },
      initial.cart,
    );
    this.account = new AccountStore(client, this.cart, () => this.#tabs.tell("account"), initial.account);
    this.reads = new Reads({
      ...(initial.stores ? { [storesKey("")]: initial.stores } : {}),
      ...Object.fromEntries((initial.menus ?? []).map((menus) => [menusKey(menus.store.id), menus])),
    });
  }

  /** Listens to the browser and begins to ask the server. @returns ends that */
  start(): () => void {
    const tabs = openTabs((news) => this.#hear(news));
    this.#tabs = tabs;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    // An app without a browser has neither events nor other tabs.
    if (typeof document !== "undefined") this.#listen(signal);
    let stopCart = () => {};
    void this.#begin(signal).then(() => {
      if (!signal.aborted) stopCart = this.cart.start();
    });
    return () => {
      this.#listening.abort();
      stopCart();
      tabs.close();
      this.#tabs = noTabs;
    };
  }

  #listen(signal: AbortSignal): void {
    const looked = () => {
      if (document.visibilityState === "visible" && Date.now() - this.#refreshedAt > AT_ONCE) this.#refresh();
    };
    document.addEventListener("visibilitychange", looked, { signal });
    addEventListener("focus", looked, { signal });
    addEventListener("online", () => this.#refresh(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.#refresh(), { signal });
    addEventListener("pagehide", () => this.cart.flush(), { signal });
  }

  #refresh(): void {
    this.#refreshedAt = Date.now();
    this.account.wake();
    this.cart.refresh();
    this.reads.refresh();
  }

  /** Whose cart it is comes first: a user's page must not begin with a guest's empty cart. */
  async #begin(signal: AbortSignal): Promise<void> {
    // StrictMode ends at once what it has started first.
    await null;
    if (!this.#mustAsk || signal.aborted) return;
    await this.account.check(signal);
    if (!signal.aborted) this.#mustAsk = false;
  }

  /** Told whenever the host's own login says who is there. */
  loggedIn(isLoggedIn: boolean): void {
    if (isLoggedIn === this.#isLoggedIn) return;
    this.#isLoggedIn = isLoggedIn;
    void this.account.entered(isLoggedIn);
  }

  #hear(news: News): void {
    if (news === "cart") this.cart.refresh();
    else if (this.#isLoggedIn === undefined) void this.account.check(this.#listening.signal, true);
    else this.cart.belongTo(this.#isLoggedIn ? userOf(this.client) : guestOf(this.client));
  }

  /** A guest's session that another tab has handed over is not lost: somebody is logged in. */
  async #explainEnd(): Promise<boolean> {
    if (this.#isLoggedIn === undefined) return this.account.check(this.#listening.signal);
    return this.client.userCart.get().then(
      () => true,
      () => false,
    );
  }
}
