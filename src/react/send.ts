/** One change of the cart as one call to the server. */
import { newKey } from "../client/key.ts";
import { type Change, emptyCart, type ShopperCart, storeOf, withChanges } from "./changes.ts";
import type { Owner } from "./owner.ts";

/** What is set, taken or emptied depends on what there is; an add and the choice of a store do not. */
export function isRelative(change: Change): boolean {
  return change.kind === "step" ? change.by <= 0 : change.kind !== "store";
}

/** Whether another store has to be chosen first. An add does that by itself; where no store is chosen there is nothing. */
export function isElsewhere(change: Change, { selected_store_id }: ShopperCart): boolean {
  return isRelative(change) && selected_store_id !== null && selected_store_id !== storeOf(change);
}

/** A step down is not safe to send twice: what it leads to is. */
export function settle(change: Change, known: ShopperCart): Change {
  if (change.kind !== "step" || change.by > 0) return change;
  const quantity = Math.max(0, (lineOf(change.menu.id, known)?.quantity ?? 0) + change.by);
  return { kind: "set", menu: change.menu, quantity };
}

/**
 * @param change settled, at its store
 * @param known the cart by the server's last word
 * @param signal aborts it
 * @returns the cart by the server's new word; `known` where there is nothing to do
 * @throws ClientError
 */
export async function send(
  owner: Owner,
  change: Change,
  known: ShopperCart,
  signal: AbortSignal,
): Promise<ShopperCart | null> {
  if (change.kind === "store") return owner.selectStore(change.storeId, keyOf(change), signal);
  if (change.kind === "clear") return known.items.length === 0 ? known : owner.lines.clear({ signal });
  const line = lineOf(change.menu.id, known);
  if (change.kind === "step" || !line) {
    const quantity = change.kind === "step" ? change.by : change.quantity;
    if (quantity === 0) return known;
    // More is added, not set: what another tab adds meanwhile counts, and with a key it may be sent again.
    const options = { storeId: change.menu.store_id, idempotencyKey: keyOf(change), signal };
    return owner.lines.add({ menu_id: change.menu.id, quantity }, options);
  }
  if (change.quantity === line.quantity) return known;
  if (change.quantity === 0) return owner.lines.remove(line.id, { signal });
  return owner.lines.setQuantity(line.id, change.quantity, { signal });
}

/**
 * Sends all that can be sent without waiting for an answer, when there will be nobody to hear it.
 * @param server the cart by the server's last word; undefined: not known
 * @returns the changes in the form in which they were sent: sent again in that form, they have no further effect
 */
export function sendAtOnce(
  owner: Owner,
  { changes, isSent }: { changes: readonly Change[]; isSent: boolean },
  server: ShopperCart | undefined,
  signal: AbortSignal,
): Change[] {
  let cart = server;
  return changes.map((change, n) => {
    const known = cart ?? emptyCart;
    const isKnown =
      !isRelative(change) || (cart && !isElsewhere(change, known) && !isOfNewLine(change, known));
    const goes = isKnown && !(isSent && n === 0);
    const settled = goes ? settle(change, known) : change;
    if (goes) send(owner, settled, known, signal).catch(() => {});
    cart = cart && withChanges(cart, [settled]);
    return settled;
  });
}

/** Whether it is about a line that the server has not numbered yet. */
function isOfNewLine(change: Change, { items }: ShopperCart): boolean {
  return "menu" in change && items.some(({ id, menu_id }) => menu_id === change.menu.id && id < 0);
}

function lineOf(menuId: number, { items }: ShopperCart) {
  return items.find((item) => item.menu_id === menuId);
}

/** The same at every try of the same change. */
function keyOf(change: Change & { key?: string }): string {
  change.key ??= newKey();
  return change.key;
}
