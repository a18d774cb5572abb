/** How much of one kind is under way in the database at once, how much waits for that, and for how long. */
import { setImmediate } from "node:timers/promises";
import { currentDeadline, type Deadline, patienceWithin, underDeadline } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";
import { FairQueue } from "../fair-queue.ts";

export type Limits = {
  /** How many are under way at once. */
  most: number;
  /** How many wait for one of these to end. Of more, the last in an order that is fair to all clients is refused. */
  mostWaiting: number;
  /** Milliseconds after which whoever asked is answered, whatever hangs; undefined: when the work ends. */
  patience?: number | undefined;
};

type Waiting<T> = {
  key: string | undefined;
  deadline: Deadline | undefined;
  begin: () => void;
  /** Is answered by work of the same key that begins now. */
  share: (work: Promise<T>) => void;
  refuse: () => void;
};

/**
 * A bound on concurrent work. A place stays taken until the work has really ended, also where its caller was answered before:
 * over a host's Kysely nobody can end a statement that hangs, so such statements must not become more and more.
 */
export class ConcurrencyLimit {
  readonly #limits: Limits;
  #running = 0;
  /** Who gives up leaves. */
  readonly #waiting = new FairQueue<Waiting<unknown>>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Runs the work now, or when its turn comes.
   * @param key of work that has the same result as any other of this key which begins after it was asked for: what waits is then
   *   answered together with the first of it that begins
   * @throws what the work throws; ToriokiError `overloaded` where too many wait and its client has most of them,
   *   `database_unavailable` where there is no answer in time: work that had begun goes on and may still have its effect, other
   *   work is never begun
   */
  run<T>(work: () => Promise<T>, key?: string): Promise<T> {
    const { most, mostWaiting } = this.#limits;
    const patience = patienceWithin(this.#limits.patience);
    const deadline = currentDeadline();
    return new Promise((resolve, reject) => {
      const share = (result: Promise<T>) => {
        result.then(resolve, reject).finally(() => clearTimeout(timer));
      };
      const begin = () => {
        this.#running += 1;
        const others = key === undefined ? [] : this.#waiting.takeAll((one) => one.key === key);
        // Its turn comes with the end of another one, which may be another request's, so that one's deadline is not the right one.
        const result = underDeadline(lastOf([deadline, ...others.map((one) => one.deadline)]), work);
        share(result);
        void shareInTurn(result, others);
        result
          .catch(() => {})
          .finally(() => {
            this.#running -= 1;
            this.#waiting.next()?.begin();
          });
      };
      const timer =
        patience &&
        setTimeout(() => {
          const hasBegun = !this.#waiting.remove(client, waiting);
          const effect = hasBegun ? "whether it has an effect is not known yet" : "it was not begun";
          const cause = new Error(`no answer of the database after ${Math.round(patience)} ms: ${effect}`);
          reject(new ToriokiError("database_unavailable", { cause }));
        }, patience);
      const refuse = () => {
        clearTimeout(timer);
        reject(new ToriokiError("overloaded"));
      };
      const waiting = { key, deadline, begin, share, refuse } as Waiting<unknown>;
      const isFree = this.#running < most;
      const client = isFree ? "" : (deadline?.clientOf() ?? "");
      if (isFree) {
        begin();
        return;
      }
      this.#waiting.add(client, waiting);
      if (this.#waiting.size > mostWaiting) this.#waiting.removeLast()?.refuse();
    });
  }
}

/** One in each turn of the event loop: 25 responses of a megabyte at once kept everybody else waiting for 50 ms. */
async function shareInTurn(result: Promise<unknown>, others: Waiting<unknown>[]): Promise<void> {
  await result.catch(() => {});
  for (const other of others) {
    await setImmediate();
    other.share(result);
  }
}

/** The deadline with most time left; none where one of the requests has none. */
function lastOf(deadlines: (Deadline | undefined)[]): Deadline | undefined {
  if (deadlines.includes(undefined)) return undefined;
  return (deadlines as Deadline[]).reduce((last, one) => (one.left > last.left ? one : last));
}
