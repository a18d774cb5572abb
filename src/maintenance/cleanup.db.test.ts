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
  const report = await cleanup(database.db, { batch: 8 });
  expect(report).toMatchObject({ sessions: 30, lines: 90, batches: 4, oldest_left_seconds: null });
  expect(await left()).toEqual({ sessions: 20, lines: 60 });
  expect(await cleanup(database.db)).toMatchObject({ sessions: 0, lines: 0, batches: 0 });
});

it.each([
  { batch: 0 },
  { batch: 1.5 },
  { batch: 100_001 },
  { budget: 0 },
  { budget: "30s" as unknown as number },
])("refuses %j", async (options) => {
  await expect(cleanup(database.db, options)).rejects.toMatchObject({ code: "invalid_request" });
  expect(await left()).toEqual({ sessions: 50, lines: 150 });
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
  const reports = await Promise.all([1, 2, 3].map(() => cleanup(database.db, { batch: 3 })));
  expect(reports.reduce((sum, report) => sum + report.sessions, 0)).toBe(30);
  expect(await left()).toEqual({ sessions: 20, lines: 60 });
});

it("deletes users' idempotency keys of over 24 hours, and logins that have expired", async () => {
  await database.query(
    "insert into users (id) select n from generate_series(1, 20) n on conflict do nothing",
  );
  const fill = async () => {
    await database.query("truncate torioki_user_idempotency_keys, torioki_login_sessions");
    await database.query(
      `insert into torioki_user_idempotency_keys
       select id, 'k', '', now() - make_interval(hours => case when id <= 12 then 25 else 23 end) from users where id <= 20`,
    );
    await database.query(
      `insert into torioki_login_sessions (user_id, token, expires_at, created_at, updated_at)
       select id, id, now() + make_interval(mins => case when id <= 7 then -1 else 1 end), now(), now() from users where id <= 20`,
    );
  };
  await fill();
  expect(await cleanup(database.db, { dryRun: true })).toMatchObject({ idempotency_keys: 12, logins: 7 });
  const reports = await Promise.all([1, 2].map(() => cleanup(database.db, { batch: 3 })));
  expect(reports.reduce((sum, report) => sum + report.idempotency_keys, 0)).toBe(12);
  expect(reports.reduce((sum, report) => sum + report.logins, 0)).toBe(7);
  const [rows] = await database.query(
    "select (select count(*) from torioki_user_idempotency_keys)::int as keys, (select count(*) from torioki_login_sessions)::int as logins",
  );
  expect(rows).toEqual({ keys: 8, logins: 13 });
});
