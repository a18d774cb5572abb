/**
 * The plugin in a host's own better-auth, which has made its tables (users with integer ids among them) before Torioki
 * came: every way to log in, and what is no login.
 */
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import {
  admin,
  anonymous,
  emailOTP,
  genericOAuth,
  magicLink,
  multiSession,
  twoFactor,
  username,
} from "better-auth/plugins";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, createApi, type Visitor } from "../../test/helpers/api.ts";
import { testCatalog } from "../../test/helpers/catalog.ts";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { loadCatalog } from "../catalog/load.ts";
import { migrateUp } from "../db/migrator.ts";
import { authenticateWith, guestCartHandOver } from "./better-auth.ts";

const ORIGIN = "http://torioki.test";
const PASSWORD = "correct horse battery";
let database: TestDatabase;
let api: Api;
let auth: ReturnType<typeof hostsAuth>;
/** What the host would have mailed: links and codes, by address. */
const mail = new Map<string, string>();

function hostsAuth(ours: () => Api["torioki"]) {
  return betterAuth({
    secret: "s".repeat(32),
    baseURL: ORIGIN,
    database: { db: database.db, type: "postgres" as const },
    user: { modelName: "users" },
    emailAndPassword: { enabled: true },
    advanced: { database: { generateId: "serial" as const } },
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [
      username(),
      admin({ adminUserIds: ["1"] }),
      anonymous(),
      multiSession(),
      magicLink({ sendMagicLink: async ({ email, url }) => void mail.set(email, url) }),
      emailOTP({ sendVerificationOTP: async ({ email, otp }) => void mail.set(email, otp) }),
      twoFactor({ otpOptions: { sendOTP: async ({ user, otp }) => void mail.set(user.email, otp) } }),
      genericOAuth({
        config: [
          {
            providerId: "elsewhere",
            clientId: "id",
            clientSecret: "secret",
            authorizationUrl: "https://elsewhere.example/authorize",
            tokenUrl: "https://elsewhere.example/token",
            getToken: async () => ({ accessToken: "token" }),
            getUserInfo: async () => ({
              id: "7",
              email: "social@example.com",
              name: "S",
              emailVerified: true,
            }),
          },
        ],
      }),
      guestCartHandOver(ours),
    ],
  });
}

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  auth = hostsAuth(() => api.torioki);
  await (await getMigrations(auth.options)).runMigrations();
  await migrateUp(database.db);
  await loadCatalog(database.db, testCatalog);
  api = await createApi({ database: database.source, authenticate: authenticateWith(auth) });
});
afterAll(async () => {
  await api.torioki.close();
  await database.close();
});

/** A browser with cookies of both: the guest session's and better-auth's. */
class Browser {
  readonly cookies = new Map<string, string>();
  guest!: Visitor;

  static async withCart(): Promise<Browser> {
    const browser = new Browser();
    await browser.fillCart(2);
    return browser;
  }

  async fillCart(quantity: number): Promise<void> {
    this.guest = api.visitor();
    await this.guest.start();
    await this.guest.choose(1);
    await this.guest.add(10, quantity);
    this.cookies.set("guest_session_id", this.guest.token);
  }

