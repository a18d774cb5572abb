/**
 * Counts what a key may do in a time: in Redis where it answers, so that all replicas count together, else in memory (counters.ts),
 * which of one server's processes is the primary's (counts.ts). With Redis, too, this process's memory decides which keys have a counter
 * of their own, so what a client makes up adds no more keys there than here.
 */
import { RateLimiterRedis } from "rate-limiter-flexible";
import { ToriokiError } from "../errors.ts";
import type { Language } from "../language.ts";
import type { Rate } from "../options.ts";
import type { Counter } from "./counter-table.ts";
import { type Counted, Counters, isFull, type Place } from "./counters.ts";
import { boundsOfProcess, type PrimaryCounts, primaryCounts } from "./counts.ts";
import type { Redis } from "./redis.ts";

export class Limiter {
  readonly #name: string;
  readonly #rate: Rate;
  readonly #redis: RateLimiterRedis | undefined;
  readonly #primary: PrimaryCounts | undefined;
  readonly #counters: Counters;

  /** @param bounds how many keys and networks have counters in Redis, or else where there is no primary to count */
  constructor(name: string, rate: Rate, redis: Redis | undefined, bounds = boundsOfProcess()) {
    this.#name = name;
    this.#rate = rate;
    this.#primary = primaryCounts(name, rate);
    this.#counters = new Counters(rate, bounds, (key, network) => this.#moveInRedis(key, network));
    this.#redis =
      redis &&
      new RateLimiterRedis({
        keyPrefix: `torioki:limit:${name}`,
        points: rate.most,
        duration: rate.seconds,
        storeClient: commandsOf(redis),
        useRedisPackage: true,
      });
  }

  /** @throws ToriokiError `rate_limited` where the key is known here to have used up what it may; the primary alone knows others */
  async check(key: string): Promise<void> {
    const place = this.#counters.placed(key);
    if (place && isFull(place)) throw this.#refusal(this.#counters.refused(place));
  }

  /**
   * Counts one, unless the key is known to have used up what it may. Never refuses and never fails.
   * @returns `used` over `most` where that was one too many
   */
  async count(key: string): Promise<Counted> {
    try {
      if (this.#redis) return await this.#countIn(this.#redis, key);
    } catch {
      // Redis is away, and says so itself.
    }
    try {
      if (this.#primary) return await this.#primary.count(key);
    } catch {
      // Nobody hands this process new clients any more, and what its last ones do is counted here.
    }
    return this.#counters.count(key);
  }

  /** Counts one before it is done. @throws ToriokiError `rate_limited` where that is one too many */
  async take(key: string): Promise<void> {
    const counted = await this.count(key);
    if (counted.used > counted.most) throw this.#refusal(counted);
  }

  /** Takes one back that was counted. */
  async giveBack(key: string): Promise<void> {
    const place = this.#counters.giveBack(key);
    try {
      if (this.#redis && place) await this.#giveBackIn(this.#redis, place.counter.key);
      else await this.#primary?.giveBack(key);
    } catch {
      // What is not given back is over with its time.
    }
  }

  async #giveBackIn(redis: RateLimiterRedis, key: string): Promise<void> {
    const { consumedPoints } = await redis.reward(key);
    // Another replica has begun anew for it since this one counted.
    if (consumedPoints < 0) await redis.penalty(key);
  }

  /** Begins anew for this key, where it has a counter of its own. */
  async forget(key: string): Promise<void> {
    this.#counters.forget(key);
    await Promise.allSettled([this.#redis?.delete(key), this.#primary?.forget(key)]);
  }

  async #countIn(redis: RateLimiterRedis, key: string): Promise<Counted> {
    const place = this.#counters.placeOf(key);
    // A key that is refused costs Redis nothing.
    if (isFull(place)) return this.#counters.refused(place);
    const { counter, table } = place;
    const { consumedPoints, msBeforeNext } = await redis.penalty(counter.key);
    if (!this.#counters.keep(place, consumedPoints, msBeforeNext))
      void redis.delete(counter.key).catch(() => {});
    return {
      used: consumedPoints,
      most: table.most,
      milliseconds: msBeforeNext,
      isNetwork: counter.key !== key,
    };
  }

  /** What was moved in memory is moved there; where that fails, the key's own time ends it. */
  #moveInRedis({ key, used }: Counter, { counter }: Place): void {
    void this.#redis?.delete(key).catch(() => {});
    if (used > 0) void this.#redis?.penalty(counter.key, used).catch(() => {});
  }

  #refusal({ milliseconds, most, isNetwork }: Counted): ToriokiError {
    const retryAfter = Math.max(1, Math.ceil(milliseconds / 1_000));
    return new ToriokiError("rate_limited", {
      retryAfter,
      values: { wait: inWords(retryAfter) },
      limit: { name: this.#name, most, seconds: this.#rate.seconds, isNetwork },
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
