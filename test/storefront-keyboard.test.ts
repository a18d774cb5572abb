/** The whole way of a shopper who has a keyboard and nothing else, on a phone in Japanese and on a desktop in English. */
import type { Locator } from "playwright-core";
import { expect, it } from "vitest";
import { describeWithBrowser } from "./helpers/browser.ts";
import { focusFaults, watchFocus } from "./helpers/page-checks.ts";
import { ShopPage, type Shopper, shoppers } from "./helpers/shop-page.ts";
import { useStorefront } from "./helpers/storefront.ts";

const PASSWORD = "one two three";
/** More than any page has places to stop at. */
const MOST_STOPS = 120;
/** On a busy machine a page may need more than the second that is usual; less than a notice is shown. */
const PATIENCE = { timeout: 5_000 };

describeWithBrowser("a shopper with a keyboard alone", () => {
  const held = useStorefront();

  it.each(shoppers)("on a %s skips to the page, finds a store and opens it", async (who) => {
    const { shop, keys } = await begin(who);
    const { page, words } = shop;
    await keys.press("Tab");
    await keys.isAt(shop.link(words.skip));
    await keys.press("Enter");
    await keys.isAt(page.locator("main"));
    await keys.press("Tab");
    await keys.isAt(page.getByRole("searchbox"));
    await keys.type("zzz");
    await keys.to(shop.button(words.showAll));
    await keys.press("Enter");
    await shop.button(words.showAll).waitFor({ state: "detached" });
    await keys.isAt(page.locator("main h1"));
    await keys.to(page.getByRole("searchbox"));
    await openStore(shop, keys, 1);
    await keys.to(page.locator("summary"));
    await keys.press("Space");
    await shop.says("10:00 – 20:30");
    await keys.to(shop.link(words.home), "Shift+Tab");
    await keys.press("Enter");
    await page.getByRole("searchbox").waitFor();
    await keys.isAt(page.locator("main h1"));
    await shop.close();
  });

  it.each(shoppers)(
    "on a %s looks at a dish in a dialog, which keeps the focus and gives it back",
    async (who) => {
      const { shop, keys } = await begin(who);
      const { page, words, dishes } = shop;
      await openStore(shop, keys, 1);
      const dialog = page.getByRole("dialog");
      const opener = shop.link(words.details(dishes.karaage));
      await keys.to(opener);
      await keys.press("Enter");
      await keys.isAt(dialog.getByRole("button", { name: words.close }));
      await keys.to(dialog.getByRole("button", { name: words.addDish(dishes.karaage) }));
      await keys.press("Enter");
      await keys.isAt(dialog.getByRole("button", { name: words.oneMore(dishes.karaage) }));
      // Round and round, in both directions: what lies below is never reached.
      for (const key of [...Array(9).fill("Tab"), ...Array(9).fill("Shift+Tab")]) {
        await page.keyboard.press(key);
        const isInside = await page.evaluate(() => {
          const { activeElement, body } = document;
          // Past the last place is the browser's own bar, which a page knows nothing of.
          return activeElement === body || activeElement?.closest("dialog") !== null;
        });
        expect(isInside).toBe(true);
      }
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await keys.isAt(opener);
      await shop.serverHas({ [dishes.karaage]: 1 });
      await shop.close();
    },
  );

  it.each(shoppers)("on a %s fills a cart, changes it, and takes back what it removed", async (who) => {
    const { shop, keys } = await begin(who);
    const { page, words, dishes } = shop;
    await openStore(shop, keys, 1);
    await keys.to(shop.add(dishes.nori));
    await keys.press("Enter");
    await keys.isAt(shop.more(dishes.nori));
    await keys.press("Space");
    await keys.press("Space");
    await keys.to(shop.fewer(dishes.nori), "Shift+Tab");
    await keys.press("Enter");
    await keys.to(shop.add(dishes.salmon));
    await keys.press("Space");
    await keys.isAt(shop.more(dishes.salmon));
    await shop.serverHas({ [dishes.nori]: 2, [dishes.salmon]: 1 });
    // Out and in again, where it stands.
    await keys.to(shop.button(words.removeDish(dishes.salmon)).first(), "Shift+Tab");
    await keys.press("Enter");
    await keys.isAt(shop.add(dishes.salmon));
    await keys.press("Enter");
    await keys.isAt(shop.more(dishes.salmon));

    await toCart(shop, keys, who);
    const cart = page.locator(".cart");
    const heading = cart.locator("h1, h2").first();
    const quantity = cart.getByRole("textbox", { name: words.quantityOf(dishes.salmon) });
    await keys.to(quantity);
    await keys.type("3");
    await keys.press("Enter");
    await keys.isAt(quantity);
    await shop.serverHas({ [dishes.nori]: 2, [dishes.salmon]: 3 });
    await keys.to(cart.getByRole("button", { name: words.removeDish(dishes.salmon) }), "Shift+Tab");
    await keys.press("Enter");
    await shop.says(words.removed(dishes.salmon));
    await keys.isAt(heading);
    await keys.to(shop.button(words.undo));
    await keys.press("Enter");
    await shop.button(words.undo).waitFor({ state: "detached" });
    await keys.isKept();
    await shop.serverHas({ [dishes.nori]: 2, [dishes.salmon]: 3 });
    await keys.to(shop.button(words.clear), "either");
    await keys.press("Enter");
    await shop.says(words.emptyCart);
    await keys.isAt(heading);
    await keys.to(shop.button(words.undo));
    await keys.press("Space");
    await shop.serverHas({ [dishes.nori]: 2, [dishes.salmon]: 3 });
    await keys.isKept();
    await shop.close();
  });

  it.each(shoppers)(
    "on a %s presses keys faster than the page shows it, and every one counts",
    async (who) => {
      const { shop, keys } = await begin(who);
      const { page, dishes } = shop;
      await openStore(shop, keys, 1);
      await keys.to(shop.add(dishes.nori));
      await keys.press("Enter");
      await keys.isAt(shop.more(dishes.nori));
      // Two more, past the field, one fewer, and back.
      const round = ["Space", "Space", "Shift+Tab", "Shift+Tab", "Enter", "Tab", "Tab"];
      for (let rounds = 0; rounds < 5; rounds += 1) for (const key of round) await page.keyboard.press(key);
      await keys.isAt(shop.more(dishes.nori));
      await shop.serverHas({ [dishes.nori]: 1 + 5 });
      await shop.hasQuantity(dishes.nori, 1 + 5);
      await shop.close();
    },
  );

  it.each(shoppers)("on a %s goes to another store, makes an account, and leaves", async (who) => {
    const { shop, keys } = await begin(who);
    const { page, words, dishes } = shop;
    await openStore(shop, keys, 1);
    const kanda = (await page.locator("main h1").textContent()) ?? "";
    await keys.to(shop.add(dishes.nori));
    await keys.press("Enter");
    await shop.serverHas({ [dishes.nori]: 1 });
    await keys.to(shop.link(words.home), "Shift+Tab");
    await keys.press("Enter");
    await page.getByRole("searchbox").waitFor();
    await openStore(shop, keys, 2);
    const yokohama = (await page.locator("main h1").textContent()) ?? "";
    await keys.to(shop.add(dishes.karaage));
    await keys.press("Enter");
    await shop.says(words.switchedKept(yokohama));
    await keys.isAt(shop.more(dishes.karaage));
    await shop.serverHas({ [dishes.karaage]: 1 });

    await toCart(shop, keys, who);
    const heading = page.locator(".cart").locator("h1, h2").first();
    await shop.says(words.waitsAt(kanda, 1));
    await keys.to(shop.button(words.goThere));
    await keys.press("Enter");
    await shop.says(words.waitsAt(yokohama, 1));
    await keys.isAt(heading);
    await shop.hasQuantity(dishes.nori, 1);
    await keys.to(shop.button(words.forget));
    await keys.press("Enter");
    await keys.isAt(page.getByRole("group", { name: words.forget }));
    await keys.to(shop.button(words.cancel));
    await keys.press("Enter");
    await shop.button(words.cancel).waitFor({ state: "detached" });
    await keys.isKept();

    await keys.to(shop.link(words.keepForGood), "either");
    await keys.press("Enter");
    await page.waitForURL("**/account");
    await keys.isAt(page.locator("main h1"));
    await keys.to(shop.button(words.signUp));
    await keys.press("Enter");
    const name = page.getByLabel(words.name, { exact: true });
    await name.waitFor();
    await keys.isKept();
    // Sent empty, it leads to the first field that lacks something.
    await keys.to(page.locator("button[type=submit]"), "Shift+Tab");
    await keys.press("Enter");
    await keys.isAt(name);
    await keys.type("Hana");
    await keys.to(page.getByLabel(words.email, { exact: true }));
    await keys.type(`${who}@example.com`);
    await keys.to(page.getByLabel(words.password, { exact: true }));
    await keys.type(PASSWORD);
    await keys.to(page.locator("button[type=submit]"));
    await keys.press("Enter");
    await page.waitForURL("**/cart");
    await keys.isAt(page.locator("main h1"));
    const receipt = page.locator(".receipt");
    await receipt.getByText(words.receiptIntro(2)).waitFor();
    await expect.poll(() => receipt.locator("li").count(), PATIENCE).toBe(2);
    await keys.to(shop.button(words.receiptOk));
    await keys.press("Space");
    await receipt.waitFor({ state: "detached" });
    await keys.isAt(page.locator("main h1"));

    await keys.to(page.locator(".account-link"), "Shift+Tab");
    await keys.press("Enter");
    await page.waitForURL("**/account");
    await keys.isAt(page.locator("main h1"));
    await keys.to(shop.button(words.signOut));
    await keys.press("Enter");
    await shop.says(words.signedOut);
    await keys.isAt(page.locator("main h1"));
    await shop.close();
  });

  /** At the stores' page, which is the only address that is ever typed. */
  async function begin(who: Shopper): Promise<{ shop: ShopPage; keys: Keys }> {
    const shop = await ShopPage.open(held.browser, held.url, who);
    const lost = await watchFocus(shop.page);
    await shop.goto("/");
    await shop.page.locator(".store-card").first().waitFor();
    return { shop, keys: new Keys(shop, lost) };
  }
});

