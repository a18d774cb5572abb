/** What an operator sees in the log, in one sentence, where a setting or the machine is at fault. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { createPostgres } from "./helpers/database.ts";
import { getPort } from "./helpers/ports.ts";
import { run, startTorioki, temporaryFolder, torioki } from "./helpers/process.ts";
import { until } from "./helpers/until.ts";

const { folder, remove } = temporaryFolder();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});
let source: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ source, drop } = await createPostgres(false, "postgres-18"));
});
afterAll(async () => {
  await drop();
  remove();
});

type Line = { level: number; msg: string; reason?: string; route?: string };
const linesOf = (output: { stdout: string }): Line[] =>
  output.stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const ERROR = 50;

/** Nothing but the requests would tell of the database. */
const quiet = { MIGRATE_ON_START: "off", CLEANUP_CRON: "off", STOREFRONT: "off" };

describe("a server that starts while its database", () => {
  it("cannot be reached says so at once, and again when the database is back", async () => {
    const url = new URL(source);
    const port = await getPort();
    const away = source.replace(url.host, `127.0.0.1:${port}`);
    const server = await startTorioki({ ...quiet, DATABASE_URL: away });
    const said = () => linesOf(server.output).map(({ level, msg }) => [level, msg] as const);
    await until(() => said().some(([level]) => level === ERROR), 10);
    expect(said().find(([level]) => level === ERROR)?.[1]).toMatch(
      /^the database cannot be used: check DATABASE_URL/,
    );
    expect(server.output.stdout).toContain("ECONNREFUSED");
    expect(server.output.stdout).not.toContain(`${url.password}@`);
    const proxy = createServer((client: Socket) => {
      const upstream = connect(Number(url.port), url.hostname);
      client.on("error", () => upstream.destroy()).pipe(upstream);
      upstream.on("error", () => client.destroy()).pipe(client);
    });
    proxy.listen(port, "127.0.0.1");
    await until(() => said().some(([, msg]) => msg === "the database is back"), 15);
    // Said once, not at every try.
    expect(said().filter(([level]) => level === ERROR)).toHaveLength(1);
    expect(await server.stop()).toBe(0);
    proxy.close();
  });

  it("is missing names it, with several processes once", async () => {
    const missing = new URL(source);
    missing.pathname = `${missing.pathname}_not_yet`;
    const server = await startTorioki({ ...quiet, DATABASE_URL: missing.href, WEB_CONCURRENCY: "2" });
    const errors = () => linesOf(server.output).filter(({ level }) => level === ERROR);
    await until(() => errors().length > 0, 10);
    expect(errors()[0]?.reason).toMatch(/database ".*_not_yet" does not exist/);
    const admin = new pg.Client(source);
    await admin.connect();
    await admin.query(`create database "${missing.pathname.slice(1)}"`);
    await until(() => errors().length > 1, 10);
    expect(errors()[1]?.msg).toMatch(/^the database is not migrated: run `torioki migrate up`/);
    expect((await torioki(["migrate", "up"], { DATABASE_URL: missing.href })).code).toBe(0);
    await until(() => server.output.stdout.includes("the database is back"), 10);
    expect(errors()).toHaveLength(2);
    await server.stop();
    await admin.query(`drop database "${missing.pathname.slice(1)}" with (force)`);
    await admin.end();
  });
});

