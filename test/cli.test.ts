import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createPostgres } from "./helpers/database.ts";
import { run, temporaryFolder, torioki } from "./helpers/process.ts";

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

describe("on PostgreSQL", () => {
  it("migrates up, tells its status, loads a catalog, cleans up and migrates down", async () => {
    const { source, drop } = await createPostgres(true, "postgres-14");
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
    expect(JSON.parse((await torioki(["cleanup", "--dry-run"], own)).stdout)).toMatchObject({
      sessions: 0,
      lines: 0,
    });
    expect(JSON.parse((await torioki(["cleanup"], own)).stdout)).toMatchObject({ sessions: 0, lines: 0 });
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
