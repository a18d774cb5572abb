/** The server under test, as its users run it: a process of its own, logging on, limits on. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getPort } from "../test/helpers/ports.ts";

export type BenchServer = { port: number; pid: number; stop(): Promise<void> };

/** What `npm start` runs in a checkout: node's flags, and the program. */
function startOf(checkout: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
  return scripts.start.split(" ").slice(1);
}

/** Settings of whoever runs the benchmark would make it another one. How many processes serve is theirs to choose. */
const OURS = /^(PATH|HOME|TMPDIR|WEB_CONCURRENCY|NODE_OPTIONS|SystemRoot)$/;

/**
 * Starts the server and waits until it is ready.
 * @param env where its database is, and whether it batches. One address makes all sessions here, so that limit is raised;
 *   nothing expires, so nothing is cleaned up.
 * @param checkout the folder whose server it is
 */
export async function startServer(env: Record<string, string>, checkout = "."): Promise<BenchServer> {
  const port = await getPort();
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => OURS.test(name)));
  const child = spawn(process.execPath, startOf(checkout), {
    cwd: checkout,
    env: {
      ...inherited,
      NODE_ENV: "production",
      PORT: `${port}`,
      CLEANUP_CRON: "off",
      RATE_LIMIT_SESSIONS: "900000000/1s",
      ...env,
    },
    // Its log is written, to where writing costs the disk nothing.
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  for (let tries = 0; !(await isReady()); tries += 1) {
    if (child.exitCode !== null || tries > 600)
      throw new Error(`the server does not come up (its log: PORT=${port} npm start): ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    port,
    pid: child.pid as number,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
