/** The migration files: `migrations/NNNN_slug/{up,down}.sql`, and `plan.sql` where `up` depends on what it finds. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type Migration = {
  /** The folder's name; the number in front is the order. */
  name: string;
  up: string;
  down: string;
  /** Fills `torioki_plan (blocks, line)` with what `up` would do here and with what stops it. */
  plan: string | undefined;
  /** SHA-256 over both files, the same for every line ending. */
  checksum: string;
};

export const migrationsFolder = fileURLToPath(new URL("../../migrations", import.meta.url));

/** Reads the migrations of a folder, oldest first. */
export function readMigrations(folder: string = migrationsFolder): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const read = (file: string) => readFileSync(join(folder, name, file), "utf8").replaceAll("\r\n", "\n");
      const up = read("up.sql");
      const down = read("down.sql");
      return {
        name,
        up,
        down,
        plan: existsSync(join(folder, name, "plan.sql")) ? read("plan.sql") : undefined,
        checksum: createHash("sha256").update(`${up}\0${down}`).digest("hex"),
      };
    });
}
