import { SignJWT } from "jose";
import { CompiledQuery } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../src/db/database.ts";
import { migrateUp } from "../src/db/migrator.ts";
import { createPostgres } from "./helpers/database.ts";
import { prepareRun, randomBy, runLookUps } from "./helpers/look-up-run.ts";
import { startTorioki } from "./helpers/process.ts";
import { describeWithRedis, startRedis } from "./helpers/redis.ts";

const SECRET = "a secret of more than thirty-two characters";

/** More by hand: LOOK_UPS=200000 FAULTS=30 npx vitest run --project unit redis-faults */
const LOOK_UPS = Number(process.env.LOOK_UPS ?? 20_000);
const FAULTS = Number(process.env.FAULTS ?? 8);

describeWithRedis("two replicas and Redis", () => {
  it(
    `show nothing stale in ${LOOK_UPS} look-ups beside changes, deletions and hand-overs, also while Redis is killed, stopped and flushed ${FAULTS} times`,
    async () => {
      const [redis, { source, drop }] = await Promise.all([
        startRedis(),
        createPostgres(false, "postgres-18"),
      ]);
      const { db, close } = await openDatabase(source, { patient: true });
      await migrateUp(db);
      const database = {
        query: async <T>(text: string, parameters: unknown[] = []) =>
          (await db.executeQuery(CompiledQuery.raw(text, parameters))).rows as T[],
      };
      await prepareRun(database);
      const env = {
        DATABASE_URL: source,
        REDIS_URL: redis.url,
        AUTH_JWT_SECRET: SECRET,
        CLEANUP_CRON: "off",
      };
      const [one, two] = [await startTorioki(env), await startTorioki(env)];
      onTestFinished(async () => {
        await Promise.all([one.stop(), two.stop()]);
        await redis.close();
        await close();
        await drop();
      });
      const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_007);
      const options = {
        database,
        urls: [one.url, two.url] as [string, string],
        tokenOf: (userId: number) =>
          new SignJWT()
            .setProtectedHeader({ alg: "HS256" })
            .setSubject(String(userId))
            .setExpirationTime("1h")
            .sign(new TextEncoder().encode(SECRET)),
        readers: 12,
        writers: 3,
        seed,
      };

      const calm = await runLookUps({ ...options, lookUps: LOOK_UPS / 2 });
      const done = { killed: 0, stopped: 0, flushed: 0 };
      const running = runLookUps({ ...options, lookUps: LOOK_UPS / 2 });
      let isOver = false;
      const torment = (async () => {
        const random = randomBy(seed + 1);
        const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
        for (let n = 0; n < FAULTS && !isOver; n += 1) {
          await wait(300 + random(400));
          if (n % 3 === 0) {
            await redis.kill();
            await wait(random(500));
            await redis.start();
            done.killed += 1;
          } else if (n % 3 === 1) {
            redis.signal("SIGSTOP");
            await wait(100 + random(500));
            redis.signal("SIGCONT");
            done.stopped += 1;
          } else {
            await redis.command("FLUSHALL").catch(() => {});
            done.flushed += 1;
          }
        }
      })();
      const wild = await running.finally(() => {
        isOver = true;
      });
      await torment;

      const figures = await Promise.all(
        [one, two].map(async ({ url }) =>
          (await (await fetch(`${url}/metrics`)).text()).match(
            /^torioki_redis_(look_ups_total.*|faults_total .*)$/gm,
          ),
        ),
      );
      const p = (times: typeof calm.times, kind: string, share: number) => {
        const sorted = times
          .filter((time) => time.kind === kind)
          .map((time) => time.milliseconds)
          .sort((a, b) => a - b);
        return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
      };
      for (const [name, run] of Object.entries({ calm, wild })) {
        console.log(
          `${name}, seed ${seed}: ${run.lookUps} look-ups, ${run.changes} choices, ${run.deletions} deletions, ${run.handOvers} hand-overs; ` +
            `milliseconds p50/p99/most: look-ups ${[0.5, 0.99, 1].map((share) => p(run.times, "look-up", share)).join("/")}, ` +
            `changes ${[0.5, 0.99, 1].map((share) => p(run.times, "change", share)).join("/")}`,
        );
      }
      console.log(`Redis ${JSON.stringify(done)}; ${figures.flat().join("; ")}`);
      expect([...calm.faults, ...wild.faults].slice(0, 20)).toEqual([]);
      for (const run of [calm, wild]) expect(Math.min(run.deletions, run.handOvers)).toBeGreaterThan(0);
      expect(done.killed * done.stopped * done.flushed).toBeGreaterThan(0);
      expect(Number(/outcome="hit"\} (\d+)/.exec(String(figures))?.[1])).toBeGreaterThan(0);
    },
    300_000 + 10 * LOOK_UPS,
  );
});
