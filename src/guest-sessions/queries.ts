/** The statements of guest sessions. A session is live while it has neither expired nor been handed over. */
import { type RawBuilder, sql } from "kysely";
import { isoTime, type Statement } from "../db/ask.ts";
import { LATER, type Locking, type ManyStatement, type Row } from "../db/many.ts";
import type { Session } from "./contract.ts";
import {
  type Change,
  changeColumns,
  guestKeys,
  type Outcome,
  whenRepeated,
  writeKeys,
} from "./idempotency.ts";

/** The condition that every look-up and every write of a session (as g) carries. Only the database's clock decides. */
export const isLive = sql`g.expires_at > now() and g.converted_to_user_id is null`;

/** `last_accessed_at` is kept to the minute, so that a read need not write. */
const TOUCH_EVERY = sql`interval '1 minute'`;
export const touchIsDue = sql`coalesce(g.last_accessed_at < now() - ${TOUCH_EVERY}, true)`;

/** Any of the requests' owners. As a list that is made at run time it is always looked up by the index. */
export const requested = sql`any(array(select r.owner_id from requests r))`;

/**
 * How owners' rows are held, as the end of a select's conditions: one writer at a time, and whoever ends an owner (delete,
 * hand-over, clean-up) waits or is waited for. Many at once are taken in one order. A batch leaves rows that others hold,
 * and gives up soon on what else it may meet (a line, a dish that the host holds): its members are then run alone.
 */
export function hold(order: RawBuilder<unknown>, locking: Locking): RawBuilder<unknown> {
  if (locking === "wait") return sql`and torioki_is_read_committed() order by ${order} for no key update`;
  return sql`
    and torioki_is_read_committed() and set_config('lock_timeout', '100ms', true) is not null
    order by ${order} for no key update skip locked`;
}

/** The outcome of a request whose owner is not held. */
export function outcomeOfNone(
  locking: Locking,
  isThere: RawBuilder<unknown>,
  refusal: string,
): RawBuilder<unknown> {
  return locking === "wait"
    ? sql.lit(refusal)
    : sql`case when ${isThere} then ${sql.lit(LATER)} else ${sql.lit(refusal)} end`;
}

/**
 * Sessions' rows, held to the end of the statement: one writer at a time in a session, and nobody deletes it or
 * hands it over meanwhile. Where a row changed while its lock was waited for, PostgreSQL checks the condition again
 * on the new row (manual, section 13.2.1), so a session that died in between is not found.
 */
export function heldSessions(condition: RawBuilder<unknown>, locking: Locking): RawBuilder<unknown> {
  return sql`
    select g.session_id, g.selected_store_id, g.created_at, g.expires_at, g.last_accessed_at
    from guest_sessions g
    where ${condition} and ${isLive}
    ${hold(sql`g.session_id`, locking)}`;
}

/** Times may be null by the contract's table, where a host's own program wrote them. */
const sessionJson = sql`json_build_object(
  'session_id', g.session_id,
  'selected_store_id', g.selected_store_id,
  'created_at', ${isoTime(sql`coalesce(g.created_at, g.expires_at)`)},
  'expires_at', ${isoTime(sql`g.expires_at`)},
  'last_accessed_at', ${isoTime(sql`coalesce(g.last_accessed_at, g.created_at, g.expires_at)`)}
)`;

const NONE = "guest_session_required";

/** Whether there is a live session of a request r, held by somebody else. */
export const isThere = sql`exists (select from guest_sessions g where g.session_id = r.owner_id and ${isLive})`;

/** `answer` is JSON. */
export type SessionRow = Row & { answer: string | null };

/** Starts sessions; `ttl` is the life span in seconds. */
export const insertSessions: ManyStatement<{ sessionId: string; ttl: number }, SessionRow> = {
  columns: {
    owner_id: { type: "varchar", of: ({ sessionId }) => sessionId },
    ttl: { type: "integer", of: ({ ttl }) => ttl },
  },
  over: (requests) => sql`
    with ${requests},
    made as (
      insert into guest_sessions as g (session_id, expires_at)
      select r.owner_id, now() + make_interval(secs => r.ttl) from requests r
      returning g.session_id, ${sessionJson} as session
    )
    select r.n::integer as n, 'accepted' as outcome, m.session::text as answer
    from requests r join made m on m.session_id = r.owner_id`,
};

export type Found = { session: Session; touchIsDue: boolean; lifetime: number };

/**
 * A null answer where a session is not live. `lifetime` is for how many milliseconds the answer holds unless somebody
 * changes the session: until it expires, or its access is due to be noted.
 */
export const findSessions: ManyStatement<string, SessionRow> = {
  columns: { owner_id: { type: "varchar", of: (sessionId) => sessionId } },
  over: (requests) => sql`
    with ${requests},
    found as materialized (
      select g.session_id, json_build_object('session', ${sessionJson}, 'touchIsDue', ${touchIsDue}, 'lifetime', case
        when ${touchIsDue} then 0
        else floor(extract(epoch from least(g.expires_at, g.last_accessed_at + ${TOUCH_EVERY}) - now()) * 1000)
      end)::text as answer
      from guest_sessions g
      where g.session_id = ${requested} and ${isLive}
    )
    select r.n::integer as n, case when f.answer is null then ${sql.lit(NONE)} else 'accepted' end as outcome, f.answer
    from requests r left join found f on f.session_id = r.owner_id`,
};

/** No row where the session is not live. The lines go with it (on delete cascade). */
export function deleteSession(sessionId: string): Statement<string> {
  return sql`
    delete from guest_sessions g
    where g.session_id = ${sessionId} and ${isLive}
    returning to_json(g.session_id)::text as answer`;
}

export type StoreChoice = { sessionId: string; storeId: number; change: Change | undefined };

/** Chooses stores; the outcome says why not. */
export const updateStores: ManyStatement<
  StoreChoice,
  SessionRow & { outcome: Outcome | "guest_session_required" | "store_not_found" }
> = {
  columns: {
    owner_id: { type: "varchar", of: ({ sessionId }) => sessionId },
    store_id: { type: "integer", of: ({ storeId }) => storeId },
    ...changeColumns,
  },
  needs: ({ storeId }) => [`store ${storeId}`],
  over: (requests, locking) => sql`
    with ${requests},
    session as materialized (${heldSessions(sql`g.session_id = ${requested}`, locking)}),
    verdict as materialized (
      select r.owner_id, r.store_id, case
        ${whenRepeated(guestKeys)}
        when (select st.is_active from stores st where st.id = r.store_id) is not true then 'store_not_found'
        else 'accepted'
      end as outcome
      from requests r
      join session s on s.session_id = r.owner_id
    ),
    chosen as (
      update guest_sessions g
      set selected_store_id = v.store_id, last_accessed_at = now()
      from verdict v
      where v.outcome = 'accepted' and g.session_id = v.owner_id
      returning g.session_id as owner_id, ${sessionJson} as session
    ),
    ${writeKeys(guestKeys, sql`chosen`)}
    select r.n::integer as n,
      coalesce(v.outcome, ${outcomeOfNone(locking, isThere, NONE)}) as outcome,
      coalesce(c.session, ${sessionJson})::text as answer
    from requests r
    left join verdict v on v.owner_id = r.owner_id
    left join session g on g.session_id = r.owner_id
    left join chosen c on c.owner_id = r.owner_id`,
};

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
