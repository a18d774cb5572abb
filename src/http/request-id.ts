/** Names a request, in its answer and in the log. */
import type { AppContext } from "./environment.ts";

/**
 * The request's own id (`X-Request-Id`) is taken over only where it is too short to be a session token: it is logged. Else a
 * fresh UUID.
 */
export function requestIdOf(c: AppContext): string {
  const own = c.req.header("X-Request-Id");
  return own !== undefined && /^[\w\-=]{1,50}$/.test(own) ? own : crypto.randomUUID();
}
