/** How often a client, a session or a user may do what costs: 429 beyond that (docs/decisions/015). */
import { Limiter } from "../cache/limiter.ts";
import type { Redis } from "../cache/redis.ts";
import { type ErrorCode, isRefusal, ToriokiError } from "../errors.ts";
import type { RateLimits } from "../options.ts";
import type { ClientOf } from "./client.ts";
import type { App, AppContext } from "./environment.ts";
import { KnownSessions } from "./known-sessions.ts";
import type { UserOf } from "./user.ts";

export type Limits = {
  /** Before a session is made, also where the one that was presented is not live. @throws ToriokiError `rate_limited` */
  beforeSession(c: AppContext): Promise<void>;
  /** Told of a session that is live: its changes are counted by itself from now on. */
  isLive(sessionId: string): void;
  /** Tells the user of a call, and counts the call where it changes something. @throws ToriokiError `rate_limited` */
  ofUser(userOf: UserOf): UserOf;
};

export const noLimits: Limits = {
  beforeSession: async () => {},
  isLive: () => {},
  ofUser: (userOf) => userOf,
};

/** Puts the limits of all calls before the routes. A client whose address nobody knows has no limits of its own. */
export function addLimits(app: App, rates: RateLimits, clientOf: ClientOf, redis: Redis | undefined): Limits {
  const sessions = new Limiter("sessions", rates.sessions, redis);
  const failures = new Limiter("failures", rates.failures, redis);
  const reads = new Limiter("reads", rates.reads, redis);
  const writes = new Limiter("writes", rates.writes, redis);
  const known = new KnownSessions();
  const clientIn = (c: AppContext) => clientOf(c.req.raw, c.env);

  /** Refuses what failed, and nothing else: the live sessions of others behind the same address go on. */
  async function countFailure(c: AppContext): Promise<void> {
    const client = clientIn(c);
    if (client) await failures.take(client);
  }

  /**
   * Counts a change before it is looked up: by its session where that is known to be live, else as a look-up of its client that has
   * failed until the answer says that it has not. So a token that somebody makes up costs neither a counter nor a query.
   * @returns the client that it was counted by
   */
  async function countChange(c: AppContext): Promise<string | undefined> {
    const sessionId = c.get("sessionId");
    if (sessionId && known.has(sessionId)) {
      await writes.take(sessionId);
      return undefined;
    }
    const client = clientIn(c);
    if (client) await failures.take(client);
    return client;
  }

  app.use("/api/guest/*", async (c, next) => {
    const sessionId = c.get("sessionId");
    const { path, method } = c.req;
    const isConvert = path === "/api/guest/session/convert";
    const isStart = path === "/api/guest/session" && method === "POST";
    const isEnd = isConvert || (path === "/api/guest/session" && method === "DELETE");
    // Without a token or a ticket there is nothing to look up.
    const isGuess = c.get("sessionToken") !== undefined || isConvert;
    const client = isGuess && isChange(c) && !isStart ? await countChange(c) : undefined;
    await next();
    const isFailure = isGuess && codeOf(c.error) === "guest_session_required";
    if (isFailure && sessionId) known.delete(sessionId);
    if (isFailure && client === undefined) await countFailure(c);
    const wasFound = c.error
      ? FOUND.has(codeOf(c.error) as ErrorCode)
      : // An address that has no route has looked nothing up.
        c.get("route") !== undefined;
    // Where the server failed, nothing was guessed.
    if (client && (wasFound || hasFailed(c.error))) await failures.giveBack(client);
    if (!sessionId || !isGuess || !wasFound || isStart || isEnd) return;
    if (client) await writes.count(sessionId);
    known.add(sessionId);
  });

  app.use("/api/stores/*", async (c, next) => {
    const client = clientIn(c);
    if (client) await reads.take(client);
    await next();
  });

  return {
    beforeSession: async (c) => {
      if (c.get("sessionToken") !== undefined) await countFailure(c);
      const client = clientIn(c);
      if (client) await sessions.take(client);
    },
    isLive: (sessionId) => known.add(sessionId),
    ofUser: (userOf) => async (c) => {
      const userId = await userOf(c);
      if (isChange(c)) await writes.take(`user:${userId}`);
      return userId;
    },
  };
}

const READS = new Set(["GET", "HEAD", "OPTIONS"]);
const isChange = (c: AppContext) => !READS.has(c.req.method);

/** Refusals that come after the session was found. */
const FOUND = new Set<ErrorCode>([
  "session_not_found",
  "store_not_found",
  "store_not_selected",
  "menu_not_found",
  "menu_not_at_store",
  "menu_unavailable",
  "item_not_found",
  "quantity_limit_exceeded",
  "cart_full",
  "idempotency_key_in_flight",
  "idempotency_key_reused",
]);

const codeOf = (error: unknown) => (error instanceof ToriokiError ? error.code : undefined);
const hasFailed = (error: unknown) => error !== undefined && !isRefusal(error);
