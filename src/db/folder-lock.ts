/**
 * One process at a time in a PGlite folder. PGlite itself lets two processes open the same folder, and then loses
 * acknowledged rows without an error (226 seen).
 *
 * The lock is the operating system's own, taken through SQLite's exclusive mode on an empty file: it is atomic, works
 * between containers, and ends with the process however that dies, so a killed process never blocks the next one.
 * A file with a process id in it has none of these properties.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "../errors.ts";

/**
 * Locks the folder for this process, making it where it is missing.
 * @returns a function that gives the lock back.
 * @throws OperatorError where it cannot be made, or another process (or another part of this one) holds it.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const { DatabaseSync } = await import("node:sqlite");
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new OperatorError(
      `the data folder cannot be made (${(cause as Error).message}): set DATA_DIR to one that can be written`,
      { cause },
    );
  }
  const lock = new DatabaseSync(join(folder, "torioki.lock"), { timeout: 0 });
  try {
    lock.exec("pragma locking_mode = exclusive; begin exclusive");
  } catch (error) {
    lock.close();
    throw new OperatorError(
      `the data folder ${folder} is in use by another Torioki process: stop that one, or set DATA_DIR to another folder`,
      { cause: error },
    );
  }
  return () => lock.close();
}
