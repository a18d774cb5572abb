/**
 * Same key, one effect. A change that carries an Idempotency-Key writes the key with its effect, in one statement and
 * under the session's row. A repeat finds the key and changes nothing; a change that is refused leaves no key behind.
 *
 * The fragments below go into a statement that has the common table expression `session` (the held row, as s).
 */
import { type RawBuilder, sql } from "kysely";
import { ToriokiError } from "../errors.ts";

/** One change that may be sent again: its key, and what it asks for in words (another request has other words). */
export type Change = { key: string; fingerprint: string };

export type Outcome = "accepted" | "replayed" | "idempotency_key_reused" | "idempotency_key_in_flight";

/** @throws ToriokiError `idempotency_key_invalid` for an empty key, one over 255 characters, or one that is not ASCII. */
export function changeOf(key: string | undefined, fingerprint: string): Change | undefined {
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new ToriokiError("idempotency_key_invalid");
  return { key, fingerprint };
}

/**
 * The branches of a verdict's `case` that come before those that refuse. The statement's own snapshot shows the keys of
 * requests that had ended when it began; a key that only the function sees was written while this one waited for the
 * session's row, so its request was in flight.
 */
export function whenRepeated(change: Change | undefined): RawBuilder<unknown> {
  if (!change) return sql``;
  const written = sql`
    from torioki_idempotency_keys k where k.session_id = s.session_id and k.key = ${change.key}`;
  return sql`
    when exists (select ${written} and k.fingerprint = ${change.fingerprint}) then 'replayed'
    when exists (select ${written}) then 'idempotency_key_reused'
    when torioki_key_is_used(s.session_id, ${change.key}) then 'idempotency_key_in_flight'`;
}

/** One more common table expression, which writes the key for the one row that `effect` (with session_id) gave back. */
export function writeKey(change: Change | undefined, effect: RawBuilder<unknown>): RawBuilder<unknown> {
  if (!change) return sql``;
  return sql`, key as (
    insert into torioki_idempotency_keys (session_id, key, fingerprint)
    select session_id, ${change.key}, ${change.fingerprint} from ${effect}
  )`;
}
