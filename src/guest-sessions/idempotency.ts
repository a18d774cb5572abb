/**
 * Same key, one effect. A change that carries an Idempotency-Key writes the key with its effect, in one statement and
 * under its owner's row (a guest session's or a user's). A repeat finds the key and changes nothing; a change that is
 * refused leaves no key behind.
 */
import { type RawBuilder, sql } from "kysely";
import { ToriokiError } from "../errors.ts";

/** One change that may be sent again: its key, and what it asks for in words (another request has other words). */
export type Change = { key: string; fingerprint: string };

export type Outcome = "accepted" | "replayed" | "idempotency_key_reused" | "idempotency_key_in_flight";

/** Where an owner's keys are: the table, its column for the owner's id, the function that sees them under the owner's row. */
export type Keys = { table: RawBuilder<unknown>; column: RawBuilder<unknown>; isUsed: RawBuilder<unknown> };

export const guestKeys: Keys = {
  table: sql`torioki_idempotency_keys`,
  column: sql`session_id`,
  isUsed: sql`torioki_key_is_used`,
};

/** @throws ToriokiError `idempotency_key_invalid` for an empty key, one over 255 characters, or one that is not ASCII. */
export function changeOf(key: string | undefined, fingerprint: string): Change | undefined {
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new ToriokiError("idempotency_key_invalid");
  return { key, fingerprint };
}

/**
 * The branches of a verdict's `case` that come before those that refuse; the held owner's row is `o`, with owner_id. The
 * statement's own snapshot shows the keys of requests that had ended when it began; a key that only the function sees
 * was written while this one waited for the row, so its request was in flight.
 */
export function whenRepeated(keys: Keys, change: Change | undefined): RawBuilder<unknown> {
  if (!change) return sql``;
  const written = sql`from ${keys.table} k where k.${keys.column} = o.owner_id and k.key = ${change.key}`;
  return sql`
    when exists (select ${written} and k.fingerprint = ${change.fingerprint}) then 'replayed'
    when exists (select ${written}) then 'idempotency_key_reused'
    when ${keys.isUsed}(o.owner_id, ${change.key}) then 'idempotency_key_in_flight'`;
}

/** One more common table expression, which writes the key for the one row that `effect` (with owner_id) gave back. */
export function writeKey(
  keys: Keys,
  change: Change | undefined,
  effect: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (!change) return sql``;
  return sql`, key as (
    insert into ${keys.table} (${keys.column}, key, fingerprint)
    select owner_id, ${change.key}, ${change.fingerprint} from ${effect}
  )`;
}
