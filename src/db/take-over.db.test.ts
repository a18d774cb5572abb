import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../../test/helpers/api.ts";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { fillFormerTables, makeFormerTables } from "../../test/helpers/former-program.ts";
import { dumpSchema } from "../../test/helpers/schema-dump.ts";
import type { Cart } from "../carts/contract.ts";
import { migrateDown, migrateUp, migrationStatus } from "./migrator.ts";

const NAME = "0002_guest_tables";
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query("drop schema if exists torioki_jobs, public cascade");
  await database.query("create schema public");
});

const one = async <T = { n: number }>(text: string) => (await database.query<T>(text))[0] as T;
const plan = async () => (await migrationStatus(database.db)).find(({ name }) => name === NAME);
const guestSchema = async () =>
  (await dumpSchema(database)).filter((line) =>
    /^(column|constraint|index) (guest_(sessions|cart_items)[._ ]|ix_guest)/.test(line),
  );

describe("taking over 10,000 sessions of another program", () => {
  it("keeps every session and every dish, and the old cookies go on working", async () => {
    await makeFormerTables(database);
    const tokens = await fillFormerTables(database, 10_000);
    const before = await one<{
      sessions: number;
      lines: number;
      pairs: number;
      quantity: number;
      capped: number;
    }>(`
      select (select count(*) from guest_sessions)::int as sessions, sum(lines)::int as lines, count(*)::int as pairs,
        sum(least(total, 99))::int as quantity, count(*) filter (where total > 99)::int as capped
      from (select count(*) as lines, sum(quantity) as total from guest_cart_items group by session_id, menu_id) p`);
    expect(before).toMatchObject({ sessions: 10_000, lines: 30_000, pairs: 27_500, capped: 100 });
    const kept = await database.query(
      "select min(id) as id from guest_cart_items group by session_id, menu_id order by 1",
    );

    const beforehand = (await plan())?.plan as string[];
    expect(beforehand[0]).toBe(
      "take over guest_sessions (10000 rows, 1000 of them expired) and guest_cart_items (30000 rows)",
    );
    expect(beforehand[1]).toMatch(/^replace 10000 session ids by their SHA-256/);
    expect(beforehand[2]).toBe("sum 5000 lines of one menu in one session into 2500");
    expect(beforehand[3]).toMatch(/^cap 100 lines at 99, id \(quantity\): 298 \(120\), .* and 80 more$/);

    const { report } = await migrateUp(database.db);
    expect(report).toEqual(beforehand);

    expect(
      await one(`select (select count(*) from guest_sessions)::int as sessions, count(*)::int as lines,
        sum(quantity)::int as quantity, max(quantity) as most from guest_cart_items`),
    ).toEqual({ sessions: 10_000, lines: before.pairs, quantity: before.quantity, most: 99 });
    expect(await database.query("select id from guest_cart_items order by 1")).toEqual(kept);
    expect(
      await one(`select count(*)::int as n from guest_sessions where session_id !~ '^[0-9a-f]{64}$'`),
    ).toEqual({ n: 0 });

    const api = await createApi({ database: database.source });
    for (const [n, token] of tokens.entries()) {
      if (n % 997 !== 0) continue;
      const answer = await api.call<Cart>("GET", "/api/guest/cart", {
        headers: { Cookie: `guest_session_id=${token}` },
      });
      if ((n + 1) % 10 === 0) expect(answer.status).toBe(401);
      else {
        expect(answer.status).toBe(200);
        expect(answer.body.session_id).toBe(createHash("sha256").update(token).digest("hex"));
        expect(answer.body.items.length + answer.body.other_stores.length).toBeGreaterThan(0);
      }
    }
    await api.torioki.close();
  });
});

