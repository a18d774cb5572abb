import type { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { createTorioki } from "../torioki.ts";
import { openDatabase } from "./database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

describe("values", () => {
  it("come out the same from every engine", async () => {
    const { rows } = await sql<object>`
      select 42::int8 as small, 9007199254740993::int8 as big, null::int8 as no_number, count(*) as count,
        '2026-11-23T12:34:56.789+09:00'::timestamptz as time, null::timestamptz as no_time,
        ${"text"}::text as text, ${null}::text as nothing, true as yes, 7::int4 as four,
        array['a','b'] as list, '{"a": [1, null]}'::jsonb as json
      from generate_series(1, 3)`.execute(database.db);
    expect(rows).toEqual([
      {
        small: 42,
        big: 9007199254740993n,
        no_number: null,
        count: 3,
        time: new Date("2026-11-23T03:34:56.789Z"),
        no_time: null,
        text: "text",
        nothing: null,
        yes: true,
        four: 7,
        list: ["a", "b"],
        json: { a: [1, null] },
      },
    ]);
  });

  it("go in as they are: arrays, quotes, Japanese, null", async () => {
    const { rows } = await sql<object>`
      select ${["a'b", 'c"d', "弁当", "{}"]}::text[] as list, ${"'; drop table users --"}::text as text`.execute(
      database.db,
    );
    expect(rows).toEqual([{ list: ["a'b", 'c"d', "弁当", "{}"], text: "'; drop table users --" }]);
  });
});

describe("statements", () => {
  it("are prepared once per connection, however often they run", async () => {
    const { db, close } = await openDatabase(database.source);
    const run = (n: number) => sql<{ n: number }>`select ${n}::int + 41 as n /* prepared once */`.execute(db);
    for (let n = 0; n < 5; n += 1) expect((await run(n)).rows).toEqual([{ n: n + 41 }]);
    const { rows } = await sql<{ times: number }>`
      select count(*)::int as times from pg_prepared_statements where statement like ${"%prepared once *" + "/"}`.execute(
      db,
    );
    expect(rows).toEqual([{ times: 1 }]);
    await close();
  });

  it("work again after the host has dropped all prepared ones", async () => {
    const one = () => sql<{ n: number }>`select ${1}::int as n /* dropped */`.execute(database.db);
    await one();
    if (inject("engine") === "pglite") await (database.source as PGlite).query("deallocate all");
    for (let n = 0; n < 3; n += 1) expect((await one()).rows).toEqual([{ n: 1 }]);
  });

  it("work again after one that failed", async () => {
    const divide = (n: number) => sql<{ n: number }>`select 10 / ${n}::int as n`.execute(database.db);
    expect((await divide(5)).rows).toEqual([{ n: 2 }]);
    await expect(divide(0)).rejects.toMatchObject({ code: "22012" });
    expect((await divide(2)).rows).toEqual([{ n: 5 }]);
    await expect(sql`select ${1}::int from nowhere`.execute(database.db)).rejects.toMatchObject({
      code: "42P01",
    });
    expect((await divide(1)).rows).toEqual([{ n: 10 }]);
  });

  it("of a transaction that fails leave nothing behind", async () => {
    const failing = database.db.transaction().execute(async (tx) => {
      await sql`insert into users (id) values (${77})`.execute(tx);
      await sql`select 1 / ${0}::int`.execute(tx);
    });
    await expect(failing).rejects.toMatchObject({ code: "22012" });
    expect(await database.query("select id from users where id = 77")).toEqual([]);
  });

  it("of two callers at once each get their own answer", async () => {
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    const answers = await Promise.all(
      numbers.map((n) => sql<{ n: number }>`select ${n}::int as n`.execute(database.db)),
    );
    expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(numbers);
  });
});

describe("options that cannot be right", () => {
  it.each([
    [{ database: undefined }, "database takes a connection string, a pg Pool"],
    [{ database: "mysql://x" }, "database takes a connection string such as"],
    [{ publicUrl: "nope" }, "publicUrl takes an address"],
    [{ allowedOrigins: ["https://x/"] }, "allowedOrigins takes origins"],
    [{ allowedOrigins: "https://x" }, "allowedOrigins takes a list"],
    [{ formerCookieName: "a;b" }, "formerCookieName takes the name"],
    [{ sessionTtl: 0.5 }, "sessionTtl takes whole seconds"],
  ])("%o", async (wrong, message) => {
    await expect(createTorioki({ database: database.source, ...wrong } as never)).rejects.toThrow(
      `createTorioki: ${message}`,
    );
  });

  it("in a call are refused with the field's name", async () => {
    const torioki = await createTorioki({ database: database.source });
    const { sessionToken } = await torioki.guestSessions.create();
    const wrong: [() => Promise<unknown>, string][] = [
      [() => torioki.guestCarts.add({ sessionToken, menuId: "10" as never }), "menuId"],
      [() => torioki.guestCarts.add({ sessionToken, menuId: 10, quantity: 100 }), "quantity"],
      [() => torioki.guestCarts.setQuantity({ sessionToken, itemId: 1, quantity: 0 }), "quantity"],
      [() => torioki.guestSessions.selectStore({ sessionToken, storeId: 2 ** 31 }), "storeId"],
      [() => torioki.catalog.getStore(-1), "storeId"],
      [() => torioki.catalog.listStores({ limit: 501 }), "limit"],
    ];
    for (const [call, field] of wrong) {
      await expect(call()).rejects.toMatchObject({
        code: "invalid_request",
        status: 422,
        errors: [{ field }],
      });
    }
    await expect(torioki.guestCarts.get({ sessionToken: "x" })).rejects.toMatchObject({ status: 401 });
    expect((await torioki.catalog.listStores({ q: "kanda" })).stores).toHaveLength(1);
    expect((await torioki.catalog.getMenus(1)).menus).toHaveLength(5);
    await torioki.close();
  });
});

describe("a host's own database", () => {
  it("is taken as it is, two of ours at once, and stays open on close", async () => {
    const isPGlite = inject("engine") === "pglite";
    const pool = isPGlite ? undefined : new pg.Pool({ connectionString: database.source as string });
    const own = isPGlite ? (database.source as PGlite) : (pool as pg.Pool);
    const { db } = await openDatabase(own);
    expect(db).toBeInstanceOf(Kysely);
    for (const source of [own, db]) {
      const torioki = await createTorioki({ database: source, migrate: true });
      const { sessionToken } = await torioki.guestSessions.create();
      await torioki.guestSessions.selectStore({ sessionToken, storeId: 1 });
      const cart = await torioki.guestCarts.add({ sessionToken, menuId: 10 });
      expect(cart.total_items).toBe(1);
      await torioki.close();
    }
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    await pool?.end();
  });

  it("has the same lanes and time budget in each of its forms", async () => {
    const isPGlite = inject("engine") === "pglite";
    const pool = isPGlite ? undefined : new pg.Pool({ connectionString: database.source as string });
    const dialect = pool
      ? new PostgresDialect({ pool })
      : new PGliteDialect({ pglite: database.source as PGlite });
    const kysely = new Kysely<unknown>({ dialect });
    const lanes = isPGlite ? { lanes: 1, catalogReads: 1 } : { lanes: 2, catalogReads: 3 };
    for (const source of [database.source, pool ?? database.source, kysely]) {
      const { db, capacity, close } = await openDatabase(source);
      expect(capacity).toEqual({ ...lanes, patience: 2_600 });
      // Handed on, as the server does with its own.
      expect((await openDatabase(db)).capacity).toEqual(capacity);
      await close();
    }
    const { db, capacity } = await openDatabase(database.source, { patient: true });
    expect(capacity.patience).toBeUndefined();
    expect((await openDatabase(db)).capacity).toBe(capacity);
    await db.destroy().catch(() => {});
    await pool?.end();
  });

  it.runIf(inject("engine") === "pglite")(
    "in a long transaction of the host's makes nobody wait for ever",
    async () => {
      const lite = database.source as PGlite;
      const torioki = await createTorioki({ database: lite });
      const { sessionToken } = await torioki.guestSessions.create();
      let end = () => {};
      const transaction = lite.transaction(
        () =>
          new Promise<void>((resolve) => {
            end = resolve;
          }),
      );
      const start = performance.now();
      const refused = [
        torioki.guestCarts.get({ sessionToken }),
        torioki.guestSessions.create(),
        torioki.guestSessions.createTicket({ sessionToken }),
        torioki.catalog.listStores(),
        torioki.handOver({ sessionToken, userId: 1 }),
      ].map((call) => call.then(() => "done").catch(({ code }) => code));
      expect(new Set(await Promise.all(refused))).toEqual(new Set(["database_unavailable"]));
      expect(performance.now() - start).toBeLessThan(3_500);
      end();
      await transaction;
      expect((await torioki.guestSessions.create()).sessionToken).toHaveLength(64);
      await torioki.close();
    },
  );
});
