import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type ServerType, serve } from "@hono/node-server";
import type { Browser } from "playwright-core";
import { renderToString } from "react-dom/server";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithBrowser, newPage, openBrowser } from "../../test/helpers/browser.ts";
import { Page } from "../../test/helpers/react-page/page.tsx";
import { type TestBrowser, useShop } from "../../test/helpers/shop.ts";
import {
  type Initial,
  useAccount,
  useCart,
  useMenus,
  useSession,
  useStores,
  useToriokiClient,
} from "./react.ts";

const shop = useShop();

async function readAll({ client }: TestBrowser): Promise<Initial> {
  return {
    cart: await client.cart.get(),
    account: null,
    stores: await client.stores.list(),
    menus: [await client.stores.menus(1)],
  };
}

describe("a server that renders the page", () => {
  it("says that it is loading, and asks for nothing, where it is given nothing", () => {
    const { client, sent } = shop.open();
    const html = renderToString(<Page client={client} />);
    expect(html).toContain("Loading the cart");
    expect(html).toContain("Loading the stores");
    expect(sent).toEqual([]);
  });

  it("shows what it is given, and asks for nothing", async () => {
    const browser = shop.open();
    await browser.client.cart.add({ menu_id: 10, quantity: 2 }, { storeId: 1 });
    const initial = await readAll(browser);
    browser.sent = [];
    const html = renderToString(<Page client={browser.client} initial={initial} />);
    expect(html).toContain("guest, 2 × Dish 10, 220");
    expect(html).toContain("Kanda, Yokohama 100%, Osaka");
    expect(browser.sent).toEqual([]);
  });

  it("shows an empty cart where the guest has none, and a user's as a user's", async () => {
    const { client } = shop.open();
    const html = (initial: Initial) => renderToString(<Page client={client} initial={initial} />);
    expect(html({ cart: null, account: null })).toContain("guest, 0");
    expect(html({ cart: null, account: { id: "1", name: "Hanako", email: "h@example.com" } })).toContain(
      "Hanako, 0",
    );
  });
});

const hooks = { useAccount, useCart, useMenus, useSession, useStores, useToriokiClient };
function Alone({ hook }: { hook: (storeId: number) => unknown }) {
  hook(1);
  return null;
}

it.each(Object.entries(hooks))("%s says what to do where there is no provider", (_name, hook) => {
  expect(() => renderToString(<Alone hook={hook as (storeId: number) => unknown} />)).toThrow(
    /put one around your app/,
  );
});

describeWithBrowser("a page in a browser, mounted twice as StrictMode does", () => {
  let browser: Browser;
  let server: ServerType;
  let url: string;
  let script: string;
  /** What the server has rendered. */
  let html = "";
  let initial: Initial | null = null;

  beforeAll(async () => {
    [browser, script] = await Promise.all([openBrowser(), bundle()]);
    const answer = (text: string, type: string) => new Response(text, { headers: { "Content-Type": type } });
    server = serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/page.js") return answer(script, "text/javascript");
        if (pathname !== "/") return shop.torioki.fetch(request);
        const data = JSON.stringify(initial).replaceAll("<", "\\u003c");
        return answer(
          `<!doctype html><link rel="icon" href="data:,"><div id="root">${html}</div><script>initial = ${data}</script><script type="module" src="/page.js"></script>`,
          "text/html; charset=utf-8",
        );
      },
    });
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** In development, as it is where StrictMode does anything and React tells of markup that differs. */
  async function bundle(): Promise<string> {
    const built = await build({
      configFile: false,
      logLevel: "error",
      mode: "development",
      define: { "process.env.NODE_ENV": '"development"' },
      build: {
        write: false,
        minify: false,
        rolldownOptions: {
          input: fileURLToPath(new URL("../../test/helpers/react-page/browser.tsx", import.meta.url)),
        },
      },
    });
    if (!("output" in built)) throw new Error("a build has one output");
    return built.output[0].code;
  }

  async function open() {
    const { page, errors, requests } = await newPage(browser, { locale: "en-US" });
    await page.goto(url);
    const calls = () => requests.map((request) => new URL(request).pathname).filter((p) => /^\/api/.test(p));
    // The first question about the account loads the login's library, which takes its time beside other tests.
    const shows = (text: string) =>
      expect.poll(() => page.locator("#cart").textContent(), { timeout: 10_000 }).toBe(text);
    return { page, errors, requests, calls, shows };
  }

  it("goes on with what the server has rendered, and asks for none of it again", async () => {
    initial = await readAll(shop.open());
    html = renderToString(<Page client={shop.open().client} initial={initial} />);
    const { page, errors, calls, shows } = await open();
    await page.waitForFunction(() => "unmount" in window);
    await shows("guest, 0");
    await page.waitForTimeout(200);
    expect(calls()).toEqual([]);
    expect(errors).toEqual([]);

    await page.evaluate(() => {
      for (let n = 0; n < 5; n += 1) document.querySelector("button")?.click();
    });
    await shows("guest, 5 × Dish 10, 550");
    const cart = () => page.evaluate(async () => (await fetch("/api/guest/cart")).json());
    await expect.poll(async () => (await cart()).total_items).toBe(5);
    await page.context().close();
  });

  it("asks once for each thing; taken away it is quiet, and put back it goes on", async () => {
    initial = null;
    html = "";
    const { page, errors, requests, calls, shows } = await open();
    await shows("guest, 0");
    await page.getByRole("button", { name: "Add Dish 10" }).waitFor();
    const once = ["/api/auth/get-session", "/api/guest/cart", "/api/stores", "/api/stores/1/menus"];
    expect(calls().sort()).toEqual(once);

    await page.getByRole("button").click();
    await shows("guest, 1 × Dish 10, 110");
    await expect.poll(() => calls().filter((path) => path === "/api/guest/cart/add").length).toBe(2);
    await page.waitForTimeout(1_100);
    requests.length = 0;
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await expect.poll(calls).toEqual(["/api/guest/cart"]);

    await page.evaluate(() => window.unmount());
    requests.length = 0;
    await page.waitForTimeout(1_100);
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.waitForTimeout(200);
    expect([calls(), errors.filter((error) => !error.includes("401"))]).toEqual([[], []]);

    await page.evaluate(() => window.mount());
    await shows("guest, 1 × Dish 10, 110");
    expect(calls().sort()).toEqual(once);
    await page.context().close();
  });
});
