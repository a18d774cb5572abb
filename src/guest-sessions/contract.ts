/** The wire format of guest sessions (CONTRACT section 4). */
import { z } from "@hono/zod-openapi";
import { id, timestamp } from "../contract.ts";

export const session = z
  .strictObject({
    session_id: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .openapi({
        description: "SHA-256 of the session token. May be shown and logged; it opens nothing.",
      }),
    selected_store_id: id.nullable(),
    created_at: timestamp,
    expires_at: timestamp,
    last_accessed_at: timestamp.openapi({ description: "Kept to the minute." }),
  })
  .openapi("Session");
export type Session = z.infer<typeof session>;

export const createSession = z.strictObject({
  transport: z.enum(["cookie", "header"]).default("cookie").openapi({
    description:
      'How the visitor holds the session token: "cookie" for browsers; "header" for apps, which get the token once in the body and send it as X-Guest-Session.',
  }),
});

/** The answer where the caller asked for header transport and a session was made: the only time that a token is told. */
export const createdSession = z
  .strictObject({
    ...session.shape,
    session_token: z
      .string()
      .regex(/^[A-Za-z0-9_-]{64}$/)
      .optional(),
  })
  .openapi("CreatedSession");
export type CreatedSession = z.infer<typeof createdSession>;

export const selectStore = z.strictObject({ store_id: id });
