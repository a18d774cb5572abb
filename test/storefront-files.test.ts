/** The page as the program serves it. */
import { cpSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createPostgres } from "./helpers/database.ts";
import { run, startTorioki, temporaryFolder } from "./helpers/process.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

it("is there by default, from every process", async () => {
  const { source, drop } = await createPostgres(true, "postgres-18");
  const server = await startTorioki({
    DATABASE_URL: source,
    WEB_CONCURRENCY: "2",
    AUTH_SECRET: "s".repeat(32),
  });
  for (let n = 0; n < 6; n += 1) {
    // A connection of its own each time, so that both processes get some.
    const page = await fetch(`${server.url}/stores/1`, {
      headers: { Connection: "close", "Accept-Encoding": "br" },
    });
    expect([page.status, page.headers.get("content-encoding")]).toEqual([200, "br"]);
    expect(await page.text()).toContain("/assets/");
  }
  const head = await fetch(server.url, { method: "HEAD", headers: { "Accept-Encoding": "identity" } });
  const page = await fetch(server.url, { headers: { "Accept-Encoding": "identity" } });
  expect(head.headers.get("content-length")).toBe(String(Buffer.byteLength(await page.text())));
  await server.stop();
  expect(server.output.stdout).not.toMatch(/no page at/);
  await drop();
});

it("is not there with STOREFRONT=off, and all else is", async () => {
  const server = await startTorioki({ DATA_DIR: join(folder, "off"), STOREFRONT: "off" });
  const statuses = ["/", "/cart", "/assets/x.js", "/docs", "/api/stores"].map(
    async (path) => (await fetch(server.url + path)).status,
  );
  expect(await Promise.all(statuses)).toEqual([404, 404, 404, 200, 200]);
  await server.stop();
  expect(server.output.stdout).not.toMatch(/no page at/);
  const wrong = await run(["src/cli.ts", "serve"], { STOREFRONT: "yes" });
  expect([wrong.code, wrong.stderr]).toEqual([2, 'torioki: STOREFRONT takes on or off, not "yes"\n']);
});

it("that was not built is told of once, with what to run", async () => {
  const checkout = join(folder, "checkout");
  for (const part of ["src", "migrations", "demo", "package.json", "scripts/build-page.mjs"])
    cpSync(part, join(checkout, part), { recursive: true });
  symlinkSync(resolve("node_modules"), join(checkout, "node_modules"));
  const server = await startTorioki(
    { DATA_DIR: join(folder, "unbuilt") },
    "serve",
    join(checkout, "src/cli.ts"),
  );
  expect((await fetch(server.url)).status).toBe(404);
  await server.stop();
  expect(
    server.output.stdout.match(/"level":40.*there is no page at \/: run `npm install && npm run build:web`/g),
  ).toHaveLength(1);
});
