/** What axe-core finds fault with in a page: every rule it has, best practice and WCAG 2.2 AA among them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** These are off by default. `hidden-content` only says that something is hidden. */
const MORE_RULES = ["target-size", "label-content-name-mismatch", "focus-order-semantics", "p-as-heading"];

/**
 * @param rule the only one to run; left out, all of them
 * @returns one line for each fault: the rule, the element, what is wrong with it
 */
export async function faultsOf(page: Page, rule?: "color-contrast"): Promise<string[]> {
  // By the debugger's own way, which the page's policy does not bind.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(source);
  const rules = Object.fromEntries(MORE_RULES.map((rule) => [rule, { enabled: true }]));
  const options = { ...(rule ? { runOnly: [rule] } : { rules }), resultTypes: ["violations"] };
  const results = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary}`),
  );
}
