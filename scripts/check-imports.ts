/** Fails on an import against the house's order (CONTRIBUTING.md). Part of `npm run check`. */
import { fileURLToPath } from "node:url";
import { importFaults, readSources } from "./imports.ts";

const sources = readSources(fileURLToPath(new URL("../src", import.meta.url)));
const faults = importFaults(sources);
for (const fault of faults) console.error(fault);
console.log(`imports: ${sources.length} files, ${faults.length} against the order`);
process.exitCode = faults.length > 0 ? 1 : 0;
