/** The statements of the hand-over: a guest session's lines become a user's, once. */
import { type RawBuilder, sql } from "kysely";
import { MAX_QUANTITY, MAX_USER_LINES } from "../carts/limits.ts";
import { isoTime, type Statement } from "../db/ask.ts";
import { heldSessions, isLive } from "../guest-sessions/queries.ts";
import type { Strategy } from "../options.ts";
import type { ReceiptItem, Ticket } from "./contract.ts";

/** What names the session: its id (from the visitor's token), or the hash of a ticket. */
export type Claim = { sessionId: string } | { ticketHash: string };

export type StoredReceipt = { converted_at: string; items: ReceiptItem[] };

export type HandOverAnswer = {
  outcome: "accepted" | "replayed" | "guest_session_required" | "user_required" | "cart_full";
  session_id: string | null;
  receipt: StoredReceipt | null;
};

const storedReceipt = sql`json_build_object('converted_at', ${isoTime(sql`r.converted_at`)}, 'items', r.items)`;

/** A line's quantity in the user's cart (u) after the guest's (t) has come to it; never above 99. */
const quantityAfter: Record<Strategy, RawBuilder<number>> = {
  sum: sql`least(coalesce(u.quantity, 0) + t.quantity, ${sql.lit(MAX_QUANTITY)})`,
  max: sql`greatest(u.quantity, t.quantity)`,
  guest_wins: sql`t.quantity`,
  user_wins: sql`coalesce(u.quantity, t.quantity)`,
};

const isCapped: Record<Strategy, RawBuilder<boolean>> = {
  sum: sql`u.quantity + t.quantity > ${sql.lit(MAX_QUANTITY)}`,
  max: sql`false`,
  guest_wins: sql`false`,
  user_wins: sql`false`,
};

/**
 * Everything in one statement, so all or nothing: hold the session's row against every other writer; decide; hold the
 * user's cart; count what both have; take the guest's lines out (those that came during the wait, too) and put them into
 * the user's; end the session; write the receipt. Where the user would have too many lines, nothing is changed after
 * the count. A guest's cart without lines always goes: it brings nothing.
 *
 * The row is held whatever its state, because a request that waited for its own first try must find it converted and
 * is then told `replayed`. A ticket's second use is none: it is told what an unknown ticket is told.
 *
 * Rows are taken in one order everywhere, session, then user's cart, then lines by menu, so hand-overs of several
 * sessions into one user wait for one another and never lock in a circle. The user's lines are read after the cart is
 * held; an update cannot see those that came during that wait, so the insert that follows meets and sets them.
 */
