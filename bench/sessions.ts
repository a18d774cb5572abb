/**
 * The benchmark's guest sessions, the n-th of which any process can work out: its token, its dishes and the ids of its
 * lines. Every one has chosen store 4 and has three lines, of dishes 1000 to 1002, and 1003 may come.
 */
import { createHash } from "node:crypto";
import { loadCatalog } from "../src/catalog/load.ts";
import type { Db } from "../src/db/database.ts";
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

/** Sessions of which `active` are in use, scattered evenly over the table. All are where that is all of them. */
export type Crowd = { sessions: number; active: number };
/** @param visitor from 0, one of the active @returns the number of the session */
export const sessionOf = (visitor: number, { sessions, active }: Crowd) =>
  1 + Math.floor((visitor * sessions) / active);
/**
 * What can be removed are the second and the third line of every active session, each once.
 * @param removal from 0
 */
export const removable = (removal: number, crowd: Crowd): [session: number, line: number] => [
  sessionOf(Math.floor(removal / 2), crowd),
  1 + (removal % 2),
];
export const mostRemovals = ({ active }: Crowd) => 2 * active;

/** Runs one statement: a `pg` client's query, or PGlite's. */
export type Run = (statement: string) => Promise<unknown>;

/** Migrates a database and loads the catalog. */
export async function prepare(db: Db): Promise<void> {
  await migrateUp(db);
  await loadCatalog(db, testCatalog);
}

/** Rows that fit need not be checked one by one. */
const UNCHECKED = "set session_replication_role = replica";
const TABLES = ["guest_sessions", "guest_cart_items"];

/** Adds the sessions from one number to another, with their lines. */
export async function fill(run: Run, from: number, to: number): Promise<void> {
  await run(UNCHECKED);
  // Indexes that are not kept up meanwhile and built anew at the end: hashes come in no order, and to put millions of them
  // into an index one by one takes an hour. They keep their names and all that depends on them.
  const indexes = TABLES.map((table) => `'${table}'::regclass`).join(", ");
  await run(`update pg_index set indisready = false, indisvalid = false where indrelid in (${indexes})`);
  const step = 250_000;
  for (let first = from; first <= to; first += step) {
    const range = `generate_series(${first}, ${Math.min(to, first + step - 1)}) n`;
    await run(`
      insert into guest_sessions (id, session_id, selected_store_id, expires_at)
      select n, ${sessionIdInSql("n")}, ${STORE}, now() + interval '2 days' from ${range}`);
    await run(`
      insert into guest_cart_items (id, session_id, menu_id)
      select (n - 1) * ${LINES} + line + 1, session_id, ${FIRST_DISH} + line
      from (select n, ${sessionIdInSql("n")} as session_id from ${range} offset 0) s, generate_series(0, ${LINES - 1}) line`);
  }
  await run("set maintenance_work_mem = '512MB'");
  for (const table of TABLES) await run(`reindex table ${table}`);
  await settle(run, to);
}

/**
 * Puts everything back to what `fill` has made: sessions and lines that have come go, lines that have gone come back,
 * quantities are 1.
 * @param removals how many of the `removable` lines have gone, the first ones
 */
export async function restore(run: Run, crowd: Crowd, removals: number): Promise<void> {
  const { sessions, active } = crowd;
  await run(UNCHECKED);
  await run(`delete from guest_sessions where id > ${sessions}`);
  await run(`delete from guest_cart_items where id > ${sessions * LINES}`);
  await run("update guest_cart_items set quantity = 1 where quantity <> 1");
  if (removals > 0)
    await run(`
      insert into guest_cart_items (id, session_id, menu_id)
      select (n - 1) * ${LINES} + line + 1, ${sessionIdInSql("n")}, ${FIRST_DISH} + line
      from (
        select (1 + (k / 2)::bigint * ${sessions} / ${active})::int as n, 1 + k % 2 as line
        from generate_series(0, ${Math.min(removals, mostRemovals(crowd)) - 1}) k
      ) r
      on conflict do nothing`);
  await settle(run, sessions);
}

/** Ids go on after the last; the disk is at rest, and nothing waits for the autovacuum. */
async function settle(run: Run, sessions: number): Promise<void> {
  await run(`select setval(pg_get_serial_sequence('guest_sessions', 'id'), ${sessions})`);
  await run(`select setval(pg_get_serial_sequence('guest_cart_items', 'id'), ${sessions * LINES})`);
  for (const table of [...TABLES, "menus", "stores"]) await run(`vacuum analyze ${table}`);
  await run("checkpoint");
}
