/** What can be done with a guest session. Every operation takes the visitor's token and trusts nothing else. */
import { noCache, type SessionCache } from "../cache/look-ups.ts";
import { ask } from "../db/ask.ts";
import type { Db } from "../db/database.ts";
import { ToriokiError } from "../errors.ts";
import type { Session } from "./contract.ts";
import { changeOf } from "./idempotency.ts";
import { deleteSession, findSession, insertSession, updateStore } from "./queries.ts";
import { newToken, sessionIdOf } from "./token.ts";
import type { Touches } from "./touches.ts";

export class GuestSessions {
  readonly #db: Db;
  readonly #touches: Touches;
  readonly #ttl: number;
  readonly #cache: SessionCache;
  readonly #count: (event: "created" | "deleted") => void;

  /** @param ttl life span of a new session in seconds, counted from its creation */
  constructor(
    db: Db,
    touches: Touches,
    ttl: number,
    cache: SessionCache = noCache,
    count: (event: "created" | "deleted") => void = () => {},
  ) {
    this.#db = db;
    this.#touches = touches;
    this.#ttl = ttl;
    this.#cache = cache;
    this.#count = count;
  }

  /** Starts a session. The token is told here and never again: only its hash is stored. */
  async create(): Promise<{ session: Session; sessionToken: string }> {
    const sessionToken = newToken();
    const session = await ask(this.#db, insertSession(sessionIdOf(sessionToken), this.#ttl));
    if (session === undefined) throw new Error("insert returned no row");
    this.#count("created");
    return { session, sessionToken };
  }

  /** @throws ToriokiError `guest_session_required` where the token opens no live session */
  async get({ sessionToken }: { sessionToken: string }): Promise<Session> {
    const sessionId = sessionIdOf(sessionToken);
    const found = await this.#cache.get(sessionId, () => this.#find(sessionId));
    if (found === undefined) throw new ToriokiError("guest_session_required");
    return found.session;
  }

  async #find(sessionId: string) {
    const found = await ask(this.#db, findSession(sessionId));
    if (found?.touchIsDue) this.#touches.note(sessionId);
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
    const answer = await this.#cache.change(sessionId, () =>
      ask(this.#db, updateStore(sessionId, input.storeId, change)),
    );
    if (answer?.outcome === "accepted" || answer?.outcome === "replayed") {
      return { session: answer.session as Session, replayed: answer.outcome === "replayed" };
    }
    throw new ToriokiError(answer?.outcome ?? "guest_session_required");
  }

  /** Ends the session and drops its lines. @throws ToriokiError `guest_session_required` */
  async remove({ sessionToken }: { sessionToken: string }): Promise<void> {
    const sessionId = sessionIdOf(sessionToken);
    const removed = await this.#cache.change(sessionId, () => ask(this.#db, deleteSession(sessionId)));
    if (removed === undefined) throw new ToriokiError("guest_session_required");
    this.#count("deleted");
  }
}
