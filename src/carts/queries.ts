/**
 * The statements of carts, guests' or users', each over many requests at once. Every write is one statement in this
 * order: hold the owners' rows, see their lines as they are under that lock, decide, change, answer each request with its
 * whole cart or the reason for the refusal. No two requests of one owner are ever in one write (db/batch.ts).
 */
import { type RawBuilder, sql } from "kysely";
import { LARGE, type Locking, type ManyStatement, type Row } from "../db/many.ts";
import {
  type Change,
  changeColumns,
  type Outcome,
  whenRepeated,
  writeKeys,
} from "../guest-sessions/idempotency.ts";
import { outcomeOfNone } from "../guest-sessions/queries.ts";
import type { Language } from "../language.ts";
import { cartAnswer } from "./answer.ts";
import { MAX_LINES, MAX_QUANTITY } from "./limits.ts";
import { type Owner, user } from "./owner.ts";

/** `cart` is the wire's, as JSON; null where there is no such owner. */
export type CartRow<Refusal extends string> = Row & {
  outcome: "accepted" | Owner["refusal"] | Refusal;
  /** 1: the access is due to be noted. A number and one word, whatever parsers and plugins a host has. */
  touch: 0 | 1;
  cart: string | null;
};

/** Who asks, and the language of the notices in the answer. */
export type CartRequest = { ownerId: string | number; language: Language };

const ownerColumns = ({ idType }: Owner) =>
  ({
    owner_id: { type: idType, of: ({ ownerId }: CartRequest) => ownerId },
    language: { type: "text", of: ({ language }: CartRequest) => language },
  }) as const;

const ownerOf = ({ ownerId }: CartRequest) => ownerId;

/** The columns of a line from its table, or from what has the table's columns, named l. */
function lineOf(owner: Owner): RawBuilder<unknown> {
  return sql`l.id, l.${owner.column} as owner_id, l.menu_id, l.quantity, l.added_at, l.updated_at`;
}

/**
 * The owners' rows, held, and their lines as they are once they are. The function is called for the held rows, so after
 * any wait for them; this statement's own snapshot, older than the wait, may lack lines.
 */
function heldCarts(owner: Owner, locking: Locking): RawBuilder<unknown> {
  return sql`
    ${owner.held(locking)},
    lines as materialized (
      select ${lineOf(owner)}
      from (select array_agg(o.owner_id) as ids from owner o) held
      cross join lateral ${owner.linesOf}(held.ids) l
    )`;
}

/** The lines after a change to some of them, which are in `changed`. */
const afterChange = sql`
  select * from lines l where not exists (select from changed c where c.owner_id = l.owner_id and c.menu_id = l.menu_id)
  union all
  select * from changed`;

/**
 * The statement's end: a row for every request r.
 * @param outcome of a request whose owner is held
 * @param verdict what the outcome is read from, besides
 */
function answerEach(
  owner: Owner,
  locking: Locking,
  outcome: RawBuilder<unknown>,
  verdict = sql``,
): RawBuilder<unknown> {
  return sql`
    select r.n::integer as n,
      case
        when a.n is not null then ${outcome}
        ${locking === "skip" && owner.isLarge ? sql`when ${owner.isLarge} then ${sql.lit(LARGE)}` : sql``}
        else ${outcomeOfNone(locking, owner.isThere, owner.refusal)}
      end as outcome,
      case when a.touch_is_due then 1 else 0 end as touch,
      a.cart
    from requests r
    left join answer a on a.n = r.n
    ${verdict}`;
}

const withVerdict = sql`left join verdict v on v.n = r.n`;

export function readCarts(owner: Owner): ManyStatement<CartRequest, CartRow<never>> {
  const lines = sql`
    select ${lineOf(owner)}
    from ${owner.lines} l where l.${owner.column} = any(array(select o.owner_id from owner o))`;
  return {
    columns: ownerColumns(owner),
    isRead: true,
    ownerOf,
    over: (requests, locking) => sql`
      with ${requests},
      owner as materialized (${owner.read(locking)}),
      ${cartAnswer(sql`owner`, lines)}
      ${answerEach(owner, locking, sql`'accepted'`)}`,
  };
}

