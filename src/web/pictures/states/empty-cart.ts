/** Nothing in the cart: an empty box on a cloth that waits to be tied. */
import { ellipse, fade, ink, line, picture, shape } from "../ink.ts";
import { cloth, ground, lacquer } from "./common.ts";

const slug = "empty-cart";

/** A compartment of the box: its corners at the back and at the front, then the light on its floor. */
const hollow = (back: [number, number], front: [number, number]): string =>
  shape(`url(#${slug}-hollow)`, `M${back[0]} 116H${back[1]}L${front[1]} 152H${front[0]}Z`) +
  shape("#7c2416", `M${back[0]} 116H${back[1]}L${back[1] + 0.8} 122H${back[0] - 0.4}Z`, 'opacity=".75"');

const box =
  ellipse(160, 176, 92, 10, "#1d2345", 'opacity=".35"') +
  shape(lacquer.side, "M74 156H246L242 174Q241 178 236 178H84Q79 178 78 174Z") +
  shape(ink.vermilion, "M76.6 164.6H243.4L242.6 168.4H77.4Z") +
  shape(
    lacquer.rim,
    "M92 110H228Q231 110 232.4 112.6L248 154Q249 158 245 158H75Q71 158 72 154L87.6 112.6Q89 110 92 110Z",
  ) +
  hollow([95, 151], [81, 149]) +
  hollow([156, 190], [155, 196]) +
  hollow([195, 225], [202, 239]) +
  // Where the meal will be.
  line(
    "#ffd9b8",
    1.8,
    "M115 143Q103 143 107 136L115 125Q120 120 125 125L133 136Q137 143 125 143ZM165 134a10.5 7.4 0 1 0 21 0a10.5 7.4 0 1 0 -21 0M208 141Q206 126 217 125Q229 127 227 141Q217 146 208 141Z",
    'stroke-dasharray="4 3.4" stroke-linecap="round" opacity=".75"',
  );

const chopsticks =
  line(cloth.fold, 4, "M106 193L214 189M108 200L214 196", 'opacity=".8" stroke-linecap="round"') +
  line("#c98b57", 4, "M106 191L214 187M108 198L214 194", 'stroke-linecap="round"') +
  line(ink.vermilion, 4, "M190 187.9L214 187M190 194.9L214 194", 'stroke-linecap="round"');

export const emptyCart = picture(
  `${fade(`${slug}-hollow`, [0, "#8f2e1c"], [1, "#c8452b"])}`,
  ground +
    shape(cloth.fold, "M28 156L160 92L292 156L160 224Z", 'transform="translate(0 3)"') +
    shape(cloth.base, "M28 156L160 92L292 156L160 224Z") +
    line(cloth.thread, 1.6, "M42 156L160 98.6L278 156L160 217Z", 'opacity=".8"') +
    shape(cloth.light, "M28 156Q36 138 56 142L62 148Q46 152 44 164Z") +
    shape(cloth.light, "M292 156Q284 138 264 142L258 148Q274 152 276 164Z") +
    box +
    chopsticks +
    line("#e0a436", 2.6, "M160 62V76M126 68L132 80M194 68L188 80", 'stroke-linecap="round"'),
);
