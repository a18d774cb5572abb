/** Lets the pages of other origins read our answers (CORS). */
import { cors } from "hono/cors";
import type { App } from "./environment.ts";

const exposed = ["Retry-After", "RateLimit", "RateLimit-Policy", "Idempotency-Replayed", "X-Request-Id"];

export function shareWith(app: App, origins: ReadonlySet<string>): void {
  const preflight = cors({
    origin: [...origins],
    credentials: true,
    maxAge: 600,
    exposeHeaders: exposed,
  });
  const always = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": exposed.join(","),
    Vary: "Origin, Accept-Language",
  };
  app.use((c, next) => {
    if (c.req.method === "OPTIONS") {
      // An OPTIONS that asks for no method is no preflight: like any other unknown method, it gets its 405.
      return c.req.header("Access-Control-Request-Method") ? preflight(c, next) : next();
    }
    const origin = c.req.header("Origin");
    Object.assign(
      c.get("headers"),
      always,
      origin !== undefined && origins.has(origin) ? { "Access-Control-Allow-Origin": origin } : {},
    );
    return next();
  });
}
