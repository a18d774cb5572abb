/** What becomes of a server whose log cannot be written. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPostgres } from "./helpers/database.ts";
import { getPort } from "./helpers/ports.ts";
import { run, temporaryFolder } from "./helpers/process.ts";
import { until } from "./helpers/until.ts";

const { folder, remove } = temporaryFolder();
let source: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ source, drop } = await createPostgres(false, "postgres-18"));
});
afterAll(async () => {
  await drop();
  remove();
});

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

type Quiet = { url: string; child: ChildProcess; ended: Promise<number | null> };

/** Starts a server whose log need not say its port, with these as its standard output and standard error. */
async function startQuietly(
  stdio: (number | "pipe")[],
  env: Record<string, string> = {},
  detached = false,
): Promise<Quiet> {
  const port = await getPort();
  const child = spawn(process.execPath, ["src/cli.ts", "serve"], {
    env: {
      ...process.env,
      ...{ PORT: `${port}`, DATABASE_URL: source, RATE_LIMIT: "off", CLEANUP_CRON: "off", STOREFRONT: "off" },
      ...{ MIGRATE_ON_START: "off", NODE_NO_WARNINGS: "1", ...env },
    },
    stdio: ["ignore", ...stdio],
    detached,
  });
  children.push(child);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    return fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }, 60);
  return { url, child, ended };
}

/** Makes so many calls that are logged, 16 at once, and expects each to be answered. */
async function call(url: string, times: number): Promise<void> {
  let left = times;
  const calls = Array.from({ length: 16 }, async () => {
    while (left > 0) {
      left -= 1;
      const { status } = await fetch(`${url}/api/stores`);
      expect(status).toBe(200);
    }
  });
  await Promise.all(calls);
}

async function dropped(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^torioki_log_lines_dropped_total (\d+)$/m.exec(text)?.[1]);
}

async function stop({ child, ended }: Quiet, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
  return ended.finally(() => clearTimeout(late));
}

const messages = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { msg: string }).msg);

describe.each([
  ["one process", {}],
  ["two processes", { WEB_CONCURRENCY: "2" }],
] as const)("a server of %s whose standard output and standard error are full", (_, env) => {
  it("answers, counts the lines that it drops, and ends when it is told to", async () => {
    const full = openSync("/dev/full", "w");
    const server = await startQuietly([full, full], env);
    await call(server.url, 100);
    await until(async () => (await dropped(server.url)) >= 100, 10);
    expect(await stop(server)).toBe(0);
    closeSync(full);
  });
});

/** A disk of 64 KiB, where this may mount one; skipped by name elsewhere, a failure where CI=true. */
const disk = join(folder, "disk");
function mountDisk(): boolean {
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}
const hasDisk = mountDisk();
if (!hasDisk && !process.env.CI) console.warn("skipped: a log on a full disk; only root may mount one");
afterAll(() => {
  if (hasDisk) execFileSync("umount", [disk]);
});

describe("a log in a file", () => {
  it.skipIf(!hasDisk && !process.env.CI)(
    "on a full disk goes on with whole lines when there is room again",
    async () => {
      const file = join(disk, "log");
      const log = openSync(file, "a");
      writeFileSync(join(disk, "other"), "x".repeat(40_000));
      const server = await startQuietly([log, log]);
      await call(server.url, 200);
      await until(async () => (await dropped(server.url)) > 0, 10);
      const before = readFileSync(file, "utf8").length;
      rmSync(join(disk, "other"));
      await until(async () => {
        await call(server.url, 1);
        return readFileSync(file, "utf8").length > before + 200;
      }, 10);
      expect(await stop(server)).toBe(0);
      // JSON.parse refuses a line that is cut off, and two that are joined.
      expect(messages(readFileSync(file, "utf8")).slice(-2)).toEqual([
        "stopping: answering what is under way",
        "stopped",
      ]);
      closeSync(log);
    },
  );

  it("has every line at the end", async () => {
    const file = join(folder, "whole");
    const log = openSync(file, "w");
    const server = await startQuietly([log, log]);
    await call(server.url, 500);
    expect(await dropped(server.url)).toBe(0);
    expect(await stop(server)).toBe(0);
    const told = messages(readFileSync(file, "utf8"));
    expect(told.filter((message) => message === "request").length).toBeGreaterThanOrEqual(500);
    expect(told.at(-1)).toBe("stopped");
    closeSync(log);
  });
});

describe("a log in a pipe", () => {
  it("whose reader stands still stops no call, and goes on with whole lines when the reader does", async () => {
    const server = await startQuietly(["pipe", 2]);
    const { stdout } = server.child;
    await call(server.url, 8_000);
    expect(await dropped(server.url)).toBeGreaterThan(0);
    let text = "";
    stdout?.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    await until(async () => text.length > 1_000_000, 20);
    await call(server.url, 100);
    const read = new Promise((resolve) => stdout?.once("end", resolve));
    expect(await stop(server)).toBe(0);
    await read;
    expect(messages(text).slice(-2)).toEqual(["stopping: answering what is under way", "stopped"]);
  });

  it("whose reader has gone stops no call", async () => {
    const server = await startQuietly(["pipe", 2]);
    server.child.stdout?.destroy();
    await call(server.url, 50);
    await until(async () => (await dropped(server.url)) > 0, 10);
    expect(await stop(server)).toBe(0);
  });

  it("does not keep the process from ending while its reader stands still", async () => {
    const server = await startQuietly(["pipe", 2]);
    await call(server.url, 1_000);
    expect(await stop(server)).toBe(0);
    server.child.stdout?.destroy();
  });

  it("ends a command that is read no further", async () => {
    const script = `"$0" src/cli.ts migrate status | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = await run(["-c", script, process.execPath], { DATABASE_URL: source }, "bash");
    expect(stdout).toMatch(/^applied {2}0001_host_tables .*\n0\n$/);
  });
});

describe("SIGHUP", () => {
  it.each([
    ["one process", {}],
    ["two processes, all of which get it as from a terminal", { WEB_CONCURRENCY: "2" }],
  ] as const)("ends a server of %s like SIGTERM", async (_, env) => {
    const file = join(folder, `hang-up-${Object.keys(env).length}`);
    const log = openSync(file, "w");
    const server = await startQuietly([log, log], env, true);
    // The first worker answers before the primary has all of them, and a primary that is still starting just ends.
    await until(() => readFileSync(file, "utf8").includes("listening"), 30);
    // A request that is under way: its body comes after the signal.
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const answer = fetch(`${server.url}/api/guest/session/store`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: body.readable,
      duplex: "half",
    } as RequestInit);
    const writer = body.writable.getWriter();
    void writer.write(Buffer.from('{"store_id"'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.kill(-(server.child.pid as number), "SIGHUP");
    await until(async () => readFileSync(file, "utf8").includes("stopping"), 10);
    void writer.write(Buffer.from(":1}"));
    void writer.close();
    expect((await answer).status).toBe(401);
    expect(await server.ended).toBe(0);
    expect(messages(readFileSync(file, "utf8")).slice(-3)).toEqual(
      expect.arrayContaining(["stopping: answering what is under way", "request", "stopped"]),
    );
    closeSync(log);
  });
});
