import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { refusalOf } from "../../test/helpers/client.ts";
import { passTimeFaster } from "../../test/helpers/fast-time.ts";
import { broken, busy, type TestBrowser, useShop } from "../../test/helpers/shop.ts";
import type { Menu } from "../client/client.ts";
import { emptyCart } from "./changes.ts";
import { type Initial, menusKey, Shop } from "./shop.ts";

passTimeFaster(20);
const server = useShop();

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A page in a tab of the browser. */
function open(browser: TestBrowser, initial?: Initial, isLoggedIn?: boolean): Shop {
  const shop = new Shop(browser.client, initial, isLoggedIn);
  ends.push(shop.start());
  return shop;
}

const PASSWORD = "one two three";
let people = 0;
const newPerson = () => {
  people += 1;
  return { name: `Person ${people}`, email: `shop-${people}@example.com`, password: PASSWORD };
};

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const add = (shop: Shop, id: number, by = 1) => shop.cart.push({ kind: "step", menu: server.menu(id), by });
/** Who is there, and what the cart has; undefined: not known, or not saved yet. */
const seen = ({ account, cart }: Shop) => {
  const { cart: shown, owner, isSaving } = cart.state();
  return {
    name: account.state().account?.name,
    owner,
    lines: isSaving ? undefined : shown?.items.map(({ menu_id, quantity }) => [menu_id, quantity]),
  };
};
const shows = (shop: Shop, lines: number[][], name?: string) =>
  vi.waitFor(
    () => expect(seen(shop)).toEqual({ name, owner: name === undefined ? "guest" : "user", lines }),
    { timeout: 10_000 },
  );

/** A guest with a dish in the cart who has become a user of the server's own accounts. */
async function openAsUser() {
  const browser = server.open();
  const shop = open(browser);
  const person = newPerson();
  add(shop, 10, 2);
  await shows(shop, [[10, 2]]);
  await shop.account.signUp(person);
  await shows(shop, [[10, 2]], person.name);
  return { browser, shop, person };
}

describe("who logs in", () => {
  it("takes the guest's cart along, also what is still on its way, and is told what came", async () => {
    const { shop, browser, person } = await openAsUser();
    expect(shop.account.state()).toMatchObject({ isOffered: true, receipt: { total_quantity: 2 } });
    shop.account.dismissReceipt();
    expect(shop.account.state().receipt).toBeUndefined();
    await shop.account.signOut();

    add(shop, 10);
    add(shop, 11);
    await shop.account.signIn(person);
    await shows(
      shop,
      [
        [10, 3],
        [11, 1],
      ],
      person.name,
    );
    expect(shop.account.state().receipt?.items).toHaveLength(2);
    expect(await browser.client.cart.get()).toBeNull();
  });

  it("with an empty cart is not told of an older receipt", async () => {
    const { shop, person } = await openAsUser();
    await shop.account.signOut();
    await shop.account.signIn(person);
    await shows(shop, [[10, 2]], person.name);
    expect(shop.account.state().receipt).toBeUndefined();
  });

  it("and is refused keeps the guest's cart", async () => {
    const shop = open(server.open());
    add(shop, 10);
    const login = { email: newPerson().email, password: PASSWORD };
    expect((await refusalOf(shop.account.signIn(login))).code).toBe("INVALID_EMAIL_OR_PASSWORD");
    add(shop, 10);
    await shows(shop, [[10, 2]]);
  });

  it("is known again when the page is opened again", async () => {
    const { browser, person } = await openAsUser();
    const tab = browser.tab();
    const again = open(tab);
    await shows(again, [[10, 2]], person.name);
    // A user's page never asks for a guest's cart.
    expect(tab.sent).toEqual(["GET /api/auth/get-session", "GET /api/user/cart"]);
  });
});

it("whose log-in is over elsewhere is told so, until somebody logs in", async () => {
  const { shop, browser, person } = await openAsUser();
  await browser.client.accounts.signOut();
  add(shop, 11);
  await vi.waitFor(() => expect(shop.account.state()).toMatchObject({ account: null, hasEnded: true }));
  expect(shop.cart.state()).toMatchObject({ owner: "guest", cart: { items: [] } });
  await shop.account.signIn(person);
  expect(shop.account.state().hasEnded).toBe(false);
});

