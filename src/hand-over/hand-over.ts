/** The moment of login: what the guest collected becomes the user's, exactly once, with a receipt. */
import { createHash, randomBytes } from "node:crypto";
import { noCache, type SessionCache } from "../cache/look-ups.ts";
import { ask } from "../db/ask.ts";
import type { ConcurrencyLimit } from "../db/concurrency.ts";
import type { Db } from "../db/database.ts";
import { ToriokiError } from "../errors.ts";
import { sessionIdOf } from "../guest-sessions/token.ts";
import type { Strategy } from "../options.ts";
import type { Receipt, ReceiptList, Ticket } from "./contract.ts";
import {
  type Claim,
  findReceipt,
  findReceipts,
  findTicket,
  handOverSession,
  insertTicket,
  type StoredReceipt,
} from "./queries.ts";

/** Long enough to open a mail or scan a code, short enough to be worth little where it is left lying about. */
const TICKET_LIFE = 10 * 60;

/** Nobody logs in more often in a day and wants to read it all. */
const MOST_RECEIPTS = 20;

export type HandOverInput = { userId: number } & (
  | { sessionToken: string; ticket?: undefined }
  | { ticket: string; sessionToken?: undefined }
);

export type HandedOver = { receipt: Receipt; sessionId: string };

export class HandOver {
  readonly #db: Db;
  readonly #strategy: Strategy;
  readonly #limit: ConcurrencyLimit;
  readonly #cache: SessionCache;

  /** @param limit of what is never in a batch: a call of several statements has its time budget for all of them */
  constructor(db: Db, strategy: Strategy, limit: ConcurrencyLimit, cache: SessionCache = noCache) {
    this.#db = db;
    this.#strategy = strategy;
    this.#limit = limit;
    this.#cache = cache;
  }

  /**
   * Moves all lines of a guest session, of all stores, into a user's cart and ends the session. Repeated by the same
   * token and user, it gives the same receipt again (`replayed: true`) for as long as the session's row is there.
   * @returns the receipt, and the id of the session that it was
   * @throws ToriokiError `guest_session_required` (no live session, another user's by now, a ticket that was used, has
   *   expired or is unknown), `user_required` (no such user), `cart_full` (the user's cart would have more than 1,000 lines;
   *   both carts stay as they are)
   */
  async handOver(input: HandOverInput): Promise<HandedOver> {
    return this.#limit.run(() => this.#handOver(input));
  }

  async #handOver(input: HandOverInput): Promise<HandedOver> {
    const { userId } = input;
    const claim = claimOf(input);
    // Look-ups must be told beforehand which session it is that ends.
    const claimed =
      "sessionId" in claim ? claim.sessionId : await ask(this.#db, findTicket(claim.ticketHash));
    if (claimed === undefined) throw new ToriokiError("guest_session_required");
    const answer = await this.#cache.change(claimed, () =>
      ask(this.#db, handOverSession(claim, userId, this.#strategy)),
    );
    if (answer === undefined) throw new Error("the statement gave no row");
    const { outcome, session_id: sessionId, receipt } = answer;
    if (sessionId && receipt) return { receipt: toReceipt(receipt, userId, false), sessionId };
    if (sessionId && outcome === "replayed") {
      const before = await ask(this.#db, findReceipt(sessionId));
      if (before) return { receipt: toReceipt(before, userId, true), sessionId };
    }
    const isOther = outcome === "user_required" || outcome === "cart_full";
    throw new ToriokiError(isOther ? outcome : "guest_session_required");
  }

  /** What was handed over to a user in the last day, the newest first: for a login whose answer cannot say it. */
  async receipts({ userId }: { userId: number }): Promise<ReceiptList> {
    const found = (await this.#limit.run(() => ask(this.#db, findReceipts(userId, MOST_RECEIPTS)))) ?? [];
    return { receipts: found.map((receipt) => toReceipt(receipt, userId, false)) };
  }

  /**
   * A code that stands for the session in one hand-over, for a login that happens without the visitor's credential. It
   * lives 10 minutes; only its hash is stored.
   * @throws ToriokiError `guest_session_required`
   */
  async createTicket({ sessionToken }: { sessionToken: string }): Promise<Ticket> {
    const ticket = randomBytes(32).toString("base64url");
    const statement = insertTicket(sessionIdOf(sessionToken), hashOf(ticket), TICKET_LIFE);
    const stored = await this.#limit.run(() => ask(this.#db, statement));
    if (stored === undefined) throw new ToriokiError("guest_session_required");
    return { ticket, expires_at: stored.expires_at };
  }
}

function claimOf(input: HandOverInput): Claim {
  return typeof input.ticket === "string"
    ? { ticketHash: hashOf(input.ticket) }
    : { sessionId: sessionIdOf(input.sessionToken) };
}

function hashOf(ticket: string): string {
  return createHash("sha256").update(ticket).digest("hex");
}

function toReceipt({ converted_at, items }: StoredReceipt, userId: number, replayed: boolean): Receipt {
  const migrated = items.filter(({ outcome }) => outcome === "migrated").length;
  return {
    user_id: userId,
    converted_at,
    migrated_items: migrated,
    merged_items: items.length - migrated,
    total_quantity: items.reduce((sum, item) => sum + item.guest_quantity, 0),
    replayed,
    items,
  };
}
