/** The hand-over beside a login: whatever happens to it, the login goes on. */
import { isRefusal } from "../errors.ts";
import type { Receipt } from "../hand-over/contract.ts";
import type { HandOver } from "../hand-over/hand-over.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import { within } from "../patience.ts";
import type { Credential } from "./credential.ts";

export type LoginHandOver = {
  /** What was handed over; undefined where the request carries no live guest session, or where it failed. */
  receipt?: Receipt | undefined;
  /** For the login's answer, where there is one: makes the browser forget the guest session. */
  setCookie?: string | undefined;
};

export type LoginHandOverDependencies = {
  handOver: HandOver;
  credential: Credential;
  metrics: Metrics;
  logger: Logger;
};

/** Longer than the database's own time limits, and as long as a shopper may be kept waiting for a login. Milliseconds. */
const PATIENCE = 3_000;

/**
 * Hands over the guest session that a login's request carries. Never throws and never waits for longer than 3 s: a fault
 * is logged and counted, and the cart stays in the guest session for the next try.
 */
export function handOverAtLogin(
  dependencies: LoginHandOverDependencies,
): (input: { headers: Headers; userId: number }) => Promise<LoginHandOver> {
  const { handOver, credential, metrics, logger } = dependencies;
  async function handOverSession(sessionToken: string, userId: number) {
    if (!Number.isInteger(userId))
      throw new TypeError(`userId must be an integer, not ${typeof userId} ${userId}`);
    const late = `it takes longer than ${PATIENCE} ms: whether the cart is handed over is not known yet`;
    return within(PATIENCE, late, handOver.handOver({ sessionToken, userId }));
  }

  return async (input) => {
    const work = async () => {
      const sessionToken = credential.read(input.headers);
      return sessionToken === undefined ? undefined : handOverSession(sessionToken, input.userId);
    };
    try {
      const done = await metrics.countHandOver("login", work());
      if (!done) return {};
      return {
        receipt: done.receipt,
        setCookie: credential.isCookie(input.headers) ? credential.clear() : undefined,
      };
    } catch (err) {
      // An expired session, or two tokens that differ, is what a request may bring, and nothing to look into.
      if (!isRefusal(err)) {
        logger.error({ err, user_id: input?.userId }, "a login went on without the hand-over of its cart");
      }
      return {};
    }
  };
}
