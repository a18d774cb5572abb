/**
 * Lets the requests of all clients begin in turn. A client that asks without a pause waits behind clients that ask now and then,
 * however much it pipelines and however many such clients there are, and it leaves the event loop free for a part of the time. Strangers
 * wait behind clients that got an answer some time ago, so that addresses that somebody makes up do not delay a shopper.
 */

import { FairQueue } from "../fair-queue.ts";
import { Rest } from "../rest.ts";
import { LEVELS, OFTEN, Visitors } from "./visitors.ts";

/**
 * The requests of busy clients (those that ask often, and strangers) that begin in one turn of the event loop, while others shop: between
 * two turns the server reads what others have sent. A turn costs some 20 µs, the beginning of a request from 30 µs (a refusal) to 500 µs (a
 * login), so their number follows the time for which they keep the event loop busy.
 */
const BUSY_AT_ONCE = { least: 1, first: 4, most: 8 };
/** Milliseconds for which they keep it busy, from which on fewer begin. */
const LONG = 2;
/** Milliseconds without a request that begins, after which a turn is surely over. */
const BREAK = 1;
/** All requests that begin in one turn. More of them at once make larger batches, which cost the database less for each. */
const AT_ONCE = 64;
/** Milliseconds without a request of a client that asks now and then, after which busy clients have the server for themselves. */
const DESERTED = 1_000;
/** In so many turns without a place for it, one request of a class begins all the same: nobody waits for as long as others keep asking. */
const PATIENCE = { known: 8, strangers: 1 };
/**
 * While the event loop rests from busy clients, one request of a class begins all the same when so long ago the last one has begun: where
 * others keep the event loop busy, as with an embedded database, the rest never ends. Milliseconds, because such an event loop has
 * so many turns that it would begin more than it can do.
 */
const PATIENCE_AT_REST = 15;

type Begin = () => void;
/** Requests of clients that ask about as often as each other, or are strangers. */
type Class = {
  queue: FairQueue<Begin>;
  isBusy: boolean;
  patience: number;
  turnsWithoutPlace: number;
  /** When one of them has last begun. */
  lastBegin: number;
};

export class Turns {
  #begun = 0;
  #busyAtOnce = BUSY_AT_ONCE.first;
  /** How many requests of busy clients may begin in this turn; undefined until one of them asks, 0 while the event loop rests from them. */
  #busyPlaces: number | undefined;
  #lastBegin = 0;
  /** A request of a busy client has begun in this turn. */
  #isBusyTurn = false;
  /** The next turn is told of, because requests wait for it. */
  #isTurnSet = false;
  /** When a client that asks now and then has last asked. */
  #lastShopper = Number.NEGATIVE_INFINITY;
  /** The event loop's rest from busy clients. */
  readonly #rest = new Rest();
  readonly #visitors = new Visitors();
  /** The first goes first: those that ask least. The last are strangers. */
  readonly #classes: Class[] = Array.from({ length: LEVELS + 1 }, (_, level) => ({
    queue: new FairQueue<Begin>(),
    isBusy: level >= OFTEN,
    patience: level === LEVELS ? PATIENCE.strangers : PATIENCE.known,
    turnsWithoutPlace: 0,
    lastBegin: Number.NEGATIVE_INFINITY,
  }));

  /**
   * Calls `begin` now, or in a later turn of the event loop.
   * @param key whose request it is
   * @returns in the second case, what to call where the request is not to begin any more
   */
  ask(key: string, begin: Begin): (() => void) | undefined {
    const now = performance.now();
    const { asksOften, level } = this.#visitors.asked(key, now);
    if (!asksOften) this.#lastShopper = now;
    // Where nobody waits, a break tells one turn from the next: to be told of each turn would cost each request another turn of the loop.
    if (!this.#isTurnSet && now - this.#lastBegin > BREAK) this.#beginTurn();
    const own = this.#classes[level] as Class;
    const isNext = !this.#isTurnSet || this.#classes.every(({ queue }, n) => n > level || queue.size === 0);
    if (isNext && this.#placesFor(own) > 0) {
      this.#begin(own, begin);
      return undefined;
    }
    own.queue.add(key, begin);
    if (!this.#isTurnSet) setImmediate(() => this.#turn());
    this.#isTurnSet = true;
    return () => own.queue.remove(key, begin);
  }

  /** A request of this client was answered. @param isRefused by a status from 400 on */
  answered(key: string, isRefused: boolean): void {
    this.#visitors.answered(key, isRefused);
  }

  #beginTurn(): void {
    this.#begun = 0;
    this.#isBusyTurn = false;
    this.#busyPlaces = undefined;
  }

  #turn(): void {
    this.#beginTurn();
    for (const one of this.#classes) this.#beginSome(one);
    const waiting = this.#classes.filter(({ queue }) => queue.size > 0);
    if (waiting.length === 0) this.#isTurnSet = false;
    // A timer, since the event loop has no rest as long as something is to be done at once.
    else if (this.#busyPlaces !== undefined && waiting.every(({ isBusy }) => isBusy))
      setTimeout(() => this.#turn(), 1);
    else setImmediate(() => this.#turn());
  }

  #beginSome(one: Class): void {
    if (one.queue.size === 0) {
      one.turnsWithoutPlace = 0;
      return;
    }
    const places = this.#placesFor(one);
    one.turnsWithoutPlace = places > 0 ? 0 : one.turnsWithoutPlace + 1;
    const isResting = one.isBusy && this.#busyPlaces === 0;
    const isDue = isResting
      ? performance.now() - one.lastBegin >= PATIENCE_AT_REST
      : one.turnsWithoutPlace >= one.patience;
    if (isDue) one.turnsWithoutPlace = 0;
    for (let left = isDue ? 1 : places; left > 0; left -= 1) {
      const begin = one.queue.next();
      if (!begin) return;
      this.#begin(one, begin);
    }
  }

  #begin(own: Class, begin: Begin): void {
    this.#begun += 1;
    if (own.isBusy && !this.#isBusyTurn && !this.#isDeserted) {
      this.#isBusyTurn = true;
      this.#rest.begin();
    }
    // Before it, too, for what asks within it.
    this.#lastBegin = performance.now();
    begin();
    this.#lastBegin = own.lastBegin = performance.now();
  }

  get #isDeserted(): boolean {
    return performance.now() - this.#lastShopper > DESERTED;
  }

  #placesFor({ isBusy }: Class): number {
    if (!isBusy || this.#isDeserted) return AT_ONCE - this.#begun;
    this.#busyPlaces ??= this.#countBusyPlaces();
    return this.#busyPlaces - this.#begun;
  }

  #countBusyPlaces(): number {
    if (!this.#rest.isOver) return 0;
    this.#busyAtOnce =
      this.#rest.busy > LONG
        ? Math.max(BUSY_AT_ONCE.least, this.#busyAtOnce >> 1)
        : Math.min(BUSY_AT_ONCE.most, this.#busyAtOnce + 1);
    return this.#busyAtOnce;
  }
}
