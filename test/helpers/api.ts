/** Calls the app as a visitor does, with a cookie jar; every answer is checked against the OpenAPI document. */
import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import type { Cart } from "../../src/carts/contract.ts";
import type { Problem } from "../../src/contract.ts";
import { type DatabaseSource, openDatabase } from "../../src/db/database.ts";
import type { Session } from "../../src/guest-sessions/contract.ts";
import type { Receipt, Ticket } from "../../src/hand-over/contract.ts";
import {
  type Authenticate,
  createTorioki,
  type Logger,
  type Torioki,
  type ToriokiOptions,
} from "../../src/torioki.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { OpenApiCheck } from "./openapi.ts";

export const ORIGIN = "http://torioki.test";

export type Answer<T = unknown> = { status: number; headers: Headers; body: T; text: string };
export type CallOptions = { body?: unknown; raw?: BodyInit; headers?: Record<string, string> };
export type Fetch = (request: Request) => Promise<Response>;

export type Api = {
  torioki: Torioki;
  /** One call with the headers given and no others. */
  call<T = Problem>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  visitor(): Visitor;
  /** A visitor who is logged in, and uses the user's own cart. */
  user(userId: number): UserVisitor;
};

/** The login of a host that trusts this header: enough for tests of what comes after a login. */
export const USER_HEADER = "X-Test-User";
const authenticate: Authenticate = ({ headers }) => Number(headers.get(USER_HEADER)) || null;

/** What goes wrong on purpose need not be seen. */
const silent: Logger = { info() {}, warn() {}, error() {} };

export async function createApi(options: ToriokiOptions): Promise<Api> {
  const torioki = await createTorioki({ authenticate, logger: silent, rateLimit: false, ...options });
  const call = await checkedCalls(ORIGIN, torioki.fetch);
  return {
    torioki,
    call,
    visitor: () => new Visitor(call),
    user: (userId) => Object.assign(new UserVisitor(call), { userId }),
  };
}

export type Held = { api: Api; database: TestDatabase };

/** A database of the file's own and the API on it, from the first test to the last. */
export function useApi(): Held {
  return holdApi(async ({ source }) => ({ source }));
}

/**
 * The same without time limits: hundreds of visitors at once may wait for longer than they are allowed to on a machine that
 * is busy with other tests, where the question is whether the carts are right.
 */
export function usePatientApi(): Held {
  return holdApi(async ({ source }) => {
    const pool = typeof source === "string" ? new pg.Pool({ connectionString: source }) : undefined;
    const { db } = await openDatabase(pool ?? source, { patient: true });
    return { source: db, pool };
  });
}

type Opened = { source: DatabaseSource; pool?: pg.Pool | undefined };

function holdApi(open: (database: TestDatabase) => Promise<Opened>): Held {
  const held = {} as Held;
  let opened: Opened;
  beforeAll(async () => {
    held.database = await createTestDatabase();
    opened = await open(held.database);
    held.api = await createApi({ database: opened.source, batch: inject("batch") });
  });
  afterAll(async () => {
    await held.api.torioki.close();
    await opened.pool?.end();
    await held.database.close();
  });
  return held;
}

export type Call = Api["call"];

/** Calls to any server that answers `fetch`, in this process or over the network. */
export async function checkedCalls(origin: string, fetch: Fetch): Promise<Call> {
  const check = new OpenApiCheck(await (await fetch(new Request(`${origin}/openapi.json`))).json());
  return async <T>(method: string, path: string, { body, raw, headers = {} }: CallOptions = {}) => {
    const payload = raw ?? (body === undefined ? null : JSON.stringify(body));
    const response = await fetch(
      new Request(`${origin}${path}`, {
        method,
        body: payload,
        headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(payload instanceof ReadableStream ? { duplex: "half" } : {}),
      } as RequestInit),
    );
    const text = await response.text();
    check.check(method, new URL(response.url || `${origin}${path}`).pathname, response, text);
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (text && /json/.test(response.headers.get("content-type") ?? "")
        ? JSON.parse(text)
        : undefined) as T,
    };
  };
}

