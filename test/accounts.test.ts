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
  readonly jar = new CookieJar();

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
    expect(await browser.cookies()).toEqual(["torioki.session_token"]);
    expect(quantities(await browser.userCart())).toEqual([
      [10, 2],
      [12, 1],
    ]);
    expect((await browser.call("GET", "/api/guest/cart")).status).toBe(401);
    expect((await browser.call<Cart>("POST", "/api/user/cart/add", { menu_id: 14 })).body.items).toHaveLength(
      3,
    );

    // Somebody else on the same tablet finds nothing.
    expect((await browser.signOut()).status).toBe(200);
    expect(await browser.cookies()).toEqual([]);
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
