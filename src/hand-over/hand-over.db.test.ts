import { beforeEach, describe, expect, it } from "vitest";
import {
  type Answer,
  codeOf,
  createApi,
  fillCart,
  linesOfUser,
  newShopper,
  newUser,
  useApi,
  type Visitor,
} from "../../test/helpers/api.ts";
import { createTestDatabase } from "../../test/helpers/database.ts";
import type { ToriokiOptions } from "../torioki.ts";
import type { Receipt, ReceiptItem, ReceiptList } from "./contract.ts";

const held = useApi();
let visitor: Visitor;
let userId: number;

beforeEach(async () => {
  visitor = await newShopper(held, "guest");
  userId = await newUser(held.database);
  visitor.userId = userId;
});

const linesOf = (id = userId) => linesOfUser(held, id);

const guestLinesLeft = async () =>
  (await held.database.query<{ n: number }>("select count(*)::int as n from guest_cart_items"))[0]?.n;

describe("a hand-over", () => {
  it("moves the lines of all stores into the user's cart and says what it did", async () => {
    await fillCart(visitor, [
      [10, 2],
      [1000, 1],
      [20, 3],
      [11, 1],
    ]);
    const before = (await visitor.cart()).body;
    const { status, body } = await visitor.convert();
    expect(status).toBe(200);
    const line = (menu_id: number, store_id: number, quantity: number) => ({
      menu_id,
      store_id,
      guest_quantity: quantity,
      user_quantity_before: 0,
      user_quantity_after: quantity,
      outcome: "migrated",
    });
    expect(body).toEqual({
      user_id: userId,
      converted_at: expect.stringMatching(/^\d{4}-.*Z$/),
      migrated_items: 4,
      merged_items: 0,
      total_quantity: 7,
      replayed: false,
      items: [line(10, 1, 2), line(11, 1, 1), line(20, 2, 3), line(1000, 4, 1)],
    });
    expect(await guestLinesLeft()).toBe(0);
    // The user goes on where the guest stopped: same store, same dishes in the same order, the other stores' waiting.
    const after = (await held.api.user(userId).cart()).body;
    const shape = (cart: typeof before) => ({
      ...cart,
      session_id: null,
      expires_at: null,
      items: cart.items.map(({ id, updated_at, ...item }) => item),
    });
    expect(shape(after)).toEqual(shape(before));
  });

  it("adds to what the user has, cuts at 99, and tells the cut", async () => {
    const user = held.api.user(userId);
    await fillCart(user, [
      [10, 5],
      [11, 60],
      [20, 1],
    ]);
    await fillCart(visitor, [
      [10, 2],
      [11, 50],
      [12, 1],
    ]);
    const { body } = await visitor.convert();
    const told = body.items.map((item) => [
      item.menu_id,
      item.guest_quantity,
      item.user_quantity_before,
      item.user_quantity_after,
      item.outcome,
    ]);
    expect(told).toEqual([
      [10, 2, 5, 7, "merged"],
      [11, 50, 60, 99, "capped"],
      [12, 1, 0, 1, "migrated"],
    ]);
    expect(body).toMatchObject({ migrated_items: 1, merged_items: 2, total_quantity: 53 });
    expect(await linesOf()).toEqual([
      { menu_id: 10, quantity: 7 },
      { menu_id: 11, quantity: 99 },
      { menu_id: 12, quantity: 1 },
      { menu_id: 20, quantity: 1 },
    ]);
  });

  it("keeps the ids of the user's lines, and uses none for a line that was there", async () => {
    const user = held.api.user(userId);
    await fillCart(user, [[10, 1]]);
    const [line] = (await user.cart()).body.items;
    await fillCart(visitor, [
      [10, 1],
      [11, 1],
    ]);
    await visitor.convert();
    const [same, next] = (await user.cart()).body.items;
    expect([same?.id, next?.id]).toEqual([line?.id, (line?.id ?? 0) + 1]);
  });

  it("moves what cannot be ordered at the moment, too", async () => {
    await fillCart(visitor, [
      [12, 1],
      [20, 2],
    ]);
    await held.database.query("update menus set is_available = false where id = 12");
    await held.database.query("update stores set is_active = false where id = 2");
    try {
      expect((await visitor.convert()).body.total_quantity).toBe(3);
      expect(await linesOf()).toHaveLength(2);
    } finally {
      await held.database.query("update menus set is_available = true where id = 12");
      await held.database.query("update stores set is_active = true where id = 2");
    }
  });

  it("of an empty cart ends the session, with an empty receipt", async () => {
    const { status, body } = await visitor.convert();
    expect([status, body.items, body.total_quantity]).toEqual([200, [], 0]);
    expect((await visitor.session()).status).toBe(401);
  });

  it("leaves the user's store where the guest had chosen none", async () => {
    await held.api.user(userId).choose(2);
    await visitor.convert();
    expect((await held.api.user(userId).cart()).body.selected_store_id).toBe(2);
  });

  it("brings a user's cart over the 100 lines that an add may not pass: nothing is lost", async () => {
    const user = held.api.user(userId);
    await user.choose(4);
    for (let menu = 1000; menu < 1100; menu += 1) await user.add(menu);
    await fillCart(visitor, [[1100, 1]]);
    expect((await visitor.convert()).body.migrated_items).toBe(1);
    expect((await user.cart()).body.items).toHaveLength(101);
    expect(codeOf(await user.add(1101))).toBe("cart_full");
  });

  it("writes who it was into the session, and the receipt goes when the session's row goes", async () => {
    const { session_id } = (await visitor.session()).body;
    await visitor.convert();
    const found = () =>
      held.database.query(
        "select converted_to_user_id from guest_sessions join torioki_hand_overs using (session_id) where session_id = $1",
        [session_id],
      );
    expect(await found()).toEqual([{ converted_to_user_id: userId }]);
    await held.database.query("delete from guest_sessions where session_id = $1", [session_id]);
    expect(await found()).toEqual([]);
  });
});

