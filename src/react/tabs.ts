/** The other tabs of this browser: told what has changed, so that they ask the server. Carts do not travel between tabs. */

/** `cart`: it changed. `account`: somebody logged in or out, or the guest's session was ended on purpose. */
export type News = "cart" | "account";

export type Tabs = { tell(news: News): void; close(): void };

export const noTabs: Tabs = { tell: () => {}, close: () => {} };

/** Where a browser has no BroadcastChannel, a tab asks when it is looked at, and nothing is told. */
export function openTabs(hear: (news: News) => void): Tabs {
  if (typeof BroadcastChannel === "undefined") return noTabs;
  const channel = new BroadcastChannel("torioki");
  channel.onmessage = ({ data }: MessageEvent<News>) => hear(data);
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() };
}
