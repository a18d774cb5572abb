/** The hand-over beside a login: whatever happens to it, the login goes on. */
import { setTimeout } from "node:timers/promises";
import { ToriokiError } from "../errors.ts";
import type { Receipt } from "../hand-over/contract.ts";
import type { HandOver } from "../hand-over/hand-over.ts";
import type { Logger } from "../logger.ts";
import type { Credential } from "./credential.ts";

export type LoginHandOver = {
  /** What was handed over; undefined where the request carries no live guest session, or where it failed. */
  receipt?: Receipt | undefined;
  /** For the login's answer, where there is one: makes the browser forget the guest session. */
  setCookie?: string | undefined;
};

/** Longer than the database's own time limits, and as long as a shopper may be kept waiting for a login. Milliseconds. */
const PATIENCE = 3_000;

/**
 * Hands over the guest session that a login's request carries. Never throws and never waits for longer than 3 s: a fault
 * is logged and counted, and the cart stays in the guest session for the next try.
 */
export function handOverAtLogin(
  handOver: HandOver,
  credential: Credential,
  logger: Logger,
): (input: { headers: Headers; userId: number }) => Promise<LoginHandOver> {
  return async ({ headers, userId }) => {
    try {
      const sessionToken = credential.read(headers);
      if (sessionToken === undefined) return {};
      const patience = new AbortController();
      const { receipt } = await Promise.race([
        handOver.handOver({ sessionToken, userId }, "login").finally(() => patience.abort()),
        setTimeout(PATIENCE, undefined, { signal: patience.signal }).then(() => {
          throw new Error(`the hand-over took longer than ${PATIENCE} ms`);
        }),
      ]);
      return { receipt, setCookie: credential.isCookie(headers) ? credential.clear() : undefined };
    } catch (err) {
      // An expired session in the cookie is every day's case, and nothing to look into.
      if (!(err instanceof ToriokiError && err.code === "guest_session_required")) {
        logger.error({ err, user_id: userId }, "the guest cart was not handed over at login; it is kept");
      }
      return {};
    }
  };
}
