/** Prints what a browser has to load, in bytes, and fails where it is too much. Run: npm run sizes */
import { measureSizes, tooBig } from "./page-sizes.ts";

const sizes = await measureSizes();
const width = Math.max(...sizes.map(({ name }) => name.length));
const row = (name: string, ...cells: (string | number)[]) =>
  console.log(name.padEnd(width), ...cells.map((cell) => String(cell).padStart(9)));
row("", "minified", "gzip", "at most");
for (const { name, minified, gzip, limit = "" } of sizes) row(name, minified, gzip, limit);
const faults = tooBig(sizes);
for (const fault of faults) console.error(`too big: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
