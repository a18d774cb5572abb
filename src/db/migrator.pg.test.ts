/** Several processes at once, and locks that somebody else holds: PostgreSQL only. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { migrateUp } from "./migrator.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});
afterEach(() => database.close());

it("20 processes that start at once migrate once", async () => {
  const run = promisify(execFile);
  const env = { ...process.env, DATABASE_URL: database.source as string };
  const outputs = await Promise.all(
    Array.from({ length: 20 }, () => run(process.execPath, ["src/cli.ts", "migrate", "up"], { env })),
  );
  const applied = outputs.filter(({ stdout }) => stdout.includes("applied 0001_host_tables"));
  const idle = outputs.filter(({ stdout }) => stdout.includes("nothing to do"));
  expect([applied.length, idle.length]).toEqual([1, 19]);
});

it("waits for a lock only so long, says so and changes nothing", async () => {
  await migrateUp(database.db, { migrations: [] });
  const client = new pg.Client(database.source as string);
  await client.connect();
  await client.query("begin; create table stores (id int primary key); create table guest_sessions (id int)");
  const start = performance.now();
  await expect(migrateUp(database.db, { lockTimeout: 300 })).rejects.toThrow(
    /nothing was changed.*try again/,
  );
  expect(performance.now() - start).toBeLessThan(5_000);
  await client.query("rollback");
  await client.end();
  expect((await migrateUp(database.db)).applied.length).toBeGreaterThan(0);
});
