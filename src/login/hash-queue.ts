/**
 * Runs what keeps a core busy for long, the hashing of passwords, a few at a time: a hash takes some 70 ms of a core and 32 MiB.
 * They run in threads of their own (hash-threads.ts), so the event loop goes on meanwhile (docs/decisions/016).
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { availableParallelism } from "node:os";
import { currentClient, withoutCounting } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";
import { FairQueue } from "../fair-queue.ts";

/** How many may wait, over all processes of a server. With two cores all of them together take some four seconds. */
const MOST_WAITING = 50;
/** Of one process: each has a thread, with 32 MiB while it runs. */
const MOST_RUNNING = 4;
/** Whoever has waited for so long is refused, before the connection is given up (server.ts, 20 s without a byte). Milliseconds. */
const LONGEST_WAIT = 18_000;

export type HashQueueLimits = { running: number; waiting: number };

/**
 * At most one hash for each core at once, less one core for what everybody else waits for: the event loop. Several processes of one
 * server share the cores; each has one hash at least.
 * @param processes how many processes serve (`WEB_CONCURRENCY`)
 */
export function hashLimits(processes: number, cores = availableParallelism()): HashQueueLimits {
  return {
    running: Math.max(1, Math.min(Math.floor((cores - 1) / processes), MOST_RUNNING)),
    waiting: Math.max(1, Math.floor(MOST_WAITING / processes)),
  };
}

/** Of one request: from before its account is looked up until it has its answer. */
type Place = {
  client: string;
  isLost: boolean;
  /** While it waits for its hash. */
  waiting?: { begin: () => void; refuse: (reason: ToriokiError) => void };
};

export class HashQueue {
  readonly #limits: HashQueueLimits;
  readonly #longestWait: number;
  /** Whoever hashes, waits for that, or is about to. */
  #taken = 0;
  #running = 0;
  /** Places whose work has not begun to hash. */
  readonly #losable = new FairQueue<Place>();
  readonly #waiting = new FairQueue<Place>();
  readonly #own = new AsyncLocalStorage<Place>();

  /** @param longestWait milliseconds */
  constructor(limits: HashQueueLimits, longestWait = LONGEST_WAIT) {
    this.#limits = limits;
    this.#longestWait = longestWait;
  }

  /**
   * Keeps a place for work that hashes ({@link inTurn}), for as long as it takes. Where no place is left, one request is refused: the
   * last of those that have not begun to hash, of the client that has most of them. That may be this one.
   * @throws ToriokiError `overloaded`, at once, while it waits for its hash, where that takes too long, or when it asks for that; what the
   *   work throws
   */
  async withPlace<T>(work: () => Promise<T>): Promise<T> {
    const place: Place = { client: currentClient(), isLost: false };
    this.#losable.add(place.client, place);
    this.#taken += 1;
    try {
      if (this.#taken > this.#limits.running + this.#limits.waiting) this.#refuseLast();
      if (place.isLost) throw new ToriokiError("overloaded");
      return await this.#own.run(place, work);
    } finally {
      if (!place.isLost) this.#taken -= 1;
      this.#losable.remove(place.client, place);
    }
  }

  #refuseLast(): void {
    const last = this.#losable.removeLast() as Place;
    last.isLost = true;
    this.#taken -= 1;
    if (this.#waiting.remove(last.client, last)) last.waiting?.refuse(new ToriokiError("overloaded"));
  }

  /** Hashes when its turn has come, in an order that is fair to clients. No request's deadline counts it. */
  inTurn<T>(hash: () => Promise<T>): Promise<T> {
    const place = this.#own.getStore() ?? { client: currentClient(), isLost: false };
    return withoutCounting(() => this.#inTurn(hash, place));
  }

  async #inTurn<T>(hash: () => Promise<T>, place: Place): Promise<T> {
    if (place.isLost) throw new ToriokiError("overloaded");
    if (this.#running < this.#limits.running) {
      this.#running += 1;
      this.#losable.remove(place.client, place);
    } else await this.#wait(place);
    try {
      return await hash();
    } finally {
      const next = this.#waiting.next();
      // The turn goes to the next one: whoever comes in between must not take it, nor its place.
      if (next) {
        this.#losable.remove(next.client, next);
        next.waiting?.begin();
      } else this.#running -= 1;
    }
  }

  /** @throws ToriokiError `overloaded` where its place is taken from it, or its turn does not come in time */
  async #wait(place: Place): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((begin, refuse) => {
        place.waiting = { begin, refuse };
        this.#waiting.add(place.client, place);
        timer = setTimeout(() => {
          if (this.#waiting.remove(place.client, place)) refuse(new ToriokiError("overloaded"));
        }, this.#longestWait);
      });
    } finally {
      clearTimeout(timer);
    }
  }
}
