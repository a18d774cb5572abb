import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { statePictures } from "./other.ts";
import { storePicture } from "./store-picture.ts";
import { storePictures } from "./stores.ts";

const demo: { stores: { name: string }[] } = JSON.parse(
  readFileSync(new URL("../../../demo/catalog.json", import.meta.url), "utf8"),
);
const slugOf = (name: string): string => storePicture(name).split("#")[1] ?? "";

it("every store of the demo catalog has a picture of its own, and other stores have one", () => {
  const slugs = demo.stores.map(({ name }) => slugOf(name));
  expect(new Set(slugs).size).toBe(demo.stores.length);
  expect([...slugs, slugOf("")].sort()).toEqual(Object.keys(storePictures).sort());
});

describe.each([
  { sprite: "stores", pictures: storePictures, kilobytes: 40 },
  { sprite: "states", pictures: statePictures, kilobytes: 15 },
])("the pictures of $sprite", ({ pictures, kilobytes }) => {
  const entries = Object.entries(pictures);

  it("run nothing, hold no foreign markup and fetch nothing", () => {
    for (const [slug, content] of entries) {
      expect(content, slug).not.toMatch(
        /<(script|foreignObject|style|image|text|use|animate)\b|\son\w+=|@import/i,
      );
      expect(content, slug).not.toMatch(/href|https?:|data:|url\((?!#)/i);
    }
  });

  it("have ids that begin with their slug, are used, and are there once", () => {
    for (const [slug, content] of entries) {
      const ids = [...content.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1] ?? "");
      const used = new Set([...content.matchAll(/url\(#([^)]*)\)/g)].map((match) => match[1] ?? ""));
      expect(new Set(ids).size, slug).toBe(ids.length);
      for (const id of ids) expect(id.startsWith(`${slug}-`), id).toBe(true);
      for (const id of used) expect(ids, slug).toContain(id);
      expect(
        ids.filter((id) => !used.has(id)),
        slug,
      ).toEqual([]);
    }
  });

  it("are whole numbers and elements: nothing undefined, every element closed", () => {
    for (const [slug, content] of entries) {
      expect(content, slug).not.toMatch(/NaN|undefined|Infinity|null/);
      const open: string[] = [];
      for (const [, closing, name, self] of content.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
        if (closing) expect(open.pop(), slug).toBe(name);
        else if (!self) open.push(name ?? "");
      }
      expect(open, slug).toEqual([]);
    }
  });

  it(`take at most ${kilobytes} kB compressed`, () => {
    expect(gzipSync(entries.map(([, content]) => content).join("")).length).toBeLessThan(kilobytes * 1000);
  });
});
