/**
 * The direction of imports in `src`: main/cli -> login -> torioki -> app -> routes -> operations -> queries -> db, and no
 * circles. A file may import files of its own rank or below; between features the same holds.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** From the top down: the first pattern that fits gives a file its rank. */
const RANKS: [rank: string, pattern: RegExp][] = [
  ["main", /^(main|cli|workers)\.ts$/],
  ["config", /^config\.ts$/],
  ["server", /^http\/server\.ts$/],
  ["login", /^login\//],
  ["library", /^(torioki|host-calls)\.ts$/],
  ["app", /^app\.ts$/],
  ["routes", /(^|\/)routes\.ts$|^http\/(health|docs|storefront)\.ts$/],
  ["http", /^http\//],
  ["queries", /(^|\/)(queries|answer|idempotency|owner)\.ts$/],
  ["db", /^(db|cache)\//],
  [
    "base",
    /(^|\/)(contract|token|errors|language|logger|metrics|tally|wire|options|patience|node-version)\.ts$/,
  ],
  ["operations", /^[a-z-]+\/[a-z-]+\.ts$/],
];
/** A rank may import itself and what comes after it. */
const ORDER = [
  "main",
  "config",
  "server",
  "login",
  "library",
  "app",
  "routes",
  "http",
  "operations",
  "queries",
  "db",
  "base",
];

export type Source = { file: string; text: string };

/** Reads every source file below a folder, tests left out. */
export function readSources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => ({ file: file.replaceAll("\\", "/"), text: readFileSync(join(folder, file), "utf8") }));
}

/** @returns one sentence for every import against the order, and one for every circle */
export function importFaults(sources: Source[]): string[] {
  const imports = new Map(sources.map(({ file, text }) => [file, importsOf(file, text)]));
  const faults: string[] = [];
  for (const [file, targets] of imports) {
    for (const target of targets) {
      if (heightOf(file) > heightOf(target)) {
        faults.push(`${file} (${rankOf(file)}) imports ${target} (${rankOf(target)}), which stands above it`);
      }
    }
  }
  return [...faults, ...circles(imports)];
}

function importsOf(file: string, text: string): string[] {
  const specifiers = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']/g);
  return [...specifiers]
    .map((match) => normalize(join(dirname(file), match[1] as string)).replaceAll("\\", "/"))
    .filter((target) => target.endsWith(".ts"));
}

function rankOf(file: string): string {
  const found = RANKS.find(([, pattern]) => pattern.test(file));
  if (!found) throw new Error(`${file} has no rank: add it to scripts/imports.ts`);
  return found[0];
}

function heightOf(file: string): number {
  return ORDER.indexOf(rankOf(file));
}

function circles(imports: Map<string, string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) found.push(`circle: ${[...path.slice(start), file].join(" -> ")}`);
    if (start !== -1 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}
