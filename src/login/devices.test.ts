import { afterEach, describe, expect, it, vi } from "vitest";
import { Devices } from "./devices.ts";

const SECRET = "s".repeat(32);
const DAY = 86_400_000;
const devices = new Devices("torioki", false, SECRET);
const carrying = (cookie: string) => new Headers({ Cookie: cookie });
/** What a browser sends after `Set-Cookie`. */
const sent = (setCookie: string) => setCookie.split(";")[0] as string;
const contentOf = (cookie: string) => cookie.slice(cookie.indexOf("=") + 1);

/** The cookie after these have logged in, one after the other, on one device. */
function afterLogins(...emails: string[]): string {
  return emails.reduce((cookie, email) => sent(devices.remember(carrying(cookie), email)), "");
}

afterEach(() => void vi.useRealTimers());

describe("a device that has logged in", () => {
  it("is known by its cookie, for this account alone", () => {
    const headers = carrying(afterLogins("a@example.com"));
    expect(devices.idOf(headers, "A@Example.com")).toMatch(/^[\w-]{22}$/);
    expect(devices.idOf(headers, "b@example.com")).toBeUndefined();
    expect(devices.idOf(new Headers(), "a@example.com")).toBeUndefined();
  });

  it("keeps its id at the next login, also in a copy of its cookie; another device has another", () => {
    const cookie = afterLogins("a@example.com");
    const id = devices.idOf(carrying(cookie), "a@example.com");
    const later = sent(devices.remember(carrying(cookie), "a@example.com"));
    expect(devices.idOf(carrying(later), "a@example.com")).toBe(id);
    expect(devices.idOf(carrying(afterLogins("a@example.com")), "a@example.com")).not.toBe(id);
  });

  it("has an id for each account, and knows the last five", () => {
    const emails = ["a", "b", "c", "d", "e", "f"].map((name) => `${name}@example.com`);
    const cookie = afterLogins(...emails);
    const ids = emails.map((email) => devices.idOf(carrying(cookie), email));
    expect(ids[0]).toBeUndefined();
    expect(new Set(ids.slice(1)).size).toBe(5);
    expect(cookie.length).toBeLessThan(450);
    // Whoever comes again goes to the front, once.
    const again = sent(devices.remember(carrying(cookie), "c@example.com"));
    expect(contentOf(again).split("~")).toHaveLength(5);
    expect(
      devices.idOf(carrying(afterLogins(...emails, "b@example.com", "g@example.com")), "b@example.com"),
    ).toBeDefined();
  });

  it("is forgotten after 90 days, whatever the browser says", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const cookie = afterLogins("a@example.com");
    vi.setSystemTime(Date.now() + 89 * DAY);
    expect(devices.idOf(carrying(cookie), "a@example.com")).toBeDefined();
    vi.setSystemTime(Date.now() + 2 * DAY);
    expect(devices.idOf(carrying(cookie), "a@example.com")).toBeUndefined();
    expect(sent(devices.remember(carrying(cookie), "b@example.com"))).not.toContain("~");
  });
});

describe("the cookie", () => {
  it("is for the server alone, and has the prefix __Host- over HTTPS", () => {
    expect(devices.remember(new Headers(), "a@example.com")).toMatch(
      /^torioki\.device=[\w.-]+; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const secure = new Devices("__Host-torioki", true, SECRET);
    expect(secure.remember(new Headers(), "a@example.com")).toMatch(
      /^__Host-torioki\.device=[\w.-]+; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it("does not tell the address, as text, in base64 or as a plain hash", async () => {
    const { createHash } = await import("node:crypto");
    const cookie = afterLogins("a@example.com");
    const hash = createHash("sha256").update("a@example.com");
    for (const told of [
      "example",
      Buffer.from("a@example.com").toString("base64url"),
      hash.digest("base64url"),
    ])
      expect(cookie).not.toContain(told);
  });

  it("is worth nothing with another id, time, signature or secret, and nothing breaks", () => {
    const [id, ends = "", signature = ""] = contentOf(afterLogins("a@example.com")).split(".");
    const longer = (Number.parseInt(ends, 36) + 1).toString(36);
    const other = contentOf(
      sent(new Devices("torioki", false, "t".repeat(32)).remember(new Headers(), "a@example.com")),
    );
    const forged = [
      `${"A".repeat(22)}.${ends}.${signature}`,
      `${id}.${longer}.${signature}`,
      `${id}.${ends}.${"A".repeat(43)}`,
      `${id}.${ends}.${signature}.`,
      `${id}.${ends}`,
      other,
      "~~~~",
      "%00",
      "~".repeat(8_000),
      "",
    ];
    for (const value of forged) {
      const headers = carrying(`torioki.device=${value}`);
      expect([value, devices.idOf(headers, "a@example.com")]).toEqual([value, undefined]);
      expect(devices.remember(headers, "a@example.com").length).toBeLessThan(600);
    }
  });
});
