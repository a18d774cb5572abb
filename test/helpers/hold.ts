/** Makes a call meet another transaction: what the call needs is held open until it is seen waiting. */
import pg from "pg";
import type { TestDatabase } from "./database.ts";

/** Runs statements in a transaction of its own, starts the call, and commits once the call waits for a lock. */
export async function whileHeld<T>(
  database: TestDatabase,
  statements: string[],
  call: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client(database.source as string);
  await client.connect();
  try {
    await client.query("begin");
    for (const statement of statements) await client.query(statement);
    const answer = call();
    await untilSomebodyWaits(database);
    await client.query("commit");
    return await answer;
  } finally {
    await client.end();
  }
}

/** @param least how many must be waiting for a lock */
export async function untilSomebodyWaits(database: TestDatabase, least = 1): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const [row] = await database.query<{ waiting: number }>(
      "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if ((row?.waiting ?? 0) >= least) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("nobody came to wait for the row");
}
