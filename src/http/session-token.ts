/** What the routes of a guest share: the token of the request, and how the OpenAPI document names it. */
import { z } from "@hono/zod-openapi";
import { ToriokiError } from "../errors.ts";
import type { AnswerHeaders, App, AppContext } from "./environment.ts";

/** @throws ToriokiError `guest_session_required` where the request carries no token at all */
export function sessionTokenOf(c: AppContext): string {
  const token = c.get("sessionToken");
  if (token === undefined) throw new ToriokiError("guest_session_required");
  return token;
}

/** For a route's `security`: either of the two ways to carry the token. */
export const guestSecurity = [{ guestCookie: [] }, { guestHeader: [] }];

export function addGuestSecurity(app: App): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "guestCookie", {
    type: "apiKey",
    in: "cookie",
    name: "guest_session_id",
    description: "For browsers. Named `__Host-guest_session_id` where the server is served over HTTPS.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "guestHeader", {
    type: "apiKey",
    in: "header",
    name: "X-Guest-Session",
    description: "For apps without cookies.",
  });
}

/** For a POST that may be sent again: same key, one effect. */
export const idempotencyHeaders = z.object({
  "Idempotency-Key": z.string().min(1).max(255).optional().openapi({
    description:
      "A fresh UUID for every new change. Sent again with the same key, the change has no second effect; the answer then shows the present state and carries `Idempotency-Replayed: true`. Kept as long as the guest session; for a user, 24 hours.",
  }),
});

/** Headers that say whether the change had been made before. */
export function replayHeaders(replayed: boolean): AnswerHeaders {
  return replayed ? { "Idempotency-Replayed": "true" } : {};
}
