/**
 * The benchmark's guest sessions, the n-th of which any process can work out: its token, its dishes and the ids of its
 * lines. Every one has chosen store 4 and has three lines, of dishes 1000 to 1002, and 1003 may come.
 */
import { createHash } from "node:crypto";
import pg from "pg";
import { loadCatalog } from "../src/catalog/load.ts";
import { openDatabase } from "../src/db/database.ts";
import { migrateUp } from "../src/db/migrator.ts";
import { testCatalog } from "../test/helpers/catalog.ts";

export const STORE = 4;
export const LINES = 3;
const FIRST_DISH = 1_000;

/** @param n from 1 */
export const tokenOf = (n: number) => `bench${String(n).padStart(59, "0")}`;
export const sessionIdOf = (n: number) => createHash("sha256").update(tokenOf(n)).digest("hex");
/** The same in SQL. */
export const sessionIdInSql = (n: string) =>
  `encode(sha256(convert_to('bench' || lpad((${n})::text, 59, '0'), 'UTF8')), 'hex')`;
/** @param line from 0 */
export const lineOf = (n: number, line: number) => (n - 1) * LINES + line + 1;
export const dishOf = (line: number) => FIRST_DISH + line;

/** Migrates a database and loads the catalog. */
export async function prepare(url: string): Promise<void> {
  const { db, close } = await openDatabase(url, { patient: true });
  await migrateUp(db);
  await loadCatalog(db, testCatalog);
  await close();
}

/** Adds the sessions from one number to another, with their lines. */
export async function fill(url: string, from: number, to: number): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  // Rows that fit need not be checked one by one.
  await client.query("set session_replication_role = replica");
  const step = 250_000;
  for (let first = from; first <= to; first += step) {
    const range = `generate_series(${first}, ${Math.min(to, first + step - 1)}) n`;
    await client.query(`
      insert into guest_sessions (session_id, selected_store_id, expires_at)
      select ${sessionIdInSql("n")}, ${STORE}, now() + interval '1 day' from ${range}`);
    await client.query(`
      insert into guest_cart_items (id, session_id, menu_id)
      select (n - 1) * ${LINES} + line + 1, ${sessionIdInSql("n")}, ${FIRST_DISH} + line
      from ${range}, generate_series(0, ${LINES - 1}) line`);
  }
  await client.query(
    "select setval(pg_get_serial_sequence('guest_cart_items', 'id'), max(id)) from guest_cart_items",
  );
  for (const table of ["guest_sessions", "guest_cart_items", "menus", "stores"])
    await client.query(`vacuum analyze ${table}`);
  await client.query("checkpoint");
  await client.end();
}
