/**
 * Whose cart it is: a guest session's or a user's. The statements in queries.ts are the same for both; what differs in
 * SQL is here. Every row of an owner has owner_id, session_id, selected_store_id, expires_at and touch_is_due.
 */
import { type RawBuilder, sql } from "kysely";
import { guestKeys, type Keys } from "../guest-sessions/idempotency.ts";
import { heldSession, isLive, touchIsDue } from "../guest-sessions/queries.ts";

export type Owner = {
  /** The owner's row; none where there is no such owner. */
  read: RawBuilder<unknown>;
  /** Common table expressions, the last of which is `owner`: the same row, held to the end of the statement. */
  held: RawBuilder<unknown>;
  /** What a request is told that has no such owner. */
  refusal: "guest_session_required" | "user_required";
  /** The table of the lines, and its column for the owner's id. */
  lines: RawBuilder<unknown>;
  column: RawBuilder<unknown>;
  /** The functions that see, and remove, the lines as they are once the owner is held (see migration 0004). */
  linesOf: RawBuilder<unknown>;
  removeLines: RawBuilder<unknown>;
  keys: Keys;
};

export function guest(sessionId: string): Owner {
  const row = sql`
    g.session_id as owner_id, g.session_id, g.selected_store_id, g.expires_at, ${touchIsDue} as touch_is_due`;
  return {
    read: sql`select ${row} from guest_sessions g where g.session_id = ${sessionId} and ${isLive}`,
    held: sql`
      session as materialized (${heldSession(sessionId)}),
      owner as materialized (select ${row} from session g)`,
    refusal: "guest_session_required",
    lines: sql`guest_cart_items`,
    column: sql`session_id`,
    linesOf: sql`torioki_guest_lines`,
    removeLines: sql`torioki_delete_guest_lines`,
    keys: guestKeys,
  };
}

/** The row of a user's cart c, which has a user_id. */
const userRow = sql`
  c.user_id as owner_id, null::varchar as session_id, c.selected_store_id, null::timestamptz as expires_at,
  false as touch_is_due`;

export function user(userId: number): Owner {
  return {
    // A user who has none yet has an empty cart: to read it makes nothing.
    read: sql`
      select ${userRow}
      from (
        select u.id as user_id, t.selected_store_id
        from users u left join torioki_user_carts t on t.user_id = u.id
        where u.id = ${userId}
      ) c`,
    // Hold first, make only what was not there. A row that another request made meanwhile is found by its key, and held.
    held: sql`
      found as materialized (
        select c.user_id, c.selected_store_id from torioki_user_carts c
        where c.user_id = ${userId} and torioki_is_read_committed()
        for no key update
      ),
      made as (
        insert into torioki_user_carts as c (user_id)
        select u.id from users u where u.id = ${userId} and torioki_is_read_committed() and not exists (select from found)
        on conflict (user_id) do update set user_id = excluded.user_id
        returning c.user_id, c.selected_store_id
      ),
      owner as materialized (
        select ${userRow} from (select * from found union all select * from made) c
      )`,
    refusal: "user_required",
    lines: sql`user_cart_items`,
    column: sql`user_id`,
    linesOf: sql`torioki_user_lines`,
    removeLines: sql`torioki_delete_user_lines`,
    keys: userKeys,
  };
}

const userKeys: Keys = {
  table: sql`torioki_user_idempotency_keys`,
  column: sql`user_id`,
  isUsed: sql`torioki_user_key_is_used`,
};
