/** The pages on Express, Fastify, Hono and Next.js: their code in a project of its own, with the package as npm packs it. */
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithBrowser, newPage, openBrowser } from "./helpers/browser.ts";
import { createPostgres } from "./helpers/database.ts";
import { exhaust, startFrom, tryBodies, walk } from "./helpers/mounted-server.ts";
import { codeBlocks, type PackedProject, packedProject, type Serving } from "./helpers/packed-project.ts";
import { run } from "./helpers/process.ts";

const { devDependencies, dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const sameAsOurs = (name: string) => `${name}@${devDependencies[name] ?? dependencies[name]}`;
const blocksOf = (page: string) => codeBlocks(readFileSync(`docs/${page}.md`, "utf8"));
const frameworks = ["express", "fastify", "hono"] as const;

let project: PackedProject;
let database: { source: string; drop: () => Promise<void> };
beforeAll(async () => {
  database = await createPostgres(false, "postgres-18");
  project = await packedProject(
    ...["express@5.3.0", "@types/express@5.0.6", "fastify@5.12.8", "next@16.4.6"],
    ...[
      "hono",
      "@hono/node-server",
      "react",
      "react-dom",
      "@types/react",
      "@types/react-dom",
      "@types/node",
      "typescript",
    ].map(sameAsOurs),
  );
  for (const name of frameworks) {
    const blocks = blocksOf(name);
    // The page's route goes where routes go: before the server listens.
    const [setUp, listen] = (blocks[name] as string).split(/^(?=const server = |app\.addHook)/m);
    project.write(`${name}.mts`, `${setUp}${blocks[`${name}-page`]}${listen}`);
  }
  for (const [file, code] of Object.entries(blocksOf("nextjs"))) project.write(`next/${file}`, code);
  project.write("next/package.json", '{ "private": true, "type": "module" }');
}, 120_000);
afterAll(async () => {
  project.remove();
  await database.drop();
});

describe.each(frameworks)("in %s", (name) => {
  let shop: Serving;
  beforeAll(async () => {
    shop = await project.serve([process.execPath, `${name}.mts`], { DATABASE_URL: database.source });
  });
  afterAll(() => shop.stop("SIGKILL"));

  it("a cart is filled, and shown by the server", () => walk(shop.url));

  it("bodies are Torioki's to read, and the other routes' as before", async () => {
    await tryBodies(shop.url);
    expect(await (await fetch(shop.url)).text()).toBe("my shop");
    const echo = await fetch(`${shop.url}/echo`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"a": 1}',
    });
    expect(await echo.json()).toEqual({ a: 1 });
  });

  it("clients are known by their connection, whatever they say", async () => {
    await exhaust(shop.url);
    expect(await startFrom(shop.url, "198.51.100.1")).toBe(429);
  });

  it("ends when it is told to", async () => {
    expect(await shop.stop()).toBe(0);
  });
});

