/**
 * The statements of guest carts. Every write is one statement in this order: hold the session's row, see its lines as
 * they are under that lock, decide, change, answer with the whole cart or the reason for the refusal.
 */
import { type RawBuilder, sql } from "kysely";
import type { Menu } from "../catalog/contract.ts";
import { menuJson } from "../catalog/queries.ts";
import { isoTime, type Statement } from "../db/ask.ts";
import { type Change, type Outcome, whenRepeated, writeKey } from "../guest-sessions/idempotency.ts";
import { heldSession, isLive, touchIsDue } from "../guest-sessions/queries.ts";
import { MAX_LINES, MAX_QUANTITY } from "./contract.ts";

/** A cart as the database gives it; `cart.ts` makes it the wire's. */
export type CartRow = {
  session_id: string;
  selected_store_id: number | null;
  expires_at: string;
  store_is_active: boolean | null;
  items: { id: number; quantity: number; added_at: string; updated_at: string; menu: Menu }[];
  other_stores: { store_id: number; store_name: string; total_items: number }[];
};

export type CartAnswer<Refusal extends string> = {
  outcome: "accepted" | "guest_session_required" | Refusal;
  cart: CartRow | null;
  touchIsDue: boolean;
};

const lineColumns = sql`l.id, l.session_id, l.menu_id, l.quantity, l.added_at, l.updated_at`;

/**
 * The session's row, held, and its lines as they are once it is. The function is called for the held row, so after
 * any wait for it; this statement's own snapshot, older than the wait, may lack lines.
 */
function heldCart(sessionId: string): RawBuilder<unknown> {
  return sql`
    session as materialized (${heldSession(sessionId)}),
    lines as materialized (
      select ${lineColumns} from session s cross join lateral torioki_guest_lines(s.session_id) l
    )`;
}

