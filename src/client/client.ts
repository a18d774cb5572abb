/**
 * A typed client for browsers, Node and React Native, over `fetch` and nothing else. Its types are the contract's.
 *
 * ```ts
 * const torioki = createClient();
 * const { stores } = await torioki.stores.list();
 * const { menus } = await torioki.stores.menus(stores[0].id);
 * const cart = await torioki.cart.add({ menu_id: menus[0].id, quantity: 2 }, { storeId: stores[0].id });
 * ```
 */
import type { AddItem, Cart, UserCart } from "../carts/contract.ts";
import type { MenuList, Store, StoreList, StoreQuery } from "../catalog/contract.ts";
import type { CreatedSession, Session } from "../guest-sessions/contract.ts";
import type { ConvertSession, Receipt, ReceiptList, Ticket } from "../hand-over/contract.ts";
import { type Account, type Accounts, accountsOf } from "./accounts.ts";
import { ClientError } from "./error.ts";
import { newKey } from "./key.ts";
import {
  type CallFunction,
  type CallOptions,
  type KeyedOptions,
  type RequestOptions,
  request,
  throwIfAborted,
  unlessAborted,
} from "./request.ts";

export type { Cart, CartItem, Notice, UserCart } from "../carts/contract.ts";
export type { Menu, MenuList, Store, StoreList } from "../catalog/contract.ts";
export type { Session } from "../guest-sessions/contract.ts";
export type { Receipt, ReceiptItem, ReceiptList, Ticket } from "../hand-over/contract.ts";
export { ClientError, type ClientErrorCode } from "./error.ts";
export type { Account, Accounts, CallOptions, KeyedOptions };

/** Where an app without cookies keeps the session token: a secret, so in the device's secure storage. */
export type TokenStorage = {
  get(): string | null | undefined | Promise<string | null | undefined>;
  /** @param token null: forget it */
  set(token: string | null): void | Promise<void>;
};

export type ClientOptions = {
  /** The server, e.g. `https://shop.example`. By default where the page came from; needed outside of browsers. */
  baseUrl?: string | undefined;
  /** With it the token travels in a header (apps, Node); without it in a cookie that the browser keeps (pages). */
  tokens?: TokenStorage | undefined;
  /** Headers of every request: a bearer token, or, in a server, the visitor's own cookie. */
  headers?:
    | Record<string, string>
    | (() => Record<string, string> | Promise<Record<string, string>>)
    | undefined;
  /** What refusals are said in, "en" or "ja". By default what the browser asks for. */
  language?: string | (() => string) | undefined;
  /** How long one try may take, in milliseconds; 15 s by default. */
  timeout?: number | undefined;
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
};

export type AddOptions = KeyedOptions & {
  /** The dish's store: chosen first where no store, or another one, is. The other store's lines wait there. */
  storeId?: number | undefined;
};

/** The calls of a cart. Each change gives the whole cart as it is then. */
export type CartCalls<C> = {
  /** Adds to what the cart has of the dish; `quantity` is 1 to 99, 1 by default. */
  add(item: AddItem, options?: AddOptions): Promise<C>;
  /** @param itemId `id` of a line @param quantity 1 to 99 */
  setQuantity(itemId: number, quantity: number, options?: CallOptions): Promise<C>;
  remove(itemId: number, options?: CallOptions): Promise<C>;
  /** Empties the cart at the chosen store. */
  clear(options?: CallOptions): Promise<C>;
};

