/**
 * Every way in which PostgreSQL can hang without an error, and every way to open Torioki on it. Used by the test of the 3 s
 * within which each call is answered (RELIABILITY, promise 6), and by bench/hangs.ts.
 */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { SignJWT } from "jose";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { BenchPostgres } from "../../bench/postgres.ts";
import { bearerJwt } from "../../src/login/jwt.ts";
import { createTorioki } from "../../src/torioki.ts";
import { startTorioki } from "./process.ts";
import { startProxy } from "./proxy.ts";

const SECRET = "a secret of the tests, of 32 characters and more";
const USER = 1;

export type Proxy = Awaited<ReturnType<typeof startProxy>>;

/** Each makes the database hang. @returns ends it */
export const ways: Record<string, (hanging: Hanging) => Promise<() => Promise<void>>> = {
  "backends stopped": async ({ postgres }) => {
    const pids = childrenOf(postgres.pid);
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    return async () => {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    };
  },
  "postmaster stopped": async ({ postgres, proxy }) => {
    process.kill(postgres.pid, "SIGSTOP");
    // Connections that are open go on being served; whoever needs a new one waits for the first word on it.
    proxy.reset();
    return async () => void process.kill(postgres.pid, "SIGCONT");
  },
  "network black hole": async ({ proxy }) => {
    proxy.mode = "hang";
    return async () => {
      // What was swallowed never comes; a network that is back resets such connections.
      proxy.mode = "pass";
      proxy.reset();
    };
  },
  "lock on the tables": (hanging) =>
    hold(hanging, "lock table guest_sessions, guest_cart_items, user_cart_items in access exclusive mode"),
  "lock on the rows": (hanging) =>
    hold(hanging, "select from guest_sessions for update", "select from torioki_user_carts for update"),
  "lock on the catalog": (hanging) => hold(hanging, "lock table menus in access exclusive mode"),
};

export type Hanging = { postgres: BenchPostgres; proxy: Proxy; direct: string };

/** The processes that serve connections, and PostgreSQL's own beside them. */
function childrenOf(pid: number): number[] {
  return execFileSync("ps", ["--ppid", `${pid}`, "-o", "pid="], { encoding: "utf8" })
    .trim()
    .split(/\s+/)
    .map(Number);
}

async function hold({ direct }: Hanging, ...statements: string[]): Promise<() => Promise<void>> {
  const holder = new pg.Client(direct);
  await holder.connect();
  await holder.query("begin");
  for (const statement of statements) await holder.query(statement);
  return async () => {
    await holder.query("rollback");
    await holder.end();
  };
}

export type Answer = { call: string; status: number; milliseconds: number };
type Send = (request: Request) => Promise<Response>;
/** `calls`: how many different ones `ask` goes through. */
export type Target = { calls: number; ask: (n: number) => Promise<Answer>; stop: () => Promise<void> };

/** Torioki opened in each way. @param url of the database @param program of a checkout, for the server */
export const targets: Record<string, (url: string, program?: string) => Promise<Target>> = {
  server: async (url, program) => {
    const env = { DATABASE_URL: url, AUTH_JWT_SECRET: SECRET, MIGRATE_ON_START: "off", CLEANUP_CRON: "off" };
    const server = await startTorioki(env, "serve", program);
    return toTarget(server.url, fetch, async () => void (await server.stop()));
  },
  // Here the user's calls ask the database who they are, before they ask it for the cart.
  "server with accounts": async (url, program) => {
    const env = { DATABASE_URL: url, AUTH_SECRET: SECRET, MIGRATE_ON_START: "off", CLEANUP_CRON: "off" };
    const server = await startTorioki(env, "serve", program);
    return toTarget(server.url, fetch, async () => void (await server.stop()), newAccount());
  },
  "connection string": (url) => mounted(url, async () => {}),
  pool: (url) => {
    const pool = new pg.Pool({ connectionString: url });
    pool.on("error", () => {});
    return mounted(pool, () => pool.end());
  },
  Kysely: (url) => {
    const pool = new pg.Pool({ connectionString: url });
    pool.on("error", () => {});
    // Kysely's own driver leaves a connection that is lost in use without anybody who hears of it.
    pool.on("connect", (client) => client.on("error", () => {}));
    const kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
    return mounted(kysely, () => kysely.destroy());
  },
};

async function mounted(
  database: string | pg.Pool | Kysely<unknown>,
  end: () => Promise<void>,
): Promise<Target> {
  const torioki = await createTorioki({
    database,
    rateLimit: false,
    authenticate: bearerJwt({ secret: SECRET }),
    logger: { info() {}, warn() {}, error() {} },
  });
  return toTarget("http://torioki.test", torioki.fetch, async () => {
    await torioki.close();
    await end();
  });
}

