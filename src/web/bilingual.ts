/** The demo chain writes names and descriptions in Japanese and then in English, with a space between. */

const BOTH = /^(.*[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef].*?)\s+([\x20-\x7e\u00c0-\u024f\u2018-\u201f]+)$/s;

/** @returns the part in that language; the whole where the text is in one language only */
export function inLanguage(text: string, language: "en" | "ja"): string {
  const parts = BOTH.exec(text);
  if (!parts) return text;
  return (language === "ja" ? parts[1] : parts[2]) as string;
}
