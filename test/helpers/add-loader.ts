/**
 * A process of its own that adds dishes to many sessions' carts, over many connections, and keeps a ledger on the disk: a
 * line before every attempt (`?`), one after every acknowledgement (`+`), one where there was no answer (`x`) or a 5xx
 * (`!`), each with the session's number and the dish. Runs until its standard input ends:
 * node test/helpers/add-loader.ts URL SEED LEDGER SESSIONS CONNECTIONS
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { httpClient } from "./http-client.ts";
import { DISHES, tokenOf } from "./ledger.ts";

const [, , url = "", seed = "0", ledger = "", sessions = "0", connections = "0"] = process.argv;
const file = openSync(ledger, "a");
const client = httpClient(Number(connections));
let isOver = false;
process.stdin.on("end", () => {
  isOver = true;
});
process.stdin.resume();

const visits = fc.sample(
  fc.tuple(fc.integer({ min: 1, max: Number(sessions) }), fc.constantFrom(...DISHES)),
  {
    seed: Number(seed),
    numRuns: 20_000,
  },
);
let next = 0;

async function lane(): Promise<void> {
  while (!isOver) {
    const [session, dish] = visits[next++ % visits.length] as [number, number];
    const note = (mark: string) => writeSync(file, `${mark} ${session} ${dish}\n`);
    note("?");
    const status = await client
      .call("POST", `${url}/api/guest/cart/add`, {
        cookie: `guest_session_id=${tokenOf(session)}`,
        body: { menu_id: dish },
      })
      .then(
        (answer) => answer.status,
        () => 0,
      );
    if (status === 201) note("+");
    else {
      note(status === 0 ? "x" : status >= 500 ? "!" : `unexpected ${status}`);
      await sleep(50);
    }
  }
}

await Promise.all(Array.from({ length: Number(connections) }, lane));
fsyncSync(file);
closeSync(file);
client.close();