describe("who logs out", () => {
  it("leaves nothing behind", async () => {
    const { shop, browser } = await openAsUser();
    add(shop, 13);
    await vi.waitFor(() => expect(shop.cart.state().refused).toHaveLength(1));
    browser.delay = () => 200;
    add(shop, 11);
    await shop.account.signOut();
    const nothing = {
      cart: emptyCart,
      owner: "guest",
      isSaving: false,
      isSwitching: false,
      waiting: undefined,
      refused: [],
      lost: undefined,
    };
    expect(shop.cart.state()).toEqual(nothing);
    expect(shop.account.state()).toEqual({
      account: null,
      isOffered: true,
      receipt: undefined,
      hasEnded: false,
    });
    shop.cart.refresh();
    await pause(3_000);
    expect(shop.cart.state()).toEqual(nothing);
    expect((await refusalOf(browser.client.userCart.get())).code).toBe("user_required");
  });

  it.each(["DELETE /api/guest/session", "POST /api/auth/sign-out {}"])(
    "is still there where it could not be done: %s",
    async (failing) => {
      const { shop, browser, person } = await openAsUser();
      browser.fault = (call) => (call === failing ? broken : undefined);
      expect((await refusalOf(shop.account.signOut())).status).toBe(500);
      add(shop, 11);
      await shows(
        shop,
        [
          [10, 2],
          [11, 1],
        ],
        person.name,
      );
    },
  );

  it("somewhere else is noticed: nobody is there, and nothing of the cart", async () => {
    const { shop, browser } = await openAsUser();
    await browser.tab().client.accounts.signOut();
    add(shop, 11);
    await shows(shop, []);
    expect(shop.cart.state()).toMatchObject({ refused: [], lost: undefined });
  });

  it("as a guest ends the session", async () => {
    const browser = server.open();
    const shop = open(browser);
    add(shop, 10);
    await shop.account.forget();
    expect(shop.cart.state()).toMatchObject({ cart: emptyCart, lost: undefined });
    expect(await browser.client.session.get()).toBeNull();
  });
});

describe("two tabs of a browser", () => {
  async function openTwo() {
    const browser = server.open();
    const tabs = [open(browser), open(browser.tab())] as const;
    for (const tab of tabs) await shows(tab, []);
    return tabs;
  }

  it("show the same cart", async () => {
    const [one, two] = await openTwo();
    add(one, 10, 2);
    await shows(two, [[10, 2]]);
    add(two, 11);
    const both = [
      [10, 2],
      [11, 1],
    ];
    for (const tab of [one, two]) await shows(tab, both);
    await one.account.forget();
    await shows(two, []);
    expect(two.cart.state().lost).toBeUndefined();
  });

  it("log in and out together, and nothing seems lost", async () => {
    const [one, two] = await openTwo();
    const person = newPerson();
    add(one, 10);
    await shows(two, [[10, 1]]);
    await one.account.signUp(person);
    for (const tab of [one, two]) await shows(tab, [[10, 1]], person.name);
    expect(two.cart.state().lost).toBeUndefined();
    await two.account.signOut();
    for (const tab of [one, two]) await shows(tab, []);
    expect(one.cart.state()).toMatchObject({ refused: [], lost: undefined });
  });

  it("hear nothing once they are closed", async () => {
    const browser = server.open();
    const closed = open(browser, {}, false);
    add(closed, 10);
    await shows(closed, [[10, 1]]);
    for (const end of ends.splice(0)) end();
    const other = open(browser.tab(), {}, false);
    await shows(other, [[10, 1]]);
    await other.account.forget();
    await pause(1_000);
    expect(seen(closed).lines).toEqual([[10, 1]]);
  });
});

