/** What a shopper has changed and the server has not confirmed, and what the cart looks like if it accepts that. */
import type { Cart, CartItem, Menu, UserCart } from "../client/client.ts";

/** The cart of whoever is shopping. A guest without a session has an empty one, with `session_id` null like a user's. */
export type ShopperCart = Cart | UserCart;

export type Change =
  /** So many more or fewer: two tabs that step at once are both counted. */
  | { kind: "step"; menu: Menu; by: number; key?: string }
  /** To be this many, whether there is a line or not; 0 removes it. */
  | { kind: "set"; menu: Menu; quantity: number; key?: string }
  | { kind: "clear"; storeId: number }
  | { kind: "store"; storeId: number; key?: string };

export type OfDish = Extract<Change, { menu: Menu }>;

/** The contract's: more of one dish is refused. */
export const MOST = 99;

export const emptyCart: ShopperCart = {
  session_id: null,
  selected_store_id: null,
  items: [],
  total_items: 0,
  total_amount: 0,
  other_stores: [],
  expires_at: null,
};

export function withChanges(cart: ShopperCart, changes: readonly Change[]): ShopperCart {
  if (changes.length === 0) return cart;
  return withTotals(changes.reduce(withChange, cart));
}

/** What will be refused changes nothing. */
function quantityAfter(change: OfDish, has: number): number {
  if (change.kind === "step" && change.by < 0) return Math.max(0, has + change.by);
  const quantity = change.kind === "set" ? change.quantity : has + change.by;
  return Number.isInteger(quantity) && quantity >= 0 && quantity <= MOST ? quantity : has;
}

function withChange(cart: ShopperCart, change: Change): ShopperCart {
  const there = atStore(cart, storeOf(change));
  if (change.kind === "store") return there;
  return { ...there, items: change.kind === "clear" ? [] : withDish(there.items, change) };
}

/** The store that is chosen by the change, if it is not yet. */
export function storeOf(change: Change): number {
  return "menu" in change ? change.menu.store_id : change.storeId;
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
  const quantity = quantityAfter(change, line?.quantity ?? 0);
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
