import { afterAll, expect, it } from "vitest";
import { createPostgres } from "./helpers/database.ts";
import { startTorioki, temporaryFolder } from "./helpers/process.ts";
import { describeWithRedis, startRedis } from "./helpers/redis.ts";
import { until } from "./helpers/until.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

const start = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/guest/session`, { method: "POST", headers }).then(({ status }) => status);

it("the server knows its clients by their connection, and by X-Forwarded-For from its own proxies alone", async () => {
  const env = { DATA_DIR: `${folder}/one`, RATE_LIMIT: "on", RATE_LIMIT_SESSIONS: "2/10m" };
  const plain = await startTorioki(env);
  expect([await start(plain.url), await start(plain.url)]).toEqual([201, 201]);
  expect(await start(plain.url, { "X-Forwarded-For": "198.51.100.1" })).toBe(429);
  const warned = () => plain.output.stdout.split("\n").filter((line) => line.includes("TRUSTED_PROXIES"));
  await until(() => warned().length > 0);
  expect(warned().length).toBe(1);
  await plain.stop();
  const behind = await startTorioki({ ...env, TRUSTED_PROXIES: "loopback" });
  for (const address of ["198.51.100.1", "198.51.100.2", "198.51.100.1"])
    expect(await start(behind.url, { "X-Forwarded-For": address })).toBe(201);
  expect(await start(behind.url, { "X-Forwarded-For": "198.51.100.1" })).toBe(429);
  expect(await start(behind.url, { "X-Forwarded-For": "198.51.100.2" })).toBe(201);
  expect(behind.output.stdout).not.toContain("TRUSTED_PROXIES");
  await behind.stop();
});

describeWithRedis("with Redis", () => {
  it("all replicas count together, each for itself while Redis is away, and so is the brake on passwords", async () => {
    const [redis, { source, drop }] = await Promise.all([startRedis(), createPostgres(true, "postgres-18")]);
    const env = {
      DATABASE_URL: source,
      REDIS_URL: redis.url,
      RATE_LIMIT: "on",
      RATE_LIMIT_SESSIONS: "4/10m",
      AUTH_SECRET: "a secret of more than thirty-two characters",
    };
    const one = await startTorioki(env);
    const two = await startTorioki(env);
    const answers = [];
    for (const { url } of [one, two, one, two, one, two]) answers.push(await start(url));
    expect(answers).toEqual([201, 201, 201, 201, 429, 429]);

    const signIn = ({ url }: { url: string }) =>
      fetch(`${url}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email: "hana@example.com", password: "wrong wrong" }),
      }).then(({ status }) => status);
    for (let n = 0; n < 5; n += 1) expect([await signIn(one), await signIn(two)]).toEqual([401, 401]);
    expect([await signIn(one), await signIn(two)]).toEqual([429, 429]);
    const kept = JSON.stringify(await redis.dump());
    expect(kept).toContain("torioki:limit:sessions:127.0.0.1");
    expect(kept).not.toContain("hana");

    await redis.kill();
    const alone = [];
    for (let n = 0; n < 5; n += 1) alone.push(await start(two.url, { "X-Test": "away" }));
    // What this replica knew of the client it still knows.
    expect(alone).toEqual([429, 429, 429, 429, 429]);
    await Promise.all([one.stop(), two.stop()]);
    const three = await startTorioki(env);
    const anew = [];
    for (let n = 0; n < 6; n += 1) anew.push(await start(three.url));
    expect(anew).toEqual([201, 201, 201, 201, 429, 429]);
    await three.stop();
    await redis.close();
    await drop();
  });
});
