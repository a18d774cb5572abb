import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ClientError, networkError } from "../client/error.ts";
import { Reads } from "./reads.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const away = networkError("en", undefined);
const refused = new ClientError({ code: "store_not_found", status: 404, detail: "No such store." });
const broken = new ClientError({ code: "internal_error", status: 500, detail: "Something went wrong." });
const soon = () => vi.advanceTimersByTimeAsync(0);
const seconds = (n: number) => vi.advanceTimersByTimeAsync(n * 1_000);

/** Gives what it has been told to, one after the other; the last goes on. */
function loader(...answers: (string | ClientError)[]) {
  let calls = 0;
  return vi.fn(async () => {
    const answer = answers[Math.min(calls, answers.length - 1)] as string | ClientError;
    calls += 1;
    if (answer instanceof ClientError) throw answer;
    return answer;
  });
}

describe("what several parts of a page look at", () => {
  it("is read once, and all are told", async () => {
    const reads = new Reads();
    const load = loader("a");
    const listeners = [vi.fn(), vi.fn(), vi.fn()];
    const ends = listeners.map((listener) => reads.watch("k", load, listener));
    expect(reads.get("k")).toEqual({ data: undefined, error: undefined, isLoading: true });
    await soon();
    expect(reads.get("k")).toEqual({ data: "a", error: undefined, isLoading: false });
    expect(load).toHaveBeenCalledTimes(1);
    for (const listener of listeners) expect(listener).toHaveBeenCalled();

    ends[0]?.();
    listeners[0]?.mockClear();
    reads.reload("k");
    await soon();
    expect(load).toHaveBeenCalledTimes(2);
    expect(listeners[0]).not.toHaveBeenCalled();
  });

  it("is another thing for every key, also where a part turns to another one before the answer", async () => {
    const reads = new Reads();
    const [one, two] = [loader("a"), loader("b")];
    reads.watch("1", one, () => {})();
    reads.watch("2", two, () => {});
    await soon();
    expect([reads.get("1").data, reads.get("2").data]).toEqual(["a", "b"]);
    reads.watch("1", one, () => {});
    await soon();
    expect([one.mock.calls.length, two.mock.calls.length]).toEqual([1, 1]);
  });

  it("is there from the start where a server has rendered it", async () => {
    const reads = new Reads({ k: "rendered" });
    const load = loader("a");
    reads.watch("k", load, () => {});
    await seconds(31);
    expect(load).not.toHaveBeenCalled();
    reads.refresh();
    await soon();
    expect([reads.get("k").data, reads.getFirst("k").data]).toEqual(["a", "rendered"]);
  });
});

describe("what was read", () => {
  it.each([
    { after: 29, isRead: false },
    { after: 31, isRead: true },
  ])("$after s ago is read again when the page or a part looks: $isRead", async ({ after, isRead }) => {
    for (const look of ["page", "part"]) {
      const reads = new Reads();
      const load = loader("a", "b");
      reads.watch("k", load, () => {});
      await seconds(after);
      if (look === "page") reads.refresh();
      else reads.watch("k", load, () => {});
      // What is old is shown meanwhile.
      expect(reads.get("k")).toMatchObject({ data: "a", isLoading: isRead });
      await soon();
      expect(reads.get("k").data).toBe(isRead ? "b" : "a");
    }
  });

  it("and is not looked at is read again the next time that it is", async () => {
    const reads = new Reads();
    const load = loader("a", "b");
    reads.watch("k", load, () => {})();
    await soon();
    reads.reload("k");
    reads.refresh();
    reads.reload("unknown");
    await soon();
    expect(load).toHaveBeenCalledTimes(1);
    reads.watch("k", load, () => {});
    await soon();
    expect(reads.get("k").data).toBe("b");
  });

  it("is kept 50 times, and for longer where it is looked at", async () => {
    const reads = new Reads();
    reads.watch("looked at", loader("a"), () => {});
    for (let n = 0; n < 60; n += 1) reads.watch(`${n}`, loader(`${n}`), () => {})();
    await soon();
    const kept = Array.from({ length: 60 }, (_, n) => reads.get(`${n}`)).filter(
      ({ data }) => data !== undefined,
    );
    expect(kept).toHaveLength(49);
    expect([reads.get("0").data, reads.get("59").data]).toEqual([undefined, "59"]);
    expect(reads.get("looked at").data).toBe("a");
  });
});

describe("what cannot be read", () => {
  it.each([
    { what: "no answer", error: away },
    { what: "a fault of the server's", error: broken },
  ])("is tried again by itself: $what", async ({ error }) => {
    const reads = new Reads();
    const load = loader("a", error, error, "b");
    reads.watch("k", load, () => {});
    await soon();
    reads.reload("k");
    await soon();
    expect(reads.get("k")).toEqual({ data: "a", error, isLoading: false });
    await seconds(3);
    expect(reads.get("k")).toEqual({ data: "a", error, isLoading: false });
    await seconds(3);
    expect(reads.get("k")).toEqual({ data: "b", error: undefined, isLoading: false });
    expect(load).toHaveBeenCalledTimes(4);
  });

  it("is not tried again where it has been read meanwhile", async () => {
    const reads = new Reads();
    const load = loader(away, "a");
    reads.watch("k", load, () => {});
    await seconds(1);
    reads.refresh();
    await seconds(10);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("is tried again when the server says", async () => {
    const busy = new ClientError({ code: "overloaded", status: 503, detail: "Busy.", retryAfter: 20 });
    const reads = new Reads();
    reads.watch("k", loader(busy, "a"), () => {});
    await seconds(19);
    expect(reads.get("k").data).toBeUndefined();
    await seconds(1);
    expect(reads.get("k").data).toBe("a");
  });

  it("is left alone where it was refused, until the page is looked at again", async () => {
    const reads = new Reads();
    const load = loader(refused, "a");
    reads.watch("k", load, () => {});
    await seconds(20);
    expect(reads.get("k")).toEqual({ data: undefined, error: refused, isLoading: false });
    reads.refresh();
    await soon();
    expect(reads.get("k")).toEqual({ data: "a", error: undefined, isLoading: false });
  });

  it("is not tried again where nobody looks any more", async () => {
    for (const isGoneFirst of [false, true]) {
      const reads = new Reads();
      const load = loader(away);
      const end = reads.watch("k", load, () => {});
      if (!isGoneFirst) await soon();
      end();
      await seconds(10);
      expect(load).toHaveBeenCalledTimes(1);
    }
  });
});

describe("a next page", () => {
  it("is read once, however often it is asked for, and after what is being read", async () => {
    const reads = new Reads();
    reads.watch("k", loader("a"), () => {});
    const next = vi.fn(async (before: string) => `${before}b`);
    await Promise.all([reads.extend("k", next), reads.extend("k", next), reads.extend("unknown", next)]);
    expect(reads.get("k").data).toBe("ab");
    expect(next).toHaveBeenCalledTimes(1);
    await reads.extend("k", next);
    expect(reads.get("k").data).toBe("abb");
  });
});
