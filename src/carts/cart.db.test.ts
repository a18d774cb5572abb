import { beforeEach, describe, expect, it } from "vitest";
import { codeOf, kinds, newShopper, useApi, type Visitor } from "../../test/helpers/api.ts";

const held = useApi();
let visitor: Visitor;

describe.each(kinds)("of a %s", (kind) => {
  beforeEach(async () => {
    visitor = await newShopper(held, kind);
  });

  describe("a cart", () => {
    it("starts empty", async () => {
      const { status, body } = await visitor.cart();
      expect(status).toBe(200);
      expect(body).toMatchObject({
        items: [],
        total_items: 0,
        total_amount: 0,
        other_stores: [],
        selected_store_id: null,
      });
    });

    it("takes a dish of the chosen store and answers with the whole cart", async () => {
      await visitor.choose(1);
      const { status, body } = await visitor.add(10, 2);
      expect(status).toBe(201);
      expect(body).toMatchObject({ selected_store_id: 1, total_items: 2, total_amount: 220 });
      expect(body.items).toHaveLength(1);
      expect(body.items[0]).toMatchObject({
        menu_id: 10,
        quantity: 2,
        subtotal: 220,
        orderable: true,
        notices: [],
        menu: { id: 10, store_id: 1, name: "Dish 10", price: 110, is_available: true },
      });
      expect((await visitor.cart()).body).toEqual(body);
    });

    it("adds one where no quantity is given, and to the line where the dish is in the cart", async () => {
      await visitor.choose(1);
      const first = await visitor.add(10);
      const second = await visitor.add(10, 3);
      expect(second.body.items).toHaveLength(1);
      expect(second.body.items[0]).toMatchObject({ id: first.body.items[0]?.id, quantity: 4 });
    });

    it("keeps the lines in the order in which they were added", async () => {
      await visitor.choose(1);
      for (const menu of [12, 10, 14]) await visitor.add(menu);
      await visitor.add(12);
      expect((await visitor.cart()).body.items.map((line) => line.menu_id)).toEqual([12, 10, 14]);
    });

    it("uses no integer id for an add to a line that exists", async () => {
      await visitor.choose(1);
      await visitor.add(10);
      for (let n = 0; n < 20; n += 1) await visitor.add(10);
      const { body } = await visitor.add(11);
      const [first, second] = body.items;
      expect((second?.id ?? 0) - (first?.id ?? 0)).toBe(1);
    });

    it("uses no integer id for an add that is refused", async () => {
      await visitor.choose(1);
      const before = (await visitor.add(10, 99)).body.items[0]?.id ?? 0;
      for (const menu of [10, 10, 13, 20, 999])
        expect((await visitor.add(menu, 1)).status).toBeGreaterThanOrEqual(404);
      expect((await visitor.add(11)).body.items[1]?.id).toBe(before + 1);
    });

    it("changes and removes a line", async () => {
      await visitor.choose(1);
      const { body } = await visitor.add(10, 2);
      const line = body.items[0]?.id;
      expect((await visitor.set(line, 5)).body).toMatchObject({ total_items: 5, total_amount: 550 });
      expect((await visitor.remove(line)).body).toMatchObject({ items: [], total_items: 0 });
      expect(codeOf(await visitor.remove(line))).toBe("item_not_found");
    });

    it("keeps another store's lines while a store is chosen, and brings them back", async () => {
      await visitor.choose(1);
      await visitor.add(10, 2);
      await visitor.choose(2);
      const there = await visitor.add(20, 3);
      expect(there.body.items.map((line) => line.menu_id)).toEqual([20]);
      expect(there.body.other_stores).toEqual([{ store_id: 1, store_name: "Kanda", total_items: 2 }]);
      await visitor.choose(1);
      const back = await visitor.cart();
      expect(back.body.items.map((line) => line.menu_id)).toEqual([10]);
      expect(back.body.other_stores).toEqual([{ store_id: 2, store_name: "Yokohama 100%", total_items: 3 }]);
    });

    it("empties the chosen store's cart only", async () => {
      await visitor.choose(1);
      await visitor.add(10, 2);
      await visitor.add(11, 1);
      await visitor.choose(2);
      await visitor.add(20, 3);
      const { status, body } = await visitor.clear();
      expect(status).toBe(200);
      expect(body).toMatchObject({
        items: [],
        total_items: 0,
        other_stores: [{ store_id: 1, total_items: 3 }],
      });
    });

    it("counts a line of a sold-out dish nowhere, and says so in the visitor's language", async () => {
      await visitor.choose(1);
      await visitor.add(10, 2);
      await visitor.add(11, 1);
      await held.database.query("update menus set is_available = false where id = 10");
      try {
        const { body } = await visitor.call<Awaited<ReturnType<Visitor["cart"]>>["body"]>(
          "GET",
          visitor.cartPath,
          {
            headers: { "Accept-Language": "ja,en;q=0.5" },
          },
        );
        expect(body).toMatchObject({ total_items: 1, total_amount: 111 });
        expect(body.items[0]).toMatchObject({
          orderable: false,
          subtotal: 220,
          notices: [{ code: "menu_unavailable" }],
        });
        expect(body.items[0]?.notices[0]?.message).toContain("売り切れ");
        await visitor.choose(2);
        expect((await visitor.cart()).body.other_stores).toMatchObject([{ store_id: 1, total_items: 1 }]);
      } finally {
        await held.database.query("update menus set is_available = true where id = 10");
      }
    });

    it("keeps the lines of a store that stopped taking orders, and says so", async () => {
      await visitor.choose(2);
      await visitor.add(20, 2);
      await held.database.query("update stores set is_active = false where id = 2");
      try {
        const { body } = await visitor.cart();
        expect(body).toMatchObject({ total_items: 0, total_amount: 0 });
        expect(body.items[0]).toMatchObject({ orderable: false, notices: [{ code: "store_inactive" }] });
        expect(codeOf(await visitor.add(21))).toBe("menu_unavailable");
      } finally {
        await held.database.query("update stores set is_active = true where id = 2");
      }
    });

    it("shows today's price", async () => {
      await visitor.choose(1);
      await visitor.add(14, 2);
      await held.database.query("update menus set price = 500 where id = 14");
      expect((await visitor.cart()).body.total_amount).toBe(1000);
    });

    it("holds 100 lines over all stores, and not one more", async () => {
      await visitor.choose(1);
      await visitor.add(10);
      await visitor.choose(4);
      for (let menu = 1000; menu < 1099; menu += 1) expect((await visitor.add(menu)).status).toBe(201);
      expect(codeOf(await visitor.add(1099))).toBe("cart_full");
      expect((await visitor.add(1000, 2)).status).toBe(201);
      expect((await visitor.cart()).body.items).toHaveLength(99);
    });
  });

  describe("a refused change changes nothing", () => {
    it.each([
      ["an unknown dish", 999, 1, 404, "menu_not_found"],
      ["a dish of another store", 20, 1, 409, "menu_not_at_store"],
      ["a dish that is sold out", 13, 1, 409, "menu_unavailable"],
      ["one more onto 99", 10, 1, 409, "quantity_limit_exceeded"],
      ["99 more onto 99", 10, 99, 409, "quantity_limit_exceeded"],
    ])("%s", async (_, menu, quantity, status, code) => {
      await visitor.choose(1);
      const before = await visitor.add(10, 99);
      const refused = await visitor.add(menu, quantity);
      expect([refused.status, codeOf(refused)]).toEqual([status, code]);
      expect((await visitor.cart()).body).toEqual(before.body);
    });

    it("where no store is chosen", async () => {
      const refused = await visitor.add(10);
      expect([refused.status, codeOf(refused)]).toEqual([409, "store_not_selected"]);
    });

    it("for a line that is not there", async () => {
      await visitor.choose(1);
      expect([
        (await visitor.set(2_147_483_647, 1)).status,
        (await visitor.remove(2_147_483_647)).status,
      ]).toEqual([404, 404]);
    });
  });

  describe("nobody else's cart", () => {
    it("answers for a stranger's line byte for byte as for one that does not exist", async () => {
      await visitor.choose(1);
      const line = (await visitor.add(10, 2)).body.items[0]?.id;
      const stranger = await newShopper(held, kind);
      const headers = { "X-Request-Id": "same" };
      for (const [method, options] of [
        ["PUT", { body: { quantity: 9 }, headers }],
        ["DELETE", { headers }],
      ] as const) {
        const foreign = await stranger.call(method, `${visitor.cartPath}/item/${line}`, options);
        const missing = await stranger.call(method, `${visitor.cartPath}/item/2147483647`, options);
        expect(foreign.status).toBe(404);
        expect(foreign.text).toBe(missing.text);
        const [a, b] = [foreign, missing].map((answer) => JSON.stringify([...answer.headers]));
        expect(a).toBe(b);
      }
      expect((await visitor.cart()).body.total_items).toBe(2);
    });
  });
});

describe("a guest's cart", () => {
  it("opens with no token that is not the session's own", async () => {
    const visitor = await newShopper(held, "guest");
    await visitor.choose(1);
    const { body } = await visitor.add(10, 2);
    const flipped = visitor.token.replace(/[a-zA-Z]/, (c) =>
      c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase(),
    );
    for (const token of [
      body.session_id,
      flipped,
      visitor.token.slice(1),
      `${visitor.token}A`,
      "",
      "a".repeat(64),
    ]) {
      const refused = await held.api.call("GET", "/api/guest/cart", {
        headers: { "X-Guest-Session": token },
      });
      expect([refused.status, codeOf(refused)]).toEqual([401, "guest_session_required"]);
      expect(refused.headers.get("www-authenticate")).toContain("GuestSession");
    }
  });
});
