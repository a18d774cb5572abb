import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { createTorioki } from "../torioki.ts";
import { openDatabase } from "./database.ts";

let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  url = database.source as string;
});
afterAll(() => database.close());

const settings = sql<object>`
  select current_setting('lock_timeout') as lock, current_setting('transaction_isolation') as isolation,
    (select count(*)::int from pg_prepared_statements) as prepared, ${1}::int as one`;

it("every wait is bounded, and statements are prepared", async () => {
  const { db, close } = await openDatabase(url);
  expect((await settings.execute(db)).rows).toMatchObject([{ lock: "1100ms", prepared: 1 }]);
  await close();
});

it("behind a transaction pooler nothing is prepared and nothing is set", async () => {
  const { db, close } = await openDatabase(url, { prepare: false });
  await settings.execute(db);
  expect((await settings.execute(db)).rows).toMatchObject([{ lock: "0", prepared: 0 }]);
  await close();
});

it("a statement that hangs is given up within 3 s, and its connection answers nobody else", async () => {
  const { db, close } = await openDatabase(url, { prepare: false });
  const start = performance.now();
  await expect(sql`select pg_sleep(${30})`.execute(db)).rejects.toThrow("Query read timeout");
  expect(performance.now() - start).toBeLessThan(3_000);
  const answers = await Promise.all(
    [1, 2, 3].map((n) => sql<{ n: number }>`select ${n}::int as n`.execute(db)),
  );
  expect(answers.map(({ rows }) => rows[0]?.n)).toEqual([1, 2, 3]);
  await close();
});

it("a database that defaults to repeatable read loses no add and refuses none", async () => {
  await database.query(
    "do $$ begin execute format('alter database %I set default_transaction_isolation = %L', current_database(), 'repeatable read'); end $$",
  );
  const torioki = await createTorioki({ database: url });
  const { sessionToken } = await torioki.guestSessions.create();
  await torioki.guestSessions.selectStore({ sessionToken, storeId: 1 });
  await Promise.all(Array.from({ length: 60 }, () => torioki.guestCarts.add({ sessionToken, menuId: 10 })));
  expect((await torioki.guestCarts.get({ sessionToken })).total_items).toBe(60);
  await torioki.close();
});

it("close ends a pool that was never used", async () => {
  const torioki = await createTorioki({ database: url });
  await torioki.close();
  await expect(torioki.guestSessions.create()).rejects.toThrow();
});
