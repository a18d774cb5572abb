/**
 * Lets the requests of all clients begin in turn. A client that asks without a pause waits behind clients that ask now and then,
 * however many connections it has and however much it pipelines, and however many such clients there are; and strangers wait behind
 * clients whose requests were answered some time ago, so that addresses that somebody makes up do not delay a shopper.
 */

import { FairQueue } from "../fair-queue.ts";

/**
 * The requests that begin in one turn of the event loop: between two turns the server reads what others have sent. A turn costs some
 * 20 µs, the beginning of a request from 30 µs (a refusal) to 500 µs (a login), so their number follows the time that a turn takes.
 */
const AT_ONCE = { least: 1, first: 4, most: 8 };
/** Milliseconds. */
const LONG_TURN = 1;
/** Clients that are remembered: between so many and twice as many, some 100 bytes each. */
const KNOWN = 10_000;
/** Milliseconds in which a client's requests are counted, and then as many again until they are forgotten. */
const WINDOW = 1_000;
/** Milliseconds from a client's first answer on until it is no stranger: then it shows whether it asks now and then, or all the time. */
const STRANGE = 1_000;
/** Clients with up to 3, 7, 15, 31 and more requests of late: the fewer, the sooner theirs begin. */
const LEVELS = 5;
/** A level that had nothing left to it in so many turns has one request begin: nobody waits for as long as others keep asking. */
const PASSED_OVER = 8;

export class Turns {
  #begun = 0;
  #atOnce = AT_ONCE.first;
  #isTurnSet = false;
  #turnBegan = 0;
  /** Of clients whose requests were answered, by how many were answered of late. */
  readonly #known = Array.from({ length: LEVELS }, () => ({
    queue: new FairQueue<() => void>(),
    passedOver: 0,
  }));
  readonly #strangers = new FairQueue<() => void>();
  /** When a client's first answer was, other than a refusal. */
  #answeredFirst = new Map<string, number>();
  #answeredFirstBefore = new Map<string, number>();
  #requests = new Map<string, number>();
  #requestsBefore = new Map<string, number>();
  #windowBegan = performance.now();

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
    this.#queueOf(key).add(key, begin);
  }

  #queueOf(key: string): FairQueue<() => void> {
    const first = this.#answeredFirst.get(key) ?? this.#answeredFirstBefore.get(key);
    if (first === undefined || performance.now() - first < STRANGE) return this.#strangers;
    const requests = (this.#requests.get(key) ?? 0) + (this.#requestsBefore.get(key) ?? 0);
    const level = 31 - Math.clz32(requests >> 1 || 1);
    return (this.#known[Math.min(level, LEVELS - 1)] as { queue: FairQueue<() => void> }).queue;
  }

  /** A request of this client was answered. @param isRefused by a status from 400 on */
  answered(key: string, isRefused: boolean): void {
    const now = performance.now();
    if (now - this.#windowBegan > WINDOW) {
      this.#requestsBefore = now - this.#windowBegan > 2 * WINDOW ? new Map() : this.#requests;
      this.#requests = new Map();
      this.#windowBegan = now;
    }
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    if (!isRefused) this.#remember(key, now);
  }

  #remember(key: string, now: number): void {
    if (this.#answeredFirst.has(key)) return;
    this.#answeredFirst.set(key, this.#answeredFirstBefore.get(key) ?? now);
    if (this.#answeredFirst.size < KNOWN) return;
    this.#answeredFirstBefore = this.#answeredFirst;
    this.#answeredFirst = new Map();
  }

  get #isNobodyWaiting(): boolean {
    return this.#strangers.size === 0 && this.#known.every(({ queue }) => queue.size === 0);
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
    for (const level of this.#known) {
      const room = this.#atOnce - this.#begun;
      level.passedOver = room > 0 || level.queue.size === 0 ? 0 : level.passedOver + 1;
      const isDue = level.passedOver >= PASSED_OVER;
      this.#begin(level.queue, isDue ? 1 : room);
      if (isDue) level.passedOver = 0;
    }
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
