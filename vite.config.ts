/** The storefront page: `src/web` becomes `dist/web`, which the server serves at `/`. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { pictureFiles } from "./src/web/pictures/files.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The API while the page is worked on: `npm start` in another terminal. The host is handed on as the browser named it (no
 * `changeOrigin`), so that it fits the `Origin` and changes are accepted (src/http/origin.ts).
 */
const api = { target: `http://127.0.0.1:${process.env.PORT || 3_000}` };

export default defineConfig({
  root: here("src/web"),
  build: {
    outDir: here("dist/web"),
    emptyOutDir: true,
    target: ["es2022", "safari16"],
    // The policy of the page allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": api, "/openapi.json": api, "/docs": api } },
  // React has it since version 18; wouter brings its own for those before.
  resolve: { alias: { "use-sync-external-store/shim/index.js": "react" } },
  plugins: [pictures(), newVisitor(), compress()],
});

/** Files that are drawn rather than written. While the page is worked on, a change of a picture restarts Vite. */
function pictures(): Plugin {
  const files = pictureFiles(JSON.parse(readFileSync(here("demo/catalog.json"), "utf8")));
  return {
    name: "torioki-pictures",
    configureServer: ({ middlewares }) => {
      for (const [fileName, content] of Object.entries(files)) {
        middlewares.use(`/${fileName}`, (_request, response) => {
          response.setHeader("Content-Type", "image/svg+xml").end(content);
        });
      }
    },
    generateBundle() {
      for (const [fileName, source] of Object.entries(files))
        this.emitFile({ type: "asset", fileName, source });
    },
  };
}

/** The same page for who comes without a cookie (src/web/main.tsx): the server sends it in place of the other. */
function newVisitor(): Plugin {
  return {
    name: "torioki-new-visitor",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const page = bundle["index.html"];
        if (page?.type !== "asset") throw new Error("the page was not built before its second form");
        const source = String(page.source).replace("<html ", '<html data-visitor="new" ');
        this.emitFile({ type: "asset", fileName: "new-visitor.html", source });
      },
    },
  };
}

/** Writes every text file compressed beside it, as small as can be, so that the server has nothing to compress. */
function compress(): Plugin {
  return {
    name: "torioki-compress",
    writeBundle: {
      order: "post",
      sequential: true,
      handler({ dir = "" }) {
        for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
          if (!/\.(js|css|html|svg|txt|webmanifest)$/.test(name)) continue;
          const file = join(dir, name);
          const content = readFileSync(file);
          const smaller = {
            br: brotliCompressSync(content, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } }),
            gz: gzipSync(content, { level: 9 }),
          };
          for (const [ending, bytes] of Object.entries(smaller))
            if (bytes.length < content.length) writeFileSync(`${file}.${ending}`, bytes);
        }
      },
    },
  };
}
