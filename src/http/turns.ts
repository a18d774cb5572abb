/**
 * Lets the requests of all clients begin in turn. A client that asks without a pause waits behind clients that ask now and then,
 * however many connections it has and however much it pipelines; and strangers wait behind clients whose requests were answered
 * before, so that addresses that somebody makes up do not delay a shopper.
 */

import { FairQueue } from "../fair-queue.ts";

/**
 * The requests that begin in one turn of the event loop: between two turns the server reads what others have sent. A turn costs some
 * 20 µs, the beginning of a request from 30 µs (a refusal) to 500 µs (a login), so their number follows the time that a turn takes.
 */
const AT_ONCE = { least: 1, first: 4, most: 8 };
/** Milliseconds. */
const LONG_TURN = 1;
/** Clients that are remembered as known: between so many and twice as many, some 100 bytes each. */
const KNOWN = 10_000;

export class Turns {
  #begun = 0;
  #atOnce = AT_ONCE.first;
  #isTurnSet = false;
  #turnBegan = 0;
  readonly #known = new FairQueue<() => void>();
  readonly #strangers = new FairQueue<() => void>();
  #newlyKnown = new Set<string>();
  #knownBefore = new Set<string>();

  /**
   * Calls `begin` now, or in a later turn of the event loop.
   * @param keyOf whose request it is; asked only where it matters
   */
  ask(keyOf: () => string, begin: () => void): void {
    if (!this.#isTurnSet) this.#setTurn();
    if (this.#begun < this.#atOnce && this.#isNobodyWaiting) {
      this.#begun += 1;
      begin();
      return;
    }
    const key = keyOf();
    const isKnown = this.#newlyKnown.has(key) || this.#knownBefore.has(key);
    (isKnown ? this.#known : this.#strangers).add(key, begin);
  }

  /** A request of this client was answered, and not by a refusal. */
  know(key: string): void {
    this.#newlyKnown.add(key);
    if (this.#newlyKnown.size < KNOWN) return;
    this.#knownBefore = this.#newlyKnown;
    this.#newlyKnown = new Set();
  }

  get #isNobodyWaiting(): boolean {
    return this.#known.size + this.#strangers.size === 0;
  }

  #setTurn(now = performance.now()): void {
    this.#isTurnSet = true;
    this.#turnBegan = now;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    const now = performance.now();
    const isLong = now - this.#turnBegan > LONG_TURN;
    this.#atOnce = isLong
      ? Math.max(AT_ONCE.least, this.#atOnce >> 1)
      : Math.min(AT_ONCE.most, this.#atOnce + 1);
    this.#begun = 0;
    this.#begin(this.#known, this.#atOnce);
    // Strangers come last, but a flood of those who are known does not shut them out.
    this.#begin(this.#strangers, Math.max(1, this.#atOnce - this.#begun));
    if (this.#isNobodyWaiting) this.#isTurnSet = false;
    else this.#setTurn(now);
  }

  #begin(queue: FairQueue<() => void>, most: number): void {
    for (let n = 0; n < most; n += 1) {
      const begin = queue.next();
      if (!begin) return;
      this.#begun += 1;
      begin();
    }
  }
}
