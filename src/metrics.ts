/** What is counted, for Prometheus: one registry for each Torioki, so that two in one process do not mix. */
import { Counter, Registry } from "prom-client";
import { isRefusal } from "./errors.ts";

export class Metrics {
  readonly #registry = new Registry();
  /** Outcomes: done and replayed; refused (no live session, no such user); failed (an outage, a fault of ours). */
  readonly #handOvers = new Counter<"at" | "outcome">({
    name: "torioki_hand_overs_total",
    help: "Hand-overs by where they were asked for (login: beside a sign-in; call) and how they ended.",
    labelNames: ["at", "outcome"],
    registers: [this.#registry],
  });

  constructor() {
    // A series that begins at its first fault hides that fault from a rate; these begin at 0.
    for (const at of ["call", "login"]) {
      for (const outcome of ["done", "replayed", "refused", "failed"])
        this.#handOvers.inc({ at, outcome }, 0);
    }
  }

  /** Counts how a hand-over ends, and gives its result on; one that there was nothing for is not counted. */
  async countHandOver<T extends { receipt: { replayed: boolean } } | undefined>(
    at: "call" | "login",
    work: Promise<T>,
  ): Promise<T> {
    try {
      const done = await work;
      if (done) this.#handOvers.inc({ at, outcome: done.receipt.replayed ? "replayed" : "done" });
      return done;
    } catch (error) {
      this.#handOvers.inc({ at, outcome: isRefusal(error) ? "refused" : "failed" });
      throw error;
    }
  }

  /** Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}
