/** Whoever comes, and however they see, hear or steer: every page and state of the storefront, in a real browser. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { ja } from "../src/web/words/ja.ts";
import { faultsOf } from "./helpers/axe.ts";
import { describeWithBrowser, newPage } from "./helpers/browser.ts";
import {
  cutOffAt,
  focusFaults,
  smallTargets,
  speechFaults,
  watchLiveRegions,
} from "./helpers/page-checks.ts";
import { useStorefront } from "./helpers/storefront.ts";
import { walk } from "./helpers/storefront-states.ts";

describeWithBrowser("the storefront, in every state,", () => {
  const held = useStorefront();

  it.each([
    { size: "phone", locale: "ja-JP", widths: [320, 360, 390, 768] },
    { size: "desktop", locale: "en-US", widths: [960, 1024, 1440] },
  ] as const)(
    "has no fault on a $size in $locale: by axe-core in light and dark, in width, in what is said and how it is called",
    async ({ size, locale, widths }) => {
      const { page } = await newPage(held.browser, { size, locale, reducedMotion: "reduce" });
      await watchLiveRegions(page);
      const viewport = page.viewportSize() as { width: number; height: number };
      const faults: string[] = [];
      let states = 0;
      await walk({
        page,
        url: held.url,
        locale,
        look: async (state) => {
          states += 1;
          const found: string[] = [];
          await page.emulateMedia({ colorScheme: "dark" });
          found.push(...(await faultsOf(page, "color-contrast")).map((fault) => `in the dark: ${fault}`));
          await page.emulateMedia({ colorScheme: "light" });
          found.push(...(await faultsOf(page)));
          if (size === "phone") found.push(...(await smallTargets(page)));
          for (const width of widths) {
            await page.setViewportSize({ ...viewport, width });
            found.push(...(await cutOffAt(page, 1)));
          }
          await page.setViewportSize(viewport);
          if (size === "phone") found.push(...(await cutOffAt(page, 2)));
          found.push(...(await speechFaults(page, locale)));
          faults.push(...found.map((fault) => `${state}: ${fault}`));
        },
      });
      expect(faults).toEqual([]);
      expect(states).toBe(29);
      await page.context().close();
    },
  );

  it.each([
    { size: "phone", paths: ["/", "/stores/1", "/cart", "/account"] },
    { size: "desktop", paths: ["/", "/stores/1", "/account"] },
  ] as const)("shows the focus wherever the Tab key leads on a $size", async ({ size, paths }) => {
    const { page } = await newPage(held.browser, { size });
    await page.goto(`${held.url}/stores/1`);
    for (const nth of [0, 3]) await page.locator(".dish-card").nth(nth).locator(".add-button").click();
    await page.getByText(ja.cartOf(2, "¥1,160")).or(page.getByText(ja.saved)).first().waitFor();
    const faults: string[] = [];
    for (const path of paths) {
      await page.goto(held.url + path);
      await page.locator("main h1").first().waitFor();
      await page.waitForLoadState("networkidle");
      const controls = await page.evaluate(
        () =>
          [...document.querySelectorAll("a, button, input, summary")].filter((one) => one.checkVisibility())
            .length,
      );
      const stops = await tabThrough(page, async () => {
        faults.push(...(await focusFaults(page)).map((fault) => `${path}: ${fault}`));
      });
      expect(stops).toBe(controls);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it("keeps the focus where a button makes way for others, and inside a dish's view", async () => {
    const { page } = await newPage(held.browser);
    await page.goto(`${held.url}/stores/1`);
    const dish = page.locator(".dish-card").first();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    await dish.locator(".add-button").press("Enter");
    expect(await focused()).toBe(ja.oneMore("のり弁当"));
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    expect(await focused()).toBe(ja.addDish("のり弁当"));
    await dish.locator(".dish-link").press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(await focused()).toBe(ja.close);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("dish-link");
    await page.context().close();
  });

  it("moves nothing where motion is not wanted", async () => {
    const moving = async (reducedMotion: "reduce" | "no-preference") => {
      const { page } = await newPage(held.browser, { reducedMotion });
      await page.route("**/api/stores/1/menus", () => {});
      await page.goto(`${held.url}/stores/1`);
      await page.locator(".dishes .skeleton").first().waitFor();
      const whileLoading = await page.evaluate(() => document.getAnimations().length);
      await page.unroute("**/api/stores/1/menus");
      await page.reload();
      await page.locator(".add-button").first().click();
      await page.locator(".stepper button").first().click();
      const afterRemoval = await page.locator(".notice").evaluate((notice) => {
        const names = [notice, ...document.querySelectorAll("a, button")].map((element) => {
          const { animationName, transitionDuration } = getComputedStyle(element);
          return `${animationName} ${transitionDuration}`;
        });
        return names.filter((name) => name !== "none 0s").length;
      });
      await page.context().close();
      return { isLoading: whileLoading > 0, afterRemoval: afterRemoval > 0 };
    };
    expect(await moving("reduce")).toEqual({ isLoading: false, afterRemoval: false });
    expect(await moving("no-preference")).toEqual({ isLoading: true, afterRemoval: true });
  });

  it("has an edge around every control in the reader's own colours", async () => {
    const { page } = await newPage(held.browser);
    await page.emulateMedia({ forcedColors: "active" });
    await page.goto(`${held.url}/stores/1`);
    await page.locator(".add-button").first().click();
    await page.locator(".add-button").first().click();
    await page.locator(".stepper button").first().click();
    const faults: string[] = [];
    for (const [path, selectors] of [
      ["/stores/1", [".add-button", ".stepper", ".cart-bar", ".card", ".badge", ".notice"]],
      ["/stores/2", [".note"]],
      ["/cart", [".button", ".stepper", ".kept"]],
      ["/account", [".button", ".field input"]],
    ] as const) {
      if (!page.url().endsWith(path)) await page.goto(held.url + path);
      for (const selector of selectors) {
        const isEdged = await page
          .locator(selector)
          .first()
          .evaluate((element) => {
            const { borderTopStyle, borderTopWidth } = getComputedStyle(element);
            return borderTopStyle === "solid" && Number.parseFloat(borderTopWidth) >= 1;
          });
        if (!isEdged) faults.push(`${path}: no edge: ${selector}`);
      }
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

/** Presses Tab until the focus is where it was first. @returns how many places of the page it has been at */
async function tabThrough(page: Page, look: () => Promise<void>): Promise<number> {
  const seen = new Set<number>();
  for (;;) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => {
      const { activeElement, body } = document;
      // Past the last place is the browser's own bar.
      if (!activeElement || activeElement === body) return undefined;
      return [...document.querySelectorAll("*")].indexOf(activeElement);
    });
    if (place === undefined && seen.size === 0) expect.fail("Tab leads nowhere");
    if (place === undefined) continue;
    if (seen.has(place)) return seen.size;
    seen.add(place);
    await look();
  }
}
