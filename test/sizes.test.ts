import { expect, it } from "vitest";
import { measureSizes, tooBig } from "../scripts/page-sizes.ts";

it("the client and the page are as small as promised", async () => {
  const sizes = await measureSizes();
  expect(sizes.filter(({ limit }) => limit).map(({ name }) => name)).toEqual([
    "torioki/client",
    "the page: scripts",
  ]);
  for (const { gzip, limit } of sizes) if (limit) expect(gzip).toBeGreaterThan(500);
  expect(tooBig(sizes)).toEqual([]);
});

it("what is too big is told", () => {
  const size = { name: "the page: scripts", minified: 300, gzip: 101 };
  expect(tooBig([{ ...size, limit: 100 }])).toEqual(["the page: scripts: 101 bytes, and 100 are the most"]);
  expect(tooBig([{ ...size, limit: 101 }, size])).toEqual([]);
});
