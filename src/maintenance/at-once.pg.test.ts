import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/helpers/database.ts";
import { ToriokiError } from "../errors.ts";
import { newToken, sessionIdOf } from "../guest-sessions/token.ts";
import { createTorioki, type Torioki } from "../torioki.ts";

const WAVES = 20;
const SESSIONS = 1_000;

let database: TestDatabase;
let pool: pg.Pool;
let torioki: Torioki;
beforeAll(async () => {
  database = await createTestDatabase();
  // A pool without time limits: the question is whether the rows are right, also on a busy machine.
  pool = new pg.Pool({ connectionString: database.source as string, max: 10 });
  torioki = await createTorioki({ database: pool });
  // The database itself notes what must never be: a live session deleted, a dead one changed or prolonged.
  await database.query("create table faults (what text, session_id text)");
  await database.query(`create function note_fault() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.expires_at >= now() then
        insert into faults values ('deleted alive', old.session_id);
      elsif tg_op = 'UPDATE' and (old.expires_at <= now() or new.expires_at <> old.expires_at) then
        insert into faults values ('revived', old.session_id);
      end if;
      return coalesce(new, old);
    end $$`);
  await database.query(
    "create trigger note_fault before update or delete on guest_sessions for each row execute function note_fault()",
  );
});
afterAll(async () => {
  await torioki.close();
  await pool.end();
  await database.close();
});

type Seen = { userId: number; added: number; receipt: number | undefined };

/** Looks, adds, and hands over at some moment around the session's end; notes what was acknowledged. */
async function visit(sessionToken: string, userId: number): Promise<Seen> {
  const seen: Seen = { userId, added: 0, receipt: undefined };
  const refused = (error: unknown) => {
    if (!(error instanceof ToriokiError && error.code === "guest_session_required")) throw error;
  };
  await wait(randomInt(1_500));
  await torioki.guestSessions.get({ sessionToken }).catch(refused);
  await torioki.guestCarts.add({ sessionToken, menuId: 1000 }).then(() => {
    seen.added += 1;
  }, refused);
  await wait(randomInt(500));
  await torioki.handOver({ sessionToken, userId }).then((receipt) => {
    seen.receipt = receipt.total_quantity;
  }, refused);
  return seen;
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it(`three clean-ups at once, one of them with a clock that is ten minutes fast and one ten slow, never take a live session of ${WAVES * SESSIONS}`, async () => {
  await database.query(
    `insert into users (id) select n from generate_series(1, ${WAVES * SESSIONS}) n on conflict do nothing`,
  );
  const loops = ["10", "-10"].map((minutes) => {
    const child = spawn(process.execPath, [
      "test/helpers/cleanup-loop.ts",
      database.source as string,
      minutes,
    ]);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    return {
      stop: async () => {
        child.stdin.end();
        await ended;
        return Number(output);
      },
    };
  });
  let isOver = false;
  const third = (async () => {
    let sessions = 0;
    while (!isOver) {
      sessions += (await torioki.cleanup({ batch: 50 })).sessions;
      await wait(20);
    }
    return sessions;
  })();

  const seen: Seen[] = [];
  for (let wave = 0; wave < WAVES; wave += 1) {
    const tokens = Array.from({ length: SESSIONS }, newToken);
    await database.query(
      `insert into guest_sessions (session_id, selected_store_id, expires_at, last_accessed_at)
       select id, 4, now() + make_interval(secs => 1 + random()), now() - interval '2 minutes' from unnest($1::varchar[]) id`,
      [tokens.map(sessionIdOf)],
    );
    await database.query(
      "insert into guest_cart_items (session_id, menu_id) select unnest($1::varchar[]), 1001",
      [tokens.map(sessionIdOf)],
    );
    seen.push(...(await Promise.all(tokens.map((token, n) => visit(token, wave * SESSIONS + n + 1)))));
  }
  await wait(2_100);
  isOver = true;
  const deleted = [await third, ...(await Promise.all(loops.map(({ stop }) => stop())))];
  const last = await torioki.cleanup();

  expect(await database.query("select what, count(*)::int from faults group by what")).toEqual([]);
  const [left] = await database.query(
    "select (select count(*) from guest_sessions)::int as sessions, (select count(*) from guest_cart_items)::int as lines",
  );
  expect(left).toEqual({ sessions: 0, lines: 0 });
  expect(last).toMatchObject({ sessions: expect.any(Number), oldest_left_seconds: null });
  expect(deleted.reduce((sum, count) => sum + count, last.sessions)).toBe(WAVES * SESSIONS);
  for (const count of deleted) expect(count).toBeGreaterThan(0);

  // What was handed over has every acknowledged line; what was not has none.
  const lines = await database.query<{ user_id: number; quantity: number }>(
    "select user_id, sum(quantity)::int as quantity from user_cart_items group by user_id",
  );
  const quantities = new Map(lines.map(({ user_id, quantity }) => [user_id, quantity]));
  const converted = seen.filter(({ receipt }) => receipt !== undefined);
  for (const { userId, added, receipt } of seen) {
    expect(quantities.get(userId) ?? 0).toBe(receipt ?? 0);
    if (receipt !== undefined) expect(receipt).toBe(1 + added);
  }
  console.log(
    `${seen.length} sessions: ${converted.length} handed over, ${seen.length - converted.length} too late; deleted by each of three: ${deleted.join(", ")}`,
  );
  expect(converted.length).toBeGreaterThan(100);
  expect(seen.length - converted.length).toBeGreaterThan(100);
}, 180_000);
