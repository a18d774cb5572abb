/** Which language the page speaks. What the shopper chose is remembered in the browser; it says nothing of who it is. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { inLanguage } from "../bilingual.ts";
import { remember, remembered } from "../memory.ts";
import { en, type Words } from "./en.ts";
import { ja } from "./ja.ts";

export type Language = "en" | "ja";

type Speech = {
  language: Language;
  words: Words;
  /** The part of a name or a description that is in this language (bilingual.ts). */
  read: (text: string) => string;
  toggle: () => void;
};

const SpeechContext = createContext<Speech | undefined>(undefined);

/** For the client, which sends it with every request. */
export let currentLanguage: Language = startLanguage();

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(currentLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo(
    () => ({
      language,
      words: language === "ja" ? ja : en,
      read: (text: string) => inLanguage(text, language),
      toggle: () => {
        currentLanguage = language === "ja" ? "en" : "ja";
        remember("language", currentLanguage);
        setLanguage(currentLanguage);
      },
    }),
    [language],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export function useSpeech(): Speech {
  return useContext(SpeechContext) as Speech;
}

export function useWords(): Words {
  return useSpeech().words;
}

function startLanguage(): Language {
  const chosen = remembered("language") ?? navigator.language;
  return chosen.startsWith("ja") ? "ja" : "en";
}
