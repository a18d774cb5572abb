/** The group that a limit's key is counted in where it has no counter of its own. */
import { hash } from "node:crypto";

/**
 * Names the group of a key, as Redis and memory count it.
 * @param key a client as src/http/client.ts names it, or anything else: a session's id, a hash
 * @returns an IPv4 address' network of 16 bits, an IPv6 network's of 32 bits (what a registry gives one provider: RIPE-738,
 *   5.1); for any other key one of 65,536 groups, by the key's hash
 */
export function networkOf(key: string): string {
  const ipv4 = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(key);
  if (ipv4) return `${ipv4[1]}.${ipv4[2]}.0.0/16`;
  if (key.endsWith("/64")) {
    // RFC 5952 shortens the longest run of zeros, which in a network of 64 bits is its end: the first two groups stand as they
    // are, or are part of that run.
    const [first, second] = key.split(":");
    return `${first || "0"}:${second || "0"}::/32`;
  }
  return `group-${hash("sha256", key, "hex").slice(0, 4)}`;
}
