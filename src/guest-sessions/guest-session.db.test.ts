import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { type Api, codeOf, createApi, useApi } from "../../test/helpers/api.ts";
import type { CreatedSession, Session } from "./contract.ts";

const held = useApi();

const everyCall = [
  ["GET", "/api/guest/session"],
  ["GET", `/api/guest/session/${"0".repeat(64)}`],
  ["POST", "/api/guest/session/store", { store_id: 1 }],
  ["DELETE", "/api/guest/session"],
  ["POST", "/api/guest/cart/add", { menu_id: 10 }],
  ["GET", "/api/guest/cart"],
  ["DELETE", "/api/guest/cart"],
  ["PUT", "/api/guest/cart/item/1", { quantity: 1 }],
  ["DELETE", "/api/guest/cart/item/1"],
] as const;

describe("a session", () => {
  it("starts with a cookie that scripts cannot read, and lives 24 hours", async () => {
    const visitor = held.api.visitor();
    const { status, body, headers, text } = await visitor.start();
    expect(status).toBe(201);
    expect(body.selected_store_id).toBeNull();
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(24 * 3_600_000);
    expect(headers.get("set-cookie")).toMatch(
      /^guest_session_id=[A-Za-z0-9_-]{64}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(body.session_id).toBe(createHash("sha256").update(visitor.token).digest("hex"));
    expect(text).not.toContain(visitor.token);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("is the same where a live one is presented, and a new one where a dead one is", async () => {
    const visitor = held.api.visitor();
    const first = (await visitor.start()).body;
    const again = await visitor.start();
    expect([again.status, again.body.session_id, again.headers.get("set-cookie")]).toEqual([
      200,
      first.session_id,
      null,
    ]);
    const planted = "A".repeat(64);
    const fresh = await held.api.call<Session>("POST", "/api/guest/session", {
      headers: { Cookie: `guest_session_id=${planted}` },
    });
    expect(fresh.status).toBe(201);
    expect(fresh.headers.get("set-cookie")).not.toContain(planted);
  });

  it("is read back, by its own id too, and by no other", async () => {
    const visitor = held.api.visitor();
    const { body } = await visitor.start();
    expect((await visitor.session()).body).toEqual(body);
    expect((await visitor.call("GET", `/api/guest/session/${body.session_id}`)).body).toEqual(body);
    const other = (await held.api.visitor().start()).body.session_id;
    for (const id of [other, "0".repeat(64), "x", body.session_id.toUpperCase()]) {
      const refused = await visitor.call("GET", `/api/guest/session/${id}`);
      expect([refused.status, codeOf(refused)]).toEqual([404, "session_not_found"]);
    }
  });

  it("chooses a store that takes orders, and no other", async () => {
    const visitor = held.api.visitor();
    await visitor.start();
    expect((await visitor.choose(1)).body.selected_store_id).toBe(1);
    expect((await visitor.choose(1)).status).toBe(200);
    for (const store of [3, 999, 2_147_483_647]) {
      const refused = await visitor.choose(store);
      expect([refused.status, codeOf(refused)]).toEqual([404, "store_not_found"]);
    }
    expect((await visitor.session()).body.selected_store_id).toBe(1);
  });

  it("ends with its lines, and its cookie is cleared", async () => {
    const visitor = held.api.visitor();
    const { session_id } = (await visitor.start()).body;
    await visitor.choose(1);
    await visitor.add(10);
    const { cookie } = visitor;
    const ended = await visitor.end();
    expect([ended.status, ended.text]).toEqual([204, ""]);
    expect(ended.headers.get("set-cookie")).toMatch(
      /^guest_session_id=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(
      await held.database.query("select from guest_cart_items where session_id = $1", [session_id]),
    ).toEqual([]);
    expect(
      (await held.api.call("GET", "/api/guest/cart", { headers: { Cookie: cookie as string } })).status,
    ).toBe(401);
  });
});

describe("apps without cookies", () => {
  it("get the token once in the body and send it as a header", async () => {
    const { status, body, headers } = await held.api.call<CreatedSession>("POST", "/api/guest/session", {
      body: { transport: "header" },
    });
    expect([status, headers.get("set-cookie")]).toEqual([201, null]);
    const own = { "X-Guest-Session": body.session_token as string };
    expect(
      (await held.api.call<Session>("GET", "/api/guest/session", { headers: own })).body.session_id,
    ).toBe(body.session_id);
    const again = await held.api.call<CreatedSession>("POST", "/api/guest/session", {
      body: { transport: "header" },
      headers: own,
    });
    expect([again.status, again.body.session_token]).toEqual([200, undefined]);
  });

  it.each([{ Origin: "http://torioki.test" }, { "Sec-Fetch-Site": "same-origin" }])(
    "are not browser pages: %o is refused",
    async (headers) => {
      const refused = await held.api.call("POST", "/api/guest/session", {
        body: { transport: "header" },
        headers,
      });
      expect([refused.status, codeOf(refused)]).toEqual([400, "header_transport_refused"]);
      expect(refused.headers.get("set-cookie")).toBeNull();
    },
  );
});

describe("a credential that is no good", () => {
  const dead = {
    unknown: "a".repeat(64),
    malformed: "short",
    empty: "",
    long: "a".repeat(4096),
    sql: "' or 1=1 --",
  };

  it.each(Object.entries(dead))("%s is refused by every call, all alike", async (_, token) => {
    const answers = new Set<string>();
    for (const [method, path, body] of everyCall) {
      for (const headers of [{ Cookie: `guest_session_id=${token}` }, { "X-Guest-Session": token }] as Record<
        string,
        string
      >[]) {
        const answer = await held.api.call(method, path, {
          body,
          headers: { ...headers, "X-Request-Id": "same" },
        });
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toBe('GuestSession realm="torioki"');
        answers.add(answer.text);
      }
    }
    const none = await held.api.call("GET", "/api/guest/cart", { headers: { "X-Request-Id": "same" } });
    expect([...answers]).toEqual([none.text]);
  });

  it.each([
    ["expired", "update guest_sessions set expires_at = now() - interval '1 second' where session_id = $1"],
    ["handed over", "update guest_sessions set converted_to_user_id = 1 where session_id = $1"],
    ["deleted", "delete from guest_sessions where session_id = $1"],
  ])("%s is dead at once for every call", async (_, statement) => {
    await held.database.query("insert into users (id) values (1) on conflict do nothing");
    const visitor = held.api.visitor();
    const { session_id } = (await visitor.start()).body;
    await visitor.choose(1);
    await held.database.query(statement, [session_id]);
    for (const [method, path, body] of everyCall) {
      const refused = await visitor.call(method, path, { body });
      expect([refused.status, codeOf(refused)]).toEqual([401, "guest_session_required"]);
    }
  });

  it("in the query string alone opens nothing", async () => {
    const visitor = held.api.visitor();
    await visitor.start();
    expect((await held.api.call("GET", `/api/guest/cart?guest_session_id=${visitor.token}`)).status).toBe(
      401,
    );
  });

  it("that differs between cookie and header, or between two cookies, is refused and changes nothing", async () => {
    const [one, two] = [held.api.visitor(), held.api.visitor()];
    await one.start();
    await two.start();
    const conflicts: Record<string, string>[] = [
      { Cookie: one.cookie as string, "X-Guest-Session": two.token },
      { Cookie: `${one.cookie}; ${two.cookie}` },
      { Cookie: one.cookie as string, "X-Guest-Session": "" },
    ];
    for (const headers of conflicts) {
      for (const [method, path, body] of [...everyCall, ["POST", "/api/guest/session"] as const]) {
        const refused = await held.api.call(method, path, { body, headers });
        expect([refused.status, codeOf(refused)]).toEqual([400, "credential_conflict"]);
      }
    }
    const same = { Cookie: one.cookie as string, "X-Guest-Session": one.token };
    expect((await held.api.call("GET", "/api/guest/session", { headers: same })).status).toBe(200);
  });
});

describe("over HTTPS", () => {
  const options = { publicUrl: "https://order.example", formerCookieName: "guest_sid" };

  it("the cookie is secure and no sibling domain can set it", async () => {
    const secure = await createApi({ database: held.database.source, ...options });
    const visitor = secure.visitor();
    const { headers } = await visitor.start();
    expect(headers.get("set-cookie")).toMatch(
      /^__Host-guest_session_id=[\w-]{64}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(headers.get("strict-transport-security")).toContain("max-age");
    const plain = { Cookie: `guest_session_id=${visitor.token}` };
    expect((await secure.call("GET", "/api/guest/session", { headers: plain })).status).toBe(401);
    const former = { Cookie: `guest_sid=${visitor.token}` };
    expect((await secure.call("GET", "/api/guest/session", { headers: former })).status).toBe(200);
    await secure.torioki.close();
  });
});

describe("last_accessed_at", () => {
  const lastAccess = async (id: string) =>
    (
      await held.database.query<{ age: number }>(
        "select extract(epoch from now() - last_accessed_at)::int as age from guest_sessions where session_id = $1",
        [id],
      )
    )[0]?.age;
  const backdate = (id: string, seconds: number) =>
    held.database.query(
      "update guest_sessions set last_accessed_at = now() - make_interval(secs => $2::int) where session_id = $1",
      [id, seconds],
    );
  let own: Api;
  afterEach(() => own.torioki.close());

  it("is written after a look-up once it is over a minute old, and not before", async () => {
    own = await createApi({ database: held.database.source });
    const [old, recent] = [own.visitor(), own.visitor()];
    const oldId = (await old.start()).body.session_id;
    const recentId = (await recent.start()).body.session_id;
    await backdate(oldId, 61);
    await backdate(recentId, 50);
    await old.session();
    await recent.cart();
    expect(await lastAccess(oldId)).toBeGreaterThanOrEqual(61);
    await own.torioki.close();
    expect(await lastAccess(oldId)).toBeLessThan(10);
    expect(await lastAccess(recentId)).toBeGreaterThanOrEqual(50);
  });

  it("is written without being asked, soon after", async () => {
    own = await createApi({ database: held.database.source });
    const visitor = own.visitor();
    const id = (await visitor.start()).body.session_id;
    await backdate(id, 100);
    await visitor.cart();
    await expect.poll(() => lastAccess(id), { timeout: 5_000 }).toBeLessThan(10);
  });

  it("never revives a session that expired since the look-up", async () => {
    own = await createApi({ database: held.database.source });
    const visitor = own.visitor();
    const id = (await visitor.start()).body.session_id;
    await backdate(id, 100);
    await visitor.session();
    await held.database.query(
      "update guest_sessions set expires_at = now() - interval '1 second' where session_id = $1",
      [id],
    );
    await own.torioki.close();
    expect(await lastAccess(id)).toBeGreaterThanOrEqual(100);
  });
});
