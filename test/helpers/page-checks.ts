/** What a page must keep beyond axe-core's rules. Each check gives one line for each fault. */
import type { Page } from "playwright-core";

/** Words that may end in an ellipsis: there is another place that has them in full. */
const MAY_BE_SHORTENED = ".description, .account-link span";

/**
 * Words that stick out of the page or of a box that hides what does, and whether the page scrolls sideways.
 * @param zoom of the text alone, as the browser's setting does it: 2 is 200 %
 */
export async function cutOffAt(page: Page, zoom: number): Promise<string[]> {
  return page.evaluate(
    ([zoom, exempt]) => {
      const root = document.documentElement;
      root.style.fontSize = `${zoom * 100}%`;
      const at = `at ${innerWidth} px, text at ${zoom * 100} %`;
      const faults = root.scrollWidth > innerWidth ? [`${at}: ${root.scrollWidth} px wide`] : [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const range = document.createRange();
      while (texts.nextNode()) {
        const element = texts.currentNode.parentElement as Element;
        if (
          !texts.currentNode.nodeValue?.trim() ||
          !element.checkVisibility() ||
          element.closest(`.hidden, .skip, noscript, title, ${exempt}`)
        )
          continue;
        range.selectNodeContents(texts.currentNode);
        for (const rect of range.getClientRects()) {
          if (rect.left < -1 || rect.right > innerWidth + 1) faults.push(`${at}: outside: ${range}`);
          for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
            if (!["hidden", "clip"].includes(getComputedStyle(box).overflowY)) continue;
            const bounds = box.getBoundingClientRect();
            const isOut =
              rect.left < bounds.left - 1 ||
              rect.right > bounds.right + 1 ||
              rect.top < bounds.top - 2 ||
              rect.bottom > bounds.bottom + 2;
            if (isOut) faults.push(`${at}: cut off by .${box.className}: ${range}`);
          }
        }
      }
      root.style.fontSize = "";
      return [...new Set(faults)];
    },
    [zoom, MAY_BE_SHORTENED] as const,
  );
}

/** Controls that a finger would miss: less than 44 CSS pixels wide or high. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("a, button, input, summary")]
      .filter((control) => control.checkVisibility() && !control.matches(".skip"))
      .flatMap((control) => {
        const { width, height } = control.getBoundingClientRect();
        if (width >= 43.9 && height >= 43.9) return [];
        return [`${width} × ${height}: ${control.outerHTML.slice(0, 120)}`];
      }),
  );
}

/** Notes every live region that comes with its words, which screen readers then do not say. Call it before the first page. */
export async function watchLiveRegions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const late: string[] = [];
    Object.assign(window, { lateRegions: late });
    const regions = "[role=status], [role=alert]";
    new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (!(node instanceof Element)) continue;
        const all = [...(node.matches(regions) ? [node] : []), ...node.querySelectorAll(regions)];
        for (const region of all) if (region.textContent?.trim()) late.push(region.outerHTML.slice(0, 160));
      }
    }).observe(document, { childList: true, subtree: true });
  });
}

/** The page's language, its title, and what `watchLiveRegions` has noted since the last call. */
export async function speechFaults(page: Page, locale: "ja-JP" | "en-US"): Promise<string[]> {
  return page.evaluate((locale) => {
    const { title, documentElement: root } = document;
    const late = (window as unknown as { lateRegions: string[] }).lateRegions.splice(0);
    const isJapanese = locale === "ja-JP";
    const brand = isJapanese ? "とりおき" : "Torioki";
    return [
      ...(root.lang === locale.slice(0, 2) ? [] : [`the page says its language is ${root.lang}`]),
      ...(title.endsWith(` | ${brand}`) ? [] : [`title: ${title}`]),
      ...(isJapanese || !/[\u3040-\u30ff]/.test(title) ? [] : [`title in another language: ${title}`]),
      ...late.map((html) => `a live region that came with its words: ${html}`),
    ];
  }, locale);
}

/** What is wrong with how the focus shows on the element that has it: nothing around it, hidden by a box, or by what lies on top. */
export async function focusFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const focused = document.activeElement as HTMLElement;
    if (focused === document.body) return [];
    const name = focused.outerHTML.slice(0, 120);
    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(focused);
    const width = outlineStyle === "none" ? 0 : Number.parseFloat(outlineWidth);
    if (width < 2) return [`no outline: ${name}`];
    const faults = [];
    const reach = Math.max(0, width + Number.parseFloat(outlineOffset));
    const rect = focused.getBoundingClientRect();
    for (let box = focused.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX === "visible") continue;
      const bounds = box.getBoundingClientRect();
      const isOut = rect.left - reach < bounds.left - 1 || rect.right + reach > bounds.right + 1;
      if (isOut) faults.push(`its outline is cut off by .${box.className}: ${name}`);
    }
    const centre = document.elementFromPoint(rect.x + rect.width / 2, rect.y + rect.height / 2);
    if (!centre || !(focused.contains(centre) || centre.contains(focused)))
      faults.push(`covered by .${centre?.className}: ${name}`);
    return faults;
  });
}
