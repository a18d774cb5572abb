import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { run } from "./helpers/process.ts";

it("a failing test fails the run, with the servers of the global setup running", async () => {
  const folder = "test/.red";
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${folder}/red.test.ts`,
    'import { expect, it } from "vitest";\nit("is red", () => expect(1).toBe(2));\n',
  );
  try {
    const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "unit", `${folder}/red.test.ts`];
    const { code, stdout } = await run(vitest, { NO_COLOR: "1" });
    expect(stdout).toContain("0 passed, 1 failed, 0 skipped");
    expect(code).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
