/**
 * A brake on guessing passwords (OWASP ASVS 5.0, 6.3.1): ten wrong ones for one e-mail address within ten minutes, then
 * nobody can try for that address until the ten minutes are over. By the address that is tried, not by the client, whom a
 * guesser can change. A device on which the account has logged in before (devices.ts) has ten tries of its own instead, so that
 * wrong guesses from elsewhere do not lock the owner out. Without Redis each replica counts for itself, so several allow as
 * many more.
 */
import { createHash } from "node:crypto";
import { Limiter } from "../cache/limiter.ts";
import type { Redis } from "../cache/redis.ts";

const RATE = { most: 10, seconds: 10 * 60 };

export class PasswordGuesses {
  readonly #ofAddresses: Limiter;
  readonly #ofDevices: Limiter;

  constructor(redis: Redis | undefined) {
    this.#ofAddresses = new Limiter("passwords", RATE, redis);
    this.#ofDevices = new Limiter("device_passwords", RATE, redis);
  }

  /**
   * Carries a sign-in out. A try is counted before it is made, so that many at once are no way around; a right password
   * takes the count back, the device's or the address's: whoever logs in on a known device gives a guesser no new tries.
   * @param device the id of a device that is known for this account
   * @throws ToriokiError `rate_limited`
   */
  async limit(email: string, device: string | undefined, signIn: () => Promise<Response>): Promise<Response> {
    const limiter = device === undefined ? this.#ofAddresses : this.#ofDevices;
    const key = device ?? keyOf(email);
    await limiter.take(key);
    let status: number | undefined;
    try {
      const response = await signIn();
      status = response.status;
      return response;
    } finally {
      // Nothing was guessed where the server failed, or refused the request for another reason.
      if (status === 200) await limiter.forget(key);
      else if (status !== 401) await limiter.giveBack(key);
    }
  }
}

/** The address is kept as a hash: what is counted need not be known. */
const keyOf = (email: string) => createHash("sha256").update(email.toLowerCase()).digest("hex");
