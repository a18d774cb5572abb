/** The README's pictures of the page: that they can be taken anew, and are small. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { describeWithBrowser } from "./helpers/browser.ts";
import { run, temporaryFolder } from "./helpers/process.ts";

const KEPT = "docs/screenshots";
const sizeOf = (folder: string) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

it("the README's pictures are there, say what they show, and are small", () => {
  const pictures = [...readFileSync("README.md", "utf8").matchAll(/<img src="([^"]+)"[^>]* alt="([^"]+)"/g)];
  expect(pictures.length).toBeGreaterThan(3);
  for (const [, file, alt] of pictures) {
    expect(statSync(file as string).size).toBeGreaterThan(5_000);
    expect(alt?.length).toBeGreaterThan(20);
  }
  expect(sizeOf(KEPT)).toBeLessThan(450_000);
});

describeWithBrowser("npm run screenshots", () => {
  const { folder, remove } = temporaryFolder();
  afterAll(remove);

  it("takes all of them anew", async () => {
    const { code, stdout, stderr } = await run(["run", "screenshots", "--", folder], {}, "npm");
    expect([code, stderr]).toEqual([0, ""]);
    expect(readdirSync(folder)).toEqual(readdirSync(KEPT));
    for (const name of readdirSync(folder)) {
      expect(stdout).toContain(name);
      expect(readFileSync(join(folder, name)).subarray(8, 12).toString()).toBe("WEBP");
    }
    expect(sizeOf(folder)).toBeLessThan(450_000);
  });
});
