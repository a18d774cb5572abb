import { expect, it } from "vitest";
import { importFaults, readSources } from "./imports.ts";

const source = (file: string, ...imports: string[]) => ({
  file,
  text: imports.map((target) => `import { x } from "${target}";`).join("\n"),
});

it("the sources keep the order", () => {
  expect(importFaults(readSources("src"))).toEqual([]);
});

it.each([
  ["db/postgres.ts", "../carts/queries.ts"],
  ["carts/queries.ts", "./cart.ts"],
  ["carts/cart.ts", "./routes.ts"],
  ["carts/cart.ts", "../http/problem.ts"],
  ["carts/routes.ts", "../app.ts"],
  ["app.ts", "./main.ts"],
  ["torioki.ts", "./config.ts"],
  ["carts/contract.ts", "./queries.ts"],
])("%s may not import %s", (file, target) => {
  expect(importFaults([source(file, target)])).toHaveLength(1);
});

it("finds circles, type imports and dynamic ones included", () => {
  expect(
    importFaults([source("carts/cart.ts", "./price.ts"), source("carts/price.ts", "./cart.ts")]),
  ).toEqual(["circle: carts/cart.ts -> carts/price.ts -> carts/cart.ts"]);
  expect(importFaults([{ file: "db/a.ts", text: 'const x = await import("../app.ts")' }])).toHaveLength(1);
  expect(importFaults([{ file: "db/a.ts", text: 'import type { X } from "../app.ts"' }])).toHaveLength(1);
});
