import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { cleanup } from "./cleanup.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query("truncate guest_sessions cascade");
  await database.query(
    `insert into guest_sessions (session_id, expires_at)
     select md5(n::text), now() + make_interval(mins => case when n <= 30 then -n else n end) from generate_series(1, 50) n`,
  );
  await database.query(
    "insert into guest_cart_items (session_id, menu_id) select session_id, m from guest_sessions, generate_series(10, 12) m",
  );
});

const left = async () =>
  (
    await database.query(
      "select (select count(*) from guest_sessions)::int as sessions, (select count(*) from guest_cart_items)::int as lines",
    )
  )[0];

it("deletes what has expired with its lines, in batches, and nothing else", async () => {
  const report = await cleanup(database.db, { batchSize: 8 });
  expect(report).toMatchObject({ sessions: 30, lines: 90, batches: 4, oldest_left_seconds: null });
  expect(await left()).toEqual({ sessions: 20, lines: 60 });
  expect(await cleanup(database.db)).toMatchObject({ sessions: 0, lines: 0, batches: 0 });
});

it("only counts on a dry run", async () => {
  expect(await cleanup(database.db, { dryRun: true })).toMatchObject({
    sessions: 30,
    lines: 90,
    batches: 0,
    oldest_left_seconds: 1800,
  });
  expect(await left()).toEqual({ sessions: 50, lines: 150 });
});

it("run three times at once deletes everything once", async () => {
  const reports = await Promise.all([1, 2, 3].map(() => cleanup(database.db, { batchSize: 3 })));
  expect(reports.reduce((sum, report) => sum + report.sessions, 0)).toBe(30);
  expect(await left()).toEqual({ sessions: 20, lines: 60 });
});
