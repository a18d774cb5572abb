import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../src/contract.ts";
import { clientOf } from "../src/http/client.ts";
import type { RateLimits } from "../src/options.ts";
import { type Answer, type Api, createApi, newUser, USER_HEADER } from "./helpers/api.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";

let database: TestDatabase;
const opened: Api[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const api of opened) await api.torioki.close();
  await database.close();
});

/** A server with these limits, whose clients say their address in a header: as a host knows it in some way of its own. */
async function server(rateLimit: false | Partial<RateLimits>): Promise<Api> {
  const api = await createApi({
    database: database.source,
    rateLimit,
    clientAddress: (request) => request.headers.get("X-Test-Address"),
  });
  opened.push(api);
  return api;
}
const from = (address: string) => ({ headers: { "X-Test-Address": address } });
const start = (api: Api, address: string) => api.call("POST", "/api/guest/session", from(address));

function expectLimited(answer: Answer<Problem>, name: string, most: number, seconds: number): void {
  expect([answer.status, answer.body.code]).toEqual([429, "rate_limited"]);
  const wait = Number(answer.headers.get("Retry-After"));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(seconds);
  expect(answer.headers.get("RateLimit-Policy")).toBe(`"${name}";q=${most};w=${seconds}`);
  expect(answer.headers.get("RateLimit")).toBe(`"${name}";r=0;t=${wait}`);
  expect(answer.body.detail).toMatch(/Wait \d+ (seconds|minutes) and try again/);
}

describe("sessions made by one client", () => {
  it("are limited, for that client alone, until the time is over", async () => {
    const api = await server({ sessions: { most: 3, seconds: 2 } });
    for (let n = 0; n < 3; n += 1) expect((await start(api, "203.0.113.7")).status).toBe(201);
    expectLimited(await start(api, "203.0.113.7"), "sessions", 3, 2);
    expect((await start(api, "203.0.113.8")).status).toBe(201);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect((await start(api, "203.0.113.7")).status).toBe(201);
  });

  it("are exactly so many when all come at once", async () => {
    const api = await server({ sessions: { most: 5, seconds: 60 } });
    const answers = await Promise.all(Array.from({ length: 40 }, () => start(api, "203.0.113.9")));
    expect(answers.filter(({ status }) => status === 201).length).toBe(5);
  });

  it("are counted by the network of 64 bits in IPv6, and an IPv4 address in IPv6's clothes is itself", async () => {
    const api = await server({ sessions: { most: 1, seconds: 60 } });
    expect((await start(api, "2001:db8:1:2:aaaa::1")).status).toBe(201);
    expect((await start(api, "2001:db8:1:2:bbbb:cccc:dddd:2")).status).toBe(429);
    expect((await start(api, "2001:db8:1:3::1")).status).toBe(201);
    expect((await start(api, "::ffff:198.51.100.1")).status).toBe(201);
    expect((await start(api, "198.51.100.1")).status).toBe(429);
  });

  it("do not count the session that is there", async () => {
    const api = await server({ sessions: { most: 1, seconds: 60 } });
    const visitor = api.visitor();
    const options = from("203.0.113.10");
    expect((await visitor.call("POST", "/api/guest/session", options)).status).toBe(201);
    for (let n = 0; n < 5; n += 1)
      expect((await visitor.call("POST", "/api/guest/session", options)).status).toBe(200);
  });
});

