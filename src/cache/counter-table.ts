/**
 * Counters by key, at most so many: the least recently counted makes room for a new one, but none whose key is refused at
 * present does. A list links those that may make room, from the least recently counted on. A Map in the order of its insertions would
 * do the same with less code, but V8 keeps a deleted key in its bucket's chain until the next rehash, so that counting one
 * key again and again took 0.2 ms among 100,000 (docs/decisions/015).
 */

/** One key's count. Times are those of `now`. */
export type Counter = {
  readonly key: string;
  used: number;
  /** When its time is over; `used` counts until then. */
  endsAt: number;
  /** Its neighbours in the list; null where it is in none, because its key is refused. */
  older: Counter | null;
  newer: Counter | null;
};

/** Whole milliseconds of a clock that nobody sets back. V8 keeps a whole number of 31 bits, some 24 days, in place. */
export const now = (): number => Math.trunc(performance.now());

/** How often a table that is full of refused keys looks at some of them for such whose time is over. Milliseconds. */
const LOOK_EVERY = 20;
/** The counters that are looked at in one go. To remove so many takes 5 ms; to remove all 100,000 took half a second. */
const LOOKED_AT = 2_000;

export class CounterTable {
  /** How much a key may use up in its time. */
  readonly most: number;
  readonly #size: number;
  readonly #counters = new Map<string, Counter>();
  /** Before the least recently counted, and after the most recently counted. */
  readonly #list: Counter;
  #lastLook = Number.NEGATIVE_INFINITY;
  #sweep = this.#counters.values();
  readonly #makesRoom: boolean;

  /** @param makesRoom false: a counter stays until its time is over, and a key that comes when the table is full gets none */
  constructor(most: number, size: number, makesRoom: boolean) {
    this.most = most;
    this.#size = size;
    this.#makesRoom = makesRoom;
    const list = { key: "", used: 0, endsAt: 0 } as Counter;
    list.older = list;
    list.newer = list;
    this.#list = list;
  }

  get size(): number {
    return this.#counters.size;
  }

  get(key: string): Counter | undefined {
    return this.#counters.get(key);
  }

  get isAtBound(): boolean {
    return this.#counters.size >= this.#size;
  }

  /** Whether it is this table's still, and has not made room for another. */
  has(counter: Counter): boolean {
    return this.#counters.get(counter.key) === counter;
  }

  /** Whether its key is refused at present. */
  isFull(counter: Counter): boolean {
    return counter.used >= this.most && counter.endsAt > now();
  }

  /**
   * Makes the counter of a key that has none.
   * @param onRemoved told of the counter that made room for it, where its time was not over
   * @returns undefined where there is no room
   */
  add(key: string, endsAt: number, onRemoved?: (counter: Counter) => void): Counter | undefined {
    if (this.isAtBound && !this.#makeRoom(onRemoved)) return undefined;
    const counter: Counter = { key, used: 0, endsAt, older: null, newer: null };
    this.#counters.set(key, counter);
    this.#link(counter);
    return counter;
  }

  /** Has it say what is used up and until when, and makes it the most recently counted. */
  use(counter: Counter, used: number, endsAt: number): void {
    counter.used = used;
    counter.endsAt = endsAt;
    unlink(counter);
    if (!this.isFull(counter)) this.#link(counter);
  }

  delete(key: string): void {
    const counter = this.#counters.get(key);
    if (!counter) return;
    unlink(counter);
    this.#counters.delete(key);
  }

  /**
   * Looks at some of the counters, and removes those whose time is over; the next call looks at those that come after them.
   * @returns false where it has come to the end
   */
  sweepSome(): boolean {
    const time = now();
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      const { value: counter, done } = this.#sweep.next();
      if (done) {
        this.#sweep = this.#counters.values();
        return false;
      }
      if (counter.endsAt <= time) this.delete(counter.key);
    }
    return true;
  }

  #makeRoom(onRemoved?: (counter: Counter) => void): boolean {
    const oldest = this.#list.newer as Counter;
    const isOver = oldest.endsAt <= now();
    if (oldest !== this.#list && (this.#makesRoom || isOver)) {
      this.delete(oldest.key);
      if (!isOver) onRemoved?.(oldest);
      return true;
    }
    if (now() - this.#lastLook < LOOK_EVERY) return false;
    this.#lastLook = now();
    this.sweepSome();
    return !this.isAtBound;
  }

  /** Puts it at the list's end. */
  #link(counter: Counter): void {
    const last = this.#list.older as Counter;
    counter.older = last;
    counter.newer = this.#list;
    last.newer = counter;
    this.#list.older = counter;
  }
}

function unlink(counter: Counter): void {
  if (counter.older) counter.older.newer = counter.newer;
  if (counter.newer) counter.newer.older = counter.older;
  counter.older = null;
  counter.newer = null;
}
