/** Two at once, on real PostgreSQL. Every statement's lock is held open here from outside, so that it must wait for it. */
import pg from "pg";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type Answer,
  codeOf,
  kinds,
  newShopper,
  newUser,
  useApi,
  type Visitor,
} from "../../test/helpers/api.ts";
import { whileHeld as holding, untilSomebodyWaits } from "../../test/helpers/hold.ts";

const held = useApi();
const tables = {
  guest: {
    row: "guest_sessions",
    lines: "guest_cart_items",
    column: "session_id",
    keys: "torioki_idempotency_keys",
  },
  user: {
    row: "torioki_user_carts",
    lines: "user_cart_items",
    column: "user_id",
    keys: "torioki_user_idempotency_keys",
  },
};

describe.each(kinds)("a %s's cart", (kind) => {
  const { row, lines, column, keys } = tables[kind];
  let visitor: Visitor;
  /** As a literal in SQL. */
  let ownerId: string;

  beforeEach(async () => {
    visitor = await newShopper(held, kind);
    await visitor.choose(4);
    ownerId = `'${visitor.userId ?? (await visitor.cart()).body.session_id}'`;
  });

  it("counts every one of 60 adds to one line at once", async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => visitor.add(1000)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(60).fill(201));
    const { body } = await visitor.cart();
    expect(body.items.map((line) => line.quantity)).toEqual([60]);
    // Each answer holds its own change, so no two show the same sum.
    expect(new Set(answers.map((answer) => answer.body.total_items)).size).toBe(60);
  });

  it("lets 60 adds of 2 fill a line to 98 and refuses the rest", async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => visitor.add(1000, 2)));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(49);
    expect(answers.filter((answer) => codeOf(answer) === "quantity_limit_exceeded")).toHaveLength(11);
    expect((await visitor.cart()).body.total_items).toBe(98);
  });

  it("never holds more than 100 lines, however many first adds race", async () => {
    for (let menu = 1000; menu < 1090; menu += 1) await visitor.add(menu);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => visitor.add(1095 + n)));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(10);
    expect(answers.filter((answer) => codeOf(answer) === "cart_full")).toHaveLength(20);
    expect((await visitor.cart()).body.items).toHaveLength(100);
  });

  it("answers every clear with an empty cart, whatever is added meanwhile", async () => {
    for (let round = 0; round < 40; round += 1) {
      const adds = [1000, 1001, 1002].map((menu) => visitor.add(menu));
      const [cleared] = await Promise.all([visitor.clear(), ...adds]);
      expect(cleared.body.items).toEqual([]);
    }
  });

  it("makes one line of many first adds", async () => {
    await Promise.all(Array.from({ length: 20 }, () => visitor.add(1000)));
    expect(await linesInDatabase()).toEqual([{ menu_id: 1000, quantity: 20 }]);
  });

  it("loses nothing among adds, sets, removals and clears of one cart at once", async () => {
    await visitor.add(1000, 5);
    const line = (await visitor.add(1001, 5)).body.items[1]?.id;
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => visitor.add(1000)),
      ...Array.from({ length: 10 }, (_, n) => visitor.set(line, n + 1)),
      visitor.remove(line),
      visitor.clear(),
      ...Array.from({ length: 20 }, () => visitor.cart()),
    ]);
    expect(answers.every((answer) => [200, 201, 404].includes(answer.status))).toBe(true);
    const shown = (await visitor.cart()).body.items.map(({ menu_id, quantity }) => ({ menu_id, quantity }));
    expect(shown).toEqual(await linesInDatabase());
  });

  describe("is written by a call that waited for its owner's row, which", () => {
    /** Does something in a transaction that holds the row, starts the call, and commits once the call waits. */
    const whileHeld = <T>(statements: string[], call: () => Promise<T>) =>
      holding(
        held.database,
        [`select from ${row} where ${column} = ${ownerId} for update`, ...statements],
        call,
      );

    const insertLine = (menu: number, quantity: number) =>
      `insert into ${lines} (${column}, menu_id, quantity) values (${ownerId}, ${menu}, ${quantity})`;

    it("adds to a line that was made while it waited", async () => {
      const answer = await whileHeld([insertLine(1000, 3)], () => visitor.add(1000, 2));
      expect(answer.body.items.map((line) => line.quantity)).toEqual([5]);
      expect(await linesInDatabase()).toEqual([{ menu_id: 1000, quantity: 5 }]);
    });

    it("adds to what the line came to while it waited", async () => {
      await visitor.add(1000, 1);
      const answer = await whileHeld([`update ${lines} set quantity = 90 where ${column} = ${ownerId}`], () =>
        visitor.add(1000, 2),
      );
      expect(answer.body.items.map((line) => line.quantity)).toEqual([92]);
    });

    it("refuses what would pass 99 with what came while it waited", async () => {
      const answer = await whileHeld([insertLine(1000, 98)], () => visitor.add(1000, 2));
      expect(codeOf(answer)).toBe("quantity_limit_exceeded");
      expect(await linesInDatabase()).toEqual([{ menu_id: 1000, quantity: 98 }]);
    });

    it("makes the line anew where it was removed while it waited", async () => {
      await visitor.add(1000, 7);
      const answer = await whileHeld([`delete from ${lines} where ${column} = ${ownerId}`], () =>
        visitor.add(1000, 2),
      );
      expect(answer.body.items.map((line) => line.quantity)).toEqual([2]);
    });

    it("is refused as full where the cart was filled while it waited", async () => {
      const fill = `insert into ${lines} (${column}, menu_id) select ${ownerId}, m from generate_series(1000, 1099) m`;
      expect(codeOf(await whileHeld([fill], () => visitor.add(1101)))).toBe("cart_full");
      expect(await linesInDatabase()).toHaveLength(100);
    });

    it("adds to a line of a cart that was filled while it waited", async () => {
      const fill = `insert into ${lines} (${column}, menu_id) select ${ownerId}, m from generate_series(1000, 1099) m`;
      expect((await whileHeld([fill], () => visitor.add(1050))).status).toBe(201);
    });

    it("answers with the lines that came while it waited", async () => {
      const line = (await visitor.add(1000)).body.items[0]?.id;
      const answer = await whileHeld([insertLine(1001, 4)], () => visitor.set(line, 9));
      expect(answer.body.items.map(({ menu_id, quantity }) => [menu_id, quantity])).toEqual([
        [1000, 9],
        [1001, 4],
      ]);
    });

    it("sees the store that was chosen while it waited", async () => {
      const answer = await whileHeld(
        [`update ${row} set selected_store_id = 1 where ${column} = ${ownerId}`],
        () => visitor.add(1000),
      );
      expect(codeOf(answer)).toBe("menu_not_at_store");
    });

    it("empties the cart of what came while it waited, too", async () => {
      await visitor.add(1001);
      const answer = await whileHeld([insertLine(1000, 3)], () => visitor.clear());
      expect([answer.status, answer.body.items]).toEqual([200, []]);
      expect(await linesInDatabase()).toEqual([]);
    });

    it("that a host's own write refuses after all leaves no idempotency key behind", async () => {
      await visitor.add(1000, 1);
      const add = () =>
        visitor.call("POST", `${visitor.cartPath}/add`, {
          body: { menu_id: 1000, quantity: 5 },
          headers: { "Idempotency-Key": "k" },
        });
      const client = new pg.Client(held.database.source as string);
      await client.connect();
      await client.query("begin");
      await client.query(`update ${lines} set quantity = 98 where ${column} = ${ownerId}`);
      const refused = add();
      await untilSomebodyWaits(held.database);
      await client.query("commit");
      await client.end();
      expect(codeOf(await refused)).toBe("quantity_limit_exceeded");
      await held.database.query(`update ${lines} set quantity = 1 where ${column} = ${ownerId}`);
      const again = await add();
      expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, null]);
      expect(await linesInDatabase()).toEqual([{ menu_id: 1000, quantity: 6 }]);
    });

    it("is never told that it was refused where a request with its key was accepted", async () => {
      const key = `insert into ${keys} values (${ownerId}, 'k', 'add 60 of menu 1000')`;
      const add = () =>
        visitor.call("POST", `${visitor.cartPath}/add`, {
          body: { menu_id: 1000, quantity: 60 },
          headers: { "Idempotency-Key": "k" },
        });
      const answer = await whileHeld([key, insertLine(1000, 60)], add);
      expect(codeOf(answer)).toBe("idempotency_key_in_flight");
    });

    it("is refused as in flight where a request with its key ended while it waited", async () => {
      const key = `insert into ${keys} values (${ownerId}, 'k', 'add 2 of menu 1000')`;
      const add = () =>
        visitor.call("POST", `${visitor.cartPath}/add`, {
          body: { menu_id: 1000, quantity: 2 },
          headers: { "Idempotency-Key": "k" },
        });
      const answer = await whileHeld([key, insertLine(1000, 2)], add);
      expect([answer.status, codeOf(answer)]).toEqual([409, "idempotency_key_in_flight"]);
      expect(answer.headers.get("retry-after")).toBe("1");
      expect((await add()).headers.get("idempotency-replayed")).toBe("true");
      expect(await linesInDatabase()).toEqual([{ menu_id: 1000, quantity: 2 }]);
    });

    it("gives up after a bounded wait, says so, and changes nothing", async () => {
      const client = new pg.Client(held.database.source as string);
      await client.connect();
      await client.query("begin");
      await client.query(`select from ${row} where ${column} = ${ownerId} for update`);
      const start = performance.now();
      const answer = await visitor.add(1000);
      expect(performance.now() - start).toBeLessThan(3_000);
      expect([answer.status, codeOf(answer)]).toEqual([503, "database_unavailable"]);
      expect(answer.headers.get("retry-after")).toBe("2");
      await client.query("rollback");
      await client.end();
      expect(await linesInDatabase()).toEqual([]);
      expect((await visitor.add(1000)).status).toBe(201);
    });

    /** Whatever ends an owner, and what a call then says and leaves. */
    const deaths: Record<string, string> =
      kind === "guest"
        ? {
            deleted: "delete from guest_sessions",
            expired: "update guest_sessions set expires_at = now() - interval '1 second'",
            "handed over": "update guest_sessions set converted_to_user_id = (select max(id) from users)",
          }
        : { deleted: "delete from users" };
    const calls: Record<string, (line: number | undefined) => Promise<Answer>> = {
      add: () => visitor.add(1001),
      set: (line) => visitor.set(line, 9),
      remove: (line) => visitor.remove(line),
      clear: () => visitor.clear(),
      choose: () => visitor.choose(1),
      ...(kind === "guest" ? { end: () => visitor.end() } : {}),
    };
    const everyPair = Object.keys(calls).flatMap((call) =>
      Object.keys(deaths).map((death) => [call, death] as const),
    );

    it.each(everyPair)(
      "%s is refused where the owner was %s meanwhile, and changes nothing",
      async (call, death) => {
        await newUser(held.database);
        const line = (await visitor.add(1000)).body.items[0]?.id;
        const end = `${deaths[death]} where ${kind === "guest" ? "session_id" : "id"} = ${ownerId}`;
        const answer = await whileHeld([end], () => calls[call]?.(line) as Promise<Answer>);
        expect([answer.status, codeOf(answer)]).toEqual([
          401,
          kind === "guest" ? "guest_session_required" : "user_required",
        ]);
        expect(await linesInDatabase()).toEqual(death === "deleted" ? [] : [{ menu_id: 1000, quantity: 1 }]);
      },
    );
  });

  describe.each([
    ["its owner's row", () => `select from ${row} where ${column} = ${ownerId} for update`],
    [
      "its line",
      () => `update ${lines} set quantity = quantity where ${column} = ${ownerId} and menu_id = 1000`,
    ],
    ["its dish", () => "select from menus where id = 1000 for update"],
  ])("that needs %s, which somebody else holds,", (_, hold) => {
    it("waits alone: others are answered meanwhile, then so is it", async () => {
      await visitor.add(1000);
      await visitor.clear();
      const isDish = hold().includes("menus");
      if (!isDish) await visitor.add(1000);
      const others = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const other = await newShopper(held, kind);
          await other.choose(4);
          return other;
        }),
      );
      const client = new pg.Client(held.database.source as string);
      await client.connect();
      await client.query("begin");
      await client.query(hold());
      let isAnswered = false;
      const stuck = visitor.add(1000).finally(() => {
        isAnswered = true;
      });
      const meanwhile = await Promise.all([
        ...others.map((other) => other.add(1001)),
        ...others.map((other) => other.cart()),
      ]);
      expect([isAnswered, meanwhile.every(({ status }) => status < 300)]).toEqual([false, true]);
      await client.query("commit");
      await client.end();
      expect((await stuck).status).toBe(201);
    });
  });

  function linesInDatabase(): Promise<{ menu_id: number; quantity: number }[]> {
    return held.database.query(
      `select menu_id, quantity from ${lines} where ${column} = ${ownerId} order by added_at, id`,
    );
  }
});