describe("a take-over", () => {
  it("ends with the same schema as a new database, but for what the host added", async () => {
    await migrateUp(database.db);
    const fresh = await guestSchema();
    await database.query("drop schema if exists torioki_jobs, public cascade");
    await database.query("create schema public");
    await makeFormerTables(database);
    await migrateUp(database.db);
    const taken = await guestSchema();
    const extra =
      "index ix_guest_cart_items_menu_id CREATE INDEX ix_guest_cart_items_menu_id ON public.guest_cart_items USING btree (menu_id)";
    expect(taken.filter((line) => line !== extra)).toEqual(fresh);
    expect(taken).toContain(extra);
  });

  it("is told beforehand and changes nothing until it is asked for", async () => {
    await makeFormerTables(database);
    await fillFormerTables(database, 10);
    const before = await dumpSchema(database);
    expect((await plan())?.plan.length).toBeGreaterThan(2);
    expect(await dumpSchema(database)).toEqual(before);
    await expect(migrateUp(database.db, { mayTakeOver: false })).rejects.toThrow("torioki migrate status");
    expect(await dumpSchema(database)).toEqual(before);
  });

  it("taken back gives the host its own rules again, and a second one does not hash the ids again", async () => {
    await makeFormerTables(database);
    const rules = await guestSchema();
    const [token] = (await fillFormerTables(database, 10)) as [string];
    await migrateUp(database.db);
    await migrateDown(database.db, { to: null });
    expect(await guestSchema()).toEqual(rules);
    expect((await dumpSchema(database)).filter((line) => line.includes("torioki"))).toEqual([]);
    const { report } = await migrateUp(database.db);
    expect(report.join()).not.toContain("SHA-256");
    const hash = createHash("sha256").update(token).digest("hex");
    expect(await one(`select count(*)::int as n from guest_sessions where session_id = '${hash}'`)).toEqual({
      n: 1,
    });
  });

  it("after one that was taken back hashes what the former program has written since, and nothing twice", async () => {
    await makeFormerTables(database);
    const [token] = (await fillFormerTables(database, 10)) as [string];
    await migrateUp(database.db);
    await migrateDown(database.db, { to: null });
    const later = `${"Z".repeat(63)}_`;
    await database.query(
      "insert into guest_sessions (session_id, expires_at) values ($1, now() + interval '1 hour')",
      [later],
    );
    await database.query("insert into guest_cart_items (session_id, menu_id, quantity) values ($1, 1, 7)", [
      later,
    ]);
    expect((await plan())?.plan[1]).toMatch(/^replace 1 session ids/);
    await migrateUp(database.db);
    for (const [secret, lines] of [
      [token, 3],
      [later, 1],
    ] as const) {
      const hash = createHash("sha256").update(secret).digest("hex");
      expect(await one(`select count(*)::int as n from guest_sessions where session_id = '${hash}'`)).toEqual(
        { n: 1 },
      );
      expect(
        await one(`select count(*)::int as n from guest_cart_items where session_id = '${hash}'`),
      ).toEqual({ n: lines });
    }
  });

  it("lets the host's triggers rest, and sets them as they were", async () => {
    await makeFormerTables(database);
    await fillFormerTables(database, 10);
    await database.query("create table audit (id text)");
    await database.query(
      "create function slide() returns trigger language plpgsql as $$ begin new.expires_at := now() + interval '1 day'; insert into audit values (old.session_id); return new; end $$",
    );
    await database.query(
      "create trigger slide before update on guest_sessions for each row execute function slide()",
    );
    await migrateUp(database.db);
    expect(await one("select count(*)::int as n from guest_sessions where expires_at < now()")).toEqual({
      n: 1,
    });
    expect(await one("select count(*)::int as n from audit")).toEqual({ n: 0 });
    await database.query("update guest_sessions set selected_store_id = 2 where id = 1");
    expect(await one("select count(*)::int as n from audit")).toEqual({ n: 1 });
  });

  it("of shorter ids can be taken back, and of copied rows gives new sessions new ids", async () => {
    await makeFormerTables(database);
    await database.query("alter table guest_cart_items alter session_id type varchar(36)");
    await database.query("alter table guest_sessions alter session_id type varchar(36)");
    await database.query(
      "insert into guest_sessions (id, session_id, expires_at) select n, 'id-' || n, now() + interval '1 hour' from generate_series(1, 3) n",
    );
    await migrateUp(database.db);
    const { torioki } = await createApi({ database: database.source });
    await torioki.guestSessions.create();
    expect(await one("select max(id) as n from guest_sessions")).toEqual({ n: 4 });
    await torioki.close();
    await migrateDown(database.db, { to: null });
    expect(await one("select count(*)::int as n from guest_sessions")).toEqual({ n: 4 });
  });

  it("says which visitors will start anew because their id is no token", async () => {
    await makeFormerTables(database);
    await database.query(
      "insert into guest_sessions (session_id, expires_at) values ('short', now() + interval '1 hour')",
    );
    expect((await plan())?.plan.join()).toContain("1 session ids are not 64 URL-safe characters");
  });

  it("gives new lines new ids and drops lines with their session", async () => {
    await makeFormerTables(database);
    await fillFormerTables(database, 1);
    await migrateUp(database.db);
    await database.query("delete from guest_sessions");
    expect(await one("select count(*)::int as n from guest_cart_items")).toEqual({ n: 0 });
  });
});

