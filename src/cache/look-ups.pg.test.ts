import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type Api, createApi, newUser, type Visitor } from "../../test/helpers/api.ts";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { startProxy } from "../../test/helpers/proxy.ts";
import { describeWithRedis, type RedisServer, startRedis } from "../../test/helpers/redis.ts";
import { until } from "../../test/helpers/until.ts";
import { openDatabase } from "../db/database.ts";
import { sessionIdOf } from "../guest-sessions/token.ts";
import { type Found, LookUps } from "./look-ups.ts";
import { Redis } from "./redis.ts";
import { Trust } from "./trust.ts";

let database: TestDatabase;
let redis: RedisServer;
const opened: { close(): unknown }[] = [];
const silent = { info() {}, warn() {}, error() {} };

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await startRedis();
});
afterAll(async () => {
  await redis.close();
  await database.close();
});
beforeEach(async () => {
  await redis.command("FLUSHALL");
  await database.query("update torioki_look_up_cache set off_until = '-infinity'");
});
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

/** One replica of the server, and how its look-ups were answered. */
async function replica(url = redis.url, ttl = 3_600): Promise<Api & { figures(): Promise<Figures> }> {
  const api = await createApi({ database: database.source, redis: url, sessionTtl: ttl });
  opened.push(api.torioki);
  const figures = async () => {
    const text = await (await api.torioki.operatorFetch(new Request("http://torioki.test/metrics"))).text();
    const read = (outcome: string) =>
      Number(new RegExp(`look_ups_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1]);
    const faults = Number(/^torioki_redis_faults_total (\d+)/m.exec(text)?.[1]);
    return { hit: read("hit"), miss: read("miss"), bypass: read("bypass"), faults };
  };
  return Object.assign(api, { figures });
}
type Figures = { hit: number; miss: number; bypass: number; faults: number };

async function newGuest(api: Api): Promise<Visitor> {
  const visitor = api.visitor();
  await visitor.start();
  return visitor;
}

/** The same visitor at another replica. */
function at(api: Api, visitor: Visitor): Visitor {
  return Object.assign(api.visitor(), { cookie: visitor.cookie });
}

/** Looks up until it is answered from Redis: the first ones find out that Redis may be used. */
async function untilHit(api: Api & { figures(): Promise<Figures> }, visitor: Visitor): Promise<void> {
  const { hit } = await api.figures();
  await until(async () => {
    for (let n = 0; n < 3; n += 1) expect((await visitor.session()).status).toBe(200);
    return (await api.figures()).hit > hit;
  });
}

describeWithRedis("session look-ups with Redis", () => {
  it("are answered from Redis, by any replica, and cost the database nothing", async () => {
    const [one, other] = [await replica(), await replica()];
    const visitor = await newGuest(one);
    await untilHit(one, visitor);
    await untilHit(other, at(other, visitor));
    // The row changes behind our back: only what does not ask the database can still know the old state.
    await database.query("update guest_sessions set selected_store_id = 1 where session_id = $1", [
      sessionIdOf(visitor.token),
    ]);
    expect((await at(other, visitor).session()).body.selected_store_id).toBe(null);
  });

  it.each(["choice of a store", "deletion", "hand-over", "hand-over by ticket"])(
    "never show what was before a %s, on either replica",
    async (change) => {
      const [one, other] = [await replica(), await replica()];
      for (let round = 0; round < 10; round += 1) {
        const visitor = await newGuest(one);
        const elsewhere = at(other, visitor);
        await untilHit(one, visitor);
        await untilHit(other, elsewhere);
        if (change === "choice of a store") {
          expect((await visitor.choose(2)).status).toBe(200);
          expect((await elsewhere.session()).body.selected_store_id).toBe(2);
          expect((await visitor.session()).body.selected_store_id).toBe(2);
          continue;
        }
        const cookie = visitor.cookie as string;
        const userId = await newUser(database);
        if (change === "deletion") expect((await visitor.end()).status).toBe(204);
        if (change === "hand-over") {
          visitor.userId = userId;
          expect((await visitor.convert()).status).toBe(200);
        }
        if (change === "hand-over by ticket") {
          const { ticket } = (await visitor.ticket()).body;
          await one.torioki.handOver({ ticket, userId });
        }
        for (const api of [one, other]) {
          expect((await api.call("GET", "/api/guest/session", { headers: { Cookie: cookie } })).status).toBe(
            401,
          );
        }
      }
    },
  );

  it("end with their session", async () => {
    const one = await replica(redis.url, 2);
    const visitor = await newGuest(one);
    const end = Date.parse((await visitor.session()).body.expires_at);
    await untilHit(one, visitor);
    await until(async () => (await visitor.session()).status === 401, 4);
    const [row] = await database.query<{ now: Date }>("select now()");
    expect(row?.now.getTime()).toBeGreaterThanOrEqual(end);
    const entries = Object.values(await redis.dump()).filter((value) => /^[0-9a-f-]{36}:\d+ /.test(value));
    expect(entries).toEqual([]);
  });

  it("keep nothing of a token, no session that is not live, and nothing for longer than a minute", async () => {
    const one = await replica();
    const visitor = await newGuest(one);
    await untilHit(one, visitor);
    const unknown = "A".repeat(64);
    for (let n = 0; n < 5; n += 1) {
      const headers = { "X-Guest-Session": unknown };
      expect((await one.call("GET", "/api/guest/session", { headers })).status).toBe(401);
    }
    const kept = await redis.dump();
    const sessionId = sessionIdOf(visitor.token);
    expect(Object.keys(kept).filter((key) => key.includes("session"))).toContain(
      `torioki:session:${sessionId}`,
    );
    expect(JSON.stringify(kept)).not.toContain(visitor.token);
    expect(JSON.stringify(kept)).not.toContain(visitor.token.slice(0, 12));
    for (const key of Object.keys(kept)) {
      const left = Number(await redis.command("PTTL", key));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(60_000);
    }
    const [, entry = ""] = /^[0-9a-f-]{36}:\d+ (.*)$/.exec(kept[`torioki:session:${sessionId}`] ?? "") ?? [];
    expect(JSON.parse(entry)).toEqual((await visitor.session()).body);
  });

  it("read the database, and are not kept, when the last access is due to be noted", async () => {
    const one = await replica();
    const visitor = await newGuest(one);
    const before = (await visitor.session()).body.last_accessed_at;
    await database.query("update guest_sessions set last_accessed_at = now() - interval '61 seconds'");
    await until(async () => (await visitor.session()).body.last_accessed_at > before, 5);
  });

  it("are right while Redis is flushed, killed, and back with what it had saved", async () => {
    const one = await replica();
    const visitor = await newGuest(one);
    await untilHit(one, visitor);
    await redis.command("FLUSHALL");
    await untilHit(one, visitor);
    await redis.command("SAVE");
    await visitor.choose(2);
    await redis.kill();
    expect((await visitor.session()).body.selected_store_id).toBe(2);
    await redis.start();
    expect(Object.keys(await redis.dump())).toContain(`torioki:session:${sessionIdOf(visitor.token)}`);
    for (let n = 0; n < 200; n += 1) {
      expect((await visitor.session()).body.selected_store_id).toBe(2);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(async () => {
      expect((await visitor.session()).body.selected_store_id).toBe(2);
      return (await one.figures()).hit > 3;
    });
  });

  it.each(["cut", "hang"] as const)(
    "are right everywhere when the replica that changes a session is %s off from Redis and the other is not",
    async (mode) => {
      const proxy = await startProxy(redis.port);
      opened.push(proxy);
      const [cutOff, other] = [await replica(`redis://127.0.0.1:${proxy.port}`), await replica()];
      const visitor = await newGuest(cutOff);
      const elsewhere = at(other, visitor);
      await untilHit(cutOff, visitor);
      await untilHit(other, elsewhere);
      proxy.mode = mode;
      for (const store of [2, 1, 2, 1, 2]) {
        expect((await visitor.choose(store)).status).toBe(200);
        for (let n = 0; n < 20; n += 1)
          expect((await elsewhere.session()).body.selected_store_id).toBe(store);
      }
      proxy.mode = "pass";
      await untilHit(other, elsewhere);
      await untilHit(cutOff, visitor);
      expect((await elsewhere.session()).body.selected_store_id).toBe(2);
      expect((await visitor.session()).body.selected_store_id).toBe(2);
    },
    30_000,
  );

  it("do not mix two databases that share a Redis", async () => {
    const foreign = await createTestDatabase();
    opened.push(foreign);
    // The tests' databases are copies of one.
    await foreign.query("update torioki_look_up_cache set database_id = gen_random_uuid()");
    const stranger = await createApi({ database: foreign.source, redis: redis.url });
    opened.push(stranger.torioki);
    const one = await replica();
    const visitor = await newGuest(one);
    // The same count in both, which two small numbers reach by themselves at some time.
    for (const some of [database, foreign])
      await some.query("update torioki_look_up_cache set generation = 1000");
    await untilHit(one, visitor);
    for (let n = 0; n < 60; n += 1) {
      expect((await at(stranger, visitor).session()).status).toBe(401);
      expect((await visitor.session()).status).toBe(200);
      if (n % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 60));
    }
  });

  it("go on where Redis is full", async () => {
    const one = await replica();
    const visitor = await newGuest(one);
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    for (const store of [1, 2, 1]) {
      expect((await visitor.choose(store)).status).toBe(200);
      for (let n = 0; n < 10; n += 1) expect((await visitor.session()).body.selected_store_id).toBe(store);
    }
    await redis.command("CONFIG", "SET", "maxmemory", "0");
  });
});

