/** The page comes to life; the test takes it away and puts it back. */
import { StrictMode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { createClient } from "../../../src/client/client.ts";
import type { Initial } from "../../../src/react/react.ts";
import { Page } from "./page.tsx";

declare global {
  interface Window {
    /** As the server has rendered it; null where it has rendered nothing. */
    initial: Initial | null;
    unmount: () => void;
    mount: () => void;
  }
}

const container = document.getElementById("root") as HTMLElement;
const page = (initial?: Initial) => (
  <StrictMode>
    <Page client={createClient()} initial={initial} />
  </StrictMode>
);
window.mount = () => {
  const root = createRoot(container);
  root.render(page());
  window.unmount = () => root.unmount();
};
if (window.initial) {
  const root = hydrateRoot(container, page(window.initial));
  window.unmount = () => root.unmount();
} else {
  window.mount();
}
