/**
 * JSON built as text in SQL: half the time of json_build_object (docs/decisions/010). Each gives an expression that is
 * JSON, and never null.
 */
import { type RawBuilder, sql } from "kysely";

type Expression = RawBuilder<unknown>;

/** An object with these keys, in this order. Its values are JSON already: by the functions below, or integers that are not null. */
export function jsonObject(values: Record<string, Expression>): RawBuilder<string> {
  const parts = Object.entries(values).flatMap(([key, value], n) => [
    sql.lit(`${n === 0 ? "{" : ","}${JSON.stringify(key)}:`),
    value,
  ]);
  return sql`concat(${sql.join(parts)}, '}')`;
}

/** Any value of any type; null where it is null. */
export function json(expression: Expression): RawBuilder<string> {
  return sql`coalesce(to_json(${expression})::text, 'null')`;
}

/** A number that may be null. */
export function jsonNumber(expression: Expression): RawBuilder<string> {
  return sql`coalesce((${expression})::text, 'null')`;
}

/** What has no character that JSON must escape (a hash, a time), and may be null. */
export function jsonPlainText(expression: Expression): RawBuilder<string> {
  return sql`coalesce('"' || (${expression}) || '"', 'null')`;
}

/** false where it is null, too. */
export function jsonBoolean(expression: Expression): RawBuilder<string> {
  return sql`case when ${expression} then 'true' else 'false' end`;
}

/** @param list an aggregate of JSON with commas between; null: an empty list */
export function jsonList(list: Expression): RawBuilder<string> {
  return sql`concat('[', ${list}, ']')`;
}
