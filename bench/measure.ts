/** One measurement: a load process on a server, and what the server and PostgreSQL took for it. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expected, type LoadOptions, type LoadResult } from "./load.ts";
import { usageOf } from "./processes.ts";
import type { BenchServer } from "./server.ts";

export type Measured = LoadResult & {
  /** CPU microseconds for each request; undefined where this system does not say, or there is no PostgreSQL. */
  serverCpu?: number | undefined;
  postgresCpu?: number | undefined;
  /** MiB of the server, under this load. */
  memoryPeak?: number | undefined;
  memoryLast?: number | undefined;
};

/**
 * @param postgres its process
 * @param sampled told what memory the server has, in MiB, every half second
 * @throws Error where any answer was not the one that the operation has
 */
export async function measure(
  server: BenchServer,
  postgres: number | undefined,
  options: Omit<LoadOptions, "port">,
  sampled: (memory: number) => void = () => {},
): Promise<Measured> {
  const load = spawn(process.execPath, ["bench/load.ts", JSON.stringify({ ...options, port: server.port })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const memory: number[] = [];
  const sample = () => {
    const usage = usageOf(server.pid);
    if (usage === undefined) return;
    memory.push(usage.memory);
    sampled(usage.memory);
  };
  const sampling = setInterval(sample, 500);
  const cpu = () => [usageOf(server.pid)?.cpu, postgres && usageOf(postgres)?.cpu];
  let [before, after, output] = [cpu(), cpu(), ""];
  for await (const line of createInterface(load.stdout)) {
    if (line === "begin") before = cpu();
    else if (line === "end") after = cpu();
    else output = line;
  }
  clearInterval(sampling);
  sample();
  if (output === "") throw new Error("the load process failed");
  const result = JSON.parse(output) as LoadResult;
  check(options, result);
  const answers = Object.values(result.statuses).reduce((sum, count) => sum + count, 0);
  const each = (which: 0 | 1) => {
    const [from, to] = [before[which], after[which]];
    return from === undefined || to === undefined ? undefined : Math.round(((to - from) / answers) * 1e6);
  };
  return {
    ...result,
    serverCpu: each(0),
    postgresCpu: each(1),
    memoryPeak: memory.length ? Math.round(Math.max(...memory)) : undefined,
    memoryLast: memory.length ? Math.round(memory.at(-1) as number) : undefined,
  };
}

function check({ operation }: { operation: LoadOptions["operation"] }, { statuses }: LoadResult): void {
  const others = Object.keys(statuses).filter((status) => !expected[operation].includes(status));
  if (others.length > 0 || Object.keys(statuses).length === 0)
    throw new Error(
      `${operation} was answered ${JSON.stringify(statuses)}, not ${expected[operation].join(" or ")}`,
    );
}

export function median(values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const [low, high] = [known[Math.floor((known.length - 1) / 2)], known[Math.floor(known.length / 2)]];
  return low === undefined || high === undefined ? undefined : Math.round((low + high) * 500) / 1_000;
}

/** The same measurement made several times, as one: medians, and all the throughputs. */
export function together(runs: Measured[]): Measured & { runs: number[] } {
  const figure = (name: Exclude<keyof Measured, "statuses">) => median(runs.map((run) => run[name]));
  const statuses: Record<string, number> = {};
  for (const run of runs)
    for (const [status, count] of Object.entries(run.statuses))
      statuses[status] = (statuses[status] ?? 0) + count;
  return {
    perSecond: figure("perSecond") as number,
    p50: figure("p50") as number,
    p99: figure("p99") as number,
    serverCpu: figure("serverCpu"),
    postgresCpu: figure("postgresCpu"),
    memoryPeak: runs.reduce<number | undefined>(
      (most, { memoryPeak }) => (memoryPeak === undefined ? most : Math.max(most ?? 0, memoryPeak)),
      undefined,
    ),
    memoryLast: runs.at(-1)?.memoryLast,
    loadCpu: figure("loadCpu") as number,
    removals: figure("removals") as number,
    statuses,
    runs: runs.map(({ perSecond }) => perSecond),
  };
}
