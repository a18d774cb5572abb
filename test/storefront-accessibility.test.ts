/** Whoever comes, and however they see, hear or steer: every page and state of the storefront, in a real browser. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultsOf } from "./helpers/axe.ts";
import { describeWithBrowser, newPage, openBrowser } from "./helpers/browser.ts";
import { cutOffAt, smallTargets, speechFaults, watchLiveRegions } from "./helpers/page-checks.ts";
import { type RunningProcess, startTorioki, temporaryFolder } from "./helpers/process.ts";
import { walk } from "./helpers/storefront-states.ts";

describeWithBrowser("the storefront, in every state,", () => {
  const { folder, remove } = temporaryFolder();
  let server: RunningProcess;
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
    server = await startTorioki({ DATA_DIR: folder });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    remove();
  });

  it.each([
    { size: "phone", locale: "ja-JP", widths: [320, 360, 390, 768] },
    { size: "desktop", locale: "en-US", widths: [960, 1024, 1440] },
  ] as const)(
    "has no fault on a $size in $locale: by axe-core in light and dark, in width, in what is said and how it is called",
    async ({ size, locale, widths }) => {
      const { page } = await newPage(browser, { size, locale, reducedMotion: "reduce" });
      await watchLiveRegions(page);
      const viewport = page.viewportSize() as { width: number; height: number };
      const faults: string[] = [];
      let states = 0;
      await walk({
        page,
        url: server.url,
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
});
