/** Deletes what is out of date: guest sessions with their lines above all. A plain call; when it runs is decided in schedule.ts. */
import { type RawBuilder, sql } from "kysely";
import { ask, type Statement } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { hasLogins } from "../db/logins.ts";
import { ToriokiError } from "../errors.ts";

export type CleanupReport = {
  /** Expired guest sessions, with everything that is theirs. */
  sessions: number;
  /** Those of them that were never handed over to a user. */
  unconverted: number;
  lines: number;
  /** Tickets that expired before their session. */
  tickets: number;
  /** Users' idempotency keys of over 24 hours (a guest's go with the session). */
  idempotency_keys: number;
  /** Expired logins of the server's own accounts, and what they had to verify. */
  logins: number;
  verifications: number;
  batches: number;
  seconds: number;
  /** Age of the oldest expired session that is left (in use, or out of time), in seconds; null where none is. */
  oldest_left_seconds: number | null;
};

export type CleanupOptions = {
  /** Only counts what would be deleted. */
  dryRun?: boolean | undefined;
  /** Sessions in one transaction, 1 to 100,000; 5,000 by default (measured in bench/cleanup.ts). */
  batch?: number | undefined;
  /** Seconds after which no further batch is begun; no limit by default. */
  budget?: number | undefined;
  /** Aborted: no further batch is begun, and the report says what was done. */
  signal?: AbortSignal | undefined;
  /** Told after every batch how many sessions are deleted so far. */
  onProgress?: ((sessions: number) => void) | undefined;
};

export const MOST_IN_A_BATCH = 100_000;
/** What took too long is tried with fewer rows, down to this. */
const SMALLEST_BATCH = 100;

/**
 * Deletes expired sessions, oldest first, in short transactions until none is left. A session that somebody holds is
 * skipped and goes with the next run; one that is live is never touched, because its time is checked under its lock.
 * What else of ours gets old goes the same way. Several may run at once.
 * @throws ToriokiError `database_unavailable`, and what was deleted before stays so; `invalid_request` where a number is
 *   out of its range
 */
export async function cleanup(db: Db, options: CleanupOptions = {}): Promise<CleanupReport> {
  const { dryRun = false, batch = 5_000, budget = Number.POSITIVE_INFINITY, signal, onProgress } = options;
  requireNumber("batch", batch, Number.isInteger(batch) && batch >= 1 && batch <= MOST_IN_A_BATCH);
  requireNumber("budget", budget, budget > 0);
  const start = performance.now();
  const seconds = () => Math.round(performance.now() - start) / 1_000;
  const isOver = () => signal?.aborted === true || seconds() >= budget;
  const total = { sessions: 0, unconverted: 0, lines: 0, batches: 0 };
  const others = { tickets: 0, idempotency_keys: 0, logins: 0, verifications: 0 };
  const tables = (await ask(db, hasLogins)) ? [...ours, ...logins] : ours;

  if (dryRun) Object.assign(total, await ask(db, countExpired));
  for (let size = batch; !dryRun && !isOver(); ) {
    const deleted = await inShorterTime(size, (fewer) => ask(db, deleteExpired(fewer)));
    size = deleted.size;
    const { sessions = 0, unconverted = 0, lines = 0 } = deleted.answer ?? {};
    if (sessions === 0) break;
    total.sessions += sessions;
    total.unconverted += unconverted;
    total.lines += lines;
    total.batches += 1;
    onProgress?.(total.sessions);
  }
  for (const old of tables) {
    if (dryRun) others[old.kind] = (await ask(db, countRows(old))) ?? 0;
    for (let deleted = 1; !dryRun && deleted > 0 && !isOver(); others[old.kind] += deleted)
      deleted = (await ask(db, deleteRows(old, batch))) ?? 0;
  }
  const oldest = await ask(db, oldestExpired);
  return { ...total, ...others, seconds: seconds(), oldest_left_seconds: oldest ?? null };
}

function requireNumber(field: string, value: unknown, isInRange: boolean): void {
  if (typeof value === "number" && isInRange) return;
  const detail =
    field === "batch"
      ? `must be a whole number from 1 to ${MOST_IN_A_BATCH}`
      : "must be a number of seconds above 0";
  throw new ToriokiError("invalid_request", { errors: [{ field, detail }] });
}

