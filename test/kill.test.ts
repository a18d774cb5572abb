/** The server is killed in the middle of hand-overs: each is whole or not there, and the replay finishes it. */
import { setTimeout as sleep } from "node:timers/promises";
import { SignJWT } from "jose";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Receipt } from "../src/hand-over/contract.ts";
import { type Call, checkedCalls, Visitor } from "./helpers/api.ts";
import { createPostgres } from "./helpers/database.ts";
import { type RunningProcess, startTorioki } from "./helpers/process.ts";

const SECRET = "s".repeat(32);
const KILLS = 30;
const AT_ONCE = 6;
const LINES = [10, 11, 1000];

let database: Awaited<ReturnType<typeof createPostgres>>;
let pool: pg.Pool;
let holder: pg.Client;
beforeAll(async () => {
  database = await createPostgres(false, "postgres-18");
  pool = new pg.Pool({ connectionString: database.source });
  holder = new pg.Client(database.source);
  await holder.connect();
});
afterAll(async () => {
  await Promise.all([pool.end(), holder.end()]);
  await database.drop();
});

const start = () => startTorioki({ DATABASE_URL: database.source, AUTH_JWT_SECRET: SECRET });

type Shopper = { visitor: Visitor; sessionId: string; userId: number; bearer: string };

async function newShopper(call: Call): Promise<Shopper> {
  const visitor = new Visitor(call);
  const { session_id: sessionId } = (await visitor.start()).body;
  for (const menu of LINES) {
    await visitor.choose(menu < 1000 ? 1 : 4);
    await visitor.add(menu, 2);
  }
  const { rows } = await pool.query("insert into users default values returning id");
  const userId = rows[0].id as number;
  const jwt = new SignJWT()
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(String(userId))
    .setExpirationTime("1h");
  return { visitor, sessionId, userId, bearer: await jwt.sign(new TextEncoder().encode(SECRET)) };
}

function convert(call: Call, { visitor, bearer }: Shopper) {
  return call<Receipt>("POST", "/api/guest/session/convert", {
    headers: { Cookie: visitor.cookie as string, Authorization: `Bearer ${bearer}` },
  });
}

/** Where a shopper's lines are, at one moment. */
async function stateOf({ sessionId, userId }: Shopper) {
  const { rows } = await pool.query(
    `select
       (select count(*)::int from guest_cart_items where session_id = $1) as guest,
       (select count(*)::int from user_cart_items where user_id = $2) as "user",
       (select converted_to_user_id from guest_sessions where session_id = $1) as converted_to,
       (select count(*)::int from torioki_hand_overs where session_id = $1) as receipts`,
    [sessionId, userId],
  );
  return rows[0];
}

it(`${KILLS} times: all or nothing, and the replay finishes it`, async () => {
  const cut = { done: 0, undone: 0 };
  let server: RunningProcess = await start();
  for (let kills = 0; kills < KILLS; ) {
    let call = await checkedCalls(server.url, fetch);
    const shoppers = await Promise.all(Array.from({ length: AT_ONCE }, () => newShopper(call)));
    // Every second time one of them is held at its last step, so that it is in the middle for certain.
    const isHeld = kills % 2 === 0;
    if (isHeld) {
      const { userId } = shoppers[0] as Shopper;
      await holder.query("begin");
      await holder.query("insert into torioki_user_carts (user_id) values ($1)", [userId]);
    }
    const answers = shoppers.map((shopper) =>
      convert(call, shopper).then(
        ({ body }) => body,
        () => undefined,
      ),
    );
    await sleep(Math.random() * 60);
    await server.stop("SIGKILL");
    if (isHeld) await holder.query("rollback");
    const receipts = await Promise.all(answers);
    server = await start();
    call = await checkedCalls(server.url, fetch);
    // A kill with no request in flight shows nothing and is not counted.
    if (receipts.includes(undefined)) kills += 1;

    for (const [n, shopper] of shoppers.entries()) {
      const state = await stateOf(shopper);
      const isDone = state.converted_to !== null;
      expect(state).toEqual(
        isDone
          ? { guest: 0, user: LINES.length, converted_to: shopper.userId, receipts: 1 }
          : { guest: LINES.length, user: 0, converted_to: null, receipts: 0 },
      );
      if (receipts[n] === undefined) cut[isDone ? "done" : "undone"] += 1;
      else expect(isDone).toBe(true);
      const replay = await convert(call, shopper);
      expect([replay.status, replay.body.total_quantity]).toEqual([200, 2 * LINES.length]);
      if (receipts[n]) expect(replay.body).toEqual({ ...receipts[n], replayed: true });
      expect(await stateOf(shopper)).toMatchObject({ guest: 0, user: LINES.length, receipts: 1 });
    }
  }
  await server.stop();
  console.info(
    `${KILLS} kills: ${cut.done} cut hand-overs were done, ${cut.undone} were not begun or taken back`,
  );
  expect(Math.min(cut.done, cut.undone)).toBeGreaterThan(0);
}, 300_000);
