/** What a server has seen of its clients of late: who is a stranger, and how often each of the others asks. */

/** Clients that are remembered: between so many and twice as many, some 100 bytes each. */
const REMEMBERED = 10_000;
/** Milliseconds after a client's first good answer in which it is still a stranger. After them it has shown how often it asks. */
const STRANGE = 1_000;
/** Milliseconds in which answers are counted. A count is forgotten after twice as long at most. */
const WINDOW = 1_000;

/** The classes of clients that are known: up to 3, 7, 15 and 31 answers of late, and more. */
export const LEVELS = 5;

export class Visitors {
  /** When a client got its first answer that was no refusal. */
  #firstAnswers = new Map<string, number>();
  #firstAnswersBefore = new Map<string, number>();
  #counts = new Map<string, number>();
  #countsBefore = new Map<string, number>();
  #windowBegan = performance.now();

  /** A request of this client was answered. @param isRefused by a status from 400 on */
  answered(key: string, isRefused: boolean): void {
    const now = performance.now();
    this.#beginWindow(now);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (!isRefused) this.#remember(key, now);
  }

  /** @returns 0 (few answers of late) to 4 (many); `LEVELS` for a stranger */
  levelOf(key: string): number {
    const first = this.#firstAnswers.get(key) ?? this.#firstAnswersBefore.get(key);
    if (first === undefined || performance.now() - first < STRANGE) return LEVELS;
    const answers = (this.#counts.get(key) ?? 0) + (this.#countsBefore.get(key) ?? 0);
    const doublings = Math.floor(Math.log2(Math.max(2, answers))) - 1;
    return Math.min(doublings, LEVELS - 1);
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