describe("after it", () => {
  it("the token is worth nothing anywhere, and the cookie is cleared", async () => {
    await fillCart(visitor, [[10, 1]]);
    const { session_id } = (await visitor.session()).body;
    const line = (await visitor.cart()).body.items[0]?.id;
    const { token } = visitor;
    const answer = await visitor.convert();
    expect(answer.headers.get("set-cookie")).toBe(
      "guest_session_id=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
    );
    expect(visitor.cookie).toBeUndefined();
    const headers = { "X-Guest-Session": token };
    const calls: Promise<Answer>[] = [
      held.api.call("GET", "/api/guest/session", { headers }),
      held.api.call("GET", `/api/guest/session/${session_id}`, { headers }),
      held.api.call("POST", "/api/guest/session/store", { headers, body: { store_id: 1 } }),
      held.api.call("POST", "/api/guest/session/ticket", { headers }),
      held.api.call("DELETE", "/api/guest/session", { headers }),
      held.api.call("GET", "/api/guest/cart", { headers }),
      held.api.call("POST", "/api/guest/cart/add", { headers, body: { menu_id: 10 } }),
      held.api.call("PUT", `/api/guest/cart/item/${line}`, { headers, body: { quantity: 2 } }),
      held.api.call("DELETE", `/api/guest/cart/item/${line}`, { headers }),
      held.api.call("DELETE", "/api/guest/cart", { headers }),
    ];
    for (const refused of await Promise.all(calls)) {
      expect([refused.status, codeOf(refused)]).toEqual([401, "guest_session_required"]);
    }
    expect(await linesOf()).toEqual([{ menu_id: 10, quantity: 1 }]);
  });

  it("the next visit starts a new session, whose cart can be handed over at the next login", async () => {
    await fillCart(visitor, [[10, 1]]);
    const first = visitor.token;
    await visitor.convert();
    expect((await visitor.start()).status).toBe(201);
    expect(visitor.token).not.toBe(first);
    await fillCart(visitor, [[10, 2]]);
    expect((await visitor.convert()).body.items).toMatchObject([
      { user_quantity_after: 3, outcome: "merged" },
    ]);
  });

  it("a visitor who still sends the old cookie gets a new session, not the old one", async () => {
    const { cookie } = visitor;
    await visitor.convert();
    const answer = await held.api.call("POST", "/api/guest/session", {
      headers: { Cookie: cookie as string },
    });
    expect(answer.status).toBe(201);
  });

  it("a token that an attacker planted before the login opens nothing", async () => {
    const planted = visitor.token;
    const victim = held.api.visitor();
    Object.assign(victim, { cookie: `guest_session_id=${planted}`, userId });
    await fillCart(victim, [[10, 1]]);
    expect((await victim.convert()).status).toBe(200);
    const attacker = { "X-Guest-Session": planted };
    expect((await held.api.call("GET", "/api/guest/cart", { headers: attacker })).status).toBe(401);
    // Nor as another user: what a hand-over did is told to its own user alone.
    const other = held.api.visitor();
    Object.assign(other, { cookie: `guest_session_id=${planted}`, userId: await newUser(held.database) });
    expect(codeOf(await other.convert())).toBe("guest_session_required");
  });
});

