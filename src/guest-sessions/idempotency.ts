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

/** The columns of a request that may carry a key. */
export const changeColumns = {
  key: { type: "text", of: ({ change }: { change: Change | undefined }) => change?.key ?? null },
  fingerprint: {
    type: "text",
    of: ({ change }: { change: Change | undefined }) => change?.fingerprint ?? null,
  },
} as const;

/**
 * The branches of a verdict's `case` that come before those that refuse, for a request r whose owner is held. The
 * statement's own snapshot shows the keys of requests that had ended when it began; a key that only the function sees
 * was written while this one waited for the row, so its request was in flight.
 */
export function whenRepeated(keys: Keys): RawBuilder<unknown> {
  const written = sql`from ${keys.table} k where k.${keys.column} = r.owner_id and k.key = r.key`;
  return sql`
    when r.key is not null and exists (select ${written} and k.fingerprint = r.fingerprint) then 'replayed'
    when r.key is not null and exists (select ${written}) then 'idempotency_key_reused'
    when r.key is not null and ${keys.isUsed}(r.owner_id, r.key) then 'idempotency_key_in_flight'`;
}

/** One more common table expression, which writes the keys of the requests whose owners `effect` (with owner_id) gave back. */
export function writeKeys(keys: Keys, effect: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`key as (
    insert into ${keys.table} (${keys.column}, key, fingerprint)
    select r.owner_id, r.key, r.fingerprint from requests r
    where r.key is not null and r.owner_id in (select owner_id from ${effect})
  )`;
}
