/** A fail-over: connections that are open lead to a server that has become read-only, new ones to its successor. */
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { until } from "../../test/helpers/until.ts";
import { createTorioki, type Torioki } from "../torioki.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** A user whose new sessions are read-only or not. The setting holds for connections that are made after it. */
const makeNewConnections = (role: string, how: "read-only" | "writable") =>
  database.query(
    `alter role ${role} set default_transaction_read_only = ${how === "read-only" ? "on" : "off"}`,
  );

const create = (torioki: Torioki) =>
  torioki.guestSessions.create().then(
    () => "created",
    ({ code }) => code as string,
  );

it.each(["a connection string", "a pool"] as const)(
  "of %s: those connections are given up at once",
  async (way) => {
    const role = `fail_over_${Date.now()}`;
    await database.query(`create role ${role} login superuser password 'secret'`);
    const url = new URL(database.source as string);
    Object.assign(url, { username: role, password: "secret" });
    const pool = new pg.Pool({ connectionString: url.href });
    const torioki = await createTorioki({ database: way === "a pool" ? pool : url.href, rateLimit: false });
    await makeNewConnections(role, "read-only");
    // Several connections, all of which lead to the old server.
    await Promise.all(Array.from({ length: 8 }, (_, n) => torioki.catalog.getMenus(1 + (n % 2))));
    await Promise.all([
      torioki.catalog.listStores(),
      ...Array.from({ length: 4 }, () => torioki.receipts({ userId: 1 })),
    ]);
    const opened = () =>
      database.query<{ pid: number }>("select pid from pg_stat_activity where usename = $1", [role]);
    const old = (await opened()).map(({ pid }) => pid);
    expect(old.length).toBeGreaterThan(2);
    await makeNewConnections(role, "writable");
    expect(await create(torioki)).toBe("database_unavailable");
    // From the first refusal on: not one more, though the pool still had several of the old connections.
    const outcomes: string[] = [];
    for (let n = 0; n < 30; n += 1) outcomes.push(await create(torioki));
    expect(outcomes.filter((outcome) => outcome !== "created")).toEqual([]);
    await Promise.all(Array.from({ length: 12 }, () => torioki.receipts({ userId: 1 })));
    await until(async () => (await opened()).every(({ pid }) => !old.includes(pid)), 5);
    await torioki.close();
    await pool.end();
    await until(async () => (await opened()).length === 0, 5);
    await database.query(`drop role ${role}`);
  },
);

it("a database that stays read-only costs a new connection at most once a second for each", async () => {
  const role = `read_only_${Date.now()}`;
  await database.query(`create role ${role} login superuser password 'secret'`);
  await makeNewConnections(role, "read-only");
  const url = new URL(database.source as string);
  Object.assign(url, { username: role, password: "secret" });
  let connections = 0;
  const pool = new pg.Pool({ connectionString: url.href });
  pool.on("connect", () => {
    connections += 1;
  });
  const torioki = await createTorioki({ database: pool, rateLimit: false });
  const reads = async () => {
    for (let n = 0; n < 100; n += 1) await torioki.catalog.getStore(1);
  };
  expect(await create(torioki)).toBe("database_unavailable");
  await reads();
  const before = connections;
  await Promise.all([reads(), reads(), reads()]);
  expect(connections - before).toBeLessThanOrEqual(3);
  await torioki.close();
  await pool.end();
  await database.query(`drop role ${role}`);
});
