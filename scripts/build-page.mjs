/**
 * Builds the storefront page into dist/web. `--if-needed`: only where it is missing or older than what it is made of (after
 * an install, before `npm start`, before the tests); without Vite, as after `npm install --omit=dev`, it then does nothing.
 *
 * JavaScript, because npm may run it on a Node.js that takes no TypeScript, and an install must not fail for that.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "dist/web");
const sources = [
  "src/web",
  "src/client",
  "src/react",
  "src/carts/limits.ts",
  "demo/catalog.json",
  "vite.config.ts",
  "package-lock.json",
].map((path) => join(root, path));

const ifNeeded = process.argv.includes("--if-needed");
if (!ifNeeded || (isStale() && (await hasVite()))) await build();

function isStale() {
  if (!existsSync(page)) return true;
  const built = statSync(page).mtimeMs;
  return sources.some((path) => existsSync(path) && newest(path) > built);
}

/** A folder's own time tells of files that are gone. */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

async function hasVite() {
  try {
    await import("vite");
    return true;
  } catch {
    return false;
  }
}

/** Beside the page that is there, and then in its place: nobody finds half a page, and a build that fails leaves the old one. */
async function build() {
  // A test run has another one, and React would be its slow self.
  process.env.NODE_ENV = "production";
  const { build } = await import("vite");
  const made = `${page}.${process.pid}.new`;
  const former = `${page}.${process.pid}.old`;
  try {
    await build({
      configFile: join(root, "vite.config.ts"),
      logLevel: "warn",
      build: { outDir: made, emptyOutDir: true },
    });
    mkdirSync(page, { recursive: true });
    renameSync(page, former);
    renameSync(made, page);
    console.log("built the storefront page: dist/web");
  } catch (error) {
    console.error(`the storefront page cannot be built: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    for (const folder of [made, former]) rmSync(folder, { recursive: true, force: true });
  }
}
