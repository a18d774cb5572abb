/** The statements of guest sessions. A session is live while it has neither expired nor been handed over. */
import { type RawBuilder, sql } from "kysely";
import { isoTime, type Statement } from "../db/ask.ts";
import type { Session } from "./contract.ts";
import { type Change, guestKeys, type Outcome, whenRepeated, writeKey } from "./idempotency.ts";

/** The condition that every look-up and every write of a session (as g) carries. Only the database's clock decides. */
export const isLive = sql`g.expires_at > now() and g.converted_to_user_id is null`;

/** `last_accessed_at` is kept to the minute, so that a read need not write. */
const TOUCH_EVERY = sql`interval '1 minute'`;
export const touchIsDue = sql`coalesce(g.last_accessed_at < now() - ${TOUCH_EVERY}, true)`;

/**
 * The session's row, held to the end of the statement: one writer at a time in a session, and nobody deletes it or
 * hands it over meanwhile. Where the row changed while its lock was waited for, PostgreSQL checks the condition again
 * on the new row (manual, section 13.2.1), so a session that died in between is not found.
 */
export function heldSession(sessionId: string): RawBuilder<unknown> {
  return sql`
    select g.session_id, g.selected_store_id, g.created_at, g.expires_at, g.last_accessed_at
    from guest_sessions g
    where g.session_id = ${sessionId} and ${isLive} and torioki_is_read_committed()
    for no key update`;
}

/** Times may be null by the contract's table, where a host's own program wrote them. */
const sessionJson = sql`json_build_object(
  'session_id', g.session_id,
  'selected_store_id', g.selected_store_id,
  'created_at', ${isoTime(sql`coalesce(g.created_at, g.expires_at)`)},
  'expires_at', ${isoTime(sql`g.expires_at`)},
  'last_accessed_at', ${isoTime(sql`coalesce(g.last_accessed_at, g.created_at, g.expires_at)`)}
)`;

/** @param ttl life span in seconds */
export function insertSession(sessionId: string, ttl: number): Statement<Session> {
  return sql`
    insert into guest_sessions as g (session_id, expires_at)
    values (${sessionId}, now() + make_interval(secs => ${ttl}::int))
    returning ${sessionJson}::text as answer`;
}

/**
 * No row where the session is not live. `lifetime` is for how many milliseconds the answer holds unless somebody changes
 * the session: until it expires, or its access is due to be noted.
 */
export function findSession(
  sessionId: string,
): Statement<{ session: Session; touchIsDue: boolean; lifetime: number }> {
  return sql`
    select json_build_object('session', ${sessionJson}, 'touchIsDue', ${touchIsDue}, 'lifetime', case
      when ${touchIsDue} then 0
      else floor(extract(epoch from least(g.expires_at, g.last_accessed_at + ${TOUCH_EVERY}) - now()) * 1000)
    end)::text as answer
    from guest_sessions g
    where g.session_id = ${sessionId} and ${isLive}`;
}

/** No row where the session is not live. The lines go with it (on delete cascade). */
export function deleteSession(sessionId: string): Statement<string> {
  return sql`
    delete from guest_sessions g
    where g.session_id = ${sessionId} and ${isLive}
    returning to_json(g.session_id)::text as answer`;
}

/** Chooses a store; the answer says why not. */
export function updateStore(
  sessionId: string,
  storeId: number,
  change: Change | undefined,
): Statement<{ outcome: Outcome | "guest_session_required" | "store_not_found"; session: Session | null }> {
  return sql`
    with session as materialized (${heldSession(sessionId)}),
    verdict as materialized (
      select o.owner_id, case
        ${whenRepeated(guestKeys, change)}
        when st.id is null then 'store_not_found'
        else 'accepted'
      end as outcome
      from (select session_id as owner_id from session) o
      left join stores st on st.id = ${storeId} and st.is_active
    ),
    chosen as (
      update guest_sessions g
      set selected_store_id = ${storeId}, last_accessed_at = now()
      from verdict v
      where v.outcome = 'accepted' and g.session_id = v.owner_id
      returning g.session_id as owner_id, ${sessionJson} as session
    )
    ${writeKey(guestKeys, change, sql`chosen`)}
    select json_build_object(
      'outcome', coalesce(v.outcome, 'guest_session_required'),
      'session', coalesce((select session from chosen), (select ${sessionJson} from session g))
    )::text as answer
    from (select) as always
    left join verdict v on true`;
}

/** Notes an access, for many sessions at once. Rows in use elsewhere are left for the next time; a dead one stays dead. */
export function touchSessions(sessionIds: string[]): Statement<number> {
  return sql`
    with due as (
      select g.id from guest_sessions g
      where g.session_id = any(${sessionIds}::varchar[]) and ${isLive} and ${touchIsDue}
      for no key update skip locked
    ), touched as (
      update guest_sessions g set last_accessed_at = now() from due where g.id = due.id returning g.id
    )
    select count(*)::text as answer from touched`;
}
