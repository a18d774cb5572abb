import { CompiledQuery } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { guest, user } from "../carts/owner.ts";
import {
  addLines,
  clearCarts,
  deleteLines,
  readCarts,
  updateLines,
  updateUserStores,
} from "../carts/queries.ts";
import { findSessions, updateStores } from "../guest-sessions/queries.ts";
import { findReceipt, findReceipts, handOverSession, insertTicket } from "../hand-over/queries.ts";
import type { Statement } from "./ask.ts";
import { type Locking, type ManyStatement, textOf } from "./many.ts";

const SESSION = "00000000000000000000000000000007";
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query("insert into stores (name) select 'Store ' || n from generate_series(1, 2000) n");
  await database.query(
    "insert into menus (store_id, name, price) select s.id, 'Dish', 100 from stores s, generate_series(1, 10)",
  );
  await database.query(
    "insert into guest_sessions (session_id, selected_store_id, expires_at) select lpad(n::text, 32, '0'), 1, now() + interval '1 hour' from generate_series(1, 100000) n",
  );
  await database.query(
    "insert into guest_cart_items (session_id, menu_id) select session_id, m from guest_sessions, unnest(array[10, 11, 20]) m",
  );
  await database.query(
    "insert into torioki_idempotency_keys (session_id, key, fingerprint) select session_id, 'key', '' from guest_sessions",
  );
  await database.query("insert into users (id) select n from generate_series(1, 20000) n");
  await database.query("insert into torioki_user_carts (user_id, selected_store_id) select id, 1 from users");
  await database.query(
    "insert into user_cart_items (user_id, menu_id) select id, m from users, unnest(array[10, 11, 20]) m",
  );
  await database.query(
    "insert into torioki_user_idempotency_keys (user_id, key, fingerprint) select id, 'key', '' from users",
  );
  await database.query(
    "insert into torioki_tickets select session_id, session_id, expires_at from guest_sessions where id <= 20000",
  );
  await database.query(
    "insert into torioki_hand_overs (session_id, user_id, items) select session_id, 1 + id % 20000, '[]' from guest_sessions where id > 80000",
  );
  await database.query("analyze");
});
afterAll(() => database.close());

/** Every node of a plan that reads a table, e.g. "Index Scan guest_sessions". */
function readsOf(node: { "Node Type": string; "Relation Name"?: string; Plans?: never[] }): string[] {
  const own =
    node["Relation Name"] && /Scan$/.test(node["Node Type"])
      ? [`${node["Node Type"]} ${node["Relation Name"]}`]
      : [];
  return [...own, ...(node.Plans ?? []).flatMap(readsOf)];
}

async function reads({
  sql,
  parameters,
}: {
  sql: string;
  parameters: readonly unknown[];
}): Promise<string[]> {
  const { rows } = await database.db.executeQuery<{ "QUERY PLAN": [{ Plan: never }] }>(
    CompiledQuery.raw(`explain (format json) ${sql}`, [...parameters]),
  );
  return readsOf(rows[0]?.["QUERY PLAN"][0].Plan as never);
}

async function expectIndexScans(found: string[], atLeast: number): Promise<void> {
  expect(found.filter((read) => !/^(Index|Bitmap)/.test(read))).toEqual([]);
  expect(found.length).toBeGreaterThanOrEqual(atLeast);
}

/** The statement as it is sent for one request, or for many of them. */
function sent<Request>(statement: ManyStatement<Request, unknown>, requests: Request[], locking: Locking) {
  const isOne = requests.length === 1;
  const parameters = Object.values(statement.columns).map(({ of }) =>
    isOne ? of(requests[0] as Request) : requests.map(of),
  );
  return { sql: textOf(statement, isOne, locking), parameters };
}

const change = { key: "k", fingerprint: "f" };
const asGuest = { ownerId: SESSION, language: "en" } as const;
const asUser = { ownerId: 7, language: "en" } as const;
/** Each with a request, and how many reads of tables its plan has at the least. */
const overRequests: [string, ManyStatement<never, unknown>, object | string, number][] = [
  ["look-ups by session id", findSessions, SESSION, 1],
  ["cart reads", readCarts(guest), asGuest, 2],
  ["choices of store", updateStores, { sessionId: SESSION, storeId: 1, change }, 3],
  ["adds", addLines(guest), { ...asGuest, menuId: 10, quantity: 1, change }, 4],
  ["changes of quantity", updateLines(guest), { ...asGuest, itemId: 1, quantity: 2 }, 3],
  ["removals", deleteLines(guest), { ...asGuest, itemId: 1 }, 3],
  ["emptyings of carts", clearCarts(guest), asGuest, 3],
  ["users' cart reads", readCarts(user), asUser, 3],
  ["users' adds", addLines(user), { ...asUser, menuId: 10, quantity: 1, change }, 4],
  ["users' changes of quantity", updateLines(user), { ...asUser, itemId: 1, quantity: 2 }, 3],
  ["users' removals", deleteLines(user), { ...asUser, itemId: 1 }, 2],
  ["users' choices of store", updateUserStores, { ...asUser, storeId: 1, change }, 3],
];

describe.each([1, 2, 64])("%s at once", (count) => {
  describe.each(["wait", "skip"] as const)("that %s", (locking) => {
    it.each(overRequests)(
      "%s use index scans only, on 100,000 sessions",
      async (_, statement, request, atLeast) => {
        const requests = Array(count).fill(request) as never[];
        await expectIndexScans(await reads(sent(statement, requests, locking)), atLeast);
      },
    );
  });
});

it.each([
  ["a hand-over by session", handOverSession({ sessionId: SESSION }, 7, "sum"), 2],
  ["a hand-over by ticket", handOverSession({ ticketHash: SESSION }, 7, "sum"), 3],
  ["a receipt", findReceipt(SESSION), 1],
  ["a user's receipts", findReceipts(7, 20), 1],
  ["a new ticket", insertTicket(SESSION, "new", 600), 2],
])("%s uses index scans only, on 100,000 sessions", async (_, statement, atLeast) => {
  await expectIndexScans(await reads((statement as Statement<unknown>).compile(database.db)), atLeast);
});

it("a sequential scan would be seen", async () => {
  await database.query("drop index ix_guest_cart_items_session_id");
  await database.query(
    "alter table guest_cart_items drop constraint guest_cart_items_session_id_menu_id_key",
  );
  expect(await reads(sent(readCarts(guest), [asGuest], "wait"))).toContain("Seq Scan guest_cart_items");
});
