/** Copies what /docs shows into the build: Swagger UI's two files and its licence. Part of `npm run build`. */
import { cpSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const target = fileURLToPath(new URL("../dist/http/swagger-ui", import.meta.url));
mkdirSync(target, { recursive: true });
for (const file of [
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "LICENSE",
  "NOTICE",
]) {
  cpSync(require.resolve(`swagger-ui-dist/${file}`), join(target, file));
}
