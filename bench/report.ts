/**
 * Keeps what a benchmark found: all of it as JSON in bench/results (not in git), and as its section of bench/RESULTS.md,
 * with the bars of all benchmarks on top.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem, type } from "node:os";
import { dirname } from "node:path";

/** One bar of the speed contract, and what was measured. `met` is undefined where none is set. */
export type Bar = { bar: string; measured: string; met: boolean | undefined };

const modes = {
  run: "bench",
  stuck: "bench:stuck",
  growth: "bench:growth",
  memory: "bench:memory",
  embedded: "bench:embedded",
  lighthouse: "bench:lighthouse",
};
export type Mode = keyof typeof modes;

export type Report = {
  mode: Mode;
  /** What was asked for: sessions, seconds and so on. */
  options: object;
  bars: Bar[];
  /** Figures for the JSON. */
  figures: object;
  /** Markdown for people. */
  tables: string;
  postgres?: Record<string, string>;
};

const RESULTS = "bench/RESULTS.md";

/** @param json a file of the caller's choice for the JSON; RESULTS.md is then left alone. */
export function keep({ mode, options, bars, figures, tables, postgres }: Report, json?: string): void {
  const about = { at: new Date().toISOString(), ...machine(), ...(postgres ? { postgres } : {}) };
  const file = json ?? `bench/results/${mode}.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ mode, about, options, bars, ...figures }, null, 2)}\n`);
  console.log(`\n${barTable(bars)}\n\nall figures: ${file}`);
  if (json !== undefined) return;
  const day = about.at.slice(0, 10);
  const section = [
    `## npm run ${modes[mode]}`,
    `${day}, commit ${about.commit}${about.dirty ? " with changes that are not in it" : ""}. ${about.cpu}, ${about.cores} cores, ${about.memory}, ${about.system}, Node.js ${about.node}${postgres ? `, PostgreSQL ${postgres.server_version} (fsync ${postgres.fsync}, synchronous_commit ${postgres.synchronous_commit}, shared_buffers ${postgres.shared_buffers})` : ""}.`,
    `Asked for: ${Object.entries(options)
      .map(([name, value]) => `${name} ${value}`)
      .join("; ")}.`,
    tables,
  ].join("\n\n");
  const before = existsSync(RESULTS) ? readFileSync(RESULTS, "utf8") : "";
  writeFileSync(RESULTS, results(before, mode, section, bars, day));
}

/** RESULTS.md with this benchmark's section and bars in place of those that it had; the others' stay. */
export function results(before: string, mode: Mode, section: string, bars: Bar[], day: string): string {
  const names = Object.keys(modes) as Mode[];
  const kept = (of: Mode) => new RegExp(`<!-- ${of} -->\n([\\s\\S]*?)\n<!-- end -->`).exec(before)?.[1];
  const row = (of: Mode) => ` | \`npm run ${modes[of]}\``;
  const rows = names.flatMap((of) =>
    of === mode
      ? bars.map((bar) => `${cells(bar)}${row(of)}, ${day} |`)
      : before.split("\n").filter((line) => line.includes(`${row(of)}, `)),
  );
  const sections = names.flatMap((of) => {
    const text = of === mode ? section : kept(of);
    return text === undefined ? [] : [`<!-- ${of} -->\n${text}\n<!-- end -->`];
  });
  return [
    "# Results of the benchmarks",
    "Written by the benchmarks themselves; what is changed here by hand is lost at the next run. Ratios are of figures from one run on one machine.",
    ["| bar | measured | met | by |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    ...sections,
    "",
  ].join("\n\n");
}

const cells = ({ bar, measured, met }: Bar) =>
  `| ${bar} | ${measured} | ${met === undefined ? "shown" : met ? "yes" : "no"}`;

function barTable(bars: Bar[]): string {
  return ["| bar | measured | met |", "| --- | --- | --- |", ...bars.map((bar) => `${cells(bar)} |`)].join(
    "\n",
  );
}

/** Rows of figures as a Markdown table; the first row's names are the head. */
export function table(rows: Record<string, string | number | undefined>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const show = (value: string | number | undefined) =>
    typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 2 }) : (value ?? "");
  return [names, names.map(() => "---"), ...rows.map((row) => names.map((name) => show(row[name])))]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");
}

/** A bar on a ratio: at least, or at most. None where the ratio was not measured. */
export function bar(what: string, ratio: number | undefined, sign: "≥" | "≤", limit: number): Bar[] {
  if (ratio === undefined || !Number.isFinite(ratio)) return [];
  const met = sign === "≥" ? ratio >= limit : ratio <= limit;
  return [{ bar: `${what} ${sign} ${limit}`, measured: ratio.toFixed(2), met }];
}

function machine() {
  const git = (...args: string[]) => {
    try {
      return execFileSync("git", args, { encoding: "utf8" }).trim();
    } catch {
      return undefined; // Not a checkout.
    }
  };
  return {
    cpu: cpus()[0]?.model.trim() || process.arch,
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: systemName(),
    node: process.versions.node,
    commit: git("rev-parse", "--short=12", "HEAD") ?? "unknown",
    dirty: Boolean(git("status", "--porcelain", "--", ".", ":!bench/RESULTS.md")),
  };
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? type();
  } catch {
    return type();
  }
}
