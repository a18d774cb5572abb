/**
 * The library: what the server runs on, to mount in a server that already exists.
 *
 * ```ts
 * const torioki = await createTorioki({ database: process.env.DATABASE_URL! });
 * app.all("/api/guest/*", (c) => torioki.fetch(c.req.raw)); // any server that speaks fetch
 * ```
 */

import { z } from "zod";
import { createApp, createOperatorApp } from "./app.ts";
import { LookUps, noCache } from "./cache/look-ups.ts";
import { Redis } from "./cache/redis.ts";
import { Trust } from "./cache/trust.ts";
import { GuestCarts, UserCarts } from "./carts/cart.ts";
import type { Cart, UserCart } from "./carts/contract.ts";
import { Catalog } from "./catalog/catalog.ts";
import type { MenuList, Store, StoreList } from "./catalog/contract.ts";
import { ConcurrencyLimit } from "./db/concurrency.ts";
import { type DatabaseSource, openDatabase, poolState } from "./db/database.ts";
import { batchingOn } from "./db/many.ts";
import { readMigrations } from "./db/migrations.ts";
import { isMigrated, migrateUp } from "./db/migrator.ts";
import { underDeadline } from "./deadline.ts";
import type { Session } from "./guest-sessions/contract.ts";
import { GuestSessions } from "./guest-sessions/guest-session.ts";
import { Touches } from "./guest-sessions/touches.ts";
import type { Receipt, ReceiptList, Ticket } from "./hand-over/contract.ts";
import { HandOver, type HandOverInput } from "./hand-over/hand-over.ts";
import {
  type CartCalls,
  cartCalls,
  type InLanguage,
  parse,
  requireInteger,
  requireUser,
  type StoreChoice,
  type Token,
  type User,
} from "./host-calls.ts";
import type { AuthHandler } from "./http/auth.ts";
import { type Connection, checkTrustedProxies, clientOf } from "./http/client.ts";
import { Credential } from "./http/credential.ts";
import { handOverAtLogin, type LoginHandOver, type LoginInput } from "./http/login-hand-over.ts";
import { loadStorefront, type Storefront } from "./http/storefront.ts";
import type { Authenticate } from "./http/user.ts";
import { type Logger, toStandardError, warnOfIdle } from "./logger.ts";
import { takeCensus } from "./maintenance/census.ts";
import { type CleanupOptions, type CleanupReport, cleanup } from "./maintenance/cleanup.ts";
import { Metrics } from "./metrics.ts";
import {
  connectionString,
  cookieName,
  metricsToken as metricsTokenOption,
  origin,
  publicUrl as publicUrlOption,
  type RateLimits,
  rate,
  redisUrl,
  type Strategy,
  strategy as strategyOption,
  sessionTtl as ttlOption,
  usualLimits,
} from "./options.ts";
import { within } from "./patience.ts";

export type { Cart, CartItem, Notice, UserCart } from "./carts/contract.ts";
export type { Menu, MenuList, Store, StoreList } from "./catalog/contract.ts";
export type { DatabaseSource } from "./db/database.ts";
export { type ErrorCode, type FieldError, ToriokiError } from "./errors.ts";
export type { Session } from "./guest-sessions/contract.ts";
export type { Receipt, ReceiptItem, ReceiptList, Ticket } from "./hand-over/contract.ts";
export type { HandOverInput } from "./hand-over/hand-over.ts";
export type { LoginHandOver, LoginInput } from "./http/login-hand-over.ts";
export type { Authenticate } from "./http/user.ts";
export type { Language } from "./language.ts";
export type { Logger } from "./logger.ts";
export type { CleanupOptions, CleanupReport } from "./maintenance/cleanup.ts";
export type { Rate, RateLimits, Strategy } from "./options.ts";
export type { Connection, Redis, Storefront };
export { loadStorefront };

