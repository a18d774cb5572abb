/**
 * Group commit: requests that arrive while the database is busy go to it together, as one statement and one commit. Nobody
 * waits for others to come: while a lane is free a request goes at once, and what gathers is what arrives meanwhile.
 *
 * It knows nothing of SQL. What it holds to: every caller gets one answer, its own; requests of one key (a session, a user)
 * run one after the other, in the order in which they came; what is run together never waits for somebody's lock, and
 * who must wait does so beside the lanes, alone.
 */
import { currentDeadline, type Deadline, patienceWithin, underDeadline } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";
import { type AloneBudget, type LargeCarts, STUCK_AFTER, Suspects } from "./alone.ts";

/** In place of an answer: the request's cart is too large to be in a batch with others. */
export const TOO_LARGE = Symbol("too large for a batch");

export type BatchOptions<Request, Answer> = {
  /**
   * Runs several requests as one, without waiting for what others hold. Gives their answers in their order; undefined for
   * one that must run alone.
   */
  together(requests: Request[]): Promise<(Answer | undefined | typeof TOO_LARGE)[]>;
  /** Runs one, and waits for what others hold. */
  alone(request: Request): Promise<Answer>;
  /** Whether requests that failed together surely had no effect, so that each may be run alone. */
  hadNoEffect(error: unknown): boolean;
  /** Requests of one key never run at once. Without it all may: for what changes nothing. */
  keyOf?: (request: Request) => unknown;
  /** What a request takes besides what its key stands for (a dish, a store), of which somebody may hold one. */
  needsOf?: (request: Request) => unknown[];
  /** Whose cart a request works on. Without it none is too large for a batch. */
  ownerOf?: (request: Request) => unknown;
  /** How many may run alone, of all batchers that share a database. */
  budget: AloneBudget;
  /** The owners whose carts are too large for a batch, for all batchers that share a database. */
  large: LargeCarts;
  /** How many batches are under way at once. */
  lanes: number;
  /** Within how many milliseconds of its arrival a request is answered, whatever hangs; without it, when its turn comes. */
  patience?: number | undefined;
};

/** A larger batch gains nothing (bench/RESULTS.md), and its members wait for one another. */
const MOST_TOGETHER = 64;
/** At some thousand requests a second, what waits behind these would be over its time anyway. */
const MOST_WAITING = 5_000;
/** Of one key, which moves on by one a batch: nobody is to take the places of all others. */
const MOST_FOLLOWERS = 100;
/** What nobody waits for any more is forgotten this often, where the database hangs and it would pile up. Milliseconds. */
const SWEEP_EVERY = 100;

type Entry<Request, Answer> = {
  request: Request;
  key: unknown;
  needs: unknown[];
  /** Of the HTTP request that it is for. A batch is for several and has none. */
  deadline: Deadline | undefined;
  /** It was in a batch that failed, or was kept out of one. */
  isSuspect: boolean;
  isAnswered: boolean;
  answer(answer: Answer): void;
  refuse(error: unknown): void;
};

export class Batcher<Request, Answer> {
  readonly #options: BatchOptions<Request, Answer>;
  /** What may run now. */
  #ready: Entry<Request, Answer>[] = [];
  /** For every key that is ready or under way: what comes after. */
  readonly #followers = new Map<unknown, Entry<Request, Answer>[]>();
  #toRunAlone: Entry<Request, Answer>[] = [];
  /** Of these, what needs what somebody seems to hold, while enough others wait for that. */
  #held: Entry<Request, Answer>[] = [];
  readonly #suspects = new Suspects();
  #lanesInUse = 0;
  #waiting = 0;
  #isScheduled = false;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: BatchOptions<Request, Answer>) {
    this.#options = options;
    options.budget.onRoom(() => this.#runAlone());
  }

