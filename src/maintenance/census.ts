/** How many sessions and carts are live, and how far the clean-up is behind: figures for /metrics. */
import { sql } from "kysely";
import { ask, type Statement } from "../db/ask.ts";
import type { ConcurrencyLimit } from "../db/concurrency.ts";
import type { Db } from "../db/database.ts";
import { within } from "../patience.ts";

export type Census = { sessions: number; carts: number; lag: number };

/** So many pages of guest_sessions (8 kB, some 60 rows each) are read; a larger table is estimated from so many. */
const PAGES = 300;

/**
 * Exact up to some 18,000 sessions, beyond that from a sample of pages, so that it costs the same however many there are
 * (measured in bench/cleanup.ts).
 */
const census: Statement<Census> = sql`
  with share as materialized (
    select least(100, 100.0 * ${sql.lit(PAGES)} / greatest(1, pg_relation_size('guest_sessions') / 8192))::real as percent
  ),
  live as (
    select g.session_id
    from guest_sessions g tablesample system ((select percent from share))
    where g.expires_at > now() and g.converted_to_user_id is null
  ),
  counted as (
    select count(*) as sessions,
      count(*) filter (where exists (select from guest_cart_items i where i.session_id = live.session_id)) as carts
    from live
  )
  select json_build_object(
    'sessions', round(c.sessions * 100 / s.percent),
    'carts', round(c.carts * 100 / s.percent),
    'lag', coalesce((
      select extract(epoch from now() - g.expires_at) from guest_sessions g
      where g.expires_at < now() order by g.expires_at limit 1
    ), 0)
  )::text as answer
  from counted c cross join share s`;

/** @returns undefined where the database cannot say within a second: figures must not fail with what they show */
export async function takeCensus(db: Db, limit: ConcurrencyLimit): Promise<Census | undefined> {
  const counted = limit.run(() => ask(db, census));
  return within(1_000, "the census took over a second", counted).catch(() => undefined);
}
