/**
 * What Lighthouse says of the storefront on a phone: performance, accessibility and best practices of every page, as a
 * newcomer has it, with a cart, and logged in. Lighthouse slows the network and the processor down by its own reckoning (a
 * phone of the middle class on slow 4G).
 * Run: npm run bench:lighthouse [-- --rounds 3 …], on a machine that does nothing else. Needs Chromium; npm fetches Lighthouse.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { openBrowserAt } from "../test/helpers/browser.ts";
import { getPort } from "../test/helpers/ports.ts";
import { startTorioki } from "../test/helpers/process.ts";
import { type Bar, keep, table } from "./report.ts";

/** Not among the dev dependencies: it is as large as all of them, and only this needs it. */
const LIGHTHOUSE = "lighthouse@13.5.0";
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const LIMIT = 95;

type Scores = Record<(typeof CATEGORIES)[number], number>;
type Audited = Scores & { lcp: number; blocked: number; shift: number; kilobytes: number; failed: string[] };

const { values: given } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    json: { type: "string" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "torioki-lighthouse-"));
const server = await startTorioki({ DATA_DIR: join(folder, "data") });
const port = await getPort();
const browser = await openBrowserAt(port, join(folder, "profile"));
try {
  const page = browser.pages()[0] as Page;
  const rows: { who: string; path: string; rounds: Audited[] }[] = [];
  const auditAll = async (who: string, paths: string[]) => {
    for (const path of paths) {
      const rounds: Audited[] = [];
      for (let round = 0; round < Number(given.rounds); round += 1) rounds.push(await audit(path));
      rows.push({ who, path, rounds });
      console.log(
        who,
        path,
        rounds.map((scores) => CATEGORIES.map((name) => scores[name]).join("/")).join("  "),
      );
      for (const failed of new Set(rounds.flatMap((scores) => scores.failed))) console.log("  ", failed);
    }
  };
  await auditAll("newcomer", ["/", "/stores/1", "/cart", "/account"]);

  await page.goto(`${server.url}/stores/1`);
  // The button of a dish that is in the cart is gone: the first that is left is the next dish's.
  for (let n = 0; n < 3; n += 1) await page.locator(".dish-card .add-button").first().click();
  await page.locator(".dish-card .stepper").nth(2).waitFor();
  await auditAll("guest with a cart", ["/", "/stores/1", "/cart", "/account"]);

  const signedUp = await page.request.post(`${server.url}/api/auth/sign-up/email`, {
    data: { name: "Hana", email: "hana@example.com", password: "one two three" },
    headers: { Origin: server.url },
  });
  if (!signedUp.ok()) throw new Error(`the sign-up: ${signedUp.status()} ${await signedUp.text()}`);
  await auditAll("logged in", ["/stores/1", "/cart", "/account"]);

  const median = (rounds: Audited[], of: (audited: Audited) => number) =>
    rounds.map(of).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] as number;
  const shown = rows.map(({ who, path, rounds }) => ({
    who,
    page: path,
    ...Object.fromEntries(CATEGORIES.map((name) => [name, median(rounds, (scores) => scores[name])])),
    "performance, each round": rounds.map(({ performance }) => performance).join(", "),
    "largest paint, s": median(rounds, ({ lcp }) => lcp / 1_000),
    "blocked, ms": median(rounds, ({ blocked }) => blocked),
    "layout shift": median(rounds, ({ shift }) => shift),
    "kB over the network": median(rounds, ({ kilobytes }) => kilobytes),
  }));
  const bars: Bar[] = CATEGORIES.map((name) => {
    const lowest = Math.min(...rows.map(({ rounds }) => median(rounds, (scores) => scores[name])));
    return {
      bar: `Lighthouse, ${name} of the page that has least ≥ ${LIMIT}`,
      measured: `${lowest}`,
      met: lowest >= LIMIT,
    };
  });
  keep(
    {
      mode: "lighthouse",
      options: { ...given, lighthouse: LIGHTHOUSE },
      bars,
      figures: { rows },
      tables: table(shown),
    },
    given.json,
  );
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A load of a page in the browser that is open, so with its cookies, and with nothing in its cache. */
async function audit(path: string): Promise<Audited> {
  const file = join(folder, "report.json");
  const options = [
    "--output=json",
    `--output-path=${file}`,
    `--only-categories=${CATEGORIES}`,
    `--port=${port}`,
    "--quiet",
  ];
  const args = [
    "exec",
    "--yes",
    "--package",
    LIGHTHOUSE,
    "--",
    "lighthouse",
    `${server.url}${path}`,
    ...options,
  ];
  // Now and then it records no trace (NO_NAVSTART), and says to run it again.
  await npm(args).catch(() => npm(args));
  const { categories, audits, runtimeError } = JSON.parse(readFileSync(file, "utf8"));
  if (runtimeError) throw new Error(`${path}: ${runtimeError.message}`);
  const scores = Object.fromEntries(
    CATEGORIES.map((name) => [name, Math.round(categories[name].score * 100)]),
  );
  const figure = (name: string) => audits[name].numericValue as number;
  const isWeighed = new Set(
    CATEGORIES.flatMap((name) => categories[name].auditRefs)
      .filter(({ weight }: { weight: number }) => weight > 0)
      .map(({ id }: { id: string }) => id),
  );
  const failed = Object.values(audits as Record<string, { id: string; title: string; score: number | null }>)
    .filter(({ id, score }) => isWeighed.has(id) && score !== null && score < 0.9)
    .map(({ id, title, score }) => `${id} ${score}: ${title}`);
  return {
    ...(scores as Scores),
    lcp: figure("largest-contentful-paint"),
    blocked: figure("total-blocking-time"),
    shift: figure("cumulative-layout-shift"),
    kilobytes: figure("total-byte-weight") / 1_000,
    failed,
  };
}

function npm(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`npm ${args.join(" ")} ended with ${code}`)),
    );
  });
}