describe("a process without file descriptors", () => {
  const limited = (limit: number, env: Record<string, string>) =>
    spawn("bash", ["-c", `ulimit -n ${limit}; exec "$0" src/cli.ts serve`, process.execPath], {
      env: { ...process.env, RATE_LIMIT: "off", NODE_NO_WARNINGS: "1", ...quiet, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });

  it.each([
    ["one process", {}, 1],
    ["two processes", { WEB_CONCURRENCY: "2" }, 2],
  ] as const)("of a server of %s says so once a minute, counts it, and goes on", async (_, env, most) => {
    const port = await getPort();
    const child: ChildProcess = limited(96, { PORT: `${port}`, DATABASE_URL: source, ...env });
    children.push(child);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const output = { stdout: "" };
    child.stdout?.on("data", (chunk) => {
      output.stdout += chunk;
    });
    await until(() => output.stdout.includes("listening"), 30);
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const open = /^process_open_fds (\d+)$/m;
    const before = await metrics();
    expect(Number(open.exec(before)?.[1])).toBeLessThan(96);
    expect(before).toMatch(/^process_max_fds 96$/m);
    expect(before).toMatch(/^torioki_file_descriptor_shortages_total 0$/m);
    const sockets = Array.from({ length: 300 }, () => connect(port, "127.0.0.1").on("error", () => {}));
    const said = () =>
      linesOf(output).filter(({ msg }) => /^this process has (no|few) file descriptors? left/.test(msg));
    await until(() => said().length > 0, 20);
    expect(said()[0]).toMatchObject({ level: ERROR, code: "EMFILE", limit: 96 });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(said().length).toBeLessThanOrEqual(most);
    for (const socket of sockets) socket.destroy();
    await until(async () => {
      const text = await metrics().catch(() => "");
      return Number(/^torioki_file_descriptor_shortages_total (\d+)$/m.exec(text)?.[1]) > 0;
    }, 20);
    expect(output.stdout).not.toContain("a server process ended");
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });
});

describe("a setting that is wrong gets one sentence", () => {
  const refused = async (env: Record<string, string>, command = "serve") => {
    const { code, stdout, stderr } = await torioki([command], env);
    expect(stderr).toMatch(/^torioki: .*\n$/);
    expect(stdout).not.toMatch(/listening/);
    return [code, stderr] as const;
  };

  it("METRICS_PORT that is PORT", async () => {
    const port = `${await getPort()}`;
    const [code, sentence] = await refused({ PORT: port, METRICS_PORT: port, DATA_DIR: join(folder, "x") });
    expect(code).toBe(2);
    expect(sentence).toBe(
      `torioki: METRICS_PORT is the same as PORT, ${port}: set it to another port, or leave it out to have /metrics on PORT\n`,
    );
    const [, other] = await refused({
      PORT: port,
      METRICS_PORT: port,
      DATABASE_URL: source,
      WEB_CONCURRENCY: "2",
    });
    expect(other).toBe(sentence);
  });

  it.each(["p/word", "p#word", "p?word", "12/34", "12#34", "12?34"])(
    "a password %s in DATABASE_URL, which it does not repeat",
    (password) => {
      const read = () => readConfig({ DATABASE_URL: `postgres://shop:${password}@127.0.0.1:1/db` });
      expect(read).toThrow(/^DATABASE_URL takes .* percent-encoded: \/ as %2F, [^\n]*$/);
      expect(read).not.toThrow(password);
      expect(readConfig({ DATABASE_URL: `postgres://shop:${encodeURIComponent(password)}@127.0.0.1:1/db` }));
    },
  );

  it.each(["p@word", "100%", "a%zz"])(
    "not a password %s, which the driver reads as it is written",
    (password) => {
      const url = `postgres://shop:${password}@127.0.0.1:1/db`;
      expect(new pg.Client(readConfig({ DATABASE_URL: url }).databaseUrl)).toMatchObject({
        password,
        host: "127.0.0.1",
      });
    },
  );

  it("a data folder below a file", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const [code, sentence] = await refused({ DATA_DIR: join(file, "data") });
    expect(code).toBe(1);
    expect(sentence).toMatch(
      new RegExp(`^torioki: the data folder cannot be made .*${file}.*: set DATA_DIR to .*\n$`),
    );
  });
});

/** Disks of this test's own; only root may mount them. Skipped by name elsewhere, a failure where CI=true. */
const disks = { full: join(folder, "full"), small: join(folder, "small"), locked: join(folder, "locked") };
function mountDisks(): boolean {
  try {
    for (const [name, options] of [
      ["full", "size=512k"],
      ["small", "size=8m"],
      ["locked", "size=128m"],
    ] as const) {
      mkdirSync(disks[name]);
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disks[name]], { stdio: "pipe" });
    }
    writeFileSync(join(disks.full, "other"), Buffer.alloc(400_000));
    try {
      writeFileSync(join(disks.full, "rest"), Buffer.alloc(400_000));
    } catch {}
    execFileSync("mount", ["-o", "remount,ro", disks.locked], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}
const hasDisks = mountDisks();
if (!hasDisks && !process.env.CI)
  console.warn("skipped: data folders on full and locked disks; only root may mount them");
