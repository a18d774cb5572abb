/**
 * Torioki in React: a provider and hooks.
 *
 * ```tsx
 * <ToriokiProvider client={createClient()}>
 *   <Shop />
 * </ToriokiProvider>
 * ```
 */
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { CartItem, Client, ClientError, Menu, MenuList, Store, StoreList } from "../client/client.ts";
import type { AccountState } from "./account-store.ts";
import type { CartState, Refused } from "./cart-state.ts";
import type { ShopperCart } from "./changes.ts";
import type { Observable } from "./observable.ts";
import type { Load, Read } from "./reads.ts";
import { type Initial, menusKey, Shop, storesKey } from "./shop.ts";

export type { AccountState, CartState, Initial, Refused, ShopperCart };

const ShopContext = createContext<Shop | undefined>(undefined);

export type ToriokiProviderProps = {
  client: Client;
  /** What the server has rendered the page with. Read once. */
  initial?: Initial | undefined;
  /** Where your site has a login of its own: whether somebody is logged in. Left out, the server's accounts are asked. */
  isLoggedIn?: boolean | undefined;
  children?: ReactNode;
};

/** Around all that uses the hooks; once in a page. */
export function ToriokiProvider({ client, initial, isLoggedIn, children }: ToriokiProviderProps) {
  const [shop] = useState(() => new Shop(client, initial, isLoggedIn));
  useEffect(() => shop.start(), [shop]);
  useEffect(() => {
    if (isLoggedIn !== undefined) shop.loggedIn(isLoggedIn);
  }, [shop, isLoggedIn]);
  return createElement(ShopContext.Provider, { value: shop }, children);
}

function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error("Torioki's hooks work below a <ToriokiProvider>: put one around your app.");
  return shop;
}

/** The client of the provider, for calls that have no hook. */
export function useToriokiClient(): Client {
  return useShop().client;
}

export type UseCart = CartState & {
  /** Adds so many of a dish of any store; the dish's store is chosen first where another one is. */
  add(menu: Menu, quantity?: number): void;
  /** So many more of a line, or fewer where negative. Quick clicks add up; at 0 the line is gone. */
  step(item: CartItem, by: number): void;
  /** @param quantity 0 to 99; 0 removes the line */
  setQuantity(item: CartItem, quantity: number): void;
  remove(item: CartItem): void;
  /** Empties the cart at the chosen store. */
  clear(): void;
  /** Chooses another store. The lines of this one wait there. */
  selectStore(storeId: number): void;
  /** Asks the server now, also where it is waiting to try again. */
  refresh(): void;
  /** Why the last change of a dish was refused, until it is dismissed or the dish is changed again. */
  refusalOf(menuId: number): Refused | undefined;
  dismiss(refused: Refused): void;
};

/** The cart, with every change shown at once. It is never behind for long: the server's answer is the last word. */
export function useCart(): UseCart {
  const { cart } = useShop();
  const state = useObservable(cart);
  const calls = useMemo(
    () => ({
      add: (menu: Menu, quantity = 1) => cart.push({ kind: "step", menu, by: quantity }),
      step: ({ menu }: CartItem, by: number) => cart.push({ kind: "step", menu, by }),
      setQuantity: ({ menu }: CartItem, quantity: number) => cart.push({ kind: "set", menu, quantity }),
      remove: ({ menu }: CartItem) => cart.push({ kind: "set", menu, quantity: 0 }),
      clear: () => {
        const storeId = cart.state().cart?.selected_store_id;
        if (storeId) cart.push({ kind: "clear", storeId });
      },
      selectStore: (storeId: number) => cart.push({ kind: "store", storeId }),
      refresh: () => cart.refresh(),
      dismiss: (refused: Refused) => cart.dismiss(refused),
    }),
    [cart],
  );
  return useMemo(
    () => ({
      ...state,
      ...calls,
      refusalOf: (menuId: number) =>
        state.refused.findLast(({ change }) => "menu" in change && change.menu.id === menuId),
    }),
    [state, calls],
  );
}

export type UseSession = {
  /** SHA-256 of the session's token; null for a user, and for a guest who has not put anything into the cart. */
  sessionId: string | null;
  /** When a guest's cart ends, by the server's clock; null where it does not. */
  expiresAt: Date | null;
  isGuest: boolean;
  /** The lines of a session that is over, to be put back or let go. */
  lost: readonly CartItem[] | undefined;
  restore(): void;
  forgetLost(): void;
  /** Ends a guest's session and drops its cart, here and on the server. Rejects with ClientError where it could not. */
  forget(): Promise<void>;
};

