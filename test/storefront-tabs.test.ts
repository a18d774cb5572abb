/** Quick clicks, several tabs, and several people at the same browser. */
import { expect, it } from "vitest";
import { describeWithBrowser } from "./helpers/browser.ts";
import { ShopPage, shoppers } from "./helpers/shop-page.ts";
import { useStorefront } from "./helpers/storefront.ts";

const PASSWORD = "one two three";

describeWithBrowser("the storefront", () => {
  const held = useStorefront();

  /** Clicks as no finger could, on whatever button has the name by then. */
  const clickQuickly = (shop: ShopPage, names: string[]) =>
    shop.page.evaluate((names) => {
      for (const name of names)
        document.querySelector<HTMLElement>(`main button[aria-label="${name}"]`)?.click();
    }, names);

  it.each(shoppers)("counts 30 quick clicks on a %s, and those of a mixture", async (who) => {
    const shop = await ShopPage.open(held.browser, held.url, who);
    const { words, dishes } = shop;
    await shop.goto("/stores/1");
    await shop.add(dishes.nori).click();
    const more = words.oneMore(dishes.nori);
    await clickQuickly(shop, Array(30).fill(more));
    await shop.hasQuantity(dishes.nori, 31);
    await shop.serverHas({ [dishes.nori]: 31 });
    for (let n = 0; n < 10; n += 1) await shop.more(dishes.nori).click();
    await shop.hasQuantity(dishes.nori, 41);
    const fewer = words.fewer(dishes.nori);
    await clickQuickly(shop, [...Array(12).fill(fewer), more, more, fewer, more, fewer, fewer]);
    await shop.hasQuantity(dishes.nori, 29);
    await shop.serverHas({ [dishes.nori]: 29 });
    await shop.close();
  });

  it.each(shoppers)("loses no click where the page is loaded anew right after it, on a %s", async (who) => {
    const shop = await ShopPage.open(held.browser, held.url, who);
    const { words, dishes } = shop;
    await shop.goto("/stores/1");
    await shop.add(dishes.nori).click();
    await shop.serverHas({ [dishes.nori]: 1 });
    for (let round = 1; round <= 5; round += 1) {
      await clickQuickly(shop, Array(3).fill(words.oneMore(dishes.nori)));
      await shop.page.reload();
      await shop.hasQuantity(dishes.nori, 1 + 3 * round);
    }
    await shop.serverHas({ [dishes.nori]: 16 });
    await shop.close();
  });

  it.each(shoppers)("has two tabs in step, and counts the clicks of both, on a %s", async (who) => {
    const one = await ShopPage.open(held.browser, held.url, who);
    const { words, dishes } = one;
    await one.goto("/stores/1");
    const two = await one.tab();
    await two.goto("/stores/1");
    await one.add(dishes.nori).click();
    await two.hasQuantity(dishes.nori, 1);
    await two.add(dishes.karaage).click();
    await one.hasQuantity(dishes.karaage, 1);
    const clicks = Array(15).fill(words.oneMore(dishes.nori));
    await Promise.all([clickQuickly(one, clicks), clickQuickly(two, clicks)]);
    for (const tab of [one, two]) await tab.hasQuantity(dishes.nori, 31);
    await one.serverHas({ [dishes.nori]: 31, [dishes.karaage]: 1 });

    await two.enter({ name: "Ren", email: `ren-${who}@example.com`, password: PASSWORD });
    await two.page.waitForURL("**/cart");
    // The other tab has its dishes on, as the account's.
    await one.page.getByRole("link", { name: "Ren" }).waitFor();
    await one.hasQuantity(dishes.nori, 31);
    await one.more(dishes.nori).click();
    await two.hasQuantity(dishes.nori, 32);
    expect(await one.page.getByText(words.expiredTitle).count()).toBe(0);
    await one.goto("/account");
    await one.button(words.signOut).click();
    await two.says(words.emptyCart);
    await two.says(words.logInEnded);
    await two.button(words.close).click();
    expect(await one.page.getByText(words.logInEnded).count()).toBe(0);
    await one.close();
  });

  it.each(shoppers.flatMap((who) => ["/cart", "/stores/1"].map((path) => [who, path] as const)))(
    "tells an old tab that its time is up, and puts the dishes back, on a %s at %s",
    async (who, path) => {
      const shop = await ShopPage.open(held.browser, held.url, who);
      const { page, words, dishes } = shop;
      await shop.goto("/stores/1");
      await shop.add(dishes.nori).click();
      await shop.more(dishes.nori).click();
      await shop.serverHas({ [dishes.nori]: 2 });
      await shop.goto(path);
      await shop.hasQuantity(dishes.nori, 2);
      await page.evaluate(() => fetch("/api/guest/session", { method: "DELETE" }));
      await (path === "/cart" ? shop.more(dishes.nori) : shop.add(dishes.salmon)).click();
      await shop.says(words.expiredTitle);
      await shop.button(words.restore).click();
      await expect.poll(async () => (await shop.cart()).total_items).toBeGreaterThanOrEqual(2);
      await shop.close();
    },
  );

  it.each(shoppers)("shows nobody what the one before had at the same %s", async (who) => {
    const shop = await ShopPage.open(held.browser, held.url, who);
    const { page, words, dishes } = shop;
    // A guest who clears the cart from a shared device.
    await shop.goto("/stores/1");
    await shop.add(dishes.nori).click();
    await shop.serverHas({ [dishes.nori]: 1 });
    await shop.goto("/cart");
    await shop.button(words.forget).click();
    await shop.button(words.forgetYes).click();
    await shop.says(words.forgotten);
    await shop.says(words.emptyCart);
    expect(await shop.context.cookies()).toEqual([]);

    // Somebody with an account, who logs out.
    await shop.goto("/stores/1");
    expect(await shop.quantity(dishes.nori).count()).toBe(0);
    await shop.add(dishes.salmon).click();
    await shop.serverHas({ [dishes.salmon]: 1 });
    await shop.enter({ name: "Aoi", email: `aoi-${who}@example.com`, password: PASSWORD });
    await page.waitForURL("**/cart");
    await shop.goto("/account");
    await shop.button(words.signOut).click();
    await shop.says(words.signedOut);

    // The next one is a guest, and then logs in: the receipt says what of the guest's came along.
    await shop.goto("/stores/1");
    for (const dish of [dishes.nori, dishes.salmon]) expect(await shop.quantity(dish).count()).toBe(0);
    await shop.add(dishes.karaage).click();
    await shop.serverHas({ [dishes.karaage]: 1 });
    await shop.enter({ name: "Sora", email: `sora-${who}@example.com`, password: PASSWORD });
    await page.waitForURL("**/cart");
    const lines = page.locator(".receipt li");
    await expect.poll(() => lines.count()).toBe(1);
    await expect.poll(() => lines.first().textContent()).toContain(dishes.karaage);
    await shop.serverHas({ [dishes.karaage]: 1 }, "user");
    await shop.close();
  });
});
