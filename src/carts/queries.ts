/**
 * The statements of carts, a guest's or a user's. Every write is one statement in this order: hold the owner's row, see
 * its lines as they are under that lock, decide, change, answer with the whole cart or the reason for the refusal.
 */
import { type RawBuilder, sql } from "kysely";
import type { Menu } from "../catalog/contract.ts";
import { menuJson } from "../catalog/queries.ts";
import { isoTime, type Statement } from "../db/ask.ts";
import { type Change, type Outcome, whenRepeated, writeKey } from "../guest-sessions/idempotency.ts";
import { MAX_LINES, MAX_QUANTITY } from "./contract.ts";
import { type Owner, user } from "./owner.ts";

/** A cart as the database gives it; `cart.ts` makes it the wire's. A user's has no session and does not expire. */
export type CartRow = {
  session_id: string | null;
  selected_store_id: number | null;
  expires_at: string | null;
  store_is_active: boolean | null;
  items: { id: number; quantity: number; added_at: string; updated_at: string; menu: Menu }[];
  other_stores: { store_id: number; store_name: string; total_items: number }[];
};

export type CartAnswer<Refusal extends string> = {
  outcome: "accepted" | Owner["refusal"] | Refusal;
  cart: CartRow | null;
  touchIsDue: boolean;
};

/** The columns of a line from its table, or from what has the table's columns, named l. */
function lineOf(owner: Owner): RawBuilder<unknown> {
  return sql`l.id, l.${owner.column} as owner_id, l.menu_id, l.quantity, l.added_at, l.updated_at`;
}

/**
 * The owner's row, held, and its lines as they are once it is. The function is called for the held row, so after
 * any wait for it; this statement's own snapshot, older than the wait, may lack lines.
 */
function heldCart(owner: Owner): RawBuilder<unknown> {
  return sql`
    ${owner.held},
    lines as materialized (
      select ${lineOf(owner)} from owner o cross join lateral ${owner.linesOf}(o.owner_id) l
    )`;
}

/** The answer, from `owner` (no row where there is none) and `cart_lines` (the lines after the change). */
function answer(
  { refusal }: Owner,
  outcome: RawBuilder<unknown>,
  source: RawBuilder<unknown> = sql`owner`,
): RawBuilder<unknown> {
  return sql`
    select json_build_object(
      'outcome', case when o.owner_id is null then ${sql.lit(refusal)} else ${outcome} end,
      'touchIsDue', o.owner_id is not null and o.touch_is_due,
      'cart', case when o.owner_id is not null then json_build_object(
        'session_id', o.session_id,
        'selected_store_id', o.selected_store_id,
        'expires_at', ${isoTime(sql`o.expires_at`)},
        'store_is_active', (select st.is_active from stores st where st.id = o.selected_store_id),
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
          where m.store_id = o.selected_store_id
        ),
        'other_stores', (
          select coalesce(json_agg(json_build_object(
            'store_id', s.id, 'store_name', s.name, 'total_items', s.total_items
          ) order by s.id), '[]'::json)
          from (
            select st.id, st.name,
              coalesce(sum(l.quantity) filter (where m.is_available and st.is_active), 0) as total_items
            from cart_lines l
            join menus m on m.id = l.menu_id
            join stores st on st.id = m.store_id
            where m.store_id is distinct from o.selected_store_id
            group by st.id, st.name
          ) s
        )
      ) end
    )::text as answer
    from (select) as always
    left join ${source} o on true`;
}

