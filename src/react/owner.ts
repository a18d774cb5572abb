/** What differs between a guest's cart and a user's, for whoever keeps it in step with the server. */
import type { Client } from "../client/client.ts";
import type { ShopperCart } from "./changes.ts";

export type Owner = {
  kind: "guest" | "user";
  /** null where a guest has no session. */
  get(signal: AbortSignal): Promise<ShopperCart | null>;
  selectStore(storeId: number, idempotencyKey: string, signal: AbortSignal): Promise<ShopperCart | null>;
  lines: Pick<Client["cart" | "userCart"], "setQuantity" | "remove" | "clear"> & {
    add(
      item: { menu_id: number; quantity: number },
      options: { storeId: number; idempotencyKey: string; signal: AbortSignal },
    ): Promise<ShopperCart>;
  };
};

export function guestOf(client: Client): Owner {
  return {
    kind: "guest",
    get: (signal) => client.cart.get({ signal }),
    selectStore: async (storeId, idempotencyKey, signal) => {
      await client.session.selectStore(storeId, { idempotencyKey, signal });
      return client.cart.get({ signal });
    },
    lines: client.cart,
  };
}

export function userOf(client: Client): Owner {
  return {
    kind: "user",
    get: (signal) => client.userCart.get({ signal }),
    selectStore: (storeId, idempotencyKey, signal) =>
      client.userCart.selectStore(storeId, { idempotencyKey, signal }),
    lines: client.userCart,
  };
}
