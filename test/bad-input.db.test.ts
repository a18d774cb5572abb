/** Bad input gets what the contract says, changes nothing and costs nobody else anything. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, type CallOptions, codeOf, createApi, type Visitor } from "./helpers/api.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";

let database: TestDatabase;
let api: Api;
let visitor: Visitor;
const log: string[] = [];
const record = (fields: object, message: string) => void log.push(JSON.stringify(fields) + message);

beforeAll(async () => {
  database = await createTestDatabase();
  api = await createApi({
    database: database.source,
    allowedOrigins: ["https://shop.example"],
    logger: { info: record, warn: record, error: record },
  });
  visitor = api.visitor();
  await visitor.start();
  await visitor.choose(1);
  await visitor.add(10, 2);
});
afterAll(async () => {
  await api.torioki.close();
  await database.close();
});
beforeEach(() => {
  log.length = 0;
});

const ADD = "/api/guest/cart/add";
const json = { "Content-Type": "application/json" };

/** Sends it as the visitor; expects the refusal, an unchanged cart, and no token in any log line. */
async function expectRefusal(
  method: string,
  path: string,
  options: CallOptions,
  status: number,
  code: string,
) {
  const before = (await visitor.cart()).text;
  const answer = await visitor.call(method, path, options);
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.text).not.toContain(visitor.token);
  expect((await visitor.cart()).text).toBe(before);
  expect(log.join("\n")).not.toContain(visitor.token);
  return answer;
}

it("the log names the route that answered", async () => {
  await visitor.call("POST", "/api/guest/session/convert");
  await visitor.call("GET", "/api/guest/session/convert");
  expect(log.map((line) => /"route":"([^"]+)"/.exec(line)?.[1])).toEqual([
    "/api/guest/session/convert",
    "/api/guest/session/:session_id",
  ]);
});

describe("a wrong method", () => {
  it.each([
    ["/api/guest/session/convert", "POST"],
    ["/api/guest/session/ticket", "POST"],
    ["/api/guest/session/store", "POST"],
    ["/api/guest/session/abc", "GET, HEAD"],
    ["/api/user/cart/store", "POST"],
    ["/api/user/cart/item/1", "PUT, DELETE"],
  ])("at %s is told which it takes", async (path, allow) => {
    const refused = await expectRefusal("PATCH", path, {}, 405, "method_not_allowed");
    expect(refused.headers.get("allow")).toBe(allow);
  });
});

describe("bodies that are no JSON", () => {
  it.each([
    ["truncated", '{"menu_id": 10'],
    ["empty", ""],
    ["white space", "  "],
    ["a doubled key", '{"menu_id": 10, "menu_id": 11}'],
    ["a doubled key in escapes", '{"menu_id": 10, "menu\\u005fid": 11}'],
    ["a doubled key deep inside", '{"menu_id": 10, "x": [{"a": 1, "a": 2}]}'],
    ["a byte order mark", '\ufeff{"menu_id": 10}'],
    ["a comment", '{"menu_id": 10} // hello'],
    ["depth 8,000", "[".repeat(8_000) + "]".repeat(8_000)],
    ["two values", '{"menu_id": 10}{"menu_id": 11}'],
    ["NaN", '{"menu_id": NaN}'],
    ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])("%s: 400", async (_, raw) => {
    await expectRefusal("POST", ADD, { raw, headers: json }, 400, "invalid_json");
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/jsonp",
  ])("%s: 415", async (type) => {
    await expectRefusal(
      "POST",
      ADD,
      { raw: '{"menu_id": 10}', headers: { "Content-Type": type } },
      415,
      "unsupported_media_type",
    );
  });

  it("no Content-Type: 415", async () => {
    await expectRefusal("POST", ADD, { raw: Buffer.from('{"menu_id": 10}') }, 415, "unsupported_media_type");
  });

  it("compressed: 415", async () => {
    const headers = { ...json, "Content-Encoding": "gzip" };
    await expectRefusal("POST", ADD, { raw: '{"menu_id": 10}', headers }, 415, "unsupported_media_type");
  });

  it("16 KiB: read; a byte more: 413, declared or not", async () => {
    const padded = (size: number) => '{"menu_id": 999}'.padEnd(size);
    await expectRefusal("POST", ADD, { raw: padded(16_384), headers: json }, 404, "menu_not_found");
    await expectRefusal(
      "POST",
      ADD,
      { raw: padded(16_385), headers: { ...json, "Content-Length": "16385" } },
      413,
      "body_too_large",
    );
    const chunks = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 5; n += 1) controller.enqueue(Buffer.alloc(4_096, 32));
        controller.close();
      },
    });
    await expectRefusal("POST", ADD, { raw: chunks, headers: json }, 413, "body_too_large");
    await expectRefusal(
      "DELETE",
      "/api/guest/cart",
      { headers: { "Content-Length": "99999999" } },
      413,
      "body_too_large",
    );
  });

  it("charset=utf-8 in any case is JSON", async () => {
    const headers = { "Content-Type": 'Application/JSON; charset="UTF-8"' };
    await expectRefusal("POST", ADD, { raw: '{"menu_id": 999}', headers }, 404, "menu_not_found");
  });
});

