/**
 * Same key, one effect. A change that carries an Idempotency-Key writes the key with its effect, in one statement and
 * under the session's row. A repeat finds the key and changes nothing; a change that is refused leaves no key behind.
 *
 * The fragments below go into a statement that has the common table expressions `session` (the held row) and
 * `verdict` (session_id, outcome).
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

/** A branch of the verdict's `case`, before the branches that refuse. */
export function whenRepeated(change: Change | undefined): RawBuilder<unknown> {
  if (!change) return sql``;
  return sql`
    when exists (
      select from guest_idempotency_keys k
      where k.session_id = s.session_id and k.key = ${change.key} and k.fingerprint = ${change.fingerprint}
    ) then 'replayed'
    when exists (
      select from guest_idempotency_keys k where k.session_id = s.session_id and k.key = ${change.key}
    ) then 'idempotency_key_reused'`;
}

/**
 * `allowed` (session_id): one row where the change may happen, and the key is written. The statement sees the keys as
 * they were when it began; one that was written since belongs to a request that was in flight then, and is not written twice.
 */
export function allowed(change: Change | undefined): RawBuilder<unknown> {
  if (!change)
    return sql`allowed as materialized (select session_id from verdict where outcome = 'accepted')`;
  return sql`allowed as (
    insert into guest_idempotency_keys (session_id, key, fingerprint)
    select session_id, ${change.key}, ${change.fingerprint} from verdict where outcome = 'accepted'
    on conflict do nothing
    returning session_id
  )`;
}

/** What came of the change, read from `verdict` (as v) and `allowed`. */
export const outcomeOfChange = sql`case
  when v.outcome is null then 'guest_session_required'
  when v.outcome = 'accepted' and not exists (select from allowed) then 'idempotency_key_in_flight'
  else v.outcome
end`;