/** A browser's worth of state: one cookie jar. */
export class Visitor {
  readonly #call: Call;
  cartPath = "/api/guest/cart";
  storePath = "/api/guest/session/store";
  cookie: string | undefined;
  /** Logged in as this user. */
  userId: number | undefined;

  constructor(call: Call) {
    this.#call = call;
  }

  get token(): string {
    return this.cookie?.split("=")[1] as string;
  }

  async call<T = Problem>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
    const answer = await this.#call<T>(method, path, {
      ...options,
      headers: {
        ...(this.cookie ? { Cookie: this.cookie } : {}),
        ...(this.userId ? { [USER_HEADER]: String(this.userId) } : {}),
        ...options.headers,
      },
    });
    const set = answer.headers.get("set-cookie");
    if (set) this.cookie = /Max-Age=0/.test(set) ? undefined : set.split(";")[0];
    return answer;
  }

  convert = (body?: object) => this.call<Receipt>("POST", "/api/guest/session/convert", { body });
  ticket = () => this.call<Ticket>("POST", "/api/guest/session/ticket");
  start = () => this.call<Session>("POST", "/api/guest/session");
  session = () => this.call<Session>("GET", "/api/guest/session");
  choose = (storeId: unknown) => this.call<Session>("POST", this.storePath, { body: { store_id: storeId } });
  end = () => this.call("DELETE", "/api/guest/session");
  add = (menuId: unknown, quantity?: unknown) =>
    this.call<Cart>("POST", `${this.cartPath}/add`, { body: { menu_id: menuId, quantity } });
  cart = () => this.call<Cart>("GET", this.cartPath);
  set = (itemId: unknown, quantity: unknown) =>
    this.call<Cart>("PUT", `${this.cartPath}/item/${itemId}`, { body: { quantity } });
  remove = (itemId: unknown) => this.call<Cart>("DELETE", `${this.cartPath}/item/${itemId}`);
  clear = () => this.call<Cart>("DELETE", this.cartPath);
}

/** A user who is logged in: the same calls, on the user's own cart. */
export class UserVisitor extends Visitor {
  override cartPath = "/api/user/cart";
  override storePath = "/api/user/cart/store";
}

/** The two kinds of owner that a cart has, for tests of what holds for both. */
export const kinds = ["guest", "user"] as const;
export type Kind = (typeof kinds)[number];

/** A guest with a session, or a user who is logged in: nobody's cart yet. */
export async function newShopper({ api, database }: Held, kind: Kind): Promise<Visitor> {
  if (kind === "user") return api.user(await newUser(database));
  const visitor = api.visitor();
  await visitor.start();
  return visitor;
}

/** A user in the host's table. @returns the id */
export async function newUser(database: TestDatabase): Promise<number> {
  const [user] = await database.query<{ id: number }>("insert into users default values returning id");
  return user?.id as number;
}

/** A session's hand-over to a user, without a visitor's state: the cookie may be sent again. */
export function convertAs(api: Api, visitor: Visitor, userId: number): Promise<Answer<Receipt>> {
  return api.call("POST", "/api/guest/session/convert", {
    headers: { Cookie: visitor.cookie as string, [USER_HEADER]: String(userId) },
  });
}

/** A guest with these dishes of store 4. */
export async function guestWith(held: Held, menus: number[], quantity = 1): Promise<Visitor> {
  const visitor = await newShopper(held, "guest");
  await visitor.choose(4);
  for (const menu of menus) await visitor.add(menu, quantity);
  return visitor;
}

/** Fills a cart at several stores: menu and quantity. */
export async function fillCart(who: Visitor, lines: [menu: number, quantity: number][]): Promise<void> {
  for (const [menu, quantity] of lines) {
    await who.choose(menu >= 1000 ? 4 : menu >= 20 ? 2 : 1);
    await who.add(menu, quantity);
  }
}

/** What the database has of a user's cart, over all stores. */
export function linesOfUser(
  { database }: Held,
  userId: number,
): Promise<{ menu_id: number; quantity: number }[]> {
  return database.query("select menu_id, quantity from user_cart_items where user_id = $1 order by menu_id", [
    userId,
  ]);
}

/** The code of a refusal, whatever the caller expected of the answer. */
export function codeOf(answer: Answer): string | undefined {
  return (answer.body as Problem | undefined)?.code;
}
