/** The pages on browsers and apps: their code, with the package as npm packs it, against a running server. */
import { readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { SignJWT } from "jose";
import type { Browser } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithBrowser, newPage, openBrowser } from "./helpers/browser.ts";
import { useServer } from "./helpers/client.ts";
import { codeBlocks, type PackedProject, packedProject } from "./helpers/packed-project.ts";
import { run } from "./helpers/process.ts";

const SECRET = "j".repeat(32);
const held = useServer({ AUTH_JWT_SECRET: SECRET, AUTH_SECRET: "" });
const blocksOf = (page: string) => codeBlocks(readFileSync(`docs/${page}.md`, "utf8"));
const inPage = blocksOf("plain-fetch");
const inApp = blocksOf("mobile-apps");

let project: PackedProject;
beforeAll(async () => {
  project = await packedProject();
  const { port } = held.server;
  project.write("vite.config.ts", (inPage["vite.config.ts"] as string).replace("3000", String(port)));
  project.write("page/by-hand.js", inPage["by-hand"] as string);
  project.write("page/client.ts", inPage.client as string);
  project.write("page/refusals.ts", inPage.refusals as string);
  const files = Object.entries(inApp).filter(([name]) => name.endsWith(".ts"));
  for (const [name, code] of files)
    project.write(`app/${name}`, code.replace('"https://shop.example"', JSON.stringify(held.server.url)));
  // What is the app's own, and what only a telephone has.
  project.write(
    "app/account.ts",
    `let jwt: string | null = null;
     export const accessToken = async () => jwt;
     export const logIn = (token: string) => { jwt = token; };`,
  );
  project.write(
    "node_modules/expo-secure-store/package.json",
    '{ "name": "expo-secure-store", "type": "module", "exports": { ".": { "types": "./index.d.ts", "default": "./index.js" } } }',
  );
  project.write(
    "node_modules/expo-secure-store/index.js",
    `export const kept = new Map();
     export const getItemAsync = async (key) => kept.get(key) ?? null;
     export const setItemAsync = async (key, value) => void kept.set(key, value);
     export const deleteItemAsync = async (key) => void kept.delete(key);`,
  );
  project.write(
    "node_modules/expo-secure-store/index.d.ts",
    `export const kept: Map<string, string>;
     export function getItemAsync(key: string): Promise<string | null>;
     export function setItemAsync(key: string, value: string): Promise<void>;
     export function deleteItemAsync(key: string): Promise<void>;`,
  );
  symlinkSync(resolve("node_modules/vite"), join(project.folder, "node_modules/vite"));
}, 120_000);
afterAll(() => project.remove());

describeWithBrowser("a page", () => {
  let browser: Browser;
  let vite: ViteDevServer;
  let url: string;
  beforeAll(async () => {
    project.write(
      "page/main.ts",
      `import { addToCart } from "./refusals";
       console.log(await addToCart(11, 1), await addToCart(13, 1), await addToCart(9999, 1));`,
    );
    project.write(
      "page/tab.ts",
      `import { createClient } from "torioki/client";
       const torioki = createClient();
       Object.assign(window, { add: (menu_id: number) => torioki.cart.add({ menu_id }, { storeId: 1 }), read: () => torioki.cart.get() });`,
    );
    for (const script of ["by-hand.js", "client.ts", "main.ts", "tab.ts"])
      project.write(
        `page/${script}.html`,
        `<!doctype html><link rel="icon" href="data:,"><script type="module" src="./${script}"></script>`,
      );
    vite = await createServer({
      root: join(project.folder, "page"),
      configFile: join(project.folder, "vite.config.ts"),
      server: { port: 0, host: "127.0.0.1" },
      logLevel: "error",
    });
    await vite.listen();
    url = vite.resolvedUrls?.local[0] as string;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await vite?.close();
  });

  /** Opens a page and waits for so many lines in its console. */
  async function logOf(script: string, lines: number) {
    const { page, errors } = await newPage(browser);
    const log: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "log") log.push(message.text());
    });
    await page.goto(`${url}${script}.html`);
    await expect
      .poll(() => log.length + errors.filter((error) => !/ 4\d\d /.test(error)).length, { timeout: 15_000 })
      .toBeGreaterThanOrEqual(lines);
    const cookies = (await page.context().cookies()).map(({ name, httpOnly }) => [name, httpOnly]);
    await page.context().close();
    return { log, errors, cookies };
  }

  it("has a cart by hand", async () => {
    const { log, errors, cookies } = await logOf("by-hand.js", 2);
    expect(log).toEqual([
      "5 dishes, 550 yen",
      "quantity_limit_exceeded - 同じ商品は 99 個までです。カートはそのままです。数量を減らしてください。",
    ]);
    expect(errors.filter((error) => !error.includes("409"))).toEqual([]);
    expect(cookies).toEqual([["guest_session_id", true]]);
  });

  it("has a cart with the client", async () => {
    const { log, cookies } = await logOf("client.ts", 1);
    expect(log).toEqual(["5 dishes, 550 yen"]);
    expect(cookies).toEqual([["guest_session_id", true]]);
  });

  it("shows refusals", async () => {
    const { log } = await logOf("main.ts", 1);
    expect(log).toEqual([
      "1点 売り切れ この商品は見つかりません。カートはそのままです。メニューを読み込み直してお選びください。",
    ]);
  });

  it("shares one session with another tab that starts at the same time", async () => {
    type Tab = {
      add(menu: number): Promise<unknown>;
      read(): Promise<{ items: { menu_id: number; quantity: number }[] }>;
    };
    for (let round = 0; round < 5; round += 1) {
      const { page: one } = await newPage(browser);
      const two = await one.context().newPage();
      for (const tab of [one, two]) {
        await tab.goto(`${url}tab.ts.html`);
        await tab.waitForFunction(() => "add" in globalThis);
      }
      await Promise.all(
        [one, two].map((tab) =>
          tab.evaluate(() => Promise.all([10, 11].map((menu) => (globalThis as unknown as Tab).add(menu)))),
        ),
      );
      const { items } = await one.evaluate(() => (globalThis as unknown as Tab).read());
      expect(items.map(({ menu_id, quantity }) => [menu_id, quantity]).sort()).toEqual([
        [10, 2],
        [11, 2],
      ]);
      await one.context().close();
    }
  });
});

