/** What a page must keep beyond axe-core's rules. Each check gives one line for each fault. */
import type { Page } from "playwright-core";

/** Words that may end in an ellipsis: there is another place that has them in full. */
const MAY_BE_SHORTENED = ".description, .account-link span";

/**
 * Words that stick out of the page or of a box that hides what does, and whether the page scrolls sideways.
 * @param zoom of the text alone, as the browser's setting does it: 2 is 200 %
 */
export async function cutOffAt(page: Page, zoom: number): Promise<string[]> {
  // Not `innerWidth`: a phone's grows with what is too wide.
  const { width = 0 } = page.viewportSize() ?? {};
  return page.evaluate(
    ([zoom, width, exempt]) => {
      const root = document.documentElement;
      root.style.fontSize = `${zoom * 100}%`;
      const at = `at ${width} px, text at ${zoom * 100} %`;
      // What is out of sight has its real size only where it is laid out all the same.
      const unpainted = [...document.querySelectorAll<HTMLElement>("main *")].filter(
        (element) => getComputedStyle(element).contentVisibility === "auto",
      );
      for (const element of unpainted) element.style.contentVisibility = "visible";
      const faults = root.scrollWidth > width ? [`${at}: ${root.scrollWidth} px wide`] : [];
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
          if (rect.left < -1 || rect.right > width + 1) faults.push(`${at}: outside: ${range}`);
          for (let box: Element | null = element; box && box !== document.body; box = box.parentElement) {
            if (!/hidden|clip/.test(getComputedStyle(box).overflow)) continue;
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
      for (const element of unpainted) element.style.contentVisibility = "";
      return [...new Set(faults)];
    },
    [zoom, width, MAY_BE_SHORTENED] as const,
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

/**
 * The page's language, its title, live regions that screen readers cannot know of before they have words, and what
 * `watchLiveRegions` has noted since the last call.
 */
export async function speechFaults(page: Page, locale: "ja-JP" | "en-US"): Promise<string[]> {
  return page.evaluate((locale) => {
    const { title, documentElement: root } = document;
    const late = (window as unknown as { lateRegions: string[] }).lateRegions.splice(0);
    const regions = [...document.querySelectorAll("[role=status], [role=alert]")];
    const unheard = regions.filter(
      (region) => !region.checkVisibility() || region.closest("[aria-hidden=true]"),
    );
    const isJapanese = locale === "ja-JP";
    const brand = isJapanese ? "とりおき" : "Torioki";
    return [
      ...(root.lang === locale.slice(0, 2) ? [] : [`the page says its language is ${root.lang}`]),
      ...(title.endsWith(` | ${brand}`) ? [] : [`title: ${title}`]),
      ...(isJapanese || !/[\u3040-\u30ff]/.test(title) ? [] : [`title in another language: ${title}`]),
      ...unheard.map(({ outerHTML }) => `a live region that is not there: ${outerHTML.slice(0, 160)}`),
      ...late.map((html) => `a live region that came with its words: ${html}`),
    ];
  }, locale);
}

/**
 * Watches for the focus getting lost: once it has been somewhere it must not fall to `body`, from where a keyboard begins
 * anew at the page's top. Call it before the first page.
 * @returns reads what had the focus each time that it was lost on the page that is shown
 */
export async function watchFocus(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const lost: string[] = [];
    Object.assign(window, { lostFocus: lost });
    let last: Element | undefined;
    const look = () => {
      const now = document.activeElement ?? document.body;
      if (now !== document.body) last = now;
      else if (last) {
        lost.push(`lost the focus: ${last.outerHTML.slice(0, 120)}`);
        last = undefined;
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    // It leads past the last place, too, to the browser's own bar.
    addEventListener("keydown", ({ key }) => {
      if (key === "Tab") last = undefined;
    });
  });
  return () => page.evaluate(() => (window as unknown as { lostFocus: string[] }).lostFocus);
}

/**
 * What is wrong with how the focus shows on the element that has it: nothing around it that can be told from its ground,
 * cut off by a box, out of sight, or below what lies on top. Headings and the like take the focus to be read out, and need
 * no outline.
 */
export async function focusFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const focused = document.activeElement as HTMLElement;
    if (focused === document.body) return ["nothing has the focus"];
    const name = focused.outerHTML.slice(0, 120);
    const rect = focused.getBoundingClientRect();
    const isRead = focused.tabIndex < 0;
    if (isRead && focused.matches(".hidden")) return [];
    if (isRead && rect.height > innerHeight)
      return rect.top < innerHeight && rect.bottom > 0 ? [] : [`out of sight: ${name}`];
    const faults = [];
    const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(focused);
    const width = outlineStyle === "none" ? 0 : Number.parseFloat(outlineWidth);
    const offset = Number.parseFloat(outlineOffset);
    if (!isRead && width < 2) faults.push(`no outline: ${name}`);
    // WCAG 2.2, 1.4.11: 3 : 1 against what it is drawn on.
    const numbers = (colour: string) => colour.match(/[\d.]+/g)?.map(Number) ?? [];
    const isClear = (colour: string) => numbers(colour)[3] === 0;
    const light = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = numbers(colour).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
    };
    let ground = offset < 0 ? focused : focused.parentElement;
    while (ground?.parentElement && isClear(getComputedStyle(ground).backgroundColor))
      ground = ground.parentElement;
    const [line, behind] = [light(outlineColor), light(getComputedStyle(ground as Element).backgroundColor)];
    const contrast = isClear(outlineColor) ? 1 : Math.max(line, behind) / Math.min(line, behind);
    if (!isRead && contrast < 3) faults.push(`an outline of ${contrast.toFixed(1)} : 1: ${name}`);

    const reach = isRead ? 0 : Math.max(0, width + offset);
    for (let box = focused.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX === "visible") continue;
      const bounds = box.getBoundingClientRect();
      const isOut =
        rect.left - reach < bounds.left - 1 ||
        rect.right + reach > bounds.right + 1 ||
        rect.top - reach < bounds.top - 1 ||
        rect.bottom + reach > bounds.bottom + 1;
      if (isOut) faults.push(`its outline is cut off by .${box.className}: ${name}`);
    }
    const centre = document.elementFromPoint(rect.x + rect.width / 2, rect.y + rect.height / 2);
    if (!centre) faults.push(`out of sight: ${name}`);
    else if (!focused.contains(centre))
      faults.push(`covered by .${centre.closest("[class]")?.className}: ${name}`);
    return faults;
  });
}