export type AddRequest = CartRequest & { menuId: number; quantity: number; change: Change | undefined };
export type AddRefusal =
  | Exclude<Outcome, "accepted">
  | "menu_not_found"
  | "store_not_selected"
  | "menu_not_at_store"
  | "menu_unavailable"
  | "quantity_limit_exceeded"
  | "cart_full";

const mostQuantity = sql.lit(MAX_QUANTITY);

/**
 * Adds to a menu's line, or makes the line.
 *
 * Update first, insert only what was not there: an upsert would use up one integer id for every add. The insert still
 * needs its `on conflict`, for a line that was made after this statement's snapshot and that the update cannot see.
 * The limit is checked once more where the quantity changes, because a host's own program may write lines without
 * holding the owner's row. `not in (select …)` is worked out once, where `not exists` would go through all for each.
 */
export function addLines(owner: Owner): ManyStatement<AddRequest, CartRow<AddRefusal>> {
  return {
    columns: {
      ...ownerColumns(owner),
      menu_id: { type: "integer", of: ({ menuId }) => menuId },
      quantity: { type: "integer", of: ({ quantity }) => quantity },
      ...changeColumns,
    },
    needs: ({ menuId }) => [`dish ${menuId}`],
    ownerOf,
    over: (requests, locking) => sql`
      with ${requests},
      ${heldCarts(owner, locking)},
      verdict as materialized (
        select r.n, r.owner_id, r.menu_id, r.quantity, l.id as line_id, case
          ${whenRepeated(owner.keys)}
          when m.id is null then 'menu_not_found'
          when o.selected_store_id is null then 'store_not_selected'
          when m.store_id <> o.selected_store_id then 'menu_not_at_store'
          when m.is_available is not true or st.is_active is not true then 'menu_unavailable'
          when coalesce(l.quantity, 0) + r.quantity > ${mostQuantity} then 'quantity_limit_exceeded'
          when l.id is null
            and (select count(*) from lines z where z.owner_id = r.owner_id) >= ${sql.lit(MAX_LINES)} then 'cart_full'
          else 'accepted'
        end as outcome
        from requests r
        join owner o on o.owner_id = r.owner_id
        left join menus m on m.id = r.menu_id
        left join stores st on st.id = m.store_id
        left join lines l on l.owner_id = r.owner_id and l.menu_id = r.menu_id
      ),
      updated as (
        update ${owner.lines} l
        set quantity = l.quantity + v.quantity, updated_at = clock_timestamp()
        from verdict v
        where v.outcome = 'accepted' and l.id = v.line_id and l.quantity + v.quantity <= ${mostQuantity}
        returning ${lineOf(owner)}
      ),
      inserted as (
        insert into ${owner.lines} as l (${owner.column}, menu_id, quantity)
        select v.owner_id, v.menu_id, v.quantity
        from verdict v
        where v.outcome = 'accepted' and v.owner_id not in (select owner_id from updated)
        on conflict (${owner.column}, menu_id) do update
        set quantity = l.quantity + excluded.quantity, updated_at = clock_timestamp()
        where l.quantity + excluded.quantity <= ${mostQuantity}
        returning ${lineOf(owner)}
      ),
      changed as (select * from updated union all select * from inserted),
      ${writeKeys(owner.keys, sql`changed`)},
      ${cartAnswer(sql`owner`, afterChange)}
      ${answerEach(
        owner,
        locking,
        sql`case
          when v.outcome = 'accepted' and r.owner_id not in (select owner_id from changed) then 'quantity_limit_exceeded'
          else v.outcome
        end`,
        withVerdict,
      )}`,
  };
}

type LineRequest = CartRequest & { itemId: number };
const itemColumn = { item_id: { type: "integer", of: ({ itemId }: LineRequest) => itemId } } as const;

