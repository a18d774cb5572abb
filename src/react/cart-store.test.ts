import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { passTimeFaster } from "../../test/helpers/fast-time.ts";
import {
  badGateway,
  broken,
  busy,
  type Fault,
  type TestBrowser,
  tooMany,
  useShop,
} from "../../test/helpers/shop.ts";
import { until } from "../../test/helpers/until.ts";
import { CartStore } from "./cart-store.ts";
import { type Change, emptyCart, MOST, type ShopperCart } from "./changes.ts";
import { guestOf, userOf } from "./owner.ts";

const FASTER = 50;
passTimeFaster(FASTER);
const shop = useShop();

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Opened = { store: CartStore; browser: TestBrowser; refusals: Change[]; stop: () => void };

/** A page of the browser with its cart. */
function open(browser = shop.open(), ended = async () => false): Opened {
  const refusals: Change[] = [];
  const store = new CartStore(guestOf(browser.client), {
    changed: () => {},
    refused: (change) => refusals.push(change),
    ended,
  });
  const stop = store.start();
  ends.push(stop);
  return { store, browser, refusals, stop };
}

async function openWith(...lines: [id: number, quantity: number][]): Promise<Opened> {
  const opened = open();
  for (const [id, quantity] of lines) opened.store.push(set(id, quantity));
  await rest(opened.store);
  opened.browser.sent = [];
  return opened;
}

const step = (id: number, by = 1): Change => ({ kind: "step", menu: shop.menu(id), by });
const set = (id: number, quantity: number): Change => ({ kind: "set", menu: shop.menu(id), quantity });
const linesOf = (cart: ShopperCart | null | undefined) =>
  cart?.items.map(({ menu_id, quantity }) => [menu_id, quantity]);
const shown = (store: CartStore) => linesOf(store.state().cart);
const onServer = async ({ client }: TestBrowser) => linesOf((await client.cart.get()) ?? emptyCart);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const rest = (store: CartStore) =>
  until(() => !store.state().isSaving && !store.state().waiting && store.state().cart !== undefined);

/** What a shopper does. */
type Act =
  | { act: "step"; id: number; by: number }
  | { act: "set"; id: number; quantity: number }
  | { act: "clear"; storeId: number }
  | { act: "store"; storeId: number }
  | { act: "pause"; milliseconds: number };

const toChange = (act: Exclude<Act, { act: "pause" }>): Change =>
  act.act === "step"
    ? step(act.id, act.by)
    : act.act === "set"
      ? set(act.id, act.quantity)
      : { kind: act.act, storeId: act.storeId };

const STORES = [1, 2];
const storeOfDish = (id: number) => (id < 20 ? 1 : 2);

/** The lines of every store after it, as a shopper counts: no queue, no merging. */
function afterwards(acts: Act[]) {
  const lines = new Map<number, number>();
  let selected = 0;
  /** A dish that is none and put in again may keep its place in the queue, where the two become one. */
  let isOrderKnown = true;
  for (const act of acts) {
    if (act.act === "pause") continue;
    selected = "id" in act ? storeOfDish(act.id) : act.storeId;
    if (act.act === "clear")
      for (const id of [...lines.keys()]) if (storeOfDish(id) === act.storeId) lines.delete(id);
    if (!("id" in act)) continue;
    const had = lines.get(act.id) ?? 0;
    const has = act.act === "step" ? Math.max(0, had + act.by) : act.quantity;
    if (has > 0) {
      lines.set(act.id, has);
    } else {
      lines.delete(act.id);
      isOrderKnown = false;
    }
  }
  const of = (storeId: number) => [...lines].filter(([id]) => storeOfDish(id) === storeId);
  return { selected, isOrderKnown, of };
}