describe("values that are no quantity, menu or store", () => {
  const values = [
    "0",
    "-1",
    "100",
    "1.5",
    '"5"',
    "true",
    "null",
    "1e400",
    "-0",
    "2147483648",
    "9007199254740993",
    "[]",
    "{}",
    '"\\u0000"',
    '"\\ud800"',
  ];

  it.each(values)("quantity %s: 422 that names the field", async (value) => {
    const answer = await expectRefusal(
      "POST",
      ADD,
      { raw: `{"menu_id": 10, "quantity": ${value}}`, headers: json },
      422,
      "invalid_request",
    );
    expect(answer.body.errors?.map((error) => error.field)).toEqual(["quantity"]);
    const [line] = (await visitor.cart()).body.items;
    await expectRefusal(
      "PUT",
      `/api/guest/cart/item/${line?.id}`,
      { raw: `{"quantity": ${value}}`, headers: json },
      422,
      "invalid_request",
    );
  });

  it.each(values.filter((value) => value !== "100"))("menu or store %s: 422", async (value) => {
    await expectRefusal("POST", ADD, { raw: `{"menu_id": ${value}}`, headers: json }, 422, "invalid_request");
    await expectRefusal(
      "POST",
      "/api/guest/session/store",
      { raw: `{"store_id": ${value}}`, headers: json },
      422,
      "invalid_request",
    );
  });

  it.each(["price", "user_id", "expires_at", "session_id", "__proto__", "constructor", "Menu_id"])(
    "the unknown field %s: 422 that names it",
    async (field) => {
      const raw = `{"menu_id": 10, ${JSON.stringify(field)}: 1}`;
      const answer = await expectRefusal("POST", ADD, { raw, headers: json }, 422, "invalid_request");
      expect(answer.body.errors?.map((error) => error.field)).toEqual([field]);
    },
  );

  it.each(["[]", '"text"', "null", "5", "true"])("%s at the root: 422", async (raw) => {
    await expectRefusal("POST", ADD, { raw, headers: json }, 422, "invalid_request");
  });

  it("a missing field: 422, in the visitor's language", async () => {
    const answer = await expectRefusal(
      "POST",
      ADD,
      { body: {}, headers: { "Accept-Language": "ja" } },
      422,
      "invalid_request",
    );
    expect(answer.body.errors?.map((error) => error.field)).toEqual(["menu_id"]);
    expect(answer.body.detail).toContain("受け付けられない");
    expect(answer.headers.get("content-language")).toBe("ja");
  });
});

describe("addresses", () => {
  it.each([
    "abc",
    "-1",
    "1e3",
    "1.0",
    "0",
    "01",
    "2147483648",
    "99999999999999999999",
    "%00",
    "1%20",
    "%31x",
  ])("item %s: 422", async (item) => {
    await expectRefusal(
      "PUT",
      `/api/guest/cart/item/${item}`,
      { body: { quantity: 1 } },
      422,
      "invalid_request",
    );
    await expectRefusal("DELETE", `/api/guest/cart/item/${item}`, {}, 422, "invalid_request");
  });

  it.each([
    "/api/guest/cart/",
    "/api/guest/cart/item/",
    "/api/guest//cart",
    "/API/guest/cart",
    "/api/guest/cart/item/1/2",
    "/%2e%2e%2fetc/passwd",
    `/${"a".repeat(8_192)}`,
    "/api/guest/cart%00",
  ])("%.40s: 404", async (path) => {
    await expectRefusal("GET", path, {}, 404, "not_found");
  });

  it.each([
    ["PATCH", "/api/guest/cart", "GET, HEAD, DELETE"],
    ["POST", "/api/guest/cart", "GET, HEAD, DELETE"],
    ["GET", "/api/guest/cart/add", "POST"],
    ["DELETE", "/api/guest/cart/add", "POST"],
    ["PUT", "/api/guest/session", "POST, GET, HEAD, DELETE"],
    ["GET", "/api/guest/cart/item/1", "PUT, DELETE"],
    ["OPTIONS", "/api/stores", "GET, HEAD"],
    ["POST", "/openapi.json", "GET, HEAD"],
  ])("%s %s: 405 with Allow", async (method, path, allow) => {
    const answer = await expectRefusal(method, path, {}, 405, "method_not_allowed");
    expect(answer.headers.get("allow")).toBe(allow);
  });

  it("a method in a header is not looked at", async () => {
    const headers = { "X-HTTP-Method-Override": "DELETE" };
    expect((await visitor.call("GET", "/api/guest/cart", { headers })).status).toBe(200);
  });
});