describe("a repeat", () => {
  const again = (id: number | undefined, token: string) =>
    held.api.call<Receipt>("POST", "/api/guest/session/convert", {
      headers: { "X-Guest-Session": token, ...(id ? { "X-Test-User": String(id) } : {}) },
    });

  it("by the same token and user gives the same receipt, and moves nothing", async () => {
    await fillCart(visitor, [
      [10, 2],
      [20, 1],
    ]);
    const { token } = visitor;
    const { body } = await visitor.convert();
    for (let n = 0; n < 3; n += 1) {
      const repeat = await again(userId, token);
      expect([repeat.status, repeat.headers.get("idempotency-replayed")]).toEqual([200, "true"]);
      expect(repeat.body).toEqual({ ...body, replayed: true });
    }
    expect(await linesOf()).toEqual([
      { menu_id: 10, quantity: 2 },
      { menu_id: 20, quantity: 1 },
    ]);
  });

  it("by another user is told what an unknown token is told", async () => {
    await fillCart(visitor, [[10, 2]]);
    const { token } = visitor;
    await visitor.convert();
    const other = await newUser(held.database);
    const headers = { "X-Request-Id": "same", "X-Test-User": String(other) };
    const answers = [token, "a".repeat(64)].map((value) =>
      held.api.call("POST", "/api/guest/session/convert", {
        headers: { ...headers, "X-Guest-Session": value },
      }),
    );
    const [converted, unknown] = await Promise.all(answers);
    expect([converted?.status, codeOf(converted as Answer)]).toEqual([401, "guest_session_required"]);
    expect(converted?.text).toBe(unknown?.text);
    expect(await linesOf(other)).toEqual([]);
  });

  it("is refused once the session's row is gone", async () => {
    const { session_id } = (await visitor.session()).body;
    const { token } = visitor;
    await visitor.convert();
    await held.database.query("delete from guest_sessions where session_id = $1", [session_id]);
    expect(codeOf(await again(userId, token))).toBe("guest_session_required");
  });
});

describe("it is refused, and nothing moves,", () => {
  const unmoved = async () => {
    expect((await visitor.cart()).body.total_items).toBe(2);
    expect(await linesOf()).toEqual([]);
  };
  beforeEach(() => fillCart(visitor, [[10, 2]]));

  it("without a user", async () => {
    visitor.userId = undefined;
    const refused = await visitor.convert();
    expect([refused.status, codeOf(refused)]).toEqual([401, "user_required"]);
    expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="torioki"');
    await unmoved();
  });

  it("for a user who does not exist, who learns nothing of a token", async () => {
    visitor.userId = 2_000_000_000;
    const refused = await visitor.convert();
    expect([refused.status, codeOf(refused)]).toEqual([401, "user_required"]);
    await unmoved();
    await visitor.end();
    const answers = [visitor.token, "a".repeat(64)].map((token) =>
      visitor.call("POST", "/api/guest/session/convert", {
        headers: { Cookie: `guest_session_id=${token}` },
      }),
    );
    for (const answer of await Promise.all(answers)) expect(codeOf(answer)).toBe("guest_session_required");
  });

  it.each([{ user_id: 1 }, { ticket: 5 }, { ticket: null }, { session_id: "x" }])(
    "for the body %j",
    async (body) => {
      const refused = await visitor.convert(body);
      expect([refused.status, codeOf(refused)]).toEqual([422, "invalid_request"]);
      await unmoved();
    },
  );

  it("without a guest session, or with one that has expired", async () => {
    const nobody = held.api.visitor();
    nobody.userId = userId;
    expect(codeOf(await nobody.convert())).toBe("guest_session_required");
    const { session_id } = (await visitor.session()).body;
    await held.database.query("update guest_sessions set expires_at = now() where session_id = $1", [
      session_id,
    ]);
    expect(codeOf(await visitor.convert())).toBe("guest_session_required");
    expect(await linesOf()).toEqual([]);
  });

  it("from another site's page", async () => {
    const refused = await visitor.call("POST", "/api/guest/session/convert", {
      headers: { "Sec-Fetch-Site": "cross-site" },
    });
    expect(codeOf(refused)).toBe("cross_origin");
    await unmoved();
  });

  it.each<[string, ToriokiOptions["authenticate"], number, string]>([
    ["fails", () => Promise.reject(new Error("away")), 503, "authentication_unavailable"],
    ["hangs", () => new Promise(() => {}), 503, "authentication_unavailable"],
    ["gives a text", () => "7" as never, 500, "internal_error"],
    ["gives a fraction", () => 1.5, 500, "internal_error"],
  ])("where authenticate %s, within 3 s", async (_, authenticate, status, code) => {
    const api = await createApi({ database: held.database.source, authenticate });
    const start = performance.now();
    const refused = await api.call("POST", "/api/guest/session/convert", {
      headers: { Cookie: visitor.cookie as string },
    });
    expect(performance.now() - start).toBeLessThan(3_000);
    expect([refused.status, codeOf(refused)]).toEqual([status, code]);
    expect(refused.headers.get("retry-after")).toBe(status === 503 ? "2" : null);
    await api.torioki.close();
    await unmoved();
  });
});

