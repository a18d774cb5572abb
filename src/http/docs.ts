/** `/openapi.json` and a page for it at `/docs`. The page's files come from this server, so it works without internet. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { lazily } from "../lazily.ts";
import { answer } from "./answer.ts";
import type { App } from "./environment.ts";

const require = createRequire(import.meta.url);
const { version } = require("../../package.json") as { version: string };

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Torioki API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;
/** Addresses are relative, so that the page also works where the app is mounted below a path. */
const start = 'SwaggerUIBundle({ url: "openapi.json", dom_id: "#api", deepLinking: true });\n';

/** Swagger UI sets styles from its script; nothing is loaded from elsewhere. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function addDocs(app: App): void {
  let document: string | undefined;
  app.get("/openapi.json", (c) => {
    document ??= JSON.stringify(openApiDocument(app));
    return c.body(document, 200, { "Content-Type": "application/json" });
  });

  app.get("/docs", (c) => c.html(page, 200, { "Content-Security-Policy": policy }));
  app.get("/docs/start.js", (c) => c.body(start, 200, { "Content-Type": "text/javascript; charset=utf-8" }));
  for (const [file, type] of [
    ["swagger-ui.css", "text/css; charset=utf-8"],
    ["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
  ] as const) {
    // A file is read once, when somebody first asks for it. Reading it for each request would let a client that pipelines
    // requests have the server keep as many copies.
    const read = lazily(() => readFile(pathOf(file)));
    app.get(`/docs/${file}`, async (c) => {
      return answer(c, 200, await read(), {
        "Content-Type": type,
        "Cache-Control": "public, max-age=86400",
      });
    });
  }
}

/** The build copies Swagger UI's files beside this one, so that who installs the package installs no more than them. */
function pathOf(file: string): string {
  const copied = fileURLToPath(new URL(`./swagger-ui/${file}`, import.meta.url));
  return existsSync(copied) ? copied : require.resolve(`swagger-ui-dist/${file}`);
}

function openApiDocument(app: App): object {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Torioki",
      version,
      description:
        "Guest sessions and guest carts. Refusals are problem documents (RFC 9457) with a stable `code` and a sentence in English or Japanese. Any address may also answer 404 `not_found`, 405 `method_not_allowed` and 503.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: "." }],
  });
}