const dish = fc.constantFrom(10, 11, 12, 20, 21);
const storeId = fc.constantFrom(...STORES);
/** At most 24 of them in a script, so no dish comes to more than 99. */
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant("step" as const),
      id: dish,
      by: fc.constantFrom(1, 1, 1, 2, -1, -1, -3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant("set" as const),
      id: dish,
      quantity: fc.constantFrom(0, 1, 5, 30),
    }),
  },
  fc.record({ act: fc.constant("clear" as const), storeId }),
  fc.record({ act: fc.constant("store" as const), storeId }),
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant("pause" as const),
      milliseconds: fc.constantFrom(0, 100, 400, 1_500),
    }),
  },
);
/** For the requests in order; then the faults end. */
const faultsOf = (...some: Fault[]) => {
  const fault = fc.option(fc.constantFrom(...some), { freq: 2, nil: undefined });
  // One call is sent three times before the cart hears of it.
  const row = fc
    .tuple(fault, fc.integer({ min: 1, max: 6 }))
    .map(([fault, times]) => Array(times).fill(fault));
  return fc.array(row, { maxLength: 8 }).map((rows) => rows.flat());
};
const delays = fc.array(fc.constantFrom(0, 20, 200, 800), { minLength: 1, maxLength: 8 });

/** Does as the script says while the server does as it likes, and waits until all is well again. */
async function play(acts: Act[], faults: (Fault | undefined)[], delays: number[]): Promise<Opened> {
  const opened = open();
  const { store, browser } = opened;
  let requests = 0;
  browser.delay = () => delays[requests % delays.length] as number;
  browser.fault = () => {
    requests += 1;
    return faults[requests - 1];
  };
  for (const act of acts) {
    if (act.act !== "pause") store.push(toChange(act));
    else await pause(act.milliseconds);
  }
  browser.fault = () => undefined;
  await rest(store);
  opened.stop();
  return opened;
}

