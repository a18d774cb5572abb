import { expect, it } from "vitest";
import { refusals } from "./errors.ts";
import { languages } from "./language.ts";

it("every refusal has a title and a sentence in every language, and its values are filled in", () => {
  for (const [code, { status, title, detail }] of Object.entries(refusals)) {
    expect(status, code).toBeGreaterThanOrEqual(400);
    for (const language of languages) {
      expect(title[language].length, code).toBeGreaterThan(3);
      expect(detail[language], code).toMatch(/[.。]$/);
    }
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(names(detail.en), code).toEqual(names(detail.ja));
  }
});
