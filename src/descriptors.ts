/**
 * Says in the log when this process has no file descriptor left. Node closes a connection that it has no descriptor for, and
 * says nothing (libuv, uv__emfile_trick).
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Logger } from "./logger.ts";

/** Between two looks; one takes some 10 µs. Milliseconds. */
const EVERY = 1_000;
/** While it lasts, the log says so once in this time. Milliseconds. */
const SAY_AGAIN = 60_000;

let shortages = 0;
/** How many looks of this process have found no descriptor left. */
export const descriptorShortages = (): number => shortages;

/** @returns a function that ends this */
export function watchDescriptors(logger: Logger): () => void {
  const limit = openFilesLimit();
  let saidAt = Number.NEGATIVE_INFINITY;
  const look = () => {
    const code = shortage();
    if (code === undefined) return;
    shortages += 1;
    if (performance.now() - saidAt < SAY_AGAIN) return;
    saidAt = performance.now();
    logger.error(
      { code, limit, pid: process.pid },
      code === "EMFILE"
        ? "this process has no file descriptor left, and new connections are closed unanswered: raise its limit (ulimit -n; LimitNOFILE= in systemd)"
        : "the machine has no file descriptor left, and new connections are closed unanswered: raise fs.file-max",
    );
  };
  const timer = setInterval(look, EVERY).unref();
  return () => clearInterval(timer);
}

/** Takes a descriptor and gives it back. */
function shortage(): "EMFILE" | "ENFILE" | undefined {
  try {
    closeSync(openSync("/dev/null", "r"));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EMFILE" || code === "ENFILE" ? code : undefined;
  }
}

/** Where the system does not tell, undefined. */
function openFilesLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
