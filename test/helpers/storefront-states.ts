/** A walk through every page and state of the storefront, for tests that look at each of them. */
import type { Page, Route } from "playwright-core";
import { en } from "../../src/web/words/en.ts";
import { ja } from "../../src/web/words/ja.ts";

export type Walk = {
  page: Page;
  /** The program's; its database has the demo chain. */
  url: string;
  locale: "ja-JP" | "en-US";
  /** Called at every state with its name. The page is at rest. */
  look: (state: string) => Promise<void>;
};

const PLAIN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>';
const MENUS = "**/api/stores/1/menus";

export async function walk({ page, url, locale, look }: Walk): Promise<void> {
  const words = locale === "ja-JP" ? ja : en;
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const title = () => page.locator("main h1").first();
  const dish = page.locator(".dish-card");
  const isBeside = (page.viewportSize()?.width ?? 0) >= 960;
  const toCart = async () => {
    if (!isBeside) await page.locator(".cart-bar").click();
  };

  // Nothing is asked of what is in the pictures, and painting them takes most of the time.
  await page.route("**/pictures/*.svg", (route) =>
    route.fulfill({ contentType: "image/svg+xml", body: PLAIN }),
  );
  const stores = await hold(page, "**/api/stores");
  await page.goto(url);
  await page.locator(".skeleton").first().waitFor();
  await look("stores, loading");
  await stores.release();
  await page.locator(".store-card").first().waitFor();
  await look("stores");
  await page.getByRole("searchbox").fill("神田");
  await page
    .getByRole("status")
    .filter({ hasText: words.found(1) })
    .waitFor();
  await look("search with a result");
  await page.getByRole("searchbox").fill("zzz");
  await button(words.showAll).waitFor();
  await look("search without a result");
  await page.goto(`${url}/cart`);
  await page.getByText(words.emptyCart).first().waitFor();
  await look("empty cart");

  const menus = await hold(page, MENUS);
  await page.goto(`${url}/stores/1`);
  await page.locator(".skeleton").first().waitFor();
  await look("store, loading");
  await menus.abort();
  await page.getByRole("alert").filter({ hasText: words.away }).waitFor();
  await look("store, server away");
  await page.unroute(MENUS);
  await button(words.retry).first().click();
  await dish.first().waitFor();
  await page.locator("summary").click();
  await look("store, with its hours and dishes that are sold out");
  await page.locator(".is-sold-out .dish-link").first().click();
  await page.getByRole("dialog").waitFor();
  await look("dish that is sold out");
  await button(words.close).first().click();
  await page.locator(".dish-link").first().click();
  await page.getByRole("dialog").waitFor();
  await look("dish");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.route("**/api/guest/cart/add", (route) => refuse(route));
  await dish.nth(1).locator(".add-button").click();
  await dish.nth(1).getByRole("alert").filter({ hasText: /\S/ }).waitFor();
  await look("refusal beside a dish");
  await page.unroute("**/api/guest/cart/add");
  for (const nth of [0, 0, 2]) await dish.nth(nth).locator(".add-button, form + .round").last().click();
  await page.locator(".dish-card .stepper").nth(1).waitFor();
  await look("dishes in the cart");
  await toCart();
  await button(words.remove).first().waitFor();
  await look("cart");
  await page.locator(".line-control .text-button").click();
  await button(words.undo).waitFor();
  await look("a dish removed, with a way back");
  await button(words.undo).click();
  await button(words.forget).click();
  await look("dropping the cart");
  await button(words.cancel).click();

  await page.goto(`${url}/stores/2`);
  await page.locator(".note").waitFor();
  await look("another store");
  await dish.first().locator(".add-button").click();
  await page.locator(".notice").waitFor();
  await look("another store chosen");
  await toCart();
  await page.locator(".waiting").waitFor();
  await look("cart with another that waits");

  await page.route("**/api/guest/cart", (route) => takeOffTheMenu(route));
  await page.reload();
  await page.locator(".line.is-off").waitFor();
  await look("a line that cannot be ordered");
  await page.unroute("**/api/guest/cart");
  await page.reload();
  await page.locator(".line .stepper").waitFor();
  await page.route("**/api/guest/**", (route) => route.abort());
  await page.locator(".line-control button").last().click();
  await page.locator(".banner").waitFor();
  await look("server away, a change waits");
  await page.unroute("**/api/guest/**");
  await page.locator(".banner").waitFor({ state: "detached" });
  await page.evaluate(async () => {
    await fetch("/api/guest/session", { method: "DELETE" });
    dispatchEvent(new Event("focus"));
  });
  await page.getByRole("alert").filter({ hasText: words.expiredTitle }).waitFor();
  await look("session over");
  await button(words.restore).click();
  await page.getByText(words.saved, { exact: true }).waitFor();

  await page.goto(`${url}/account`);
  await title().waitFor();
  await look("log-in");
  await page.locator("#email").fill("nobody@example.com");
  await page.locator("#password").fill("wrong wrong");
  await page.locator("button[type=submit]").click();
  await page.getByRole("alert").filter({ hasText: words.wrongPassword }).waitFor();
  await look("log-in refused");
  await page.locator(".switch button").click();
  await page.locator("button[type=submit]").click();
  await page.getByRole("alert").filter({ hasText: words.missing }).first().waitFor();
  await look("sign-up with faults");
  await page.locator("#name").fill("花 Hana");
  await page.locator("#email").fill(`hana.${Date.now()}@example.com`);
  await page.locator("#password").fill("one two three");
  await page.locator("button[type=submit]").click();
  await page.locator(".receipt .picture").first().waitFor();
  await look("receipt");
  await button(words.receiptOk).click();
  await look("a user's cart");
  await page.goto(`${url}/account`);
  await page.locator(".past-receipt .picture").first().waitFor();
  await look("account");

  await page.goto(`${url}/stores/999`);
  await title().waitFor();
  await page.getByRole("heading", { name: words.storeGone }).waitFor();
  await look("no such store");
  await page.evaluate(() => {
    history.pushState(null, "", "/nothing");
    dispatchEvent(new PopStateEvent("popstate"));
  });
  await page.getByRole("heading", { name: words.pageGone }).waitFor();
  await look("no such page");
}

/** Lets requests wait until they are let go, or fail. */
async function hold(page: Page, address: string) {
  const waiting: Route[] = [];
  await page.route(address, (route) => void waiting.push(route));
  return {
    release: async () => {
      await Promise.all(waiting.splice(0).map((route) => route.continue()));
      await page.unroute(address);
    },
    abort: async () => {
      await page.route(address, (route) => route.abort());
      await Promise.all(waiting.splice(0).map((route) => route.abort()));
    },
  };
}

/** What the server says of a dish that has been sold out since the page was read. */
async function refuse(route: Route): Promise<void> {
  const detail = "この商品は現在ご注文いただけません。This dish cannot be ordered at the moment.";
  await route.fulfill({ status: 409, json: { code: "menu_unavailable", status: 409, detail } });
}

/** The answer as it is when the first dish has been taken off the menu. */
async function takeOffTheMenu(route: Route): Promise<void> {
  const response = await route.fetch();
  const cart = await response.json();
  const [first] = cart.items;
  if (first) {
    Object.assign(first, {
      orderable: false,
      notices: [{ code: "menu_unavailable", message: "売り切れました。" }],
    });
    Object.assign(cart, { total_items: 0, total_amount: 0 });
  }
  await route.fulfill({ response, json: cart });
}