describe("the host's own log-in", () => {
  it("takes the guest's cart along, and leaves nothing behind", async () => {
    const browser = server.open();
    const shop = open(browser, {}, false);
    add(shop, 10, 2);
    await vi.waitFor(() => expect(seen(shop)).toMatchObject({ owner: "guest", lines: [[10, 2]] }));
    // It has handed over at log-in by itself.
    await browser.client.accounts.signUp(newPerson());
    shop.loggedIn(true);
    shop.loggedIn(true);
    await vi.waitFor(() => expect(seen(shop)).toMatchObject({ owner: "user", lines: [[10, 2]] }));
    expect(shop.account.state()).toMatchObject({ receipt: { total_quantity: 2 } });
    expect(browser.sent.filter((call) => call.includes("convert"))).toHaveLength(1);
    await browser.client.accounts.signOut();
    shop.loggedIn(false);
    await vi.waitFor(() => expect(seen(shop)).toMatchObject({ owner: "guest", lines: [] }));
    expect(shop.account.state().receipt).toBeUndefined();
    expect(browser.sent.filter((call) => call.includes("get-session"))).toEqual([]);
  });
});

describe("a page that is looked at", () => {
  /** What a page listens to; it is in a browser where there is a document. */
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const window = new EventTarget();
  beforeAll(() => {
    vi.stubGlobal("document", document);
    vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  });

  const happens = {
    "focus, and visible": () => {
      document.dispatchEvent(new Event("visibilitychange"));
      window.dispatchEvent(new Event("focus"));
    },
    "online again": () => window.dispatchEvent(new Event("online")),
    "back from the history": () =>
      window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true })),
  };
  it.each(Object.keys(happens) as (keyof typeof happens)[])("asks again, once: %s", async (event) => {
    const browser = server.open();
    const shop = open(browser);
    await shows(shop, []);
    browser.sent = [];
    happens[event]();
    await pause(1_000);
    expect(browser.sent).toEqual(["GET /api/guest/cart"]);
  });

  it("asks nothing where it is out of sight, or over", async () => {
    const browser = server.open();
    const shop = open(browser);
    await shows(shop, []);
    browser.sent = [];
    document.visibilityState = "hidden";
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("pageshow"));
    document.visibilityState = "visible";
    for (const end of ends.splice(0)) end();
    for (const happen of Object.values(happens)) happen();
    await pause(1_000);
    expect(browser.sent).toEqual([]);
  });

  it("sends what waits when it goes", async () => {
    const browser = server.open();
    const shop = open(browser);
    add(shop, 12);
    await shows(shop, [[12, 1]]);
    browser.delay = () => 5_000;
    browser.sent = [];
    add(shop, 10);
    add(shop, 11);
    await pause(500);
    expect(browser.sent).toHaveLength(1);
    window.dispatchEvent(new Event("pagehide"));
    await pause(500);
    expect(browser.sent).toHaveLength(2);
  });

  it("asks at once who is there, where it has been waiting for that", async () => {
    const browser = server.open();
    browser.fault = () => ({ ...(busy as object), status: 503, headers: { "Retry-After": "3600" } });
    const shop = open(browser);
    await vi.waitFor(() => expect(browser.sent).toEqual(["GET /api/auth/get-session"]));
    browser.fault = () => undefined;
    await pause(2_000);
    happens["online again"]();
    await shows(shop, []);
  });
});

describe("a shop", () => {
  it("reads a store's dishes again where one was refused", async () => {
    const shop = open(server.open());
    const load = vi.fn(async () => [] as Menu[]);
    shop.reads.watch(menusKey(1), load, () => {});
    add(shop, 13);
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2));
  });

  it("asks for nothing that it has been given", async () => {
    const browser = server.open();
    const shop = open(browser, { cart: null, account: null });
    await pause(1_000);
    expect(browser.sent).toEqual([]);
    await shows(shop, []);
  });

  it("does not ask for who is there where the server has no accounts", async () => {
    const browser = server.open();
    const notFound = { status: 404, body: { code: "not_found", detail: "Nothing there." } };
    browser.fault = (call) => (call.includes("/api/auth/") ? notFound : undefined);
    const shop = open(browser);
    await shows(shop, []);
    expect(shop.account.state()).toMatchObject({ account: null, isOffered: false });
  });

  it("leaves no timer behind where it is ended while the server is away", async () => {
    const browser = server.open();
    browser.fault = () => ({ ...(busy as object), status: 503, headers: { "Retry-After": "3600" } });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      open(browser);
      await vi.advanceTimersByTimeAsync(100);
      expect(vi.getTimerCount()).toBe(1);
      for (const end of ends.splice(0)) end();
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
