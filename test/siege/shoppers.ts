/**
 * Fifty shoppers as a process of their own. At each message it tells what they have seen since the last one.
 * Run by the siege: node test/siege/shoppers.ts PORT SEED
 */
import { randomOf } from "./random.ts";
import { Shopper } from "./shopper.ts";
import { NETWORKS } from "./target.ts";

/** `times` in milliseconds; `faults` are sentences, the first hundred of `wrong`. */
export type Seen = { times: number[]; faults: string[]; wrong: number };

const SHOPPERS = 50;
const [, , port = "", seed = "1"] = process.argv;
let seen: Seen = { times: [], faults: [], wrong: 0 };

const random = randomOf(Number(seed));
for (let n = 1; n <= SHOPPERS; n += 1) {
  const shopper = new Shopper(
    `shopper ${n}`,
    Number(port),
    `127.${NETWORKS.shoppers}.0.${n}`,
    random,
    (milliseconds, fault) => {
      seen.times.push(Math.round(milliseconds * 100) / 100);
      if (fault === undefined) return;
      seen.wrong += 1;
      if (seen.faults.length < 100) seen.faults.push(fault);
    },
  );
  void shopper.shop();
}

process.on("message", () => {
  process.send?.(seen);
  seen = { times: [], faults: [], wrong: 0 };
});
process.on("disconnect", () => process.exit(0));
