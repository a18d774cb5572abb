/** The wire format of stores and menus, and the format of the file that `torioki catalog load` takes. */
import { z } from "@hono/zod-openapi";
import { id, idInPath } from "../contract.ts";

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .openapi({ example: "10:30" });

export const hours = z
  .strictObject({
    time_zone: z.string().refine(isTimeZone, "is not an IANA time zone").openapi({ example: "Asia/Tokyo" }),
    week: z.array(z.strictObject({ weekday: z.int().min(1).max(7), opens: clock, closes: clock })).openapi({
      description: "Weekday 1 is Monday. A time in closes that is not after opens is on the next day.",
    }),
  })
  .openapi("Hours");

export const menu = z
  .strictObject({
    id,
    store_id: id,
    name: z.string(),
    price: z.int().openapi({ description: "In the currency's minor unit (for yen: yen)." }),
    description: z.string().nullable(),
    image_url: z.string().nullable(),
    is_available: z.boolean(),
  })
  .openapi("Menu");
export type Menu = z.infer<typeof menu>;

export const store = z
  .strictObject({
    id,
    name: z.string(),
    address: z.string().nullable(),
    is_active: z.boolean(),
    hours: hours.nullable(),
  })
  .openapi("Store");
export type Store = z.infer<typeof store>;

export const storeQuery = z.strictObject({
  q: text(100).optional().openapi({ description: "Part of the name or address, in any case." }),
  after: idInPath.optional().openapi({ description: "The `next` of the page before." }),
  limit: z
    .string()
    .regex(/^([1-9]\d?|[1-4]\d\d|500)$/)
    .transform(Number)
    .optional()
    .openapi({ type: "integer", minimum: 1, maximum: 500, default: 100 }),
});

export type StoreQuery = z.output<typeof storeQuery>;

export const storeList = z
  .strictObject({
    stores: z.array(store).openapi({ description: "Active stores by id." }),
    next: id.nullable().openapi({ description: "Send it as `after` for the next page; null on the last." }),
  })
  .openapi("StoreList");
export type StoreList = z.infer<typeof storeList>;

export const menuList = z
  .strictObject({ store, menus: z.array(menu).openapi({ description: "By id, those sold out included." }) })
  .openapi("MenuList");
export type MenuList = z.infer<typeof menuList>;

const name = text(200).trim().min(1);

/** The catalog file. Without an id, a store is known by its name, a menu by its name within its store. */
export const catalogFile = z.strictObject({
  stores: z.array(
    z.strictObject({
      id: id.optional(),
      name,
      address: text(500).nullable().default(null),
      is_active: z.boolean().default(true),
      hours: hours.nullable().default(null),
      menus: z
        .array(
          z.strictObject({
            id: id.optional(),
            name,
            price: z.int().min(0).max(2_147_483_647),
            description: text(2_000).nullable().default(null),
            image_url: text(2_000).nullable().default(null),
            is_available: z.boolean().default(true),
          }),
        )
        .default([]),
    }),
  ),
});
export type CatalogFile = z.infer<typeof catalogFile>;

/** Text that PostgreSQL can hold: no U+0000 and no half of a character pair. */
function text(most: number) {
  return z
    .string()
    .max(most)
    .refine(
      (value) => value.isWellFormed() && !value.includes("\0"),
      "has a character that cannot be stored",
    );
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
