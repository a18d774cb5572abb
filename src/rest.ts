/**
 * The time that the event loop is to have for everybody else after work that many may ask for: whoever comes meanwhile does not wait at
 * all. A timer lets it have that time; it has none as long as something is to be done at once (`setImmediate`).
 */
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";

/** The event loop rests for half as long as it was busy, for some milliseconds at most. */
const SHARE = 0.5;
const MOST = 10;
/** Turns of an event loop that others keep busy, which may therefore never rest; one that is free takes a millisecond for each. */
const MOST_TURNS = 10;

export class Rest {
  #since: ReturnType<typeof performance.eventLoopUtilization> | undefined;

  /** The work begins: what the event loop does from now on is to be followed by its rest. */
  begin(): void {
    this.#since = performance.eventLoopUtilization();
  }

  /** Milliseconds for which the event loop was busy since the work began; 0 before any has begun. */
  get busy(): number {
    return this.#since ? performance.eventLoopUtilization(this.#since).active : 0;
  }

  get isOver(): boolean {
    if (!this.#since) return true;
    const { idle, active } = performance.eventLoopUtilization(this.#since);
    return idle >= Math.min(active * SHARE, MOST);
  }

  /**
   * Waits for its end, or for {@link MOST_TURNS}.
   * @param longest milliseconds after which it waits no more: turns of an event loop that others keep busy may be long
   */
  async wait(longest = Number.POSITIVE_INFINITY): Promise<void> {
    const end = performance.now() + longest;
    for (let turns = 0; turns < MOST_TURNS && !this.isOver && performance.now() < end; turns += 1)
      await setTimeout(1);
  }
}
