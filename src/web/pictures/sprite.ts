import type { Parts } from "./draw.ts";
import { drinks } from "./parts/drinks.ts";
import { eggs } from "./parts/eggs.ts";
import { fish } from "./parts/fish.ts";
import { fried } from "./parts/fried.ts";
import { light } from "./parts/light.ts";
import { meat } from "./parts/meat.ts";
import { rice } from "./parts/rice.ts";
import { salads } from "./parts/salads.ts";
import { strewnParts } from "./parts/strewn.ts";
import { tables } from "./parts/tables.ts";
import { toppings } from "./parts/toppings.ts";
import { vegetables } from "./parts/vegetables.ts";
import { vessels } from "./parts/vessels.ts";

const BOX = 'viewBox="0 0 320 240"';

/** Everything the pictures use by id. */
export const parts: Parts = {
  ...light,
  ...tables,
  ...vessels,
  ...strewnParts,
  ...rice,
  ...vegetables,
  ...eggs,
  ...fried,
  ...fish,
  ...meat,
  ...toppings,
  ...salads,
  ...drinks,
};

/**
 * All pictures lie on top of each other, and only the one that is asked for is there: a browser lays a whole file out again
 * for each picture of it that a page shows. The server's policy for the files has this rule's hash (src/http/storefront.ts).
 */
const ONLY_THE_ONE_ASKED_FOR = "<style>:root>svg:not(:target){display:none}</style>";

/**
 * One SVG file with every picture under an id of its own, so that one request serves a whole store:
 * `<img src="/pictures/kanda.svg#nori-bento">`.
 *
 * @param pictures what to draw in a box of 320 by 240 units, by slug
 */
export function toSprite(pictures: Record<string, string>): string {
  const shared = usedBy(Object.values(pictures)).map((id) => {
    const content = parts[id] as string;
    return content.includes(` id="${id}"`) ? content : `<g id="${id}">${content}</g>`;
  });
  const stack = Object.entries(pictures).map(
    ([slug, content]) => `<svg id="${slug}" ${BOX}>${content}</svg>`,
  );
  return packed(
    `<svg xmlns="http://www.w3.org/2000/svg" ${BOX} stroke-linecap="round" stroke-linejoin="round">` +
      `${ONLY_THE_ONE_ASKED_FOR}<defs>${shared.join("")}</defs>${stack.join("\n")}</svg>\n`,
  );
}

/** The parts that the drawings show, those that these parts are made of included. */
function usedBy(drawings: string[]): string[] {
  const used = new Set<string>();
  for (const drawing of drawings) note(drawing);
  function note(drawing: string): void {
    for (const [, id = ""] of drawing.matchAll(/(?:href="|url\()#([^")]+)/g)) {
      if (used.has(id) || parts[id] === undefined) continue;
      used.add(id);
      note(parts[id]);
    }
  }
  return Object.keys(parts).filter((id) => used.has(id));
}

/** Leaves out what a path's numbers do without: the space before a minus and the zero before a point. */
function packed(svg: string): string {
  return svg.replaceAll(/ d="[^"]*"/g, (d) => d.replaceAll(" -", "-").replaceAll(/(?<![\d.])0\./g, "."));
}