describe("look-ups that fail", () => {
  const withToken = (token: string, address: string) => ({
    headers: { "X-Guest-Session": token, ...from(address).headers },
  });
  const unknown = (n: number) => String(n).repeat(64).slice(0, 64);

  it("are limited by client, and the live sessions behind the same address go on", async () => {
    const api = await server({ failures: { most: 4, seconds: 60 } });
    const visitor = api.visitor();
    await visitor.start();
    const guess = (n: number, address: string) =>
      api.call("GET", "/api/guest/cart", withToken(unknown(n), address));
    for (let n = 0; n < 4; n += 1) expect((await guess(n, "203.0.113.20")).status).toBe(401);
    expectLimited(await guess(5, "203.0.113.20"), "failures", 4, 60);
    expect((await guess(6, "203.0.113.21")).status).toBe(401);
    for (const path of ["/api/guest/session", "/api/guest/cart"])
      expect((await visitor.call("GET", path, from("203.0.113.20"))).status).toBe(200);
    // Without a credential there is nothing to guess.
    expect((await api.call("GET", "/api/guest/cart", from("203.0.113.20"))).status).toBe(401);
  });

  it("count also where they would begin a session, or are tickets", async () => {
    const api = await server({ failures: { most: 3, seconds: 60 }, sessions: { most: 2, seconds: 60 } });
    const begin = (n: number) =>
      api.call("POST", "/api/guest/session", withToken(unknown(n), "203.0.113.22"));
    const answers = [];
    for (let n = 0; n < 5; n += 1) answers.push(await begin(n));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429, 429, 429]);
    expectLimited(answers[4] as Answer<Problem>, "failures", 3, 60);
    const userId = await newUser(database);
    const convert = (n: number) =>
      api.call("POST", "/api/guest/session/convert", {
        body: { ticket: unknown(n).slice(0, 43) },
        headers: { [USER_HEADER]: String(userId), ...from("203.0.113.23").headers },
      });
    for (let n = 0; n < 3; n += 1) expect((await convert(n)).status).toBe(401);
    expectLimited(await convert(4), "failures", 3, 60);
  });
});

