/** Exported as `torioki/better-auth`: hands the guest's cart over at every login through better-auth. */
import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import type { Authenticate } from "../http/user.ts";
import type { Torioki } from "../torioki.ts";

/** What is used of a better-auth instance, whatever its plugins. */
type Auth = {
  api: { getSession(input: { headers: Headers; query: { disableRefresh: true } }): Promise<unknown> };
};

/** A sign-in makes a session; switching to one or refreshing it shows one that is older than this. Milliseconds. */
const NEW = 60_000;

/**
 * A better-auth plugin: every successful sign-in and sign-up (password, social, magic link, one-time code, passkey)
 * hands over the guest session that its request carries, and makes the browser forget it. It never fails a login.
 *
 * Left alone: a first factor while the second is still asked for, an anonymous user (better-auth deletes it once it is
 * linked to a real one, and its cart with it), and an administrator who looks at somebody else's account.
 * @param torioki a function, because each of the two needs the other: it is called at the first login
 * @throws Error when better-auth starts, where the two-factor plugin stands after this one
 */
export function guestCartHandOver(torioki: () => Pick<Torioki, "handOverAtLogin">) {
  return {
    id: "torioki",
    init({ options: { plugins = [] } }) {
      const ids = plugins.map((plugin) => plugin.id);
      // Plugins run in order, and a session that waits for its second factor is taken back only by the two-factor plugin.
      if (ids.indexOf("two-factor") > ids.indexOf("torioki")) {
        throw new Error(
          "torioki/better-auth: list guestCartHandOver() after twoFactor() in better-auth's plugins",
        );
      }
    },
    hooks: {
      after: [
        {
          matcher: ({ context }) => isLogin(context.newSession),
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, logger } = ctx.context;
            if (!newSession || !ctx.headers) return;
            try {
              const userId = Number(newSession.user.id);
              const { setCookie } = await torioki().handOverAtLogin({ headers: ctx.headers, userId });
              if (setCookie) ctx.setHeader("Set-Cookie", setCookie);
            } catch (error) {
              // Torioki itself is not there (it failed to start, or has not yet): its own faults never come this far.
              logger.error("torioki: the guest's cart was not handed over", error);
            }
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

type NewSession = { session: Record<string, unknown>; user: Record<string, unknown> } | null | undefined;

function isLogin(newSession: NewSession): boolean {
  if (!newSession || newSession.user.isAnonymous || newSession.session.impersonatedBy) return false;
  return Date.now() - new Date(newSession.session.createdAt as string | Date).getTime() < NEW;
}

/**
 * For `createTorioki({ authenticate })`: the user whom better-auth knows by the request's cookie. An anonymous user of its
 * is nobody: the cart of a guest outlives it, a cart of its own would not.
 */
export function authenticateWith(auth: Auth): Authenticate {
  return async ({ headers }) => {
    // A read must not write: better-auth prolongs a session when its own /get-session is called.
    const found = (await auth.api.getSession({ headers, query: { disableRefresh: true } })) as {
      user: { id: string; isAnonymous?: boolean | null };
    } | null;
    return found && !found.user.isAnonymous ? Number(found.user.id) : null;
  };
}