  /**
   * @throws what `together` or `alone` throws; ToriokiError `overloaded` where too many wait, `database_unavailable` where
   *   there is no answer in time (the request may still have its effect)
   */
  ask(request: Request): Promise<Answer> {
    if (this.#waiting >= MOST_WAITING) return Promise.reject(new ToriokiError("overloaded"));
    this.#waiting += 1;
    return new Promise((resolve, reject) => {
      const settle = <T>(how: (value: T) => void) => {
        return (value: T) => {
          if (entry.isAnswered) return;
          entry.isAnswered = true;
          clearTimeout(timer);
          this.#waiting -= 1;
          how(value);
        };
      };
      const key = this.#options.keyOf?.(request);
      const entry: Entry<Request, Answer> = {
        request,
        key,
        needs: this.#options.needsOf?.(request) ?? [],
        deadline: currentDeadline(),
        isSuspect: false,
        isAnswered: false,
        answer: settle(resolve),
        refuse: settle(reject),
      };
      const patience = patienceWithin(this.#options.patience);
      const timer = patience && setTimeout(() => this.#giveUp(entry), patience);
      const followers = this.#followers.get(entry.key);
      if (followers && followers.length >= MOST_FOLLOWERS) entry.refuse(new ToriokiError("overloaded"));
      else if (followers) followers.push(entry);
      else this.#makeReady(entry);
    });
  }

  /** While lanes hang, nobody takes what waits for them off the queue: it leaves by itself. */
  #giveUp(entry: Entry<Request, Answer>): void {
    entry.refuse(new ToriokiError("database_unavailable"));
    this.#sweep ??= setTimeout(() => {
      this.#sweep = undefined;
      const waiting = [this.#ready, this.#toRunAlone, this.#held];
      [this.#ready, this.#toRunAlone, this.#held] = [[], [], []];
      const [ready = [], toRunAlone = [], held = []] = waiting.map((entries) =>
        entries.filter((each) => this.#isStillWanted(each)),
      );
      this.#ready.unshift(...ready);
      this.#toRunAlone.unshift(...toRunAlone);
      this.#held.unshift(...held);
    }, SWEEP_EVERY).unref();
  }

  #makeReady(entry: Entry<Request, Answer>): void {
    if (entry.key !== undefined && !this.#followers.has(entry.key)) this.#followers.set(entry.key, []);
    const owner = this.#options.ownerOf?.(entry.request);
    if (owner !== undefined && this.#options.large.has(owner)) {
      void this.#runLarge(entry);
      return;
    }
    this.#ready.push(entry);
    if (this.#isScheduled || this.#lanesInUse >= this.#options.lanes) return;
    // All requests that this turn of the event loop has read off their connections go together.
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#fillLanes();
    });
  }

  #fillLanes(): void {
    while (this.#lanesInUse < this.#options.lanes && this.#ready.length > 0) {
      const batch = this.#ready
        .splice(0, MOST_TOGETHER)
        .filter((entry) => this.#isStillWanted(entry) && !this.#setApart(entry));
      if (batch.length > 0) void this.#runTogether(batch);
    }
    this.#runAlone();
  }

  /** Has a request run alone that needs what somebody seems to hold. */
  #setApart(entry: Entry<Request, Answer>): boolean {
    entry.isSuspect = this.#suspects.has(entry.key, entry.needs);
    if (entry.isSuspect) this.#toRunAlone.push(entry);
    return entry.isSuspect;
  }

  #suspect({ isSuspect, key, needs }: Entry<Request, Answer>): void {
    if (isSuspect) this.#suspects.add(key, needs);
  }

  /** What nobody waits for any more is not begun. */
  #isStillWanted(entry: Entry<Request, Answer>): boolean {
    if (entry.isAnswered) this.#leave(entry);
    return !entry.isAnswered;
  }

  async #runTogether(batch: Entry<Request, Answer>[]): Promise<void> {
    this.#lanesInUse += 1;
    try {
      const answers = await underDeadline(undefined, () =>
        this.#options.together(batch.map(({ request }) => request)),
      );
      for (const [n, entry] of batch.entries()) {
        const answer = answers[n];
        if (answer === undefined) this.#toRunAlone.push(entry);
        else if (answer === TOO_LARGE) this.#setLargeApart(entry);
        else this.#finish(entry, () => entry.answer(answer));
      }
    } catch (error) {
      const mayTryAgain = this.#options.hadNoEffect(error);
      for (const entry of batch) {
        entry.isSuspect = true;
        if (mayTryAgain) this.#toRunAlone.push(entry);
        else this.#finish(entry, () => entry.refuse(error));
      }
    }
    this.#lanesInUse -= 1;
    this.#fillLanes();
  }

  #runAlone(): void {
    const { budget } = this.#options;
    while (!budget.isFull) {
      const entry = (budget.isFullOfStuck ? undefined : this.#held.shift()) ?? this.#toRunAlone.shift();
      if (!entry) return;
      if (!this.#isStillWanted(entry)) continue;
      if (budget.isFullOfStuck && this.#suspects.has(entry.key, entry.needs)) this.#held.push(entry);
      else this.#runOneAlone(entry);
    }
  }

  #runOneAlone(entry: Entry<Request, Answer>): void {
    const place = this.#options.budget.begin();
    const watch = setTimeout(() => {
      this.#suspect(entry);
      place.isStuck();
    }, STUCK_AFTER);
    underDeadline(entry.deadline, () => this.#options.alone(entry.request))
      .then(
        (answer) => this.#finish(entry, () => entry.answer(answer)),
        (error) => {
          this.#suspect(entry);
          this.#finish(entry, () => entry.refuse(error));
        },
      )
      .finally(() => {
        clearTimeout(watch);
        place.end();
      });
  }

  #setLargeApart(entry: Entry<Request, Answer>): void {
    this.#options.large.add(this.#options.ownerOf?.(entry.request));
    void this.#runLarge(entry);
  }

  /** Beside the lanes, and beside what runs alone because of a lock: neither waits for large carts. */
  async #runLarge(entry: Entry<Request, Answer>): Promise<void> {
    const { large, alone } = this.#options;
    try {
      const answer = await underDeadline(entry.deadline, () =>
        large.places.run(async () => {
          if (entry.isAnswered) throw new ToriokiError("database_unavailable");
          return alone(entry.request);
        }),
      );
      this.#finish(entry, () => entry.answer(answer));
    } catch (error) {
      this.#finish(entry, () => entry.refuse(error));
    }
  }

  #finish(entry: Entry<Request, Answer>, settle: () => void): void {
    this.#leave(entry);
    settle();
  }

  /** Lets the next of the same key go. */
  #leave({ key }: Entry<Request, Answer>): void {
    if (key === undefined) return;
    const next = this.#followers.get(key)?.shift();
    if (next) this.#makeReady(next);
    else this.#followers.delete(key);
  }
}
