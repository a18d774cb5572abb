/**
 * The direction of imports in `src`: main/cli -> login -> torioki -> app -> routes -> operations -> queries -> db, and no
 * circles. A file may import files of its own rank or below; between features the same holds. What runs at the shopper's, web ->
 * react -> client, stands apart: of the server it has the contract's types, and no code.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** From the top down: the first pattern that fits gives a file its rank. */
const RANKS: [rank: string, pattern: RegExp][] = [
  ["web", /^web\//],
  ["react", /^react\//],
  ["client", /^client\//],
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
    /(^|\/)(contract|limits|token|errors|language|deadline|logger|log-writer|descriptors|metrics|tally|wire|options|patience|lazily|fair-queue|rest|node-version)\.ts$/,
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

/** What each of the shopper's side may import of it. */
const SHOPPERS: Record<string, string[]> = {
  web: ["web", "react", "client"],
  react: ["react", "client"],
  client: ["client"],
};
/** The server's files whose types the client may have. */
const CONTRACT = /(^|\/)contract\.ts$|^errors\.ts$/;

export type Source = { file: string; text: string };

type Import = { target: string; isType: boolean };

/** Reads every source file below a folder, tests left out. */
export function readSources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => ({ file: file.replaceAll("\\", "/"), text: readFileSync(join(folder, file), "utf8") }));
}

/** @returns one sentence for every import against the order, and one for every circle */
export function importFaults(sources: Source[]): string[] {
  const imports = new Map(sources.map(({ file, text }) => [file, importsOf(file, text)]));
  const isPlain = (file: string) => sources.some((one) => one.file === file && !IMPORT.test(one.text));
  const faults: string[] = [];
  for (const [file, targets] of imports) {
    for (const { target, isType } of targets) {
      const fault = faultOf(file, target, isType, isPlain);
      if (fault) faults.push(`${file} (${rankOf(file)}) imports ${target} (${rankOf(target)}), ${fault}`);
    }
  }
  return [...faults, ...circles(imports)];
}

function faultOf(
  file: string,
  target: string,
  isType: boolean,
  isPlain: (file: string) => boolean,
): string | undefined {
  const [rank, below] = [rankOf(file), rankOf(target)];
  const allowed = SHOPPERS[rank];
  if (below in SHOPPERS) return allowed?.includes(below) ? undefined : "which is not for it";
  if (!allowed) return heightOf(file) > heightOf(target) ? "which stands above it" : undefined;
  if (rank !== "client") return "which is the server's; what the client has of it, it gives on";
  if (isPlain(target)) return undefined;
  if (!CONTRACT.test(target)) return "which is the server's";
  return isType ? undefined : "of which it may have types alone: `import type`";
}

/** An import of anything, packages included. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']/;
const IMPORTS =
  /(?:\b(?:import|export)\s+(?<type>type)\s+[^"';]*?\bfrom|\bfrom|\bimport)\s*\(?\s*["'](?<path>\.[^"']+)["']/g;

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(IMPORTS)]
    .map(({ groups }) => ({
      target: normalize(join(dirname(file), groups?.path as string)).replaceAll("\\", "/"),
      isType: groups?.type !== undefined,
    }))
    .filter(({ target }) => /\.tsx?$/.test(target));
}

function rankOf(file: string): string {
  const found = RANKS.find(([, pattern]) => pattern.test(file));
  if (!found) throw new Error(`${file} has no rank: add it to scripts/imports.ts`);
  return found[0];
}

function heightOf(file: string): number {
  return ORDER.indexOf(rankOf(file));
}

function circles(imports: Map<string, Import[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) found.push(`circle: ${[...path.slice(start), file].join(" -> ")}`);
    if (start !== -1 || done.has(file)) return;
    for (const { target } of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}
