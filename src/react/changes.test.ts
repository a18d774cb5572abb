import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Menu } from "../client/client.ts";
import { type Change, emptyCart, type ShopperCart, withChanges } from "./changes.ts";
import { enqueue } from "./pending.ts";

const menu = (id: number, is_available = true): Menu => ({
  id,
  store_id: id < 20 ? 1 : 2,
  name: `Dish ${id}`,
  price: 100 + id,
  description: null,
  image_url: null,
  is_available,
});
const menus = [10, 11, 12, 20, 21].map((id) => menu(id, id !== 12));
const step = (id: number, by: number): Change => ({ kind: "step", menu: menu(id), by });
const set = (id: number, quantity: number): Change => ({ kind: "set", menu: menu(id), quantity });

const cartWith = (...lines: [menuId: number, quantity: number][]): ShopperCart =>
  withChanges(
    { ...emptyCart, selected_store_id: 1 },
    lines.map(([id, n]) => set(id, n)),
  );
const linesOf = ({ items }: ShopperCart) => items.map(({ menu_id, quantity }) => [menu_id, quantity]);
const queueOf = (cart: ShopperCart, changes: Change[], sent = 0) =>
  changes.reduce<Change[]>((queue, change) => enqueue(queue, change, Math.min(sent, queue.length), cart), []);

const dish = fc.constantFrom(...menus);
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("step"),
      menu: dish,
      by: fc.constantFrom(1, 1, -1, -1, 2, 40, -40),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("set"), menu: dish, quantity: fc.integer({ min: 0, max: 99 }) }),
  },
  fc.record({ kind: fc.constant("clear"), storeId: fc.constantFrom(1, 2) }),
  fc.record({ kind: fc.constant("store"), storeId: fc.constantFrom(1, 2) }),
) as fc.Arbitrary<Change>;
const anyCart = fc
  .uniqueArray(fc.tuple(fc.constantFrom(10, 11, 12), fc.integer({ min: 1, max: 99 })), {
    selector: ([id]) => id,
  })
  .map((lines) => cartWith(...lines));

describe("changes that wait", () => {
  it("show the same whether they have become one or not, whatever has been sent", () => {
    const script = fc.array(anyChange, { maxLength: 30 });
    fc.assert(
      fc.property(anyCart, script, fc.integer({ min: 0, max: 3 }), (cart, changes, sent) => {
        const shown = withChanges(cart, queueOf(cart, changes, sent));
        const apart = withChanges(cart, changes);
        expect(new Map(linesOf(shown) as [number, number][])).toEqual(
          new Map(linesOf(apart) as [number, number][]),
        );
        expect(shown.selected_store_id).toBe(apart.selected_store_id);
        expect([shown.total_items, shown.total_amount]).toEqual([apart.total_items, apart.total_amount]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("show quantities of 1 to 99, the sums of what can be ordered, and each dish once", () => {
    fc.assert(
      fc.property(anyCart, fc.array(anyChange, { maxLength: 30 }), (cart, changes) => {
        const { items, total_items, total_amount } = withChanges(cart, queueOf(cart, changes));
        for (const { quantity, subtotal, menu } of items) {
          expect(quantity).toBeGreaterThanOrEqual(1);
          expect(quantity).toBeLessThanOrEqual(99);
          expect(subtotal).toBe(quantity * menu.price);
        }
        const orderable = items.filter((item) => item.orderable);
        expect(total_items).toBe(orderable.reduce((sum, { quantity }) => sum + quantity, 0));
        expect(total_amount).toBe(orderable.reduce((sum, { subtotal }) => sum + subtotal, 0));
        expect(new Set(items.map(({ menu_id }) => menu_id)).size).toBe(items.length);
      }),
    );
  });

  it("leave lines where they are for as long as there is some of them", () => {
    const steps = fc.array(fc.record({ kind: fc.constant("step"), menu: dish, by: fc.constantFrom(1, -1) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps as fc.Arbitrary<Change[]>, (changes) => {
        const cart = cartWith([11, 50], [10, 50], [12, 50]);
        const ofStore = changes.filter((change) => "menu" in change && change.menu.store_id === 1);
        expect(withChanges(cart, queueOf(cart, ofStore)).items.map(({ menu_id }) => menu_id)).toEqual([
          11, 10, 12,
        ]);
      }),
    );
  });

  it("become one for each dish, over those of others, and none is left where they cancel out", () => {
    const cart = cartWith([10, 5]);
    const clicks = Array.from({ length: 10 }, () => [step(10, 1), step(11, 1)]).flat();
    expect(queueOf(cart, clicks)).toEqual([step(10, 10), step(11, 10)]);
    expect(queueOf(cart, [step(10, 1), step(10, -1)])).toEqual([step(10, 0)]);
    expect(
      queueOf(cart, [
        { kind: "store", storeId: 2 },
        { kind: "store", storeId: 4 },
      ]),
    ).toHaveLength(1);
  });

  it("do not go over an emptying, nor over a choice of store that they would undo", () => {
    const cart = cartWith([10, 5]);
    const clear: Change = { kind: "clear", storeId: 1 };
    expect(queueOf(cart, [step(10, 1), clear, step(10, 1)])).toEqual([step(10, 1), clear, step(10, 1)]);
    expect(queueOf(cart, [step(10, 1), step(20, 1), step(10, 1)])).toHaveLength(3);
  });

  it("keep a click too many at 99 apart, so that it is refused alone", () => {
    const cart = cartWith([10, 98]);
    expect(queueOf(cart, [step(10, 1), step(10, 1)])).toEqual([step(10, 1), step(10, 1)]);
    expect(queueOf(cart, [step(10, 1), step(10, 1), step(10, -1)])).toHaveLength(3);
    expect(queueOf(cartWith(), [step(10, 60), step(10, 60)])).toHaveLength(2);
  });

  it("stay as they are once they may have reached the server", () => {
    const cart = cartWith();
    const keyed: Change = { kind: "step", menu: menu(10), by: 1, key: "k" };
    expect(enqueue([keyed], step(10, 1), 0, cart)).toEqual([keyed, step(10, 1)]);
    expect(enqueue([step(10, 1)], step(10, 1), 1, cart)).toHaveLength(2);
  });

  it("show nothing of what the server will refuse", () => {
    const cart = cartWith([10, 5]);
    for (const quantity of [-1, 1.5, 100, Number.NaN])
      expect(linesOf(withChanges(cart, [set(10, quantity)]))).toEqual([[10, 5]]);
    expect(linesOf(withChanges(cart, [step(10, 95)]))).toEqual([[10, 5]]);
    expect(withChanges(cart, [])).toBe(cart);
  });
});
