/** The language of a request's sentences, by its Accept-Language. */
import { parseAccept } from "hono/utils/accept";
import { type Language, languages } from "../language.ts";

/** Browsers send a handful of different headers, so each is parsed once. What is longer than this is not kept. */
const known = new Map<string, Language>();
const MOST_KNOWN = 1_000;
const LONGEST_KNOWN = 100;

/** The visitor's first language that we have; `ja-JP` is Japanese. */
export function languageOf(header: string | undefined): Language {
  if (!header) return languages[0];
  const found = known.get(header);
  if (found) return found;
  const language = parse(header);
  if (known.size < MOST_KNOWN && header.length <= LONGEST_KNOWN) known.set(header, language);
  return language;
}

function parse(header: string): Language {
  const wanted = parseAccept(header)
    .filter(({ q }) => q > 0)
    .toSorted((a, b) => b.q - a.q);
  return wanted.map(({ type }) => primary(type)).find((language) => language !== undefined) ?? languages[0];
}

function primary(tag: string): Language | undefined {
  return languages.find((language) => tag.toLowerCase().split("-")[0] === language);
}
