import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { inLanguage } from "./bilingual.ts";

it("takes a name apart", () => {
  const name = "鶏の唐揚げ3個 Karaage, 3 Pieces";
  expect(inLanguage(name, "ja")).toBe("鶏の唐揚げ3個");
  expect(inLanguage(name, "en")).toBe("Karaage, 3 Pieces");
});

it("leaves a name in one language whole", () => {
  for (const name of ["のり弁当", "Nori Bento", "とりおき弁当 神田店", "Café du Nord", ""]) {
    expect(inLanguage(name, "ja")).toBe(name);
    expect(inLanguage(name, "en")).toBe(name);
  }
});

it("finds both languages in every dish of the demo chain", () => {
  const { stores } = JSON.parse(readFileSync("demo/catalog.json", "utf8"));
  for (const { name, description } of stores.flatMap((store: { menus: object[] }) => store.menus)) {
    for (const text of [name, description]) {
      expect(inLanguage(text, "en"), text).toMatch(/^[A-Za-z][^\u3000-\u9fff]+$/);
      expect(inLanguage(text, "ja"), text).toMatch(/[\u3000-\u9fff]/);
      expect(`${inLanguage(text, "ja")} ${inLanguage(text, "en")}`).toBe(text);
    }
  }
});