describe("an app", () => {
  it("keeps its token, hands the cart over at log-in, and sends what it could not send later", async () => {
    const { rows } = await held.query("insert into users default values returning id");
    const jwt = await new SignJWT()
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(String(rows[0].id))
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(SECRET));
    project.write(
      "app/run.ts",
      `import { kept } from "expo-secure-store";
       import { logIn } from "./account";
       import "./first-dish";
       import { handOver } from "./hand-over";
       import { fulfil } from "./later";
       import { torioki } from "./shop";
       import { loginAddress } from "./ticket";

       const report: Record<string, unknown> = {};
       report.kept = kept.get("guest_session");
       report.address = await loginAddress();
       const wish = { key: "a-wish", menuId: 10, quantity: 97, storeId: 1 };
       await fulfil(wish);
       report.again = (await fulfil(wish))?.total_items;
       const { fetch } = globalThis;
       globalThis.fetch = () => Promise.reject(new TypeError("no network"));
       const later = { ...wish, key: "another-wish", menuId: 11, quantity: 3 };
       report.offline = (await fulfil(later)) ?? null;
       globalThis.fetch = fetch;
       report.online = (await fulfil(later))?.total_items;
       logIn(process.env.JWT as string);
       await torioki.userCart.add({ menu_id: 10, quantity: 50 }, { storeId: 1 });
       report.capped = await handOver();
       report.forgotten = !kept.has("guest_session");
       report.nothing = await handOver();
       report.cart = (await torioki.userCart.get()).total_items;
       report.refusal = await torioki.userCart.add({ menu_id: 13 }).catch(({ detail }) => detail);
       console.log(JSON.stringify(report));
       export {};`,
    );
    project.write(
      "resolve.mjs",
      `import { registerHooks } from "node:module";
       const bundled = (specifier) => (/^\\.\\/[\\w-]+$/.test(specifier) ? specifier + ".ts" : specifier);
       registerHooks({ resolve: (specifier, context, next) => next(bundled(specifier), context) });`,
    );
    const { stdout, stderr } = await run(
      ["--import", join(project.folder, "resolve.mjs"), join(project.folder, "app/run.ts")],
      { JWT: jwt },
    );
    expect(stderr).toBe("");
    const [first, report] = stdout.trim().split("\n");
    expect(first).toMatch(/^2 \d{4}-.*Z$/);
    expect(JSON.parse(report as string)).toEqual({
      kept: expect.stringMatching(/^[\w-]{64}$/),
      address: expect.stringMatching(/#ticket=[\w-]{43}$/),
      again: 99,
      offline: null,
      online: 102,
      capped: [expect.objectContaining({ menu_id: 10, guest_quantity: 99, user_quantity_after: 99 })],
      forgotten: true,
      nothing: [],
      cart: 102,
      refusal: expect.stringContaining("売り切れ"),
    });
  });

  it("needs nothing but HTTP", async () => {
    const section = readFileSync("docs/mobile-apps.md", "utf8").split("## In Swift")[1] ?? "";
    const script = /```sh\n([\s\S]*?)```/.exec(section)?.[1] as string;
    const { code, stdout, stderr } = await run(
      ["-euc", script.replace("http://127.0.0.1:3000", held.server.url)],
      {},
      "bash",
    );
    expect([code, stderr]).toEqual([0, ""]);
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers).toMatchObject([
      { selected_store_id: 1 },
      { total_items: 2 },
      { total_items: 2 },
      { code: "guest_session_required" },
    ]);
  });
});

it("the pages' TypeScript is right, by the packed types", async () => {
  project.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, skipLibCheck: true, noEmit: true, target: "es2024", types: ["node"] },
        ...{ module: "esnext", moduleResolution: "bundler" },
      },
      include: ["app", "page", "vite.config.ts"],
    }),
  );
  const { code, stdout } = await run(["-p", project.folder], {}, "node_modules/.bin/tsc");
  expect([code, stdout]).toEqual([0, ""]);
});