describe("pages of other sites", () => {
  const post = (headers: Record<string, string>) =>
    visitor.call("POST", "/api/guest/session/store", { body: { store_id: 1 }, headers });
  const sites = [undefined, "same-origin", "same-site", "cross-site", "none", ""];
  const origins = [
    undefined,
    "http://torioki.test",
    "https://shop.example",
    "https://evil.example",
    "null",
    "",
    "http://torioki.test.evil.example",
  ];
  const pairs = sites.flatMap((site) => origins.map((origin) => [site, origin] as const));

  it.each(pairs)("Sec-Fetch-Site %s with Origin %s", async (site, origin) => {
    const headers = {
      ...(site === undefined ? {} : { "Sec-Fetch-Site": site }),
      ...(origin === undefined ? {} : { Origin: origin }),
    };
    const isAllowed =
      origin === "https://shop.example" ||
      (site === undefined
        ? origin === undefined || origin === "http://torioki.test"
        : site === "same-origin");
    const answer = await post(headers);
    if (isAllowed) expect(answer.status).toBe(200);
    else expect([answer.status, codeOf(answer)]).toEqual([403, "cross_origin"]);
  });

  it("read with CORS where they are allowed, and not otherwise", async () => {
    const read = (origin: string) => visitor.call("GET", "/api/guest/cart", { headers: { Origin: origin } });
    const allowed = await read("https://shop.example");
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(allowed.headers.get("access-control-allow-credentials")).toBe("true");
    expect((await read("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
    const preflight = await api.call("OPTIONS", ADD, {
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("idempotency-key");
  });
});

describe("the language of a refusal", () => {
  it.each([
    ["ja", "ja"],
    ["ja-JP", "ja"],
    ["fr-FR, ja-JP;q=0.8, en;q=0.5", "ja"],
    ["en-GB, ja;q=0.9", "en"],
    ["ja;q=0, en", "en"],
    ["fr", "en"],
    ["*", "en"],
    [";;,=", "en"],
  ])("for Accept-Language %s is %s", async (header, language) => {
    const answer = await visitor.call("GET", "/nowhere", { headers: { "Accept-Language": header } });
    expect(answer.headers.get("content-language")).toBe(language);
  });
});

describe("reading", () => {
  it("answers HEAD as GET without a body, and creates nothing", async () => {
    const [before] = await database.query<{ n: number }>("select count(*)::int as n from guest_sessions");
    for (const path of ["/api/guest/session", "/api/guest/cart", "/api/stores", "/healthz", "/readyz"]) {
      const [get, head] = [await visitor.call("GET", path), await visitor.call("HEAD", path)];
      expect([head.status, head.text, head.headers.get("content-type")]).toEqual([
        200,
        "",
        get.headers.get("content-type"),
      ]);
    }
    expect((await api.call("GET", "/api/guest/cart")).status).toBe(401);
    expect(await database.query("select count(*)::int as n from guest_sessions")).toEqual([before]);
  });
});

describe("the log", () => {
  it("has one line a request: pattern, status, duration, session id; never an address or a token", async () => {
    await visitor.call("GET", `/api/guest/session/${visitor.token}?token=${visitor.token}`, {
      headers: {
        "X-Request-Id": visitor.token,
        "User-Agent": visitor.token,
        Referer: `http://x/${visitor.token}`,
      },
    });
    expect(log).toHaveLength(1);
    const line = JSON.parse((log[0] as string).replace(/request$/, ""));
    const { session_id } = (await visitor.session()).body;
    expect(line).toMatchObject({
      method: "GET",
      route: "/api/guest/session/:session_id",
      status: 404,
      session_id,
    });
    expect(line.duration_ms).toBeGreaterThan(0);
    expect(log.join()).not.toContain(visitor.token);
  });

  it("keeps a caller's short request id, and answers with it", async () => {
    const answer = await visitor.call("GET", "/api/guest/cart", { headers: { "X-Request-Id": "abc-123" } });
    expect(answer.headers.get("x-request-id")).toBe("abc-123");
    expect(log[0]).toContain("abc-123");
  });
});
