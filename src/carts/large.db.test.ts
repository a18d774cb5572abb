/** Carts of more than 200 lines: read and written on their own, beside the batches. */
import { beforeEach, describe, expect, it } from "vitest";
import { codeOf, kinds, newShopper, useApi, type Visitor } from "../../test/helpers/api.ts";

const held = useApi();
let visitor: Visitor;
const FIRST = 60_000;

const table = { guest: ["guest_cart_items", "session_id"], user: ["user_cart_items", "user_id"] } as const;

describe.each(kinds)("of a %s", (kind) => {
  const ownerOf = async () =>
    kind === "guest" ? ((await visitor.cart()).body as { session_id: string }).session_id : visitor.userId;
  /** Gives the cart so many lines beyond what it has. */
  async function grow(lines: number): Promise<void> {
    await held.database.query(
      `insert into menus (id, store_id, name, price) select ${FIRST} + n, 4, 'Dish', 100 from generate_series(1, 3000) n
       on conflict do nothing`,
    );
    const [lineTable, column] = table[kind];
    await held.database.query(
      `insert into ${lineTable} (${column}, menu_id, quantity)
       select $1, ${FIRST} + n, 1 from generate_series(1, $2::int) n`,
      [await ownerOf(), lines],
    );
  }

  beforeEach(async () => {
    visitor = await newShopper(held, kind);
    await visitor.choose(4);
    await visitor.add(1000);
  });

  it.each([199, 200, 1_000])(
    "with %i lines more, every call does what it does to a small one",
    async (lines) => {
      await grow(lines);
      const { body } = await visitor.cart();
      expect(body.items).toHaveLength(lines + 1);
      const [first] = body.items;
      expect((await visitor.add(1000, 2)).body).toMatchObject({ total_items: lines + 3 });
      expect((await visitor.set(first?.id, 9)).body).toMatchObject({ total_items: lines + 9 });
      expect(codeOf(await visitor.add(1001))).toBe("cart_full");
      expect((await visitor.remove(first?.id)).body.items).toHaveLength(lines);
      expect(codeOf(await visitor.remove(first?.id))).toBe("item_not_found");
      expect((await visitor.choose(1)).status).toBe(200);
      expect((await visitor.cart()).body.other_stores).toMatchObject([{ store_id: 4, total_items: lines }]);
      await visitor.choose(4);
      expect((await visitor.clear()).body.items).toEqual([]);
      // It is small again, and soon in batches again: nothing depends on when.
      expect((await visitor.add(1001)).body.items).toHaveLength(1);
    },
  );

  it("of one owner, requests are done in the order in which they came", async () => {
    await grow(300);
    const first = (await visitor.cart()).body.items[0]?.id;
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => visitor.set(first, n + 1)));
    expect(answers.map(({ status, body }) => [status, body.items?.[0]?.quantity])).toEqual(
      Array.from({ length: 20 }, (_, n) => [200, n + 1]),
    );
  });

  // A guest's cart has at most 100 lines, unless it was taken over from another program, and stays in the batches.
  it.runIf(kind === "user")(
    "beside them, small carts are answered, and no more than 50 wait for their turn",
    async () => {
      // One line more than batches take: each answer is checked against /openapi.json in this process, which takes its time.
      await grow(200);
      await visitor.cart();
      const large = Array.from({ length: 120 }, () => visitor.cart());
      const small = await newShopper(held, kind);
      for (let n = 0; n < 5; n += 1) expect((await small.cart()).status).toBe(200);
      const statuses = (await Promise.all(large)).map((answer) => codeOf(answer) ?? answer.status);
      // Two are read and 50 wait at the moment when all have come; a machine that is slow at asking may have read some before.
      const refused = statuses.filter((status) => status === "overloaded").length;
      expect(refused).toBeGreaterThan(30);
      expect(refused).toBeLessThanOrEqual(120 - 52);
      expect(statuses).toContain(200);
      expect(new Set(statuses)).not.toContain("internal_error");
    },
  );
});

it("an unknown guest is told the same, whatever lines lie about under that id", async () => {
  const answer = await held.api.call("GET", "/api/guest/cart", {
    headers: { "X-Guest-Session": "x".repeat(64) },
  });
  expect(codeOf(answer)).toBe("guest_session_required");
});
