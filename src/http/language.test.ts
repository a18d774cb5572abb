import { expect, it } from "vitest";
import { languageOf } from "./language.ts";

it.each([
  [undefined, "en"],
  ["", "en"],
  ["ja", "ja"],
  ["ja-JP", "ja"],
  ["JA", "ja"],
  ["en;q=0.5, ja", "ja"],
  ["fr, ja;q=0.1", "ja"],
  ["en, ja", "en"],
  ["ja;q=0", "en"],
  ["*", "en"],
  [`${"x".repeat(3_000)}, ja`, "ja"],
])("%j asks for %s, the second time too", (header, language) => {
  expect([languageOf(header), languageOf(header)]).toEqual([language, language]);
});

it("goes on telling headers apart, however many there were", () => {
  const headers = Array.from({ length: 3_000 }, (_, n) => (n % 2 ? `x-${n}, ja` : `x-${n}, en`));
  for (let round = 0; round < 2; round++)
    for (const [n, header] of headers.entries()) expect(languageOf(header)).toBe(n % 2 ? "ja" : "en");
});
