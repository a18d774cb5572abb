/**
 * A cart for the wire (CONTRACT section 4), put together by PostgreSQL: what goes to the client is not taken apart and put
 * together again on the way. Totals, subtotals, what can be ordered and why not are worked out here.
 */
import { type RawBuilder, sql } from "kysely";
import { menuJson } from "../catalog/queries.ts";
import { isoTime } from "../db/ask.ts";
import { json, jsonBoolean, jsonList, jsonNumber, jsonObject, jsonPlainText } from "../db/json.ts";
import type { Language } from "../language.ts";
import type { Notice } from "./contract.ts";

const sentences: Record<Notice["code"], Record<Language, string>> = {
  menu_unavailable: {
    en: "This dish is sold out. It is not counted; remove it or wait until it is back.",
    ja: "この商品は売り切れです。合計には含まれません。",
  },
  store_inactive: {
    en: "This store is not taking orders at the moment. Its dishes are not counted.",
    ja: "この店舗は現在ご注文を受け付けていません。合計には含まれません。",
  },
};

/** A notice in the language of a request. */
function notice(code: Notice["code"]): RawBuilder<unknown> {
  const [en, ja] = (["en", "ja"] as const).map((language) =>
    sql.lit(JSON.stringify({ code, message: sentences[code][language] } satisfies Notice)),
  );
  return sql`case a.language when 'ja' then ${ja} else ${en} end`;
}

const isShown = sql`d.store_id = a.selected_store_id`;
const isOrderable = sql`d.is_available and a.store_is_active`;
const subtotal = sql`d.price * l.quantity::bigint`;

const notices = sql`case when ${isOrderable} then '[]' else concat('[', concat_ws(',',
  case when not d.is_available then ${notice("menu_unavailable")} end,
  case when not a.store_is_active then ${notice("store_inactive")} end
), ']') end`;

const item = jsonObject({
  id: sql`l.id`,
  menu_id: sql`d.id`,
  quantity: sql`l.quantity`,
  added_at: jsonPlainText(isoTime(sql`coalesce(l.added_at, now())`)),
  updated_at: jsonPlainText(isoTime(sql`coalesce(l.updated_at, l.added_at, now())`)),
  subtotal: json(subtotal),
  orderable: jsonBoolean(isOrderable),
  notices,
  menu: sql`d.json`,
});

const otherStore = jsonObject({
  store_id: sql`s.store_id`,
  store_name: json(sql`s.store_name`),
  total_items: sql`s.total_items`,
});

/**
 * The common table expression `answer` (n, touch_is_due, cart), a row for each request whose owner is there.
 * Stores are joined with a limit, so that each is looked up by the index, whatever the planner thinks of their number.
 * @param owners the rows of the owners
 * @param lines their lines, as they are to be shown: owner_id and the columns of the table
 */
export function cartAnswer(owners: RawBuilder<unknown>, lines: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    cart_lines as materialized (${lines}),
    dish as materialized (
      select m.id, m.store_id, m.price, m.is_available is true as is_available, ${menuJson}::text as json,
        st.name as store_name, st.is_active is true as store_is_active
      from menus m
      join lateral (select st.name, st.is_active from stores st where st.id = m.store_id limit 1) st on true
      where m.id = any(array(select distinct l.menu_id from cart_lines l))
    ),
    asked as materialized (
      select r.n, r.language, o.*, (select st.is_active from stores st where st.id = o.selected_store_id) is true as store_is_active
      from requests r
      join ${owners} o on o.owner_id = r.owner_id
    ),
    cart_items as (
      select a.n,
        string_agg(${item}, ',' order by l.added_at, l.id) filter (where ${isShown}) as items,
        sum(l.quantity) filter (where ${isShown} and ${isOrderable}) as total_items,
        sum(${subtotal}) filter (where ${isShown} and ${isOrderable}) as total_amount
      from cart_lines l
      join asked a on a.owner_id = l.owner_id
      join dish d on d.id = l.menu_id
      group by a.n
    ),
    other_stores as (
      select s.n, string_agg(${otherStore}, ',' order by s.store_id) as stores
      from (
        select a.n, d.store_id, d.store_name,
          coalesce(sum(l.quantity) filter (where d.is_available and d.store_is_active), 0) as total_items
        from cart_lines l
        join asked a on a.owner_id = l.owner_id
        join dish d on d.id = l.menu_id
        where ${isShown} is not true
        group by a.n, d.store_id, d.store_name
      ) s
      group by s.n
    ),
    answer as (
      select a.n, a.touch_is_due, ${jsonObject({
        session_id: jsonPlainText(sql`a.session_id`),
        selected_store_id: jsonNumber(sql`a.selected_store_id`),
        items: jsonList(sql`i.items`),
        total_items: sql`coalesce(i.total_items, 0)`,
        total_amount: json(sql`coalesce(i.total_amount, 0)`),
        other_stores: jsonList(sql`s.stores`),
        expires_at: jsonPlainText(isoTime(sql`a.expires_at`)),
      })} as cart
      from asked a
      left join cart_items i on i.n = a.n
      left join other_stores s on s.n = a.n
    )`;
}
