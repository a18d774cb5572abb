/**
 * Somebody holds a row for five seconds, in the middle of a rush: a session's, one of its lines, a dish. Four visitors ask again
 * and again for what needs it; how long do all the others take for their adds meanwhile, beside the same without the four and
 * their row, in turns? Run: npm run bench:stuck [-- --rounds 3 …]
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { openDatabase } from "../src/db/database.ts";
import { httpClient } from "../test/helpers/http-client.ts";
import { type Measured, measure, together } from "./measure.ts";
import { settingsOf, startPostgres } from "./postgres.ts";
import { bar, keep, table } from "./report.ts";
import { startServer } from "./server.ts";
import { dishOf, fill, LINES, lineOf, prepare, restore, sessionIdOf, tokenOf } from "./sessions.ts";

const { values: given } = parseArgs({
  options: {
    sessions: { type: "string", default: "10000" },
    connections: { type: "string", default: "32" },
    rounds: { type: "string", default: "3" },
    json: { type: "string" },
  },
});
const [sessions, connections, rounds] = [given.sessions, given.connections, given.rounds].map(Number) as [
  number,
  number,
  number,
];
const SECONDS = 5;
/** Not among those that the load uses: it leaves these sessions, and this dish, to the four. */
const crowd = { sessions: sessions - 4, active: sessions - 4 };
const stuck = sessions;
const dish = dishOf(LINES + 10);

/** What is held, and what the four ask for. */
const held = {
  "a session": {
    hold: `select from guest_sessions where session_id = '${sessionIdOf(stuck)}' for update`,
    ask: () => ({ session: stuck, menu_id: dishOf(0) }),
  },
  "a line": {
    hold: `update guest_cart_items set quantity = quantity where id = ${lineOf(stuck, 0)}`,
    ask: () => ({ session: stuck, menu_id: dishOf(0) }),
  },
  "a dish": {
    hold: `select from menus where id = ${dish} for update`,
    ask: (n: number) => ({ session: stuck - n, menu_id: dish }),
  },
};

const postgres = await startPostgres();
const url = await postgres.create("bench");
const client = new pg.Client(url);
await client.connect();
const { db, close } = await openDatabase(url, { patient: true });
await prepare(db);
await close();
const run = (statement: string) => client.query(statement);
await fill(run, 1, sessions);
const server = await startServer({ DATABASE_URL: url });

try {
  const rows: Record<string, string | number>[] = [];
  const runs = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [what, { hold, ask }] of [["nothing", {}] as const, ...Object.entries(held)] as [
      string,
      { hold?: string; ask?: (n: number) => { session: number; menu_id: number } },
    ][]) {
      const release = hold === undefined ? async () => [] : await holdWhileAsked(hold, ask as never);
      const options = { ...crowd, operation: "add", connections, warmUp: 1, seconds: SECONDS - 1 } as const;
      const measured = await measure(server, postgres.pid, options);
      const answers = await release();
      runs.set(what, [...(runs.get(what) ?? []), measured]);
      rows.push({
        round,
        held: what,
        "a second": measured.perSecond,
        p50: measured.p50,
        p99: measured.p99,
        stuck: count(answers),
      });
      await restore(run, { sessions, active: sessions }, 0);
    }
  }
  console.table(rows);
  const p99 = (what: string) => together(runs.get(what) as Measured[]).p99;
  const ratios = Object.fromEntries(Object.keys(held).map((what) => [what, p99(what) / p99("nothing")]));
  keep(
    {
      mode: "stuck",
      options: given,
      bars: Object.entries(ratios).flatMap(([what, ratio]) =>
        bar(`p99 of everybody else's adds while ${what} is held for ${SECONDS} s ÷ without`, ratio, "≤", 2),
      ),
      figures: { ratios, rows },
      tables: table(rows),
      postgres: await settingsOf(client),
    },
    given.json,
  );
} finally {
  await server.stop();
  await client.end();
  await postgres.stop();
}

/** Holds a row in a transaction while four visitors ask for what needs it. @returns ends both; gives the visitors' statuses */
async function holdWhileAsked(hold: string, ask: (n: number) => { session: number; menu_id: number }) {
  const holder = new pg.Client(url);
  await holder.connect();
  await holder.query("begin");
  await holder.query(hold);
  const visitors = httpClient(4);
  const answers: number[] = [];
  let isOver = false;
  const asking = [0, 1, 2, 3].map(async (n) => {
    while (!isOver) {
      const { session, menu_id } = ask(n);
      const options = { cookie: `guest_session_id=${tokenOf(session)}`, body: { menu_id } };
      const { status } = await visitors.call(
        "POST",
        `http://127.0.0.1:${server.port}/api/guest/cart/add`,
        options,
      );
      answers.push(status);
    }
  });
  return async () => {
    isOver = true;
    await holder.query("rollback");
    await holder.end();
    await Promise.all(asking);
    visitors.close();
    return answers;
  };
}

function count(answers: number[]): string {
  const statuses = [...Map.groupBy(answers, (status) => status)];
  return statuses.map(([status, all]) => `${all.length} × ${status}`).join(", ");
}
