import { fishBentos } from "./dishes/bentos-fish.ts";
import { friedBentos } from "./dishes/bentos-fried.ts";
import { meatBentos } from "./dishes/bentos-meat.ts";
import { bowls } from "./dishes/bowls.ts";
import { boxes } from "./dishes/boxes.ts";
import { drinkPictures } from "./dishes/drinks.ts";
import { plates } from "./dishes/plates.ts";
import { coldSides } from "./dishes/sides-cold.ts";
import { eggSides } from "./dishes/sides-egg.ts";
import { warmSides } from "./dishes/sides-warm.ts";
import { soups } from "./dishes/soups.ts";

/** Every dish of the demo chain, by the slug that its `image_url` ends in: what stands in a box of 320 by 240 units. */
export const dishPictures: Record<string, string> = {
  ...friedBentos,
  ...fishBentos,
  ...meatBentos,
  ...boxes,
  ...bowls,
  ...plates,
  ...soups,
  ...warmSides,
  ...eggSides,
  ...coldSides,
  ...drinkPictures,
};
