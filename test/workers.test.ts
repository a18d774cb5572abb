/** `WEB_CONCURRENCY`: several processes keep what one promises. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkedCalls, Visitor } from "./helpers/api.ts";
import { createPostgres } from "./helpers/database.ts";
import { getPort } from "./helpers/ports.ts";
import { type RunningProcess, startTorioki, temporaryFolder, torioki } from "./helpers/process.ts";
import { describeWithRedis, startRedis } from "./helpers/redis.ts";
import { until } from "./helpers/until.ts";

let database: { source: string; drop: () => Promise<void> };
beforeAll(async () => {
  database = await createPostgres(false, "postgres-18");
});
afterAll(() => database.drop());

const start = (env: Record<string, string> = {}) =>
  startTorioki({ DATABASE_URL: database.source, WEB_CONCURRENCY: "3", ...env });

/** By a connection of its own, so that each call goes to the next process. */
function anew(url: string | Request, init?: RequestInit): Promise<Response> {
  const request = new Request(url, init);
  request.headers.set("Connection", "close");
  return fetch(request);
}

const startSession = (url: string) =>
  anew(`${url}/api/guest/session`, { method: "POST" }).then(({ status }) => status);

const tally = (values: number[]) =>
  Object.fromEntries([...new Set(values)].sort().map((one) => [one, values.filter((v) => v === one).length]));

/** The processes whose parent is this one. */
function childrenOf({ child }: RunningProcess): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // After the command's name in brackets: its state, its parent.
        return (
          readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1] === String(child.pid)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const linesOf = ({ output }: RunningProcess) => output.stdout.split("\n").filter(Boolean);
const linesWith = (server: RunningProcess, text: string) =>
  linesOf(server).filter((line) => line.includes(text));

async function figure(url: string, name: string, headers: Record<string, string> = {}): Promise<number> {
  const text = await (await anew(`${url}/metrics`, { headers })).text();
  const samples = [...text.matchAll(new RegExp(`^${name.replace(/[{}]/g, "\\$&")} (\\S+)$`, "gm"))];
  if (samples.length !== 1) throw new Error(`${samples.length} times ${name} in ${text}`);
  return Number(samples[0]?.[1]);
}

describe("a start", () => {
  it("is of one process by default", async () => {
    const server = await startTorioki({ DATABASE_URL: database.source });
    expect(childrenOf(server)).toEqual([]);
    expect(await server.stop()).toBe(0);
  });

  it("is refused on the embedded database, which one process alone may open", async () => {
    const { folder, remove } = temporaryFolder();
    const refused = await torioki(["serve"], { DATA_DIR: folder, WEB_CONCURRENCY: "2" });
    expect(refused).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'torioki: WEB_CONCURRENCY needs DATABASE_URL: one process alone may open the embedded database, not "2"\n',
    });
    remove();
  });

  it("migrates once, says once where it listens and what is amiss, and ends with 0", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const server = await start({ DATABASE_URL: source });
    expect(childrenOf(server)).toHaveLength(3);
    for (let n = 0; n < 6; n += 1) expect((await anew(`${server.url}/readyz`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
    for (const text of ['"migrated"', "listening on", "nobody can log in", '"stopping', '"stopped"'])
      expect([text, linesWith(server, text).length]).toEqual([text, 1]);
    expect(server.output.stderr).toBe("");
    await drop();
  });

  it("on a port that is taken fails with 1 and one line, and leaves no process", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const failed = await torioki(["serve"], {
      DATABASE_URL: database.source,
      WEB_CONCURRENCY: "3",
      PORT: String(port),
    });
    expect([failed.code, failed.stderr.trim().split("\n").length]).toEqual([1, 1]);
    expect(failed.stderr).toContain("EADDRINUSE");
    taken.close();
  });

  it("does not need the database, and no process is replaced while it is away", async () => {
    const gone = `postgres://nobody@127.0.0.1:${await getPort()}/gone`;
    const server = await start({ DATABASE_URL: gone, MIGRATE_ON_START: "off", CLEANUP_CRON: "off" });
    const before = childrenOf(server);
    for (let n = 0; n < 6; n += 1) expect(await startSession(server.url)).toBe(503);
    expect((await anew(`${server.url}/healthz`)).status).toBe(200);
    expect(childrenOf(server)).toEqual(before);
    expect(await server.stop()).toBe(0);
  });

  it("has a command for its processes that is not for people", async () => {
    const { code, stderr } = await torioki(["serve-as-worker"], { DATABASE_URL: database.source });
    expect([code, stderr]).toEqual([1, "torioki: serve-as-worker is not for people: run torioki serve\n"]);
    expect((await torioki(["--help"])).stdout).not.toContain("serve-as-worker");
  });
});

