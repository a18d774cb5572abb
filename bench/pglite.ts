/**
 * What preparing statements is worth on the embedded database: the same cart statements through Kysely's own PGlite
 * dialect, which parses and plans at every call, and through ours. Run: npm run bench:pglite
 */
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { GuestCarts } from "../src/carts/cart.ts";
import { loadCatalog } from "../src/catalog/load.ts";
import { openDatabase } from "../src/db/database.ts";
import { batchingOn } from "../src/db/many.ts";
import { migrateUp } from "../src/db/migrator.ts";
import type { Schema } from "../src/db/schema.ts";
import { GuestSessions } from "../src/guest-sessions/guest-session.ts";
import { parse } from "../src/host-calls.ts";
import { testCatalog } from "../test/helpers/catalog.ts";

const CALLS = 1_000;
const lite = await PGlite.create();
const { db: ours, capacity } = await openDatabase(lite);
const batching = batchingOn(capacity, false);
await migrateUp(ours);
await loadCatalog(ours, testCatalog);
const theirs = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: lite }) });

const results: Record<string, Record<string, number>> = {};
for (const round of [1, 2, 3]) {
  for (const [name, db] of [
    ["parsed at every call", theirs],
    ["prepared once", ours],
  ] as const) {
    const sessions = new GuestSessions(db, 3_600, batching);
    const carts = new GuestCarts(db, batching);
    const { sessionToken } = await sessions.create();
    await sessions.selectStore({ sessionToken, storeId: 4 });
    for (let menuId = 1_000; menuId < 1_005; menuId += 1)
      await carts.add({ sessionToken }, { menuId, quantity: 1 });
    const [line] = parse(await carts.get({ sessionToken })).items;
    results[`${name}, round ${round}`] = {
      "cart reads/s": await perSecond(() => carts.get({ sessionToken })),
      "changes/s": await perSecond((n) =>
        carts.setQuantity({ sessionToken }, { itemId: line?.id as number, quantity: 1 + (n % 99) }),
      ),
    };
  }
}
console.table(results);
await lite.close();

async function perSecond(call: (n: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < CALLS; n += 1) await call(n);
  return Math.round((CALLS / (performance.now() - start)) * 1_000);
}
