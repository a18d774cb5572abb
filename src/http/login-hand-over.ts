/** The hand-over beside a login: whatever happens to it, the login goes on. */
import { isRefusal } from "../errors.ts";
import type { Receipt } from "../hand-over/contract.ts";
import type { HandOver } from "../hand-over/hand-over.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { Credential } from "./credential.ts";

export type LoginInput = {
  /** Of the login's request: the web's Headers, or Node's `request.headers`. */
  headers: Headers | Record<string, string | string[] | undefined>;
  /** The `users.id` of who has just logged in. */
  userId: number;
};

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

/**
 * Hands over the guest session that a login's request carries. Never throws and never waits for longer than 3 s (the time
 * budget of `handOver`): a fault is logged and counted, and the cart stays in the guest session for the next try.
 */
export function handOverAtLogin(
  dependencies: LoginHandOverDependencies,
): (input: LoginInput) => Promise<LoginHandOver> {
  const { handOver, credential, metrics, logger } = dependencies;
  async function handOverSession(sessionToken: string, userId: number) {
    if (!Number.isInteger(userId))
      throw new TypeError(`userId must be an integer, not ${typeof userId} ${userId}`);
    return handOver.handOver({ sessionToken, userId });
  }

  return async (input) => {
    const work = async () => {
      const headers = toHeaders(input.headers);
      const sessionToken = credential.read(headers);
      if (sessionToken === undefined) return undefined;
      const { receipt } = await handOverSession(sessionToken, input.userId);
      return { receipt, setCookie: credential.isCookie(headers) ? credential.clear() : undefined };
    };
    try {
      return (await metrics.countHandOver("login", work())) ?? {};
    } catch (err) {
      // An expired session, or two tokens that differ, is what a request may bring, and nothing to look into.
      if (!isRefusal(err)) {
        logger.error({ err, user_id: input?.userId }, "a login went on without the hand-over of its cart");
      }
      return {};
    }
  };
}

function toHeaders(headers: LoginInput["headers"]): Headers {
  if (typeof headers.get === "function") return headers as Headers;
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  return new Headers(pairs);
}
