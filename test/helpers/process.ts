/** Runs the program as its users do: as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Finished = { code: number | null; stdout: string; stderr: string };

/** The machine's environment without any setting of ours. */
const cleanEnvironment = () => {
  const { DATABASE_URL, DATA_DIR, PORT, HOST, ...rest } = process.env;
  return { ...rest, NODE_NO_WARNINGS: "1", RATE_LIMIT: "off" };
};

/** Runs a command to its end. */
export function run(
  args: string[],
  env: Record<string, string> = {},
  command = process.execPath,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...cleanEnvironment(), ...env } });
    const output = collect(child);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...output }));
  });
}

export const torioki = (args: string[], env?: Record<string, string>) => run(["src/cli.ts", ...args], env);

export type RunningProcess = {
  url: string;
  port: number;
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/**
 * Starts the server on a free port and waits until it listens.
 * @param command `worker` has no port but METRICS_PORT's, which is then the one that is given
 * @param program of another checkout
 */
export async function startTorioki(
  env: Record<string, string>,
  command: "serve" | "worker" = "serve",
  program = "src/cli.ts",
): Promise<RunningProcess> {
  const child = spawn(process.execPath, [program, command], {
    env: { ...cleanEnvironment(), PORT: "0", ...env },
  });
  const output = collect(child);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on("data", () => {
      const found = (command === "serve" ? /"port":(\d+)/ : /"metrics_port":(\d+)/).exec(output.stdout);
      if (found) resolve(Number(found[1]));
    });
    void ended.then(() => reject(new Error(`the server ended: ${output.stderr}${output.stdout}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    child,
    output,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output.stderr += chunk;
  });
  return output;
}

/** A folder that is gone after the test file. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "torioki-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
