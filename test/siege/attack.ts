/**
 * One bad client as a process of its own; prints its report as JSON. Run by the siege, or by hand against a server that runs:
 * node test/siege/attack.ts '{"name":"CONNECT, reset","port":3000,"run":1}'
 */
import { constants, setPriority } from "node:os";
import { catalogue } from "./catalogue/all.ts";
import { holdingOn } from "./catalogue/holding-on.ts";
import { warmingUp } from "./catalogue/warming-up.ts";
import { Target } from "./target.ts";

const { name, port, run, yields } = JSON.parse(process.argv[2] ?? "{}") as {
  name: string;
  port: number;
  run: number;
  /** true: others on this machine go first */
  yields?: boolean;
};
const client = [...catalogue, holdingOn, warmingUp].find((one) => one.name === name);
if (!client) throw new Error(`the catalogue has no ${name}`);
// In the world attackers have processors of their own. Where times are judged they must not take the server's; where they are not,
// an attack that gets no processor beside other work would show nothing.
if (yields) setPriority(constants.priority.PRIORITY_LOW);
const target = new Target(port, run);
await client.attack(target);
target.endAll();
process.stdout.write(`${JSON.stringify(target.report)}\n`, () => process.exit(0));
