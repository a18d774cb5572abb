/** The server's own accounts, walked through as a browser does: its cookies, its headers, nothing else. */
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cart } from "../src/carts/contract.ts";
import type { Problem } from "../src/contract.ts";
import type { Receipt } from "../src/hand-over/contract.ts";
import { createPostgres } from "./helpers/database.ts";
import { postgresEngines } from "./helpers/npm-postgres.ts";
import { type RunningProcess, startTorioki, temporaryFolder, torioki } from "./helpers/process.ts";
import { startProxy } from "./helpers/proxy.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);
const PASSWORD = "correct horse battery";

/** One browser: a cookie jar by RFC 6265, and the headers that a page's own script sends along. */
class Browser {
  readonly #url: string;
  jar = new CookieJar();

  constructor(url: string) {
    this.#url = url;
  }

  async call<T = Problem>(
    method: string,
    path: string,
    body?: object,
    page = this.#url,
  ): Promise<{ status: number; body: T; headers: Headers }> {
    const address = `${this.#url}${path}`;
    const response = await fetch(address, {
      method,
      body: body ? JSON.stringify(body) : null,
      headers: {
        Cookie: await this.jar.getCookieString(address),
        "Sec-Fetch-Site": page === this.#url ? "same-origin" : "cross-site",
        "Accept-Language": "ja",
        ...(method === "GET" ? {} : { Origin: page }),
        ...(body ? { "Content-Type": "application/json" } : {}),
      },
    });
    for (const set of response.headers.getSetCookie()) await this.jar.setCookie(set, address);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text && JSON.parse(text)) as T };
  }

  /** What a page cannot reach and what it holds: names only. */
  async cookies(): Promise<string[]> {
    return (await this.jar.getCookies(this.#url)).map(({ key }) => key).sort();
  }

  async sessionCookie(): Promise<string> {
    const cookies = await this.jar.getCookies(this.#url);
    return String(cookies.find(({ key }) => key.endsWith("session_token"))?.cookieString());
  }

  async fillCart(lines: [menu: number, quantity: number][]): Promise<void> {
    await this.call("POST", "/api/guest/session");
    await this.call("POST", "/api/guest/session/store", { store_id: 1 });
    for (const [menu_id, quantity] of lines) {
      expect((await this.call("POST", "/api/guest/cart/add", { menu_id, quantity })).status).toBe(201);
    }
  }

  signUp = (email: string) =>
    this.call<{ user: { id: string } }>("POST", "/api/auth/sign-up/email", {
      email,
      password: PASSWORD,
      name: "山田",
    });
  signIn = (email: string, password = PASSWORD) =>
    this.call("POST", "/api/auth/sign-in/email", { email, password });
  signOut = () => this.call("POST", "/api/auth/sign-out", {});
  userCart = () => this.call<Cart>("GET", "/api/user/cart");
}

const quantities = ({ body }: { body: Cart }) =>
  body.items.map(({ menu_id, quantity }) => [menu_id, quantity]);

describe.each(["embedded", ...postgresEngines] as const)("on %s", (engine) => {
  let server: RunningProcess;
  let env: Record<string, string>;
  let drop = async () => {};
  beforeAll(async () => {
    if (engine === "embedded") {
      env = { DATA_DIR: join(folder, "data") };
    } else {
      // With the tests' catalog; the embedded one has the demo chain. Menus 10, 12 and 14 are on sale in both.
      const database = await createPostgres(false, engine);
      drop = database.drop;
      env = { DATABASE_URL: database.source, AUTH_SECRET: "s".repeat(32) };
    }
    server = await startTorioki(env);
  });
  afterAll(async () => {
    await server.stop();
    await drop();
  });

  it("a guest fills a cart, signs up, and finds it in the account; then again by signing in", async () => {
    const browser = new Browser(server.url);
    await browser.fillCart([
      [10, 2],
      [12, 1],
    ]);
    expect(await browser.cookies()).toEqual(["guest_session_id"]);
    const refused = await browser.userCart();
    expect([refused.status, refused.body]).toMatchObject([
      401,
      { code: "user_required", title: "ログインが必要です" },
    ]);

    expect((await browser.signUp("a@example.com")).status).toBe(200);
    expect(await browser.cookies()).toEqual(["torioki.device", "torioki.session_token"]);
    expect(quantities(await browser.userCart())).toEqual([
      [10, 2],
      [12, 1],
    ]);
    expect((await browser.call("GET", "/api/guest/cart")).status).toBe(401);
    expect((await browser.call<Cart>("POST", "/api/user/cart/add", { menu_id: 14 })).body.items).toHaveLength(
      3,
    );

    // Somebody else on the same tablet finds nothing but the mark that somebody has logged in on it.
    expect((await browser.signOut()).status).toBe(200);
    expect(await browser.cookies()).toEqual(["torioki.device"]);
    expect((await browser.userCart()).status).toBe(401);
    await browser.fillCart([[14, 1]]);
    await browser.signUp("b@example.com");
    expect(quantities(await browser.userCart())).toEqual([[14, 1]]);
    await browser.signOut();

    // The first one is back, with a cart that has lines.
    await browser.fillCart([
      [10, 3],
      [14, 1],
    ]);
    expect((await browser.signIn("a@example.com", "wrong password")).status).toBe(401);
    expect((await browser.call<Cart>("GET", "/api/guest/cart")).body.total_items).toBe(4);
    expect((await browser.signIn("a@example.com")).status).toBe(200);
    expect(quantities(await browser.userCart()).sort()).toEqual([
      [10, 5],
      [12, 1],
      [14, 2],
    ]);
  });

  it("a guest logs in elsewhere with a ticket", async () => {
    const kiosk = new Browser(server.url);
    await kiosk.fillCart([[10, 2]]);
    const { body } = await kiosk.call<{ ticket: string }>("POST", "/api/guest/session/ticket");
    const phone = new Browser(server.url);
    await phone.signUp("phone@example.com");
    const receipt = await phone.call<Receipt>("POST", "/api/guest/session/convert", { ticket: body.ticket });
    expect([receipt.status, receipt.body.total_quantity]).toEqual([200, 2]);
    expect((await kiosk.call("GET", "/api/guest/cart")).status).toBe(401);
    expect((await phone.call("POST", "/api/guest/session/convert", { ticket: body.ticket })).status).toBe(
      401,
    );
  });

  it("a login outlives a restart of the server", async () => {
    const browser = new Browser(server.url);
    await browser.signUp("c@example.com");
    const { port } = new URL(server.url);
    await server.stop();
    server = await startTorioki({ ...env, PORT: port });
    expect((await browser.userCart()).status).toBe(200);
  });

  it("another site's page can neither log in, nor sign up, nor log out", async () => {
    const browser = new Browser(server.url);
    for (const path of ["/sign-in/email", "/sign-up/email", "/sign-out"]) {
      const body = { email: "d@example.com", password: PASSWORD, name: "D" };
      const refused = await browser.call("POST", `/api/auth${path}`, body, "https://evil.example");
      expect([refused.status, refused.body.code]).toEqual([403, "cross_origin"]);
    }
  });

  it("a sign-out without a body signs out, and no input is answered with 5xx", async () => {
    const browser = new Browser(server.url);
    await browser.signUp("e@example.com");
    expect((await browser.call("POST", "/api/auth/sign-out")).status).toBe(200);
    expect((await browser.userCart()).status).toBe(401);
    const calls: [string, string, object?][] = [
      ["POST", "/sign-in/email"],
      ["POST", "/sign-up/email"],
      ["POST", "/sign-in/email", { email: "a\u0000@example.com", password: PASSWORD }],
      ["POST", "/sign-up/email", { email: "f@example.com", password: PASSWORD, name: "\u0000" }],
      ["POST", "/sign-up/email", { email: "f@example.com", password: PASSWORD, name: 5 }],
      ["POST", "/sign-up/email", { email: ["f@example.com"], password: PASSWORD, name: "F" }],
      [
        "POST",
        "/sign-in/email",
        { email: "e@example.com", password: PASSWORD, callbackURL: "https://evil.example" },
      ],
      ["GET", "/get-session?disableCookieCache=%00"],
    ];
    for (const [method, path, body] of calls) {
      const { status } = await browser.call(method, `/api/auth${path}`, body);
      expect([path, status < 500]).toEqual([path, true]);
    }
  });

  it("lets nobody guess a password more than ten times, also not at once", async () => {
    const owner = new Browser(server.url);
    await owner.signUp("h@example.com");
    const guesses = await Promise.all(
      Array.from({ length: 15 }, (_, n) =>
        new Browser(server.url).signIn("H@example.com", `wrong password ${n}`),
      ),
    );
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10);
    const limited = guesses.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(5);
    expect(Number(limited[0]?.headers.get("retry-after"))).toBeGreaterThan(500);
    expect(limited[0]?.body).toMatchObject({
      code: "rate_limited",
      detail: expect.stringContaining("10 分"),
    });
    // Not even with the right one; whoever is logged in stays so, and others log in as ever.
    expect((await new Browser(server.url).signIn("h@example.com")).status).toBe(429);
    expect((await owner.userCart()).status).toBe(200);
    const other = new Browser(server.url);
    await other.signUp("i@example.com");
    for (let n = 0; n < 12; n += 1) {
      await other.signIn("i@example.com", "wrong password");
      expect((await other.signIn("i@example.com")).status).toBe(200);
    }
  }, 60_000);

  it("wrong guesses from elsewhere do not lock out whoever has logged in on the device before", async () => {
    const owner = new Browser(server.url);
    await owner.signUp("j@example.com");
    await owner.signOut();
    const elsewhere = new Browser(server.url);
    for (let n = 0; n < 10; n += 1)
      expect((await elsewhere.signIn("j@example.com", `wrong password ${n}`)).status).toBe(401);
    expect((await elsewhere.signIn("j@example.com")).status).toBe(429);
    expect((await owner.signIn("j@example.com")).status).toBe(200);
    // Which gives the guesser no new tries.
    expect((await elsewhere.signIn("j@example.com")).status).toBe(429);

    // The device has ten of its own, copies of its cookie included, and none more where those are used up.
    await owner.signOut();
    const copy = new Browser(server.url);
    copy.jar = await owner.jar.clone();
    for (let n = 0; n < 5; n += 1) {
      for (const browser of [owner, copy])
        expect((await browser.signIn("j@example.com", "wrong password")).status).toBe(401);
    }
    for (const browser of [owner, copy]) expect((await browser.signIn("j@example.com")).status).toBe(429);

    // It is worth nothing for another account.
    await new Browser(server.url).signUp("k@example.com");
    for (let n = 0; n < 10; n += 1) await elsewhere.signIn("k@example.com", "wrong password");
    expect((await owner.signIn("k@example.com")).status).toBe(429);
  }, 120_000);

  it("refuses the most common passwords and long names, in two languages, and hashes none of them", async () => {
    const browser = new Browser(server.url);
    const signUp = (body: object) =>
      browser.call("POST", "/api/auth/sign-up/email", { email: "l@example.com", name: "L", ...body });
    const common = await signUp({ password: "Password123" });
    expect([common.status, common.body.code]).toEqual([422, "password_too_common"]);
    expect(common.body.detail).toMatch(/別のパスワードをお選びください/);
    const name = await signUp({ password: PASSWORD, name: "あ".repeat(201) });
    expect([name.status, name.body.code, name.body.errors]).toEqual([
      422,
      "invalid_request",
      [{ field: "name", detail: "must have at most 200 characters" }],
    ]);
    // More at once than hash and wait: were they hashed, some would be 503.
    for (const body of [{ password: "password123" }, { password: PASSWORD, email: "l@" }]) {
      const statuses = await Promise.all(Array.from({ length: 80 }, async () => (await signUp(body)).status));
      expect(statuses.filter((status) => status !== 422 && status !== 400)).toEqual([]);
    }
    expect((await signUp({ password: PASSWORD, name: "𩸽".repeat(200) })).status).toBe(200);
  });

  it("refuses two different login cookies of one name, at every call that reads the login", async () => {
    const browser = new Browser(server.url);
    const planter = new Browser(server.url);
    await browser.signUp("m@example.com");
    await planter.signUp("n@example.com");
    const [own, planted] = await Promise.all([browser, planter].map((one) => one.sessionCookie()));
    const calls: [string, string, object?][] = [
      ["GET", "/api/auth/get-session"],
      ["POST", "/api/auth/sign-out", {}],
      ["POST", "/api/auth/sign-in/email", { email: "m@example.com", password: PASSWORD }],
      ["GET", "/api/user/cart"],
      ["POST", "/api/user/cart/add", { menu_id: 10 }],
      ["GET", "/api/user/receipts"],
    ];
    const call = async (cookie: string, [method, path, body]: [string, string, object?]) => {
      const headers = { Cookie: cookie, ...(body ? { "Content-Type": "application/json" } : {}) };
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
      });
      return [path, answer.status, ((await answer.json()) as Problem | null)?.code];
    };
    for (const one of calls) {
      for (const cookie of [
        `${planted}; ${own}`,
        `${own}; a=b;${planted}`,
        `${own}; torioki.session_token =x`,
      ])
        expect(await call(cookie, one)).toEqual([one[1], 400, "credential_conflict"]);
    }
    // The same one twice is one.
    expect(await call(`${own}; ${own}`, ["GET", "/api/user/cart"])).toEqual([
      "/api/user/cart",
      200,
      undefined,
    ]);
  });

  it("a sign-in and a sign-up end the session that the browser held before, also another person's", async () => {
    const browser = new Browser(server.url);
    const isAlive = async (cookie: string) =>
      (await fetch(`${server.url}/api/user/cart`, { headers: { Cookie: cookie } })).status === 200;
    await browser.signUp("o@example.com");
    const first = await browser.sessionCookie();
    await browser.signIn("o@example.com");
    const second = await browser.sessionCookie();
    expect([await isAlive(first), await isAlive(second)]).toEqual([false, true]);
    // A wrong password ends nothing.
    await browser.signIn("o@example.com", "wrong password");
    expect(await isAlive(second)).toBe(true);
    await browser.signUp("p@example.com");
    expect([await isAlive(second), (await browser.userCart()).status]).toEqual([false, 200]);
    // Other browsers of the same person stay logged in, and a signature that is not ours ends nothing.
    const other = new Browser(server.url);
    await other.signIn("o@example.com");
    const third = await other.sessionCookie();
    const forger = new Browser(server.url);
    const forged = third.replace(/(?<=\.)[^.]{10}/, "AAAAAAAAAA");
    await forger.jar.setCookie(forged, server.url);
    await forger.signIn("p@example.com");
    expect([await isAlive(third), await isAlive(forged)]).toEqual([true, false]);
  });

  it("takes as long for an unknown account as for a known one", async () => {
    const known = Array.from({ length: 7 }, (_, n) => `known${n}@example.com`);
    await Promise.all(known.map((email) => new Browser(server.url).signUp(email)));
    const times = { known: [] as number[], unknown: [] as number[] };
    for (const email of known) {
      for (const [kind, address] of Object.entries({ known: email, unknown: `un${email}` })) {
        const start = performance.now();
        const { status, body } = await new Browser(server.url).signIn(address, "wrong password");
        times[kind as "known"].push(performance.now() - start);
        expect([status, body.code]).toEqual([401, "INVALID_EMAIL_OR_PASSWORD"]);
      }
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[3] as number;
    const ratio = median(times.unknown) / median(times.known);
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });

  it.skipIf(engine === "postgres-14")(
    "hashes passwords without letting other clients wait, and refuses what is too much",
    async () => {
      const shopper = new Browser(server.url);
      await shopper.fillCart([[10, 1]]);
      const start = performance.now();
      let isOver = false;
      const flood = Promise.all(
        Array.from({ length: 70 }, async (_, n) => {
          const answer = await new Browser(server.url).signUp(`flood${n}@example.com`);
          return [answer.status, (answer.body as unknown as Problem).code ?? ""].join(" ");
        }),
      ).finally(() => {
        isOver = true;
      });
      const waits: number[] = [];
      while (!isOver) {
        const before = performance.now();
        const { status } = await shopper.call("GET", "/api/guest/cart");
        expect(status).toBe(200);
        waits.push(performance.now() - before);
      }
      const took = performance.now() - start;
      const codes = await flood;
      const done = codes.filter((code) => code === "200 ").length;
      expect(done).toBeGreaterThanOrEqual(50);
      expect(codes.filter((code) => code === "503 overloaded").length).toBe(70 - done);
      // Where a hash holds the database, a call waits for nearly all of them.
      expect(Math.max(...waits)).toBeLessThan(took / 2);
    },
    120_000,
  );

  it("has no other calls of better-auth's", async () => {
    const browser = new Browser(server.url);
    await browser.signUp("g@example.com");
    for (const path of [
      "/list-sessions",
      "/error",
      "/ok",
      "/callback/x",
      "/reset-password/x?callbackURL=/x",
      "/x",
    ]) {
      const refused = await browser.call("GET", `/api/auth${path}`);
      expect([refused.status, refused.body.code]).toEqual([404, "not_found"]);
    }
    for (const path of ["/update-user", "/change-password", "/sign-in/social"]) {
      expect((await browser.call("POST", `/api/auth${path}`, { name: "x" })).status).toBe(404);
    }
    const head = await fetch(`${server.url}/api/auth/get-session`, { method: "HEAD" });
    expect(head.status).toBe(200);
  });

  it("refuses a body over 16 KiB, and carries the headers of every answer", async () => {
    const browser = new Browser(server.url);
    const refused = await browser.call("POST", "/api/auth/sign-up/email", { email: "x".repeat(20_000) });
    expect(refused.status).toBe(413);
    const { headers } = await browser.call("GET", "/api/auth/get-session");
    expect([...headers.keys()]).toEqual(
      expect.arrayContaining(["x-request-id", "cache-control", "x-content-type-options"]),
    );
  });

  it("writes no password, code or token to its log", async () => {
    const browsers = Array.from({ length: 6 }, () => new Browser(server.url));
    const statuses = await Promise.all(
      browsers.map(async (one) => (await one.signUp("at.once@example.com")).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const output = server.output.stdout + server.output.stderr;
    expect(output).not.toMatch(/correct horse|example\.com|session_token|evil/);
    // Nothing is written but the server's own lines.
    expect(() =>
      output
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).not.toThrow();
    expect(output).toContain('"route":"/api/auth/*"');
  });
});

it("over HTTPS every cookie of a login has the prefix __Host-, and one without it is no login", async () => {
  const own = temporaryFolder();
  const server = await startTorioki({ DATA_DIR: own.folder, PUBLIC_URL: "https://order.example" });
  const post = (path: string, body: object, cookie = "") =>
    fetch(`${server.url}/api/auth${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Cookie: cookie },
      body: JSON.stringify(body),
    });
  const account = { email: "a@example.com", password: PASSWORD, name: "A" };
  const signedUp = await post("/sign-up/email", account);
  const signedIn = await post("/sign-in/email", { ...account, rememberMe: false });
  const cookies = [...signedUp.headers.getSetCookie(), ...signedIn.headers.getSetCookie()];
  const names = cookies.map((cookie) => cookie.split("=")[0]);
  expect(new Set(names)).toEqual(
    new Set(["session_token", "device", "dont_remember"].map((name) => `__Host-torioki.${name}`)),
  );
  const session = String(cookies.find((cookie) => cookie.includes("session_token"))).split(";")[0] as string;
  const signedOut = await post("/sign-out", {}, session);
  for (const cookie of [...cookies, ...signedOut.headers.getSetCookie()]) {
    expect(cookie).toMatch(/^__Host-torioki\..*; Path=\/; /);
    for (const attribute of ["HttpOnly", "Secure", "SameSite=Lax"])
      expect(cookie.split("; ")).toContain(attribute);
    expect(cookie).not.toContain("Domain");
  }
  // What a sibling domain can set is no login, and so no conflict, either.
  const again = await post("/sign-in/email", account);
  const live = String(again.headers.getSetCookie().find((cookie) => cookie.includes("session_token")));
  const [value = ""] = live.split(";");
  const cart = (cookie: string) =>
    fetch(`${server.url}/api/user/cart`, { headers: { Cookie: cookie } }).then(({ status }) => status);
  expect(await cart(value)).toBe(200);
  for (const other of ["torioki", "__Secure-torioki"]) {
    const renamed = value.replace("__Host-torioki", other);
    expect([await cart(renamed), await cart(`${renamed}; ${value}`)]).toEqual([401, 200]);
  }
  expect(await cart(`${value}x; ${value}`)).toBe(400);
  await server.stop();
  own.remove();
});

it("a client may sign up and sign in so often, and ask and log out as often as it likes", async () => {
  const own = temporaryFolder();
  const server = await startTorioki({
    DATA_DIR: own.folder,
    RATE_LIMIT: "on",
    RATE_LIMIT_SIGN_INS: "30/10m",
    TRUSTED_PROXIES: "loopback",
  });
  const post = (path: string, body: object, client: string) =>
    fetch(`${server.url}/api/auth${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": client },
      body: JSON.stringify(body),
    });
  const entry = (name: string | number) => ({ email: `${name}@example.com`, password: PASSWORD, name: "A" });
  // At once, so that counting after hashing would be seen: more than 51 would be 503.
  const signUps = await Promise.all(
    Array.from({ length: 90 }, (_, n) => post("/sign-up/email", entry(n), "198.51.100.1")),
  );
  const statuses = signUps.map(({ status }) => status);
  expect([200, 429].map((code) => statuses.filter((status) => status === code).length)).toEqual([20, 70]);
  const limited = signUps.find(({ status }) => status === 429);
  expect([(await limited?.json()) as Problem, Number(limited?.headers.get("retry-after")) > 500]).toEqual([
    expect.objectContaining({ code: "rate_limited" }),
    true,
  ]);
  expect((await post("/sign-up/email", entry("other"), "198.51.100.2")).status).toBe(200);
  // Sign-ins are counted apart, right or wrong, whatever the address.
  const signIns = await Promise.all(
    Array.from({ length: 40 }, (_, n) => post("/sign-in/email", entry(`nobody${n}`), "198.51.100.1")),
  );
  const codes = signIns.map(({ status }) => status);
  expect([401, 429].map((code) => codes.filter((status) => status === code).length)).toEqual([30, 10]);
  expect((await post("/sign-in/email", entry("other"), "198.51.100.2")).status).toBe(200);
  for (let n = 0; n < 40; n += 1) {
    expect((await post("/sign-out", {}, "198.51.100.1")).status).toBe(200);
    const asked = await fetch(`${server.url}/api/auth/get-session`, {
      headers: { "X-Forwarded-For": "198.51.100.1" },
    });
    expect(asked.status).toBe(200);
  }
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('torioki_rate_limited_total{limit="sign_ups"} 70');
  expect(metrics).toContain('torioki_rate_limited_total{limit="sign_ins"} 10');
  expect(metrics).toContain('torioki_rate_limited_total{limit="device_passwords"} 0');
  await server.stop();
  own.remove();
});

it("an embedded database whose secret is damaged is not served", async () => {
  const own = temporaryFolder();
  writeFileSync(join(own.folder, "auth-secret"), "");
  const { code, stderr } = await torioki(["serve"], { DATA_DIR: own.folder, PORT: "0" });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^torioki: .*auth-secret is damaged: delete it.*\n$/),
  ]);
  own.remove();
});

