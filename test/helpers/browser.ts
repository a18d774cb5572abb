/** A real Chromium for a test file, driven by Playwright, and pages as shoppers have them. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { describe } from "vitest";

const HOW_TO_GET_IT = "install Debian's chromium, or set CHROMIUM to a Chrome's path";
const path = process.env.CHROMIUM || findChromium();
if (!path && !process.env.CI) console.warn(`skipped: tests in a browser; ${HOW_TO_GET_IT}, to run them`);

/** Skipped by name where there is no Chromium; where CI=true that is a failure. */
export const describeWithBrowser = path || process.env.CI ? describe : describe.skip;

/** Starts a browser with a profile of its own, which is gone when it is closed. It calls nobody by itself. */
export async function openBrowser(): Promise<Browser> {
  if (!path) throw new Error(`there is no Chromium: ${HOW_TO_GET_IT}`);
  return chromium.launch({
    executablePath: path,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Chromium's sandbox does not work for root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

export type Device = {
  size?: "phone" | "desktop";
  locale?: "ja-JP" | "en-US";
  colorScheme?: "light" | "dark";
  reducedMotion?: "reduce" | "no-preference";
};

const SIZES: Record<"phone" | "desktop", BrowserContextOptions> = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1280, height: 800 } },
};

/** What a page did that it should not, and what it asked for. */
export type Watched = {
  page: Page;
  /** Errors in the console and uncaught ones; what the page's policy blocked is among them. */
  errors: string[];
  /** Every address that was asked for, the page's own included, in order. */
  requests: string[];
};

/**
 * Opens an empty page of a shopper's own (no cookies, nothing kept): a phone in Japanese by daylight, unless told otherwise.
 * Close it with `page.context().close()`, or with the browser.
 */
export async function newPage(browser: Browser, device: Device = {}): Promise<Watched> {
  const { size = "phone", locale = "ja-JP", colorScheme = "light", reducedMotion = "no-preference" } = device;
  const context = await browser.newContext({
    ...SIZES[size],
    locale,
    timezoneId: "Asia/Tokyo",
    colorScheme,
    reducedMotion,
  });
  const page = await context.newPage();
  const watched: Watched = { page, errors: [], requests: [] };
  page.on("console", (message) => {
    if (message.type() === "error") watched.errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => watched.errors.push(String(error)));
  page.on("request", (request) => watched.requests.push(request.url()));
  return watched;
}

function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = process.env.PATH?.split(delimiter) ?? [];
  const places = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return ["/usr/bin/chromium", ...places].find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
