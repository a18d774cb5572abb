/** What a server has seen of its clients of late: who is a stranger, and how often each of the others asks. */

/** Clients that are remembered: between so many and twice as many, some 100 bytes each. */
const REMEMBERED = 10_000;
/** Milliseconds after a client's first good answer in which it is still a stranger. After them it has shown how often it asks. */
const STRANGE = 1_000;
/** Milliseconds in which requests are counted. A count is forgotten when the window after its own has ended. */
const WINDOW = 1_000;

/** The levels of clients that are known: up to 3, 7, 15 and 31 requests of late, and more. */
export const LEVELS = 5;
/** From this level on a client asks more often than a person who goes shopping does, even one whose page asks for several things at once. */
export const OFTEN = 3;

export class Visitors {
  /** When a client got its first answer that was no refusal. */
  #firstAnswers = new Map<string, number>();
  #firstAnswersBefore = new Map<string, number>();
  #counts = new Map<string, number>();
  #countsBefore = new Map<string, number>();
  #windowBegan = performance.now();

  /**
   * Counts a request of this client: when it is asked, because those that nobody lets end count, too.
   * @param now `performance.now()`
   * @returns `asksOften`: at least as often as level {@link OFTEN}; `level`: 0 (few requests of late) to 4 (many), `LEVELS` for a stranger
   */
  asked(key: string, now: number): { asksOften: boolean; level: number } {
    this.#beginWindow(now);
    const requests = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, requests);
    const doublings = Math.floor(Math.log2(requests + (this.#countsBefore.get(key) ?? 0))) - 1;
    const level = Math.min(Math.max(doublings, 0), LEVELS - 1);
    return { asksOften: level >= OFTEN, level: this.#isStranger(key, now) ? LEVELS : level };
  }

  #isStranger(key: string, now: number): boolean {
    const first = this.#firstAnswers.get(key) ?? this.#firstAnswersBefore.get(key);
    return first === undefined || now - first < STRANGE;
  }

  /** A request of this client was answered. @param isRefused by a status from 400 on */
  answered(key: string, isRefused: boolean): void {
    if (!isRefused) this.#remember(key, performance.now());
  }

  #beginWindow(now: number): void {
    const age = now - this.#windowBegan;
    if (age <= WINDOW) return;
    this.#countsBefore = age > 2 * WINDOW ? new Map() : this.#counts;
    this.#counts = new Map();
    this.#windowBegan = now;
  }

  #remember(key: string, now: number): void {
    if (this.#firstAnswers.has(key)) return;
    this.#firstAnswers.set(key, this.#firstAnswersBefore.get(key) ?? now);
    if (this.#firstAnswers.size < REMEMBERED) return;
    this.#firstAnswersBefore = this.#firstAnswers;
    this.#firstAnswers = new Map();
  }
}
