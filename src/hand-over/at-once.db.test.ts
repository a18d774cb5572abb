/** Many hand-overs at the same moment. */
import { describe, expect, it } from "vitest";
import {
  codeOf,
  convertAs,
  createApi,
  guestWith,
  linesOfUser,
  newUser,
  usePatientApi,
} from "../../test/helpers/api.ts";

const held = usePatientApi();

describe("many converts at once", () => {
  it("16 of one session move its lines once, and all get one receipt", async () => {
    const visitor = await guestWith(held, [1000, 1001], 3);
    const userId = await newUser(held.database);
    const answers = await Promise.all(Array.from({ length: 16 }, () => convertAs(held.api, visitor, userId)));
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200));
    expect(answers.filter(({ body }) => !body.replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify({ ...body, replayed: true }))).size).toBe(1);
    expect((await linesOfUser(held, userId)).map(({ quantity }) => quantity)).toEqual([3, 3]);
  });

  it("16 of each of 500 carts move every cart once, and the sum is kept", async () => {
    // Filled by SQL: what is asked for here is the hand-over, not 1,500 adds.
    const { torioki } = held.api;
    const guests = await Promise.all(
      Array.from({ length: 500 }, async () => ({
        ...(await torioki.guestSessions.create()),
        userId: await newUser(held.database),
      })),
    );
    await held.database.query(
      `insert into guest_cart_items (session_id, menu_id, quantity)
       select s, 1000 + (n % 7) * 3 + line, 1 + n % 20
       from unnest($1::text[]) with ordinality as t (s, n), generate_series(1, 3) line`,
      [guests.map(({ session }) => session.session_id)],
    );
    const [before] = await held.database.query<{ sum: number }>(
      "select sum(quantity)::int as sum from guest_cart_items where session_id = any($1)",
      [guests.map(({ session }) => session.session_id)],
    );
    const all = guests.flatMap(({ sessionToken, userId }) =>
      Array.from({ length: 16 }, () => torioki.handOver({ sessionToken, userId })),
    );
    const receipts = await Promise.all(all);
    expect(receipts.filter(({ replayed }) => !replayed)).toHaveLength(500);
    const [after] = await held.database.query<{ sum: number; lines: number }>(
      "select sum(quantity)::int as sum, count(*)::int as lines from user_cart_items where user_id = any($1)",
      [guests.map(({ userId }) => userId)],
    );
    expect(after).toEqual({ sum: before?.sum, lines: 1500 });
  }, 240_000);

  it("by two users: one wins and has all, the other is refused and has nothing", async () => {
    for (let round = 0; round < 50; round += 1) {
      const visitor = await guestWith(held, [1000, 1001]);
      const users = [await newUser(held.database), await newUser(held.database)];
      const answers = await Promise.all(users.map((userId) => convertAs(held.api, visitor, userId)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
      const lines = await Promise.all(users.map((userId) => linesOfUser(held, userId)));
      expect(lines.map(({ length }) => length)).toEqual(
        answers.map(({ status }) => (status === 200 ? 2 : 0)),
      );
      expect(answers.filter((answer) => codeOf(answer) === "guest_session_required")).toHaveLength(1);
    }
  });

  it("by two users with one ticket each: one wins", async () => {
    const visitor = await guestWith(held, [1000]);
    const tickets = [(await visitor.ticket()).body.ticket, (await visitor.ticket()).body.ticket];
    const answers = await Promise.all(
      tickets.map(async (ticket) =>
        Object.assign(held.api.visitor(), { userId: await newUser(held.database) }).convert({ ticket }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it("of one ticket 8 times: once", async () => {
    const visitor = await guestWith(held, [1000], 2);
    const { ticket } = (await visitor.ticket()).body;
    const userId = await newUser(held.database);
    const other = Object.assign(held.api.visitor(), { userId });
    const answers = await Promise.all(Array.from({ length: 8 }, () => other.convert({ ticket })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => codeOf(answer) === "guest_session_required")).toHaveLength(7);
    expect(await linesOfUser(held, userId)).toEqual([{ menu_id: 1000, quantity: 2 }]);
  });

  it("of 4 sessions with crossing dishes into one user: no deadlock reaches a caller, and all is there", async () => {
    // On Torioki's own pool, with the time limits that it has in production.
    const api = await createApi({ database: held.database.source });
    const menus = Array.from({ length: 20 }, (_, n) => 1000 + n);
    for (let round = 0; round < 20; round += 1) {
      const userId = await newUser(held.database);
      const orders = [menus, menus.toReversed(), [...menus.slice(10), ...menus.slice(0, 10)], menus];
      const guests = await Promise.all(orders.map((order) => guestWith(held, order, 2)));
      const answers = await Promise.all(guests.map((guest) => convertAs(api, guest, userId)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(await linesOfUser(held, userId)).toEqual(menus.map((menu_id) => ({ menu_id, quantity: 8 })));
    }
    await api.torioki.close();
  });
});
