/** The HTTP app: what happens to every request, in order, and every route by hand. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import { cors } from "hono/cors";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { Redis } from "./cache/redis.ts";
import type { GuestCarts, UserCarts } from "./carts/cart.ts";
import { addGuestCartRoutes, addUserCartRoutes } from "./carts/routes.ts";
import type { Catalog } from "./catalog/catalog.ts";
import { addCatalogRoutes } from "./catalog/routes.ts";
import { isRefusal, ToriokiError } from "./errors.ts";
import type { GuestSessions } from "./guest-sessions/guest-session.ts";
import { addGuestSessionRoutes } from "./guest-sessions/routes.ts";
import type { HandOver } from "./hand-over/hand-over.ts";
import { addHandOverRoutes } from "./hand-over/routes.ts";
import { type AuthHandler, addAuthRoutes } from "./http/auth.ts";
import { refuseLargeBody } from "./http/body.ts";
import type { ClientOf } from "./http/client.ts";
import type { Credential } from "./http/credential.ts";
import { addDocs } from "./http/docs.ts";
import type { App, AppContext, Environment } from "./http/environment.ts";
import { addHealthRoutes, addMetricsRoute, type HealthDependencies } from "./http/health.ts";
import { addLimits, noLimits } from "./http/limits.ts";
import { refuseCrossOrigin } from "./http/origin.ts";
import { toProblem } from "./http/problem.ts";
import { requestLog } from "./http/request-log.ts";
import { addGuestSecurity } from "./http/session-token.ts";
import { type Authenticate, addUserSecurity, userOf } from "./http/user.ts";
import { type Language, languages } from "./language.ts";
import type { Logger } from "./logger.ts";
import type { RateLimits } from "./options.ts";

export type AppDependencies = HealthDependencies & {
  guestSessions: GuestSessions;
  guestCarts: GuestCarts;
  userCarts: UserCarts;
  handOver: HandOver;
  catalog: Catalog;
  credential: Credential;
  authenticate: Authenticate | undefined;
  authHandler: AuthHandler | undefined;
  logger: Logger;
  /** undefined: no limits */
  rateLimits: RateLimits | undefined;
  clientOf: ClientOf;
  redis: Redis | undefined;
  /** false: /metrics is served elsewhere (`createOperatorApp`) */
  servesMetrics: boolean;
  /** The server's address as browsers see it; `https:` makes the cookie secure. */
  publicUrl?: string | undefined;
  /** Other origins of the same site whose pages may call with the visitor's cookie. */
  allowedOrigins: string[];
};

/** For answers that are no page. */
const NOTHING_TO_LOAD = "default-src 'none'; frame-ancestors 'none'";

export function createApp(dependencies: AppDependencies): App {
  const { publicUrl, credential } = dependencies;
  const allowedOrigins = new Set(dependencies.allowedOrigins);
  const app = newApp(dependencies);
  app.use(
    secureHeaders({
      strictTransportSecurity: credential.isSecure ? "max-age=31536000" : false,
      xFrameOptions: "DENY",
      // Headers for browsers that are no longer there.
      xDownloadOptions: false,
      xDnsPrefetchControl: false,
      xPermittedCrossDomainPolicies: false,
      xXssProtection: false,
      originAgentCluster: false,
    }),
  );
  app.use(async (c, next) => {
    await next();
    // A route that needs something else (the page at /docs) has said so itself.
    if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
    if (!c.res.headers.has("Content-Security-Policy")) c.header("Content-Security-Policy", NOTHING_TO_LOAD);
    c.header("Vary", "Accept-Language", { append: true });
  });
  if (allowedOrigins.size > 0) {
    const exposeHeaders = [
      "Retry-After",
      "RateLimit",
      "RateLimit-Policy",
      "Idempotency-Replayed",
      "X-Request-Id",
    ];
    const share = cors({ origin: [...allowedOrigins], credentials: true, maxAge: 600, exposeHeaders });
    // An OPTIONS that asks for no method is no preflight: like any other unknown method, it gets its 405.
    app.use((c, next) =>
      c.req.method === "OPTIONS" && !c.req.header("Access-Control-Request-Method") ? next() : share(c, next),
    );
  }
  app.use(async (c, next) => {
    refuseCrossOrigin(c.req.raw, allowedOrigins, publicUrl);
    refuseLargeBody(c.req.raw);
    await next();
  });
  app.use("/api/guest/*", async (c, next) => {
    c.set("sessionToken", credential.read(c.req.raw.headers));
    await next();
  });
  const { rateLimits, clientOf, redis } = dependencies;
  const limits = rateLimits ? addLimits(app, rateLimits, clientOf, redis) : noLimits;
  const isUser = limits.ofUser(userOf(dependencies.authenticate));

  addGuestSecurity(app);
  addGuestSessionRoutes(app, dependencies.guestSessions, credential, limits);
  addGuestCartRoutes(app, dependencies.guestCarts);
  addHandOverRoutes(app, dependencies, isUser);
  addUserSecurity(app);
  addUserCartRoutes(app, dependencies.userCarts, isUser);
  addCatalogRoutes(app, dependencies.catalog);
  if (dependencies.authHandler) addAuthRoutes(app, dependencies.authHandler);
  addHealthRoutes(app, dependencies);
  if (dependencies.servesMetrics) addMetricsRoute(app, dependencies);
  addDocs(app);
  refuseOtherMethods(app);
  return app;
}

