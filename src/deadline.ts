/**
 * One deadline for each request: within 3 s it is answered, whatever hangs and however many steps it has. Each step has a time
 * limit of its own, and takes what is left of the request's where that is less (docs/decisions/014).
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** What a request has in all, from its first middleware on. RELIABILITY, promise 6: 503 within 3 s. Milliseconds. */
export const BUDGET = 2_600;

/** When a request is to be answered. A request that is answered has none: what it has left behind is nobody's wait. */
export class Deadline {
  #at: number;
  readonly #bounds = new Set<() => void>();
  /** Whose request it is, where that matters: what waits for its turn waits in an order that is fair to all clients. */
  readonly clientOf: () => string;

  /** @param budget in milliseconds */
  constructor(budget: number, clientOf = () => "") {
    this.#at = performance.now() + budget;
    this.clientOf = clientOf;
  }

  /**
   * Milliseconds, at least 1, because 0 is no time limit to a driver; Infinity while the time does not count. Whole ones: Node looks its
   * timers up by their durations, and each fraction made a new name of a property (docs/decisions/014, with its cost).
   */
  get left(): number {
    return Math.max(1, Math.floor(this.#at - performance.now()));
  }

  /** The request is answered. */
  end(): void {
    this.#move(Number.POSITIVE_INFINITY);
  }

  /** Does what takes time that is not the server's to bound: the client's upload, the turn of a password's hash. */
  async pauseFor<T>(work: () => Promise<T>): Promise<T> {
    const { left } = this;
    this.#move(Number.POSITIVE_INFINITY);
    try {
      return await work();
    } finally {
      this.#move(performance.now() + left);
    }
  }

  /** @throws Error with this message where the work takes longer than what is left; the work itself goes on */
  bound<T>(message: string, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const moved = () => {
        clearTimeout(timer);
        if (this.#at !== Number.POSITIVE_INFINITY)
          timer = setTimeout(() => reject(new Error(message)), this.left);
      };
      this.#bounds.add(moved);
      moved();
      work.then(resolve, reject).finally(() => {
        this.#bounds.delete(moved);
        clearTimeout(timer);
      });
    });
  }

  #move(at: number): void {
    this.#at = at;
    for (const moved of this.#bounds) moved();
  }
}

const deadlines = new AsyncLocalStorage<Deadline | undefined>();

/** The deadline of the request that is under way; undefined where there is none. */
export function currentDeadline(): Deadline | undefined {
  return deadlines.getStore();
}

/** Whose request is under way; empty where there is none, or where it does not matter. */
export function currentClient(): string {
  return currentDeadline()?.clientOf() ?? "";
}

/**
 * Does work under a request's deadline. Whatever is begun for several requests, or for none of them (a batch, a note that is written
 * later), is done under none: `underDeadline(undefined, …)`.
 */
export function underDeadline<T>(deadline: Deadline | undefined, work: () => T): T {
  return deadlines.run(deadline, work);
}

/** A step's own patience, or what is left of the request's time where that is less; undefined: no limit. Milliseconds. */
export function patienceWithin(patience: number): number;
export function patienceWithin(patience: number | undefined): number | undefined;
export function patienceWithin(patience: number | undefined): number | undefined {
  const left = deadlines.getStore()?.left ?? Number.POSITIVE_INFINITY;
  const least = Math.min(patience ?? Number.POSITIVE_INFINITY, left);
  return least === Number.POSITIVE_INFINITY ? undefined : least;
}

/** Does what the request's time does not count, see {@link Deadline.pauseFor}. */
export function withoutCounting<T>(work: () => Promise<T>): Promise<T> {
  return deadlines.getStore()?.pauseFor(work) ?? work();
}