export type Client = {
  stores: {
    /** Active stores by id, 100 at a time. `q` is part of the name or address; `after` the `next` of the page before. */
    list(query?: StoreQuery, options?: CallOptions): Promise<StoreList>;
    get(storeId: number, options?: CallOptions): Promise<Store>;
    menus(storeId: number, options?: CallOptions): Promise<MenuList>;
  };
  session: {
    /** The visitor's session; null where there is none. */
    get(options?: CallOptions): Promise<Session | null>;
    /** The live session, or a new one. There is no need to call it: the first change does. */
    start(options?: CallOptions): Promise<Session>;
    selectStore(storeId: number, options?: KeyedOptions): Promise<Session>;
    /** Ends the session; its cart is gone. Nothing happens where there is none. */
    remove(options?: CallOptions): Promise<void>;
    /** A code for a log-in somewhere else, good for 10 minutes. */
    ticket(options?: CallOptions): Promise<Ticket>;
  };
  cart: CartCalls<Cart> & {
    /** null where there is no session, so nothing in the cart. */
    get(options?: CallOptions): Promise<Cart | null>;
  };
  /** Of the user who is logged in; `user_required` where nobody is. */
  userCart: CartCalls<UserCart> & {
    get(options?: CallOptions): Promise<UserCart>;
    selectStore(storeId: number, options?: KeyedOptions): Promise<UserCart>;
  };
  /** Hands the guest's cart to the user who is logged in. */
  handOver(body?: ConvertSession, options?: CallOptions): Promise<Receipt>;
  /** What was handed over to the user in the last day, the newest first. */
  receipts(options?: CallOptions): Promise<ReceiptList>;
  /** The server's own accounts, where it has them. */
  accounts: Accounts;
};

const PATIENCE = 15_000;
const TOKEN_HEADER = "X-Guest-Session";

/** Makes a client. It sends nothing until it is called. */
export function createClient(options: ClientOptions = {}): Client {
  const { tokens } = options;
  const settings: RequestOptions = {
    baseUrl: (options.baseUrl ?? "").replace(/\/+$/, ""),
    timeout: options.timeout ?? PATIENCE,
    language: () => given(options.language) ?? "",
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    headers: async () => {
      const token = await tokens?.get();
      return { ...(token ? { [TOKEN_HEADER]: token } : {}), ...(await given(options.headers)) };
    },
  };
  const call: CallFunction = (method, path, body, { signal, idempotencyKey } = {}) =>
    request(settings, { method, path, body, signal, idempotencyKey });

  /** The store to go on at where the session has to be started over. */
  let storeId: number | null = null;
  let starting: Promise<Session> | undefined;

  const start = async (): Promise<Session> => {
    const body = { transport: tokens ? "header" : "cookie" };
    const { session_token, ...session } = await call<CreatedSession>("POST", "/api/guest/session", body);
    if (session_token !== undefined) await tokens?.set(session_token);
    return session;
  };
  /** Changes that find no session at the same time start one together; so do a browser's tabs, which share the cookie. */
  const startTogether = async (signal: AbortSignal | undefined): Promise<Session> => {
    throwIfAborted(signal);
    starting ??= (tokens ? start() : oneTabAtATime(settings.baseUrl, start)).finally(() => {
      starting = undefined;
    });
    return unlessAborted(starting, signal);
  };
  const sendStore = (id: number, options: CallOptions) =>
    call<Session>("POST", "/api/guest/session/store", { store_id: id }, withKey(options)).then(remember);
  const selectGuestStore = (id: number, options: KeyedOptions = {}): Promise<Session> => {
    const keyed = withKey(options);
    const send = () => sendStore(id, keyed);
    const startOver = () => startTogether(options.signal).then(send);
    return send().catch(on(["guest_session_required"], startOver));
  };
  const addAsGuest = (item: AddItem, options: AddOptions = {}): Promise<Cart> => {
    const store = options.storeId ?? storeId;
    const keyed = withKey(options);
    const send = () => addTo<Cart>("/api/guest/cart", item, keyed, store, sendStore).then(remember);
    const startOver = async () => {
      const session = await startTogether(options.signal);
      if (session.selected_store_id === null && store !== null)
        await sendStore(store, { signal: options.signal });
      return send();
    };
    return send().catch(on(["guest_session_required"], startOver));
  };
  async function addTo<C>(
    path: string,
    item: AddItem,
    options: AddOptions,
    store: number | null,
    select: (storeId: number, options: CallOptions) => Promise<unknown>,
  ): Promise<C> {
    const send = () => call<C>("POST", `${path}/add`, item, options);
    const elsewhere = ["store_not_selected", ...(options.storeId === undefined ? [] : ["menu_not_at_store"])];
    const selectFirst = async () => {
      await select(store as number, { signal: options.signal });
      return send();
    };
    return send().catch(on(store === null ? [] : elsewhere, selectFirst));
  }
  const remember = <T extends Cart | Session>(answer: T): T => {
    storeId = answer.selected_store_id;
    return answer;
  };
  const forgetToken = async () => {
    await tokens?.set(null);
  };
  const selectUserStore = (id: number, options?: KeyedOptions) =>
    call<UserCart>("POST", "/api/user/cart/store", { store_id: id }, withKey(options));

  return {
    stores: {
      list: (query = {}, options) => call("GET", `/api/stores${queryString(query)}`, undefined, options),
      get: (id, options) => call("GET", `/api/stores/${id}`, undefined, options),
      menus: (id, options) => call("GET", `/api/stores/${id}/menus`, undefined, options),
    },
    session: {
      get: (options) =>
        call<Session>("GET", "/api/guest/session", undefined, options).then(
          remember,
          on(["guest_session_required"], () => null),
        ),
      start: (options) => startTogether(options?.signal),
      selectStore: selectGuestStore,
      remove: async (options) => {
        storeId = null;
        await call<void>("DELETE", "/api/guest/session", undefined, options).catch(
          on(["guest_session_required"], () => {}),
        );
        await forgetToken();
      },
      ticket: (options) => call("POST", "/api/guest/session/ticket", undefined, options),
    },
    cart: {
      get: (options) =>
        call<Cart>("GET", "/api/guest/cart", undefined, options).then(
          remember,
          on(["guest_session_required"], () => null),
        ),
      add: addAsGuest,
      ...linesOf<Cart>(call, "/api/guest/cart"),
    },
    userCart: {
      get: (options) => call("GET", "/api/user/cart", undefined, options),
      selectStore: selectUserStore,
      add: (item, options = {}) =>
        addTo("/api/user/cart", item, withKey(options), options.storeId ?? null, selectUserStore),
      ...linesOf<UserCart>(call, "/api/user/cart"),
    },
    handOver: async (body = {}, options) => {
      const receipt = await call<Receipt>("POST", "/api/guest/session/convert", body, options);
      if (body.ticket === undefined) await forgetToken();
      return receipt;
    },
    receipts: (options) => call("GET", "/api/user/receipts", undefined, options),
    accounts: accountsOf(call),
  };
}

