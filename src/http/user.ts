/** Who the logged-in user of a request is: the host decides, by its `authenticate`. */
import { patienceWithin } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";
import { within } from "../patience.ts";
import type { App, AppContext } from "./environment.ts";

/**
 * Tells the user of a request by its headers: the `users.id`, or null where nobody is logged in. Leave the request's
 * body alone. What it throws means that it cannot tell at the moment; the call is then refused with 503.
 */
export type Authenticate = (
  request: Request,
) => number | null | undefined | Promise<number | null | undefined>;

/** @throws ToriokiError `user_required`, `authentication_unavailable`, `credential_conflict` (two login cookies that differ) */
export type UserOf = (c: AppContext) => Promise<number>;

export function userOf(authenticate: Authenticate | undefined): UserOf {
  return async (c) => {
    const userId = await ask(authenticate, c.req.raw);
    if (userId === undefined) throw new ToriokiError("user_required");
    c.set("userId", userId);
    return userId;
  };
}

/** Within 3 s a call is answered, whoever hangs. Milliseconds. */
const PATIENCE = 2_500;

async function ask(authenticate: Authenticate | undefined, request: Request): Promise<number | undefined> {
  const told = (async () => (await authenticate?.(request)) ?? undefined)();
  const patience = patienceWithin(PATIENCE);
  const late = `authenticate took longer than ${Math.round(patience)} ms`;
  const userId = await within(patience, late, told).catch((cause) => {
    throw cause instanceof ToriokiError ? cause : new ToriokiError("authentication_unavailable", { cause });
  });
  if (userId === undefined || (Number.isInteger(userId) && userId >= 1 && userId <= 2_147_483_647))
    return userId;
  // A fault of the host's program, which no waiting mends.
  throw new TypeError(
    `authenticate must give users.id as an integer, or null; it gave ${typeof userId} ${userId}`,
  );
}

/** For a route's `security`. */
export const userSecurity = [{ userBearer: [] }, { userCookie: [] }];

export function addUserSecurity(app: App): void {
  const others =
    "The operator decides which login is on; a site that mounts Torioki may have one of its own.";
  app.openAPIRegistry.registerComponent("securitySchemes", "userBearer", {
    type: "http",
    scheme: "bearer",
    description: `A JWT whose \`sub\` is the user's id. ${others}`,
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "userCookie", {
    type: "apiKey",
    in: "cookie",
    name: "torioki.session_token",
    description: `The server's own accounts: POST /api/auth/sign-in/email sets it; over HTTPS its name has the prefix \`__Host-\`. ${others}`,
  });
}