describe("changes of sessions that no answer has shown to be live", () => {
  const change = (api: Api, token: string, address: string) =>
    api.call("DELETE", "/api/guest/cart", {
      headers: { "X-Guest-Session": token, ...from(address).headers },
    });
  const madeUp = (n: number) => `made-up-${n}-`.padEnd(64, "x");
  /** Another replica's: this server has not seen the session yet. */
  let elsewhere: Api;
  beforeAll(async () => {
    elsewhere = await server(false);
  });
  const startElsewhere = () => elsewhere.torioki.guestSessions.create();

  it("are counted by client, and beyond that refused before anything is looked up", async () => {
    const own = await createTestDatabase();
    const api = await createApi({
      database: own.source,
      rateLimit: { failures: { most: 4, seconds: 60 } },
      clientAddress: (request) => request.headers.get("X-Test-Address"),
    });
    for (let n = 0; n < 4; n += 1) expect((await change(api, madeUp(n), "203.0.113.40")).status).toBe(401);
    await own.close();
    for (let n = 4; n < 9; n += 1)
      expectLimited(await change(api, madeUp(n), "203.0.113.40"), "failures", 4, 60);
    expect((await change(api, madeUp(9), "203.0.113.41")).status).toBeGreaterThanOrEqual(500);
    await api.torioki.close().catch(() => {});
  });

  it("count by their session from the first answer on, and not by client any more", async () => {
    const api = await server({ failures: { most: 2, seconds: 60 }, writes: { most: 3, seconds: 60 } });
    for (let n = 0; n < 10; n += 1) {
      const { sessionToken } = await startElsewhere();
      for (let m = 0; m < 3; m += 1)
        expect((await change(api, sessionToken, "203.0.113.42")).status).toBe(200);
      expectLimited(await change(api, sessionToken, "203.0.113.42"), "writes", 3, 60);
    }
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await change(api, madeUp(n), "203.0.113.42")).status);
    expect(statuses).toEqual([401, 401, 429]);
  });

  it("are live also where the answer is a refusal that needs the session, or a read has come first", async () => {
    const api = await server({ failures: { most: 1, seconds: 60 } });
    const [refused, read] = [await startElsewhere(), await startElsewhere()];
    const add = (token: string) =>
      api.call("POST", "/api/guest/cart/add", {
        body: { menu_id: 1000, quantity: 1 },
        headers: { "X-Guest-Session": token, ...from("203.0.113.43").headers },
      });
    expect((await add(refused.sessionToken)).body.code).toBe("store_not_selected");
    const withToken = { headers: { "X-Guest-Session": read.sessionToken } };
    expect((await api.call("GET", "/api/guest/cart", withToken)).status).toBe(200);
    const unseen = await startElsewhere();
    expect((await change(api, madeUp(1), "203.0.113.43")).status).toBe(401);
    for (const { sessionToken } of [refused, read])
      expect((await change(api, sessionToken, "203.0.113.43")).status).toBe(200);
    // Its client is refused, and nobody has looked whether it is live.
    expect((await change(api, unseen.sessionToken, "203.0.113.43")).status).toBe(429);
    expect((await change(api, unseen.sessionToken, "203.0.113.44")).status).toBe(200);
  });

  it("of addresses that are none, and of input that is refused, show nothing", async () => {
    const api = await server({ failures: { most: 3, seconds: 60 }, writes: { most: 1, seconds: 60 } });
    const call = (n: number, method: string, path: string, body?: unknown) =>
      api.call(method, path, {
        ...(body === undefined ? {} : { body }),
        headers: { "X-Guest-Session": madeUp(n), ...from("203.0.113.45").headers },
      });
    const statuses = [];
    for (const [method, path, body] of [
      ["POST", "/api/guest/nothing", {}],
      ["POST", "/api/guest/cart/add", { menu_id: "no" }],
      ["PUT", "/api/guest/cart", {}],
      ["DELETE", "/api/guest/cart", undefined],
    ] as const)
      statuses.push((await call(1, method, path, body)).status);
    expect(statuses).toEqual([404, 422, 405, 429]);
  });

  it("of a thousand shoppers at one address are not refused", async () => {
    const api = await server({ failures: { most: 50, seconds: 600 } });
    for (let round = 0; round < 25; round += 1) {
      const changed = Array.from({ length: 40 }, async () => {
        const { sessionToken } = await startElsewhere();
        return (await change(api, sessionToken, "203.0.113.46")).status;
      });
      expect(new Set(await Promise.all(changed))).toEqual(new Set([200]));
    }
  });

  it("are not held against their client while the database is away", async () => {
    const api = await createApi({
      database: "postgres://nobody@127.0.0.1:1/away",
      rateLimit: { failures: { most: 2, seconds: 60 } },
      clientAddress: () => "203.0.113.47",
    });
    for (let n = 0; n < 5; n += 1) expect((await change(api, madeUp(n), "")).status).toBe(503);
    await api.torioki.close();
  });
});

describe("catalog reads", () => {
  it("are limited by client, before the database is asked", async () => {
    const api = await createApi({
      database: "postgres://nobody@127.0.0.1:1/away",
      rateLimit: { reads: { most: 4, seconds: 60 } },
      clientAddress: (request) => request.headers.get("X-Test-Address"),
    });
    const read = (path: string, address: string) => api.call("GET", path, from(address));
    const paths = ["/api/stores", "/api/stores?q=bento", "/api/stores/4", "/api/stores/4/menus"];
    for (const path of paths) expect((await read(path, "203.0.113.50")).status).toBe(503);
    for (const path of paths) expectLimited(await read(path, "203.0.113.50"), "reads", 4, 60);
    expect((await read("/api/stores", "203.0.113.51")).status).toBe(503);
    await api.torioki.close();
  });
});

