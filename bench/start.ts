/**
 * How long a newcomer waits: from `npm start` to the first 201, on a new data folder and on one that is there.
 * Run: npm run bench:start
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getPort } from "../test/helpers/ports.ts";

const seconds: Record<string, number[]> = { "first start": [], "later start": [] };
for (let round = 0; round < 5; round += 1) {
  const folder = mkdtempSync(join(tmpdir(), "torioki-start-"));
  seconds["first start"]?.push(await timeToFirstSession(folder));
  seconds["later start"]?.push(await timeToFirstSession(folder));
  rmSync(folder, { recursive: true, force: true });
}
for (const [name, times] of Object.entries(seconds)) {
  const sorted = times.toSorted((a, b) => a - b);
  console.log(`${name}: median ${sorted[2]?.toFixed(2)} s, slowest ${sorted.at(-1)?.toFixed(2)} s`);
}

async function timeToFirstSession(folder: string): Promise<number> {
  const port = await getPort();
  const start = performance.now();
  const child = spawn("npm", ["start"], {
    env: { ...process.env, DATA_DIR: folder, PORT: String(port) },
    stdio: "ignore",
    detached: true,
  });
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${port}/api/guest/session`, { method: "POST" }).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 201) break;
    if (performance.now() - start > 60_000) throw new Error("no session within 60 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const elapsed = (performance.now() - start) / 1_000;
  process.kill(-(child.pid as number), "SIGTERM");
  // npm ends before the server has drained, and until then the folder is locked.
  while (isAlive(-(child.pid as number))) await new Promise((resolve) => setTimeout(resolve, 20));
  return elapsed;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