export function updateLines(
  owner: Owner,
): ManyStatement<LineRequest & { quantity: number }, CartRow<"item_not_found">> {
  return {
    columns: {
      ...ownerColumns(owner),
      ...itemColumn,
      quantity: { type: "integer", of: ({ quantity }) => quantity },
    },
    ownerOf,
    over: (requests, locking) => sql`
      with ${requests},
      ${heldCarts(owner, locking)},
      changed as (
        update ${owner.lines} l
        set quantity = r.quantity, updated_at = clock_timestamp()
        from requests r join owner o on o.owner_id = r.owner_id
        where l.id = r.item_id and l.${owner.column} = o.owner_id
        returning ${lineOf(owner)}
      ),
      ${cartAnswer(sql`owner`, afterChange)}
      ${answerEach(owner, locking, sql`case when r.owner_id in (select owner_id from changed) then 'accepted' else 'item_not_found' end`)}`,
  };
}

export function deleteLines(owner: Owner): ManyStatement<LineRequest, CartRow<"item_not_found">> {
  return {
    columns: { ...ownerColumns(owner), ...itemColumn },
    ownerOf,
    over: (requests, locking) => sql`
      with ${requests},
      ${heldCarts(owner, locking)},
      doomed as (select r.n, l.id from requests r join lines l on l.owner_id = r.owner_id and l.id = r.item_id),
      ${removed(owner)},
      ${cartAnswer(sql`owner`, afterRemoval)}
      ${answerEach(owner, locking, sql`case when r.n in (select d.n from doomed d join removed x on x.id = d.id) then 'accepted' else 'item_not_found' end`)}`,
  };
}

/** Empties the carts at the selected stores; the other stores' lines stay. */
export function clearCarts(owner: Owner): ManyStatement<CartRequest, CartRow<never>> {
  return {
    columns: ownerColumns(owner),
    ownerOf,
    over: (requests, locking) => sql`
      with ${requests},
      ${heldCarts(owner, locking)},
      doomed as (
        select l.id
        from owner o
        join lines l on l.owner_id = o.owner_id
        join menus m on m.id = l.menu_id and m.store_id = o.selected_store_id
      ),
      ${removed(owner)},
      ${cartAnswer(sql`owner`, afterRemoval)}
      ${answerEach(owner, locking, sql`'accepted'`)}`,
  };
}

/** Removes the lines of `doomed` (ids): by the function, which also removes those that came during the wait. */
function removed(owner: Owner): RawBuilder<unknown> {
  return sql`
    removed as materialized (
      select r.id
      from (select array_agg(o.owner_id) as ids from owner o) held
      cross join (select array_agg(d.id) as ids from doomed d) gone
      cross join lateral ${owner.removeLines}(held.ids, gone.ids) as r (id)
    )`;
}

const afterRemoval = sql`select * from lines l where l.id not in (select id from removed)`;

export type UserStoreChoice = CartRequest & { storeId: number; change: Change | undefined };

/** Chooses the stores that users order from. A guest's belongs to the session (guest-sessions/queries.ts). */
export const updateUserStores: ManyStatement<
  UserStoreChoice,
  CartRow<Exclude<Outcome, "accepted"> | "store_not_found">
> = {
  columns: {
    ...ownerColumns(user),
    store_id: { type: "integer", of: ({ storeId }) => storeId },
    ...changeColumns,
  },
  needs: ({ storeId }) => [`store ${storeId}`],
  ownerOf,
  over: (requests, locking) => sql`
    with ${requests},
    ${heldCarts(user, locking)},
    verdict as materialized (
      select r.n, r.owner_id, r.store_id, case
        ${whenRepeated(user.keys)}
        when (select st.is_active from stores st where st.id = r.store_id) is not true then 'store_not_found'
        else 'accepted'
      end as outcome
      from requests r
      join owner o on o.owner_id = r.owner_id
    ),
    chosen as materialized (
      select torioki_choose_user_store(v.owner_id, v.store_id) as owner_id, v.store_id
      from verdict v where v.outcome = 'accepted'
    ),
    ${writeKeys(user.keys, sql`chosen`)},
    owner_after as (
      select o.owner_id, o.session_id, coalesce(c.store_id, o.selected_store_id) as selected_store_id, o.expires_at,
        o.touch_is_due
      from owner o left join chosen c on c.owner_id = o.owner_id
    ),
    ${cartAnswer(sql`owner_after`, sql`select * from lines`)}
    ${answerEach(user, locking, sql`v.outcome`, withVerdict)}`,
};
