/**
 * A brake on guessing passwords (OWASP ASVS 5.0, 6.3.1): ten wrong ones for one e-mail address within ten minutes, then
 * nobody can try for that address until the ten minutes are over. By the address that is tried, not by the client, whom a
 * guesser can change. Without Redis each replica counts for itself, so several allow as many more.
 */
import { createHash } from "node:crypto";
import { Limiter } from "../cache/limiter.ts";
import type { Redis } from "../cache/redis.ts";

const RATE = { most: 10, seconds: 10 * 60 };

export class PasswordGuesses {
  readonly #limiter: Limiter;

  constructor(redis: Redis | undefined) {
    this.#limiter = new Limiter("passwords", RATE, redis);
  }

  /**
   * Carries a sign-in out. A try is counted before it is made, so that many at once are no way around; a right password
   * takes the count back.
   * @throws ToriokiError `rate_limited`
   */
  async limit(request: Request, signIn: (request: Request) => Promise<Response>): Promise<Response> {
    const key = await keyOf(request.clone());
    if (key === undefined) return signIn(request);
    await this.#limiter.take(key);
    let status: number | undefined;
    try {
      const response = await signIn(request);
      status = response.status;
      return response;
    } finally {
      // Nothing was guessed where the server failed, or refused the request for another reason.
      if (status === 200) await this.#limiter.forget(key);
      else if (status !== 401) await this.#limiter.giveBack(key);
    }
  }
}

/** The address is kept as a hash: what is counted need not be known. */
async function keyOf(request: Request): Promise<string | undefined> {
  const { email } = ((await request.json().catch(() => null)) ?? {}) as { email?: unknown };
  return typeof email === "string"
    ? createHash("sha256").update(email.toLowerCase()).digest("hex")
    : undefined;
}