export type ToriokiOptions = {
  /**
   * A connection string, or what you have open already: a `pg` Pool, a PGlite or a Kysely. Yours stays open on close.
   * With each, a call is answered within 3 s whatever hangs (503 `database_unavailable`). Give a Pool of yours a
   * `connectionTimeoutMillis`, and the connections under a Kysely a `statement_timeout`: Torioki cannot end those itself.
   */
  database: DatabaseSource;
  /** Apply pending migrations first. Off by default: then run `torioki migrate up` when you deploy. */
  migrate?: boolean | undefined;
  /**
   * Carry out requests that arrive while the database is busy together, as one statement. On by default; off is for measuring
   * and for finding faults.
   */
  batch?: boolean | undefined;
  /** Prepare statements, once per connection. Turn it off behind a transaction pooler such as PgBouncer. */
  prepare?: boolean | undefined;
  /**
   * Answers session look-ups from Redis, and counts the limits of all replicas together: `redis://host:6379`,
   * `redis+sentinel://host:26379,host:26379/master` or `redis+cluster://host:6379,host:6379` (`rediss` with TLS).
   * Everything works without it, and while it is away.
   */
  redis?: string | Redis | undefined;
  /**
   * How often is too often (429): sessions made, look-ups that failed and catalog reads, by client; changes, by session or user.
   * Each has `most` in `seconds`. `false`: no limits. By default 1,000 sessions and 1,000 failed look-ups in ten minutes and 6,000
   * reads a minute per client, 300 changes a minute.
   */
  rateLimit?: false | Partial<RateLimits> | undefined;
  /**
   * Proxies whose `X-Forwarded-For` is believed: addresses, ranges such as `10.0.0.0/8`, or `loopback`, `linklocal`,
   * `uniquelocal`. None by default.
   */
  trustedProxies?: string[] | undefined;
  /** The client's address, where you know it better than the connection that you hand to `fetch`; null: unknown. */
  clientAddress?: ((request: Request) => string | null | undefined) | undefined;
  /** Who reads /metrics must send it as a bearer token. Without it anybody may. */
  metricsToken?: string | undefined;
  /** `false`: /metrics is not served by `fetch`, but by `operatorFetch` alone. */
  metrics?: boolean | undefined;
  /** The storefront page, for `fetch` to answer at `/`: `loadStorefront()`. None by default. */
  storefront?: Storefront | undefined;
  /**
   * Who the logged-in user of a request is, for `/api/user/*` and the hand-over: gives the `users.id`, or null for nobody.
   * Without it nobody is logged in over HTTP. `torioki/better-auth` and `torioki/jwt` have ready-made ones.
   */
  authenticate?: Authenticate | undefined;
  /**
   * Answers `/api/auth/*`, for a server that has no other place for its logins; e.g. better-auth's `auth.handler`. The
   * checks of every call (origin, size of the body, security headers) come before it. Its second argument has `client`, the
   * key of the caller's limits.
   */
  authHandler?: AuthHandler | undefined;
  /**
   * How the hand-over merges a line that both carts have: `sum` (the default; at most 99, what is cut is on the receipt),
   * `max`, `guest_wins` or `user_wins`.
   */
  handOverStrategy?: Strategy | undefined;
  /** Life span of a guest session in seconds, from its creation; 24 hours by default. */
  sessionTtl?: number | undefined;
  /** The server's address as browsers see it. With `https:` the cookie is secure and has the `__Host-` prefix. */
  publicUrl?: string | undefined;
  /**
   * Other origins of the same site (subdomains, ports) whose pages may call with the visitor's cookie. Browsers keep the
   * cookie (`SameSite=Lax`) from the pages of other sites, whatever is named here.
   */
  allowedOrigins?: string[] | undefined;
  /** The name of another program's cookie, accepted beside ours. For the day after a take-over of its tables. */
  formerCookieName?: string | undefined;
  /** A pino logger or one of its shape. By default, warnings and errors go to standard error as lines of JSON. */
  logger?: Logger | undefined;
};

export type Torioki = {
  /**
   * Answers one HTTP request (the web's Request and Response). Addresses of ours only; the rest is 404.
   * @param connection what your server says of the connection (`c.env` in Hono on Node): limits by client need it
   */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** Answers /healthz, /readyz and /metrics and nothing else, for a port of their own. */
  operatorFetch(request: Request): Promise<Response>;
  guestSessions: {
    /** Starts a session. The token is the visitor's secret; it is told here only. */
    create(): Promise<{ session: Session; sessionToken: string }>;
    get(input: Token): Promise<Session>;
    selectStore(input: Token & StoreChoice): Promise<Session>;
    remove(input: Token): Promise<void>;
    /** A one-time code that stands for the session in one hand-over, for 10 minutes. Whoever has it can take the cart. */
    createTicket(input: Token): Promise<Ticket>;
  };
  guestCarts: CartCalls<Token, Cart>;
  /** Of users that you have authenticated: `user_required` where there is no such user. */
  userCarts: CartCalls<User, UserCart> & {
    selectStore(input: User & InLanguage & StoreChoice): Promise<UserCart>;
  };
  /**
   * Moves a guest session's lines, of all stores, into a user's cart and ends the session, in one transaction. The same
   * token and user again: the same receipt. Refused with `guest_session_required`, `user_required`, or `cart_full` where
   * the user's cart would have more than 1,000 lines; then nothing changes.
   */
  handOver(input: HandOverInput): Promise<Receipt>;
  /**
   * The same beside a login of any kind: takes the guest session from the login request's headers. Never throws; a fault
   * is logged and counted, and the cart is kept for the next try.
   * @returns the receipt, and the `Set-Cookie` for the login's answer
   */
  handOverAtLogin(input: LoginInput): Promise<LoginHandOver>;
  /** What was handed over to a user in the last day, the newest first: for a login whose own answer could not say it. */
  receipts(input: User): Promise<ReceiptList>;
  /**
   * What can be ordered; `store_not_found` for a store that is unknown or inactive, `overloaded` where too many such reads
   * wait already.
   */
  catalog: {
    /** Active stores by id. @param input.q part of the name or address @param input.limit 1 to 500, 100 by default */
    listStores(input?: {
      q?: string | undefined;
      after?: number | undefined;
      limit?: number | undefined;
    }): Promise<StoreList>;
    getStore(storeId: number): Promise<Store>;
    getMenus(storeId: number): Promise<MenuList>;
  };
  /** Deletes expired sessions with their lines. Safe to run at any time and by several processes. */
  cleanup(options?: CleanupOptions): Promise<CleanupReport>;
  /** Writes what is still noted and closes what was opened here. */
  close(): Promise<void>;
};

