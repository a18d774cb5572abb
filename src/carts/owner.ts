/**
 * Whose carts they are: guest sessions' or users'. The statements in queries.ts are the same for both; what differs in
 * SQL is here. Every row of an owner has owner_id, session_id, selected_store_id, expires_at and touch_is_due.
 */
import { type RawBuilder, sql } from "kysely";
import type { Locking } from "../db/many.ts";
import { guestKeys, type Keys } from "../guest-sessions/idempotency.ts";
import { heldSessions, hold, isLive, isThere, requested, touchIsDue } from "../guest-sessions/queries.ts";
import { MAX_LINES_IN_BATCH } from "./limits.ts";

export type Owner = {
  idType: "varchar" | "integer";
  /** The requests' owners; no row for one that is not there, nor, in a batch, for one with a large cart. */
  read(locking: Locking): RawBuilder<unknown>;
  /** Common table expressions, the last of which is `owner`: the same rows, held to the end of the statement. */
  held(locking: Locking): RawBuilder<unknown>;
  /** Whether a request's owner (r.owner_id) that is not held is there all the same: somebody else holds it. */
  isThere: RawBuilder<unknown>;
  /** What a request is told that has no such owner. */
  refusal: "guest_session_required" | "user_required";
  /** Whether the cart of a request r is too large for a batch; undefined where no cart can be. */
  isLarge: RawBuilder<unknown> | undefined;
  /** The table of the lines, and its column for the owner's id. */
  lines: RawBuilder<unknown>;
  column: RawBuilder<unknown>;
  /** The functions that see, and remove, the lines as they are once their owners are held (see migrations 0004, 0012). */
  linesOf: RawBuilder<unknown>;
  removeLines: RawBuilder<unknown>;
  keys: Keys;
};

/**
 * Whether the cart of a user who is the owner of a request r is too large for a batch. Looks at no more of its lines than that
 * takes, in the index. As of the statement's snapshot: a line that comes meanwhile makes no cart large.
 *
 * A guest's cart is not looked at: an add is refused at 100 lines, and the look costs every statement 2 to 7 % (docs/decisions/014).
 */
const isLargeUserCart = sql`
  exists (select from user_cart_items z where z.user_id = r.owner_id offset ${sql.lit(MAX_LINES_IN_BATCH)})`;

/** The users whose carts a statement works on: all where it has one request, those whose carts are not large in a batch. */
function usersWorkedOn(locking: Locking): RawBuilder<unknown> {
  if (locking === "wait") return requested;
  return sql`any(array(select r.owner_id from requests r where not ${isLargeUserCart}))`;
}

const guestRow = sql`
  g.session_id as owner_id, g.session_id, g.selected_store_id, g.expires_at, ${touchIsDue} as touch_is_due`;

export const guest: Owner = {
  idType: "varchar",
  read: () => sql`select ${guestRow} from guest_sessions g where g.session_id = ${requested} and ${isLive}`,
  held: (locking) => sql`
    session as materialized (${heldSessions(sql`g.session_id = ${requested}`, locking)}),
    owner as materialized (select ${guestRow} from session g)`,
  isThere,
  refusal: "guest_session_required",
  isLarge: undefined,
  lines: sql`guest_cart_items`,
  column: sql`session_id`,
  linesOf: sql`torioki_guest_lines`,
  removeLines: sql`torioki_delete_guest_lines`,
  keys: guestKeys,
};

/** The row of a user's cart c, which has a user_id. */
const userRow = sql`
  c.user_id as owner_id, null::varchar as session_id, c.selected_store_id, null::timestamptz as expires_at,
  false as touch_is_due`;

/** Hold first, make only what was not there. A row that another request made meanwhile is found by its key, and held. */
const made = sql`
  made as (
    insert into torioki_user_carts as c (user_id)
    select u.id from users u
    where u.id = ${requested} and torioki_is_read_committed() and u.id not in (select user_id from found)
    on conflict (user_id) do update set user_id = excluded.user_id
    returning c.user_id, c.selected_store_id
  ),`;

export const user: Owner = {
  idType: "integer",
  // A user who has none yet has an empty cart: to read it makes nothing.
  read: (locking) => sql`
    select ${userRow}
    from (
      select u.id as user_id, t.selected_store_id
      from users u left join torioki_user_carts t on t.user_id = u.id
      where u.id = ${usersWorkedOn(locking)}
    ) c`,
  held: (locking) => sql`
    found as materialized (
      select c.user_id, c.selected_store_id
      from torioki_user_carts c
      where c.user_id = ${usersWorkedOn(locking)} ${hold(sql`c.user_id`, locking)}
    ),
    ${locking === "wait" ? made : sql``}
    owner as materialized (
      select ${userRow} from (select * from found ${locking === "wait" ? sql`union all select * from made` : sql``}) c
    )`,
  // A user's first change, too, is for later: making the row may have to wait for another request that makes it.
  isThere: sql`exists (select from users u where u.id = r.owner_id)`,
  refusal: "user_required",
  isLarge: isLargeUserCart,
  lines: sql`user_cart_items`,
  column: sql`user_id`,
  linesOf: sql`torioki_user_lines`,
  removeLines: sql`torioki_delete_user_lines`,
  keys: {
    table: sql`torioki_user_idempotency_keys`,
    column: sql`user_id`,
    isUsed: sql`torioki_user_key_is_used`,
  },
};
