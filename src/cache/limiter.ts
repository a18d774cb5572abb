/** Counts what a key may do in a time: in Redis where it answers, so that all replicas count together, else in memory (counts.ts). */
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from "rate-limiter-flexible";
import { ToriokiError } from "../errors.ts";
import type { Language } from "../language.ts";
import type { Rate } from "../options.ts";
import { countsOf } from "./counts.ts";
import type { Redis } from "./redis.ts";

export class Limiter {
  readonly #name: string;
  readonly #rate: Rate;
  readonly #counts: RateLimiterMemory | RateLimiterRedis;
  /** Keys that have used up what they may, as far as this process knows: they are refused without a question to Redis. */
  readonly #full: RateLimiterMemory;
  /** false where the counts know best: another process may have forgotten a key, or given one back. */
  readonly #remembers: boolean;

  constructor(name: string, rate: Rate, redis: Redis | undefined) {
    this.#name = name;
    this.#rate = rate;
    const options = { keyPrefix: `torioki:limit:${name}`, points: rate.most, duration: rate.seconds };
    const { memory, isShared } = countsOf(options);
    this.#remembers = redis !== undefined || !isShared;
    this.#full = new RateLimiterMemory(options);
    this.#counts = redis
      ? new RateLimiterRedis({
          ...options,
          storeClient: commandsOf(redis),
          useRedisPackage: true,
          insuranceLimiter: memory,
        })
      : memory;
  }

  /** @throws ToriokiError `rate_limited` where the key is known to have used up what it may */
  async check(key: string): Promise<void> {
    const full = await this.#full.get(key);
    if (full !== null && full.consumedPoints > 0) throw this.#refusal(full.msBeforeNext);
  }

  /** Counts one. Never refuses and never fails: the next `check` does. */
  async count(key: string): Promise<RateLimiterRes> {
    const counted = await this.#counts.penalty(key);
    if (this.#remembers && counted.consumedPoints >= this.#rate.most)
      await this.#full.set(key, counted.consumedPoints, Math.max(1, Math.ceil(counted.msBeforeNext / 1_000)));
    return counted;
  }

  /** Counts one before it is done. @throws ToriokiError `rate_limited` where that is one too many */
  async take(key: string): Promise<void> {
    await this.check(key);
    const counted = await this.count(key);
    if (counted.consumedPoints > this.#rate.most) throw this.#refusal(counted.msBeforeNext);
  }

  /** Takes one back that was counted. */
  async giveBack(key: string): Promise<void> {
    await this.#counts.reward(key);
    await this.#full.delete(key);
  }

  /** Begins anew for this key. */
  async forget(key: string): Promise<void> {
    await this.#counts.delete(key);
    await this.#full.delete(key);
  }

  #refusal(milliseconds: number): ToriokiError {
    const retryAfter = Math.max(1, Math.ceil(milliseconds / 1_000));
    return new ToriokiError("rate_limited", {
      retryAfter,
      values: { wait: inWords(retryAfter) },
      limit: { name: this.#name, ...this.#rate },
    });
  }
}

function inWords(seconds: number): Record<Language, string> {
  if (seconds < 120) return { en: `${seconds} seconds`, ja: `${seconds} 秒` };
  const minutes = Math.ceil(seconds / 60);
  return { en: `${minutes} minutes`, ja: `${minutes} 分` };
}

/** The library's own client, with our budget of time and our circuit around what it calls. */
function commandsOf(redis: Redis) {
  return {
    eval: (script: string, options: { keys: string[]; arguments: string[] }) =>
      redis.run((commands) => commands.eval(script, options)),
    del: (key: string) => redis.run((commands) => commands.del(key)),
  };
}
