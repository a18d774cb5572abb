/**
 * Where limits are counted that are not counted in Redis: in this process's memory, or, where it is one of several processes
 * of one server (src/workers.ts), in the primary's, so that they count together.
 */
import { type IRateLimiterOptions, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Wire } from "../wire.ts";

type Call = "penalty" | "reward" | "delete";
type Question = [call: Call, limit: string, points: number, seconds: number, key: string];
type Counted = [consumedPoints: number, msBeforeNext: number];

/** One of several is a process, not a Torioki in it: like `cluster.worker`, this is said once for all of it. */
let primary: Wire | undefined;

export function countInPrimary(wire: Wire): void {
  primary = wire;
}

/** @returns the counts, and whether other processes count there, too */
export function countsOf(options: IRateLimiterOptions): { memory: RateLimiterMemory; isShared: boolean } {
  if (primary === undefined) return { memory: new RateLimiterMemory(options), isShared: false };
  return { memory: new CountsInPrimary(options, primary), isShared: true };
}

/**
 * Asks the primary. Where that is gone or hangs, nobody hands this process new clients any more, and what its last ones do is
 * counted here.
 */
class CountsInPrimary extends RateLimiterMemory {
  readonly #wire: Wire;
  readonly #limit: [name: string, points: number, seconds: number];

  constructor(options: IRateLimiterOptions, wire: Wire) {
    super(options);
    this.#wire = wire;
    this.#limit = [this.keyPrefix, this.points, this.duration];
  }

  override async penalty(key: string): Promise<RateLimiterRes> {
    try {
      const [consumedPoints, msBeforeNext] = await this.#ask<Counted>("penalty", key);
      return new RateLimiterRes(
        Math.max(0, this.points - consumedPoints),
        msBeforeNext,
        consumedPoints,
        false,
      );
    } catch {
      return super.penalty(key);
    }
  }

  override async reward(key: string): Promise<RateLimiterRes> {
    await this.#ask("reward", key).catch(() => {});
    return super.reward(key);
  }

  override async delete(key: string): Promise<boolean> {
    await this.#ask("delete", key).catch(() => {});
    return super.delete(key);
  }

  #ask<T>(call: Call, key: string): Promise<T> {
    return this.#wire.ask<T>("count", [call, ...this.#limit, key] satisfies Question);
  }
}

/** The primary's part: counts in its memory for all workers. */
export function countForWorkers(): (question: Question) => Promise<Counted | undefined> {
  const limits = new Map<string, RateLimiterMemory>();
  return async ([call, keyPrefix, points, duration, key]) => {
    const memory = limits.get(keyPrefix) ?? new RateLimiterMemory({ keyPrefix, points, duration });
    limits.set(keyPrefix, memory);
    if (call === "penalty") {
      // As in a process that is alone, what is refused is not counted: one that is given back then makes room for one.
      const before = await memory.get(key);
      if (before !== null && before.consumedPoints >= points) return [points + 1, before.msBeforeNext];
      const { consumedPoints, msBeforeNext } = await memory.penalty(key);
      return [consumedPoints, msBeforeNext];
    }
    await memory[call](key);
    return undefined;
  };
}
