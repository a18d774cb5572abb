import { dishPictures } from "./dishes.ts";
import { statePictures } from "./other.ts";
import { toSprite } from "./sprite.ts";
import { storePictures } from "./stores.ts";

type Catalog = { stores: { menus: { image_url: string | null }[] }[] };

/**
 * Every picture of the page. A store's dishes are in a file of their own (`/pictures/kanda.svg#nori-bento`): its page needs one
 * request for all of them, and nothing of what the other stores have. A browser takes a file apart once, however many
 * pictures of it a page shows; that takes as long as the file is large.
 *
 * @param catalog the demo chain's, whose `image_url`s say which dish is in which file
 * @returns SVG by the file's name
 */
export function pictureFiles({ stores }: Catalog): Record<string, string> {
  const files: Record<string, Record<string, string>> = {
    "pictures/stores.svg": storePictures,
    "pictures/states.svg": statePictures,
  };
  for (const { image_url } of stores.flatMap(({ menus }) => menus)) {
    const [, file, slug] = /^\/(pictures\/\w+\.svg)#(.+)$/.exec(image_url ?? "") ?? [];
    const drawn = dishPictures[slug ?? ""];
    if (!file || !slug || !drawn) throw new Error(`demo/catalog.json: nothing is drawn for ${image_url}`);
    files[file] = { ...files[file], [slug]: drawn };
  }
  return Object.fromEntries(Object.entries(files).map(([name, pictures]) => [name, toSprite(pictures)]));
}