describe("what the shopper does, and what becomes of it", () => {
  const away: Fault[] = ["lost", "answer lost", busy, tooMany, badGateway];

  it("is on the server once and in order, whatever the network loses", async () => {
    const script = fc.array(anyAct, { minLength: 1, maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(script, faultsOf(...away), delays, async (acts, faults, delays) => {
        const { store, browser, refusals } = await play(acts, faults, delays);
        const { selected, isOrderKnown, of } = afterwards(acts);
        expect(refusals).toEqual([]);
        const cart = (await browser.client.cart.get()) ?? emptyCart;
        await vi.waitFor(() => expect(store.state().cart).toEqual(cart));
        for (const id of STORES) {
          const there = cart.session_id === null ? [] : await linesAt(cart.session_id, id);
          const wanted = of(id);
          expect(new Map(there)).toEqual(new Map(wanted));
          if (isOrderKnown) expect(there).toEqual(wanted);
        }
        // Whoever has put nothing in has no session that could remember a store.
        if (cart.selected_store_id !== null) expect(cart.selected_store_id).toBe(selected);
      }),
      { numRuns: 100 },
    );
  });

  it("is shown as the server has it, where some of it was refused", async () => {
    const tooMuch = fc.record({ act: fc.constant("step" as const), id: dish, by: fc.constantFrom(60, 100) });
    const soldOut = fc.record({ act: fc.constant("step" as const), id: fc.constant(13), by: fc.constant(1) });
    const script = fc.array(fc.oneof({ weight: 5, arbitrary: anyAct }, tooMuch, soldOut), {
      minLength: 1,
      maxLength: 24,
    });
    await fc.assert(
      fc.asyncProperty(script, faultsOf(...away, broken), delays, async (acts, faults, delays) => {
        const { store, browser } = await play(acts, faults, delays);
        const cart = (await browser.client.cart.get()) ?? emptyCart;
        await vi.waitFor(() => expect(store.state().cart).toEqual(cart));
        for (const { quantity } of cart.items) expect(quantity).toBeLessThanOrEqual(MOST);
        expect(linesOf(cart)?.some(([id]) => id === 13)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  async function linesAt(sessionId: string, storeId: number): Promise<[number, number][]> {
    const { rows } = await shop.query<{ menu_id: number; quantity: number }>(
      `select l.menu_id, l.quantity from guest_cart_items l join menus m on m.id = l.menu_id
       where l.session_id = $1 and m.store_id = $2 order by l.id`,
      [sessionId, storeId],
    );
    return rows.map(({ menu_id, quantity }) => [menu_id, quantity]);
  }
});

describe("a cart's changes", () => {
  it("are few requests where clicks are quick", async () => {
    const { store, browser } = await openWith([11, 1]);
    for (let n = 0; n < 30; n += 1) store.push(step(10));
    expect(shown(store)).toEqual([
      [11, 1],
      [10, 30],
    ]);
    await rest(store);
    expect(browser.sent.map((call) => call.split(" ").pop())).toEqual([
      '{"menu_id":10,"quantity":1}',
      '{"menu_id":10,"quantity":29}',
    ]);
    expect(await onServer(browser)).toEqual([
      [11, 1],
      [10, 30],
    ]);
  });

  it.each([
    { what: "a dish that has sold out", change: () => step(11), code: "menu_unavailable" },
    { what: "more than 99", change: () => step(10), code: "quantity_limit_exceeded" },
  ])("are taken back where they are refused: $what", async ({ change, code }) => {
    const { store, browser, refusals } = await openWith([10, 99]);
    await shop.query("update menus set is_available = false where id = 11");
    try {
      const refuse = async () => {
        store.push(change());
        expect(store.state()).toMatchObject({ isSaving: true, refused: [] });
        await rest(store);
      };
      await refuse();
      await refuse();
      expect(shown(store)).toEqual([[10, 99]]);
      expect(await onServer(browser)).toEqual([[10, 99]]);
      expect(refusals).toHaveLength(2);
      // The one before went when the dish was changed again.
      const [refused] = store.state().refused;
      expect(store.state().refused).toHaveLength(1);
      expect(refused).toMatchObject({ change: { kind: "step" }, error: { code } });
      if (refused) store.dismiss(refused);
      expect(store.state().refused).toEqual([]);
    } finally {
      await shop.query("update menus set is_available = true where id = 11");
    }
  });

  it("are no refusal where another tab has removed the line already", async () => {
    const { store, browser } = await openWith([10, 2]);
    await browser.tab().client.cart.clear();
    store.push(set(10, 0));
    await rest(store);
    await vi.waitFor(() => expect(shown(store)).toEqual([]));
    expect(store.state().refused).toEqual([]);
  });

  it("of two tabs at once are both counted", async () => {
    const one = await openWith([10, 1]);
    const other = open(one.browser.tab());
    await rest(other.store);
    for (let n = 0; n < 5; n += 1) for (const { store } of [one, other]) store.push(step(10));
    await Promise.all([rest(one.store), rest(other.store)]);
    expect(await onServer(one.browser)).toEqual([[10, 11]]);
  });

  it.each(["lives on", "is gone"])("go out at once and count once, where the page %s", async (page) => {
    const { store, browser, stop } = await openWith([10, 2], [12, 2]);
    browser.delay = () => 5_000;
    for (const change of [step(10), step(10), step(10), step(11), step(12, -1)]) store.push(change);
    store.flush();
    await pause(1_000);
    expect(browser.sent).toHaveLength(4);
    if (page === "is gone") stop();
    await pause(10_000);
    const all = [
      [10, 5],
      [12, 1],
      [11, 1],
    ];
    expect(await onServer(browser.tab())).toEqual(all);
    if (page === "lives on") await rest(store);
    const again = open(browser.tab()).store;
    await rest(again);
    expect(shown(again)).toEqual(all);
    if (page === "lives on") expect(shown(store)).toEqual(all);
  });
});

describe("a server that is away", () => {
  it("is waited for, with all that was changed", async () => {
    const { store, browser } = await openWith([10, 1]);
    browser.fault = () => "lost";
    store.push(step(10));
    await until(() => store.state().waiting !== undefined);
    store.push(step(11, 2));
    expect(store.state()).toMatchObject({ isSaving: true, waiting: { code: "network_error" } });
    const both = [
      [10, 2],
      [11, 2],
    ];
    expect(shown(store)).toEqual(both);
    browser.fault = () => undefined;
    await rest(store);
    expect(await onServer(browser)).toEqual(both);
  });

  it.each([
    {
      what: "an add",
      change: () => step(11),
      after: [
        [10, 3],
        [11, 1],
      ],
    },
    { what: "a step down", change: () => step(10, -1), after: [[10, 2]] },
    { what: "a quantity", change: () => set(10, 7), after: [[10, 7]] },
    {
      what: "a first quantity",
      change: () => set(11, 7),
      after: [
        [10, 3],
        [11, 7],
      ],
    },
    { what: "a removal", change: () => set(10, 0), after: [] },
    { what: "an emptying", change: (): Change => ({ kind: "clear", storeId: 1 }), after: [] },
  ])("that has carried out $what, and could not say so, does it once", async ({ change, after }) => {
    const { store, browser } = await openWith([10, 3]);
    browser.fault = () => "answer lost";
    store.push(change());
    await until(() => store.state().waiting !== undefined);
    browser.fault = () => undefined;
    await rest(store);
    expect([shown(store), store.state().refused]).toEqual([after, []]);
    expect(await onServer(browser)).toEqual(after);
  });

  it("is read before a quantity is set again: the line may have gone meanwhile", async () => {
    const { store, browser } = await openWith([10, 3]);
    browser.fault = () => "answer lost";
    store.push(set(10, 7));
    await until(() => store.state().waiting !== undefined);
    await browser.tab().client.cart.clear();
    browser.fault = () => undefined;
    await rest(store);
    expect([shown(store), store.state().refused]).toEqual([[[10, 7]], []]);
  });

  it("is asked at once on demand, however long it has asked for", async () => {
    const { store, browser } = await openWith([10, 1]);
    browser.fault = () => ({ ...(busy as object), status: 503, headers: { "Retry-After": "3600" } });
    store.push(step(10));
    await until(() => store.state().waiting !== undefined);
    browser.fault = () => undefined;
    await pause(5_000);
    expect(store.state().isSaving).toBe(true);
    store.refresh();
    await rest(store);
    expect(await onServer(browser)).toEqual([[10, 2]]);
  });
});

describe("what waits for the cart", () => {
  it("goes on once nothing is on its way", async () => {
    const { store, browser } = await openWith([10, 1]);
    store.push(step(10));
    store.push(step(11));
    await store.settled();
    expect(store.state().isSaving).toBe(false);
    expect(browser.sent).toHaveLength(2);
  });

  it("goes on where the server is away, or nobody has started the cart", async () => {
    const { store, browser, stop } = await openWith([10, 1]);
    browser.fault = () => badGateway;
    store.push(step(10));
    await store.settled();
    expect(store.state()).toMatchObject({ isSaving: true, waiting: { status: 502 } });
    stop();
    await store.settled();
  });

  it("has it for itself; what is changed meanwhile comes after, also where the work fails", async () => {
    const { store, browser } = await openWith();
    store.push(step(10));
    const work = store.whileQuiet(async () => {
      expect(await onServer(browser)).toEqual([[10, 1]]);
      store.push(step(11));
      store.refresh();
      await pause(2_000);
      expect(await onServer(browser)).toEqual([[10, 1]]);
      throw new Error("refused");
    });
    await expect(work).rejects.toThrow("refused");
    await rest(store);
    expect(shown(store)).toEqual([
      [10, 1],
      [11, 1],
    ]);
  });
});

describe("a session that is over", () => {
  const overBy = {
    deletion: "delete from guest_sessions where session_id = $1",
    time: "update guest_sessions set expires_at = now() - interval '1 minute' where session_id = $1",
  };
  const end = (store: CartStore, how: keyof typeof overBy) =>
    shop.query(overBy[how], [store.state().cart?.session_id]);
  const lines = [
    [10, 2],
    [11, 1],
  ];

  it.each(["deletion", "time"] as const)("by %s: its lines can be put back", async (how) => {
    const { store, browser } = await openWith([10, 2], [11, 1]);
    const before = store.state().cart?.session_id;
    await end(store, how);
    store.refresh();
    await until(() => store.state().lost !== undefined);
    expect([shown(store), linesOf({ ...emptyCart, items: [...(store.state().lost ?? [])] })]).toEqual([
      [],
      lines,
    ]);
    store.restore();
    expect(store.state().lost).toBeUndefined();
    await rest(store);
    expect(await onServer(browser)).toEqual(lines);
    expect(store.state().cart?.session_id).not.toBe(before);
  });

  it.each([
    { what: "an add begins a new one", change: () => step(12), after: [[12, 1]] },
    { what: "fewer of what is gone is nothing", change: () => step(10, -1), after: [] },
    { what: "a quantity of what is gone is nothing", change: () => set(10, 7), after: [] },
  ])("and a change on top: $what", async ({ change, after }) => {
    const { store } = await openWith([10, 2], [11, 1]);
    await end(store, "deletion");
    store.push(change());
    await until(() => store.state().lost !== undefined);
    await rest(store);
    expect(shown(store)).toEqual(after);
    expect(store.state().refused).toEqual([]);
    store.forgetLost();
    expect(store.state().lost).toBeUndefined();
  });

  it.each([
    { what: "it is explained", explained: true, quantity: 2 },
    { what: "there was nothing in it", explained: false, quantity: 0 },
  ])("is no loss where $what", async ({ explained, quantity }) => {
    const { store } = open(undefined, async () => explained);
    store.push(step(10, 2));
    await rest(store);
    store.push(set(10, quantity));
    await rest(store);
    await end(store, "deletion");
    store.refresh();
    await until(() => store.state().cart?.session_id === null);
    expect(store.state()).toMatchObject({ cart: emptyCart, lost: undefined });
  });
});

describe("another owner", () => {
  let people = 0;
  const signUp = ({ client }: TestBrowser) => {
    people += 1;
    return client.accounts.signUp({
      name: "A",
      email: `cart-${people}@example.com`,
      password: "one two three",
    });
  };

  it.each([
    { what: "was not sent", fault: undefined },
    { what: "may have arrived does not, and what was not sent", fault: "answer lost" },
  ] as const)("gets of a guest who logs in what $what", async ({ fault }) => {
    const browser = shop.open();
    await signUp(browser);
    const { store } = open(browser);
    store.push(step(12));
    await rest(store);
    browser.delay = () => 1_000;
    browser.fault = () => fault;
    store.push(step(10));
    if (fault) await until(() => store.state().waiting !== undefined);
    store.push(step(11, 2));
    browser.fault = () => undefined;
    store.belongTo(userOf(browser.client));
    expect([store.state().owner, store.state().waiting]).toEqual(["user", undefined]);
    await rest(store);
    expect(shown(store)).toEqual([[11, 2]]);
    expect(linesOf(await browser.client.userCart.get())).toEqual([[11, 2]]);
  });

  it.each(["guest", "user"] as const)("after a %s finds nothing of the one before", async (kind) => {
    const browser = shop.open();
    await signUp(browser);
    const { store } = open(browser);
    if (kind === "user") store.belongTo(userOf(browser.client));
    store.push(step(13));
    store.push(step(10));
    await until(() => store.state().refused.length === 1);
    browser.fault = () => "lost";
    store.push(step(11));
    await until(() => store.state().waiting !== undefined);
    store.push(step(12));
    browser.fault = () => undefined;
    browser.sent = [];
    store.belongTo(guestOf(shop.open().client), null);
    const nothing = {
      cart: emptyCart,
      owner: "guest",
      isSaving: false,
      isSwitching: false,
      waiting: undefined,
      refused: [],
      lost: undefined,
    };
    expect(store.state()).toEqual(nothing);
    await pause(20_000);
    expect([store.state(), browser.sent]).toEqual([nothing, []]);
  });
});
