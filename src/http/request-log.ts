/**
 * One line for every request, and one count: the route's pattern, not the address, because an address may hold anything, a token
 * included; the session's id, never its token.
 */
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { sessionIdOf } from "../guest-sessions/token.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { AppContext, Environment } from "./environment.ts";

export function requestLog(logger: Logger, metrics: Metrics): MiddlewareHandler<Environment> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const milliseconds = performance.now() - start;
    const route = routePattern(c);
    metrics.countRequest(c.req.method, route, c.res.status, milliseconds / 1_000);
    logger.info(
      {
        request_id: c.get("requestId"),
        method: c.req.method,
        route,
        status: c.res.status,
        duration_ms: Math.round(milliseconds * 100) / 100,
        session_id: loggableId(c.get("sessionToken")),
        user_id: c.get("userId"),
      },
      "request",
    );
  };
}

/** The pattern of the address that was called; undefined where the app has none for it. */
function routePattern(c: AppContext): string | undefined {
  return matchedRoutes(c).find(({ path, method }) => method !== "ALL" || !path.endsWith("*"))?.path;
}

function loggableId(token: string | undefined): string | undefined {
  try {
    return token === undefined ? undefined : sessionIdOf(token);
  } catch {
    return undefined;
  }
}