/** The guest session: how long it is kept, and what to do when it is over. */
export function useSession(): UseSession {
  const { cart, account } = useShop();
  const { cart: shown, owner, lost } = useObservable(cart);
  const sessionId = shown?.session_id ?? null;
  const end = shown?.expires_at ?? null;
  const calls = useMemo(
    () => ({
      restore: () => cart.restore(),
      forgetLost: () => cart.forgetLost(),
      forget: () => account.forget(),
    }),
    [cart, account],
  );
  return useMemo(() => {
    const expiresAt = end === null ? null : new Date(end);
    return { sessionId, expiresAt, isGuest: owner === "guest", lost, ...calls };
  }, [sessionId, end, owner, lost, calls]);
}

export type UseAccount = AccountState & {
  /** Logs in; the guest's cart goes along, and `receipt` says what came. Rejects with ClientError where it is refused. */
  signIn(body: { email: string; password: string }): Promise<void>;
  signUp(body: { name: string; email: string; password: string }): Promise<void>;
  /** Leaves nothing of the user in any tab of this browser. Rejects with ClientError: then the user is still logged in. */
  signOut(): Promise<void>;
  dismissReceipt(): void;
  dismissEnd(): void;
};

/** Who is logged in, by the server's own accounts. */
export function useAccount(): UseAccount {
  const { account } = useShop();
  const state = useObservable(account);
  const calls = useMemo(
    () => ({
      signIn: (body: { email: string; password: string }) => account.signIn(body),
      signUp: (body: { name: string; email: string; password: string }) => account.signUp(body),
      signOut: () => account.signOut(),
      dismissReceipt: () => account.dismissReceipt(),
      dismissEnd: () => account.dismissEnd(),
    }),
    [account],
  );
  return useMemo(() => ({ ...state, ...calls }), [state, calls]);
}

type Status = { error: ClientError | undefined; isLoading: boolean; reload(): void };

export type UseStores = Status & {
  stores: readonly Store[] | undefined;
  /** Reads the next page of a long list; undefined where all are there. Where that fails, `error` says why. */
  loadMore: (() => Promise<void>) | undefined;
};

/** The active stores. @param q part of the name or address; while a new one is read, `stores` is undefined */
export function useStores({ q = "" }: { q?: string } = {}): UseStores {
  const { client, reads } = useShop();
  const key = storesKey(q);
  const { data, ...status } = useRead<StoreList>(key, async (before) => {
    let list = await client.stores.list({ q });
    // As many as were there: whoever is further down stays there.
    while (before && list.next !== null && list.stores.length < before.stores.length)
      list = await withNextPage(client, q, list);
    return list;
  });
  const loadMore = useCallback(
    () => reads.extend<StoreList>(key, (list) => withNextPage(client, q, list)),
    [client, reads, key, q],
  );
  return { ...status, stores: data?.stores, loadMore: data?.next ? loadMore : undefined };
}

async function withNextPage(client: Client, q: string, list: StoreList): Promise<StoreList> {
  if (list.next === null) return list;
  const page = await client.stores.list({ q, after: list.next });
  return { ...page, stores: [...list.stores, ...page.stores] };
}

export type UseMenus = Status & { store: Store | undefined; menus: readonly Menu[] | undefined };

/** A store and its dishes, those that are sold out included. */
export function useMenus(storeId: number): UseMenus {
  const { client } = useShop();
  const { data, ...status } = useRead<MenuList>(menusKey(storeId), () => client.stores.menus(storeId));
  return { ...status, store: data?.store, menus: data?.menus };
}

function useRead<T>(key: string, load: Load<T>): Read<T> & { reload(): void } {
  const { reads } = useShop();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that the call depends on
  const subscribe = useCallback((listener: () => void) => reads.watch(key, load, listener), [reads, key]);
  const read = useSyncExternalStore(
    subscribe,
    () => reads.get<T>(key),
    () => reads.getFirst<T>(key),
  );
  return useMemo(() => ({ ...read, reload: () => reads.reload(key) }), [reads, key, read]);
}

function useObservable<S>({ subscribe, state, firstState }: Observable<S>): S {
  return useSyncExternalStore(subscribe, state, firstState);
}
