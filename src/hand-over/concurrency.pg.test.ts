/** Hand-overs that meet other writes, on real PostgreSQL. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Api,
  type Call,
  checkedCalls,
  codeOf,
  convertAs,
  createApi,
  guestWith,
  linesOfUser,
  newUser,
  usePatientApi,
  Visitor,
} from "../../test/helpers/api.ts";
import { whileHeld } from "../../test/helpers/hold.ts";

const held = usePatientApi();

describe("a hand-over that waited", () => {
  let visitor: Visitor;
  let userId: number;
  let sessionId: string;
  let session: string;
  let ofUser: string;
  beforeEach(async () => {
    visitor = await guestWith(held, [1000]);
    sessionId = (await visitor.session()).body.session_id;
    session = `session_id = '${sessionId}'`;
    userId = await newUser(held.database);
    ofUser = `user_id = ${userId}`;
    await held.api.user(userId).choose(4);
  });

  it("for the session takes the lines along that came meanwhile, of dishes as new as they are", async () => {
    const answer = await whileHeld(
      held.database,
      [
        `select from guest_sessions where ${session} for update`,
        "insert into menus (id, store_id, name, price) values (nextval('menus_id_seq'), 4, 'New', 100)",
        `insert into guest_cart_items (session_id, menu_id, quantity) select '${sessionId}', max(id), 4 from menus`,
      ],
      () => convertAs(held.api, visitor, userId),
    );
    expect(answer.body.items.map(({ guest_quantity }) => guest_quantity).sort()).toEqual([1, 4]);
    expect(await linesOfUser(held, userId)).toHaveLength(2);
  });

  it("for the user's cart adds to what came into it meanwhile", async () => {
    const answer = await whileHeld(
      held.database,
      [
        `select from torioki_user_carts where ${ofUser} for update`,
        `insert into user_cart_items (user_id, menu_id, quantity) values (${userId}, 1000, 5)`,
      ],
      () => convertAs(held.api, visitor, userId),
    );
    expect(answer.body.items).toMatchObject([
      { user_quantity_before: 5, user_quantity_after: 6, outcome: "merged" },
    ]);
    expect(await linesOfUser(held, userId)).toEqual([{ menu_id: 1000, quantity: 6 }]);
  });

  it("for a line that a program of the host's was changing adds to what it came to", async () => {
    await held.api.user(userId).add(1000, 4);
    const answer = await whileHeld(
      held.database,
      [`update user_cart_items set quantity = quantity + 10 where ${ofUser}`],
      () => convertAs(held.api, visitor, userId),
    );
    expect(answer.body.items).toMatchObject([{ user_quantity_before: 14, user_quantity_after: 15 }]);
    expect(await linesOfUser(held, userId)).toEqual([{ menu_id: 1000, quantity: 15 }]);
  });

  it("for longer than a login can wait is told as not known yet, and the cart is found in one of the two", async () => {
    const messages: string[] = [];
    const note = ({ err }: { err?: Error }) =>
      void messages.push((err?.cause as Error | undefined)?.message ?? "");
    const pool = new pg.Pool({ connectionString: held.database.source as string });
    // The statements of a host's Kysely go on after their callers were answered: its driver is out of reach.
    const kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
    const api = await createApi({ database: kysely, logger: { info() {}, warn() {}, error: note } });
    const holder = await pool.connect();
    await holder.query("begin");
    await holder.query(`select from guest_sessions where ${session} for update`);
    const start = performance.now();
    const headers = new Headers({ Cookie: visitor.cookie as string });
    expect(await api.torioki.handOverAtLogin({ headers, userId })).toEqual({});
    expect(performance.now() - start).toBeLessThan(3_500);
    expect(messages).toEqual([expect.stringContaining("is not known yet")]);
    expect((await api.call("GET", "/metrics")).text).toContain('at="login",outcome="failed"} 1');
    await holder.query("commit");
    holder.release();
    await expect.poll(() => linesOfUser(held, userId)).toEqual([{ menu_id: 1000, quantity: 1 }]);
    await api.torioki.close();
    await pool.end();
  });

  it("for the user's cart makes a line anew that went meanwhile", async () => {
    await held.api.user(userId).add(1000, 7);
    const answer = await whileHeld(
      held.database,
      [
        `select from torioki_user_carts where ${ofUser} for update`,
        `delete from user_cart_items where ${ofUser}`,
      ],
      () => convertAs(held.api, visitor, userId),
    );
    expect(answer.body.items).toMatchObject([{ user_quantity_before: 0, outcome: "migrated" }]);
    expect(await linesOfUser(held, userId)).toEqual([{ menu_id: 1000, quantity: 1 }]);
  });

  it.each([
    ["deleted", () => `delete from guest_sessions where ${session}`, "guest_session_required"],
    [
      "expired",
      () => `update guest_sessions set expires_at = now() where ${session}`,
      "guest_session_required",
    ],
    [
      "converted by another",
      () =>
        `update guest_sessions set converted_to_user_id = (select max(id) from users where id <> ${userId}) where ${session}`,
      "guest_session_required",
    ],
  ])("for a session that was %s meanwhile is refused", async (_, statement, code) => {
    await newUser(held.database);
    const answer = await whileHeld(
      held.database,
      [`select from guest_sessions where ${session} for update`, statement()],
      () => convertAs(held.api, visitor, userId),
    );
    expect([answer.status, codeOf(answer)]).toEqual([401, code]);
    expect(await linesOfUser(held, userId)).toEqual([]);
  });

  it("for a user who was deleted meanwhile is refused, and the guest has everything", async () => {
    const answer = await whileHeld(
      held.database,
      [`select from torioki_user_carts where ${ofUser} for update`, `delete from users where id = ${userId}`],
      () => convertAs(held.api, visitor, userId),
    );
    expect([answer.status, codeOf(answer)]).toEqual([401, "user_required"]);
    expect((await visitor.cart()).body.total_items).toBe(1);
  });
});

it("a user who is deleted as docs/logins.md says, while adding and converting, ends in no deadlock", async () => {
  const recipe = /```sql\n([\s\S]*?)```/.exec(readFileSync("docs/logins.md", "utf8"))?.[1] as string;
  expect(recipe.split(";").filter((line) => line.trim())).toHaveLength(3);
  const pool = new pg.Pool({ connectionString: held.database.source as string });
  for (let round = 0; round < 60; round += 1) {
    const userId = await newUser(held.database);
    const user = held.api.user(userId);
    await user.choose(4);
    const guest = await guestWith(held, [1000, 1001]);
    const remove = async () => {
      await sleep(Math.random() * 4);
      await pool.query(`begin; ${recipe.replaceAll("42", String(userId))} commit`);
    };
    // What the user does is answered or refused; only a hand-over that came in between the recipe's lines stops it.
    const [, ...answers] = await Promise.all([
      remove().catch((error) => expect(error.code).toBe("23503")),
      ...[1000, 1001, 1002, 1003].map((menu) => user.add(menu)),
      convertAs(held.api, guest, userId),
    ]);
    for (const { status } of answers) expect([200, 201, 401]).toContain(status);
  }
  await pool.end();
});

describe("at another isolation level", () => {
  const withPool = async (level: string, work: (api: Api) => Promise<void>) => {
    const options = `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
    const pool = new pg.Pool({ connectionString: held.database.source as string, options });
    const api = await createApi({ database: pool });
    await work(api);
    await api.torioki.close();
    await pool.end();
  };

  it.each(["repeatable read", "serializable"])(
    "%s, a host's pool is refused every write, and is told why",
    (level) =>
      withPool(level, async ({ torioki }) => {
        const { sessionToken } = await torioki.guestSessions.create();
        const userId = await newUser(held.database);
        for (const write of [
          () => torioki.guestSessions.selectStore({ sessionToken, storeId: 1 }),
          () => torioki.guestCarts.add({ sessionToken, menuId: 10 }),
          () => torioki.userCarts.add({ userId, menuId: 10 }),
          () => torioki.userCarts.selectStore({ userId, storeId: 1 }),
          () => torioki.guestSessions.createTicket({ sessionToken }),
          () => torioki.handOver({ sessionToken, userId }),
        ]) {
          await expect(write()).rejects.toThrow(`read committed only, and this connection is at ${level}`);
        }
        expect((await torioki.guestCarts.get({ sessionToken })).items).toEqual([]);
      }),
  );

  it("that is the database's default, our own pool works at the right one", async () => {
    const name = new URL(held.database.source as string).pathname.slice(1);
    await held.database.query(`alter database ${name} set default_transaction_isolation = 'repeatable read'`);
    const api = await createApi({ database: held.database.source });
    const { sessionToken } = await api.torioki.guestSessions.create();
    const userId = await newUser(held.database);
    expect((await api.torioki.handOver({ sessionToken, userId })).items).toEqual([]);
    await api.torioki.close();
    await held.database.query(`alter database ${name} reset default_transaction_isolation`);
  });
});

describe("over HTTP", () => {
  let server: Server;
  let call: Call;
  beforeAll(async () => {
    server = createServer(getRequestListener(held.api.torioki.fetch)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    call = await checkedCalls(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, fetch);
  });
  afterAll(() => {
    server.close();
  });
  const stranded = async () => {
    const [row] = await held.database.query<{ n: number }>(
      `select count(*)::int as n from guest_cart_items join guest_sessions using (session_id)
       where converted_to_user_id is not null`,
    );
    return row?.n;
  };

  it("an add that races a convert, 2,000 times, is in the user's cart or refused: never neither, never both", async () => {
    const outcomes = { moved: 0, refused: 0 };
    const strandedBefore = await stranded();
    const rounds = Array.from({ length: 2_000 }, (_, round) => round);
    const race = async () => {
      for (let round = rounds.pop(); round !== undefined; round = rounds.pop()) {
        const visitor = new Visitor(call);
        await visitor.start();
        await visitor.choose(4);
        const userId = await newUser(held.database);
        const converting = Object.assign(new Visitor(call), { cookie: visitor.cookie, userId });
        // One of the two, by turns, has up to 4 ms of a start: who wins is open, on a quick machine and on a busy one.
        const start = (turn: number) => sleep(round % 2 === turn ? Math.random() * 4 : 0);
        const [added, converted] = await Promise.all([
          start(0).then(() => visitor.add(1000)),
          start(1).then(() => converting.convert()),
        ]);
        expect(converted.status).toBe(200);
        const isRefused = added.status === 401;
        expect([201, 401]).toContain(added.status);
        expect(await linesOfUser(held, userId)).toEqual(isRefused ? [] : [{ menu_id: 1000, quantity: 1 }]);
        outcomes[isRefused ? "refused" : "moved"] += 1;
      }
    };
    await Promise.all(Array.from({ length: 8 }, race));
    expect(await stranded()).toBe(strandedBefore);
    // A race that always ends the same way is none.
    expect(outcomes.moved).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(50);
    console.info(`2,000 races: ${outcomes.moved} adds moved, ${outcomes.refused} refused`);
  }, 240_000);
});
