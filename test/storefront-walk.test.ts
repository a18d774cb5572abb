/** The whole way of a shopper through the storefront, on a phone in Japanese and on a desktop in English. */
import { expect, it } from "vitest";
import { describeWithBrowser } from "./helpers/browser.ts";
import { ShopPage, shoppers } from "./helpers/shop-page.ts";
import { useStorefront } from "./helpers/storefront.ts";

const PASSWORD = "one two three";

describeWithBrowser("a shopper", () => {
  const held = useStorefront();

  it.each(shoppers)("on a %s finds a store", async (who) => {
    const shop = await ShopPage.open(held.browser, held.url, who);
    const { page, words } = shop;
    await shop.goto("/");
    const stores = page.locator("ul.stores > li");
    await expect.poll(() => stores.count()).toBe(5);
    const states = await page.locator("ul.stores .badge").allInnerTexts();
    expect(states).toHaveLength(5);
    for (const state of states)
      expect([words.open, words.closed].some((word) => state.includes(word))).toBe(true);

    const search = page.getByRole("searchbox", { name: words.search });
    await search.fill(who === "phone" ? "横浜" : "kyoto");
    await shop.says(words.found(1));
    await expect.poll(() => stores.count()).toBe(1);
    await search.fill("zzz");
    await shop.says(words.noStore("zzz"));
    await shop.button(words.showAll).click();
    await expect.poll(() => stores.count()).toBe(5);

    await stores.first().getByRole("link").click();
    await page.waitForURL("**/stores/1");
    await page.getByText(words.weekHours).click();
    await shop.says("10:00 – 20:30");
    await page.goBack();
    await expect.poll(() => stores.count()).toBe(5);
    await shop.goto("/stores/999");
    await shop.says(words.storeGone);
    await shop.close();
  });

  it.each(shoppers)(
    "on a %s looks at a dish, closes it in every way, and cannot take what is sold out",
    async (who) => {
      const shop = await ShopPage.open(held.browser, held.url, who);
      const { page, words, dishes } = shop;
      await shop.goto("/stores/1");
      const dialog = page.getByRole("dialog");
      const open = () => shop.link(words.details(dishes.karaage)).click();
      for (const close of [
        () => shop.button(words.close).click(),
        () => page.keyboard.press("Escape"),
        () => page.goBack(),
        () => page.mouse.click(5, 5),
      ]) {
        await open();
        await dialog.getByRole("heading", { name: dishes.karaage }).waitFor();
        await close();
        await dialog.waitFor({ state: "detached" });
        expect(new URL(page.url()).search).toBe("");
      }
      await open();
      await dialog.getByRole("button", { name: words.addDish(dishes.karaage) }).click();
      await dialog.getByRole("textbox").waitFor();
      await page.keyboard.press("Escape");
      await shop.serverHas({ [dishes.karaage]: 1 });

      await shop.goto("/stores/1?dish=11");
      await dialog.getByRole("heading", { name: dishes.tuna }).waitFor();
      await dialog.getByText(words.soldOut).waitFor();
      expect(await dialog.getByRole("button", { name: words.addDish(dishes.tuna) }).count()).toBe(0);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      expect(await shop.add(dishes.tuna).count()).toBe(0);
      await shop.close();
    },
  );

  it.each(shoppers)(
    "on a %s fills a cart, changes it, and finds it again after closing the tab",
    async (who) => {
      const shop = await ShopPage.open(held.browser, held.url, who);
      const { words, dishes } = shop;
      await shop.goto("/stores/1");
      await shop.add(dishes.nori).click();
      await shop.add(dishes.salmon).click();
      await shop.more(dishes.nori).click();
      await shop.serverHas({ [dishes.nori]: 2, [dishes.salmon]: 1 });

      // In reach: below on a phone, beside on a desktop.
      if (who === "phone") await shop.page.locator("a.cart-bar").click();
      const total = async (amount: number) =>
        expect.poll(() => shop.page.locator(".total dd").textContent()).toBe(shop.yen(amount));
      await total(2 * 480 + 980);
      expect((await shop.cart()).total_amount).toBe(2 * 480 + 980);
      const cart = shop.page.locator(".cart");
      await cart.getByText(shop.yen(960), { exact: true }).waitFor();
      const typed = cart.getByRole("textbox", { name: words.quantityOf(dishes.salmon) });
      await typed.fill("7");
      await typed.press("Enter");
      await total(960 + 7 * 980);
      // What cannot be is taken back.
      await typed.fill("0");
      await typed.press("Enter");
      await expect.poll(() => typed.inputValue()).toBe("7");

      await cart.getByRole("button", { name: words.removeDish(dishes.salmon) }).click();
      await shop.says(words.removed(dishes.salmon));
      await total(960);
      await shop.button(words.undo).click();
      await total(960 + 7 * 980);
      await shop.button(words.clear).click();
      await shop.says(words.emptied);
      await shop.says(words.emptyCart);
      await shop.button(words.undo).click();
      await total(960 + 7 * 980);
      await shop.serverHas({ [dishes.nori]: 2, [dishes.salmon]: 7 });
      await cart
        .getByText(new RegExp(words.keptUntil("(.*)", "(.*)").replaceAll(/[()（）]/g, ".")))
        .waitFor();

      const again = await shop.tab();
      await shop.page.close();
      await again.goto("/cart");
      await again.hasQuantity(dishes.salmon, 7);
      await again.hasQuantity(dishes.nori, 2);
      await again.close();
    },
  );

  it.each(shoppers)("on a %s goes to another store and back, and loses nothing", async (who) => {
    const shop = await ShopPage.open(held.browser, held.url, who);
    const { page, words, dishes } = shop;
    await shop.goto("/stores/1");
    const kanda = (await page.locator("main h1").textContent()) ?? "";
    await shop.add(dishes.nori).click();
    await shop.more(dishes.nori).click();
    await shop.serverHas({ [dishes.nori]: 2 });
    await shop.goto("/stores/2");
    const yokohama = (await page.locator("main h1").textContent()) ?? "";
    await shop.says(words.ordersElsewhere(kanda, 2));
    await shop.add(dishes.karaage).click();
    await shop.says(words.switchedKept(yokohama));
    await shop.serverHas({ [dishes.karaage]: 1 });
    await shop.goto("/cart");
    await shop.says(words.waitsAt(kanda, 2));
    await shop.button(words.goThere).click();
    await shop.says(words.switchedKept(kanda));
    await shop.hasQuantity(dishes.nori, 2);
    await shop.says(words.waitsAt(yokohama, 1));
    const { other_stores } = await shop.cart();
    expect(other_stores.map(({ total_items }) => total_items)).toEqual([1]);

    // From a dish's own view it is said there: that lies over the page.
    await shop.goto("/stores/2");
    await page.locator(".dish-link").nth(3).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator(".add-button").click();
    await dialog.getByText(words.switchedKept(yokohama)).waitFor();
    await shop.close();
  });

  it.each(shoppers)(
    "on a %s makes an account, is told line by line what came along, and leaves nothing",
    async (who) => {
      const email = `${who}@example.com`;
      const shop = await ShopPage.open(held.browser, held.url, who);
      const { page, words, dishes } = shop;
      await shop.goto("/stores/1");
      await shop.add(dishes.nori).click();
      await shop.add(dishes.karaage).click();
      await shop.serverHas({ [dishes.nori]: 1, [dishes.karaage]: 1 });
      await shop.goto("/stores/2");
      await shop.add(dishes.karaage).click();
      await shop.serverHas({ [dishes.karaage]: 1 });

      // What is refused is said at its field, and the cart is kept.
      const fault = (field: string, text: string) =>
        expect.poll(() => page.locator(`#${field}-fault`).textContent()).toBe(text);
      await shop.enter({ name: "", email: "", password: "" });
      for (const field of ["name", "email", "password"]) await fault(field, words.missing);
      await shop.enter({ name: "Hana", email: "hana", password: PASSWORD });
      await fault("email", words.badEmail);
      await shop.enter({ name: "Hana", email, password: "short" });
      await fault("password", words.shortPassword);
      await shop.enter({ name: "Hana", email, password: "password123" });
      await fault("password", words.commonPassword);
      await shop.enter({ name: "は".repeat(201), email, password: PASSWORD });
      await fault("name", words.longName);
      await shop.enter({ email, password: PASSWORD });
      await fault("password", words.wrongPassword);
      await shop.serverHas({ [dishes.karaage]: 1 });

      await shop.enter({ name: "Hana", email, password: PASSWORD });
      await page.waitForURL("**/cart");
      const receipt = page.locator(".receipt");
      await receipt.getByText(words.receiptIntro(3)).waitFor();
      const lines = receipt.locator("li");
      await expect.poll(() => lines.allInnerTexts()).toHaveLength(3);
      for (const line of await lines.allInnerTexts()) expect(line).toContain(words.migrated(1));
      await receipt.getByRole("button", { name: words.receiptOk }).click();
      await shop.says(words.keptInAccount);
      await shop.serverHas({ [dishes.karaage]: 1 }, "user");

      // A second tab, open while the first logs out.
      const other = await shop.tab();
      await other.goto("/cart");
      await other.hasQuantity(dishes.karaage, 1);
      await shop.goto("/account");
      await shop.says(words.signedInAs(email));
      await shop.button(words.signOut).click();
      await shop.says(words.signedOut);
      await other.says(words.emptyCart);
      // The mark that somebody has logged in here stays: it gives the device tries of its own.
      expect((await shop.context.cookies()).map(({ name }) => name)).toEqual(["torioki.device"]);
      expect(await page.evaluate(() => Object.keys(localStorage).sort().join())).toMatch(
        /^(torioki language,)?torioki visited$/,
      );
      expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toBe("{}");
      await page.goBack().catch(() => {});
      await page.waitForLoadState();
      await shop.goto("/cart");
      await shop.says(words.emptyCart);
      await shop.goto("/account");
      expect(await page.getByText("Hana").count()).toBe(0);

      // Comes back, collects some of the same and very many of another, and logs in.
      await shop.goto("/stores/1");
      await shop.add(dishes.nori).click();
      await shop.quantity(dishes.nori).fill("99");
      await shop.quantity(dishes.nori).press("Enter");
      await shop.add(dishes.karaage).click();
      await shop.serverHas({ [dishes.nori]: 99, [dishes.karaage]: 1 });
      await shop.enter({ name: "Hana", email, password: PASSWORD });
      await fault("email", words.taken);
      await shop.enter({ email, password: PASSWORD });
      await page.waitForURL("**/cart");
      await receipt.getByText(words.capped(1, 99, 99)).waitFor();
      await receipt.getByText(words.merged(1, 1, 2)).waitFor();
      await shop.serverHas({ [dishes.nori]: 99, [dishes.karaage]: 2 }, "user");
      await shop.goto("/account");
      await expect.poll(() => page.locator(".past-receipt").count()).toBe(2);
      await shop.close();
    },
  );
});