describe("the strategy", () => {
  const quantities: [ToriokiOptions["handOverStrategy"], number[]][] = [
    ["sum", [7, 99, 3, 4]],
    ["max", [5, 60, 3, 4]],
    ["guest_wins", [2, 50, 3, 4]],
    ["user_wins", [5, 60, 3, 4]],
  ];

  it.each(quantities)("%s decides on lines that both have", async (handOverStrategy, expected) => {
    const api = await createApi({ database: held.database.source, handOverStrategy });
    const user = api.user(userId);
    await fillCart(user, [
      [10, 5],
      [11, 60],
      [12, 3],
    ]);
    await fillCart(visitor, [
      [10, 2],
      [11, 50],
      [14, 4],
    ]);
    const { receipt } = await api.torioki.handOverAtLogin({
      headers: new Headers({ Cookie: visitor.cookie as string }),
      userId,
    });
    expect((await linesOf()).map(({ quantity }) => quantity)).toEqual(expected);
    const told = (receipt as Receipt).items.map((item: ReceiptItem) => [
      item.user_quantity_after,
      item.outcome,
    ]);
    expect(told).toEqual([
      [expected[0], "merged"],
      [expected[1], handOverStrategy === "sum" ? "capped" : "merged"],
      [4, "migrated"],
    ]);
    await api.torioki.close();
  });

  it("that there is none of is refused at start", async () => {
    await expect(
      createApi({ database: held.database.source, handOverStrategy: "mine" as "sum" }),
    ).rejects.toThrow("createTorioki: handOverStrategy takes sum, max, guest_wins or user_wins");
  });
});

describe("the receipts of a user", () => {
  it("are there after logins that could not show them, the newest first, and are nobody else's", async () => {
    await fillCart(held.api.user(userId), [[10, 60]]);
    await fillCart(visitor, [[10, 60]]);
    await held.api.torioki.handOverAtLogin({
      headers: new Headers({ Cookie: visitor.cookie as string }),
      userId,
    });
    const second = await newShopper(held, "guest");
    second.userId = userId;
    await fillCart(second, [[11, 1]]);
    const { body } = await second.convert();
    const receipts = await held.api.user(userId).call<ReceiptList>("GET", "/api/user/receipts");
    expect(receipts.status).toBe(200);
    expect(receipts.body.receipts).toMatchObject([
      body,
      {
        user_id: userId,
        items: [{ menu_id: 10, guest_quantity: 60, user_quantity_after: 99, outcome: "capped" }],
      },
    ]);
    expect(await held.api.torioki.receipts({ userId })).toEqual(receipts.body);
    expect(await held.api.torioki.receipts({ userId: await newUser(held.database) })).toEqual({
      receipts: [],
    });
    expect(codeOf(await held.api.call("GET", "/api/user/receipts"))).toBe("user_required");
  });
});

