/** A bearer JWT as the login: which tokens open a user's cart, and that no other moves anything. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Answer,
  type Api,
  codeOf,
  createApi,
  newShopper,
  newUser,
  useApi,
  type Visitor,
} from "../../test/helpers/api.ts";
import { bearerJwt } from "./jwt.ts";

const held = useApi();
const SECRET = "s".repeat(32);
const ISSUER = "https://login.example";
const AUDIENCE = "torioki";
const key = (secret: string) => new TextEncoder().encode(secret);

type Claims = Omit<JWTPayload, "exp"> & { exp?: number | undefined };
const claims = (userId: number, changed: Partial<Claims> = {}): Claims => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: String(userId),
  exp: Math.floor(Date.now() / 1000) + 60,
  ...changed,
});
const sign = (payload: Claims, secret = SECRET, alg = "HS256") =>
  new SignJWT(payload as JWTPayload).setProtectedHeader({ alg }).sign(key(secret));
const unsigned = (payload: Claims) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(payload)}.`;
};

let visitor: Visitor;
let userId: number;

function convert(api: Api, authorization: string): Promise<Answer<never>> {
  return api.call("POST", "/api/guest/session/convert", {
    headers: { Cookie: visitor.cookie as string, Authorization: authorization },
  });
}

beforeEach(async () => {
  visitor = await newShopper(held, "guest");
  await visitor.choose(1);
  await visitor.add(10, 2);
  userId = await newUser(held.database);
});

const unmoved = async () => {
  expect((await visitor.cart()).body.total_items).toBe(2);
  expect(await held.database.query("select from user_cart_items where user_id = $1", [userId])).toEqual([]);
};

describe("with a shared secret", () => {
  let api: Api;
  beforeAll(async () => {
    const authenticate = bearerJwt({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE });
    api = await createApi({ database: held.database.source, authenticate });
  });
  afterAll(() => api.torioki.close());

  it("a good token hands over, and opens the user's cart", async () => {
    const bearer = `Bearer ${await sign(claims(userId))}`;
    expect((await convert(api, bearer)).status).toBe(200);
    const cart = await api.call<{ total_items: number }>("GET", "/api/user/cart", {
      headers: { Authorization: bearer },
    });
    expect([cart.status, cart.body.total_items]).toEqual([200, 2]);
  });

  const past = Math.floor(Date.now() / 1000) - 1;
  const tokens: [string, (id: number) => string | Promise<string>][] = [
    ["alg none", (id) => unsigned(claims(id))],
    ["another key", (id) => sign(claims(id), "x".repeat(32))],
    ["another algorithm of the same key", (id) => sign(claims(id), SECRET.repeat(2), "HS512")],
    ["another audience", (id) => sign(claims(id, { aud: "elsewhere" }))],
    ["no audience", (id) => sign(claims(id, { aud: undefined as never }))],
    ["another issuer", (id) => sign(claims(id, { iss: "https://evil.example" }))],
    ["its time over", (id) => sign(claims(id, { exp: past }))],
    ["no end", (id) => sign(claims(id, { exp: undefined }))],
    ["a start in the future", (id) => sign(claims(id, { nbf: past + 3_600 }))],
    ["a sub that is no user", () => sign(claims(2_000_000_000))],
    ["a sub beyond integer", () => sign(claims(1, { sub: "2147483648" }))],
    ["a sub with a sign", (id) => sign(claims(id, { sub: `+${id}` }))],
    ["a sub that is a number", (id) => sign(claims(id, { sub: id as never }))],
    ["a sub that is a name", () => sign(claims(1, { sub: "alice" }))],
    ["no sub", () => sign(claims(1, { sub: undefined as never }))],
    [
      "a changed payload",
      async (id) => {
        const [head, , tail] = (await sign(claims(1))).split(".");
        return `${head}.${Buffer.from(JSON.stringify(claims(id))).toString("base64url")}.${tail}`;
      },
    ],
    ["no dots", () => "nonsense"],
    ["nothing in it", () => ".."],
  ];

  it.each(tokens)("a token with %s is 401, and nothing moves", async (_, token) => {
    for (const call of ["POST /api/guest/session/convert", "GET /api/user/cart"]) {
      const [method, path] = call.split(" ") as [string, string];
      const refused = await api.call(method, path, {
        headers: { Cookie: visitor.cookie as string, Authorization: `Bearer ${await token(userId)}` },
      });
      expect([refused.status, codeOf(refused)]).toEqual([401, "user_required"]);
      expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="torioki", error="invalid_token"');
    }
    await unmoved();
  });

  it.each(["", "Bearer", "Basic YTpi", "bearer", "Bearer a b"])(
    "the header %j is nobody's",
    async (value) => {
      expect(codeOf(await convert(api, value))).toBe("user_required");
      await unmoved();
    },
  );

  it("a token in the query string or a cookie is nobody's", async () => {
    const token = await sign(claims(userId));
    for (const [path, headers] of [
      [`/api/user/cart?access_token=${token}`, {}],
      ["/api/user/cart", { Cookie: `token=${token}; Authorization=Bearer ${token}` }],
    ] as const) {
      expect(codeOf(await api.call("GET", path, { headers }))).toBe("user_required");
    }
  });
});

describe("with published keys", () => {
  let api: Api;
  let issuer: Server;
  let mode: "good" | "broken" | "hanging" = "good";
  let keys: object[];
  let pair: Awaited<ReturnType<typeof generateKeyPair>>;
  const newApi = () => {
    const jwksUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
    return createApi({
      database: held.database.source,
      authenticate: bearerJwt({ jwksUrl, issuer: ISSUER }),
    });
  };
  const signed = (payload: Claims, privateKey = pair.privateKey, kid = "k1") =>
    new SignJWT(payload as JWTPayload).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);

  const published = async ({ publicKey }: typeof pair, kid: string) => ({
    ...(await exportJWK(publicKey)),
    kid,
    alg: "RS256",
  });

  beforeAll(async () => {
    pair = await generateKeyPair("RS256", { extractable: true });
    keys = [await published(pair, "k1")];
    issuer = createServer((_, response) => {
      if (mode === "good") response.end(JSON.stringify({ keys }));
      if (mode === "broken") response.writeHead(500).end("no");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => issuer.once("listening", resolve));
    api = await newApi();
  });
  afterAll(async () => {
    await api.torioki.close();
    issuer.closeAllConnections();
    issuer.close();
  });

  it("a good token hands over", async () => {
    expect((await convert(api, `Bearer ${await signed(claims(userId))}`)).status).toBe(200);
  });

  it("a token without kid is good by any of the keys, and a new key is found soon after it is published", async () => {
    const other = await generateKeyPair("RS256", { extractable: true });
    const stranger = await generateKeyPair("RS256");
    const withoutKid = (by: typeof pair) =>
      new SignJWT(claims(userId) as JWTPayload).setProtectedHeader({ alg: "RS256" }).sign(by.privateKey);
    keys.push(await published(other, "k2"));
    const fresh = await newApi();
    for (const by of [pair, other]) {
      expect((await convert(fresh, `Bearer ${await withoutKid(by)}`)).status).not.toBe(503);
      const cart = await fresh.call("GET", "/api/user/cart", {
        headers: { Authorization: `Bearer ${await withoutKid(by)}` },
      });
      expect(cart.status).toBe(200);
    }
    expect(codeOf(await convert(fresh, `Bearer ${await withoutKid(stranger)}`))).toBe("user_required");

    const third = await generateKeyPair("RS256", { extractable: true });
    keys.push(await published(third, "k3"));
    const read = async () =>
      (
        await fresh.call("GET", "/api/user/cart", {
          headers: { Authorization: `Bearer ${await signed(claims(userId), third.privateKey, "k3")}` },
        })
      ).status;
    await expect.poll(read, { timeout: 8_000, interval: 500 }).toBe(200);
    await fresh.torioki.close();
    keys.splice(1);
  });

  it("a key that is not published, or the public key taken for a secret, is 401", async () => {
    const stranger = await generateKeyPair("RS256");
    const spki = await exportSPKI(pair.publicKey);
    for (const token of [
      await signed(claims(userId), stranger.privateKey),
      await signed(claims(userId), stranger.privateKey, "k2"),
      await sign(claims(userId), spki),
      unsigned(claims(userId)),
    ]) {
      const refused = await convert(api, `Bearer ${token}`);
      expect([refused.status, codeOf(refused)]).toEqual([401, "user_required"]);
    }
    await unmoved();
  });

  it.each(["broken", "hanging"] as const)(
    "an issuer that is %s is 503 within 3 s, and the cart is kept",
    async (how) => {
      mode = how;
      const fresh = await newApi();
      const start = performance.now();
      const refused = await convert(fresh, `Bearer ${await signed(claims(userId))}`);
      expect([refused.status, codeOf(refused)]).toEqual([503, "authentication_unavailable"]);
      expect(performance.now() - start).toBeLessThan(3_000);
      await unmoved();
      mode = "good";
      expect((await convert(fresh, `Bearer ${await signed(claims(userId))}`)).status).toBe(200);
      await fresh.torioki.close();
    },
  );
});

it("wants either a secret or published keys", () => {
  expect(() => bearerJwt({})).toThrow(TypeError);
  expect(() => bearerJwt({ secret: "short" })).toThrow("at least 32 characters");
  expect(() => bearerJwt({ secret: SECRET, algorithm: "none" })).toThrow("algorithm takes one of HS256");
  expect(() => bearerJwt({ jwksUrl: "https://login.example/keys", algorithm: "HS256" })).toThrow(
    "takes one of RS256",
  );
  expect(() => bearerJwt({ jwksUrl: "keys" })).toThrow("jwksUrl takes the address of a key set");
});

it("tells the host, not the bearer, why a token was refused", async () => {
  const reasons: string[] = [];
  const authenticate = bearerJwt({
    secret: SECRET,
    audience: AUDIENCE,
    onRefused: (reason) => void reasons.push(reason),
  });
  for (const changed of [{ aud: "elsewhere" }, { exp: 1 }, { sub: "alice" }]) {
    const headers = { Authorization: `Bearer ${await sign(claims(1, changed))}` };
    expect(await authenticate(new Request("http://torioki.test", { headers }))).toBeNull();
  }
  expect(reasons).toEqual([
    'unexpected "aud" claim value',
    '"exp" claim timestamp check failed',
    '"sub" is not the id of a user, as a string',
  ]);
  expect(() => bearerJwt({ secret: SECRET, jwksUrl: "https://login.example/keys" })).toThrow(TypeError);
});