/** From the stores' page: by its name. */
async function openStore(shop: ShopPage, keys: Keys, id: 1 | 2): Promise<void> {
  const { page, words } = shop;
  const names = words.brand === "Torioki" ? ["kanda", "yokohama"] : ["神田", "横浜"];
  await keys.to(page.getByRole("searchbox"), "either");
  await keys.type(names[id - 1] as string);
  await shop.says(words.found(1));
  await expect.poll(() => page.locator(".store-card").count(), PATIENCE).toBe(1);
  await keys.to(page.locator(".store-card"));
  await keys.press("Enter");
  await page.waitForURL(`**/stores/${id}`);
  await page.locator(".dish-card").first().waitFor();
  await keys.isAt(page.locator("main h1"));
}

/** Below on a phone, behind its bar; beside on a desktop. */
async function toCart(shop: ShopPage, keys: Keys, who: Shopper): Promise<void> {
  if (who === "desktop") return;
  await keys.to(shop.page.locator(".cart-bar"));
  await keys.press("Enter");
  await shop.page.waitForURL("**/cart");
  await keys.isAt(shop.page.locator("main h1"));
}

/** A keyboard, and an eye on what has the focus after each key. */
class Keys {
  readonly #shop: ShopPage;
  readonly #lost: () => Promise<string[]>;