/** The answer, from `session` (none where it is not live) and `cart_lines` (the lines after the change). */
function answer(outcome: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select json_build_object(
      'outcome', case when g.session_id is null then 'guest_session_required' else ${outcome} end,
      'touchIsDue', g.session_id is not null and ${touchIsDue},
      'cart', case when g.session_id is not null then json_build_object(
        'session_id', g.session_id,
        'selected_store_id', g.selected_store_id,
        'expires_at', ${isoTime(sql`g.expires_at`)},
        'store_is_active', (select st.is_active from stores st where st.id = g.selected_store_id),
        'items', (
          select coalesce(json_agg(json_build_object(
            'id', l.id,
            'quantity', l.quantity,
            'added_at', ${isoTime(sql`coalesce(l.added_at, now())`)},
            'updated_at', ${isoTime(sql`coalesce(l.updated_at, l.added_at, now())`)},
            'menu', ${menuJson}
          ) order by l.added_at, l.id), '[]'::json)
          from cart_lines l
          join menus m on m.id = l.menu_id
          where m.store_id = g.selected_store_id
        ),
        'other_stores', (
          select coalesce(json_agg(json_build_object(
            'store_id', o.id, 'store_name', o.name, 'total_items', o.total_items
          ) order by o.id), '[]'::json)
          from (
            select st.id, st.name,
              coalesce(sum(l.quantity) filter (where m.is_available and st.is_active), 0) as total_items
            from cart_lines l
            join menus m on m.id = l.menu_id
            join stores st on st.id = m.store_id
            where m.store_id is distinct from g.selected_store_id
            group by st.id, st.name
          ) o
        )
      ) end
    )::text as answer
    from (select) as always
    left join session g on true`;
}

export function readCart(sessionId: string): Statement<CartAnswer<never>> {
  return sql`
    with session as (
      select g.session_id, g.selected_store_id, g.expires_at, g.last_accessed_at
      from guest_sessions g
      where g.session_id = ${sessionId} and ${isLive}
    ),
    cart_lines as (select ${lineColumns} from session s join guest_cart_items l on l.session_id = s.session_id)
    ${answer(sql`'accepted'`)}`;
}

export type AddRefusal =
  | Exclude<Outcome, "accepted">
  | "menu_not_found"
  | "store_not_selected"
  | "menu_not_at_store"
  | "menu_unavailable"
  | "quantity_limit_exceeded"
  | "cart_full";

/**
 * Adds to a menu's line, or makes the line.
 *
 * Update first, insert only what was not there: an upsert would use up one integer id for every add. The insert still
 * needs its `on conflict`, for a line that was made after this statement's snapshot and that the update cannot see.
 * The limit is checked once more where the quantity changes, because a host's own program may write lines without
 * holding the session's row.
 */
export function addLine(
  sessionId: string,
  menuId: number,
  quantity: number,
  change: Change | undefined,
): Statement<CartAnswer<AddRefusal>> {
  return sql`
    with ${heldCart(sessionId)},
    verdict as materialized (
      select s.session_id, case
        ${whenRepeated(change)}
        when m.id is null then 'menu_not_found'
        when s.selected_store_id is null then 'store_not_selected'
        when m.store_id <> s.selected_store_id then 'menu_not_at_store'
        when m.is_available is not true or st.is_active is not true then 'menu_unavailable'
        when coalesce(l.quantity, 0) + ${quantity}::int > ${MAX_QUANTITY} then 'quantity_limit_exceeded'
        when l.id is null and (select count(*) from lines) >= ${MAX_LINES} then 'cart_full'
        else 'accepted'
      end as outcome
      from session s
      left join menus m on m.id = ${menuId}
      left join stores st on st.id = m.store_id
      left join lines l on l.menu_id = m.id
    ),
    updated as (
      update guest_cart_items l
      set quantity = l.quantity + ${quantity}::int, updated_at = clock_timestamp()
      from verdict v
      where v.outcome = 'accepted' and l.session_id = v.session_id and l.menu_id = ${menuId} and l.quantity + ${quantity}::int <= ${MAX_QUANTITY}
      returning ${lineColumns}
    ),
    inserted as (
      insert into guest_cart_items as l (session_id, menu_id, quantity)
      select v.session_id, ${menuId}, ${quantity}::int
      from verdict v
      where v.outcome = 'accepted' and not exists (select from updated)
      on conflict (session_id, menu_id) do update
      set quantity = l.quantity + excluded.quantity, updated_at = clock_timestamp()
      where l.quantity + excluded.quantity <= ${MAX_QUANTITY}
      returning ${lineColumns}
    ),
    changed as (select * from updated union all select * from inserted)
    ${writeKey(change, sql`changed`)},
    cart_lines as (
      select * from lines l where not exists (select from changed c where c.menu_id = l.menu_id)
      union all
      select * from changed
    )
    ${answer(sql`(
      select case
        when v.outcome = 'accepted' and not exists (select from changed) then 'quantity_limit_exceeded'
        else v.outcome
      end
      from verdict v
    )`)}`;
}

export function updateLine(
  sessionId: string,
  lineId: number,
  quantity: number,
): Statement<CartAnswer<"item_not_found">> {
  return sql`
    with ${heldCart(sessionId)},
    changed as (
      update guest_cart_items l
      set quantity = ${quantity}, updated_at = clock_timestamp()
      from session s
      where l.id = ${lineId} and l.session_id = s.session_id
      returning ${lineColumns}
    ),
    cart_lines as (
      select * from lines l where not exists (select from changed c where c.id = l.id)
      union all
      select * from changed
    )
    ${answer(sql`case when exists (select from changed) then 'accepted' else 'item_not_found' end`)}`;
}

export function deleteLine(sessionId: string, lineId: number): Statement<CartAnswer<"item_not_found">> {
  return sql`
    with ${heldCart(sessionId)},
    doomed as (select l.session_id, array[l.id] as ids from lines l where l.id = ${lineId}),
    ${removed}
    ${answer(sql`case when exists (select from removed) then 'accepted' else 'item_not_found' end`)}`;
}

/** Empties the cart at the selected store; the other stores' lines stay. */
export function deleteLines(sessionId: string): Statement<CartAnswer<never>> {
  return sql`
    with ${heldCart(sessionId)},
    doomed as (
      select s.session_id, array_agg(l.id) as ids
      from session s
      join lines l on l.session_id = s.session_id
      join menus m on m.id = l.menu_id and m.store_id = s.selected_store_id
      group by s.session_id
    ),
    ${removed}
    ${answer(sql`'accepted'`)}`;
}

/** Removes the lines of `doomed` (session_id, ids): by the function, which also removes those that came during the wait. */
const removed = sql`
    removed as materialized (
      select r.id from doomed d cross join lateral torioki_delete_guest_lines(d.session_id, d.ids) as r (id)
    ),
    cart_lines as (select * from lines l where not exists (select from removed r where r.id = l.id))`;