/** How many sessions there are to clean up, for whoever shows how far it is. */
export async function countExpiredSessions(db: Db): Promise<number> {
  const count: Statement<number> = sql`
    select count(*)::text as answer from guest_sessions where expires_at < now()`;
  return (await ask(db, count)) ?? 0;
}

/** On a slow disk, or a pool with a short `statement_timeout`, a batch may be too much: the next one is a quarter of it. */
async function inShorterTime<T>(
  size: number,
  run: (size: number) => Promise<T>,
): Promise<{ size: number; answer: T }> {
  for (let fewer = size; ; fewer = Math.max(SMALLEST_BATCH, Math.ceil(fewer / 4))) {
    try {
      return { size: fewer, answer: await run(fewer) };
    } catch (error) {
      const isOutage = error instanceof ToriokiError && error.code === "database_unavailable";
      if (!isOutage || fewer <= SMALLEST_BATCH) throw error;
    }
  }
}

const countExpired: Statement<{ sessions: number; unconverted: number; lines: number }> = sql`
  select json_build_object(
    'sessions', count(*),
    'unconverted', count(*) filter (where g.converted_to_user_id is null),
    'lines', coalesce(sum(l.lines), 0)
  )::text as answer
  from guest_sessions g
  cross join lateral (select count(*) as lines from guest_cart_items i where i.session_id = g.session_id) l
  where g.expires_at < now()`;

/**
 * Lines are deleted by the same statement, so that they are counted; the foreign key finds none left to cascade to.
 *
 * Rows are reached by arrays, of session ids and of the places (ctid) of rows that are held and so do not move: for a
 * join, PostgreSQL reads a table of a million rows whole, batch after batch (bench/cleanup.ts). A row that was written
 * just before it was held has moved already, out of this statement's sight; it goes with the next batch, and its lines
 * with it.
 */
function deleteExpired(size: number): Statement<{ sessions: number; unconverted: number; lines: number }> {
  return sql`
    with expired as materialized (
      select g.ctid, g.session_id from guest_sessions g
      where g.expires_at < now()
      order by g.expires_at
      limit ${size}
      for update skip locked
    ), sessions as (
      delete from guest_sessions g where g.ctid = any(array(select ctid from expired))
      returning g.session_id, g.converted_to_user_id
    ), lines as (
      delete from guest_cart_items i where i.session_id = any(array(select session_id from sessions)) returning 1
    )
    select json_build_object(
      'sessions', count(*),
      'unconverted', count(*) filter (where converted_to_user_id is null),
      'lines', (select count(*) from lines)
    )::text as answer
    from sessions`;
}

const oldestExpired: Statement<number> = sql`
  select round(extract(epoch from now() - g.expires_at))::text as answer
  from guest_sessions g
  where g.expires_at < now()
  order by g.expires_at
  limit 1`;

/** Rows of a table that are out of date. */
type Old = {
  kind: "tickets" | "idempotency_keys" | "logins" | "verifications";
  table: RawBuilder<unknown>;
  condition: RawBuilder<unknown>;
};

const hasExpired = sql`expires_at < now()`;
const ours: Old[] = [
  { kind: "tickets", table: sql`torioki_tickets`, condition: hasExpired },
  {
    kind: "idempotency_keys",
    table: sql`torioki_user_idempotency_keys`,
    condition: sql`created_at < now() - interval '24 hours'`,
  },
];
/** Only where the server's own accounts have tables. */
const logins: Old[] = [
  { kind: "logins", table: sql`torioki_login_sessions`, condition: hasExpired },
  { kind: "verifications", table: sql`torioki_login_verifications`, condition: hasExpired },
];

function countRows({ table, condition }: Old): Statement<number> {
  return sql`select count(*)::text as answer from ${table} where ${condition}`;
}

function deleteRows({ table, condition }: Old, size: number): Statement<number> {
  return sql`
    with old as materialized (select ctid from ${table} where ${condition} limit ${size} for update skip locked),
    deleted as (delete from ${table} t where t.ctid = any(array(select ctid from old)) returning 1)
    select count(*)::text as answer from deleted`;
}
