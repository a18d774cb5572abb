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
  ["app.ts", "./client/client.ts"],
  ["main.ts", "./react/react.ts"],
  ["http/storefront.ts", "../web/main.tsx"],
  ["client/client.ts", "../react/react.ts"],
  ["client/client.ts", "../web/main.tsx"],
  ["client/client.ts", "../carts/contract.ts"],
  ["client/client.ts", "../errors.ts"],
  ["client/client.ts", "../carts/queries.ts"],
  ["react/react.ts", "../web/main.tsx"],
  ["react/react.ts", "../carts/contract.ts"],
  ["web/main.tsx", "../carts/limits.ts"],
  ["web/main.tsx", "../db/json.ts"],
])("%s may not import %s", (file, target) => {
  expect(importFaults([source(file, target)])).toHaveLength(1);
});

it("the client may have the contract's types, and figures of files that import nothing", () => {
  const from = (...lines: string[]) => [{ file: "client/client.ts", text: lines.join("\n") }];
  const types = [
    'import type { Cart } from "../carts/contract.ts";',
    'export type {\n  Problem,\n} from "../contract.ts";',
    'import type { ErrorCode } from "../errors.ts";',
  ];
  expect(importFaults(from(...types))).toEqual([]);
  // Such an import stays in the built file, and loads the whole contract.
  expect(importFaults(from('import { type Cart } from "../carts/contract.ts";'))).toHaveLength(1);
  expect(importFaults(from('type Cart = import("../carts/contract.ts").Cart;'))).toHaveLength(1);
  expect(importFaults(from('import type { Db } from "../db/database.ts";'))).toHaveLength(1);
  expect(
    importFaults(from('import type { A } from "./a.ts";\nimport { z } from "../contract.ts";')),
  ).toHaveLength(1);

  const value = from('import { MAX_LINES } from "../carts/limits.ts";');
  const limits = (text: string) => [...value, { file: "carts/limits.ts", text }];
  expect(importFaults(limits("export const MAX_LINES = 100;"))).toEqual([]);
  expect(importFaults(limits('import { z } from "zod";\nexport const MAX_LINES = 100;'))).toHaveLength(1);
});

it("the page has the client and the hooks, the hooks the client", () => {
  expect(
    importFaults([
      source("web/main.tsx", "./shop.tsx", "../react/react.ts", "../client/client.ts"),
      source("web/shop.tsx", "./words.ts"),
      source("react/react.ts", "./store.ts", "../client/client.ts"),
      source("client/client.ts", "./request.ts"),
    ]),
  ).toEqual([]);
});

it("reads .tsx, tests left out", () => {
  const files = readSources("src").map(({ file }) => file);
  expect(files).toContain("web/main.tsx");
  expect(files.filter((file) => file.includes(".test."))).toEqual([]);
});

it("finds circles, type imports and dynamic ones included", () => {
  expect(
    importFaults([source("carts/cart.ts", "./price.ts"), source("carts/price.ts", "./cart.ts")]),
  ).toEqual(["circle: carts/cart.ts -> carts/price.ts -> carts/cart.ts"]);
  expect(importFaults([{ file: "db/a.ts", text: 'const x = await import("../app.ts")' }])).toHaveLength(1);
  expect(importFaults([{ file: "db/a.ts", text: 'import type { X } from "../app.ts"' }])).toHaveLength(1);
});