/** Longer than anybody waits; what is not answered by then has a status that no call has. Milliseconds. */
const NO_ANSWER = 20_000;

async function answered(response: Promise<Response>): Promise<Response> {
  const isOver = new AbortController();
  const late = setTimeout(NO_ANSWER, undefined, { signal: isOver.signal }).then(
    () => new Response("", { status: 504 }),
    () => response,
  );
  return Promise.race([response, late]).finally(() => isOver.abort());
}

type Account = { name: string; email: string; password: string };

/** Each time another one, so that no limit of wrong passwords comes before the database. */
const stranger = {
  get email() {
    return `${randomUUID()}@example.com`;
  },
  password: "a password of the tests",
};

const newAccount = (): Account => ({
  name: "Hana",
  email: `${randomUUID()}@example.com`,
  password: "a password of the tests",
});

/**
 * Every call that goes to the database, one after the other; those of a cart have the same guest or user.
 * @param account where users log in with the server's own accounts; without it they have a JWT
 */
async function toTarget(
  origin: string,
  send: Send,
  stop: () => Promise<void>,
  account?: Account,
): Promise<Target> {
  const token = await new SignJWT({ sub: `${USER}` })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
  let cookie = "";
  const call = async (line: string, body?: object) => {
    const [method = "", path = ""] = line.split(" ");
    const headers = {
      Cookie: cookie,
      ...(account ? {} : { Authorization: `Bearer ${token}` }),
      ...(body ? { "Content-Type": "application/json" } : {}),
    };
    const start = performance.now();
    const request = new Request(`${origin}${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const response = await answered(send(request));
    const text = await response.text();
    const answer = { call: line, status: response.status, milliseconds: performance.now() - start };
    const cookies = response.headers.getSetCookie().map((line) => line.split(";")[0]);
    return { answer, text, cookie: cookies.join("; ") };
  };
  if (account) cookie = (await call("POST /api/auth/sign-up/email", account)).cookie;
  cookie += `; ${(await call("POST /api/guest/session")).cookie}`;
  for (const who of ["guest/session", "user/cart"]) await call(`POST /api/${who}/store`, { store_id: 4 });
  const added = await call("POST /api/guest/cart/add", { menu_id: 1000 });
  const [line] = (JSON.parse(added.text) as { items: { id: number }[] }).items;
  await call("POST /api/user/cart/add", { menu_id: 1000 });
  const calls: [string, object?][] = [
    ["POST /api/guest/cart/add", { menu_id: 1001 }],
    ["GET /api/guest/cart"],
    ["GET /api/guest/session"],
    ["POST /api/guest/session/store", { store_id: 4 }],
    ["POST /api/guest/session/ticket", {}],
    ["GET /api/stores?q=ka"],
    ["GET /api/stores/4/menus"],
    ["POST /api/user/cart/add", { menu_id: 1001 }],
    ["GET /api/user/cart"],
    [`PUT /api/guest/cart/item/${line?.id}`, { quantity: 2 }],
    ["GET /api/user/receipts"],
    ["GET /readyz"],
    // A ticket that nobody has: found out in the database, and no cart goes away for the next call.
    ["POST /api/guest/session/convert", { ticket: "x".repeat(43) }],
  ];
  if (account) calls.push(["GET /api/auth/get-session"], ["POST /api/auth/sign-in/email", stranger]);
  return {
    stop,
    calls: calls.length,
    ask: async (n) => (await call(...(calls[n % calls.length] as [string, object?]))).answer,
  };
}

/** Asks so many calls, so many at once. @returns the answers, the slowest first */
export async function askMany(target: Target, calls: number, atOnce: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < calls; n = next++) answers.push(await target.ask(n));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers.sort((a, b) => b.milliseconds - a.milliseconds);
}

/** @returns after how many milliseconds a whole round of calls is answered without a 5xx */
export async function untilWell(target: Target): Promise<number> {
  const start = performance.now();
  for (;;) {
    const answers = await askMany(target, target.calls, target.calls);
    const milliseconds = performance.now() - start;
    if (answers.every(({ status }) => status < 500)) return milliseconds;
    if (milliseconds > 15_000) throw new Error(`still not well: ${JSON.stringify(answers)}`);
    await setTimeout(100);
  }
}

export async function startHanging(
  postgres: BenchPostgres,
  database: string,
): Promise<Hanging & { url: string }> {
  const proxy = await startProxy(postgres.port);
  const direct = postgres.url(database);
  const url = new URL(direct);
  url.port = String(proxy.port);
  return { postgres, proxy, direct, url: url.href };
}

/** What the users' calls need. It gets the id {@link USER}, and the next account another one. */
export const insertUser = "insert into users default values";
