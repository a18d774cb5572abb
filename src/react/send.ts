/** One change of the cart as one call to the server. */
import { newKey } from "../client/key.ts";
import type { Change, ShopperCart } from "./changes.ts";
import type { Owner } from "./owner.ts";

/**
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
  switch (change.kind) {
    case "store":
      return owner.selectStore(change.storeId, keyOf(change), signal);
    case "clear":
      return known.items.length === 0 ? known : owner.lines.clear({ signal });
    default: {
      const there = await knownAt(owner, change, known, signal);
      const line = there.items.find((item) => item.menu_id === change.menu.id);
      const has = line?.quantity ?? 0;
      const quantity = change.kind === "set" ? change.quantity : Math.max(0, has + change.by);
      if (quantity === has) return there;
      // More is added, not set: what another tab adds meanwhile counts, and with a key it may be sent again.
      const more = change.kind === "step" ? change.by : line ? 0 : quantity;
      if (more > 0) {
        const options = { storeId: change.menu.store_id, idempotencyKey: keyOf(change), signal };
        return owner.lines.add({ menu_id: change.menu.id, quantity: more }, options);
      }
      const { id } = line as { id: number };
      if (quantity > 0) return owner.lines.setQuantity(id, quantity, { signal });
      return owner.lines.remove(id, { signal });
    }
  }
}

/** Another tab may have chosen another store since the shopper saw the line. An add chooses the dish's store by itself. */
async function knownAt(
  owner: Owner,
  change: Extract<Change, { menu: unknown }>,
  known: ShopperCart,
  signal: AbortSignal,
): Promise<ShopperCart> {
  const { store_id } = change.menu;
  const isAdd = change.kind === "step" && change.by > 0;
  if (isAdd || store_id === known.selected_store_id) return known;
  return (await owner.selectStore(store_id, newKey(), signal)) ?? known;
}

/** The same at every try of the same change. */
function keyOf(change: Change & { key?: string }): string {
  change.key ??= newKey();
  return change.key;
}
