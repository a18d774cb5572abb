/** The timers of a cart are counted here, so this file starts no server: a server has timers of its own. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClient } from "../client/client.ts";
import { networkError } from "../client/error.ts";
import { CartStore } from "./cart-store.ts";
import { emptyCart, type ShopperCart } from "./changes.ts";
import { guestOf, type Owner } from "./owner.ts";

describe("the end of a cart", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const hour = 3_600_000;
  const live = (): ShopperCart => ({
    ...emptyCart,
    session_id: "a",
    expires_at: new Date(Date.now() + hour).toISOString(),
  });
  const away = () => Promise.reject(networkError("en", undefined));

  /** @param get a server that answers when it is told to */
  function openWithTimers(get: Owner["get"]) {
    const events = { changed: () => {}, refused: () => {}, ended: async () => false };
    const store = new CartStore({ ...guestOf(createClient()), get }, events);
    return { store, stop: store.start() };
  }
  const soon = () => vi.advanceTimersByTimeAsync(0);

  it.each([
    { what: "a session that will end", get: async () => live() },
    { what: "a server that is away", get: away },
  ])("leaves no timer: $what", async ({ get }) => {
    const { stop } = openWithTimers(get);
    await soon();
    expect(vi.getTimerCount()).toBe(1);
    stop();
    await soon();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    { what: "an answer", come: async () => live() },
    { what: "no answer", come: away },
  ])("leaves no timer where $what comes after it", async ({ come }) => {
    let arrive = () => {};
    const wait = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const { stop } = openWithTimers(async () => {
      await wait;
      return come();
    });
    await soon();
    stop();
    arrive();
    await soon();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("comes with that of its session, and then it asks", async () => {
    const get = vi.fn(async () => live());
    const { stop } = openWithTimers(get);
    await vi.advanceTimersByTimeAsync(hour - 1_000);
    expect(get).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(get).toHaveBeenCalledTimes(2);
    stop();
  });
});