describe("as a library call", () => {
  it("takes a token or a ticket, and throws the contract's refusals", async () => {
    const { torioki } = held.api;
    await fillCart(visitor, [[10, 2]]);
    const { token } = visitor;
    const first = await torioki.handOver({ sessionToken: token, userId });
    expect(first).toMatchObject({ replayed: false, total_quantity: 2 });
    expect(await torioki.handOver({ sessionToken: token, userId })).toEqual({ ...first, replayed: true });
    const { sessionToken } = await torioki.guestSessions.create();
    const { ticket } = await torioki.guestSessions.createTicket({ sessionToken });
    expect(await torioki.handOver({ ticket, userId })).toMatchObject({ replayed: false, items: [] });
    await expect(torioki.handOver({ ticket, userId })).rejects.toMatchObject({
      code: "guest_session_required",
    });
    await expect(torioki.handOver({ ticket, userId: 0 })).rejects.toMatchObject({ code: "invalid_request" });
    for (const odd of [{ userId }, { ticket: 5, userId }, { ticket: undefined, userId }]) {
      await expect(torioki.handOver(odd as never)).rejects.toMatchObject({ code: "guest_session_required" });
    }
    await expect(torioki.guestSessions.createTicket({ sessionToken })).rejects.toMatchObject({ status: 401 });
  });

  it("has the user's cart", async () => {
    const { userCarts } = held.api.torioki;
    await userCarts.selectStore({ userId, storeId: 1 });
    const cart = await userCarts.add({ userId, menuId: 10 });
    const itemId = cart.items[0]?.id as number;
    expect((await userCarts.setQuantity({ userId, itemId, quantity: 3 })).total_items).toBe(3);
    expect(await userCarts.get({ userId })).toMatchObject({ total_items: 3, session_id: null });
    expect((await userCarts.removeItem({ userId, itemId })).items).toEqual([]);
    expect((await userCarts.clear({ userId })).items).toEqual([]);
    await expect(userCarts.get({ userId: 2_000_000_000 })).rejects.toMatchObject({ code: "user_required" });
    await expect(userCarts.get({ userId: 1.5 })).rejects.toMatchObject({ code: "invalid_request" });
  });
});

describe("a user who is deleted", () => {
  it("takes the cart along, once no session says that it was converted to them", async () => {
    await fillCart(visitor, [[10, 2]]);
    await visitor.convert();
    await held.database.query("delete from guest_sessions where converted_to_user_id = $1", [userId]);
    await held.database.query("delete from users where id = $1", [userId]);
    expect(await linesOf()).toEqual([]);
    expect(codeOf(await held.api.user(userId).cart())).toBe("user_required");
  });
});

describe("beside a host's own tables", () => {
  it("with bigint ids and other columns, guests, users and the hand-over work as ever", async () => {
    const database = await createTestDatabase({ empty: true });
    for (const statement of [
      "create table stores (id bigint primary key, name text not null, address text, is_active boolean not null)",
      `create table menus (id bigint primary key, store_id bigint not null references stores, name text not null,
         price bigint not null, description text, image_url text, is_available boolean not null)`,
      "create table users (id bigint primary key, email text not null unique, password text)",
      "insert into stores values (7, 'Kanda', null, true)",
      "insert into menus values (70, 7, 'Bento', 500, null, null, true), (71, 7, 'Tea', 100, null, null, true)",
      "insert into users values (42, 'a@example.com', 'x')",
    ]) {
      await database.query(statement);
    }
    const api = await createApi({ database: database.source, migrate: true });
    const user = api.user(42);
    expect((await user.cart()).body.items).toEqual([]);
    await user.choose(7);
    const line = (await user.add(70, 2)).body.items[0]?.id;
    expect((await user.set(line, 3)).body.total_amount).toBe(1_500);
    const guest = api.visitor();
    await guest.start();
    await guest.choose(7);
    await guest.add(70, 1);
    await guest.add(71, 2);
    const converted = await Object.assign(guest, { userId: 42 }).convert();
    expect([converted.status, converted.body.total_quantity]).toEqual([200, 3]);
    expect((await user.cart()).body).toMatchObject({ total_items: 6, total_amount: 2_200 });
    expect((await user.remove(line)).body.total_items).toBe(2);
    expect((await user.clear()).body.items).toEqual([]);
    expect((await guest.convert()).status).toBe(401);
    await api.torioki.close();
    await database.close();
  });

  it("named like the user's cart, which another program made, nothing is migrated", async () => {
    const database = await createTestDatabase({ empty: true });
    await database.query("create table user_cart_items (id int)");
    await expect(createApi({ database: database.source, migrate: true })).rejects.toThrow(
      /user_cart_items is another program's table: rename it/,
    );
    await database.close();
  });
});