afterAll(async () => {
  for (const disk of Object.values(disks))
    await run(["-c", `umount ${disk} 2>/dev/null || true`], {}, "bash");
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasDisks && !process.env.CI)("a data folder", () => {
  it.each([
    [
      "that is full",
      "full",
      /cannot be written \(ENOSPC.*\): the disk is full: make room, or set DATA_DIR to .*\n$/,
    ],
    [
      "with too little room",
      "small",
      /the disk of the data folder .* has 7 MB free, .* set DATA_DIR to .*\n$/,
    ],
    [
      "that is read-only",
      "locked",
      /cannot be written \(EROFS.*\): let the user .* or set DATA_DIR to .*\n$/,
    ],
  ] as const)("%s gets one sentence that names it", async (_, name, sentence) => {
    const { code, stdout, stderr } = await torioki(["serve"], { DATA_DIR: disks[name], PORT: "0" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^torioki: .*\n$/);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(disks[name]);
  });
});

describe("HOST", () => {
  it("takes an IPv6 address in brackets, as a URL has it", async () => {
    const server = await startTorioki({ ...quiet, DATABASE_URL: source, HOST: "[::1]" });
    const { status } = await fetch(`http://[::1]:${server.port}/healthz`);
    expect(status).toBe(200);
    expect(server.output.stdout).toContain(`listening on http://[::1]:${server.port}`);
    await server.stop();
  });
});

describe("DATABASE_URL", () => {
  it("takes a Unix socket in each of the ways that the manual names", async () => {
    const { username, password, port, pathname } = new URL(source);
    const urls = [
      `postgres://${username}:${password}@%2Ftmp:${port}${pathname}`,
      `postgres://${username}:${password}@${pathname}?host=/tmp&port=${port}`,
      `postgres://${pathname}?host=/tmp&port=${port}&user=${username}&password=${password}`,
    ];
    for (const url of urls) {
      const { code, stdout, stderr } = await torioki(["migrate", "status"], { DATABASE_URL: url });
      expect([url, code, stderr]).toEqual([url, 0, ""]);
      expect(stdout).toMatch(/^applied /);
    }
    const server = await startTorioki({ DATABASE_URL: urls[1] as string, STOREFRONT: "off" });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await server.stop();
    expect(server.output.stdout).not.toMatch(/"level":50/);
  });
});

describe("a proxy's checks", () => {
  it("that succeed are logged at debug, one that fails is logged as ever", async () => {
    const missing = `${source}_missing`;
    const [server, away] = await Promise.all([
      startTorioki({ ...quiet, DATABASE_URL: source }),
      startTorioki({ ...quiet, DATABASE_URL: missing }),
    ]);
    for (const path of ["/healthz", "/readyz", "/api/stores"]) await fetch(server.url + path);
    for (const path of ["/healthz", "/readyz"]) await fetch(away.url + path);
    await Promise.all([server.stop(), away.stop()]);
    const routes = ({ output }: typeof server) =>
      linesOf(output)
        .filter(({ msg }) => msg === "request")
        .map(({ route }) => route);
    expect(routes(server)).toEqual(["/api/stores"]);
    expect(routes(away)).toEqual(["/readyz"]);
    const debug = await startTorioki({ ...quiet, DATABASE_URL: source, LOG_LEVEL: "debug" });
    await fetch(`${debug.url}/healthz`);
    await debug.stop();
    expect(routes(debug)).toEqual(["/healthz"]);
  });
});

describe("/metrics", () => {
  it("has the version of the server, once for all of its processes", async () => {
    const { version } = JSON.parse((await run(["-p", "JSON.stringify(require('./package.json'))"])).stdout);
    const server = await startTorioki({ ...quiet, DATABASE_URL: source, WEB_CONCURRENCY: "2" });
    const text = await (await fetch(`${server.url}/metrics`)).text();
    await server.stop();
    expect(text).toContain(`\ntorioki_build_info{version="${version}"} 1\n`);
  });
});

describe("the embedded database", () => {
  it("is backed up and restored as the manual says", async () => {
    const section = readFileSync("docs/operating.md", "utf8").split("### The embedded database\n")[1] ?? "";
    const commands = /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
    expect(commands).toMatch(/^kill .*\ncp .*\nrm .*\n$/);
    const env = { DATA_DIR: join(folder, "shop"), STOREFRONT: "off" };
    const first = await startTorioki(env);
    const call = async (url: string, path: string, token: string, body?: object) => {
      const answer = await fetch(url + path, {
        method: body ? "POST" : "GET",
        headers: { "X-Guest-Session": token, "Content-Type": "application/json" },
        body: body ? JSON.stringify(body) : null,
      });
      expect([path, answer.ok]).toEqual([path, true]);
      return answer.json();
    };
    const made = await fetch(`${first.url}/api/guest/session`, { method: "POST" });
    const token = made.headers.getSetCookie()[0]?.split(/[=;]/)[1] as string;
    await call(first.url, "/api/guest/session/store", token, { store_id: 1 });
    const { total_items } = await call(first.url, "/api/guest/cart/add", token, { menu_id: 10, quantity: 3 });
    expect(total_items).toBe(3);
    const { code, stderr } = await run(
      ["-c", `set -eu\n${commands}`],
      { ...env, BACKUP: join(folder, "backup"), PID: `${first.child.pid}` },
      "bash",
    );
    expect([code, stderr]).toEqual([0, ""]);
    const second = await startTorioki(env);
    expect(await call(second.url, "/api/guest/cart", token)).toMatchObject({ total_items: 3 });
    expect(await second.stop()).toBe(0);
  });
});