describe("changes", () => {
  it("are limited by session, also all at once; reading goes on, and so do other sessions", async () => {
    const api = await server({ writes: { most: 5, seconds: 60 } });
    const visitor = api.visitor();
    await visitor.start();
    await visitor.choose(4);
    const answers = await Promise.all(Array.from({ length: 30 }, () => visitor.add(1000)));
    expect(answers.filter(({ status }) => status === 201).length).toBe(4);
    expectLimited((await visitor.add(1000)) as unknown as Answer<Problem>, "writes", 5, 60);
    expect((await visitor.cart()).body.total_items).toBe(4);
    const other = api.visitor();
    await other.start();
    expect((await other.choose(4)).status).toBe(200);
  });

  it("are limited by user, whatever else the requests have in common", async () => {
    const api = await server({ writes: { most: 3, seconds: 60 } });
    const [one, two] = [await newUser(database), await newUser(database)];
    for (let n = 0; n < 3; n += 1) expect((await api.user(one).choose(4)).status).toBe(200);
    expect((await api.user(one).choose(4)).status).toBe(429);
    expect((await api.user(one).cart()).status).toBe(200);
    expect((await api.user(two).choose(4)).status).toBe(200);
    expect((await api.call("POST", "/api/user/cart/store", { body: { store_id: 4 } })).status).toBe(401);
  });
});

it("there are none with rateLimit: false, and none by client where nobody knows the client", async () => {
  const off = await server(false);
  const unknown = await createApi({
    database: database.source,
    rateLimit: { sessions: { most: 1, seconds: 60 } },
  });
  opened.push(unknown);
  for (let n = 0; n < 5; n += 1) {
    expect((await start(off, "203.0.113.30")).status).toBe(201);
    expect((await start(unknown, "203.0.113.30")).status).toBe(201);
  }
});

it("a user's call that is refused says so in Japanese, too", async () => {
  const api = await server({ writes: { most: 1, seconds: 60 } });
  const headers = { [USER_HEADER]: String(await newUser(database)), "Accept-Language": "ja" };
  const choose = () => api.call("POST", "/api/user/cart/store", { body: { store_id: 4 }, headers });
  await choose();
  expect((await choose()).body.detail).toMatch(/^リクエストが多すぎます。\d+ 秒/);
});

describe("the client's address", () => {
  const client = (trustedProxies: string[], remoteAddress: string | undefined, forwarded?: string) => {
    const headers = forwarded === undefined ? {} : { "X-Forwarded-For": forwarded };
    return clientOf({ trustedProxies })(new Request("http://x/", { headers }), {
      incoming: { socket: { remoteAddress } },
    });
  };

  it.each<[string, string[], string, string | undefined, string]>([
    ["is the connection's", [], "203.0.113.1", undefined, "203.0.113.1"],
    ["is the connection's, whatever it claims", [], "203.0.113.1", "198.51.100.1", "203.0.113.1"],
    ["is what a trusted proxy says", ["10.0.0.0/8"], "10.1.2.3", "198.51.100.1", "198.51.100.1"],
    [
      "is what the last proxy that is not ours said",
      ["10.0.0.0/8"],
      "10.1.2.3",
      "1.1.1.1, 198.51.100.1, 10.9.9.9",
      "198.51.100.1",
    ],
    ["is not what a stranger's proxy says", ["10.0.0.0/8"], "203.0.113.1", "198.51.100.1", "203.0.113.1"],
    ["is the proxy's where it says nothing", ["loopback"], "127.0.0.1", undefined, "127.0.0.1"],
    ["is the proxy's where it says nonsense", ["loopback"], "127.0.0.1", "<script>", "127.0.0.1"],
    ["may come with a port", ["loopback"], "127.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["may be IPv6 with a port", ["loopback"], "::1", "[2001:db8::5]:4711", "2001:db8::/64"],
    ["may be IPv6", ["loopback"], "::1", "2001:db8::5", "2001:db8::/64"],
    [
      "of a proxy may be IPv4 in IPv6's clothes",
      ["10.0.0.0/8"],
      "::ffff:10.0.0.1",
      "198.51.100.1",
      "198.51.100.1",
    ],
  ])("%s", (_, trusted, remote, forwarded, wanted) => {
    expect(client(trusted, remote, forwarded)).toBe(wanted);
  });

  it("is unknown where the server says nothing of it", () => {
    expect(client(["loopback"], undefined, "198.51.100.1")).toBe(undefined);
  });
});
