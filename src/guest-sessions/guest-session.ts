/** What can be done with a guest session. Every operation takes the visitor's token and trusts nothing else. */
import { noCache, type SessionCache } from "../cache/look-ups.ts";
import { ask } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { type BatchingOptions, operation } from "../db/many.ts";
import { ToriokiError } from "../errors.ts";
import type { Session } from "./contract.ts";
import { changeOf } from "./idempotency.ts";
import { deleteSession, type Found, findSessions, insertSessions, updateStores } from "./queries.ts";
import { newToken, sessionIdOf } from "./token.ts";

export type Hooks = {
  /** Told of a session whose access is due to be noted. */
  touched?: (sessionId: string) => void;
  count?: (event: "created" | "deleted") => void;
};

export class GuestSessions {
  readonly #db: Db;
  readonly #single: BatchingOptions["single"];
  readonly #ttl: number;
  readonly #cache: SessionCache;
  readonly #hooks: Hooks;
  readonly #operations;

  /** @param ttl life span of a new session in seconds, counted from its creation */
  constructor(
    db: Db,
    ttl: number,
    batching: BatchingOptions,
    hooks: Hooks = {},
    cache: SessionCache = noCache,
  ) {
    this.#db = db;
    this.#single = batching.single;
    this.#ttl = ttl;
    this.#cache = cache;
    this.#hooks = hooks;
    this.#operations = {
      insert: operation(db, insertSessions, batching),
      find: operation(db, findSessions, batching),
      updateStore: operation(db, updateStores, batching, ({ sessionId }) => sessionId),
    };
  }

  /** Starts a session. The token is told here and never again: only its hash is stored. */
  async create(): Promise<{ session: Session; sessionToken: string }> {
    const sessionToken = newToken();
    const { answer } = await this.#operations.insert({
      sessionId: sessionIdOf(sessionToken),
      ttl: this.#ttl,
    });
    this.#hooks.count?.("created");
    return { session: JSON.parse(answer as string), sessionToken };
  }

  /** @throws ToriokiError `guest_session_required` where the token opens no live session */
  async get({ sessionToken }: { sessionToken: string }): Promise<Session> {
    const sessionId = sessionIdOf(sessionToken);
    const found = await this.#cache.get(sessionId, () => this.#find(sessionId));
    if (found === undefined) throw new ToriokiError("guest_session_required");
    return found.session;
  }

  async #find(sessionId: string): Promise<Found | undefined> {
    const { answer } = await this.#operations.find(sessionId);
    if (answer === null) return undefined;
    const found = JSON.parse(answer) as Found;
    if (found.touchIsDue) this.#hooks.touched?.(sessionId);
    return found;
  }

  /**
   * Chooses the store to order from. Lines of the store before it stay, and are back when that one is chosen again.
   * @throws ToriokiError `guest_session_required`; `store_not_found` (unknown or inactive); `idempotency_key_…`
   */
  async selectStore(input: {
    sessionToken: string;
    storeId: number;
    idempotencyKey?: string | undefined;
  }): Promise<{ session: Session; replayed: boolean }> {
    const change = changeOf(input.idempotencyKey, `choose store ${input.storeId}`);
    const sessionId = sessionIdOf(input.sessionToken);
    const { outcome, answer } = await this.#cache.change(sessionId, () =>
      this.#operations.updateStore({ sessionId, storeId: input.storeId, change }),
    );
    if (outcome !== "accepted" && outcome !== "replayed") throw new ToriokiError(outcome);
    return { session: JSON.parse(answer as string), replayed: outcome === "replayed" };
  }

  /** Ends the session and drops its lines. @throws ToriokiError `guest_session_required` */
  async remove({ sessionToken }: { sessionToken: string }): Promise<void> {
    const sessionId = sessionIdOf(sessionToken);
    const removed = await this.#single.run(() =>
      this.#cache.change(sessionId, () => ask(this.#db, deleteSession(sessionId))),
    );
    if (removed === undefined) throw new ToriokiError("guest_session_required");
    this.#hooks.count?.("deleted");
  }
}
