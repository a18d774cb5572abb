import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { getPort } from "../../test/helpers/ports.ts";
import { run } from "../../test/helpers/process.ts";
import { describeWithRedis, type RedisServer, startRedis } from "../../test/helpers/redis.ts";
import { until } from "../../test/helpers/until.ts";
import { redisUrl } from "../options.ts";
import { parseRedisUrl, Redis, RedisAway, type RedisCommands } from "./redis.ts";

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

function open(url: string) {
  const lines: string[] = [];
  const note = (level: string) => (_: object, message: string) => lines.push(`${level}: ${message}`);
  const redis = new Redis(url, { info: note("info"), warn: note("warn"), error: note("error") });
  opened.push(redis);
  return { redis, lines };
}

async function server(...flags: string[]): Promise<RedisServer> {
  const made = await startRedis(...flags);
  opened.push(made);
  return made;
}

const timed = async (work: Promise<unknown>) => {
  const start = performance.now();
  const outcome = await work.then(
    () => "done",
    (error) => error,
  );
  return { outcome, milliseconds: performance.now() - start };
};

const set = (commands: RedisCommands, key: string, value: string) =>
  commands.eval("return redis.call('set', KEYS[1], ARGV[1], 'px', 60000)", {
    keys: [key],
    arguments: [value],
  });

describe("the address", () => {
  it.each([
    ["redis://cache", { kind: "single", tls: false, nodes: [{ host: "cache", port: 6379 }] }],
    ["rediss://:s%40crt@10.0.0.1:6380/2", { kind: "single", tls: true, password: "s@crt", database: 2 }],
    ["redis://[::1]:6379", { nodes: [{ host: "::1", port: 6379 }] }],
    [
      "redis+sentinel://user:pw@a:1,b/chain/3?sentinel_password=x",
      {
        kind: "sentinel",
        username: "user",
        nodes: [
          { host: "a", port: 1 },
          { host: "b", port: 26379 },
        ],
        name: "chain",
        database: 3,
        sentinelPassword: "x",
      },
    ],
    ["rediss+cluster://a,b:7,c", { kind: "cluster", tls: true, nodes: [{}, { port: 7 }, {}] }],
  ])("%s is understood", (url, wanted) => {
    expect(redisUrl.safeParse(url).success).toBe(true);
    expect(parseRedisUrl(url)).toMatchObject(wanted);
  });

  it.each([
    "cache:6379",
    "http://cache",
    "redis://",
    "redis://a,b",
    "redis://a/x",
    "redis+sentinel://a",
    "redis+cluster://a/1",
    "redis+x://a",
    "redis://:%zz@a",
    "redis://a:65536",
    "redis+cluster://a:1,b:99999",
  ])("%s is refused", (url) => {
    expect(redisUrl.safeParse(url).success).toBe(false);
  });
});

