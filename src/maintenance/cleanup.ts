/** Deletes what is out of date: guest sessions with their lines above all. A plain call; when it runs is decided elsewhere. */
import { type RawBuilder, sql } from "kysely";
import { ask, type Statement } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { hasLogins } from "../db/logins.ts";

export type CleanupReport = {
  sessions: number;
  lines: number;
  /** Users' idempotency keys of over 24 hours (a guest's go with the session). */
  idempotency_keys: number;
  /** Expired logins of the server's own accounts. */
  logins: number;
  batches: number;
  seconds: number;
  /** Age of the oldest expired session that is left (in use, or out of time), in seconds; null where none is. */
  oldest_left_seconds: number | null;
};

export type CleanupOptions = {
  /** Only counts what would be deleted. */
  dryRun?: boolean;
  /** Sessions in one transaction. */
  batchSize?: number;
};

/**
 * Deletes expired sessions, oldest first, in short transactions until none is left. A session that somebody holds is
 * skipped and goes with the next run; one that is live is never touched, because its time is checked under its lock.
 * What else of ours gets old goes the same way.
 */
export async function cleanup(
  db: Db,
  { dryRun = false, batchSize = 5_000 }: CleanupOptions = {},
): Promise<CleanupReport> {
  const start = performance.now();
  const total = { sessions: 0, lines: 0, idempotency_keys: 0, logins: 0, batches: 0 };
  if (dryRun) {
    Object.assign(total, await ask(db, countExpired()));
    total.idempotency_keys = (await ask(db, countRows(oldKeys))) ?? 0;
    if (await ask(db, hasLogins)) total.logins = (await ask(db, countRows(oldLogins))) ?? 0;
  } else {
    for (let deleted = batchSize; deleted === batchSize; ) {
      const batch = await ask(db, deleteExpired(batchSize));
      deleted = batch?.sessions ?? 0;
      if (deleted === 0) break;
      total.sessions += deleted;
      total.lines += batch?.lines ?? 0;
      total.batches += 1;
    }
    total.idempotency_keys = await deleteRows(db, oldKeys, batchSize);
    if (await ask(db, hasLogins)) total.logins = await deleteRows(db, oldLogins, batchSize);
  }
  const oldest = await ask(db, oldestExpired());
  return {
    ...total,
    seconds: Math.round(performance.now() - start) / 1_000,
    oldest_left_seconds: oldest ?? null,
  };
}

function countExpired(): Statement<{ sessions: number; lines: number }> {
  return sql`
    select json_build_object('sessions', count(*), 'lines', coalesce(sum(l.lines), 0))::text as answer
    from guest_sessions g
    cross join lateral (select count(*) as lines from guest_cart_items i where i.session_id = g.session_id) l
    where g.expires_at < now()`;
}

/** Lines are deleted by the same statement, so that they are counted; the foreign key finds none left to cascade to. */
function deleteExpired(batchSize: number): Statement<{ sessions: number; lines: number }> {
  return sql`
    with expired as materialized (
      select g.session_id from guest_sessions g
      where g.expires_at < now()
      order by g.expires_at
      limit ${batchSize}
      for update skip locked
    ), lines as (
      delete from guest_cart_items i using expired e where i.session_id = e.session_id returning 1
    ), sessions as (
      delete from guest_sessions g using expired e where g.session_id = e.session_id returning 1
    )
    select json_build_object(
      'sessions', (select count(*) from sessions), 'lines', (select count(*) from lines)
    )::text as answer`;
}

function oldestExpired(): Statement<number> {
  return sql`
    select round(extract(epoch from now() - g.expires_at))::text as answer
    from guest_sessions g
    where g.expires_at < now()
    order by g.expires_at
    limit 1`;
}

/** Rows of a table that are out of date. */
type Old = { table: RawBuilder<unknown>; condition: RawBuilder<unknown> };

const oldKeys: Old = {
  table: sql`torioki_user_idempotency_keys`,
  condition: sql`created_at < now() - interval '24 hours'`,
};
const oldLogins: Old = { table: sql`torioki_login_sessions`, condition: sql`expires_at < now()` };

function countRows({ table, condition }: Old): Statement<number> {
  return sql`select count(*)::text as answer from ${table} where ${condition}`;
}

async function deleteRows(db: Db, { table, condition }: Old, batchSize: number): Promise<number> {
  const batch: Statement<number> = sql`
    with old as materialized (select ctid from ${table} where ${condition} limit ${batchSize} for update skip locked),
    deleted as (delete from ${table} t using old where t.ctid = old.ctid returning 1)
    select count(*)::text as answer from deleted`;
  for (let total = 0; ; ) {
    const deleted = (await ask(db, batch)) ?? 0;
    total += deleted;
    if (deleted < batchSize) return total;
  }
}