  async auth(method: string, path: string, body?: object): Promise<Response> {
    const response = await auth.handler(
      new Request(path.startsWith("http") ? path : `${ORIGIN}/api/auth${path}`, {
        method,
        body: body ? JSON.stringify(body) : null,
        headers: { "Content-Type": "application/json", Origin: ORIGIN, Cookie: this.cookie },
      }),
    );
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) as unknown as [string, string, string];
      if (/Max-Age=0/.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  get cookie(): string {
    return [...this.cookies].map((pair) => pair.join("=")).join("; ");
  }

  /** What is in the logged-in user's cart; undefined where nobody is logged in. */
  async inUserCart(): Promise<number | undefined> {
    const { status, body } = await api.call<{ total_items: number }>("GET", "/api/user/cart", {
      headers: { Cookie: this.cookie },
    });
    return status === 200 ? body.total_items : undefined;
  }

  async isHandedOver(): Promise<boolean> {
    return !this.cookies.has("guest_session_id") && (await this.guest.cart()).status === 401;
  }
}

let count = 0;
let email: string;
beforeEach(() => {
  count += 1;
  email = `shopper${count}@example.com`;
});
const signUp = (browser: Browser, extra: object = {}) =>
  browser.auth("POST", "/sign-up/email", { email, password: PASSWORD, name: "Shopper", ...extra });
const signIn = (browser: Browser) => browser.auth("POST", "/sign-in/email", { email, password: PASSWORD });

describe("a login hands the guest's cart over:", () => {
  it("sign-up with e-mail and password, and a sign-in later on, which adds", async () => {
    const browser = await Browser.withCart();
    expect((await signUp(browser)).status).toBe(200);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([2, true]);
    await browser.auth("POST", "/sign-out", {});
    expect(await browser.inUserCart()).toBeUndefined();
    await browser.fillCart(3);
    expect((await signIn(browser)).status).toBe(200);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([5, true]);
  });

  it("user name and password", async () => {
    await signUp(new Browser(), { username: `name${count}` });
    const browser = await Browser.withCart();
    await browser.auth("POST", "/sign-in/username", { username: `name${count}`, password: PASSWORD });
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([2, true]);
  });

  it("a social login, whose last step is a redirect", async () => {
    const browser = await Browser.withCart();
    const start = await browser.auth("POST", "/sign-in/social", {
      provider: "elsewhere",
      callbackURL: "/done",
    });
    const { url } = (await start.json()) as { url: string };
    const state = new URL(url).searchParams.get("state");
    const back = await browser.auth("GET", `/callback/elsewhere?code=c&state=${state}`);
    expect([back.status, back.headers.get("location")]).toEqual([302, "/done"]);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([2, true]);
  });

  it("a magic link, which redirects, too", async () => {
    const browser = await Browser.withCart();
    await browser.auth("POST", "/sign-in/magic-link", { email, callbackURL: "/done" });
    expect((await browser.auth("GET", mail.get(email) as string)).status).toBe(302);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([2, true]);
  });

  it("a one-time code", async () => {
    const browser = await Browser.withCart();
    await browser.auth("POST", "/email-otp/send-verification-otp", { email, type: "sign-in" });
    expect((await browser.auth("POST", "/sign-in/email-otp", { email, otp: mail.get(email) })).status).toBe(
      200,
    );
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([2, true]);
  });

  it("a second factor, and not before it", async () => {
    const owner = new Browser();
    await signUp(owner);
    await owner.auth("POST", "/two-factor/enable", { password: PASSWORD });
    await database.query(`update users set "twoFactorEnabled" = true where email = $1`, [email]);
    const browser = await Browser.withCart();
    expect(await (await signIn(browser)).json()).toMatchObject({ twoFactorRedirect: true });
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([undefined, false]);
    await browser.auth("POST", "/two-factor/send-otp", {});
    expect((await browser.auth("POST", "/two-factor/verify-otp", { code: mail.get(email) })).status).toBe(
      200,
    );
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([2, true]);
  });

  it("a login of an app that holds the token itself", async () => {
    await signUp(new Browser());
    const browser = await Browser.withCart();
    browser.cookies.clear();
    const response = await auth.api.signInEmail({
      body: { email, password: PASSWORD },
      headers: new Headers({ "X-Guest-Session": browser.guest.token }),
      asResponse: true,
    });
    expect(response.status).toBe(200);
    expect((await browser.guest.cart()).status).toBe(401);
    expect(response.headers.getSetCookie().join()).not.toContain("guest_session_id");
  });
});

describe("no login, and the cart stays with the guest:", () => {
  it("a wrong password", async () => {
    await signUp(new Browser());
    const browser = await Browser.withCart();
    const refused = await browser.auth("POST", "/sign-in/email", { email, password: "wrong password" });
    expect(refused.status).toBe(401);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([undefined, false]);
  });

  it("an anonymous user, whose cart would go with it", async () => {
    const browser = await Browser.withCart();
    expect((await browser.auth("POST", "/sign-in/anonymous", {})).status).toBe(200);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([undefined, false]);
    // The real login that follows gets it.
    expect((await signUp(browser)).status).toBe(200);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([2, true]);
  });

  it("an administrator who looks at a customer's account", async () => {
    await signUp(new Browser());
    const [customer] = await database.query<{ id: number }>("select id from users where email = $1", [email]);
    const [first] = await database.query<{ email: string }>("select email from users where id = 1");
    const browser = new Browser();
    await browser.auth("POST", "/sign-in/email", { email: first?.email, password: PASSWORD });
    await browser.fillCart(2);
    const response = await browser.auth("POST", "/admin/impersonate-user", { userId: String(customer?.id) });
    expect(response.status).toBe(200);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([0, false]);
  });

  it("a change of the user's name, and a session that is prolonged", async () => {
    const browser = new Browser();
    await signUp(browser);
    const grow = () =>
      database.query(
        `update session set "createdAt" = now() - interval '2 days', "expiresAt" = now() + interval '5 days'`,
      );
    await grow();
    await browser.fillCart(2);
    expect((await browser.auth("POST", "/update-user", { name: "New" })).status).toBe(200);
    expect(await browser.isHandedOver()).toBe(false);
    await grow();
    const prolonged = await browser.auth("GET", "/get-session");
    expect(prolonged.headers.getSetCookie().join()).toContain("session_token");
    expect(await browser.isHandedOver()).toBe(false);
  });
});

describe("a hand-over that fails", () => {
  it.each<[string, () => Api["torioki"]]>([
    [
      "throws",
      () => {
        throw new ReferenceError("Cannot access 'torioki' before initialization");
      },
    ],
    ["gives nothing", () => undefined as never],
  ])("does not fail the login where the function that should give Torioki %s", async (_, ours) => {
    const browser = await Browser.withCart();
    const broken = hostsAuth(ours);
    const response = await broken.handler(
      new Request(`${ORIGIN}/api/auth/sign-up/email`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Origin: ORIGIN, Cookie: browser.cookie },
        body: JSON.stringify({ email, password: PASSWORD, name: "Shopper" }),
      }),
    );
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie().join()).toContain("session_token");
    expect(await browser.isHandedOver()).toBe(false);
  });

  it("does not fail the login, and the cart is there for the next one", async () => {
    await signUp(new Browser());
    const browser = await Browser.withCart();
    await database.query("alter table torioki_hand_overs rename to away");
    expect((await signIn(browser)).status).toBe(200);
    await database.query("alter table away rename to torioki_hand_overs");
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([0, false]);
    expect((await signIn(browser)).status).toBe(200);
    expect([await browser.inUserCart(), await browser.isHandedOver()]).toEqual([2, true]);
  });
});

it("who is logged in is told without a write, and nobody where the cookie is forged", async () => {
  const browser = new Browser();
  await signUp(browser);
  await database.query(
    `update session set "updatedAt" = '2020-01-01', "expiresAt" = now() + interval '1 day'`,
  );
  expect(await browser.inUserCart()).toBe(0);
  const [row] = await database.query<{ n: number }>(
    `select count(*)::int as n from session where "updatedAt" > '2020-01-01'`,
  );
  expect(row?.n).toBe(0);
  for (const [name, value] of browser.cookies) browser.cookies.set(name, `${value.slice(0, -4)}AAA%3D`);
  expect(await browser.inUserCart()).toBeUndefined();
});

it("refuses to stand before the two-factor plugin", async () => {
  const wrong = betterAuth({
    secret: "s".repeat(32),
    baseURL: ORIGIN,
    database: { db: database.db, type: "postgres" },
    plugins: [guestCartHandOver(() => api.torioki), twoFactor()],
  });
  await expect(wrong.$context).rejects.toThrow("list guestCartHandOver() after twoFactor()");
});
