/** The benchmark runs to its end, small, and finds what its bars are made of. How fast anything is, is not judged here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pgbenchScript } from "../bench/pgbench.ts";
import { results } from "../bench/report.ts";
import { compiled } from "../bench/statements.ts";
import { run, temporaryFolder } from "./helpers/process.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

describe("npm run bench", () => {
  it("measures server, references and ratios, and leaves RESULTS.md alone when told where to write", async () => {
    const kept = () => readFileSync("bench/RESULTS.md", "utf8");
    const before = kept();
    const json = join(folder, "bench.json");
    const small = "--sessions 200 --seconds 1 --warm-up 0.2 --rounds 1 --operations add,cart --clients 8";
    const args = ["run", "bench", "--", ...small.split(" "), "--json", json];
    const { code, stderr } = await run(args, {}, "npm");
    expect([code, stderr]).toEqual([0, ""]);

    const { ratios, bars, servers, references } = JSON.parse(readFileSync(json, "utf8"));
    const finite = expect.toSatisfy((value) => Number.isFinite(value) && value > 0);
    expect(ratios).toEqual({
      overAlone: { add: finite, cart: finite },
      addsOverBareUpsert: finite,
      offOverOn: { add: finite, cart: finite },
      loneAdd: finite,
      tail: { add: finite, cart: finite },
    });
    expect(bars).toHaveLength(8);
    expect(servers).toHaveLength(2 * 3 * 2);
    for (const { operation, statuses } of servers)
      expect(Object.keys(statuses)).toEqual([operation === "add" ? "201" : "200"]);
    expect(references.map(({ statement }: { statement: string }) => statement)).toEqual([
      "add",
      "bare upsert",
      "cart",
    ]);
    expect(kept()).toBe(before);
  });
});

describe("pgbench's script", () => {
  it.each(["add", "set", "remove", "cart", "session", "store", "create", "bare upsert"] as const)(
    "for %s has every parameter filled in, and no variable but its own",
    (reference) => {
      const script = pgbenchScript(reference);
      expect(compiled(reference).parameters.length).toBeGreaterThan(0);
      expect(script).not.toMatch(/\$\d|<session>|200000000\d/);
      const used = [...script.matchAll(/(?<!:):(\w+)/g)].map(([, name]) => name as string);
      const set = [...script.matchAll(/^\\set (\w+)/gm)].map(([, name]) => name as string);
      const known = [...set, "sessions", "clients", "client_id", "i"];
      expect(used.filter((name) => !known.includes(name))).toEqual([]);
    },
  );
});

describe("RESULTS.md", () => {
  const bar = (measured: string) => [{ bar: "a ≥ 1", measured, met: true }];

  it("keeps the other benchmarks' sections and bars, in one order", () => {
    const memory = results("", "memory", "## memory, first", bar("1.10"), "2030-01-01");
    const both = results(memory, "run", "## run", bar("1.20"), "2030-01-02");
    const again = results(both, "memory", "## memory, second", bar("1.30"), "2030-01-03");
    expect(again).not.toMatch(/first|1\.10|2030-01-01/);
    expect([...again.matchAll(/1\.\d0|## \w+(, \w+)?/g)].map(([found]) => found)).toEqual([
      "1.20",
      "1.30",
      "## run",
      "## memory, second",
    ]);
    expect(results(again, "memory", "## memory, second", bar("1.30"), "2030-01-03")).toBe(again);
  });
});
