/** What is on every page, and which page is shown at which address. */
import { useEffect, useRef } from "react";
import { usePathname } from "wouter/use-browser-location";
import { useAccount, useSession } from "../react/react.ts";
import { remember } from "./memory.ts";
import { AccountPage } from "./pages/account.tsx";
import { CartPage } from "./pages/cart.tsx";
import { StorePage } from "./pages/store.tsx";
import { StoresPage } from "./pages/stores.tsx";
import { CartBar } from "./parts/cart-bar.tsx";
import { CartPanel } from "./parts/cart-panel.tsx";
import { ConnectionBanner } from "./parts/connection-banner.tsx";
import { Header } from "./parts/header.tsx";
import { Link } from "./parts/link.tsx";
import { LostCart } from "./parts/lost-cart.tsx";
import { NoticeProvider } from "./parts/notice.tsx";
import { useMedia } from "./parts/use-media.ts";
import { useWords } from "./words/language.tsx";

/** From here on the cart stands beside the page (style/layout.css has the same figure). */
const WIDE = "(min-width: 960px)";

export function App() {
  const words = useWords();
  const path = usePathname();
  const isWide = useMedia(WIDE);
  const hasCartBeside = isWide && !path.startsWith("/cart") && !path.startsWith("/account");
  useArrival(path);
  useFoothold();
  useVisited();
  return (
    <NoticeProvider>
      <a className="skip" href="#page">
        {words.skip}
      </a>
      <div className="top">
        <Header />
        <ConnectionBanner />
      </div>
      <div className={hasCartBeside ? "columns with-side" : "columns"}>
        <main id="page" tabIndex={-1}>
          {!hasCartBeside && path !== "/cart" && <LostCart headingLevel={2} />}
          {pageAt(path)}
        </main>
        {hasCartBeside && (
          <aside className="side" aria-label={words.cart}>
            <CartPanel headingLevel={2} />
          </aside>
        )}
      </div>
      {!hasCartBeside && path !== "/cart" && <CartBar />}
    </NoticeProvider>
  );
}

function pageAt(path: string) {
  const [, storeId] = /^\/stores\/(\d+)$/.exec(path) ?? [];
  if (storeId) return <StorePage key={storeId} storeId={Number(storeId)} />;
  if (path === "/") return <StoresPage />;
  if (path === "/cart") return <CartPage />;
  if (path === "/account") return <AccountPage />;
  return <NoPage />;
}

function NoPage() {
  const words = useWords();
  return (
    <div className="state">
      <title>{`${words.pageGone} | ${words.brand}`}</title>
      <h1 tabIndex={-1}>{words.pageGone}</h1>
      <Link className="button" href="/">
        {words.home}
      </Link>
    </div>
  );
}

/** A new page begins at its top and is read out from its heading; going back, the browser knows where one was. */
function useArrival(path: string): void {
  const last = useRef(path);
  const wentBackTo = useRef<string>(undefined);
  useEffect(() => {
    const note = () => {
      wentBackTo.current = location.pathname;
    };
    addEventListener("popstate", note);
    return () => removeEventListener("popstate", note);
  }, []);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    if (wentBackTo.current !== path) window.scrollTo(0, 0);
    wentBackTo.current = undefined;
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [path]);
}

/**
 * Where what had the focus is gone (a line, a notice, a page that was loading), whoever goes by keyboard goes on at the
 * heading of that part of the page: the browser would begin anew at the very top. Who goes by pointer sees nothing move.
 */
function useFoothold(): void {
  useEffect(() => {
    let last: Element | undefined;
    let part: Element | null = null;
    let isSeen = false;
    const note = ({ target }: FocusEvent) => {
      last = target as Element;
      // A notice lies outside of all parts: back to where it was come to from.
      part = last.closest("main, aside, dialog") ?? part;
      isSeen = last.matches(":focus-visible:not([tabindex])");
    };
    const observer = new MutationObserver(() => {
      if (!last || last.isConnected || document.activeElement !== document.body) return;
      const place = part?.isConnected ? part : document;
      place.querySelector<HTMLElement>("h1, h2")?.focus({ preventScroll: !isSeen });
    });
    addEventListener("focusin", note);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      removeEventListener("focusin", note);
      observer.disconnect();
    };
  }, []);
}

/** See main.tsx: from now on the server must be asked what is in the cart. */
function useVisited(): void {
  const { sessionId } = useSession();
  const { account } = useAccount();
  const hasSomething = sessionId !== null || Boolean(account);
  useEffect(() => {
    if (hasSomething) remember("visited", "yes");
  }, [hasSomething]);
}
