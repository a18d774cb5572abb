/**
 * Questions and answers between the primary process of a server and one of its workers (src/workers.ts), over the channel that
 * node:cluster opens. What is asked in one turn of the event loop goes in one message, which is what costs
 * (docs/decisions/011).
 */

type Ask = [id: number, what: string, input: unknown];
type Answer = [id: number, output: unknown, fault?: string];
type Letter = { torioki: [asks: Ask[], answers: Answer[]] };

type Asked = { resolve: (output: never) => void; reject: (error: Error) => void; late: NodeJS.Timeout };

/** What the other end may ask, each with how it is answered. */
// biome-ignore lint/suspicious/noExplicitAny: what comes over a wire has the type that its two ends agree on.
export type Answers = Record<string, (input: any) => unknown>;

/** A process that is there answers in a fraction of this, also under load. Milliseconds. */
const PATIENCE = 1_000;

export class Wire {
  readonly #send: (letter: Letter) => void;
  readonly #answers: Answers;
  readonly #asked = new Map<number, Asked>();
  #letter: Letter["torioki"] | undefined;
  #lastId = 0;
  #isClosed = false;

  /** @param send must not throw where the other end is gone */
  constructor(send: (letter: object) => void, answers: Answers) {
    this.#send = send;
    this.#answers = answers;
  }

  /**
   * Rejects where the other end is gone, fails, or does not answer in time.
   * @param patience milliseconds; more than usual for what the other end has to ask somebody else
   */
  ask<T>(what: string, input?: unknown, patience = PATIENCE): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed) throw new Error("the other process is gone");
      this.#lastId += 1;
      const id = this.#lastId;
      const late = setTimeout(
        () => this.#take(id)?.reject(new Error(`no answer to "${what}" within ${patience} ms`)),
        patience,
      );
      this.#asked.set(id, { resolve, reject, late });
      this.#next()[0].push([id, what, input]);
    });
  }

  /** Takes any message of the channel; one that is not of this kind is somebody else's. */
  receive(message: unknown): void {
    const [asks, answers] = (message as Letter | null)?.torioki ?? [[], []];
    for (const [id, output, fault] of answers) {
      if (fault === undefined) this.#take(id)?.resolve(output as never);
      else this.#take(id)?.reject(new Error(fault));
    }
    for (const ask of asks) void this.#answer(ask);
  }

  /** Whoever waits for an answer waits no longer. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#asked.keys()]) this.#take(id)?.reject(new Error("the other process is gone"));
  }

  #take(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    clearTimeout(asked?.late);
    this.#asked.delete(id);
    return asked;
  }

  async #answer([id, what, input]: Ask): Promise<void> {
    try {
      const output = await this.#answers[what]?.(input);
      this.#next()[1].push([id, output]);
    } catch (error) {
      this.#next()[1].push([id, null, String(error)]);
    }
  }

  #next(): Letter["torioki"] {
    if (this.#letter === undefined) {
      this.#letter = [[], []];
      setImmediate(() => {
        const torioki = this.#letter as Letter["torioki"];
        this.#letter = undefined;
        if (!this.#isClosed) this.#send({ torioki });
      });
    }
    return this.#letter;
  }
}
