/**
 * Lets the requests of all clients begin in turn. A client that asks without a pause waits behind clients that ask now and then,
 * however much it pipelines and however many such clients there are. Strangers wait behind clients that got an answer some time ago,
 * so that addresses that somebody makes up do not delay a shopper.
 */

import { FairQueue } from "../fair-queue.ts";
import { LEVELS, Visitors } from "./visitors.ts";

/**
 * The requests that begin in one turn of the event loop: between two turns the server reads what others have sent. A turn costs some
 * 20 µs, the beginning of a request from 30 µs (a refusal) to 500 µs (a login), so their number follows the time that a turn takes.
 */
const AT_ONCE = { least: 1, first: 4, most: 8 };
/** Milliseconds. */
const LONG_TURN = 1;
/**
 * In so many turns without a place for it, one request of a class begins all the same: nobody waits for as long as others keep asking.
 */
const PATIENCE = { known: 8, strangers: 1 };

type Begin = () => void;
/** Requests of clients that ask about as often as each other, or are strangers. */
type Class = { queue: FairQueue<Begin>; patience: number; turnsWithoutPlace: number };

export class Turns {
  #begun = 0;
  #atOnce = AT_ONCE.first;
  #isTurnSet = false;
  #turnBegan = 0;
  readonly #visitors = new Visitors();
  /** The first goes first: those that ask least. The last are strangers. */
  readonly #classes: Class[] = Array.from({ length: LEVELS + 1 }, (_, level) => ({
    queue: new FairQueue<Begin>(),
    patience: level === LEVELS ? PATIENCE.strangers : PATIENCE.known,
    turnsWithoutPlace: 0,
  }));

  /**
   * Calls `begin` now, or in a later turn of the event loop.
   * @param keyOf whose request it is; asked only where it matters
   */
  ask(keyOf: () => string, begin: Begin): void {
    if (!this.#isTurnSet) this.#setTurn();
    if (this.#begun < this.#atOnce && this.#isNobodyWaiting) {
      this.#begun += 1;
      begin();
      return;
    }
    const key = keyOf();
    this.#classes[this.#visitors.levelOf(key)]?.queue.add(key, begin);
  }

  /** A request of this client was answered. @param isRefused by a status from 400 on */
  answered(key: string, isRefused: boolean): void {
    this.#visitors.answered(key, isRefused);
  }

  get #isNobodyWaiting(): boolean {
    return this.#classes.every(({ queue }) => queue.size === 0);
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
    for (const one of this.#classes) this.#begin(one);
    if (this.#isNobodyWaiting) this.#isTurnSet = false;
    else this.#setTurn(now);
  }

  #begin(one: Class): void {
    const places = this.#atOnce - this.#begun;
    one.turnsWithoutPlace = places > 0 || one.queue.size === 0 ? 0 : one.turnsWithoutPlace + 1;
    const isDue = one.turnsWithoutPlace === one.patience;
    if (isDue) one.turnsWithoutPlace = 0;
    for (let left = isDue ? 1 : places; left > 0; left -= 1) {
      const begin = one.queue.next();
      if (!begin) return;
      this.#begun += 1;
      begin();
    }
  }
}
