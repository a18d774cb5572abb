/**
 * The 10,000 most common passwords, which nobody may choose (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.4): whoever guesses
 * tries them first. The list is zxcvbn's, the most common first. The first sign-up loads it: 50 ms, and 15 MB.
 */
import { lazily } from "../lazily.ts";

const MOST_COMMON = 10_000;

const list = lazily(load);

/** In capital letters it is as common; and in full-width ones it is the same, because that is the form that is hashed (NFKC). */
export async function isCommonPassword(password: string): Promise<boolean> {
  return (await list()).has(password.normalize("NFKC").toLowerCase());
}

async function load(): Promise<Set<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"].slice(0, MOST_COMMON).map(String));
}
