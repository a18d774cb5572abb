/** The wire format of hand-overs (CONTRACT section 4). */
import { z } from "@hono/zod-openapi";
import { quantity } from "../carts/contract.ts";
import { MAX_QUANTITY } from "../carts/limits.ts";
import { id, timestamp } from "../contract.ts";

export const convertSession = z.strictObject({
  ticket: z.string().optional().openapi({
    description:
      "A code from POST /api/guest/session/ticket, in place of the session credential. Used, expired and unknown ones are refused alike.",
  }),
});

export type ConvertSession = z.input<typeof convertSession>;

export const receiptItem = z
  .strictObject({
    menu_id: id,
    store_id: id,
    guest_quantity: quantity,
    user_quantity_before: z
      .int()
      .min(0)
      .max(MAX_QUANTITY)
      .openapi({ description: "0 where there was no line." }),
    user_quantity_after: quantity,
    outcome: z.enum(["migrated", "merged", "capped"]).openapi({
      description: `migrated: the user had no such line; merged: both had one; capped: merged, and cut to ${MAX_QUANTITY}.`,
    }),
  })
  .openapi("ReceiptItem");
export type ReceiptItem = z.infer<typeof receiptItem>;

export const receipt = z
  .strictObject({
    user_id: id,
    converted_at: timestamp,
    migrated_items: z.int().openapi({ description: "Lines that the user did not have before." }),
    merged_items: z.int().openapi({ description: "Lines that both had, those that were capped included." }),
    total_quantity: z.int().openapi({ description: "Sum of guest_quantity: how much the guest brought." }),
    replayed: z.boolean().openapi({ description: "Whether this hand-over had been done before." }),
    items: z.array(receiptItem),
  })
  .openapi("Receipt");
export type Receipt = z.infer<typeof receipt>;

export const receiptList = z.strictObject({ receipts: z.array(receipt) }).openapi("ReceiptList");
export type ReceiptList = z.infer<typeof receiptList>;

export const ticket = z
  .strictObject({
    ticket: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/)
      .openapi({
        description: "Told here only. Whoever logs in with it gets the cart: pass it on with care.",
      }),
    expires_at: timestamp,
  })
  .openapi("Ticket");
export type Ticket = z.infer<typeof ticket>;
