/** The HTTP calls of the hand-over: thin over `hand-over.ts`. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Credential } from "../http/credential.ts";
import type { App } from "../http/environment.ts";
import { bodyRefusals, refusalsOf } from "../http/problem.ts";
import { register } from "../http/route.ts";
import { guestSecurity, replayHeaders, sessionTokenOf } from "../http/session-token.ts";
import { type UserOf, userSecurity } from "../http/user.ts";
import type { Metrics } from "../metrics.ts";
import { convertSession, receipt, receiptList, ticket } from "./contract.ts";
import type { HandOver } from "./hand-over.ts";

const tags = ["Hand-over"];

const convertRoute = createRoute({
  method: "post",
  path: "/api/guest/session/convert",
  tags,
  // With the guest's credential beside the user's; or with the user's alone, and a ticket.
  security: [...guestSecurity, {}].flatMap((guest) => userSecurity.map((user) => ({ ...guest, ...user }))),
  summary: "Hand the guest's carts over to the logged-in user, and end the guest session",
  request: { body: { content: { "application/json": { schema: convertSession } } } },
  responses: {
    200: {
      description: "What was done. Sent again by the same visitor and user: the same receipt.",
      content: { "application/json": { schema: receipt } },
    },
    ...refusalsOf(
      ...bodyRefusals,
      "guest_session_required",
      "user_required",
      "cart_full",
      "credential_conflict",
      "authentication_unavailable",
    ),
  },
});

const ticketRoute = createRoute({
  method: "post",
  path: "/api/guest/session/ticket",
  tags,
  security: guestSecurity,
  request: { body: { content: { "application/json": { schema: z.strictObject({}) } } } },
  summary: "A one-time code for a hand-over elsewhere: another browser, another device",
  responses: {
    201: {
      description: "The code; it lives 10 minutes.",
      content: { "application/json": { schema: ticket } },
    },
    ...refusalsOf(...bodyRefusals, "guest_session_required", "credential_conflict"),
  },
});

const receiptsRoute = createRoute({
  method: "get",
  path: "/api/user/receipts",
  tags,
  security: userSecurity,
  summary: "What was handed over to the logged-in user in the last day",
  responses: {
    200: {
      description: "The newest first. For a page that was not there when a login handed the cart over.",
      content: { "application/json": { schema: receiptList } },
    },
    ...refusalsOf("user_required", "credential_conflict", "authentication_unavailable"),
  },
});

export type HandOverDependencies = { handOver: HandOver; credential: Credential; metrics: Metrics };

export function addHandOverRoutes(
  app: App,
  { handOver, credential, metrics }: HandOverDependencies,
  userOf: UserOf,
): void {
  register(app, convertRoute, async ({ body }, c) => {
    const userId = await userOf(c);
    const claim = body.ticket === undefined ? { sessionToken: sessionTokenOf(c) } : { ticket: body.ticket };
    const { receipt, sessionId } = await metrics.countHandOver(
      "call",
      handOver.handOver({ ...claim, userId }),
    );
    // Whoever brings a ticket may have a guest session of their own beside it: that one lives on.
    const isOver = body.ticket === undefined || c.get("sessionId") === sessionId;
    const cookie = isOver ? { "Set-Cookie": credential.clear() } : {};
    return { status: 200, body: receipt, headers: { ...cookie, ...replayHeaders(receipt.replayed) } };
  });

  register(app, receiptsRoute, async (_, c) => ({
    status: 200,
    body: await handOver.receipts({ userId: await userOf(c) }),
  }));

  register(app, ticketRoute, async (_, c) => ({
    status: 201,
    body: await handOver.createTicket({ sessionToken: sessionTokenOf(c) }),
  }));
}
