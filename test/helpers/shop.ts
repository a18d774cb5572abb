/** A shop in this process, with the tests' catalog, and browsers whose requests to it can go wrong. */
import { cpSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, inject } from "vitest";
import { type Client, createClient, type Menu } from "../../src/client/client.ts";
import { openDatabase } from "../../src/db/database.ts";
import { toStandardError } from "../../src/logger.ts";
import { openAccounts } from "../../src/login/accounts.ts";
import { createTorioki, type Torioki } from "../../src/torioki.ts";
import { temporaryFolder } from "./process.ts";

/** What happens to a request: the network loses it before the server has it, or the answer; or it is answered by somebody else. */
export type Fault =
  | "lost"
  | "answer lost"
  | { status: number; headers?: Record<string, string>; body?: unknown };

export const busy: Fault = { status: 503, headers: { "Retry-After": "0" }, body: problem("overloaded", 503) };
export const tooMany: Fault = {
  status: 429,
  headers: { "Retry-After": "0" },
  body: problem("rate_limited", 429),
};
export const broken: Fault = { status: 500, body: problem("internal_error", 500) };
export const badGateway: Fault = { status: 502, body: "<h1>Bad Gateway</h1>" };

function problem(code: string, status: number) {
  return { type: "about:blank", title: code, status, detail: `${code}.`, code, request_id: "r-1" };
}

const URL_OF_SHOP = "http://shop.test";

export class TestBrowser {
  readonly client: Client;
  /** `POST /api/guest/cart/add {"menu_id":10,"quantity":1}`, in order. */
  sent: string[] = [];
  /** Milliseconds until an answer arrives. */
  delay: (call: string) => number = () => 5;
  fault: (call: string) => Fault | undefined = () => undefined;
  readonly #jar: CookieJar;
  readonly #shop: TestShop;

  constructor(shop: TestShop, jar = new CookieJar()) {
    this.#shop = shop;
    this.#jar = jar;
    // Here it is the tests that say what gets no answer, also where time passes faster.
    const timeout = 150_000;
    this.client = createClient({
      baseUrl: URL_OF_SHOP,
      timeout,
      fetch: (url, init) => this.#fetch(url, init),
    });
  }

  /** Another tab of the same browser. */
  tab(): TestBrowser {
    return new TestBrowser(this.#shop, this.#jar);
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const call = [init.method, url.slice(URL_OF_SHOP.length), init.body].filter(Boolean).join(" ");
    this.sent.push(call);
    const fault = this.fault(call);
    await new Promise((resolve) => setTimeout(resolve, this.delay(call) / 2));
    init.signal?.throwIfAborted();
    if (fault === "lost") throw new TypeError("fetch failed");
    if (typeof fault === "object") {
      const body = typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body);
      return new Response(body, fault);
    }
    const cookie = await this.#jar.getCookieString(url);
    const { signal: _, ...rest } = init;
    const request = new Request(url, { ...rest, headers: { ...(init.headers as object), cookie } });
    const response = await this.#shop.torioki.fetch(request);
    await new Promise((resolve) => setTimeout(resolve, this.delay(call) / 2));
    if (fault === "answer lost") throw new TypeError("terminated");
    for (const set of response.headers.getSetCookie()) await this.#jar.setCookie(set, url);
    init.signal?.throwIfAborted();
    return response;
  }
}

export type TestShop = {
  torioki: Torioki;
  query: PGlite["query"];
  /** By id. */
  menu: (id: number) => Menu;
  open: () => TestBrowser;
};

/** One for the whole test file, with accounts of its own. */
export function useShop(): TestShop {
  const shop = { open: () => new TestBrowser(shop) } as TestShop;
  const { folder, remove } = temporaryFolder();
  let lite: PGlite;
  beforeAll(async () => {
    cpSync(inject("pgliteTemplate"), folder, { recursive: true });
    lite = await PGlite.create(folder);
    shop.query = lite.query.bind(lite);
    // Without time limits, because a test may have time pass faster.
    const { db } = await openDatabase(lite, { patient: true });
    const { authenticate, authHandler } = openAccounts({
      db,
      secret: "s".repeat(32),
      publicUrl: undefined,
      allowedOrigins: [],
      logger: toStandardError(),
      redis: undefined,
      accountRates: false,
      processes: 1,
      torioki: () => shop.torioki,
    });
    shop.torioki = await createTorioki({ database: db, authenticate, authHandler });
    const lists = await Promise.all([1, 2, 4].map((id) => shop.open().client.stores.menus(id)));
    const menus = new Map(lists.flatMap(({ menus }) => menus).map((menu) => [menu.id, menu]));
    shop.menu = (id) => menus.get(id) as Menu;
  });
  afterAll(async () => {
    await shop.torioki.close();
    await lite.close();
    remove();
  });
  return shop;
}