/** For a port that operators alone can reach: /healthz, /readyz and /metrics. */
export function createOperatorApp(dependencies: HealthDependencies & { logger: Logger }): App {
  const app = newApp(dependencies);
  addHealthRoutes(app, dependencies);
  addMetricsRoute(app, dependencies);
  refuseOtherMethods(app);
  return app;
}

/** What every request has: an id, a line in the log, a language, and refusals as problem documents. */
function newApp({ logger, metrics }: Pick<AppDependencies, "logger" | "metrics">): App {
  const logOutage = onceASecond((error: ToriokiError) =>
    logger.error({ err: error.cause, code: error.code }, "requests are refused for the moment"),
  );
  const app = new OpenAPIHono<Environment>();
  // A request's own id is taken over only where it is too short to be a session token: it is logged.
  app.use(requestId({ limitLength: 50 }));
  app.use(requestLog(logger, metrics));
  app.use(async (c, next) => {
    c.set("language", languageOf(c));
    await next();
  });
  app.notFound((c) => toProblem(new ToriokiError("not_found"), c));
  app.onError((error, c) => {
    if (isRefusal(error)) {
      if (error.limit) metrics.countLimited(error.limit.name);
      return toProblem(error, c);
    }
    if (!(error instanceof ToriokiError)) {
      logger.error({ request_id: c.get("requestId"), err: error }, "request failed");
      return toProblem(new ToriokiError("internal_error"), c);
    }
    logOutage(error);
    return toProblem(error, c);
  });
  return app;
}

/** The visitor's first language that we have; `ja-JP` is Japanese. */
function languageOf(c: AppContext): Language {
  const primary = (tag: string) => languages.find((language) => tag.toLowerCase().split("-")[0] === language);
  return accepts(c, {
    header: "Accept-Language",
    supports: [...languages],
    default: languages[0],
    match: (wanted, { default: fallback }) =>
      wanted
        .filter(({ q }) => q > 0)
        .toSorted((a, b) => b.q - a.q)
        .map(({ type }) => primary(type))
        .find(Boolean) ?? fallback,
  }) as Language;
}

/** In an outage every request fails with the same cause; each has its own line anyway, with its 503. */
function onceASecond<T>(log: (value: T) => void): (value: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (value) => {
    if (performance.now() - last < 1_000) return;
    last = performance.now();
    log(value);
  };
}

/** A known address with another method: 405, and `Allow` says which it takes (RFC 9110, 15.5.6). */
function refuseOtherMethods(app: App): void {
  const methods = Map.groupBy(
    app.routes.filter(({ method }) => method !== "ALL"),
    ({ path }) => path,
  );
  // The first address that fits answers: `/session/convert` must come before `/session/:session_id`.
  const fixedFirst = [...methods].sort(([a], [b]) => Number(a.includes(":")) - Number(b.includes(":")));
  for (const [path, routes] of fixedFirst) {
    const allow = [
      ...new Set(routes.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]))),
    ].join(", ");
    app.all(path, (c) => {
      c.header("Allow", allow);
      throw new ToriokiError("method_not_allowed", { values: { allow } });
    });
  }
}