describe("an end", () => {
  it.each([
    ["SIGTERM to the primary", (server: RunningProcess) => server.stop("SIGTERM")],
    [
      "SIGINT to all of them, as by Ctrl-C",
      (server: RunningProcess) => {
        for (const pid of childrenOf(server)) process.kill(pid, "SIGINT");
        return server.stop("SIGINT");
      },
    ],
  ])("by %s answers what is under way, loses no acknowledged change, and is 0", async (_, end) => {
    const server = await start();
    const call = await checkedCalls(server.url, anew);
    const visitors = Array.from({ length: 8 }, () => new Visitor(call));
    for (const visitor of visitors) {
      await visitor.start();
      await visitor.choose(1);
    }
    let acknowledged = 0;
    const faults: number[] = [];
    const adding = visitors.map(async (visitor) => {
      for (let n = 0; n < 90; n += 1) {
        const { status } = await visitor.add(10);
        if (status === 201) acknowledged += 1;
        else faults.push(status);
      }
    });
    await sleep(200);
    const ended = end(server);
    const settled = await Promise.allSettled(adding);
    expect(await ended).toBe(0);
    // As in test/server.test.ts: nobody listens, or a connection that nobody had read from is reset by the system.
    const reasons = settled.flatMap((one) =>
      one.status === "rejected" ? [String(one.reason.cause?.code ?? one.reason)] : [],
    );
    expect(reasons.filter((reason) => !/^(ECONN(REFUSED|RESET)|UND_ERR_SOCKET)$/.test(reason))).toEqual([]);
    expect(faults).toEqual([]);
    const again = await start();
    const recheck = await checkedCalls(again.url, anew);
    let stored = 0;
    for (const { cookie } of visitors) {
      const headers = { Cookie: cookie as string };
      stored += (await recheck<{ total_items: number }>("GET", "/api/guest/cart", { headers })).body
        .total_items;
    }
    expect(acknowledged).toBeGreaterThan(0);
    expect(stored).toBe(acknowledged);
    await again.stop();
  });

  it("of the primary by SIGKILL ends the others, when they have answered what is under way", async () => {
    const server = await start();
    const pids = childrenOf(server);
    const visitor = new Visitor(await checkedCalls(server.url, anew));
    await visitor.start();
    await visitor.choose(1);
    const holder = new pg.Client(database.source);
    await holder.connect();
    await holder.query("begin");
    await holder.query("select from guest_sessions order by id desc limit 1 for update");
    const adding = visitor.add(10);
    await sleep(200);
    const killed = performance.now();
    await new Promise((resolve) => {
      server.child.once("exit", resolve);
      server.child.kill("SIGKILL");
    });
    await expect(anew(`${server.url}/healthz`)).rejects.toThrow();
    await sleep(100);
    await holder.query("commit");
    await holder.end();
    expect((await adding).status).toBe(201);
    await until(() => !pids.some(isAlive), 5);
    expect(performance.now() - killed).toBeLessThan(5_000);
  });
});

