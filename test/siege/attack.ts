/**
 * One bad client as a process of its own; prints its report as JSON. Run by the siege, or by hand against a server that runs:
 * node test/siege/attack.ts '{"name":"CONNECT, reset","port":3000,"run":1}'
 */
import { catalogue } from "./catalogue/all.ts";
import { holdingOn } from "./catalogue/holding-on.ts";
import { warmingUp } from "./catalogue/warming-up.ts";
import { Target } from "./target.ts";

const { name, port, run } = JSON.parse(process.argv[2] ?? "{}") as {
  name: string;
  port: number;
  run: number;
};
const client = [...catalogue, holdingOn, warmingUp].find((one) => one.name === name);
if (!client) throw new Error(`the catalogue has no ${name}`);
const target = new Target(port, run);
await client.attack(target);
target.endAll();
process.stdout.write(`${JSON.stringify(target.report)}\n`, () => process.exit(0));
