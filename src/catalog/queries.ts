/** Reading stores and menus. Both tables may be the host's, so only the contract's columns are named. */
import { sql } from "kysely";
import type { Statement } from "../db/ask.ts";
import type { MenuList, Store, StoreList } from "./contract.ts";

const storeJson = sql`json_build_object(
  'id', st.id, 'name', st.name, 'address', st.address, 'is_active', st.is_active,
  'hours', case when h.store_id is not null then json_build_object('time_zone', h.time_zone, 'week', h.week) end
)`;

/** A menu (as m) for the wire. */
export const menuJson = sql`json_build_object(
  'id', m.id, 'store_id', m.store_id, 'name', m.name, 'price', m.price,
  'description', m.description, 'image_url', m.image_url, 'is_available', m.is_available is true
)`;

/**
 * Active stores by id.
 * @param pattern an `ilike` pattern for name or address, null for all
 * @param after only stores with a greater id
 */
export function listStores(pattern: string | null, after: number, limit: number): Statement<StoreList> {
  // One more than asked for tells whether there is a next page.
  return sql`
    with found as (
      select st.id, ${storeJson} as store
      from stores st
      left join torioki_store_hours h on h.store_id = st.id
      where st.is_active and st.id > ${after}
        and (${pattern}::text is null or st.name ilike ${pattern}::text or st.address ilike ${pattern}::text)
      order by st.id
      limit ${limit + 1}
    ), page as (
      select * from found order by id limit ${limit}
    )
    select json_build_object(
      'stores', (select coalesce(json_agg(page.store order by page.id), '[]'::json) from page),
      'next', case when (select count(*) from found) > ${limit} then (select max(id) from page) end
    )::text as answer`;
}

/** No row for a store that is unknown or inactive. */
export function findStore(storeId: number): Statement<Store> {
  return sql`
    select ${storeJson}::text as answer
    from stores st
    left join torioki_store_hours h on h.store_id = st.id
    where st.id = ${storeId} and st.is_active`;
}

/** A store with its menus, those sold out included. No row for a store that is unknown or inactive. */
export function findMenus(storeId: number): Statement<MenuList> {
  return sql`
    select json_build_object('store', ${storeJson}, 'menus', (
      select coalesce(json_agg(${menuJson} order by m.id), '[]'::json)
      from menus m
      where m.store_id = st.id
    ))::text as answer
    from stores st
    left join torioki_store_hours h on h.store_id = st.id
    where st.id = ${storeId} and st.is_active`;
}