describe("a process that dies", () => {
  it("is replaced, others answer meanwhile, and no count falls", async () => {
    const server = await start();
    const counted = 'torioki_sessions_total{event="created"}';
    for (let n = 0; n < 9; n += 1) expect(await startSession(server.url)).toBe(201);
    expect(await figure(server.url, counted)).toBe(9);
    const [first, ...others] = childrenOf(server) as [number, ...number[]];
    // It hangs for a moment, so that it is handed a connection that it never takes.
    process.kill(first, "SIGSTOP");
    const meanwhile = Promise.all(Array.from({ length: 6 }, () => startSession(server.url)));
    await sleep(200);
    process.kill(first, "SIGKILL");
    const answers = await meanwhile;
    await until(async () => {
      answers.push(await startSession(server.url));
      const now = childrenOf(server);
      return now.length === 3 && !now.includes(first);
    });
    expect(tally(answers)).toEqual({ 201: answers.length });
    const made = answers.length;
    expect(await figure(server.url, counted)).toBe(9 + made);
    expect(linesWith(server, "another takes its place")).toHaveLength(1);
    expect(childrenOf(server)).toEqual(expect.arrayContaining(others));
    // One that is told to end does so in order, and is replaced likewise; what it counted since is not lost.
    await sleep(1_500);
    for (let n = 0; n < 6; n += 1) expect(await startSession(server.url)).toBe(201);
    process.kill(others[0] as number, "SIGTERM");
    await until(() => linesWith(server, "another takes its place").length === 2);
    expect(await figure(server.url, counted)).toBe(15 + made);
    expect(await server.stop()).toBe(0);
  });

  it("again and again at its start is not tried for ever: the whole ends with 1 and says so", async () => {
    const server = await start({ WEB_CONCURRENCY: "2" });
    const [kept] = childrenOf(server) as [number];
    let isOver = false;
    const ended = new Promise<number | null>((resolve) => server.child.once("close", resolve));
    void ended.then(() => {
      isOver = true;
    });
    while (!isOver) {
      for (const pid of childrenOf(server).filter((pid) => pid !== kept)) process.kill(pid, "SIGKILL");
      await sleep(50);
    }
    expect(await ended).toBe(1);
    expect(server.output.stderr).toMatch(
      /^torioki: server processes end again and again right after their start: .*\n$/,
    );
    expect(linesWith(server, "a server process ended").length).toBe(5);
    expect(isAlive(kept)).toBe(false);
  });
});

describe("figures", () => {
  it("are those of all processes, whichever answers", async () => {
    const server = await start({ WEB_CONCURRENCY: "2" });
    const sum = 'torioki_http_request_duration_seconds_count{method="GET",route="/healthz",status="200"}';
    for (let n = 0; n < 20; n += 1) await anew(`${server.url}/healthz`);
    for (let n = 0; n < 4; n += 1) expect(await figure(server.url, sum)).toBe(20);
    const client = new pg.Client(database.source);
    await client.connect();
    const { rows } = await client.query(
      "select count(*)::int as live from guest_sessions where expires_at > now() and converted_to_user_id is null",
    );
    await client.end();
    // The same for every process, so not added up; neither is the time of the start.
    expect(await figure(server.url, "torioki_sessions_live")).toBe(rows[0].live);
    expect(await figure(server.url, "process_start_time_seconds")).toBeLessThan(Date.now() / 1_000);
    expect(await figure(server.url, 'torioki_cleanup_runs_total{outcome="done"}')).toBeGreaterThanOrEqual(0);
    const memory = await figure(server.url, "process_resident_memory_bytes");
    expect(memory).toBeGreaterThan(3 * 50e6);
    console.log(`two processes and their primary: ${Math.round(memory / 1e6)} MB`);
    await server.stop();
  });

  it("are on METRICS_PORT once, and ask for METRICS_TOKEN", async () => {
    const [port, token] = [await getPort(), "a token of sixteen and more"];
    const server = await start({ METRICS_PORT: String(port), METRICS_TOKEN: token });
    const operators = `http://127.0.0.1:${port}`;
    for (let n = 0; n < 6; n += 1) expect(await startSession(server.url)).toBe(201);
    expect((await anew(`${server.url}/metrics`)).status).toBe(404);
    expect((await anew(`${operators}/metrics`)).status).toBe(401);
    expect((await anew(`${operators}/readyz`)).status).toBe(200);
    const counted = 'torioki_sessions_total{event="created"}';
    expect(await figure(operators, counted, { Authorization: `Bearer ${token}` })).toBe(6);
    expect(linesWith(server, "metrics_port")).toHaveLength(1);
    expect(await server.stop()).toBe(0);
  });
});

