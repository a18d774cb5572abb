/** The wire format of carts (CONTRACT section 4). */
import { z } from "@hono/zod-openapi";
import { menu } from "../catalog/contract.ts";
import { id, timestamp } from "../contract.ts";
import { MAX_QUANTITY } from "./limits.ts";

export const quantity = z.int().min(1).max(MAX_QUANTITY);

export const addItem = z.strictObject({ menu_id: id, quantity: quantity.default(1) });
export type AddItem = z.input<typeof addItem>;
export const setQuantity = z.strictObject({ quantity });

export const notice = z.strictObject({
  code: z.enum(["menu_unavailable", "store_inactive"]),
  message: z.string(),
});
export type Notice = z.infer<typeof notice>;

export const item = z
  .strictObject({
    id,
    menu_id: id,
    quantity,
    added_at: timestamp,
    updated_at: timestamp,
    subtotal: z.int().openapi({ description: "Price × quantity, at today's price." }),
    orderable: z.boolean().openapi({ description: "Whether the line counts: dish available, store active." }),
    notices: z.array(notice).openapi({ description: "Why the line is not orderable." }),
    menu,
  })
  .openapi("CartItem");
export type CartItem = z.infer<typeof item>;

export const cart = z
  .strictObject({
    session_id: z.string().regex(/^[0-9a-f]{64}$/),
    selected_store_id: id.nullable(),
    items: z.array(item).openapi({ description: "The lines of the selected store, oldest first." }),
    total_items: z.int().openapi({ description: "Sum of the quantities of orderable lines." }),
    total_amount: z
      .int()
      .openapi({ description: "Sum of the subtotals of orderable lines, in the currency's minor unit." }),
    other_stores: z
      .array(z.strictObject({ store_id: id, store_name: z.string(), total_items: z.int() }))
      .openapi({
        description:
          "The stores whose lines wait until that store is chosen again; total_items as it would then be.",
      }),
    expires_at: timestamp,
  })
  .openapi("Cart");
export type Cart = z.infer<typeof cart>;

/** The cart of a user who has logged in: the same, but it belongs to no guest session and does not expire. */
export const userCart = z
  .strictObject({ ...cart.shape, session_id: z.null(), expires_at: z.null() })
  .openapi("UserCart");
export type UserCart = z.infer<typeof userCart>;

export const selectStore = z.strictObject({ store_id: id });
