/** The client's contract with a running server, over HTTP: in cookie mode as a page has it, in header mode as an app. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ClientError } from "../src/client/client.ts";
import { linesOf, modes, newShopper, refusalOf, type ShopperOptions, useServer } from "./helpers/client.ts";

const held = useServer();
const PASSWORD = "correct horse battery";

describe.each(modes)("%s mode", (mode) => {
  const shopper = (options?: ShopperOptions) => newShopper(held.server.url, mode, options);

  it("shows what can be ordered, and makes no session of it", async () => {
    const { client, log, jar, tokens } = shopper();
    const { stores, next } = await client.stores.list();
    expect([stores.map(({ id }) => id), next]).toEqual([[1, 2, 4], null]);
    expect((await client.stores.list({ q: "100%" })).stores).toMatchObject([{ name: "Yokohama 100%" }]);
    expect(await client.stores.list({ limit: 1, after: 1 })).toMatchObject({ stores: [{ id: 2 }], next: 2 });
    expect((await client.stores.list({ q: "弁当 & 寿司?#" })).stores).toEqual([]);
    expect(await client.stores.get(1)).toMatchObject({ name: "Kanda", hours: { time_zone: "Asia/Tokyo" } });
    expect((await client.stores.menus(1)).menus).toHaveLength(5);
    expect(await client.cart.get()).toBeNull();
    expect(await client.session.get()).toBeNull();
    await client.session.remove();
    expect(log.filter((line) => line.startsWith("POST"))).toEqual([]);
    expect([await jar.getCookies(held.server.url), (await tokens?.get()) ?? null]).toEqual([[], null]);
  });

  it("the first add starts a session at the dish's store, in as few calls as can be", async () => {
    const { client, log, jar, tokens } = shopper();
    const cart = await client.cart.add({ menu_id: 10, quantity: 2 }, { storeId: 1 });
    expect(cart).toMatchObject({ selected_store_id: 1, total_items: 2, total_amount: 220 });
    expect(log).toEqual([
      "POST /api/guest/cart/add 401",
      "POST /api/guest/session 201",
      "POST /api/guest/session/store 200",
      "POST /api/guest/cart/add 201",
    ]);
    const cookies = (await jar.getCookies(held.server.url)).map(({ key }) => key);
    expect(cookies).toEqual(mode === "cookie" ? ["guest_session_id"] : []);
    if (tokens) expect(await tokens.get()).toMatch(/^[\w-]{64}$/);
    expect(linesOf(await client.cart.add({ menu_id: 10 }))).toEqual([[10, 3]]);
    expect(log).toHaveLength(5);
  });

  it("every call of a guest's cart answers with the whole cart", async () => {
    const { client, log } = shopper();
    expect(await client.session.selectStore(1)).toMatchObject({ selected_store_id: 1 });
    const [line] = (await client.cart.add({ menu_id: 10 })).items;
    const id = line?.id as number;
    await client.cart.add({ menu_id: 11, quantity: 4 });
    expect(linesOf(await client.cart.setQuantity(id, 7))).toEqual([
      [10, 7],
      [11, 4],
    ]);
    expect(linesOf(await client.cart.remove(id))).toEqual([[11, 4]]);
    const elsewhere = await client.cart.add({ menu_id: 20 }, { storeId: 2 });
    expect(elsewhere).toMatchObject({
      selected_store_id: 2,
      other_stores: [{ store_id: 1, total_items: 4 }],
    });
    expect(linesOf(await client.cart.clear())).toEqual([]);
    await client.session.selectStore(1);
    expect(await client.cart.get()).toMatchObject({ total_items: 4, items: [{ menu_id: 11 }] });
    const session = await client.session.get();
    expect(await client.session.start()).toEqual(session);
    expect(Object.keys(session as object)).not.toContain("session_token");
    await client.session.remove();
    expect([await client.session.get(), await client.cart.get()]).toEqual([null, null]);
    expect(log.filter((line) => line === "POST /api/guest/session 201")).toHaveLength(1);
  });

  it("every refusal of a guest's cart is one error, in English and in Japanese", async () => {
    const languages = { en: / [a-z]/, ja: /[ぁ-ん]/ };
    for (const [language, sentence] of Object.entries(languages)) {
      const { client } = shopper({ language: () => language });
      const expectRefusal = async (call: Promise<unknown>, status: number, code: string) => {
        const error = await refusalOf(call);
        expect(error).toBeInstanceOf(ClientError);
        expect(error).toMatchObject({ name: "ClientError", status, code, message: error.detail });
        expect(error.detail).toMatch(sentence);
        expect(error.requestId).toMatch(/^[\w-]{8,}$/);
        return error;
      };
      await expectRefusal(client.cart.setQuantity(1, 2), 401, "guest_session_required");
      await expectRefusal(client.cart.remove(1), 401, "guest_session_required");
      await expectRefusal(client.cart.clear(), 401, "guest_session_required");
      await expectRefusal(client.session.ticket(), 401, "guest_session_required");
      await expectRefusal(client.stores.get(3), 404, "store_not_found");
      await expectRefusal(client.stores.menus(99), 404, "store_not_found");
      await expectRefusal(client.session.selectStore(3), 404, "store_not_found");
      await expectRefusal(client.cart.add({ menu_id: 10 }), 409, "store_not_selected");
      await client.session.selectStore(1);
      await expectRefusal(client.cart.add({ menu_id: 9_999 }), 404, "menu_not_found");
      await expectRefusal(client.cart.add({ menu_id: 20 }), 409, "menu_not_at_store");
      await expectRefusal(client.cart.add({ menu_id: 13 }), 409, "menu_unavailable");
      await expectRefusal(client.cart.setQuantity(2_147_483_647, 2), 404, "item_not_found");
      await expectRefusal(client.cart.remove(2_147_483_647), 404, "item_not_found");
      const faulty = await expectRefusal(
        client.cart.add({ menu_id: 10, quantity: 100 }),
        422,
        "invalid_request",
      );
      expect(faulty.errors).toMatchObject([{ field: "quantity" }]);
      const { items } = await client.cart.add({ menu_id: 10, quantity: 99 });
      await expectRefusal(client.cart.setQuantity(items[0]?.id as number, 0), 422, "invalid_request");
      await expectRefusal(client.cart.add({ menu_id: 10 }), 409, "quantity_limit_exceeded");
      const key = { idempotencyKey: randomUUID() };
      await client.cart.add({ menu_id: 11 }, key);
      expect(linesOf(await client.cart.add({ menu_id: 11 }, key))).toContainEqual([11, 1]);
      await expectRefusal(client.cart.add({ menu_id: 12 }, key), 422, "idempotency_key_reused");
      const blank = { idempotencyKey: "two words" };
      await expectRefusal(client.cart.add({ menu_id: 12 }, blank), 400, "idempotency_key_invalid");
      const large = { menu_id: 10, note: "x".repeat(17_000) };
      await expectRefusal(client.cart.add(large), 413, "body_too_large");
      await expectRefusal(client.userCart.get(), 401, "user_required");
      await expectRefusal(client.handOver(), 401, "user_required");
      await expectRefusal(client.receipts(), 401, "user_required");
    }
  });

  it("tells a full cart", async () => {
    const { client } = shopper();
    await client.session.selectStore(4);
    for (let menu = 1000; menu < 1100; menu += 20)
      await Promise.all(Array.from({ length: 20 }, (_, n) => client.cart.add({ menu_id: menu + n })));
    expect(await refusalOf(client.cart.add({ menu_id: 1100 }))).toMatchObject({
      code: "cart_full",
      status: 409,
    });
  });

  it("a user's cart has the same calls and refusals", async () => {
    const { client, log } = shopper({ language: "ja" });
    expect(await client.accounts.get()).toBeNull();
    const email = `${randomUUID()}@example.com`;
    const account = await client.accounts.signUp({ name: "山田", email, password: PASSWORD });
    expect(account).toEqual({ id: expect.any(String), name: "山田", email });
    expect(await client.accounts.get()).toEqual(account);

    const before = log.length;
    const first = await client.userCart.add({ menu_id: 10, quantity: 2 }, { storeId: 1 });
    expect(first).toMatchObject({ session_id: null, expires_at: null, selected_store_id: 1, total_items: 2 });
    expect(log.slice(before)).toEqual([
      "POST /api/user/cart/add 409",
      "POST /api/user/cart/store 200",
      "POST /api/user/cart/add 201",
    ]);
    const line = first.items[0]?.id as number;
    expect(linesOf(await client.userCart.setQuantity(line, 5))).toEqual([[10, 5]]);
    expect(await client.userCart.add({ menu_id: 20 }, { storeId: 2 })).toMatchObject({
      selected_store_id: 2,
    });
    expect((await client.userCart.selectStore(1)).items).toHaveLength(1);
    expect((await refusalOf(client.userCart.add({ menu_id: 20 }))).code).toBe("menu_not_at_store");
    expect((await refusalOf(client.userCart.add({ menu_id: 13 }))).code).toBe("menu_unavailable");
    expect((await refusalOf(client.userCart.add({ menu_id: 10, quantity: 95 }))).detail).toContain(
      "99 個まで",
    );
    expect((await refusalOf(client.userCart.selectStore(3))).code).toBe("store_not_found");
    expect((await refusalOf(client.userCart.remove(line + 9_999))).code).toBe("item_not_found");
    expect(linesOf(await client.userCart.remove(line))).toEqual([]);
    expect((await client.userCart.clear()).other_stores).toHaveLength(1);
    expect(log.filter((entry) => entry.startsWith("POST /api/guest"))).toEqual([]);

    await client.accounts.signOut();
    expect(await client.accounts.get()).toBeNull();
    const refused = await refusalOf(client.userCart.add({ menu_id: 10 }, { storeId: 1 }));
    expect(refused).toMatchObject({ code: "user_required", status: 401 });
    expect(refused.detail).toContain("ログイン");
  });

  it("a sign-up and a sign-in take the guest's cart along, and the receipts say what came", async () => {
    const { client } = shopper();
    const email = `${randomUUID()}@example.com`;
    await client.cart.add({ menu_id: 10, quantity: 2 }, { storeId: 1 });
    await client.accounts.signUp({ name: "A", email, password: PASSWORD });
    expect(linesOf(await client.userCart.get())).toEqual([[10, 2]]);
    expect(await client.cart.get()).toBeNull();
    await client.accounts.signOut();
    // The next guest session goes on at the store where the last one was.
    expect(await client.cart.add({ menu_id: 10, quantity: 98 })).toMatchObject({ selected_store_id: 1 });
    await client.accounts.signIn({ email, password: PASSWORD });
    const { receipts } = await client.receipts();
    expect(receipts.map(({ items }) => items)).toMatchObject([
      [{ menu_id: 10, guest_quantity: 98, user_quantity_after: 99, outcome: "capped" }],
      [{ menu_id: 10, guest_quantity: 2, outcome: "migrated" }],
    ]);
    const wrong = await refusalOf(client.accounts.signIn({ email, password: "something else" }));
    expect(wrong).toMatchObject({ code: "INVALID_EMAIL_OR_PASSWORD", status: 401 });
    expect(wrong.detail).toMatch(/password/);
    const taken = await refusalOf(client.accounts.signUp({ name: "B", email, password: PASSWORD }));
    expect(taken).toMatchObject({ code: expect.stringMatching(/^USER_ALREADY_EXISTS/), status: 422 });
  });

  it("a guest who is logged in already hands over by a call, and may go on as a guest", async () => {
    const { client, tokens } = shopper();
    const email = `${randomUUID()}@example.com`;
    await client.accounts.signUp({ name: "A", email, password: PASSWORD });
    await client.cart.add({ menu_id: 11, quantity: 3 }, { storeId: 1 });
    const receipt = await client.handOver();
    expect(receipt).toMatchObject({ migrated_items: 1, total_quantity: 3, replayed: false });
    if (tokens) expect(await tokens.get()).toBeNull();
    expect((await refusalOf(client.handOver())).code).toBe("guest_session_required");
    expect(await client.cart.add({ menu_id: 12 })).toMatchObject({ selected_store_id: 1, total_items: 1 });
  });

  it("a ticket takes the cart to another device, once, and leaves that one's own session alone", async () => {
    const kiosk = shopper();
    await kiosk.client.cart.add({ menu_id: 10 }, { storeId: 1 });
    const { ticket } = await kiosk.client.session.ticket();
    const phone = shopper();
    await phone.client.accounts.signUp({
      name: "A",
      email: `${randomUUID()}@example.com`,
      password: PASSWORD,
    });
    await phone.client.cart.add({ menu_id: 20 }, { storeId: 2 });
    expect(await phone.client.handOver({ ticket })).toMatchObject({
      total_quantity: 1,
      items: [{ menu_id: 10 }],
    });
    expect(linesOf((await phone.client.cart.get()) as never)).toEqual([[20, 1]]);
    expect(await kiosk.client.cart.get()).toBeNull();
    expect((await refusalOf(phone.client.handOver({ ticket }))).code).toBe("guest_session_required");
  });
});

describe("what belongs to one mode", () => {
  it("a page of another site may not change anything", async () => {
    const sends = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    const { client } = newShopper(held.server.url, "cookie", { sends });
    expect(await refusalOf(client.session.start())).toMatchObject({ code: "cross_origin", status: 403 });
  });

  it("a page cannot have the token, and an app with a cookie and another token is asked to make up its mind", async () => {
    const sends = { Origin: held.server.url, "Sec-Fetch-Site": "same-origin" };
    const page = newShopper(held.server.url, "header", { sends });
    expect(await refusalOf(page.client.session.start())).toMatchObject({
      code: "header_transport_refused",
      status: 400,
    });
    const app = newShopper(held.server.url, "header");
    await app.client.session.start();
    await app.jar.setCookie("guest_session_id=another", held.server.url);
    expect(await refusalOf(app.client.cart.get())).toMatchObject({
      code: "credential_conflict",
      status: 400,
    });
  });

  it("a server reads a visitor's cart with the visitor's own cookie", async () => {
    const { client, jar } = newShopper(held.server.url, "cookie");
    await client.cart.add({ menu_id: 10, quantity: 4 }, { storeId: 1 });
    const Cookie = await jar.getCookieString(held.server.url);
    for (const headers of [{ Cookie }, () => ({ Cookie }), async () => ({ Cookie })]) {
      const server = newShopper(held.server.url, "cookie", { headers });
      expect(await server.client.cart.get()).toMatchObject({ total_items: 4 });
    }
  });
});

describe("with limits", () => {
  const limited = useServer({ RATE_LIMIT: "on", RATE_LIMIT_WRITES: "2/1m", RATE_LIMIT_SESSIONS: "1/10m" });

  it("too many changes, and too many sessions, say when to come back", async () => {
    const { client, log } = newShopper(limited.server.url, "header");
    await client.cart.add({ menu_id: 10 }, { storeId: 1 });
    const error = await refusalOf(client.cart.add({ menu_id: 10 }));
    expect(error).toMatchObject({ code: "rate_limited", status: 429, retryAfter: expect.any(Number) });
    expect(error.retryAfter).toBeGreaterThan(10);
    expect(log.filter((line) => line.endsWith("429"))).toHaveLength(1);
    const another = newShopper(limited.server.url, "header");
    expect((await refusalOf(another.client.cart.add({ menu_id: 10 }))).code).toBe("rate_limited");
  });
});