const AUTH_SECRET = "a secret of more than thirty-two characters";
const post = (url: string, body: object) =>
  anew(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).then(({ status }) => status);
const signIn = (server: RunningProcess, password: string, email = "hana@example.com") =>
  post(`${server.url}/api/auth/sign-in/email`, { email, password });

describe("limits count over all processes", () => {
  it("for clients, sessions and wrong passwords, one after the other and at once", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const server = await start({
      DATABASE_URL: source,
      AUTH_SECRET,
      RATE_LIMIT: "on",
      RATE_LIMIT_SESSIONS: "20/10m",
      RATE_LIMIT_WRITES: "7/10m",
    });
    const one = await anew(`${server.url}/api/guest/session`, { method: "POST" });
    const cookie = one.headers.getSetCookie()[0]?.split(";")[0] as string;
    const change = () =>
      anew(`${server.url}/api/guest/cart`, { method: "DELETE", headers: { Cookie: cookie } }).then(
        ({ status }) => status,
      );
    const changes = [];
    for (let n = 0; n < 12; n += 1) changes.push(await change());
    expect(changes.map((status) => status === 429)).toEqual([
      ...Array(7).fill(false),
      ...Array(5).fill(true),
    ]);

    const sessions = await Promise.all(Array.from({ length: 60 }, () => startSession(server.url)));
    expect(tally(sessions)).toEqual({ 201: 19, 429: 41 });

    const account = { name: "Hana", email: "hana@example.com", password: "one two three" };
    expect(await post(`${server.url}/api/auth/sign-up/email`, account)).toBe(200);
    // A right password takes the count back, whichever processes the wrong ones came to.
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 9; n += 1) expect(await signIn(server, "wrong wrong")).toBe(401);
      expect(await signIn(server, "one two three")).toBe(200);
    }
    const guesses = await Promise.all(Array.from({ length: 30 }, () => signIn(server, "wrong wrong")));
    expect(tally(guesses)).toEqual({ 401: 10, 429: 20 });
    for (let n = 0; n < 3; n += 1) expect(await signIn(server, "one two three")).toBe(429);
    expect(await server.stop()).toBe(0);
    await drop();
  });
});

describeWithRedis("with Redis", () => {
  it("they count together there, and in one place of this server's while it is away", async () => {
    const redis = await startRedis();
    const env = { REDIS_URL: redis.url, RATE_LIMIT: "on", RATE_LIMIT_SESSIONS: "10/10m" };
    const server = await start(env);
    await until(async () => (await figure(server.url, "torioki_redis_up")) === 1);
    const sessions = [];
    for (let n = 0; n < 14; n += 1) sessions.push(await startSession(server.url));
    expect(tally(sessions)).toEqual({ 201: 10, 429: 4 });
    expect(JSON.stringify(await redis.dump())).toContain("torioki:limit:sessions:127.0.0.1");
    await server.stop();
    await redis.kill();
    const alone = await start(env);
    const without = await Promise.all(Array.from({ length: 24 }, () => startSession(alone.url)));
    expect(tally(without)).toEqual({ 201: 10, 429: 14 });
    expect(await figure(alone.url, "torioki_redis_up")).toBe(0);
    await alone.stop();
    await redis.close();
  });
});

it("log lines of all processes are whole, one for each call, also where the reader is slow", async () => {
  const server = await start({ LOG_LEVEL: "debug" });
  const calls = 1_500;
  server.child.stdout?.pause();
  const long = "x".repeat(900);
  const calling = Promise.all(
    Array.from({ length: 12 }, async () => {
      for (let n = 0; n < calls / 12; n += 1) await fetch(`${server.url}/healthz?${long}`);
    }),
  );
  await sleep(1_000);
  server.child.stdout?.resume();
  await calling;
  expect(await server.stop()).toBe(0);
  const lines = linesOf(server);
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  expect(lines.filter((line) => line.includes('"/healthz"'))).toHaveLength(calls);
});
