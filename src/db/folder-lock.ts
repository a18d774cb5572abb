/**
 * One process at a time in a PGlite folder. PGlite itself lets two processes open the same folder, and then loses
 * acknowledged rows without an error (226 seen).
 *
 * The lock is the operating system's own, taken through SQLite's exclusive mode on an empty file: it is atomic, works
 * between containers, and ends with the process however that dies, so a killed process never blocks the next one.
 * A file with a process id in it has none of these properties.
 */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
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
  refuseUnwritable(folder);
  const lock = new DatabaseSync(join(folder, "torioki.lock"), { timeout: 0 });
  try {
    lock.exec("pragma locking_mode = exclusive; begin exclusive");
  } catch (error) {
    lock.close();
    refuseUnwritable(folder);
    throw new OperatorError(
      `the data folder ${folder} is in use by another Torioki process: stop that one, or set DATA_DIR to another folder`,
      { cause: error },
    );
  }
  return () => lock.close();
}

/** What a new embedded database takes, and a little more. Bytes. */
const ROOM_FOR_NEW = 64 * 1_024 * 1_024;

/**
 * A database that finds no room while it is made leaves a folder that cannot be opened again, so this looks before it is made.
 * @throws OperatorError where there is not room enough for a new embedded database
 */
export function requireRoomForNew(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= ROOM_FOR_NEW) return;
  const [free, needed] = [bavail * bsize, ROOM_FOR_NEW].map((bytes) => Math.floor(bytes / 1_024 / 1_024));
  throw new OperatorError(
    `the disk of the data folder ${resolve(folder)} has ${free} MB free, and a new embedded database needs ${needed}: make room, or set DATA_DIR to a folder on another disk`,
  );
}

/** @throws OperatorError where no file can be written into the folder, because of its rights or because the disk is full */
export function refuseUnwritable(folder: string): void {
  const file = join(folder, `.write-test-${process.pid}`);
  try {
    writeFileSync(file, Buffer.alloc(8_192));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const remedy =
      code === "ENOSPC" || code === "EDQUOT"
        ? "the disk is full: make room, or set DATA_DIR to a folder on another disk"
        : "let the user that runs Torioki write there, or set DATA_DIR to another folder";
    throw new OperatorError(`the data folder ${resolve(folder)} cannot be written (${message}): ${remedy}`, {
      cause,
    });
  } finally {
    rmSync(file, { force: true });
  }
}
