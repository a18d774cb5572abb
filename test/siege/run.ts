/**
 * Besieges the real server in each of its shapes, and prints a table for each. Exit code 1 where anything fell.
 * Run: npm run siege [-- --shape embedded,postgres,processes,redis --only REGEXP --minutes 20 --judge times|codes --seed N
 * --folder CHECKOUT --out FILE --keep]
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { catalogue } from "./catalogue/all.ts";
import { openShape, SHAPES, type ShapeName } from "./shapes.ts";
import { besiege } from "./siege.ts";
import { keepIn, tableOf } from "./table.ts";

const { values: given } = parseArgs({
  options: {
    shape: { type: "string", default: SHAPES.join(",") },
    /** Bad clients whose names match. */
    only: { type: "string", default: "" },
    /** In each shape. */
    minutes: { type: "string", default: "20" },
    judge: { type: "string", default: "times" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    /** Another checkout's server, with this siege. */
    folder: { type: "string", default: "." },
    out: { type: "string" },
    /** Writes the tables into docs/security.md. */
    keep: { type: "boolean", default: false },
    "warm-up": { type: "string", default: "20" },
    quiet: { type: "string", default: "20" },
  },
});
if (process.platform !== "linux") throw new Error("the siege reads /proc and needs Linux");
/**
 * Where this is 1, Linux shares the processors among sessions before it looks at priorities (man 7 sched, "The autogroup feature"). Each
 * process of PostgreSQL is a session, so an attacker of the lowest priority takes from it all the same: queries took up to 700 ms.
 */
const AUTOGROUP = "/proc/sys/kernel/sched_autogroup_enabled";
if (given.judge === "times" && existsSync(AUTOGROUP) && readFileSync(AUTOGROUP, "utf8").trim() === "1")
  console.warn(`times will be too long: as root, run \`echo 0 > ${AUTOGROUP}\` first`);
const shapes = given.shape.split(",") as ShapeName[];
const unknown = shapes.find((shape) => !SHAPES.includes(shape));
if (unknown !== undefined) throw new Error(`no shape ${unknown}: ${SHAPES.join(", ")}`);
const clients = catalogue.filter(({ name }) => new RegExp(given.only, "i").test(name));
if (clients.length === 0) throw new Error(`no bad client is called ${given.only}`);

if (given.out) writeFileSync(given.out, "");
const aborter = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // The npm package of PostgreSQL would end this process at once, and the besieged server would stay.
  process.removeAllListeners(signal);
  process.on(signal, () => aborter.abort(new Error(`ended by ${signal}`)));
}
let fell = 0;
for (const name of shapes) {
  const shape = await openShape(name);
  try {
    const outcome = await besiege(shape, {
      clients,
      minutes: Number(given.minutes),
      judgesTimes: given.judge === "times",
      seed: Number(given.seed),
      folder: given.folder,
      warmUp: Number(given["warm-up"]),
      quiet: Number(given.quiet),
      signal: aborter.signal,
      say: (line) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`),
    });
    const text = tableOf(outcome);
    console.log(`\n## ${name}\n\n${text}\n`);
    if (given.out) appendFileSync(given.out, `## ${name}\n\n${text}\n\n`);
    if (given.keep) keepIn("docs/security.md", name, text);
    fell += outcome.faults.length + outcome.rows.filter(({ faults }) => faults.length > 0).length;
  } finally {
    await shape.close();
  }
}
console.log(fell === 0 ? "everything held" : `${fell} fell`);
process.exit(fell === 0 ? 0 : 1);
