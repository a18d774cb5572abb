/** How often a client, a session or a user may do what costs: 429 beyond that. */
import { Limiter } from "../cache/limiter.ts";
import type { Redis } from "../cache/redis.ts";
import { ToriokiError } from "../errors.ts";
import type { RateLimits } from "../options.ts";
import type { ClientOf } from "./client.ts";
import type { App, AppContext } from "./environment.ts";
import type { UserOf } from "./user.ts";

export type Limits = {
  /** Before a session is made, also where the one that was presented is not live. @throws ToriokiError `rate_limited` */
  beforeSession(c: AppContext): Promise<void>;
  /** Tells the user of a call, and counts the call where it changes something. @throws ToriokiError `rate_limited` */
  ofUser(userOf: UserOf): UserOf;
};

export const noLimits: Limits = { beforeSession: async () => {}, ofUser: (userOf) => userOf };

/** Puts the limits of a guest's calls before the routes. A client whose address nobody knows has no limits of its own. */
export function addLimits(app: App, rates: RateLimits, clientOf: ClientOf, redis: Redis | undefined): Limits {
  const sessions = new Limiter("sessions", rates.sessions, redis);
  const failures = new Limiter("failures", rates.failures, redis);
  const writes = new Limiter("writes", rates.writes, redis);
  const clientIn = (c: AppContext) => clientOf(c.req.raw, c.env);

  /** Refuses what failed, and nothing else: the live sessions of others behind the same address go on. */
  async function countFailure(c: AppContext): Promise<void> {
    const client = clientIn(c);
    if (client) await failures.take(client);
  }

  app.use("/api/guest/*", async (c, next) => {
    const token = c.get("sessionToken");
    const isStart = c.req.path === "/api/guest/session" && c.req.method === "POST";
    const sessionId = c.get("sessionId");
    // What cannot be a token is refused by the route.
    if (sessionId && isChange(c) && !isStart) await writes.take(`guest:${sessionId}`);
    await next();
    // Without a token or a ticket there was nothing to look up.
    const isGuess = token !== undefined || c.req.path === "/api/guest/session/convert";
    if (isGuess && isFailedLookUp(c.error)) await countFailure(c);
  });

  return {
    beforeSession: async (c) => {
      if (c.get("sessionToken") !== undefined) await countFailure(c);
      const client = clientIn(c);
      if (client) await sessions.take(client);
    },
    ofUser: (userOf) => async (c) => {
      const userId = await userOf(c);
      if (isChange(c)) await writes.take(`user:${userId}`);
      return userId;
    },
  };
}

const READS = new Set(["GET", "HEAD", "OPTIONS"]);
const isChange = (c: AppContext) => !READS.has(c.req.method);

const isFailedLookUp = (error: unknown) =>
  error instanceof ToriokiError && error.code === "guest_session_required";
