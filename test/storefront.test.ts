/** The page in a real browser, served by the real program on the embedded database. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser, newPage, openBrowser } from "./helpers/browser.ts";
import { type RunningProcess, startTorioki, temporaryFolder } from "./helpers/process.ts";

describeWithBrowser("the storefront page", () => {
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
    ["/", "phone", "ja-JP"],
    ["/", "desktop", "en-US"],
    ["/stores/1", "phone", "ja-JP"],
    ["/cart", "phone", "ja-JP"],
    ["/account", "phone", "ja-JP"],
  ] as const)(
    "is there at %s on a %s in %s: without an error, by few requests, all of them its own server's",
    async (path, size, locale) => {
      const { page, errors, requests } = await newPage(browser, { size, locale });
      await page.goto(server.url + path, { waitUntil: "networkidle" });
      await page.getByRole("heading").first().waitFor();
      // What the policy blocks is an error in the console, too.
      expect(errors).toEqual([]);
      expect(requests.length).toBeLessThanOrEqual(10);
      expect(requests.filter((url) => new URL(url).origin !== server.url)).toEqual([]);
      await page.context().close();
    },
  );

  it("would tell of a script or a style that is not the page's own", async () => {
    const { page, errors } = await newPage(browser);
    await page.goto(server.url);
    const takeOver = page.evaluate(() => {
      document.body.setAttribute("style", "color: red");
      document.body.innerHTML = "<img src=x onerror='document.title = 0'>";
    });
    await expect(takeOver).rejects.toThrow("TrustedHTML");
    expect(errors).toEqual([
      expect.stringContaining("Content Security Policy directive 'style-src 'self''"),
      expect.stringContaining("TrustedHTML"),
    ]);
    await page.context().close();
  });
});
