/** How operations run their statements, and what a database's error means to whoever asked. */
import { setTimeout } from "node:timers/promises";
import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { JsonText } from "../contract.ts";
import { ToriokiError } from "../errors.ts";
import type { Db } from "./database.ts";

/**
 * A statement of one row with one column `answer`, which PostgreSQL builds as JSON. As text it reads the same over every
 * driver, whatever parsers a host has set.
 */
export type Statement<T> = RawBuilder<{ answer: string }> & { readonly answers?: T };

const TRIES = 5;
/**
 * Serialization failures, deadlocks, and a foreign key whose row went away while the statement ran (a user, a dish): the
 * next try sees that it is gone, and says so.
 */
const PASSING = new Set(["40001", "40P01", "23503"]);

/**
 * Runs a statement and gives its answer, undefined where it has no row.
 * @throws ToriokiError as `withRetries`
 */
export async function ask<T>(db: Db, statement: Statement<T>): Promise<T | undefined> {
  const json = await askJson(db, statement);
  return json && (JSON.parse(json.text) as T);
}

/** The same as PostgreSQL has written it, for an answer that is sent as it is: to parse and write a megabyte takes 20 ms. */
export function askJson<T>(db: Db, statement: Statement<T>): Promise<JsonText<T> | undefined> {
  return withRetries(async () => {
    const { rows } = await statement.execute(db);
    return rows[0] && new JsonText<T>(rows[0].answer);
  });
}

/**
 * Runs what is one statement, and again where it did nothing and may go through the next time.
 * @throws ToriokiError as `refusalOf`
 */
export async function withRetries<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= TRIES || !PASSING.has(codeOf(error) ?? "")) throw refusalOf(error);
      await setTimeout(Math.random() * 20 * attempt);
    }
  }
}

/**
 * What to tell whoever asked: ToriokiError `database_unavailable` where the database is away, full, read-only or too slow;
 * `not_ready` where our tables are not there (42P01) or not our function (42883); else the error itself.
 */
export function refusalOf(error: unknown): unknown {
  const code = codeOf(error);
  if (code === "42P01" || code === "42883") return new ToriokiError("not_ready", { cause: error });
  return isOutage(error) ? new ToriokiError("database_unavailable", { cause: error }) : error;
}

/** A time for the wire: UTC, ISO 8601 with milliseconds and `Z`. */
export function isoTime(expression: RawBuilder<unknown>): RawBuilder<string> {
  return sql`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/**
 * Codes that say "not now", by the PostgreSQL manual's appendix A: connection exceptions (08), retries used up
 * (40001, 40P01), insufficient resources (53), lock not granted or statement cancelled (55P03, 57014), server going
 * down or not up yet (57P), a replica (25006).
 */
const OUTAGE = /^(08...|53...|57P..|40001|40P01|55P03|57014|25006|E[A-Z]+|EAI_AGAIN)$/;

/** node-postgres and PGlite give their own time-outs and lost connections no code, only these words. */
const LOST =
  /timeout exceeded|read timeout|connection (terminated|ended|error)|discarded|not queryable|is closed|calling end/i;

function isOutage(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return OUTAGE.test(code);
  return !(error instanceof TypeError) && LOST.test((error as Error).message);
}

/**
 * Whether PostgreSQL itself has refused the statement for what is in it, or for whom it met, and so has undone it. After a
 * lost connection or a time-out of ours nobody knows; a server that is full, going down or read-only refuses anything; and
 * where a statement was too slow (57014), its time is up. Every SQLSTATE has a digit; Node's EPIPE has none.
 */
export function wasUndone(error: unknown): boolean {
  return /^(?=.*\d)(?!08|25|40003|42P01|42883|53|57)[0-9A-Z]{5}$/.test(codeOf(error) ?? "");
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}
