/**
 * A process of its own with a PostgreSQL that may be killed (SIGKILL, no warning) and comes back; fsync is on. Prints its
 * connection string. Every line of standard input is a kill, answered with a line once it takes connections again; the end
 * of the input is the end.
 */
import { createInterface } from "node:readline";
import { startPostgres } from "../../bench/postgres.ts";

const postgres = await startPostgres();
console.log(postgres.url("postgres"));
for await (const _ of createInterface(process.stdin)) {
  await postgres.killAndStart();
  console.log("up");
}
await postgres.stop();
process.exit();
