/** The shopper's changes that wait for their turn, in order; the first may be on its way. */
import { type Change, MOST, type ShopperCart, withChanges } from "./changes.ts";

export class Pending {
  changes: readonly Change[] = [];
  /** Whether the first is on its way: it stays as it is. */
  isSent = false;
  /** Whether the first may have been carried out, though there was no answer. */
  isUnsure = false;

  get first(): Change | undefined {
    return this.changes[0];
  }

  /** @param cart by the server's last word */
  add(change: Change, cart: ShopperCart): void {
    this.changes = enqueue(this.changes, change, this.isSent ? 1 : 0, cart);
  }

  /** Puts the first into the form in which it is sent. */
  settleFirst(change: Change): void {
    this.changes = this.changes.with(0, change);
  }

  /** It is confirmed, or refused. */
  takeFirst(): void {
    this.keep(this.changes.slice(1));
  }

  /** Of what is left nothing has been sent. */
  keep(changes: readonly Change[]): void {
    this.changes = changes;
    this.isSent = false;
    this.isUnsure = false;
  }
}

/**
 * Puts a change behind those that wait. Changes of one dish become one, over those of other dishes, and so do choices of a
 * store: a burst of clicks is a request or two. But only where it looks the same as one after the other: a click too many at
 * 99 is refused alone, and does not take those before it along.
 * @param sent how many of the queue, from its head, must stay as they are
 * @param cart the cart without the queue
 */
export function enqueue(queue: readonly Change[], change: Change, sent: number, cart: ShopperCart): Change[] {
  const apart = [...queue, change];
  const n = queue.findLastIndex((waiting) => isOfSame(waiting, change));
  if (n < sent) return apart;
  const both = together(queue[n] as Change, change);
  if (!both) return apart;
  const merged = queue.with(n, both);
  return looksAlike(withChanges(cart, merged), withChanges(cart, apart)) ? merged : apart;
}

/** Whether two changes are about the same: a dish, the choice of a store, an emptying. */
export function isOfSame(one: Change, other: Change): boolean {
  if ("menu" in one && "menu" in other) return one.menu.id === other.menu.id;
  return one.kind === other.kind;
}

function together(first: Change, second: Change): Change | undefined {
  // What has a key may have reached the server: with that key it must be the same for ever.
  if ("key" in first) return undefined;
  if (second.kind !== "step") return second;
  if (first.kind === "step") {
    const by = first.by + second.by;
    return by <= MOST ? { ...second, by } : undefined;
  }
  if (first.kind !== "set") return undefined;
  const quantity = Math.max(0, first.quantity + second.by);
  return quantity <= MOST ? { ...first, quantity } : undefined;
}

function looksAlike(one: ShopperCart, other: ShopperCart): boolean {
  const quantities = new Map(one.items.map((item) => [item.menu_id, item.quantity]));
  return (
    one.selected_store_id === other.selected_store_id &&
    one.items.length === other.items.length &&
    other.items.every((item) => quantities.get(item.menu_id) === item.quantity)
  );
}
