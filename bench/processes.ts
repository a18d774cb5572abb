/** What a process and all that it has started take: CPU seconds so far, and memory. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** `cpu` in seconds since the process began, `memory` (resident) in MiB; undefined where this system does not say. */
export type Usage = { cpu: number; memory: number };
type Process = Usage & { pid: number; parent: number };

export function usageOf(root: number): Usage | undefined {
  const all = process.platform === "linux" ? fromProc() : fromPs();
  const tree = all.filter(({ pid }) => pid === root);
  if (tree.length === 0) return undefined;
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  const sum = (figure: keyof Usage) => tree.reduce((total, process) => total + process[figure], 0);
  return { cpu: sum("cpu"), memory: sum("memory") };
}

/** Clock ticks a second and the size of a page are settled when Linux is built: ask once. */
const settings: Record<string, number> = {};
function setting(name: string): number {
  settings[name] ??= Number(execFileSync("getconf", [name], { encoding: "utf8" }));
  return settings[name];
}

/** The fields after the name, which may hold spaces, by proc(5): 4 is the parent, 14 to 17 CPU, 24 pages in memory. */
function fromProc(): Process[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = read(`/proc/${name}/stat`);
    const field = (number: number) => Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[number - 3]);
    if (stat === "") return [];
    // Children that have ended count with the parent that has waited for them: a server's backends come and go.
    const ticks = field(14) + field(15) + field(16) + field(17);
    const memory = (field(24) * setting("PAGESIZE")) / 2 ** 20;
    return [{ pid: Number(name), parent: field(4), cpu: ticks / setting("CLK_TCK"), memory }];
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}

function fromPs(): Process[] {
  try {
    const lines = execFileSync("ps", ["-axo", "pid=,ppid=,rss=,time="], { encoding: "utf8" });
    return lines.split("\n").flatMap((line) => {
      const [pid, parent, rss, time] = line.trim().split(/\s+/);
      if (time === undefined) return [];
      const cpu = time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
      return [{ pid: Number(pid), parent: Number(parent), cpu, memory: Number(rss) / 1_024 }];
    });
  } catch {
    return [];
  }
}
