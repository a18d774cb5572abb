/**
 * Takes the README's pictures of the storefront anew: a phone in Japanese, a desktop in English.
 * Run: npm run screenshots [-- folder]. Needs Chromium.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { type Device, openBrowser } from "../test/helpers/browser.ts";
import { startTorioki } from "../test/helpers/process.ts";
import { ShopPage, type Shopper } from "../test/helpers/shop-page.ts";

const folder = process.argv[2] ?? "docs/screenshots";
/** A phone's pictures have two pixels for each point, and a README shows them small. */
const QUALITY = 75;

const data = mkdtempSync(join(tmpdir(), "torioki-screenshots-"));
const server = await startTorioki({ DATA_DIR: data });
const browser = await openBrowser();
try {
  mkdirSync(folder, { recursive: true });
  for (const who of ["phone", "desktop"] as const) await walk(browser, who);
  const dark = await open(browser, "desktop", { colorScheme: "dark" });
  await fill(dark);
  await take(dark, "store-desktop-dark");
  await dark.close();
} finally {
  await browser.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}

/** The way of a shopper: a store, a cart, and what the log-in brought along. */
async function walk(browser: Browser, who: Shopper): Promise<void> {
  const shop = await open(browser, who);
  await shop.goto("/");
  await take(shop, `stores-${who}`);
  await fill(shop);
  await take(shop, `store-${who}`);
  await shop.goto("/cart");
  await shop.more(shop.dishes.salmon).waitFor();
  await take(shop, `cart-${who}`);
  const name = who === "phone" ? "花" : "Hana";
  await shop.enter({ name, email: `${who}@example.com`, password: "one two three" });
  await shop.says(shop.words.receiptTitle);
  await take(shop, `hand-over-${who}`);
  await shop.close();
}

/** At lunch time of today, for the server too as far as it shows: the stores are open, and a cart is kept until tomorrow noon. */
async function open(browser: Browser, who: Shopper, device: Device = {}): Promise<ShopPage> {
  const shop = await ShopPage.open(browser, server.url, who, { reducedMotion: "reduce", ...device });
  const noon = new Date();
  noon.setUTCHours(3, 10); // 12:10 in Japan
  await shop.page.clock.setFixedTime(noon);
  const end = new Date(noon.getTime() + 24 * 60 * 60 * 1_000).toISOString();
  await shop.page.route("**/api/guest/**", async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: text.replace(/"expires_at":"[^"]+"/g, `"expires_at":"${end}"`) });
  });
  return shop;
}

async function fill(shop: ShopPage): Promise<void> {
  const { nori, karaage, salmon } = shop.dishes;
  await shop.goto("/stores/1");
  for (const dish of [nori, karaage, salmon]) await shop.add(dish).click();
  await shop.more(nori).click();
  await shop.more(salmon).waitFor();
  await shop.page.waitForLoadState("networkidle");
  await shop.page.evaluate(() => scrollTo(0, 0));
}

async function take({ page }: ShopPage, name: string): Promise<void> {
  await page.waitForLoadState("networkidle");
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  const file = `${folder}/${name}.webp`;
  writeFileSync(file, data, "base64");
  console.log(`${file}: ${Math.round(statSync(file).size / 1_000)} kB`);
}
