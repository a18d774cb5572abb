import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { createPostgres } from "./helpers/database.ts";
import { oldestPostgres } from "./helpers/npm-postgres.ts";
import { run, startTorioki, temporaryFolder, torioki } from "./helpers/process.ts";
import { until } from "./helpers/until.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const { folder, remove } = temporaryFolder();
afterAll(remove);
const env = { DATA_DIR: join(folder, "data") };

it("tells its version", async () => {
  expect(await torioki(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

it("does not mind a reader that stops reading", async () => {
  const piped = await run(
    ["-c", `set -o pipefail; ${process.execPath} src/cli.ts migrate status | head -1`],
    env,
    "bash",
  );
  expect([piped.code, piped.stderr]).toEqual([0, ""]);
});

describe("help", () => {
  it.each([
    [[]],
    [["serve"]],
    [["migrate"]],
    [["migrate", "up"]],
    [["migrate", "down"]],
    [["migrate", "status"]],
    [["worker"]],
    [["cleanup"]],
    [["catalog"]],
    [["catalog", "load"]],
  ])("is there for torioki %j", async (command) => {
    const { code, stdout, stderr } = await torioki([...command, "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Usage: torioki/);
  });
});

describe("wrong use ends with 2 and one line that says what to do", () => {
  it.each([
    [["nonsense"]],
    [["serve", "--port", "1"]],
    [["migrate"]],
    [["migrate", "sideways"]],
    [["migrate", "down", "--to"]],
    [["migrate", "down", "--to", "0001_host_tables", "--all"]],
    [["catalog", "load"]],
    [["catalog", "load", "a", "b"]],
    [["cleanup", "--dry"]],
    [["cleanup", "--batch", "0"]],
    [["cleanup", "--batch", "100001"]],
    [["cleanup", "--budget", "soon"]],
    [["worker", "--fast"]],
    [[]],
  ])("torioki %j", async (command) => {
    const { code, stdout, stderr } = await torioki(command, env);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^torioki: .*\n$/);
  });

  it.each([
    ["PORT", "http"],
    ["PORT", "65536"],
    ["PUBLIC_URL", "order.example"],
    ["ALLOWED_ORIGINS", "https://shop.example/cart"],
    ["DATABASE_URL", "mysql://secret@host/db"],
    ["SESSION_TTL", "1 day"],
    ["SESSION_TTL", "999d"],
    ["LOG_LEVEL", "loud"],
    ["MIGRATE_ON_START", "maybe"],
    ["FORMER_COOKIE_NAME", "a;b"],
    ["HAND_OVER_STRATEGY", "mine"],
    ["AUTH_SECRET", "secret"],
    ["AUTH_JWT_SECRET", "secret"],
    ["AUTH_JWKS_URL", "login.example/keys"],
    ["AUTH_JWT_ALGORITHM", "none"],
    ["AUTH_JWT_AUDIENCE", "shop"],
    ["REDIS_URL", "http://:secret@cache"],
    ["REDIS_URL", "redis://:%zz@cache"],
    ["RATE_LIMIT", "100"],
    ["RATE_LIMIT_SESSIONS", "100"],
    ["RATE_LIMIT_FAILURES", "0/1m"],
    ["RATE_LIMIT_READS", "often"],
    ["RATE_LIMIT_WRITES", "5/8d"],
    ["RATE_LIMIT_SIGN_UPS", "20"],
    ["RATE_LIMIT_SIGN_INS", "0/1m"],
    ["TRUSTED_PROXIES", "10.0.0.0/8,everybody"],
    ["CLEANUP_CRON", "hourly"],
    ["CLEANUP_CRON", "H * * * *"],
    ["CLEANUP_CRON", "* * * * * *"],
    ["METRICS_TOKEN", "secret"],
    ["METRICS_PORT", "metrics"],
    ["WEB_CONCURRENCY", "0"],
    ["WEB_CONCURRENCY", "many"],
    ["WEB_CONCURRENCY", "2"],
    ["BATCH", "maybe"],
  ])("%s=%s", async (name, value) => {
    const { code, stdout, stderr } = await torioki(["serve"], { ...env, [name]: value });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^torioki: ${name} .*\n$`));
    expect(stderr).not.toContain("secret");
  });

  it.each([
    [
      { AUTH_JWT_SECRET: "s".repeat(32), AUTH_JWKS_URL: "https://login.example/keys" },
      "AUTH_JWT_SECRET cannot stand beside",
    ],
    [
      { AUTH_SECRET: "s".repeat(32), AUTH_JWT_SECRET: "s".repeat(32) },
      "AUTH_SECRET cannot stand beside AUTH_JWT_SECRET",
    ],
    [
      { AUTH_JWKS_URL: "https://login.example/keys", AUTH_JWT_ALGORITHM: "HS256" },
      "AUTH_JWT_ALGORITHM takes one of RS256",
    ],
    [
      { AUTH_JWT_SECRET: "s".repeat(32), AUTH_JWT_ALGORITHM: "RS256" },
      "AUTH_JWT_ALGORITHM takes one of HS256",
    ],
  ])("%j, which do not go together", async (variables, line) => {
    const { code, stderr } = await torioki(["serve"], { ...env, ...variables });
    expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`^torioki: ${line}.*\n$`))]);
    expect(stderr).not.toContain("sss");
  });

  it("one line for each of several faulty variables", async () => {
    const { stderr } = await torioki(["serve"], { ...env, PORT: "x", LOG_LEVEL: "x", SESSION_TTL: "x" });
    expect(stderr.trim().split("\n")).toHaveLength(3);
  });
});

describe("what fails ends with 1 and one line", () => {
  it("a database that is away", async () => {
    const { code, stderr } = await torioki(["migrate", "status"], {
      DATABASE_URL: "postgres://u:secret@127.0.0.1:1/x",
    });
    expect([code, stderr.trim().split("\n").length]).toEqual([1, 1]);
    expect(stderr).toContain("ECONNREFUSED");
    expect(stderr).not.toContain("secret");
  });

  it("a file that is not there, and one with faults", async () => {
    expect(await torioki(["catalog", "load", "nowhere.json"], env)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^torioki: cannot read nowhere.json: .*\n$/),
    });
    const file = join(folder, "bad.json");
    writeFileSync(file, '{"stores": [{"name": "A", "menus": [{"name": "x", "price": -1}]}, {}]}');
    const { code, stderr } = await torioki(["catalog", "load", file], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^torioki: nothing was loaded, 2 faults in the file: line 1, column 60: stores\[0\]\.menus\[0\]\.price: .*stores\[1\]\.name.*\n$/,
    );
  });

  it("a data folder that cannot be made", async () => {
    const { code, stderr } = await torioki(["migrate", "status"], { DATA_DIR: "/dev/null/x" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^torioki: the data folder cannot be made \(.*\): set DATA_DIR to .*\n$/);
  });

  it("a port that is taken", async () => {
    const { createServer } = await import("node:net");
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const { code, stderr } = await torioki(["serve"], { DATA_DIR: join(folder, "port"), PORT: String(port) });
    expect([code, stderr.trim().split("\n").length]).toEqual([1, 1]);
    expect(stderr).toContain("EADDRINUSE");
    taken.close();
  });
});

describe("torioki cleanup", () => {
  /** Sessions that expired one after the other, the oldest an hour ago, with two lines each; and 5 live ones. */
  async function withExpired(count: number) {
    const { source, drop } = await createPostgres(false, oldestPostgres);
    const client = new pg.Client(source);
    await client.connect();
    await client.query(
      `insert into guest_sessions (session_id, expires_at)
       select 's' || n, now() + case when n <= ${count} then -(n / ${count}.0) * interval '1 hour' else interval '1 hour' end
       from generate_series(1, ${count + 5}) n`,
    );
    await client.query(
      "insert into guest_cart_items (session_id, menu_id) select session_id, m from guest_sessions, generate_series(1000, 1001) m",
    );
    return {
      own: { DATABASE_URL: source },
      left: async () => (await client.query("select count(*)::int as n from guest_sessions")).rows[0].n,
      close: async () => {
        await client.end();
        await drop();
      },
    };
  }

  it("says what it would do, does it in batches, and says what it did", async () => {
    const { own, left, close } = await withExpired(25);
    expect((await torioki(["cleanup", "--dry-run"], own)).stdout).toMatch(
      /^would delete 25 sessions \(25 never handed over\) with 50 lines\nthe oldest expired session that is left expired 36\d\d s ago\n$/,
    );
    expect(await left()).toBe(30);
    const { stdout } = await torioki(["cleanup", "--batch", "10", "--json"], own);
    expect(JSON.parse(stdout)).toMatchObject({
      sessions: 25,
      lines: 50,
      batches: 3,
      oldest_left_seconds: null,
    });
    expect(await left()).toBe(5);
    await close();
  });

  it("stops at its budget, the oldest being gone", async () => {
    const { own, left, close } = await withExpired(20_000);
    const { stdout } = await torioki(["cleanup", "--batch", "1", "--budget", "1s", "--json"], own);
    const { sessions, seconds, oldest_left_seconds } = JSON.parse(stdout);
    expect(sessions).toBeGreaterThan(0);
    expect(await left()).toBe(20_005 - sessions);
    expect(seconds).toBeGreaterThanOrEqual(1);
    // The oldest went first: what is left is younger by what was deleted.
    expect(oldest_left_seconds).toBeLessThanOrEqual(3_700 - (3_600 * sessions) / 20_000);
    await close();
  });

  it("shows a bar where somebody is looking", async () => {
    const { own, close } = await withExpired(25);
    const command = `${process.execPath} src/cli.ts cleanup --batch 5`;
    const { stdout } = await run(["-qec", command, "/dev/null"], own, "script");
    expect(stdout).toMatch(/█+ 100% \| 25 of 25 sessions/);
    expect(stdout).toContain("deleted 25 sessions");
    await close();
  });
});

describe("torioki worker", () => {
  it("says where there is nothing for it to do", async () => {
    const embedded = await torioki(["worker"], env);
    expect([embedded.code, embedded.stderr]).toEqual([
      1,
      expect.stringContaining("a worker needs DATABASE_URL"),
    ]);
    const off = await torioki(["worker"], {
      DATABASE_URL: "postgres://x@127.0.0.1:1/x",
      CLEANUP_CRON: "off",
    });
    expect([off.code, off.stderr]).toEqual([1, expect.stringContaining("CLEANUP_CRON")]);
  });

  it("cleans up in place of the servers, and shows its figures on a port of their own", async () => {
    const { source, drop } = await createPostgres(false, "postgres-18");
    const own = { DATABASE_URL: source, METRICS_PORT: "0", METRICS_TOKEN: "a token of sixteen and more" };
    const server = await startTorioki({ ...own, CLEANUP_CRON: "off" });
    const worker = await startTorioki({ ...own, CLEANUP_CRON: "* * * * *" }, "worker");
    const headers = { Authorization: `Bearer ${own.METRICS_TOKEN}` };
    const runs = async () => {
      const text = await (await fetch(`${worker.url}/metrics`, { headers })).text();
      return Number(/^torioki_cleanup_runs_total\{outcome="done"\} (\d+)/m.exec(text)?.[1]);
    };
    expect((await fetch(`${worker.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${worker.url}/api/stores`)).status).toBe(404);
    // Where they have a port of their own, they are nowhere else.
    expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(404);
    expect((await fetch(`${server.url}/api/stores`)).status).toBe(200);
    await until(async () => (await runs()) > 0, 90);
    expect(server.output.stdout).not.toContain("cleaned up");
    expect(await Promise.all([server.stop(), worker.stop()])).toEqual([0, 0]);
    await drop();
  });
});

describe("on PostgreSQL", () => {
  it("migrates up, tells its status, loads a catalog, cleans up and migrates down", async () => {
    const { source, drop } = await createPostgres(true, oldestPostgres);
    const own = { DATABASE_URL: source };
    expect((await torioki(["migrate", "status"], own)).stdout).toMatch(/^pending {2}0001_host_tables\n/);
    expect((await torioki(["migrate", "up"], own)).stdout).toMatch(/^applied 0001_host_tables\n/);
    expect((await torioki(["migrate", "up"], own)).stdout).toBe(
      "nothing to do: the database is up to date\n",
    );
    expect((await torioki(["migrate", "status"], own)).stdout).toMatch(
      /^applied {2}0001_host_tables {2}\d{4}-\d\d-\d\dT/,
    );
    expect((await torioki(["catalog", "load", "demo/catalog.json"], own)).stdout).toBe(
      "stores: 6 added, 0 changed; menus: 124 added, 0 changed\n",
    );
    expect((await torioki(["cleanup"], own)).stdout).toMatch(
      /^deleted 0 sessions \(0 never handed over\) with 0 lines\n0 batches in [\d.]+ s.*\nno expired session is left\n$/,
    );
    expect((await torioki(["migrate", "down", "--to", "0002_guest_tables"], own)).stdout).toMatch(
      /took back 0003_torioki_store_hours\n$/,
    );
    expect((await torioki(["migrate", "down", "--all"], own)).stdout).toMatch(
      /took back 0001_host_tables\n$/,
    );
    expect((await torioki(["migrate", "down"], own)).stdout).toBe("nothing to do\n");
    await drop();
  });
});
