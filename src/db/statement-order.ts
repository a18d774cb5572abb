/**
 * The order of statements on a database that runs one at a time. Batches, which are for many clients, go first, and so does what no request
 * waits for. Statements of single requests (who is logged in, a receipt, a search) wait in an order that is fair to all clients: a client that
 * sends many at once delays itself.
 */
import { setImmediate } from "node:timers/promises";
import { currentDeadline } from "../deadline.ts";
import { FairQueue } from "../fair-queue.ts";

/** After so many batches comes a statement of a single request, or it would wait for as long as batches come. */
const BATCHES_IN_A_ROW = 3;

export class StatementOrder {
  #isRunning = false;
  readonly #batches: (() => void)[] = [];
  #batchesInARow = 0;
  readonly #singles = new FairQueue<() => void>();

  /** Runs the statement when its turn has come. @throws what it throws */
  async run<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#isRunning) await new Promise<void>((begin) => this.#wait(begin));
    this.#isRunning = true;
    try {
      return await statement();
    } finally {
      void this.#endTurn();
    }
  }

  #wait(begin: () => void): void {
    const deadline = currentDeadline();
    if (deadline) this.#singles.add(deadline.clientOf(), begin);
    else this.#batches.push(begin);
  }

  /** The event loop takes a turn between two statements: requests that need no database are answered, however many statements wait. */
  async #endTurn(): Promise<void> {
    await setImmediate();
    const begin = this.#next();
    if (begin) begin();
    else this.#isRunning = false;
  }

  #next(): (() => void) | undefined {
    const isTurnOfBatches = this.#batchesInARow < BATCHES_IN_A_ROW || this.#singles.size === 0;
    if (isTurnOfBatches && this.#batches.length > 0) {
      this.#batchesInARow += 1;
      return this.#batches.shift();
    }
    this.#batchesInARow = 0;
    return this.#singles.next() ?? this.#batches.shift();
  }
}
