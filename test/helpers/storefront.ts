import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { openBrowser } from "./browser.ts";
import { type RunningProcess, startTorioki, temporaryFolder } from "./process.ts";

/** The real program on an embedded database of its own, at `url`, and a browser: for all tests of a `describe`. */
export function useStorefront(): { browser: Browser; url: string } {
  const held = {} as { browser: Browser; url: string };
  const { folder, remove } = temporaryFolder();
  let server: RunningProcess;
  beforeAll(async () => {
    held.browser = await openBrowser();
    server = await startTorioki({ DATA_DIR: folder });
    held.url = server.url;
  });
  afterAll(async () => {
    await held.browser?.close();
    await server?.stop();
    remove();
  });
  return held;
}
