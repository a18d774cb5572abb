/** The siege's table, for people: one line for each bad client, with the worst of all its attacks. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { ms } from "./judge.ts";
import type { Outcome, Row } from "./siege.ts";

const COLUMNS = [
  "bad client",
  "attacks",
  "connections, requests (of one)",
  "answers",
  "MiB before, peak, after",
  "descriptors left",
  "shoppers' p99 before, during",
  "/healthz, worst",
  "verdict",
];

export function tableOf({ rows, faults }: Outcome): string {
  const byClient = Map.groupBy(rows, ({ client }) => client.name);
  const lines = [...byClient.values()].map(lineOf).sort();
  const all = [COLUMNS, COLUMNS.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
  return [...all, ...(faults.length > 0 ? ["", ...faults.map((fault) => `- fell: ${fault}`)] : [])].join(
    "\n",
  );
}

function lineOf(rows: Row[]): string[] {
  const worst = (figure: (row: Row) => number) =>
    rows.reduce((most, row) => (figure(row) > figure(most) ? row : most), rows[0] as Row);
  const { client } = rows[0] as Row;
  const memory = worst(({ facts: { memory } }) => memory.after / memory.before).facts.memory;
  const peak = Math.max(...rows.map(({ facts }) => facts.memory.peak));
  const p99 = worst(({ facts }) => facts.p99.during / facts.p99.before).facts.p99;
  const report = rows[0]?.facts.report;
  const fallen = rows.filter(({ faults }) => faults.length > 0);
  const slow = rows.filter((row) => row.slow.length > 0).length;
  return [
    client.name,
    String(rows.length),
    report ? `${report.connections}, ${report.requests}` : "-",
    codesOf(rows),
    `${Math.round(memory.before)}, ${Math.round(peak)}, ${Math.round(memory.after)}`,
    String(worst(leftIn).facts.exit ? "-" : leftIn(worst(leftIn))),
    `${ms(p99.before)}, ${ms(p99.during)}`,
    ms(Math.max(...rows.map(({ facts }) => facts.health.worst))),
    fallen.length === 0
      ? `held${slow > 0 ? `; slow in ${slow} of ${rows.length}` : ""}`
      : `fell ${fallen.length} of ${rows.length}: ${inCell([...new Set(fallen.flatMap(({ faults }) => faults))].slice(0, 3).join("; "))}`,
  ];
}

function leftIn({ facts: { descriptors } }: Row): number {
  return descriptors.after.attackers + Math.max(0, descriptors.after.dead - descriptors.before.dead);
}

function codesOf(rows: Row[]): string {
  const sums: Record<string, number> = {};
  for (const { facts } of rows)
    for (const [code, count] of Object.entries(facts.report?.codes ?? {}))
      sums[code] = (sums[code] ?? 0) + count;
  return Object.entries(sums)
    .map(([code, count]) => `${count} × ${code}`)
    .join(", ");
}

const inCell = (text: string) => text.replaceAll("|", "\\|");

/** Puts a shape's table where a document has a place for it: between two comments with its name. */
export function keepIn(file: string, shape: string, table: string): void {
  const text = readFileSync(file, "utf8");
  const [begin, end] = [`<!-- siege: ${shape} -->`, `<!-- end of siege: ${shape} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`${file} has no place for the table of ${shape}`);
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
  execFileSync("node_modules/.bin/biome", ["format", "--write", file], { stdio: "ignore" });
}
