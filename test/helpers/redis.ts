/** A real Redis (Debian's redis-server) for a test file: killed, stopped and flushed at will. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { describe } from "vitest";
import { getPort } from "./ports.ts";

const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis && !process.env.CI)
  console.warn("skipped: tests with Redis; install Debian's redis-server to run them");

/** Skipped by name where there is no Redis; where CI=true that is a failure. */
export const describeWithRedis = hasRedis || process.env.CI ? describe : describe.skip;

export type RedisServer = {
  url: string;
  port: number;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
  /** Starts again on the same port, with what it had saved. */
  start(): Promise<void>;
  /** One command of redis-cli's kind, by a connection of its own. */
  command(...args: string[]): Promise<unknown>;
  /** Every key with its value, as text. */
  dump(): Promise<Record<string, string>>;
  close(): Promise<void>;
};

export async function startRedis(...flags: string[]): Promise<RedisServer> {
  const port = await getPort();
  const folder = await mkdtemp(join(tmpdir(), "torioki-redis-"));
  let child: ChildProcess;
  const start = async () => {
    child = spawn(
      "redis-server",
      ["--port", `${port}`, "--dir", folder, "--save", "", "--appendonly", "no", ...flags],
      { stdio: "ignore" },
    );
    await listens(port);
  };
  const kill = async () => {
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  const command = async (...args: string[]) => {
    const client = createClient({ url: `redis://127.0.0.1:${port}` }).on("error", () => {});
    await client.connect();
    try {
      return await client.sendCommand(args);
    } finally {
      client.destroy();
    }
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    signal: (signal) => void child.kill(signal),
    kill,
    start,
    command,
    dump: async () => {
      const keys = (await command("KEYS", "*")) as unknown as string[];
      const pairs = await Promise.all(
        keys.map(async (key) => [key, String(await command("GET", key).catch(() => ""))]),
      );
      return Object.fromEntries(pairs);
    },
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once somebody listens on the port. */
async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => socket.end(() => resolve(true)));
      socket.once("error", () => resolve(false));
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nobody listens on ${port}`);
}
