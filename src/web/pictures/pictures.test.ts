import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { dishPictures } from "./dishes.ts";
import { pictureFiles } from "./files.ts";
import { parts, toSprite } from "./sprite.ts";

type Catalog = { stores: { menus: { name: string; image_url: string | null }[] }[] };
const catalog = JSON.parse(readFileSync("demo/catalog.json", "utf8")) as Catalog;
const dishes = catalog.stores.flatMap((store) => store.menus);
const sprite = toSprite(dishPictures);
/** Without its one rule, which shows the picture that is asked for. */
const drawn = sprite.replace(/<style>[^<]*<\/style>/, "");

const slugsIn = (svg: string) => [...svg.matchAll(/<svg id="([^"]+)"/g)].map(([, id]) => id);

/** Tags that are not closed, or close another: empty where the file is well formed. */
function unbalanced(xml: string): string[] {
  const open: string[] = [];
  const faults: string[] = [];
  for (const [tag, closing, name, selfClosing] of xml.matchAll(
    /<(\/?)([a-zA-Z]+)(?:\s[a-zA-Z][\w-]*(?::[a-z]+)?="[^"<>&]*")*\s?(\/?)>/g,
  )) {
    if (closing) {
      if (open.pop() !== name) faults.push(tag);
    } else if (!selfClosing) open.push(name as string);
  }
  const rest = xml.replaceAll(/<\/?[a-zA-Z]+(?:\s[a-zA-Z][\w-]*(?::[a-z]+)?="[^"<>&]*")*\s?\/?>/g, "").trim();
  return [...faults, ...open, ...(rest === "" ? [] : [rest.slice(0, 80)])];
}

describe("the demo chain's pictures", () => {
  it("show every dish of the catalog, the same dish alike in every store", () => {
    const bySlug = new Map<string, string>();
    for (const { name, image_url } of dishes) {
      const slug = image_url?.match(/^\/pictures\/[a-z]+\.svg#([a-z0-9-]+)$/)?.[1] ?? `none for ${name}`;
      expect(dishPictures, name).toHaveProperty(slug);
      expect(bySlug.get(slug) ?? name).toBe(name);
      bySlug.set(slug, name);
    }
    expect(bySlug.size).toBe(new Set(dishes.map((dish) => dish.name)).size);
    expect(Object.keys(dishPictures).sort()).toEqual([...bySlug.keys()].sort());
  });

  it("differ from one another", () => {
    expect(new Set(Object.values(dishPictures)).size).toBe(Object.keys(dishPictures).length);
  });

  it("stand in one well-formed file, each under an id of its own", () => {
    expect(unbalanced(drawn)).toEqual([]);
    const ids = [...sprite.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    expect(slugsIn(sprite)).toEqual(Object.keys(dishPictures));
    expect(sprite).not.toMatch(/NaN|undefined|null/);
  });

  it("use parts that are there, and every part is used", () => {
    const used = new Set([...sprite.matchAll(/(?:href="|url\()#([^")]+)/g)].map(([, id]) => id as string));
    expect([...used].filter((id) => !(id in parts))).toEqual([]);
    const everyVessel = /^(box|bowl|soup|plate|table|tone)-/;
    expect(Object.keys(parts).filter((id) => !used.has(id) && !everyVessel.test(id))).toEqual([]);
  });

  it("run nothing and fetch nothing", () => {
    expect(drawn).not.toMatch(/<(script|foreignObject|style|image|text|a)\b| on[a-z]+=|javascript:|data:/i);
    expect(sprite.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|\/\//);
  });

  it("are at the address that the catalog has for them, in a file for each store", () => {
    const files = pictureFiles(catalog);
    for (const { menus } of catalog.stores) {
      const addresses = menus.map(({ image_url }) => image_url?.split("#") as [string, string]);
      expect(new Set(addresses.map(([file]) => file)).size).toBe(1);
      const [file = ""] = addresses[0] as string[];
      expect(slugsIn(files[file.slice(1)] ?? "")).toEqual(addresses.map(([, slug]) => slug));
    }
    expect(Object.keys(files)).toHaveLength(catalog.stores.length + 2);
  });

  it("are the same in every build, and small enough for one request", () => {
    const files = pictureFiles(catalog);
    expect(pictureFiles(catalog)).toEqual(files);
    for (const [name, svg] of Object.entries(files))
      expect([name, gzipSync(svg).length]).toEqual([name, expect.toSatisfy((size) => size < 32_000)]);
  });

  it("of a dish that is not drawn end the build, by name", () => {
    const menus = [{ name: "Soup", image_url: "/pictures/kanda.svg#no-such-soup" }];
    expect(() => pictureFiles({ stores: [{ menus }] })).toThrow("no-such-soup");
  });
});
