/** What the browser keeps for us: nothing that tells who somebody is. Where it keeps nothing (private mode), all works without. */

type Name = "language" | "visited";

export function remembered(name: Name): string | undefined {
  try {
    return localStorage.getItem(`torioki ${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: Name, value: string): void {
  try {
    localStorage.setItem(`torioki ${name}`, value);
  } catch {
    // The next visit begins as the first did.
  }
}
