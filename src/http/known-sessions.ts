/**
 * The sessions that an answer of this process has shown to be live: who has not seen such an answer is counted by client
 * (limits.ts). At most 100,000, in two halves: a session that is asked for moves into the young one, and when that is full, the old
 * one is dropped. So what is kept are those of the last 50,000 at least.
 */
const HALF = 50_000;

export class KnownSessions {
  #young = new Set<string>();
  #old = new Set<string>();
  readonly #half: number;

  constructor(half = HALF) {
    this.#half = half;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  has(sessionId: string): boolean {
    if (this.#young.has(sessionId)) return true;
    if (!this.#old.delete(sessionId)) return false;
    this.add(sessionId);
    return true;
  }

  add(sessionId: string): void {
    if (this.#young.has(sessionId)) return;
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(sessionId);
  }

  delete(sessionId: string): void {
    this.#young.delete(sessionId);
    this.#old.delete(sessionId);
  }
}
