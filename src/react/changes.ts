/**
 * Changes that a shopper has made and the server has not confirmed: how they go together, and what the cart looks like with
 * them. Nothing here waits or sends; see `cart-store.ts`.
 */
import type { Cart, CartItem, Menu, UserCart } from "../client/client.ts";

/** The cart of whoever is shopping. A guest without a session has an empty one, with `session_id` null like a user's. */
export type ShopperCart = Cart | UserCart;

export type Change =
  /** So many more or fewer: two tabs that step at once are both counted. */
  | { kind: "step"; menu: Menu; by: number; key?: string }
  /** To be this many, whether there is a line or not; 0 removes it. */
  | { kind: "set"; menu: Menu; quantity: number; key?: string }
  | { kind: "clear"; storeId: number | null }
  | { kind: "store"; storeId: number; key?: string };

/** The contract's: more of one dish is refused. */
const MOST = 99;

export const emptyCart: ShopperCart = {
  session_id: null,
  selected_store_id: null,
  items: [],
  total_items: 0,
  total_amount: 0,
  other_stores: [],
  expires_at: null,
};

/**
 * Puts a change behind those that wait. Changes of one dish become one, over those of other dishes (their order makes no
 * difference), but not over a change of store or an emptying. So a burst of clicks is a request or two, and none is lost.
 * @param sent how many of the queue, from its head, are on their way and must stay as they are
 */
export function enqueue(queue: readonly Change[], change: Change, sent: number): Change[] {
  if (change.kind === "step" || change.kind === "set") {
    for (let n = queue.length - 1; n >= sent; n -= 1) {
      const waiting = queue[n] as Change;
      if (waiting.kind === "clear" || waiting.kind === "store") break;
      if (waiting.menu.id !== change.menu.id) continue;
      return queue.with(n, together(waiting, change));
    }
  }
  return [...queue, change];
}

type OfDish = Extract<Change, { kind: "step" | "set" }>;

function together(first: OfDish, second: OfDish): OfDish {
  if (second.kind === "set") return second;
  if (first.kind === "step") return { ...second, by: first.by + second.by };
  return { ...first, quantity: within(first.quantity + second.by) };
}

/** The cart as it will be if the server accepts every change. */
export function withChanges(cart: ShopperCart, changes: readonly Change[]): ShopperCart {
  if (changes.length === 0) return cart;
  return withTotals(changes.reduce(withChange, cart));
}

function withChange(cart: ShopperCart, change: Change): ShopperCart {
  switch (change.kind) {
    case "store":
      return atStore(cart, change.storeId);
    case "clear":
      return change.storeId === cart.selected_store_id ? { ...cart, items: [] } : cart;
    default: {
      const there = change.kind === "step" && change.by > 0 ? atStore(cart, change.menu.store_id) : cart;
      return { ...there, items: withDish(there.items, change) };
    }
  }
}

/** The lines that wait at the other store are not known yet, so none are shown. */
function atStore(cart: ShopperCart, storeId: number): ShopperCart {
  if (cart.selected_store_id === storeId) return cart;
  const other_stores = cart.other_stores.filter((other) => other.store_id !== storeId);
  return { ...cart, selected_store_id: storeId, items: [], other_stores };
}

function withDish(items: CartItem[], change: OfDish): CartItem[] {
  const { menu } = change;
  const n = items.findIndex((item) => item.menu_id === menu.id);
  const line = items[n];
  const quantity = change.kind === "set" ? change.quantity : within((line?.quantity ?? 0) + change.by);
  if (quantity === 0) return items.filter((item) => item !== line);
  if (line) return items.with(n, { ...line, quantity, subtotal: quantity * line.menu.price });
  return [...items, newLine(menu, quantity)];
}

/** A line that the server has not numbered yet has an id that no line can have. */
function newLine(menu: Menu, quantity: number): CartItem {
  const now = new Date().toISOString();
  return {
    id: -menu.id,
    menu_id: menu.id,
    quantity,
    added_at: now,
    updated_at: now,
    subtotal: quantity * menu.price,
    orderable: menu.is_available,
    notices: [],
    menu,
  };
}

function withTotals(cart: ShopperCart): ShopperCart {
  const orderable = cart.items.filter((item) => item.orderable);
  return {
    ...cart,
    total_items: orderable.reduce((sum, { quantity }) => sum + quantity, 0),
    total_amount: orderable.reduce((sum, { subtotal }) => sum + subtotal, 0),
  };
}

function within(quantity: number): number {
  return Math.max(0, Math.min(MOST, quantity));
}
