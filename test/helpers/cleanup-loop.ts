/**
 * A process that cleans up again and again, whose own clock is wrong: npx node cleanup-loop.ts URL MINUTES. It ends when
 * its standard input does, and prints how many sessions it has deleted.
 */
const [, , url = "", minutes = "0"] = process.argv;
const offset = Number(minutes) * 60_000;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args: []) {
    if (args.length === 0) super(RealDate.now() + offset);
    else super(...args);
  }
  static override now(): number {
    return RealDate.now() + offset;
  }
} as DateConstructor;

const { createTorioki } = await import("../../src/torioki.ts");
const torioki = await createTorioki({ database: url });
let isEnding = false;
process.stdin.on("end", () => {
  isEnding = true;
});
process.stdin.resume();
let sessions = 0;
while (!isEnding) {
  sessions += (await torioki.cleanup({ batch: 50 })).sessions;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await torioki.close();
console.log(sessions);
