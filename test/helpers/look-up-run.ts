/**
 * Two replicas, one Redis, and a crowd: sessions whose stores are chosen, that are deleted and handed over, while others
 * look them up at either replica. Every answer is held against what was acknowledged before the look-up began.
 */
import { newUser } from "./api.ts";
import type { TestDatabase } from "./database.ts";
import { type HttpOptions, httpClient } from "./http-client.ts";

/** Stores made for this, so that a session's store tells how often it was chosen. */
const STORES = 500;
const FIRST_STORE = 100_000;
const SESSIONS_OF_A_WRITER = 10;
const MOST_ENDED = 3;

export type RunOptions = {
  database: Pick<TestDatabase, "query">;
  urls: [string, string];
  /** A bearer JWT for a user. */
  tokenOf: (userId: number) => Promise<string>;
  lookUps: number;
  readers: number;
  writers: number;
  seed: number;
};

export type RunReport = {
  lookUps: number;
  changes: number;
  deletions: number;
  handOvers: number;
  /** Every answer that was older than what had been acknowledged, or an answer that nobody may get. */
  faults: string[];
  /** Milliseconds of every look-up and every change, with the moment when it began. */
  times: { at: number; milliseconds: number; kind: "look-up" | "change" }[];
};

type Kept = {
  cookie: string;
  /** How often the store was chosen: begun, and acknowledged. */
  begun: number;
  acknowledged: number;
  isEnding: boolean;
  hasEnded: boolean;
};

export async function prepareRun({ query }: Pick<TestDatabase, "query">): Promise<void> {
  await query(
    `insert into stores (id, name) select n, 'store ' || n from generate_series(${FIRST_STORE}, ${FIRST_STORE + STORES}) n`,
  );
}

export async function runLookUps(options: RunOptions): Promise<RunReport> {
  const { urls, readers, writers } = options;
  const client = httpClient(readers + writers);
  const random = randomBy(options.seed);
  const report: RunReport = { lookUps: 0, changes: 0, deletions: 0, handOvers: 0, faults: [], times: [] };
  const sessions: Kept[] = [];
  let isOver = false;

  const call = async (method: string, path: string, options: HttpOptions = {}) => {
    const at = performance.now();
    const answer = await client.call(method, `${urls[random(2)]}${path}`, options);
    const kind = method === "GET" ? "look-up" : "change";
    report.times.push({ at, milliseconds: performance.now() - at, kind });
    if (answer.status >= 500) report.faults.push(`${method} ${path} -> ${answer.status}`);
    return answer;
  };

  async function begin(): Promise<Kept | undefined> {
    const made = await call("POST", "/api/guest/session");
    if (made.status !== 201 || made.cookie === undefined) return undefined;
    const session = { cookie: made.cookie, begun: 0, acknowledged: 0, isEnding: false, hasEnded: false };
    sessions.push(session);
    return session;
  }

  async function end(session: Kept): Promise<void> {
    session.isEnding = true;
    if (random(2) === 0) {
      const deleted = await call("DELETE", "/api/guest/session", { cookie: session.cookie });
      if (deleted.status !== 204) report.faults.push(`deletion -> ${deleted.status}`);
      report.deletions += 1;
    } else {
      const userId = await newUser(options.database as TestDatabase);
      const token = await options.tokenOf(userId);
      const converted = await call("POST", "/api/guest/session/convert", { cookie: session.cookie, token });
      if (converted.status !== 200) report.faults.push(`hand-over -> ${converted.status}`);
      report.handOvers += 1;
    }
    session.hasEnded = true;
    // The last few stay in sight: what has ended must be seen to have.
    const ended = sessions.filter(({ hasEnded }) => hasEnded);
    if (ended.length > MOST_ENDED) sessions.splice(sessions.indexOf(ended[0] as Kept), 1);
  }

  /** One shopper after the other, each of several sessions in turn. */
  async function write(): Promise<void> {
    const own: Kept[] = [];
    while (!isOver) {
      const fresh = own.length < SESSIONS_OF_A_WRITER ? await begin() : undefined;
      if (fresh) own.push(fresh);
      const session = own[random(own.length)];
      if (!session) continue;
      if (session.begun > 5 && random(15) === 0) {
        own.splice(own.indexOf(session), 1);
        await end(session);
        continue;
      }
      session.begun += 1;
      const body = { store_id: FIRST_STORE + session.begun };
      const chosen = await call("POST", "/api/guest/session/store", { cookie: session.cookie, body });
      if (chosen.status !== 200) report.faults.push(`choice ${session.begun} -> ${chosen.status}`);
      session.acknowledged = session.begun;
      report.changes += 1;
      await new Promise((resolve) => setTimeout(resolve, random(40)));
    }
  }

  async function read(): Promise<void> {
    while (report.lookUps < options.lookUps) {
      const session = sessions[random(sessions.length)];
      if (session === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      const { acknowledged, hasEnded } = session;
      const { status, text } = await call("GET", "/api/guest/session", { cookie: session.cookie });
      report.lookUps += 1;
      if (status === 401 && session.isEnding) continue;
      const where = `look-up ${report.lookUps}`;
      if (status !== 200) report.faults.push(`${where} -> ${status}`);
      else if (hasEnded) report.faults.push(`${where}: a session that had ended`);
      else {
        const store = JSON.parse(text).selected_store_id as number | null;
        const seen = store === null ? 0 : store - FIRST_STORE;
        if (seen < acknowledged || seen > session.begun)
          report.faults.push(
            `${where}: choice ${seen}, of ${acknowledged} acknowledged and ${session.begun} begun`,
          );
      }
    }
  }

  const writing = Array.from({ length: writers }, write);
  await Promise.all(Array.from({ length: readers }, read));
  isOver = true;
  await Promise.all(writing);
  client.close();
  return report;
}

/** Whole numbers below a limit, the same for the same seed (xorshift). */
export function randomBy(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
