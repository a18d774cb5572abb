/** A better-auth plugin for the server's own accounts: a sign-in ends the session that the browser held before. */
import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";

/**
 * Whoever logs in on a shared device leaves no session of the one before behind, which would live on for a week: its cookie is
 * overwritten, but a copy of it would still work (OWASP ASVS 5.0, 7.2.4). A fault is logged; the login goes on.
 */
export function endFormerSession() {
  return {
    id: "torioki-former-session",
    hooks: {
      after: [
        {
          matcher: ({ context }) => Boolean(context.newSession),
          handler: createAuthMiddleware(async (ctx) => {
            const { authCookies, secret, newSession, internalAdapter, logger } = ctx.context;
            // Of the request; null or false where its signature is not ours.
            const former = await ctx.getSignedCookie(authCookies.sessionToken.name, secret);
            if (!former || former === newSession?.session.token) return;
            try {
              await internalAdapter.deleteSession(former);
            } catch (error) {
              logger.error("the session before was not ended", error);
            }
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
