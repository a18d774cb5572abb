/** What a loader and the test that watches it both know: the sessions' tokens, the dishes, and how to read the ledger. */
import { openSync, readSync } from "node:fs";

export const DISHES = [1000, 1001, 1002, 1003];

export const tokenOf = (session: number) => `ledger${String(session).padStart(58, "0")}`;

export type Counts = { attempted: number; acknowledged: number };

/** The ledger as far as it is written; what is read once is not read again. */
export class Ledger {
  /** How often each mark is there: `?` attempted, `+` acknowledged, `x` cut, `!` refused with a 5xx. */
  readonly marks: Record<string, number> = {};
  /** By line, `session dish`. */
  readonly lines = new Map<string, Counts>();
  readonly #file: number;
  #rest = "";

  constructor(path: string) {
    this.#file = openSync(path, "a+");
  }

  read(): this {
    const buffer = Buffer.alloc(1 << 16);
    for (let size = 1; size > 0; ) {
      size = readSync(this.#file, buffer);
      const entries = (this.#rest + buffer.toString("latin1", 0, size)).split("\n");
      this.#rest = entries.pop() ?? "";
      for (const entry of entries) this.#count(entry);
    }
    return this;
  }

  count(mark: string): number {
    return this.read().marks[mark] ?? 0;
  }

  #count(entry: string): void {
    const [, mark = "", line = ""] = /^(.+) (\d+ \d+)$/.exec(entry) ?? [];
    this.marks[mark] = (this.marks[mark] ?? 0) + 1;
    const counts = this.lines.get(line) ?? { attempted: 0, acknowledged: 0 };
    this.lines.set(line, counts);
    if (mark === "?") counts.attempted += 1;
    if (mark === "+") counts.acknowledged += 1;
  }
}