describe("in Next.js", () => {
  let shop: Serving;
  const next = () => `${project.folder}/node_modules/next/dist/bin/next`;
  beforeAll(async () => {
    const { code, stdout, stderr } = await project.shell(`cd next; node ${next()} build`, {
      NEXT_TELEMETRY_DISABLED: "1",
      NODE_ENV: "production",
    });
    if (code !== 0) throw new Error(`next build: ${stdout}${stderr}`);
    // A build needs no database.
    expect(stdout).not.toMatch(/error/i);
    shop = await project.serve([process.execPath, next(), "start", "next"], {
      DATABASE_URL: database.source,
      NEXT_TELEMETRY_DISABLED: "1",
      NODE_ENV: "production",
    });
  }, 120_000);
  afterAll(() => shop?.stop("SIGKILL"));

  it("a cart is filled, and shown by a server component", async () => {
    await walk(shop.url);
    const page = await fetch(shop.url);
    expect(await page.text()).toMatch(/Kanda[\s\S]*Dish 10[\s\S]*<button type="button">Add<\/button>/);
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(await (await fetch(`${shop.url}/cart`)).text()).toContain("Your cart is empty.");
  });

  it("bodies are Torioki's to read", () => tryBodies(shop.url));

  describeWithBrowser("in a browser", () => {
    it("the page begins with what the server has read, and a button fills the cart", async () => {
      const browser = await openBrowser();
      const { page, errors, requests } = await newPage(browser, { locale: "en-US" });
      await page.goto(shop.url);
      const badge = page.getByText("in the cart");
      expect(await badge.textContent()).toBe("0 in the cart");
      const dish = page.getByRole("listitem").filter({ hasText: "Dish 10" });
      for (let n = 0; n < 3; n += 1) await dish.getByRole("button").click();
      const soldOut = page.getByRole("listitem").filter({ hasText: "Dish 13" });
      await soldOut.getByRole("button").click();
      await expect.poll(() => soldOut.getByRole("alert").textContent()).toMatch(/sold out/);
      await expect.poll(() => badge.textContent()).toBe("3 in the cart");
      // Read by the server, by another server component, and by the page anew.
      await page.goto(`${shop.url}/cart`);
      expect(await page.getByRole("listitem").allInnerTexts()).toEqual(["3 × Dish 10"]);
      expect(await badge.textContent()).toBe("3 in the cart");
      expect(requests.filter((address) => address.includes("/api/auth"))).toEqual([]);
      expect(errors.filter((error) => !/ (401|409) /.test(error) && !error.includes("favicon"))).toEqual([]);
      await browser.close();
    });
  });

  it("clients are known by the last address in X-Forwarded-For", async () => {
    await exhaust(shop.url);
    expect(await startFrom(shop.url, "198.51.100.1")).toBe(201);
    expect(await startFrom(shop.url, "198.51.100.1, 127.0.0.1")).toBe(429);
  });

  it("keeps one instance when the code is edited while it runs", async () => {
    await shop.stop();
    const dev = await project.serve([process.execPath, next(), "dev", "next"], {
      DATABASE_URL: database.source,
      NEXT_TELEMETRY_DISABLED: "1",
      NODE_ENV: "development",
    });
    const pool = new pg.Pool({ connectionString: database.source, max: 1 });
    const connections = async () => {
      expect((await fetch(`${dev.url}/api/stores`)).status).toBe(200);
      const { rows } = await pool.query(
        "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() order by pid",
      );
      return rows;
    };
    const shown = async () => (await fetch(`${dev.url}/cart`)).text();
    expect(await shown()).toContain("Your cart is empty.");
    const before = await connections();
    expect(before.length).toBeGreaterThan(0);
    const blocks = blocksOf("nextjs");
    project.write("next/lib/torioki.ts", `${blocks["lib/torioki.ts"]}\nexport const edition = "two";\n`);
    const page = (blocks["app/cart/page.tsx"] as string)
      .replace("{ visitor }", "{ edition, visitor }")
      .replace("Your cart is empty.", "Edition {edition}.");
    project.write("next/app/cart/page.tsx", page);
    await expect.poll(shown, { timeout: 20_000, interval: 200 }).toMatch(/Edition (<!-- -->)?two/);
    expect(await connections()).toEqual(before);
    await pool.end();
    await dev.stop();
  });
});

it("the pages' TypeScript is right, by the packed types", async () => {
  const strict = { strict: true, skipLibCheck: true, noEmit: true, target: "es2024", types: ["node"] };
  project.write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { ...strict, module: "nodenext" }, include: ["*.mts"] }),
  );
  const { code, stdout } = await run(["-p", project.folder], {}, "node_modules/.bin/tsc");
  expect([code, stdout]).toEqual([0, ""]);
  // `next build` checks its own; by the configuration that it makes where there is none.
  const options = { ...strict, module: "esnext", moduleResolution: "bundler", jsx: "react-jsx" };
  project.write(
    "next/tsconfig.json",
    JSON.stringify({ compilerOptions: options, include: ["**/*.ts", "**/*.tsx"] }),
  );
  const pages = await run(["-p", `${project.folder}/next`], {}, "node_modules/.bin/tsc");
  expect([pages.code, pages.stdout]).toEqual([0, ""]);
});
