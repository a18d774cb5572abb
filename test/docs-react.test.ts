/** The code of docs/react.md: its types, and what it shows on a server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createElement, type FunctionComponent } from "react";
import { renderToString } from "react-dom/server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "./helpers/process.ts";

const [, code = ""] = /```tsx\n([\s\S]*?)```/.exec(readFileSync("docs/react.md", "utf8")) ?? [];
let folder: string;
beforeAll(() => {
  // Within the project, so that React is found.
  folder = mkdtempSync(resolve("test", ".docs-react-"));
  const source = code
    .replace('"torioki/client"', '"../../src/client/client.ts"')
    .replace('"torioki/react"', '"../../src/react/react.ts"');
  expect(source).not.toMatch(/"torioki\//);
  writeFileSync(join(folder, "app.tsx"), source);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", include: ["app.tsx"] }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("has the types that it is given", async () => {
  const tsc = resolve("node_modules/typescript/bin/tsc");
  const { code, stdout } = await run([tsc, "-p", folder]);
  expect([code, stdout]).toEqual([0, ""]);
});

it("renders on a server, where there is neither a window nor an answer yet", async () => {
  const { default: App } = (await import(join(folder, "app.tsx"))) as { default: FunctionComponent };
  const html = renderToString(createElement(App));
  expect(html.match(/Loading…/g)).toHaveLength(2);
  expect(html).toContain("Log in");
});
