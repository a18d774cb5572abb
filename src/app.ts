/** The HTTP app: what happens to every request, in order, and every route by hand. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Redis } from "./cache/redis.ts";
import type { GuestCarts, UserCarts } from "./carts/cart.ts";
import { addGuestCartRoutes, addUserCartRoutes } from "./carts/routes.ts";
import type { Catalog } from "./catalog/catalog.ts";
import { addCatalogRoutes } from "./catalog/routes.ts";
import { Deadline, underDeadline } from "./deadline.ts";
import { isRefusal, ToriokiError } from "./errors.ts";
import type { GuestSessions } from "./guest-sessions/guest-session.ts";
import { addGuestSessionRoutes } from "./guest-sessions/routes.ts";
import { idOfToken } from "./guest-sessions/token.ts";
import type { HandOver } from "./hand-over/hand-over.ts";
import { addHandOverRoutes } from "./hand-over/routes.ts";
import { addressesOf } from "./http/addresses.ts";
import { completeAnswer } from "./http/answer.ts";
import { type AuthHandler, addAuthRoutes } from "./http/auth.ts";
import { refuseLargeBody } from "./http/body.ts";
import type { ClientOf } from "./http/client.ts";
import type { Credential } from "./http/credential.ts";
import { addDocs } from "./http/docs.ts";
import type { AnswerHeaders, App, Environment } from "./http/environment.ts";
import { addHealthRoutes, addMetricsRoute, type HealthDependencies } from "./http/health.ts";
import { languageOf } from "./http/language.ts";
import { addLimits, noLimits } from "./http/limits.ts";
import { refuseCrossOrigin } from "./http/origin.ts";
import { toProblem } from "./http/problem.ts";
import { requestIdOf } from "./http/request-id.ts";
import { logRequest } from "./http/request-log.ts";
import { addGuestSecurity } from "./http/session-token.ts";
import { shareWith } from "./http/sharing.ts";
import { addStorefront, type Storefront } from "./http/storefront.ts";
import { type Authenticate, addUserSecurity, userOf } from "./http/user.ts";
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
  /** Within how many milliseconds each request is answered, whatever hangs; undefined: when it is done. */
  patience: number | undefined;
  /** undefined: no limits */
  rateLimits: RateLimits | undefined;
  clientOf: ClientOf;
  redis: Redis | undefined;
  /** false: /metrics is served elsewhere (`createOperatorApp`) */
  servesMetrics: boolean;
  /** undefined: there is no page at `/` */
  storefront: Storefront | undefined;
  /** The server's address as browsers see it; `https:` makes the cookie secure. */
  publicUrl?: string | undefined;
  /** Other origins of the same site whose pages may call with the visitor's cookie. */
  allowedOrigins: string[];
};

export function createApp(dependencies: AppDependencies): App {
  const { publicUrl, credential } = dependencies;
  const allowedOrigins = new Set(dependencies.allowedOrigins);
  const ownOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  const app = newApp(dependencies, headersOf(credential));
  if (allowedOrigins.size > 0) shareWith(app, allowedOrigins);
  app.use((c, next) => {
    refuseCrossOrigin(c.req.raw, allowedOrigins, ownOrigin);
    refuseLargeBody(c.req.raw);
    return next();
  });
  app.use("/api/guest/*", (c, next) => {
    const token = credential.read(c.req.raw.headers);
    c.set("sessionToken", token);
    c.set("sessionId", idOfToken(token));
    return next();
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
  if (dependencies.authHandler) addAuthRoutes(app, dependencies.authHandler, clientOf);
  addHealthRoutes(app, dependencies);
  if (dependencies.servesMetrics) addMetricsRoute(app, dependencies);
  addDocs(app);
  if (dependencies.storefront) addStorefront(app, dependencies.storefront);
  return app;
}

/** For a port that operators alone can reach: /healthz, /readyz and /metrics. */
export function createOperatorApp(
  dependencies: HealthDependencies & Pick<AppDependencies, "logger" | "patience">,
): App {
  const app = newApp(dependencies, {});
  addHealthRoutes(app, dependencies);
  addMetricsRoute(app, dependencies);
  return app;
}

/** The headers of every answer. A route that needs others (the page at /docs) says so itself. */
function headersOf({ isSecure }: Credential): AnswerHeaders {
  return {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    ...(isSecure ? { "Strict-Transport-Security": "max-age=31536000" } : {}),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    // Most answers are no page.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    Vary: "Accept-Language",
  };
}

/** What every request has: an id, a deadline, a line in the log, a language, and refusals as problem documents. */
function newApp(
  dependencies: Pick<AppDependencies, "logger" | "metrics" | "patience"> & { clientOf?: ClientOf },
  headers: AnswerHeaders,
): App {
  const { logger, metrics, patience, clientOf } = dependencies;
  const logOutage = onceASecond((error: ToriokiError) =>
    logger.error({ err: error.cause, code: error.code }, "requests are refused for the moment"),
  );
  const app = new OpenAPIHono<Environment>();
  const addressOf = addressesOf(app);
  app.use(async (c, next) => {
    const start = performance.now();
    const requestId = requestIdOf(c);
    c.set("requestId", requestId);
    c.set("language", languageOf(c.req.header("Accept-Language")));
    c.set("headers", { ...headers, "X-Request-Id": requestId });
    if (patience === undefined) await next();
    else {
      const deadline = new Deadline(patience, () => clientOf?.(c.req.raw, c.env) ?? "");
      await underDeadline(deadline, next);
      deadline.end();
    }
    completeAnswer(c);
    logRequest(c, performance.now() - start, { addressOf, logger, metrics });
  });
  app.notFound((c) => {
    const address = addressOf(c.req.path);
    if (!address) return toProblem(new ToriokiError("not_found"), c);
    // A known address with another method: `Allow` says which it takes (RFC 9110, 15.5.6).
    const { allow } = address;
    c.get("headers").Allow = allow;
    return toProblem(new ToriokiError("method_not_allowed", { values: { allow } }), c);
  });
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

/** In an outage every request fails with the same cause; each has its own line anyway, with its 503. */
function onceASecond<T>(log: (value: T) => void): (value: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (value) => {
    if (performance.now() - last < 1_000) return;
    last = performance.now();
    log(value);
  };
}
