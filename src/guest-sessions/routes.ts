/** The HTTP calls of guest sessions: thin over `guest-session.ts`. */
import { createRoute, z } from "@hono/zod-openapi";
import { ToriokiError } from "../errors.ts";
import type { Credential } from "../http/credential.ts";
import type { App, AppContext } from "../http/environment.ts";
import type { Limits } from "../http/limits.ts";
import { bodyRefusals, changeRefusals, keyRefusals, refusalsOf } from "../http/problem.ts";
import { register } from "../http/route.ts";
import { guestSecurity, idempotencyHeaders, replayHeaders, sessionTokenOf } from "../http/session-token.ts";
import { createdSession, createSession, type Session, selectStore, session } from "./contract.ts";
import type { GuestSessions } from "./guest-session.ts";

const answer = { description: "The session.", content: { "application/json": { schema: session } } };
const tags = ["Guest session"];
const security = guestSecurity;

const startRoute = createRoute({
  method: "post",
  path: "/api/guest/session",
  tags,
  summary: "Start a session, or get the live one that is presented",
  request: { body: { content: { "application/json": { schema: createSession } } } },
  responses: {
    200: answer,
    201: { description: "A new session.", content: { "application/json": { schema: createdSession } } },
    ...refusalsOf(...bodyRefusals, "credential_conflict", "header_transport_refused", "rate_limited"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/guest/session",
  tags,
  security,
  summary: "The caller's session",
  responses: { 200: answer, ...refusalsOf("guest_session_required", "credential_conflict") },
});

const getByIdRoute = createRoute({
  method: "get",
  path: "/api/guest/session/{session_id}",
  tags,
  security,
  summary: "The session of that id, where it is the caller's own",
  request: { params: z.object({ session_id: z.string() }) },
  responses: {
    200: answer,
    ...refusalsOf("guest_session_required", "session_not_found", "credential_conflict"),
  },
});

const selectStoreRoute = createRoute({
  method: "post",
  path: "/api/guest/session/store",
  tags,
  security,
  summary: "Choose the store to order from",
  request: {
    headers: idempotencyHeaders,
    body: { required: true, content: { "application/json": { schema: selectStore } } },
  },
  responses: {
    200: answer,
    ...refusalsOf(
      ...bodyRefusals,
      ...keyRefusals,
      "guest_session_required",
      "credential_conflict",
      "store_not_found",
    ),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/api/guest/session",
  tags,
  security,
  summary: "End the session and drop its cart",
  responses: {
    204: { description: "Gone; the cookie is cleared." },
    ...refusalsOf(...changeRefusals, "guest_session_required", "credential_conflict"),
  },
});

export function addGuestSessionRoutes(
  app: App,
  guestSessions: GuestSessions,
  credential: Credential,
  limits: Limits,
): void {
  register(app, startRoute, async ({ body: { transport } }, c) => {
    if (transport === "header" && isBrowserPage(c)) throw new ToriokiError("header_transport_refused");
    const live = await liveSession(guestSessions, c);
    if (live) {
      limits.isLive(live.session_id);
      return { status: 200, body: live };
    }
    await limits.beforeSession(c);
    const { session, sessionToken } = await guestSessions.create();
    limits.isLive(session.session_id);
    if (transport === "header") return { status: 201, body: { ...session, session_token: sessionToken } };
    return {
      status: 201,
      body: session,
      headers: { "Set-Cookie": credential.write(sessionToken, session) },
    };
  });

  register(app, getRoute, async (_, c) => ({
    status: 200,
    body: await guestSessions.get({ sessionToken: sessionTokenOf(c) }),
  }));

  register(app, getByIdRoute, async ({ params }, c) => {
    const session = await guestSessions.get({ sessionToken: sessionTokenOf(c) });
    if (session.session_id !== params.session_id) throw new ToriokiError("session_not_found");
    return { status: 200, body: session };
  });

  register(app, selectStoreRoute, async ({ body }, c) => {
    const { session, replayed } = await guestSessions.selectStore({
      sessionToken: sessionTokenOf(c),
      storeId: body.store_id,
      idempotencyKey: c.req.header("Idempotency-Key"),
    });
    return { status: 200, body: session, headers: replayHeaders(replayed) };
  });

  register(app, deleteRoute, async (_, c) => {
    await guestSessions.remove({ sessionToken: sessionTokenOf(c) });
    return { status: 204, headers: { "Set-Cookie": credential.clear() } };
  });
}

function isBrowserPage(c: AppContext): boolean {
  return c.req.header("Origin") !== undefined || c.req.header("Sec-Fetch-Site") !== undefined;
}

/** The session that the request presents, where it is live. A dead token is not adopted: a new session gets its own. */
async function liveSession(guestSessions: GuestSessions, c: AppContext): Promise<Session | undefined> {
  const sessionToken = c.get("sessionToken");
  if (sessionToken === undefined) return undefined;
  try {
    return await guestSessions.get({ sessionToken });
  } catch (error) {
    if (error instanceof ToriokiError && error.code === "guest_session_required") return undefined;
    throw error;
  }
}