describeWithRedis("the protocol", () => {
  const counted: string[] = [];
  const id = "f".repeat(64);
  const found = (store: number): Found => ({
    session: {
      session_id: id,
      selected_store_id: store,
      created_at: "2026-01-01T00:00:00.000Z",
      expires_at: "2027-01-01T00:00:00.000Z",
      last_accessed_at: "2026-01-01T00:00:00.000Z",
    },
    lifetime: 60_000,
  });

  async function lookUps(url = redis.url): Promise<LookUps> {
    const { db, close } = await openDatabase(database.source, { patient: true });
    const connection = new Redis(url, silent);
    opened.push({ close }, connection);
    await until(() => connection.isUp);
    counted.length = 0;
    return new LookUps(connection, new Trust(db), (outcome) => counted.push(outcome));
  }

  /** Looks up until Redis may be used and answers or keeps. */
  async function warm(cache: LookUps, store: number): Promise<void> {
    await until(async () => {
      await cache.get(id, async () => found(store));
      return counted.at(-1) === "hit";
    });
  }

  it("keeps a late reader from putting back what it read before a change", async () => {
    const [one, other] = [await lookUps(), await lookUps()];
    await warm(one, 1);
    await warm(other, 1);
    await one.change(id, async () => {});
    for (let round = 0; round < 50; round += 1) {
      let readOld = () => {};
      const reading = new Promise<void>((resolve) => {
        readOld = resolve;
      });
      let goOn = () => {};
      const gate = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const late = other.get(id, async () => {
        readOld();
        await gate;
        return found(1);
      });
      await Promise.race([reading, late]);
      await one.change(id, async () => {});
      goOn();
      await late;
      await new Promise((resolve) => setTimeout(resolve, 2));
      const seen = await one.get(id, async () => found(2));
      expect(seen?.session.selected_store_id).toBe(2);
      await one.change(id, async () => {});
    }
  });

  it("does not show what was before a change whose process died between commit and answer", async () => {
    const [dying, other] = [await lookUps(), await lookUps()];
    await warm(other, 1);
    const held = async () => String(await redis.command("GET", `torioki:session:${id}`));
    void dying.change(id, () => new Promise(() => {}));
    await until(async () => (await held()).startsWith("!"));
    const mark = await held();
    // Neither a reader nor another change, that ends meanwhile, takes the mark of this one away.
    for (let n = 0; n < 10; n += 1) {
      expect((await other.get(id, async () => found(2)))?.session.selected_store_id).toBe(2);
      await other.change(id, async () => expect((await held()).length).toBeGreaterThan(mark.length));
    }
    expect(await held()).toBe(mark);
  });

  it("does not show what was before a change, where Redis forgot the mark and then could not be told", async () => {
    const proxy = await startProxy(redis.port);
    opened.push(proxy);
    const [cutOff, other] = [await lookUps(`redis://127.0.0.1:${proxy.port}`), await lookUps()];
    await warm(other, 1);
    let finish = () => {};
    let late: Promise<unknown> = Promise.resolve();
    await cutOff.change(id, async () => {
      await redis.command("FLUSHALL");
      // A reader that reads what was before, and whose entry will lie there.
      let hasRead = () => {};
      const reading = new Promise<void>((resolve) => {
        hasRead = resolve;
      });
      late = other.get(id, async () => {
        hasRead();
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return found(1);
      });
      await reading;
      proxy.mode = "hang";
    });
    finish();
    await late;
    for (let n = 0; n < 20; n += 1) {
      expect((await other.get(id, async () => found(2)))?.session.selected_store_id).toBe(2);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it("forbids Redis only when nobody shows any of its entries any more", async () => {
    const { db, close } = await openDatabase(database.source, { patient: true });
    opened.push({ close });
    for (let round = 0; round < 5; round += 1) {
      await database.query("update torioki_look_up_cache set off_until = '-infinity'");
      const [one, other] = [new Trust(db), new Trust(db)];
      await until(() => other.generation !== undefined);
      const before = other.generation;
      await one.ban();
      // No look-up has asked meanwhile, so what it was told is as old as it may be.
      expect(other.generation).not.toBe(before);
    }
  });

  it("keeps nothing past its time, however late Redis is told", async () => {
    const cache = await lookUps();
    await warm(cache, 1);
    await cache.change(id, async () => {});
    await cache.get(id, async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return { ...found(1), lifetime: 50 };
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await redis.command("GET", `torioki:session:${id}`)).toBe(null);
  });
});
