import { CompiledQuery } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { guest, user } from "../carts/owner.ts";
import { addLine, deleteLine, deleteLines, readCart, updateLine, updateUserStore } from "../carts/queries.ts";
import { findSession, updateStore } from "../guest-sessions/queries.ts";
import { findReceipt, findReceipts, handOverSession, insertTicket } from "../hand-over/queries.ts";
import type { Statement } from "./ask.ts";

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

async function reads(statement: Statement<unknown>): Promise<string[]> {
  const { sql, parameters } = statement.compile(database.db);
  const { rows } = await database.db.executeQuery<{ "QUERY PLAN": [{ Plan: never }] }>(
    CompiledQuery.raw(`explain (format json) ${sql}`, [...parameters]),
  );
  return readsOf(rows[0]?.["QUERY PLAN"][0].Plan as never);
}

it.each([
  ["a look-up by session id", findSession(SESSION), 1],
  ["a cart read", readCart(guest(SESSION)), 2],
  ["a choice of store", updateStore(SESSION, 1, undefined), 2],
  ["an add", addLine(guest(SESSION), 10, 1, undefined), 4],
  ["an add with a key", addLine(guest(SESSION), 10, 1, { key: "k", fingerprint: "f" }), 4],
  ["a change of quantity", updateLine(guest(SESSION), 1, 2), 2],
  ["a removal", deleteLine(guest(SESSION), 1), 2],
  ["emptying a cart", deleteLines(guest(SESSION)), 2],
  ["a user's cart read", readCart(user(7)), 2],
  ["a user's add with a key", addLine(user(7), 10, 1, { key: "k", fingerprint: "f" }), 4],
  ["a user's change of quantity", updateLine(user(7), 1, 2), 2],
  ["a user's removal", deleteLine(user(7), 1), 1],
  ["a user's choice of store", updateUserStore(7, 1, undefined), 1],
  ["a hand-over by session", handOverSession({ sessionId: SESSION }, 7, "sum"), 2],
  ["a hand-over by ticket", handOverSession({ ticketHash: SESSION }, 7, "sum"), 3],
  ["a receipt", findReceipt(SESSION), 1],
  ["a user's receipts", findReceipts(7, 20), 1],
  ["a new ticket", insertTicket(SESSION, "new", 600), 2],
])("%s uses index scans only, on 100,000 sessions", async (_, statement, atLeast) => {
  const found = await reads(statement as Statement<unknown>);
  expect(found.filter((read) => !/^(Index|Bitmap)/.test(read))).toEqual([]);
  expect(found.length).toBeGreaterThanOrEqual(atLeast);
});

it("a sequential scan would be seen", async () => {
  await database.query("drop index ix_guest_cart_items_session_id");
  await database.query(
    "alter table guest_cart_items drop constraint guest_cart_items_session_id_menu_id_key",
  );
  expect(await reads(readCart(guest(SESSION)))).toContain("Seq Scan guest_cart_items");
});
