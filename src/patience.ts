import { setTimeout } from "node:timers/promises";

/** @throws Error with this message where the work takes longer than so many milliseconds; the work itself goes on */
export async function within<T>(milliseconds: number, message: string, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = setTimeout(milliseconds, undefined, { signal: timer.signal }).then(() => {
    throw new Error(message);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