function linesOf<C>(call: CallFunction, path: string): Omit<CartCalls<C>, "add"> {
  return {
    setQuantity: (itemId, quantity, options) => call("PUT", `${path}/item/${itemId}`, { quantity }, options),
    remove: (itemId, options) => call("DELETE", `${path}/item/${itemId}`, undefined, options),
    clear: (options) => call("DELETE", path, undefined, options),
  };
}

/** For `catch`: what to do instead, where it was refused with one of these codes. */
function on<T>(codes: string[], instead: () => T | Promise<T>) {
  return (error: unknown): T | Promise<T> => {
    if (error instanceof ClientError && codes.includes(error.code)) return instead();
    throw error;
  };
}

/** The second tab to start finds the session of the first; at once, it would replace it, and lose what is in its cart. */
function oneTabAtATime<T>(server: string, run: () => Promise<T>): Promise<T> {
  // Not there on pages served over plain HTTP (but localhost's), and in React Native.
  const locks = globalThis.navigator?.locks;
  return locks ? locks.request(`torioki ${server}`, run) : run();
}

function withKey<O extends KeyedOptions>(options: O | undefined): O & { idempotencyKey: string } {
  return { ...(options as O), idempotencyKey: options?.idempotencyKey ?? newKey() };
}

function given<T>(option: T | (() => T) | undefined): T | undefined {
  return typeof option === "function" ? (option as () => T)() : option;
}

function queryString(query: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  if (pairs.length === 0) return "";
  return `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`).join("&")}`;
}
