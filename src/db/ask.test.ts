import { sql } from "kysely";
import { expect, it } from "vitest";
import { ask, wasUndone } from "./ask.ts";
import type { Db } from "./database.ts";

/** A statement that fails with these errors in turn, then answers 42. */
function failing(...errors: unknown[]) {
  const statement = sql<{ answer: string }>`select 1`;
  return Object.assign(Object.create(statement), {
    execute: async () => {
      const error = errors.shift();
      if (error) throw error;
      return { rows: [{ answer: "42" }] };
    },
  });
}
const coded = (code: string) => Object.assign(new Error("x"), { code });
const db = undefined as unknown as Db;

it.each(["40001", "40P01"])("tries again after %s, four times", async (code) => {
  const faults = (count: number) => Array.from({ length: count }, () => coded(code));
  expect(await ask(db, failing(...faults(4)))).toBe(42);
  await expect(ask(db, failing(...faults(5)))).rejects.toMatchObject({ status: 503 });
});

it.each(["42P01", "42883"])("%s says that the database is not migrated", async (code) => {
  await expect(ask(db, failing(coded(code)))).rejects.toMatchObject({ code: "not_ready" });
});

it.each([
  ...["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "08006", "53300", "57P01", "55P03", "57014", "25006"].map(
    coded,
  ),
  new Error("timeout exceeded when trying to connect"),
  new Error("Query read timeout"),
  new Error("Connection terminated unexpectedly"),
  new Error("Client has encountered a connection error and is not queryable"),
])("%o is an outage", async (error) => {
  await expect(ask(db, failing(error))).rejects.toMatchObject({ code: "database_unavailable", cause: error });
});

it.each([
  coded("23505"),
  coded("42601"),
  coded("ERR_INVALID_ARG_TYPE"),
  new TypeError("x is closed"),
  new Error("other"),
])("%o is a fault of ours", async (error) => {
  await expect(ask(db, failing(error))).rejects.toBe(error);
});

it.each(["55P03", "40P01", "40001", "23503", "23514", "P0001", "22003", "XX000", "F0000"])(
  "%s says that PostgreSQL has undone the statement",
  (code) => {
    expect(wasUndone(coded(code))).toBe(true);
  },
);

it.each(["EPIPE", "ECONNRESET", "08006", "40003", "57P01", "57014", "53300", "25006", "42P01"])(
  "%s does not: nobody knows, or another try is of no use",
  (code) => {
    expect(wasUndone(coded(code))).toBe(false);
  },
);

it("an error without a code does not say it either", () => {
  expect(wasUndone(new Error("Query read timeout"))).toBe(false);
});
