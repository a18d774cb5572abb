/** What runs alone beside the batches (batch.ts): how much at once, who has been stuck at what, whose carts are large. */
import { ConcurrencyLimit } from "./concurrency.ts";

/** At once, alone; those that are stuck at something are counted apart. Together they leave connections for batches. */
const MOST_ALONE = 3;
const MOST_STUCK = 4;

/** What has failed in a batch, and then takes longer than this alone, has met somebody who holds what it needs. Milliseconds. */
export const STUCK_AFTER = 100;
/** For so long after the last who was stuck, whatever needs the same is kept out of batches. Milliseconds. */
const SUSPICION = 1_000;

/**
 * The connections that requests which run alone may hold, over all batchers of one database. One that turns out to be stuck
 * gives its place to the next: who needs something else does not wait behind it.
 */
export class AloneBudget {
  #running = 0;
  #stuck = 0;
  readonly #waiting = new Set<() => void>();

  get isFull(): boolean {
    return this.#running >= MOST_ALONE;
  }

  get isFullOfStuck(): boolean {
    return this.#stuck >= MOST_STUCK;
  }

  /** @param goOn called when there may be room again */
  onRoom(goOn: () => void): void {
    this.#waiting.add(goOn);
  }

  /** Counts one that begins. @returns what to call when it is stuck, and when it has ended */
  begin(): { isStuck: () => void; end: () => void } {
    this.#running += 1;
    let isStuck = false;
    return {
      isStuck: () => {
        if (this.isFullOfStuck) return;
        isStuck = true;
        this.#running -= 1;
        this.#stuck += 1;
        this.#tell();
      },
      end: () => {
        if (isStuck) this.#stuck -= 1;
        else this.#running -= 1;
        this.#tell();
      },
    };
  }

  #tell(): void {
    for (const goOn of this.#waiting) goOn();
  }
}

/**
 * What somebody seems to hold: what one who was stuck has of its own (its key), and, where another key was stuck too, what
 * both need. Whatever needs one of these would end a batch of others.
 */
export class Suspects {
  readonly #until = new Map<unknown, number>();
  /** Which key was stuck at it last. */
  readonly #witnesses = new Map<unknown, unknown>();

  add(key: unknown, needs: unknown[]): void {
    const until = performance.now() + SUSPICION;
    if (key !== undefined) this.#until.set(key, until);
    for (const need of needs) {
      const witness = this.#witnesses.get(need);
      if (witness !== undefined && witness !== key) this.#until.set(need, until);
      else this.#witnesses.set(need, key);
    }
  }

  has(key: unknown, needs: unknown[]): boolean {
    if (this.#until.size === 0) return false;
    const now = performance.now();
    for (const [need, until] of this.#until) if (until < now) this.#until.delete(need);
    if (this.#until.size === 0) this.#witnesses.clear();
    return this.#until.has(key) || needs.some((need) => this.#until.has(need));
  }
}

/** How many large carts are worked on at once, and how many requests for others wait for that. */
const MOST_LARGE = 2;
const MOST_WAITING_FOR_LARGE = 50;
/** An owner is taken for one with a large cart for so long after a batch has found that. Milliseconds. */
const REMEMBERED = 10_000;
/** Owners that are remembered at once. One that does not fit is found large again by its next batch. */
const MOST_REMEMBERED = 10_000;

/** The owners of large carts, and the places for them: a large cart takes so long that it must not be in a batch with others. */
export class LargeCarts {
  readonly places = new ConcurrencyLimit({ most: MOST_LARGE, mostWaiting: MOST_WAITING_FOR_LARGE });
  readonly #until = new Map<unknown, number>();

  add(owner: unknown): void {
    if (this.#until.size >= MOST_REMEMBERED) this.#forgetSome();
    if (this.#until.size >= MOST_REMEMBERED) return;
    // Deleted first, so that the map has them in the order of their time.
    this.#until.delete(owner);
    this.#until.set(owner, performance.now() + REMEMBERED);
  }

  has(owner: unknown): boolean {
    if (this.#until.size === 0) return false;
    return (this.#until.get(owner) ?? 0) > performance.now();
  }

  #forgetSome(): void {
    const now = performance.now();
    for (const [owner, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(owner);
    }
  }
}
