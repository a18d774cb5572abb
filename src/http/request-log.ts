/**
 * One line for every request, and one count: the route's pattern, not the address, because an address may hold anything, a token
 * included; the session's id, never its token.
 */
import { matchedRoutes } from "hono/route";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { addressesOf } from "./addresses.ts";
import type { AppContext } from "./environment.ts";

export type LogDependencies = { addressOf: ReturnType<typeof addressesOf>; logger: Logger; metrics: Metrics };

/** @param milliseconds how long the request took */
export function logRequest(c: AppContext, milliseconds: number, dependencies: LogDependencies): void {
  const { addressOf, logger, metrics } = dependencies;
  const { method } = c.req;
  const { status } = c.res;
  const route = c.get("route") ?? matchedRoute(c) ?? addressOf(c.req.path)?.pattern;
  metrics.countRequest(method, route, status, milliseconds / 1_000);
  const isProbe = (route === "/healthz" || route === "/readyz") && status < 400;
  // A proxy asks each server several times a second; what goes wrong is still seen.
  const write = isProbe ? logger.debug?.bind(logger) : logger.info.bind(logger);
  write?.(
    {
      request_id: c.get("requestId"),
      method,
      route,
      status,
      duration_ms: Math.round(milliseconds * 100) / 100,
      session_id: c.get("sessionId"),
      user_id: c.get("userId"),
    },
    "request",
  );
}

/** For a request that was refused before its route. */
function matchedRoute(c: AppContext): string | undefined {
  return matchedRoutes(c).find(({ method }) => method !== "ALL")?.path;
}
