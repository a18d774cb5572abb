/** The package as npm packs it, in a project of its own: what somebody has after `npm install torioki`. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getPort } from "./ports.ts";
import { type Finished, run, temporaryFolder } from "./process.ts";
import { until } from "./until.ts";

export type PackedProject = {
  folder: string;
  /** Runs a script in the project, to its end. */
  shell(script: string, env?: Record<string, string>): Promise<Finished>;
  /** @param what packages with their versions @throws where npm fails */
  install(...what: string[]): Promise<void>;
  write(file: string, text: string): void;
  /** Starts a server on a free port (PORT, PUBLIC_URL) and waits until a guest's cart is answered. */
  serve(command: string[], env: Record<string, string>): Promise<Serving>;
  remove(): void;
};

export type Serving = {
  url: string;
  /** Ends it as a process manager does. @returns its exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** @param others what else the project installs */
export async function packedProject(...others: string[]): Promise<PackedProject> {
  const { folder, remove } = temporaryFolder();
  const shell = (script: string, env: Record<string, string> = {}) =>
    run(["-euc", `cd ${folder}; ${script}`], env, "bash");
  const project: PackedProject = {
    folder,
    remove,
    shell,
    install: async (...what) => {
      const { code, stderr } = await shell(
        `npm install --prefer-offline --no-audit --no-fund ${what.join(" ")}`,
      );
      if (code !== 0) throw new Error(`npm install ${what.join(" ")}: ${stderr}`);
    },
    write: (file, text) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    serve: (command, env) => serve(folder, command, env),
  };
  // Two at once would build into one folder.
  const packed = await run(["package.json", "npm", "pack", "--pack-destination", folder], {}, "flock");
  if (packed.code !== 0) throw new Error(`npm pack: ${packed.stderr}`);
  project.write("package.json", '{ "private": true, "type": "module" }');
  await project.install(`./${packed.stdout.trim().split("\n").at(-1)}`, ...others);
  return project;
}

async function serve(folder: string, command: string[], env: Record<string, string>): Promise<Serving> {
  const port = await getPort();
  const url = `http://127.0.0.1:${port}`;
  const [program = process.execPath, ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, PORT: String(port), PUBLIC_URL: url, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const status = () =>
    fetch(`${url}/api/guest/cart`).then(
      (answer) => answer.status,
      () => 0,
    );
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended with ${child.exitCode}`);
    return (await status()) === 401;
  }, 30);
  return { url, stop: (signal) => end(child, signal) };
}

function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
    child.once("exit", resolve);
    child.kill(signal);
  });
}

/** The code blocks of a page, by what stands behind the language: `ts hono`, `ts lib/torioki.ts`. */
export function codeBlocks(markdown: string): Record<string, string> {
  const blocks = [...markdown.matchAll(/```\w+ (\S+)\n([\s\S]*?)```/g)];
  return Object.fromEntries(blocks.map(([, name, code]) => [name as string, code as string]));
}
