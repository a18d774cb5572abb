/** The ratios of one run of `npm run bench`, and the bars that they are held against. */
import type { Operation } from "./load.ts";
import type { together } from "./measure.ts";
import type { ReferenceFigures } from "./references.ts";
import { type Bar, bar } from "./report.ts";

export type ServerFigures = ReturnType<typeof together> & {
  operation: Exclude<Operation, "mixed">;
  connections: number;
  batching: "on" | "off";
};

/** Only what was measured is there: a run may leave operations and connections out. */
export type Ratios = {
  /** Requests a second over HTTP at 128 connections ÷ PostgreSQL's alone. */
  overAlone: Record<string, number>;
  addsOverBareUpsert?: number;
  /** Requests a second without batching ÷ with it, at 128 connections. */
  offOverOn: Record<string, number>;
  /** The median of a lone add ÷ that without batching. */
  loneAdd?: number;
  /** p99 ÷ p50 at 128 connections. */
  tail: Record<string, number>;
};

export function ratiosOf(servers: ServerFigures[], references: ReferenceFigures[]): Ratios {
  const find = (operation: string, connections: number, batching: "on" | "off") =>
    servers.find(
      (row) => row.operation === operation && row.connections === connections && row.batching === batching,
    );
  const ratios: Ratios = { overAlone: {}, offOverOn: {}, tail: {} };
  for (const on of servers) {
    if (on.connections !== 128 || on.batching !== "on") continue;
    const alone = references.find(({ statement }) => statement === on.operation);
    const off = find(on.operation, 128, "off");
    if (alone) ratios.overAlone[on.operation] = rounded(on.perSecond / alone.perSecond);
    if (off) ratios.offOverOn[on.operation] = rounded(off.perSecond / on.perSecond);
    ratios.tail[on.operation] = rounded(on.p99 / on.p50);
    const bare = references.find(({ statement }) => statement === "bare upsert");
    if (on.operation === "add" && bare) ratios.addsOverBareUpsert = rounded(on.perSecond / bare.perSecond);
  }
  const [on, off] = [find("add", 1, "on"), find("add", 1, "off")];
  if (on && off) ratios.loneAdd = rounded(on.p50 / off.p50);
  return ratios;
}

/** @param memory the most that the server had under 128 connections, in MiB */
export function barsOf(ratios: Ratios, memory: number | undefined): Bar[] {
  const { overAlone, offOverOn, tail, loneAdd, addsOverBareUpsert } = ratios;
  const [worst, most] = Object.entries(tail).sort(([, a], [, b]) => b - a)[0] ?? [];
  return [
    ...bar("adds/s over HTTP at 128 connections ÷ PostgreSQL's alone, one by one,", overAlone.add, "≥", 1.2),
    ...shown("the same ÷ PostgreSQL's bare upserts", addsOverBareUpsert),
    ...bar("adds/s at 128 connections with batching off ÷ with it on", offOverOn.add, "≤", 0.5),
    ...bar(
      "cart reads/s over HTTP at 128 connections ÷ PostgreSQL's alone, one by one,",
      overAlone.cart,
      "≥",
      0.6,
    ),
    ...bar("p50 of a lone add ÷ that with batching off", loneAdd, "≤", 1.05),
    ...bar("p99 of adds at 128 connections ÷ p50", tail.add, "≤", 4),
    ...bar(`the same of the operation where it is most (${worst})`, most, "≤", 4),
    ...bar("memory of the server under 128 connections, MiB,", memory, "≤", 200),
  ];
}

function shown(what: string, ratio: number | undefined): Bar[] {
  return ratio === undefined ? [] : [{ bar: what, measured: ratio.toFixed(2), met: undefined }];
}

const rounded = (ratio: number) => Math.round(ratio * 1_000) / 1_000;