export function readCart(owner: Owner): Statement<CartAnswer<never>> {
  return sql`
    with owner as (${owner.read}),
    cart_lines as (select ${lineOf(owner)} from owner o join ${owner.lines} l on l.${owner.column} = o.owner_id)
    ${answer(owner, sql`'accepted'`)}`;
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
 * holding the owner's row.
 */
export function addLine(
  owner: Owner,
  menuId: number,
  quantity: number,
  change: Change | undefined,
): Statement<CartAnswer<AddRefusal>> {
  return sql`
    with ${heldCart(owner)},
    verdict as materialized (
      select o.owner_id, case
        ${whenRepeated(owner.keys, change)}
        when m.id is null then 'menu_not_found'
        when o.selected_store_id is null then 'store_not_selected'
        when m.store_id <> o.selected_store_id then 'menu_not_at_store'
        when m.is_available is not true or st.is_active is not true then 'menu_unavailable'
        when coalesce(l.quantity, 0) + ${quantity}::int > ${MAX_QUANTITY} then 'quantity_limit_exceeded'
        when l.id is null and (select count(*) from lines) >= ${MAX_LINES} then 'cart_full'
        else 'accepted'
      end as outcome
      from owner o
      left join menus m on m.id = ${menuId}
      left join stores st on st.id = m.store_id
      left join lines l on l.menu_id = m.id
    ),
    updated as (
      update ${owner.lines} l
      set quantity = l.quantity + ${quantity}::int, updated_at = clock_timestamp()
      from verdict v
      where v.outcome = 'accepted' and l.${owner.column} = v.owner_id and l.menu_id = ${menuId}
        and l.quantity + ${quantity}::int <= ${MAX_QUANTITY}
      returning ${lineOf(owner)}
    ),
    inserted as (
      insert into ${owner.lines} as l (${owner.column}, menu_id, quantity)
      select v.owner_id, ${menuId}, ${quantity}::int
      from verdict v
      where v.outcome = 'accepted' and not exists (select from updated)
      on conflict (${owner.column}, menu_id) do update
      set quantity = l.quantity + excluded.quantity, updated_at = clock_timestamp()
      where l.quantity + excluded.quantity <= ${MAX_QUANTITY}
      returning ${lineOf(owner)}
    ),
    changed as (select * from updated union all select * from inserted)
    ${writeKey(owner.keys, change, sql`changed`)},
    cart_lines as (
      select * from lines l where not exists (select from changed c where c.menu_id = l.menu_id)
      union all
      select * from changed
    )
    ${answer(
      owner,
      sql`(
        select case
          when v.outcome = 'accepted' and not exists (select from changed) then 'quantity_limit_exceeded'
          else v.outcome
        end
        from verdict v
      )`,
    )}`;
}

export function updateLine(
  owner: Owner,
  lineId: number,
  quantity: number,
): Statement<CartAnswer<"item_not_found">> {
  return sql`
    with ${heldCart(owner)},
    changed as (
      update ${owner.lines} l
      set quantity = ${quantity}, updated_at = clock_timestamp()
      from owner o
      where l.id = ${lineId} and l.${owner.column} = o.owner_id
      returning ${lineOf(owner)}
    ),
    cart_lines as (
      select * from lines l where not exists (select from changed c where c.id = l.id)
      union all
      select * from changed
    )
    ${answer(owner, sql`case when exists (select from changed) then 'accepted' else 'item_not_found' end`)}`;
}

export function deleteLine(owner: Owner, lineId: number): Statement<CartAnswer<"item_not_found">> {
  return sql`
    with ${heldCart(owner)},
    doomed as (select l.owner_id, array[l.id] as ids from lines l where l.id = ${lineId}),
    ${removed(owner)}
    ${answer(owner, sql`case when exists (select from removed) then 'accepted' else 'item_not_found' end`)}`;
}

/** Empties the cart at the selected store; the other stores' lines stay. */
export function deleteLines(owner: Owner): Statement<CartAnswer<never>> {
  return sql`
    with ${heldCart(owner)},
    doomed as (
      select o.owner_id, array_agg(l.id) as ids
      from owner o
      join lines l on l.owner_id = o.owner_id
      join menus m on m.id = l.menu_id and m.store_id = o.selected_store_id
      group by o.owner_id
    ),
    ${removed(owner)}
    ${answer(owner, sql`'accepted'`)}`;
}

/** Removes the lines of `doomed` (owner_id, ids): by the function, which also removes those that came during the wait. */
function removed(owner: Owner): RawBuilder<unknown> {
  return sql`
    removed as materialized (
      select r.id from doomed d cross join lateral ${owner.removeLines}(d.owner_id, d.ids) as r (id)
    ),
    cart_lines as (select * from lines l where not exists (select from removed r where r.id = l.id))`;
}

/** Chooses the store that a user orders from. A guest's belongs to the session (guest-sessions/queries.ts). */
export function updateUserStore(
  userId: number,
  storeId: number,
  change: Change | undefined,
): Statement<CartAnswer<Exclude<Outcome, "accepted"> | "store_not_found">> {
  const owner = user(userId);
  return sql`
    with ${heldCart(owner)},
    verdict as materialized (
      select o.owner_id, case
        ${whenRepeated(owner.keys, change)}
        when st.id is null then 'store_not_found'
        else 'accepted'
      end as outcome
      from owner o
      left join stores st on st.id = ${storeId} and st.is_active
    ),
    chosen as materialized (
      select torioki_choose_user_store(v.owner_id, ${storeId}) as owner_id from verdict v where v.outcome = 'accepted'
    )
    ${writeKey(owner.keys, change, sql`chosen`)},
    cart_lines as (select * from lines),
    owner_after as (
      select o.owner_id, o.session_id, case when c.owner_id is null then o.selected_store_id else ${storeId}::int end
        as selected_store_id, o.expires_at, o.touch_is_due
      from owner o left join chosen c on true
    )
    ${answer(owner, sql`(select v.outcome from verdict v)`, sql`owner_after`)}`;
}
