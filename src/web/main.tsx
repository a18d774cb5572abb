/** The page's beginning. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <h1>Torioki</h1>
    <p lang="ja">取り置き</p>
  </StrictMode>,
);