const DAY = 24 * 60 * 60;

/**
 * Opens Torioki on a database. A refusal of any of its calls is thrown as {@link ToriokiError} with the contract's
 * `code` and `status`; an invalid argument as `invalid_request` (422).
 * @param metrics where things are counted, for a server of several processes; a host has no need of it
 */
export async function createTorioki(options: ToriokiOptions, metrics = new Metrics()): Promise<Torioki> {
  const {
    logger = toStandardError(),
    sessionTtl = DAY,
    allowedOrigins = [],
    publicUrl,
    formerCookieName,
  } = options;
  const { authenticate, authHandler, handOverStrategy = "sum" } = options;
  checkOptions(options);
  const { prepare = true, rateLimit = {} } = options;
  if (options.migrate) await migrateFirst(options.database, prepare);
  const database = await openDatabase(options.database, {
    prepare,
    onIdleError: warnOfIdle(logger),
  });
  const { db, capacity } = database;
  const { patience } = capacity;
  const redis = typeof options.redis === "string" ? new Redis(options.redis, logger) : options.redis;
  const cache = redis
    ? new LookUps(redis, new Trust(db, patience), (outcome) => metrics.countLookUp(outcome))
    : noCache;
  // What operators ask for. A question that hangs in the database keeps its place, and takes no more than its connection.
  const upkeep = new ConcurrencyLimit({ most: 2, mostWaiting: 100, patience });
  metrics.watch({
    census: () => takeCensus(db, upkeep),
    pool: () => poolState(db),
    redis: () => redis && { isUp: redis.isUp, faults: redis.faults },
  });
  const touches = new Touches(db, (err) => logger.warn({ err }, "last_accessed_at was not written"));
  const batching = batchingOn(capacity, options.batch);
  const touched = (sessionId: string | number) => touches.note(String(sessionId));
  const sessions = new GuestSessions(
    db,
    sessionTtl,
    batching,
    { touched, count: (event) => metrics.countSession(event) },
    cache,
  );
  const guestCarts = new GuestCarts(db, batching, { touched, added: () => metrics.countAdd("guest") });
  const userCarts = new UserCarts(db, batching, { added: () => metrics.countAdd("user") });
  const handOver = new HandOver(db, handOverStrategy, batching.single, cache);
  const credential = new Credential({
    isSecure: publicUrl?.startsWith("https:") ?? false,
    formerName: formerCookieName,
  });
  const catalog = new Catalog(db, capacity);
  const migrations = readMigrations();
  let looking: Promise<boolean> | undefined;
  /** One look at the database answers all who ask meanwhile. */
  const isReady = () => {
    looking ??= underDeadline(undefined, () => upkeep.run(() => isMigrated(db, migrations))).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const { metricsToken } = options;
  const app = createApp({
    guestSessions: sessions,
    guestCarts,
    userCarts,
    handOver,
    catalog,
    credential,
    authenticate,
    authHandler,
    isReady,
    metrics,
    metricsToken,
    servesMetrics: options.metrics ?? true,
    storefront: options.storefront,
    logger,
    rateLimits: rateLimit === false ? undefined : { ...usualLimits, ...rateLimit },
    clientOf: clientOf({
      ...options,
      trustedProxies: options.trustedProxies ?? [],
      onUntrustedProxy: (address) =>
        logger.warn(
          { address },
          "requests come through a proxy that is not trusted: all its visitors count as one client until TRUSTED_PROXIES names it",
        ),
    }),
    redis,
    publicUrl,
    allowedOrigins,
    patience,
  });

  const operatorApp = createOperatorApp({ isReady, metrics, metricsToken, logger, patience });

  return {
    fetch: async (request, connection) => app.fetch(request, connection ?? {}),
    operatorFetch: async (request) => operatorApp.fetch(request),
    guestSessions: {
      create: () => sessions.create(),
      get: (input) => sessions.get(input),
      selectStore: async (input) => {
        requireInteger("storeId", input.storeId);
        return (await sessions.selectStore(input)).session;
      },
      remove: (input) => sessions.remove(input),
      createTicket: (input) => handOver.createTicket(input),
    },
    guestCarts: cartCalls(guestCarts, () => {}),
    userCarts: {
      ...cartCalls(userCarts, requireUser),
      selectStore: async (input) => {
        requireUser(input);
        requireInteger("storeId", input.storeId);
        return parse((await userCarts.selectStore(input, input)).cart);
      },
    },
    handOver: async (input) => {
      requireUser(input);
      return (await metrics.countHandOver("call", handOver.handOver(input))).receipt;
    },
    receipts: async (input) => {
      requireUser(input);
      return handOver.receipts(input);
    },
    handOverAtLogin: handOverAtLogin({ handOver, credential, metrics, logger }),
    catalog: {
      listStores: async (input = {}) => {
        if (input.limit !== undefined) requireInteger("limit", input.limit, 500);
        return parse(await catalog.listStores(input));
      },
      getStore: async (storeId) => {
        requireInteger("storeId", storeId);
        return parse(await catalog.getStore(storeId));
      },
      getMenus: async (storeId) => {
        requireInteger("storeId", storeId);
        return parse(await catalog.getMenus(storeId));
      },
    },
    cleanup: (cleanupOptions) => metrics.countCleanup(cleanup(db, cleanupOptions)),
    close: async () => {
      const written = touches.flush();
      if (patience === undefined) await written;
      else await within(patience, "", written).catch(() => {});
      if (redis !== options.redis) redis?.close();
      await database.close();
    },
  };
}

async function migrateFirst(source: DatabaseSource, prepare: boolean): Promise<void> {
  const { db, close } = await openDatabase(source, { patient: true, prepare });
  try {
    await migrateUp(db, { mayTakeOver: false });
  } finally {
    await close();
  }
}

const proxies = z.array(z.string()).superRefine((list, context) => {
  try {
    checkTrustedProxies(list);
  } catch (error) {
    context.addIssue(`takes addresses and ranges: ${(error as Error).message}`);
  }
});
const isFunction = (value: unknown) => typeof value === "function";
const handedIn = z.custom((value) => typeof value === "object" && value !== null, {
  error: "takes a connection string, a pg Pool, a PGlite or a Kysely",
});

/** @throws TypeError that names the option and what it takes */
function checkOptions(options: ToriokiOptions): void {
  const checks: Partial<Record<keyof ToriokiOptions, z.ZodType>> = {
    database: typeof options.database === "string" ? connectionString : handedIn,
    sessionTtl: ttlOption.optional(),
    publicUrl: publicUrlOption.optional(),
    allowedOrigins: z.array(origin, "takes a list of origins").optional(),
    formerCookieName: cookieName.optional(),
    handOverStrategy: strategyOption.optional(),
    redis: z.union([redisUrl, z.instanceof(Redis)], "takes an address such as redis://host:6379").optional(),
    rateLimit: z
      .union([z.literal(false), z.partialRecord(z.enum(["sessions", "failures", "reads", "writes"]), rate)], {
        error: "takes false, or most and seconds for each of sessions, failures, reads and writes",
      })
      .optional(),
    trustedProxies: proxies.optional(),
    metrics: z.boolean("takes true or false").optional(),
    storefront: z.custom((value) => value instanceof Map, "takes what loadStorefront() gives").optional(),
    batch: z.boolean("takes true or false").optional(),
    metricsToken: metricsTokenOption.optional(),
    clientAddress: z.custom(isFunction, "takes a function from a request to the client's address").optional(),
    authHandler: z.custom(isFunction, "takes a function from a request to its answer").optional(),
    authenticate: z.custom(isFunction, "takes a function from a request to a user's id or null").optional(),
  };
  for (const [name, schema] of Object.entries(checks)) {
    const { error } = schema.safeParse(options[name as keyof ToriokiOptions]);
    if (error) throw new TypeError(`createTorioki: ${name} ${error.issues[0]?.message}`);
  }
}
