/** Where the page begins: the client, the provider, the app. */
import { createRoot } from "react-dom/client";
import { createClient } from "../client/client.ts";
import { type Initial, ToriokiProvider } from "../react/react.ts";
import { App } from "./app.tsx";
import { remembered } from "./memory.ts";
import { currentLanguage, LanguageProvider } from "./words/language.tsx";

const client = createClient({ language: () => currentLanguage });

/**
 * Who comes without any cookie has no cart and is nobody's user: the server marks the page for it, and need not be asked.
 * A page that the browser has kept from before the cookie was there is told by what we remember.
 */
const isNew = document.documentElement.dataset.visitor === "new" && remembered("visited") === undefined;
const initial: Initial | undefined = isNew ? { cart: null, account: null } : undefined;

createRoot(document.getElementById("root") as HTMLElement).render(
  <ToriokiProvider client={client} initial={initial}>
    <LanguageProvider>
      <App />
    </LanguageProvider>
  </ToriokiProvider>,
);
