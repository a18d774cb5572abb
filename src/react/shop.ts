/** All that a page keeps of the shop, in step with the server, the browser's other tabs, and whether it is looked at. */
import type { Account, Client, MenuList, StoreList } from "../client/client.ts";
import { AccountStore } from "./account-store.ts";
import { CartStore } from "./cart-store.ts";
import type { ShopperCart } from "./changes.ts";
import { guestOf, userOf } from "./owner.ts";
import { Reads } from "./reads.ts";
import { type News, openTabs, type Tabs } from "./tabs.ts";

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

export class Shop {
  readonly client: Client;
  readonly cart: CartStore;
  readonly account: AccountStore;
  readonly reads: Reads;
  readonly #hasOwnLogin: boolean;
  #mustAsk: boolean;
  #isLoggedIn: boolean | undefined;
  #tabs: Tabs | undefined;

  /** @param isLoggedIn by the host's own login; undefined: by the server's accounts, which are asked */
  constructor(client: Client, initial: Initial = {}, isLoggedIn?: boolean) {
    this.client = client;
    this.#hasOwnLogin = isLoggedIn !== undefined;
    this.#isLoggedIn = isLoggedIn;
    this.#mustAsk = isLoggedIn === undefined && initial.account === undefined;
    const owner = isLoggedIn || initial.account ? userOf(client) : guestOf(client);
    this.cart = new CartStore(
      owner,
      { changed: () => this.#tabs?.tell("cart"), ended: () => this.#explainEnd() },
      initial.cart,
    );
    this.account = new AccountStore(client, this.cart, () => this.#tabs?.tell("account"), initial.account);
    this.reads = new Reads({
      ...(initial.stores ? { [storesKey("")]: initial.stores } : {}),
      ...Object.fromEntries((initial.menus ?? []).map((menus) => [menusKey(menus.store.id), menus])),
    });
  }

  /** Listens to the browser and begins to ask the server. @returns ends that */
  start(): () => void {
    const tabs = openTabs((news) => this.#hear(news));
    this.#tabs = tabs;
    const listening = new AbortController();
    const { signal } = listening;
    const refresh = () => {
      this.cart.refresh();
      this.reads.refresh();
    };
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "visible") refresh();
      },
      { signal },
    );
    addEventListener("focus", refresh, { signal });
    addEventListener("online", refresh, { signal });
    addEventListener("pageshow", (event) => event.persisted && refresh(), { signal });
    addEventListener("pagehide", () => this.cart.flush(), { signal });
    let stopCart = () => {};
    // Whose cart it is comes first: a user's page must not begin with a guest's empty cart.
    const whoever = this.#mustAsk ? this.account.check() : Promise.resolve();
    void whoever.then(() => {
      this.#mustAsk = false;
      if (!signal.aborted) stopCart = this.cart.start();
    });
    return () => {
      listening.abort();
      stopCart();
      tabs.close();
    };
  }

  /** Told whenever the host's own login says who is there. */
  loggedIn(isLoggedIn: boolean): void {
    if (isLoggedIn === this.#isLoggedIn) return;
    this.#isLoggedIn = isLoggedIn;
    void this.account.entered(isLoggedIn);
  }

  #hear(news: News): void {
    if (news === "cart") this.cart.refresh();
    else if (this.#hasOwnLogin) void this.account.entered(this.#isLoggedIn ?? false);
    else void this.account.check(true);
  }

  /** A guest's session that another tab has handed over is not lost. */
  async #explainEnd(): Promise<boolean> {
    return this.#hasOwnLogin ? false : this.account.check();
  }
}
