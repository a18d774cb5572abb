import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { cleanup } from "./cleanup.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it("does not wait for a session that somebody holds, and never deletes one that came alive", async () => {
  await database.query(
    "insert into guest_sessions (session_id, expires_at) select n::text, now() - interval '1 hour' from generate_series(1, 10) n",
  );
  const client = new pg.Client(database.source as string);
  await client.connect();
  await client.query("begin");
  await client.query(
    "update guest_sessions set expires_at = now() + interval '1 hour' where session_id = '3'",
  );
  const start = performance.now();
  expect(await cleanup(database.db)).toMatchObject({ sessions: 9, oldest_left_seconds: 3600 });
  expect(performance.now() - start).toBeLessThan(5_000);
  await client.query("commit");
  await client.end();
  expect(await cleanup(database.db)).toMatchObject({ sessions: 0, oldest_left_seconds: null });
  expect(await database.query("select session_id from guest_sessions")).toEqual([{ session_id: "3" }]);
}, 20_000);
