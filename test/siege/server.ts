/** The server under siege, as its users run it: a process of its own, logging on, limits on, and started again when it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { askStatus } from "./ask.ts";
import { processesOf } from "./watch.ts";

/** What `npm start` runs: node, its flags, the program. */
const [, ...START] = (
  JSON.parse(readFileSync("package.json", "utf8")) as { scripts: { start: string } }
).scripts.start.split(" ");

/** Settings of whoever starts the siege would make it another one. */
const OURS = /^(PATH|HOME|TMPDIR|SystemRoot)$/;

export class SiegedServer {
  readonly port: number;
  readonly #env: Record<string, string>;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #errors = "";
  /** All its processes, as they were when it was last ready. */
  pids: number[] = [];

  /** @param folder the checkout whose server it is */
  constructor(port: number, env: Record<string, string>, folder: string) {
    this.port = port;
    this.#env = env;
    this.#folder = folder;
  }

  /** Starts it and waits until it is ready. @throws Error with what it said, where it does not come up */
  async start(): Promise<void> {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => OURS.test(name)));
    this.#errors = "";
    const child = spawn(process.execPath, START, {
      cwd: this.#folder,
      env: { ...inherited, NODE_ENV: "production", PORT: String(this.port), ...this.#env },
      // Its log is written, to where writing costs the disk nothing.
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.on("data", (chunk) => {
      this.#errors = (this.#errors + chunk).slice(-4_000);
    });
    this.#child = child;
    for (let tries = 0; !(await this.#isReady()); tries += 1) {
      if (!this.isAlive || tries > 600) throw new Error(`the server does not come up: ${this.#errors}`);
      await sleep(100);
    }
    this.pids = processesOf(child.pid as number);
  }

  get isAlive(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** What has become of the processes since the server was ready; undefined: they are all still there. */
  fault(): string | undefined {
    if (!this.isAlive) {
      const why =
        /^(\w*Error.*|.*Error: .*)$/m.exec(this.#errors)?.[1] ?? this.#errors.trim().split("\n").at(-1);
      return `the server's process ended (${this.#child?.signalCode ?? `exit code ${this.#child?.exitCode}`}: ${why})`;
    }
    const now = processesOf(this.#child?.pid as number);
    const gone = this.pids.filter((pid) => !now.includes(pid)).length;
    return gone > 0 ? `${gone} of the server's worker processes ended` : undefined;
  }

  /** After a fault: the same server again, on the same data. */
  async recover(): Promise<void> {
    const workers = this.pids.length;
    if (!this.isAlive) return this.start();
    for (let tries = 0; tries < 100; tries += 1) {
      this.pids = processesOf(this.#child?.pid as number);
      if (this.pids.length === workers && (await this.#isReady())) return;
      if (!this.isAlive) return this.start();
      await sleep(100);
    }
  }

  /** @returns the seconds that it took, and whether it had to be killed: it promises 15 s */
  async stop(): Promise<{ seconds: number; wasKilled: boolean }> {
    const start = performance.now();
    const child = this.#child;
    if (!child || !this.isAlive) return { seconds: 0, wasKilled: false };
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    child.kill("SIGTERM");
    await Promise.race([ended, sleep(20_000, undefined, { ref: false })]);
    const wasKilled = this.isAlive;
    // Workers notice that their primary is gone, and end as well.
    if (wasKilled) for (const pid of processesOf(child.pid as number)) process.kill(pid, "SIGKILL");
    await ended;
    return { seconds: (performance.now() - start) / 1_000, wasKilled };
  }

  #isReady(): Promise<boolean> {
    return askStatus(this.port, "/readyz", 5_000).then(
      (status) => status === 200,
      () => false,
    );
  }
}