describe("a take-over that would lose something names the rows and changes nothing", () => {
  const orphanless =
    "alter table guest_cart_items drop constraint guest_cart_items_session_id_fkey, drop constraint guest_cart_items_menu_id_fkey";
  it.each([
    [
      "lines without a session",
      [orphanless, "insert into guest_cart_items (session_id, menu_id, quantity) values ('gone', 1, 1)"],
      /whose session_id has no guest_sessions row.*id: 31$/,
    ],
    [
      "lines of a dish that is gone",
      [orphanless, "update guest_cart_items set menu_id = 999 where id in (2, 5)"],
      /guest_cart_items rows whose menu_id has no menus row.*id: 2, 5$/,
    ],
    [
      "quantities below 1",
      ["update guest_cart_items set quantity = 0 where id = 4"],
      /quantity below 1.*id: 4$/,
    ],
    [
      "one session id twice",
      [
        "alter table guest_cart_items drop constraint guest_cart_items_session_id_fkey",
        "drop index ix_guest_sessions_session_id",
        "update guest_sessions set session_id = (select session_id from guest_sessions where id = 2) where id = 3",
      ],
      /session_id of another row.*id: 2, 3/,
    ],
    [
      "a column of the host's own",
      ["alter table guest_sessions add column ip text"],
      /guest_sessions\.ip is not part of the contract/,
    ],
    [
      "a column that is missing",
      ["alter table guest_cart_items drop column added_at"],
      /guest_cart_items\.added_at is missing/,
    ],
    [
      "a time without a zone",
      ["alter table guest_sessions alter expires_at type timestamp"],
      /guest_sessions\.expires_at is timestamp without time zone: change it/,
    ],
    [
      "a table that refers to the ids",
      ["create table orders (session_id varchar(64) references guest_sessions (session_id))"],
      /orders references guest_sessions\.session_id \(constraint orders_session_id_fkey\)/,
    ],
    [
      "what another table keeps of doubled lines",
      [
        "create table toppings (item_id int references guest_cart_items (id) on delete cascade)",
        "update guest_cart_items set menu_id = 2 where id in (1, 2)",
      ],
      /toppings references guest_cart_items \(constraint toppings_item_id_fkey\)/,
    ],
    [
      "only one of the tables",
      ["drop table guest_cart_items"],
      /only one of guest_sessions and guest_cart_items exists/,
    ],
  ])("%s", async (_, statements, message) => {
    await makeFormerTables(database);
    await fillFormerTables(database, 10);
    for (const statement of statements) await database.query(statement);
    const before = await dumpSchema(database);
    const ids = await database.query("select id, session_id from guest_sessions order by id");
    expect((await plan())?.blockers.some((line) => message.test(line))).toBe(true);
    await expect(migrateUp(database.db)).rejects.toThrow("nothing was migrated, put this right first");
    expect(await dumpSchema(database)).toEqual(before);
    expect(await database.query("select id, session_id from guest_sessions order by id")).toEqual(ids);
  });
});
