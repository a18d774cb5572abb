/** The page in a real browser, served by the real program on the embedded database. */
import { expect, it } from "vitest";
import { describeWithBrowser, newPage } from "./helpers/browser.ts";
import { useStorefront } from "./helpers/storefront.ts";

describeWithBrowser("the storefront page", () => {
  const held = useStorefront();

  it.each([
    ["/", "phone", "ja-JP"],
    ["/", "desktop", "en-US"],
    ["/stores/1", "phone", "ja-JP"],
    ["/cart", "phone", "ja-JP"],
    ["/account", "phone", "ja-JP"],
  ] as const)(
    "is there at %s on a %s in %s: without an error, by few requests, all of them its own server's",
    async (path, size, locale) => {
      const { page, errors, requests } = await newPage(held.browser, { size, locale });
      await page.goto(held.url + path, { waitUntil: "networkidle" });
      await page.getByRole("heading").first().waitFor();
      // What the policy blocks is an error in the console, too.
      expect(errors).toEqual([]);
      expect(requests.length).toBeLessThanOrEqual(10);
      expect(requests.filter((url) => new URL(url).origin !== held.url)).toEqual([]);
      await page.context().close();
    },
  );

  it("would tell of a script or a style that is not the page's own", async () => {
    const { page, errors } = await newPage(held.browser);
    await page.goto(held.url);
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
