/** Calls when a guest's cart is over. */

/** Not sooner than this: the two clocks may differ. Milliseconds. */
const LEAST = 60_000;
/** Timers go no further. Milliseconds. */
const MOST = 2 ** 31 - 1;

export class Expiry {
  readonly #call: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(call: () => void) {
    this.#call = call;
  }

  /** @param end by the server's clock; null or undefined: never */
  watch(end: string | null | undefined): void {
    clearTimeout(this.#timer);
    if (!end) return;
    const left = Date.parse(end) - Date.now() + 1_000;
    this.#timer = setTimeout(this.#call, Math.min(Math.max(left, LEAST), MOST));
  }
}
