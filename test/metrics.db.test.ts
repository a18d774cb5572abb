import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, createApi, newUser } from "./helpers/api.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await createApi({ database: database.source });
});
afterAll(async () => {
  await api.torioki.close();
  await database.close();
});

/** Every sample of one metric by its labels in their order, such as `GET 200`. */
async function figures(name: string, of: Api = api): Promise<Record<string, number>> {
  const { text } = await of.call("GET", "/metrics");
  const samples = text.matchAll(new RegExp(`^${name}(?:\\{([^}]*)\\})? (\\S+)$`, "gm"));
  return Object.fromEntries(
    [...samples].map(([, labels = "", value]) => [
      [...labels.matchAll(/="([^"]*)"/g)].map((label) => label[1]).join(" "),
      Number(value),
    ]),
  );
}

it("counts requests by method, route and status, whatever is asked for, with their time", async () => {
  await api.call("GET", "/api/guest/cart/item/4711");
  await api.call("GET", "/nothing/here/at-all");
  await api.call("GET", "/nothing/else");
  await api.call("BREW", "/api/guest/cart");
  const counted = await figures("torioki_http_request_duration_seconds_count");
  expect(counted).toMatchObject({
    "GET /api/guest/cart/item/:item_id 405": 1,
    "GET none 404": 2,
    "other /api/guest/cart 405": 1,
  });
  const below = await figures("torioki_http_request_duration_seconds_bucket");
  expect(below["+Inf GET none 404"]).toBe(2);
});

it("counts sessions, lines, live carts, and what the clean-up did", async () => {
  const before = await figures("torioki_sessions_total");
  const guests = [];
  for (let n = 0; n < 4; n += 1) {
    const guest = api.visitor();
    await guest.start();
    await guest.choose(4);
    if (n < 3) await guest.add(1000, 2);
    guests.push(guest);
  }
  const [first, second, third] = guests;
  await first?.add(1000);
  await first?.add(999_999);
  await first?.end();
  if (second) second.userId = await newUser(database);
  await second?.convert();
  await third?.session();
  await database.query(
    "update guest_sessions set expires_at = now() - interval '1 hour' where converted_to_user_id is not null",
  );
  await api.torioki.cleanup();
  const after = await figures("torioki_sessions_total");
  const grown = Object.fromEntries(
    Object.entries(after).map(([event, count]) => [event, count - (before[event] ?? 0)]),
  );
  expect(grown).toEqual({ created: 4, deleted: 1, converted: 1, expired: 0 });
  expect(await figures("torioki_cart_lines_added_total")).toEqual({ guest: 4, user: 0 });
  expect(await figures("torioki_cleanup_runs_total")).toEqual({ done: 1, failed: 0 });
  expect(await figures("torioki_cleanup_rows_total")).toMatchObject({ sessions: 1, lines: 0 });
});

it("shows live sessions and carts, and how far the clean-up is behind, and asks at most every 15 s", async () => {
  const own = await createApi({ database: database.source });
  await database.query("delete from guest_sessions");
  await database.query(
    `insert into guest_sessions (session_id, expires_at)
     select 'live' || n, now() + interval '1 hour' from generate_series(1, 7) n
     union all select 'dead' || n, now() - n * interval '1 minute' from generate_series(1, 5) n`,
  );
  await database.query(
    "insert into guest_cart_items (session_id, menu_id) select session_id, 1000 from guest_sessions where session_id ~ '[1-4]$'",
  );
  expect(await figures("torioki_sessions_live", own)).toEqual({ "": 7 });
  expect(await figures("torioki_carts_live", own)).toEqual({ "": 4 });
  const lag = (await figures("torioki_cleanup_lag_seconds", own))[""] as number;
  expect(lag).toBeGreaterThanOrEqual(300);
  expect(lag).toBeLessThan(330);
  await database.query("delete from guest_sessions");
  expect(await figures("torioki_sessions_live", own)).toEqual({ "": 7 });
  await own.torioki.close();
});

it("estimates them where there are very many, at the same cost", async () => {
  await database.query(
    `insert into guest_sessions (session_id, expires_at)
     select 'many' || n, now() + case when n % 4 = 0 then interval '1 hour' else interval '-1 hour' end from generate_series(1, 30000) n`,
  );
  await database.query(
    "insert into guest_cart_items (session_id, menu_id) select session_id, 1000 from guest_sessions where session_id ~ '[02468]0$'",
  );
  const own = await createApi({ database: database.source });
  const sessions = (await figures("torioki_sessions_live", own))[""] as number;
  const carts = (await figures("torioki_carts_live", own))[""] as number;
  expect(sessions).toBeGreaterThan(6_750);
  expect(sessions).toBeLessThan(8_250);
  expect(carts).toBeGreaterThan(1_250);
  expect(carts).toBeLessThan(1_750);
  await own.torioki.close();
  await database.query("delete from guest_sessions");
});

it("are private where there is a token, and elsewhere where there is a port of their own", async () => {
  const own = await createApi({ database: database.source, metricsToken: "a token of sixteen and more" });
  expect((await own.call("GET", "/metrics")).body.code).toBe("metrics_token_required");
  const wrong = await own.call("GET", "/metrics", {
    headers: { Authorization: "Bearer a token of sixteen and mor" },
  });
  expect([wrong.status, wrong.headers.get("WWW-Authenticate")]).toEqual([
    401,
    'Bearer realm="torioki metrics"',
  ]);
  const right = { headers: { Authorization: "Bearer a token of sixteen and more" } };
  expect((await own.call("GET", "/metrics", right)).status).toBe(200);
  await own.torioki.close();
  const apart = await createApi({ database: database.source, metrics: false });
  expect((await apart.call("GET", "/metrics")).status).toBe(404);
  const get = async (path: string) =>
    (await apart.torioki.operatorFetch(new Request(`http://x${path}`))).status;
  expect([
    await get("/metrics"),
    await get("/healthz"),
    await get("/readyz"),
    await get("/api/stores"),
  ]).toEqual([200, 200, 200, 404]);
  await apart.torioki.close();
});

it("a clean-up that fails is counted as such", async () => {
  await database.query("alter table torioki_tickets rename to gone");
  await expect(api.torioki.cleanup()).rejects.toThrow();
  await database.query("alter table gone rename to torioki_tickets");
  expect(await figures("torioki_cleanup_runs_total")).toEqual({ done: 1, failed: 1 });
});
