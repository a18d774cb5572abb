/**
 * Where one server of several processes (src/workers.ts) counts its limits, unless Redis does: in the primary's memory, so that
 * its workers count together.
 */
import type { Rate } from "../options.ts";
import type { Wire } from "../wire.ts";
import { type Bounds, type Counted, Counters, usualBounds } from "./counters.ts";

type Call = "count" | "giveBack" | "forget";
type Question = [call: Call, limit: string, most: number, seconds: number, key: string];

/** One of several is a process, not a Torioki in it: like `cluster.worker`, this is said once for all of it. */
let server: { primary: Wire; processes: number } | undefined;

export function countInPrimary(primary: Wire, processes: number): void {
  server = { primary, processes };
}

/** How much one process may keep where each keeps its own, so that all of one server together stay within the bounds. */
export function boundsOfProcess(): Bounds {
  const { processes } = server ?? { processes: 1 };
  return {
    keys: Math.floor(usualBounds.keys / processes),
    networks: Math.floor(usualBounds.networks / processes),
  };
}

/** A limit's counts in the primary. Every call rejects where the primary is gone or hangs. */
export type PrimaryCounts = { [call in Call]: (key: string) => Promise<Counted> };

/** @returns undefined where this process is not one of several */
export function primaryCounts(name: string, { most, seconds }: Rate): PrimaryCounts | undefined {
  if (server === undefined) return undefined;
  const { primary } = server;
  const ask = (call: Call) => (key: string) =>
    primary.ask<Counted>("count", [call, name, most, seconds, key] satisfies Question);
  return { count: ask("count"), giveBack: ask("giveBack"), forget: ask("forget") };
}

/** The primary's part: counts in its memory for all workers. */
export function countForWorkers(): (question: Question) => unknown {
  const limits = new Map<string, Counters>();
  return ([call, name, most, seconds, key]) => {
    const counters = limits.get(name) ?? new Counters({ most, seconds });
    limits.set(name, counters);
    if (call === "count") return counters.count(key);
    counters[call](key);
    return undefined;
  };
}