it("the embedded database's secret is readable by its owner alone", () => {
  const file = join(folder, "data", "auth-secret");
  expect(existsSync(file)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

describe("while the database is away or broken", () => {
  it("a login and a user's cart are 503 within 3 s, and work again once it is back", async () => {
    const { source, drop } = await createPostgres(false, "postgres-18");
    const url = new URL(source);
    const proxy = await startProxy(Number(url.port));
    url.port = String(proxy.port);
    const server = await startTorioki({ DATABASE_URL: String(url), AUTH_SECRET: "s".repeat(32) });
    const browser = new Browser(server.url);
    await browser.signUp("a@example.com");
    for (const fault of ["cut", "hang"] as const) {
      proxy.mode = fault;
      for (const call of [browser.userCart, () => browser.signIn("a@example.com")]) {
        const start = performance.now();
        const away = await call();
        expect([away.status, away.headers.get("retry-after")]).toEqual([503, "2"]);
        expect(performance.now() - start).toBeLessThan(3_000);
      }
      proxy.mode = "pass";
      await expect.poll(async () => (await browser.userCart()).status, { timeout: 5_000 }).toBe(200);
      expect((await browser.signIn("a@example.com")).status).toBe(200);
    }
    await server.stop();
    await proxy.close();
    await drop();
  });

  it("a sign-up that fails half-way leaves nothing, and can be done again", async () => {
    const { source, drop } = await createPostgres(false, "postgres-18");
    const server = await startTorioki({ DATABASE_URL: source, AUTH_SECRET: "s".repeat(32) });
    const browser = new Browser(server.url);
    await browser.fillCart([[10, 2]]);
    const client = new pg.Client(source);
    await client.connect();
    await client.query("alter table torioki_login_accounts rename to away");
    expect((await browser.signUp("a@example.com")).status).toBe(503);
    expect((await client.query("select from users")).rowCount).toBe(0);
    await client.query("alter table away rename to torioki_login_accounts");
    expect((await browser.call<Cart>("GET", "/api/guest/cart")).body.total_items).toBe(2);
    expect((await browser.signUp("a@example.com")).status).toBe(200);
    expect((await browser.userCart()).body.total_items).toBe(2);
    await client.end();
    await server.stop();
    await drop();
  });
});

describe("accounts are off", () => {
  it("where a host's users has every column that accounts would need, also before Torioki is migrated", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const client = new pg.Client(source);
    await client.connect();
    await client.query(`create table users (id serial primary key, name text, email text, email_verified boolean,
      image text, created_at timestamptz, updated_at timestamptz, role text default 'admin')`);
    const server = await startTorioki({
      DATABASE_URL: source,
      AUTH_SECRET: "s".repeat(32),
      MIGRATE_ON_START: "off",
    });
    const browser = new Browser(server.url);
    expect((await browser.signUp("a@example.com")).status).toBe(404);
    expect((await torioki(["migrate", "up"], { DATABASE_URL: source })).code).toBe(0);
    expect((await browser.signUp("a@example.com")).status).toBe(404);
    expect((await client.query("select from users")).rowCount).toBe(0);
    await client.end();
    await server.stop();
    await drop();
  });

  it("until Torioki's own tables are there, and then on by themselves", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const server = await startTorioki({
      DATABASE_URL: source,
      AUTH_SECRET: "s".repeat(32),
      MIGRATE_ON_START: "off",
    });
    const browser = new Browser(server.url);
    expect((await browser.signUp("a@example.com")).status).toBe(404);
    await torioki(["migrate", "up"], { DATABASE_URL: source });
    expect((await browser.signUp("a@example.com")).status).toBe(200);
    await server.stop();
    await drop();
  });

  it("where users is the host's own table, and the server says what to set", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const client = new pg.Client(source);
    await client.connect();
    await client.query("create table users (id serial primary key, email text)");
    await client.end();
    const server = await startTorioki({ DATABASE_URL: source, AUTH_SECRET: "s".repeat(32) });
    expect(server.output.stdout).toContain("users is your own table (set AUTH_JWKS_URL or AUTH_JWT_SECRET)");
    const browser = new Browser(server.url);
    expect((await browser.signUp("a@example.com")).status).toBe(404);
    expect((await browser.userCart()).status).toBe(401);
    await server.stop();
    await drop();
  });

  it("on PostgreSQL without AUTH_SECRET", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const server = await startTorioki({ DATABASE_URL: source });
    expect(server.output.stdout).toContain("nobody can log in: set AUTH_JWKS_URL");
    expect((await new Browser(server.url).signUp("a@example.com")).status).toBe(404);
    await server.stop();
    await drop();
  });
});
