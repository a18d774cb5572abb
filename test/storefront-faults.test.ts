/** What can go wrong between the storefront and its server: the page says so, keeps what it can, and recovers by itself. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser, openBrowser } from "./helpers/browser.ts";
import { createPostgres } from "./helpers/database.ts";
import { getPort } from "./helpers/ports.ts";
import { startTorioki, temporaryFolder, torioki } from "./helpers/process.ts";
import { ShopPage, shoppers } from "./helpers/shop-page.ts";

describeWithBrowser("the storefront", () => {
  const { folder, remove } = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    remove();
  });

  it.each(shoppers)("outlives its server on a %s: changes made meanwhile arrive, once", async (who) => {
    const env = { DATA_DIR: join(folder, `killed-${who}`), PORT: String(await getPort()) };
    let server = await startTorioki(env);
    const shop = await ShopPage.open(browser, server.url, who);
    const { words, dishes, page } = shop;
    await shop.goto("/stores/1");
    await shop.add(dishes.nori).click();
    await shop.serverHas({ [dishes.nori]: 1 });
    await shop.more(dishes.nori).click();
    await server.stop("SIGKILL");
    for (let n = 0; n < 3; n += 1) await shop.more(dishes.nori).click();
    await shop.add(dishes.karaage).click();
    await shop.says(words.away);
    await shop.says(words.waitingKept);
    await shop.hasQuantity(dishes.nori, 5);
    // Another page of the shop cannot be read now: it is as soon as there is somebody to answer.
    await page.evaluate(() => {
      history.pushState(null, "", "/stores/3");
      dispatchEvent(new PopStateEvent("popstate"));
    });
    await page.locator("main").getByText(words.away).waitFor();
    server = await startTorioki(env);
    await page.getByText(words.waitingKept).waitFor({ state: "detached", timeout: 40_000 });
    await page.locator("ul.dishes > li").first().waitFor({ timeout: 40_000 });
    await shop.serverHas({ [dishes.nori]: 5, [dishes.karaage]: 1 });
    await shop.close();
    await server.stop();
  });

  it.each(shoppers)("works on without a network on a %s, and is not slowed by a slow one", async (who) => {
    const server = await startTorioki({ DATA_DIR: join(folder, `offline-${who}`) });
    const shop = await ShopPage.open(browser, server.url, who);
    const { words, dishes, page } = shop;
    await shop.goto("/stores/1");
    await shop.add(dishes.nori).click();
    await shop.serverHas({ [dishes.nori]: 1 });
    await shop.context.setOffline(true);
    await shop.more(dishes.nori).click();
    await shop.says(words.offline);
    await shop.more(dishes.nori).click();
    await shop.hasQuantity(dishes.nori, 3);
    await shop.context.setOffline(false);
    await page.getByText(words.offline).waitFor({ state: "detached" });
    await shop.serverHas({ [dishes.nori]: 3 });

    await page.route("**/api/**", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      await route.continue().catch(() => {});
    });
    await shop.more(dishes.nori).click();
    // At once, long before there is an answer.
    expect(await shop.quantity(dishes.nori).inputValue()).toBe("4");
    await page.goto(`${server.url}/stores/2`);
    await shop.says(words.slow);
    await page.locator("ul.dishes > li").first().waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await shop.serverHas({ [dishes.nori]: 4 });
    await shop.close();
    await server.stop();
  });

  it("says why beside what it is about: sold out meanwhile, too many, too often", async () => {
    const { source, drop } = await createPostgres(true, "postgres-18");
    const catalog = (isThere: boolean) => {
      const file = join(folder, "catalog.json");
      const menus = [
        { id: 1, name: "のり弁当 Nori Bento", price: 480, is_available: isThere },
        { id: 2, name: "若鶏の唐揚げ弁当 Chicken Karaage Bento", price: 620, is_available: isThere },
      ];
      writeFileSync(file, JSON.stringify({ stores: [{ id: 1, name: "神田店 Kanda", menus }] }));
      return torioki(["catalog", "load", file], { DATABASE_URL: source });
    };
    expect((await torioki(["migrate", "up"], { DATABASE_URL: source })).code).toBe(0);
    expect((await catalog(true)).code).toBe(0);
    const server = await startTorioki({
      DATABASE_URL: source,
      AUTH_SECRET: "s".repeat(32),
      RATE_LIMIT: "on",
    });
    const shop = await ShopPage.open(browser, server.url, "phone");
    const { page, words, dishes } = shop;
    await shop.goto("/stores/1");
    await shop.add(dishes.nori).click();
    await shop.serverHas({ [dishes.nori]: 1 });

    // Another tab has meanwhile come to 99 of it.
    const more = async (route: Route) => {
      const answer = await page.request.post(`${server.url}/api/guest/cart/add`, {
        data: { menu_id: 1, quantity: 98 },
        headers: { "Sec-Fetch-Site": "same-origin" },
      });
      expect(answer.status()).toBe(201);
      await route.continue();
    };
    await page.route("**/api/guest/cart/add", more, { times: 1 });
    await shop.more(dishes.nori).click();
    const card = page.locator(".dish-card").first();
    await card.getByRole("alert").getByText("99").waitFor();
    await shop.hasQuantity(dishes.nori, 99);
    expect(await shop.more(dishes.nori).getAttribute("aria-disabled")).toBe("true");

    expect((await catalog(false)).code).toBe(0);
    await shop.add(dishes.karaage).click();
    await page.locator(".dish-card").nth(1).getByRole("alert").getByText("売り切れ").waitFor();
    await page.locator(".dish-card").nth(1).getByText(words.soldOut, { exact: true }).waitFor();
    await shop.goto("/cart");
    await shop.says(words.notCounted);
    await expect.poll(() => page.locator(".total dd").textContent()).toBe(shop.yen(0));
    // Put back and refused, it has no line any more: that is said by its name.
    await page.locator(".line-control .text-button").first().click();
    await shop.button(words.undo).click();
    const refusal = page.locator(".cart > .refusal").filter({ hasText: "売り切れ" });
    await refusal.filter({ hasText: dishes.nori }).waitFor();
    expect((await catalog(true)).code).toBe(0);

    // 300 changes in a minute are enough; the page says so, and goes on when it may.
    await shop.goto("/stores/1");
    await page.evaluate(async () => {
      const change = () =>
        fetch("/api/guest/cart/add", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ menu_id: 1 }),
        });
      await Promise.all(Array.from({ length: 310 }, change));
    });
    await shop.add(dishes.karaage).click();
    await shop.says("リクエストが多すぎます");
    await shop.hasQuantity(dishes.karaage, 1);
    await shop.close();
    await server.stop();
    await drop();
  });
});