  constructor(shop: ShopPage, lost: () => Promise<string[]>) {
    this.#shop = shop;
    this.#lost = lost;
  }

  /** Presses a key; wherever the focus is then, it shows. */
  async press(key: string): Promise<void> {
    await this.#shop.page.keyboard.press(key);
    await this.isKept();
  }

  /** In the place of what the field has. */
  async type(text: string): Promise<void> {
    await this.press("ControlOrMeta+A");
    await this.#shop.page.keyboard.type(text);
    await this.isKept();
  }

  /** Goes there, looking at every place on the way. */
  async to(target: Locator, key: "Tab" | "Shift+Tab" | "either" = "Tab"): Promise<void> {
    await target.waitFor();
    const isBefore = () =>
      target.evaluate(
        (element) =>
          ((document.activeElement as Element).compareDocumentPosition(element) &
            Node.DOCUMENT_POSITION_PRECEDING) !==
          0,
      );
    const way = key === "either" ? ((await isBefore()) ? "Shift+Tab" : "Tab") : key;
    for (let stops = 0; stops < MOST_STOPS; stops += 1) {
      if (await this.#has(target)) return;
      await this.press(way);
    }
    expect.fail(`${way} does not lead to ${target}`);
  }

  async isAt(target: Locator): Promise<void> {
    await expect.poll(() => this.#has(target), { ...PATIENCE, message: `the focus at ${target}` }).toBe(true);
    await this.isKept();
  }

  async isKept(): Promise<void> {
    await expect.poll(() => focusFaults(this.#shop.page), PATIENCE).toEqual([]);
    expect(await this.#lost()).toEqual([]);
  }

  #has(target: Locator): Promise<boolean> {
    return target.evaluate((element) => element === document.activeElement);
  }
}
