/** What runs alone beside the batches (batch.ts): how much at once, and who has been stuck at what. */

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
