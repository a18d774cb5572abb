/**
 * Devices that have logged in before ("device cookies", OWASP's page "Slow Down Online Guessing Attacks with Device Cookies"): a
 * cookie that outlives the log-out, by which a device has tries of its own. Nobody who guesses from elsewhere can use them up.
 *
 * The cookie has one entry for each account that has logged in on the device: the device's id, when the entry ends, and a
 * signature over both and the account's address. So an entry is worth nothing for another account, and does not tell the address.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { serialize } from "hono/utils/cookie";
import { cookieValues } from "../http/credential.ts";

/** Seconds. */
const LIFE = 90 * 86_400;
/** A tablet that many people share knows the last of them; each has 75 characters in every request. */
const MOST_ACCOUNTS = 5;
const ENTRY = /^(?<id>[\w-]{22})\.(?<ends>[0-9a-z]{1,10})\.(?<signature>[\w-]{43})$/;

type Entry = { text: string; id: string; ends: number; signature: string };

export class Devices {
  readonly #name: string;
  readonly #isSecure: boolean;
  readonly #key: Buffer;

  /** @param secret signs the logins' cookies, too; from it comes a key of its own, so that neither can pass for the other */
  constructor(prefix: string, isSecure: boolean, secret: string) {
    this.#name = `${prefix}.device`;
    this.#isSecure = isSecure;
    this.#key = createHmac("sha256", secret).update("torioki: device cookie").digest();
  }

  /** The id of the device that sends these headers, where this account has logged in on it in the last 90 days. */
  idOf(headers: Headers, email: string): string | undefined {
    return this.#entries(headers).find((entry) => this.#isOf(entry, email))?.id;
  }

  /** `Set-Cookie` after a login. The device keeps its id for the account: copies of its cookie have no tries of their own. */
  remember(headers: Headers, email: string): string {
    const entries = this.#entries(headers);
    const known = entries.find((entry) => this.#isOf(entry, email));
    const id = known?.id ?? randomBytes(16).toString("base64url");
    const ends = now() + LIFE;
    const text = [id, ends.toString(36), this.#sign(id, ends, email)].join(".");
    const others = entries.filter((entry) => entry !== known).map((entry) => entry.text);
    return serialize(this.#name, [text, ...others].slice(0, MOST_ACCOUNTS).join("~"), {
      httpOnly: true,
      sameSite: "Lax",
      path: "/",
      maxAge: LIFE,
      ...(this.#isSecure ? { secure: true } : {}),
    });
  }

  /** What has the form of an entry and has not ended; whether it is genuine can be told only with its account's address. */
  #entries(headers: Headers): Entry[] {
    const [value = ""] = cookieValues(headers.get("Cookie") ?? "", this.#name);
    return value
      .split("~", MOST_ACCOUNTS)
      .flatMap((text) => {
        const { id = "", ends = "", signature = "" } = ENTRY.exec(text)?.groups ?? {};
        return id ? [{ text, id, ends: Number.parseInt(ends, 36), signature }] : [];
      })
      .filter(({ ends }) => ends > now());
  }

  #isOf({ id, ends, signature }: Entry, email: string): boolean {
    return timingSafeEqual(Buffer.from(this.#sign(id, ends, email)), Buffer.from(signature));
  }

  /** better-auth knows an account by its address in small letters. */
  #sign(id: string, ends: number, email: string): string {
    return createHmac("sha256", this.#key).update(`${id}.${ends}.${email.toLowerCase()}`).digest("base64url");
  }
}

const now = () => Math.floor(Date.now() / 1_000);
