/** How much of one kind is under way in the database at once, how much waits for that, and for how long. */
import { setImmediate } from "node:timers/promises";
import { currentDeadline, type Deadline, patienceWithin, underDeadline } from "../deadline.ts";
import { ToriokiError } from "../errors.ts";
import { FairQueue } from "../fair-queue.ts";
import { Rest } from "../rest.ts";

export type Limits = {
  /** How many are under way at once. */
  most: number;
  /** How many wait for one of these to end. Of more, the last in an order that is fair to all clients is refused. */
  mostWaiting: number;
  /** Milliseconds after which whoever asked is answered, whatever hangs; undefined: when the work ends. */
  patience?: number | undefined;
  /** The work is done on this thread, as an embedded database's is: before the next one begins, the event loop rests. */
  rests?: boolean;
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
  /** Of work that runs, or whose result those who share it are still given; with the one who is to free the key. */
  readonly #busyKeys = new Map<string, () => void>();
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
        const free = this.#keep(key);
        const others = key === undefined ? [] : this.#waiting.takeAll((one) => one.key === key);
        const rest = this.#limits.rests ? new Rest() : undefined;
        rest?.begin();
        // Its turn comes with the end of another one, which may be another request's, so that one's deadline is not the right one.
        const result = underDeadline(lastOf([deadline, ...others.map((one) => one.deadline)]), async () =>
          work(),
        );
        share(result);
        const ended = result.catch(() => {}).then(() => rest?.wait(LONGEST_REST));
        void ended.then(() => {
          this.#running -= 1;
          if (others.length === 0) free();
          this.#beginNext();
        });
        if (others.length > 0) void ended.then(() => shareInTurn(result, others)).then(free);
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
      const isFree = this.#running < most && this.#isReady(waiting);
      const client = isFree ? "" : (deadline?.clientOf() ?? "");
      if (isFree) {
        begin();
        return;
      }
      this.#waiting.add(client, waiting);
      if (this.#waiting.size > mostWaiting) this.#waiting.removeLast()?.refuse();
    });
  }

  /** What comes while the same is read waits until those who share that have it. Then the next read answers all who came meanwhile. */
  #isReady({ key }: Waiting<unknown>): boolean {
    return key === undefined || !this.#busyKeys.has(key);
  }

  /**
   * Keeps others of this key from beginning, until it is freed, or until nobody waits for this work any more: what hangs must not keep
   * the same from being read on another connection.
   */
  #keep(key: string | undefined): () => void {
    if (key === undefined) return () => {};
    const { patience } = this.#limits;
    const free = () => {
      clearTimeout(timer);
      if (this.#busyKeys.get(key) !== free) return;
      this.#busyKeys.delete(key);
      this.#beginNext();
    };
    const timer = patience && setTimeout(free, patience);
    this.#busyKeys.set(key, free);
    return free;
  }

  #beginNext(): void {
    if (this.#running < this.#limits.most) this.#waiting.next((one) => this.#isReady(one))?.begin();
  }
}

/** Milliseconds after which the next work begins although the event loop has not come to rest, because others keep it busy. */
const LONGEST_REST = 10;

/** Milliseconds for which the event loop is busy with a shared answer, from which on it rests after that. */
const BUSY = 1;
/** Milliseconds after which shared answers are sent without rests: others keep the event loop busy anyway, and those who wait are to have them in time. */
const LONG = 250;

/**
 * One in each turn of the event loop, and with rests: 25 responses of a megabyte at once kept everybody else waiting for 50 ms. Who has
 * least time left goes first.
 */
async function shareInTurn(result: Promise<unknown>, others: Waiting<unknown>[]): Promise<void> {
  const inOrder = others.toSorted((a, b) => leftOf(a) - leftOf(b));
  const end = performance.now() + LONG;
  const rest = new Rest();
  for (const other of inOrder) {
    await setImmediate();
    if (rest.busy > BUSY && performance.now() < end) await rest.wait();
    rest.begin();
    other.share(result);
  }
  await setImmediate();
  if (performance.now() < end) await rest.wait();
}

const leftOf = ({ deadline }: Waiting<unknown>) => deadline?.left ?? Number.POSITIVE_INFINITY;

/** The deadline with most time left; none where one of the requests has none. */
function lastOf(deadlines: (Deadline | undefined)[]): Deadline | undefined {
  if (deadlines.includes(undefined)) return undefined;
  return (deadlines as Deadline[]).reduce((last, one) => (one.left > last.left ? one : last));
}
