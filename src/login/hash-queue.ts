/**
 * Runs what keeps a core busy for long, the hashing of passwords, a few at a time: a hash takes some 70 ms of a core and 32 MiB.
 * better-auth's own functions run in libuv's thread pool, so the event loop goes on meanwhile (docs/decisions/016).
 */
import { availableParallelism } from "node:os";
import { currentClient, withoutCounting } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";
import { FairQueue } from "../fair-queue.ts";

/** How many may wait, over all processes of a server. With two cores all of them together take some four seconds. */
const MOST_WAITING = 50;
/** libuv's pool has four threads unless the environment says otherwise (Node's manual, "UV_THREADPOOL_SIZE"). */
const USUAL_THREADS = 4;

export type HashQueueLimits = { running: number; waiting: number };

/**
 * At most one hash for each core at once, less one core for what everybody else waits for: the event loop. Never on all threads
 * of libuv's pool: files and the names of hosts need one, too. Several processes of one server share the cores; each has one
 * hash at least.
 * @param processes how many processes serve (`WEB_CONCURRENCY`)
 */
export function hashLimits(
  processes: number,
  cores = availableParallelism(),
  threads = Number(process.env.UV_THREADPOOL_SIZE) || USUAL_THREADS,
): HashQueueLimits {
  return {
    running: Math.max(1, Math.min(Math.floor((cores - 1) / processes), threads - 1)),
    waiting: Math.max(1, Math.floor(MOST_WAITING / processes)),
  };
}

type Waiting = { begin: () => void; refuse: (reason: ToriokiError) => void };

export class HashQueue {
  readonly #limits: HashQueueLimits;
  /** Whoever hashes, waits for that, or is about to. */
  #places = 0;
  #running = 0;
  readonly #waiting = new FairQueue<Waiting>();

  constructor(limits: HashQueueLimits) {
    this.#limits = limits;
  }

  /**
   * Keeps a place for work that hashes ({@link inTurn}), for as long as it takes. Where no place is left, one request is refused: the
   * last of the client that has most of those that wait for a hash, or this one.
   * @throws ToriokiError `overloaded`, at once or while the work waits for its hash; what the work throws
   */
  async withPlace<T>(work: () => Promise<T>): Promise<T> {
    if (this.#places >= this.#limits.running + this.#limits.waiting) this.#refuseLast();
    this.#places += 1;
    try {
      return await work();
    } finally {
      this.#places -= 1;
    }
  }

  /** Refuses the request that would be last, if this one waited, too. @throws ToriokiError where it is this one */
  #refuseLast(): void {
    const reason = new ToriokiError("overloaded");
    const thisOne = { begin: () => {}, refuse: () => {} };
    this.#waiting.add(currentClient(), thisOne);
    const last = this.#waiting.removeLast();
    if (last === thisOne) throw reason;
    this.#waiting.remove(currentClient(), thisOne);
    last?.refuse(reason);
  }

  /** Hashes when its turn has come, in an order that is fair to clients. For whoever has a place. No request's deadline counts it. */
  inTurn<T>(hash: () => Promise<T>): Promise<T> {
    return withoutCounting(() => this.#inTurn(hash));
  }

  async #inTurn<T>(hash: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.running) this.#running += 1;
    else
      await new Promise<void>((begin, refuse) => {
        this.#waiting.add(currentClient(), { begin, refuse });
      });
    try {
      return await hash();
    } finally {
      const next = this.#waiting.next();
      // The turn goes to the next one: whoever comes in between must not take it.
      if (next) next.begin();
      else this.#running -= 1;
    }
  }
}