export function handOverSession(claim: Claim, userId: number, strategy: Strategy): Statement<HandOverAnswer> {
  const byTicket = "ticketHash" in claim;
  const sessionId = byTicket
    ? sql`(select k.session_id from torioki_tickets k where k.ticket_hash = ${claim.ticketHash} and k.expires_at > now())`
    : sql`${claim.sessionId}`;
  return sql`
    with session as materialized (
      select g.session_id, g.selected_store_id, g.converted_to_user_id, ${isLive} as is_live
      from guest_sessions g
      where g.session_id = ${sessionId} and torioki_is_read_committed()
      for update
    ),
    verdict as materialized (
      select s.session_id, s.selected_store_id, case
        when s.converted_to_user_id = ${userId} and ${sql.lit(!byTicket)} then 'replayed'
        when not s.is_live then 'guest_session_required'
        when not exists (select from users u where u.id = ${userId}) then 'user_required'
        else 'accepted'
      end as outcome
      from session s
    ),
    cart as (
      insert into torioki_user_carts as c (user_id)
      select ${userId} from verdict v where v.outcome = 'accepted'
      on conflict (user_id) do update set user_id = excluded.user_id
      returning c.user_id
    ),
    user_lines as materialized (
      select l.menu_id, l.quantity from cart c cross join lateral torioki_hold_user_lines(c.user_id) l
    ),
    brought as materialized (
      select count(*) as lines, count(*) filter (where g.menu_id not in (select u.menu_id from user_lines u)) as new
      from cart c cross join verdict v cross join lateral torioki_guest_lines(array[v.session_id]) g
    ),
    fitting as materialized (
      select c.user_id, v.session_id, v.selected_store_id
      from cart c cross join verdict v cross join brought b
      where b.lines = 0 or (select count(*) from user_lines) + b.new <= ${sql.lit(MAX_USER_LINES)}
    ),
    chosen as materialized (
      select torioki_choose_user_store(f.user_id, f.selected_store_id) from fitting f where f.selected_store_id is not null
    ),
    taken as materialized (
      select t.menu_id, t.store_id, t.quantity, t.added_at
      from fitting f cross join lateral torioki_take_guest_lines(f.session_id) t
    ),
    moved as materialized (
      select f.user_id, t.menu_id, t.store_id, t.added_at, t.quantity as guest_quantity, coalesce(u.quantity, 0) as before,
        ${quantityAfter[strategy]} as after,
        case when u.menu_id is null then 'migrated' when ${isCapped[strategy]} then 'capped' else 'merged' end as outcome
      from taken t
      cross join fitting f
      left join user_lines u on u.menu_id = t.menu_id
      order by t.menu_id
    ),
    updated as (
      update user_cart_items l set quantity = m.after, updated_at = clock_timestamp()
      from moved m
      where l.user_id = m.user_id and l.menu_id = m.menu_id
      returning l.menu_id
    ),
    inserted as (
      insert into user_cart_items (user_id, menu_id, quantity, added_at)
      select m.user_id, m.menu_id, m.after, m.added_at
      from moved m
      where not exists (select from updated u where u.menu_id = m.menu_id)
      order by m.menu_id
      on conflict (user_id, menu_id) do update set quantity = excluded.quantity, updated_at = clock_timestamp()
    ),
    converted as (
      update guest_sessions g set converted_to_user_id = f.user_id
      from fitting f
      -- PostgreSQL calls a function in a select only where somebody asks for its rows.
      where g.session_id = f.session_id and (select count(*) from chosen) >= 0
      returning g.session_id, f.user_id
    ),
    receipt as (
      insert into torioki_hand_overs as r (session_id, user_id, items)
      select v.session_id, v.user_id, (
        select coalesce(jsonb_agg(jsonb_build_object(
          'menu_id', m.menu_id, 'store_id', m.store_id, 'guest_quantity', m.guest_quantity,
          'user_quantity_before', m.before, 'user_quantity_after', m.after, 'outcome', m.outcome
        ) order by m.store_id, m.menu_id), '[]')
        from moved m
      )
      from converted v
      returning ${storedReceipt} as receipt
    )
    select json_build_object(
      'outcome', case
        when v.outcome = 'accepted' and not exists (select from fitting) then 'cart_full'
        else coalesce(v.outcome, 'guest_session_required')
      end,
      'session_id', v.session_id,
      'receipt', (select receipt from receipt)
    )::text as answer
    from (select) as always
    left join verdict v on true`;
}

/** The session that a ticket stands for; no row for one that is unknown or has expired. */
export function findTicket(ticketHash: string): Statement<string> {
  return sql`
    select to_json(k.session_id)::text as answer from torioki_tickets k
    where k.ticket_hash = ${ticketHash} and k.expires_at > now()`;
}

/** The receipt of a hand-over that was done before; no row where its session is gone by now. */
export function findReceipt(sessionId: string): Statement<StoredReceipt> {
  return sql`select ${storedReceipt}::text as answer from torioki_hand_overs r where r.session_id = ${sessionId}`;
}

/** Those of a user whose sessions' rows are still there, the newest first. */
export function findReceipts(userId: number, limit: number): Statement<StoredReceipt[]> {
  return sql`
    select coalesce(json_agg(receipt), '[]')::text as answer
    from (
      select ${storedReceipt} as receipt
      from torioki_hand_overs r
      where r.user_id = ${userId}
      order by r.converted_at desc
      limit ${limit}
    ) newest`;
}

/** A session keeps so many tickets; a newer one beyond that replaces the oldest. */
const MOST_TICKETS = 10;

/** @param life in seconds. No row where the session is not live. */
export function insertTicket(
  sessionId: string,
  ticketHash: string,
  life: number,
): Statement<Pick<Ticket, "expires_at">> {
  return sql`
    with session as materialized (${heldSessions(sql`g.session_id = ${sessionId}`, "wait")}),
    kept as (
      select k.ticket_hash from session s join torioki_tickets k on k.session_id = s.session_id
      where k.expires_at > now()
      order by k.expires_at desc
      limit ${MOST_TICKETS - 1}
    ),
    dropped as (
      delete from torioki_tickets k using session s
      where k.session_id = s.session_id and k.ticket_hash not in (select ticket_hash from kept)
    )
    insert into torioki_tickets as k (ticket_hash, session_id, expires_at)
    select ${ticketHash}, s.session_id, now() + make_interval(secs => ${life}::int) from session s
    returning json_build_object('expires_at', ${isoTime(sql`k.expires_at`)})::text as answer`;
}
