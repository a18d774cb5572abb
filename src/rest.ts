/**
 * The time that the event loop is to have for everybody else after work that many may ask for: whoever comes meanwhile does not wait at
 * all. A timer lets it have that time; it has none as long as something is to be done at once (`setImmediate`).
 */
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";

/** The event loop rests for half as long as the work took, for some milliseconds at most. */
const SHARE = 0.5;
const MOST = 10;

export class Rest {
  #since: ReturnType<typeof performance.eventLoopUtilization> | undefined;
  #work: number | undefined;

  /** The work begins. What the event loop does until `busy` or `isOver` is next asked for is taken for it. */
  begin(): void {
    this.#since = performance.eventLoopUtilization();
    this.#work = undefined;
  }

  /** Milliseconds that the work took; 0 before any has begun. */
  get busy(): number {
    if (!this.#since) return 0;
    this.#work ??= performance.eventLoopUtilization(this.#since).active;
    return this.#work;
  }

  /** Time in which others keep the event loop busy counts as well: that is what it rests for, and work must not wait for ever. */
  get isOver(): boolean {
    if (!this.#since) return true;
    const work = this.busy;
    const { idle, active } = performance.eventLoopUtilization(this.#since);
    return idle + active >= work + Math.min(work * SHARE, MOST);
  }

  async wait(): Promise<void> {
    while (!this.isOver) await setTimeout(1);
  }
}
