/** What a shopper's browser has to load, minified and compressed, and how much of it there may be. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

/** In bytes; gzip, because every server and CDN can do that. */
export type Size = { name: string; minified: number; gzip: number; limit?: number };

/** A host's page can take the client alone. */
const CLIENT_LIMIT = 6_000;
/** On a phone's slow network (1.6 Mbit/s) 80 kB are 0.4 s. */
const PAGE_LIMIT = 80_000;

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Builds all of it in memory, which takes a few seconds. */
export async function measureSizes(): Promise<Size[]> {
  const client = await bundle("src/client/client.ts", () => false);
  const hooks = await bundle("src/react/react.ts", (id) => id === "react" || id.includes("/client/"));
  const page = await inProduction(() =>
    build({ configFile: here("vite.config.ts"), logLevel: "error", build: { write: false } }),
  );
  const files = outputOf(page);
  const chunks = files.filter((file) => file.type === "chunk");
  const first = loadedAtOnce(chunks);
  const named = (ending: string) => files.filter(({ fileName }) => fileName.endsWith(ending));
  return [
    { ...sizeOf("torioki/client", client), limit: CLIENT_LIMIT },
    sizeOf("torioki/react, without React and the client", hooks),
    { ...sizeOf("the page: scripts", first), limit: PAGE_LIMIT },
    sizeOf(
      "the page: scripts that it loads later",
      chunks.filter((chunk) => !first.includes(chunk)),
    ),
    sizeOf("the page: styles", named(".css")),
    ...named(".svg").map((file) => sizeOf(`the page: ${file.fileName}`, [file])),
  ];
}

/** @returns one sentence for everything that is too big */
export function tooBig(sizes: Size[]): string[] {
  return sizes
    .filter(({ gzip, limit = Number.POSITIVE_INFINITY }) => gzip > limit)
    .map(({ name, gzip, limit }) => `${name}: ${gzip} bytes, and ${limit} are the most`);
}

type File = Rolldown.OutputChunk | Rolldown.OutputAsset;

/** As a page that imports the entry would have it. */
async function bundle(entry: string, external: (id: string) => boolean): Promise<File[]> {
  const built = await inProduction(() =>
    build({
      configFile: false,
      logLevel: "error",
      build: {
        write: false,
        target: "es2022",
        rolldownOptions: { input: here(entry), external, preserveEntrySignatures: "strict" },
      },
    }),
  );
  return outputOf(built);
}

/** In a test run NODE_ENV is another one, and React would be its slow self. */
async function inProduction<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

function outputOf(built: Awaited<ReturnType<typeof build>>): File[] {
  if (!("output" in built)) throw new Error("a build has one output");
  return built.output;
}

/** The entries with all that they import, and what these import. */
function loadedAtOnce(chunks: Rolldown.OutputChunk[]): Rolldown.OutputChunk[] {
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of loaded)
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  return [...loaded];
}

/** Each file is compressed by itself, as it is sent. */
function sizeOf(name: string, files: File[]): Size {
  const contents = files.map((file) => Buffer.from(file.type === "chunk" ? file.code : file.source));
  const sum = (sizes: number[]) => sizes.reduce((all, size) => all + size, 0);
  return {
    name,
    minified: sum(contents.map(({ length }) => length)),
    gzip: sum(contents.map((content) => gzipSync(content, { level: 9 }).length)),
  };
}