describeWithRedis("a single Redis", () => {
  it("answers, and is asked again after it was killed and came back, with one line for each change", async () => {
    const { url, kill, start } = await server();
    const { redis, lines } = open(url);
    await until(() => redis.isUp);
    await redis.run((commands) => set(commands, "k", "v"));
    await kill();
    for (let n = 0; n < 20; n += 1) await redis.run((commands) => commands.get("k")).catch(() => {});
    expect(redis.isUp).toBe(false);
    await start();
    await until(() => redis.isUp);
    expect(await redis.run((commands) => commands.get("k"))).toBe(null);
    expect(lines).toEqual([
      "info: Redis answers: session look-ups are served from it",
      "warn: Redis is away: the database answers in its place",
      "info: Redis answers: session look-ups are served from it",
    ]);
  });

  it("is waited for 50 ms where it hangs, then not at all, and used when it goes on", async () => {
    const { url, signal } = await server();
    const { redis, lines } = open(url);
    await until(() => redis.isUp);
    signal("SIGSTOP");
    const first = await timed(redis.run((commands) => commands.get("k")));
    expect(first.outcome).toBeInstanceOf(RedisAway);
    expect(first.milliseconds).toBeGreaterThan(45);
    expect(first.milliseconds).toBeLessThan(500);
    expect(redis.faults).toBe(1);
    const next = await timed(
      Promise.allSettled(Array.from({ length: 100 }, () => redis.run((commands) => commands.get("k")))),
    );
    expect(next.milliseconds).toBeLessThan(45);
    signal("SIGCONT");
    await until(() => redis.isUp);
    expect(lines.length).toBe(3);
  });

  it("that is not there is not waited for", async () => {
    const port = await getPort();
    const start = performance.now();
    const { redis, lines } = open(`redis://127.0.0.1:${port}`);
    expect((await timed(redis.run((commands) => commands.get("k")))).outcome).toBeInstanceOf(RedisAway);
    expect(performance.now() - start).toBeLessThan(1_000);
    await until(() => lines.length > 0);
    expect(lines).toEqual(["warn: Redis is away: the database answers in its place"]);
  });

  it("that refuses to write counts as away, for good, with one line", async () => {
    const { url, command } = await server();
    const { redis, lines } = open(url);
    await until(() => redis.isUp);
    await command("CONFIG", "SET", "maxmemory", "1");
    await expect(redis.run((commands) => set(commands, "k", "v"))).rejects.toThrow(RedisAway);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect([redis.isUp, lines.length]).toEqual([false, 2]);
    await command("CONFIG", "SET", "maxmemory", "0");
    await until(() => redis.isUp);
  });

  it("that fails again and again is asked less and less often", async () => {
    const { url } = await server();
    const { redis, lines } = open(url);
    await until(() => redis.isUp);
    const end = performance.now() + 4_000;
    while (performance.now() < end) {
      await redis
        .run((commands) => commands.eval("return redis.call('nonsense')", { keys: [], arguments: [] }))
        .catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // Twice a line for each time: after 0.25 s, 0.5 s, 1 s, 2 s.
    expect(lines.length).toBeLessThan(14);
  });

  it("tells of every loss of its connection", async () => {
    const { url, kill, start } = await server();
    const { redis } = open(url);
    await until(() => redis.isUp);
    let upheavals = 0;
    redis.onUpheaval(() => {
      upheavals += 1;
    });
    await kill();
    await until(() => upheavals > 0);
    await until(() => !redis.isUp || upheavals > 1);
    const before = upheavals;
    await start();
    await until(() => upheavals > before);
  });
});

describe("a peer that accepts and says nothing", () => {
  it.each(["redis", "redis+cluster", "redis+sentinel"])(
    "%s leaves no connections behind",
    async (scheme) => {
      const sockets = new Set<Socket>();
      const peer = createServer((socket) => {
        sockets.add(
          socket
            .resume()
            .on("error", () => {})
            .on("close", () => sockets.delete(socket)),
        );
      });
      await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
      const { port } = peer.address() as { port: number };
      const { redis } = open(`${scheme}://127.0.0.1:${port}${scheme.endsWith("sentinel") ? "/chain" : ""}`);
      await new Promise((resolve) => setTimeout(resolve, 9_000));
      const most = sockets.size;
      redis.close();
      await until(() => sockets.size === 0, 10);
      peer.close();
      expect(most).toBeLessThan(6);
    },
    30_000,
  );
});

describeWithRedis("Redis Cluster", () => {
  it("is found by some of its nodes", async () => {
    const nodes = await Promise.all([1, 2, 3].map(() => server("--cluster-enabled", "yes")));
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    const made = await run(["--cluster", "create", ...addresses, "--cluster-yes"], {}, "redis-cli");
    expect(made.stdout).toContain("All 16384 slots covered");
    const { redis } = open(`redis+cluster://${addresses.slice(0, 2).join(",")}`);
    await until(() => redis.isUp, 20);
    for (let n = 0; n < 30; n += 1) await redis.run((commands) => set(commands, `k${n}`, `v${n}`));
    for (let n = 0; n < 30; n += 1)
      expect(await redis.run((commands) => commands.get(`k${n}`))).toBe(`v${n}`);
    const held = await Promise.all(nodes.map((node) => node.command("DBSIZE")));
    expect(held.every((count) => Number(count) > 0)).toBe(true);
  }, 60_000);
});

describeWithRedis("Sentinel", () => {
  it("names the master, and the next one after a fail-over; both are an upheaval", async () => {
    const master = await server();
    const replica = await server("--replicaof", "127.0.0.1", `${master.port}`);
    const folder = mkdtempSync(join(tmpdir(), "torioki-sentinel-"));
    const port = await getPort();
    const config = join(folder, "sentinel.conf");
    writeFileSync(
      config,
      `port ${port}\ndir ${folder}\nsentinel monitor chain 127.0.0.1 ${master.port} 1\nsentinel down-after-milliseconds chain 1000\nsentinel failover-timeout chain 3000\n`,
    );
    const sentinel = spawn("redis-server", [config, "--sentinel"], { stdio: "ignore" });
    opened.push({
      close: () => {
        sentinel.kill("SIGKILL");
        rmSync(folder, { recursive: true, force: true });
      },
    });
    await until(async () =>
      String(await replica.command("INFO", "replication")).includes("master_link_status:up"),
    );
    const { redis } = open(`redis+sentinel://127.0.0.1:${port}/chain`);
    await until(() => redis.isUp, 20);
    let upheavals = 0;
    redis.onUpheaval(() => {
      upheavals += 1;
    });
    await redis.run((commands) => set(commands, "k", "v"));
    expect(await master.command("GET", "k")).toBe("v");
    // The sentinel must have seen the replica before it can promote it.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await master.kill();
    // A sentinel that promotes it cuts off who is connected: the question may go unanswered.
    const role = () => replica.command("ROLE").then(String, () => "");
    await until(async () => (await role()).startsWith("master"), 30);
    await until(() => upheavals > 0);
    await until(() => redis.isUp, 30);
    await until(
      () =>
        redis
          .run((commands) => commands.get("k"))
          .then(
            () => true,
            () => false,
          ),
      30,
    );
    await redis.run((commands) => set(commands, "after", "v"));
    expect(await replica.command("GET", "after")).toBe("v");
  }, 90_000);
});
