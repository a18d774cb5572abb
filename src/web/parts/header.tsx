import { Link, useLocation } from "wouter";
import { useAccount } from "../../react/react.ts";
import { useSpeech } from "../words/language.tsx";
import { BackIcon, PersonIcon } from "./icons.tsx";

export function Header() {
  const { words, language, toggle } = useSpeech();
  const { account, isOffered } = useAccount();
  const [path] = useLocation();
  return (
    <header className="header">
      {path === "/" ? null : (
        <Link className="icon-button" href="/" aria-label={words.home}>
          <BackIcon />
        </Link>
      )}
      <Link className="brand" href="/" aria-current={path === "/" ? "page" : undefined}>
        <img src="/favicon.svg" alt="" width="32" height="32" />
        {words.brand}
      </Link>
      <nav className="header-links" aria-label={words.account}>
        <button
          type="button"
          className="text-button"
          lang={language === "ja" ? "en" : "ja"}
          aria-label={words.languageLabel}
          onClick={toggle}
        >
          {words.language}
        </button>
        {isOffered !== false && (
          <Link
            className="text-button account-link"
            href="/account"
            aria-current={path === "/account" ? "page" : undefined}
          >
            <PersonIcon />
            <span>{account ? account.name : words.signIn}</span>
          </Link>
        )}
      </nav>
    </header>
  );
}
