import { createClient } from "@redis/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithRedis, type RedisServer, startRedis } from "../../test/helpers/redis.ts";
import { Limiter } from "./limiter.ts";
import type { Redis } from "./redis.ts";

const rate = { most: 3, seconds: 600 };
const outcome = (work: Promise<void>) =>
  work.then(
    () => "taken",
    ({ limit }) => (limit.isNetwork ? "by network" : "refused"),
  );

describeWithRedis("a limit in Redis", () => {
  let server: RedisServer;
  /** Without the budget of 50 ms, which a busy machine may take: what is counted in Redis is the question here. */
  let redis: Redis;
  let client: ReturnType<typeof createClient>;
  beforeAll(async () => {
    server = await startRedis();
    client = createClient({ url: server.url });
    await client.connect();
    redis = { run: (ask: (commands: typeof client) => unknown) => ask(client) } as unknown as Redis;
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });
  const keysOf = async (name: string) =>
    ((await server.command("KEYS", `torioki:limit:${name}:*`)) as string[]).map((key) =>
      key.slice(`torioki:limit:${name}:`.length),
    );
  const countOf = (name: string, key: string) => server.command("GET", `torioki:limit:${name}:${key}`);

  it("has no more keys than this process has counters, whatever is made up", async () => {
    const limiter = new Limiter("bounded", rate, redis, { keys: 200, networks: 20 });
    let taken = 0;
    for (let n = 0; n < 3_000; n += 50) {
      const calls = Array.from({ length: 50 }, (_, m) =>
        outcome(limiter.take(`10.${(n + m) % 30}.${(n + m) >> 8}.${(n + m) & 255}`)),
      );
      taken += (await Promise.all(calls)).filter((one) => one === "taken").length;
      const keys = await keysOf("bounded");
      expect(keys.filter((key) => key.endsWith("/16")).length).toBeLessThanOrEqual(20);
      expect(keys.filter((key) => !key.endsWith("/16") && key !== "others").length).toBeLessThanOrEqual(200);
    }
    // What made room is counted by its network: nothing is lost, and the others' counter stops those without one.
    const values = await Promise.all((await keysOf("bounded")).map((key) => countOf("bounded", key)));
    expect(values.reduce<number>((sum, value) => sum + Number(value), 0)).toBe(taken);
    expect(Number(await countOf("bounded", "others"))).toBeGreaterThanOrEqual(150);
    expect(await outcome(limiter.take("10.31.0.1"))).toBe("by network");
  });

  it("counts over replicas together, and a key that is refused asks Redis nothing", async () => {
    const [one, two] = [new Limiter("shared", rate, redis), new Limiter("shared", rate, redis)];
    await one.take("192.0.2.1");
    await two.take("192.0.2.1");
    await one.take("192.0.2.1");
    expect(await outcome(two.take("192.0.2.1"))).toBe("refused");
    const before = await countOf("shared", "192.0.2.1");
    for (const limiter of [one, two]) expect(await outcome(limiter.take("192.0.2.1"))).toBe("refused");
    expect(await countOf("shared", "192.0.2.1")).toBe(before);
  });

  it("gives back and forgets", async () => {
    const limiter = new Limiter("given back", rate, redis);
    for (let n = 0; n < 3; n += 1) await limiter.take("192.0.2.1");
    await expect(limiter.check("192.0.2.1")).rejects.toMatchObject({ code: "rate_limited" });
    await limiter.giveBack("192.0.2.1");
    expect(await countOf("given back", "192.0.2.1")).toBe("2");
    await limiter.take("192.0.2.1");
    await limiter.forget("192.0.2.1");
    expect(await keysOf("given back")).toEqual([]);
    for (let n = 0; n < 3; n += 1) await limiter.take("192.0.2.1");
  });

  it("counts from zero, not from below, where another replica has begun anew before some are given back", async () => {
    const [one, two] = [new Limiter("anew", rate, redis), new Limiter("anew", rate, redis)];
    for (let n = 0; n < 3; n += 1) await one.take("192.0.2.1");
    await two.forget("192.0.2.1");
    for (let n = 0; n < 3; n += 1) await one.giveBack("192.0.2.1");
    for (let n = 0; n < 3; n += 1) await two.take("192.0.2.1");
    expect(await outcome(two.take("192.0.2.1"))).toBe("refused");
  });
});

it("a network that is refused is named as such", async () => {
  const limiter = new Limiter("named", rate, undefined, { keys: 1, networks: 1 });
  for (let n = 0; n < 3; n += 1) await limiter.take("192.0.2.1");
  for (let n = 0; n < 150; n += 1) await limiter.take(`192.0.2.${n + 2}`);
  await expect(limiter.take("192.0.2.200")).rejects.toMatchObject({
    limit: { name: "named", most: 150, seconds: 600, isNetwork: true },
  });
  await expect(limiter.take("192.0.2.1")).rejects.toMatchObject({ limit: { most: 3, isNetwork: false } });
});
