/** Money and times as each language writes them. */
import type { Language } from "./words/language.tsx";

/** Holds the height of a line whose words are not known yet. */
export const NO_BREAK_SPACE = "\u00A0";

const locales = { en: "en-US", ja: "ja-JP" };
const yenFormats = { en: yenFormat("en"), ja: yenFormat("ja") };

/** @param amount yen, as the contract has it */
export function yen(amount: number, language: Language): string {
  return yenFormats[language].format(amount).replace("￥", "¥");
}

function yenFormat(language: Language): Intl.NumberFormat {
  return new Intl.NumberFormat(locales[language], { style: "currency", currency: "JPY" });
}

/** A day and a time of day, by the clock of whoever looks at the page. */
export function dayAndTime(moment: Date, language: Language): string {
  return moment.toLocaleString(locales[language], {
    month: "short",
    day: "numeric",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}
