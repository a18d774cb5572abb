/** What a bad client has done to the server, and whether that is allowed. Every fault is one line that says what was seen. */
import type { BadClient, Report } from "./bad-client.ts";
import type { ShapeName } from "./shapes.ts";
import type { Seen } from "./shoppers.ts";
import type { Descriptors } from "./watch.ts";

/** Figures of one attack. Memory in MiB, of all processes of the server together, times in milliseconds. */
export type Facts = {
  report: Report | undefined;
  /** undefined: every process that served before still serves */
  exit: string | undefined;
  memory: { start: number; before: number; peak: number; after: number; largest: number };
  descriptors: { before: Descriptors; after: Descriptors };
  /** Of the shoppers, until the pause is over. */
  seen: Seen;
  p99: { before: number; during: number };
  /** Of all calls of /healthz; `failed` says how one of them was answered that was not 200. */
  health: { worst: number; failed: string | undefined };
  /** MiB that the server has read meanwhile. */
  read: number;
  /** The most database connections that were seen idle in a transaction for longer than {@link IDLE_AFTER}. */
  idleInTransaction: number;
};

export type Rules = { shape: ShapeName; judgesTimes: boolean };

/** After a pause; the issue's figure. */
export const MOST_MEMORY = 1.3;
/**
 * For each refused request, where the server's memory has grown by more than a heap does by chance. The figure above does not show a
 * counter for each of them: it takes 331 bytes (measured with 200,000 requests). Without one, 0 to 131 were measured, by what the
 * garbage collector had left.
 */
export const MOST_KEPT = { bytes: 200, growth: 14 };
/** MiB. Of the embedded database over what the server had at its start. */
const MOST_PEAK = 512;
const MOST_PEAK_OVER_START = 300;
const MOST_P99 = 3;
const MOST_HEALTH = 250;
/** MiB that the server may read for clients that ask for nothing but files: their requests, and what the shoppers' carts take. */
const MOST_READ = 48;
/** Milliseconds. What a statement's turn through the event loop takes is far less. */
export const IDLE_AFTER = 250;
const MOST_IDLE = 3;

/** What was wrong whatever the machine does beside the siege, and what took too long. */
export type Verdict = { faults: string[]; slow: string[] };

export function judge(client: BadClient, facts: Facts, rules: Rules): Verdict {
  if (facts.exit) return { faults: [`exit: ${facts.exit}`], slow: [] };
  return { faults: faultsOf(client, facts, rules.shape), slow: rules.judgesTimes ? slowIn(facts) : [] };
}

function faultsOf(client: BadClient, facts: Facts, shape: ShapeName): string[] {
  const { memory, descriptors, seen, health } = facts;
  const faults: string[] = [];
  const { start, before, peak, after, largest } = memory;
  if (after > before * MOST_MEMORY)
    faults.push(
      `memory kept: ${mib(before)} before, ${mib(after)} after the pause (${(after / before).toFixed(2)} times; at most ${MOST_MEMORY}): something is stored for each request or connection and not given back`,
    );
  const kept = ((after - before) * 2 ** 20) / (facts.report?.requests || 1);
  if (client.leavesNothing && after - before > MOST_KEPT.growth && kept > MOST_KEPT.bytes)
    faults.push(
      `memory kept: ${mib(after - before)} of ${facts.report?.requests} refused requests, ${Math.round(kept)} bytes each, at most ${MOST_KEPT.bytes}: each of them leaves a counter`,
    );
  const bound = shape === "embedded" ? start + MOST_PEAK_OVER_START : MOST_PEAK;
  const highest = shape === "embedded" ? peak : largest;
  if (highest > bound)
    faults.push(
      `memory peak: ${mib(highest)}${shape === "embedded" ? ` (${mib(start)} at its start)` : " in one process"}, at most ${mib(bound)}`,
    );
  const { attackers, dead } = descriptors.after;
  if (attackers > 0)
    faults.push(`descriptors: ${attackers} connections of the bad client are still held after 10 s`);
  if (dead > descriptors.before.dead)
    faults.push(`descriptors: ${dead - descriptors.before.dead} sockets without a connection are still held`);
  if (descriptors.after.other > descriptors.before.other)
    faults.push(
      `descriptors: ${descriptors.after.other - descriptors.before.other} files or pipes more than before`,
    );
  if (seen.wrong > 0)
    faults.push(
      `shoppers: ${seen.wrong} wrong answers of ${seen.times.length}, the first: ${seen.faults[0]}`,
    );
  if (seen.times.length === 0) faults.push("shoppers: not one answer meanwhile");
  if (facts.idleInTransaction > MOST_IDLE)
    faults.push(
      `database: ${facts.idleInTransaction} connections stood idle in a transaction for over ${IDLE_AFTER} ms: the server does something slow, such as hashing a password, while it holds them`,
    );
  if (client.isForFiles && facts.read > MOST_READ)
    faults.push(
      `reads: the server has read ${mib(facts.read)} for clients that asked for files only, at most ${mib(MOST_READ)}: it reads a file for each request`,
    );
  if (health.failed) faults.push(`/healthz: ${health.failed}`);
  return [...faults, ...faultsOfCodes(client, facts.report)];
}

function slowIn({ p99, health }: Facts): string[] {
  const slow: string[] = [];
  if (p99.during > p99.before * MOST_P99)
    slow.push(
      `shoppers' p99: ${ms(p99.before)} before, ${ms(p99.during)} during the attack (${(p99.during / p99.before).toFixed(1)} times; at most ${MOST_P99})`,
    );
  if (health.worst > MOST_HEALTH)
    slow.push(`/healthz: took up to ${ms(health.worst)}, at most ${MOST_HEALTH} ms`);
  return slow;
}

function faultsOfCodes({ must, may, seconds }: BadClient, report: Report | undefined): string[] {
  if (!report) return [`the bad client did not end within ${seconds} s`];
  const { codes, connections, details } = report;
  if (connections === 0) return ["the bad client made no connection"];
  const faults = must.filter((code) => !codes[code]).map((code) => `codes: ${code} was never answered`);
  // Whether the server closes with an end or a reset is its own affair.
  const known = new Set([...must, ...may].map(String).concat("closed", "reset"));
  for (const [code, count] of Object.entries(codes)) {
    if (code === "left open")
      faults.push(
        `sockets: ${count} connections stayed open after the server owed them nothing more; the first: ${details[code]}`,
      );
    else if (code === "still held")
      faults.push(
        `sockets: ${count} connections were ended, but the server kept their sockets; the first: ${details[code]}`,
      );
    else if (code === "refused") faults.push(`sockets: ${count} connections were refused`);
    else if (!known.has(code)) faults.push(`codes: ${count} × ${code}, which this client should not see`);
  }
  return faults;
}

export const mib = (value: number) => `${Math.round(value)} MiB`;
export const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
