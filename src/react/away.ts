/** A server that cannot be asked at the moment: how it is told from one that says no, and how long until the next try. */
import type { ClientError } from "../client/client.ts";

/** Between tries; the last goes on. Milliseconds. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 15_000];
/** A server that asks for more is tried again all the same. Milliseconds. */
const LONGEST = 3_600_000;

/** Whether nobody is there or too busy, so that the same call is worth another try. */
export function isAway({ status, code }: ClientError): boolean {
  if (code === "idempotency_key_in_flight") return true;
  // A proxy's page for a server that is down; a hotel's for whoever has not paid.
  if (code === "unexpected_answer") return status < 300 || status >= 500;
  return status === 0 || status === 429 || (status >= 502 && status <= 504);
}

/** @returns milliseconds until the next try: `usual`, or more where the server asks for it */
export function pauseAfter({ retryAfter = 0 }: ClientError, usual: number): number {
  return Math.min(Math.max(retryAfter * 1_000, usual), LONGEST);
}

/** Longer from failure to failure. */
export class Pauses {
  #failures = 0;
  #wake: () => void = () => {};

  async wait(error: ClientError): Promise<void> {
    const usual = PAUSES[Math.min(this.#failures, PAUSES.length - 1)] as number;
    this.#failures += 1;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, pauseAfter(error, usual));
    });
    clearTimeout(timer);
  }

  /** Ends a pause. */
  wake(): void {
    this.#wake();
  }

  /** The server has answered. */
  reset(): void {
    this.#failures = 0;
  }
}
