/** Headers, cookies and bodies that are large, deep, many, or small until they are unpacked. */
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { BadClient } from "../bad-client.ts";
import { inParallel } from "../cutting.ts";
import { bytesOf, flood } from "../flood.ts";
import type { Target } from "../target.ts";

/** Sends each of the messages so often, on connections of their own, and waits for the end. */
async function bomb(target: Target, messages: (string | Buffer)[], times: number): Promise<void> {
  const one = async (message: string | Buffer) => {
    const socket = target.open();
    target.report.requests += 1;
    socket.write(message);
    await socket.answered(1, 5_000);
    socket.destroy();
  };
  const work = Array.from({ length: times }, () => messages.map((message) => () => one(message))).flat();
  await inParallel(work, 50);
}

const cookies = (count: number, size: number) =>
  Array.from({ length: count }, (_, n) => `c${n}=${"x".repeat(size)}`).join("; ");

function compressed(): Buffer[] {
  const zeros = Buffer.alloc(100 * 2 ** 20, " ");
  return Object.entries({ gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync }).map(
    ([encoding, compress]) => {
      const body = compress(zeros);
      const head = bytesOf({
        method: "POST",
        path: "/api/guest/session",
        headers: {
          "Content-Type": "application/json",
          "Content-Encoding": encoding,
          "Content-Length": String(body.length),
        },
      });
      return Buffer.concat([Buffer.from(head, "latin1"), body]);
    },
  );
}

const post = (body: string, headers: Record<string, string> = {}) =>
  bytesOf({ method: "POST", path: "/api/guest/session", body, headers });
/** Just within the limit of 16 KiB. */
const WITHIN = 16_000;

export const bombs: BadClient[] = [
  {
    name: "header bombs",
    does: "2,000 requests with a header of 60 kB, with 4,000 headers, or with a request line of 60 kB",
    must: [431],
    may: [414],
    seconds: 30,
    attack: (target) =>
      bomb(
        target,
        [
          bytesOf({ path: "/healthz", headers: { "X-A": "a".repeat(60_000) } }),
          bytesOf({
            path: "/healthz",
            headers: Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`X-${n}`, "aaaaaaaa"])),
          }),
          bytesOf({ path: `/healthz?${"a".repeat(60_000)}` }),
        ],
        650,
      ),
  },
  {
    name: "as many headers as go in",
    does: "20,000 requests with 1,500 headers, which are too many, or a header of 15 kB, which is not",
    must: [200, 431],
    may: [],
    seconds: 30,
    attack: (target) => {
      const requests = [
        bytesOf({
          path: "/healthz",
          headers: Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`A${n}`, "b"])),
        }),
        bytesOf({ path: "/healthz", headers: { "X-A": "a".repeat(15_000) } }),
      ];
      return flood(target, { request: (n) => requests[n % 2] as string, most: 20_000, connections: 32 });
    },
  },
  {
    name: "cookie bombs",
    does: "20,000 cart reads with 1,000 cookies, one of 15 kB, or 300 of the session's own name",
    must: [401],
    may: [400, 429, 431],
    seconds: 30,
    attack: (target) => {
      const requests = [cookies(1_000, 2), cookies(1, 15_000), "guest_session_id=a; ".repeat(300)].map(
        (Cookie) => bytesOf({ path: "/api/guest/cart", headers: { Cookie } }),
      );
      return flood(target, { request: (n) => requests[n % 3] as string, most: 20_000, connections: 32 });
    },
  },
  {
    name: "compressed bombs",
    does: "300 bodies of 100 MB of spaces, as gzip, Brotli or Zstandard makes them (90 kB and less)",
    must: [415],
    may: [413],
    seconds: 40,
    attack: (target) => bomb(target, compressed(), 100),
  },
  {
    name: "big bodies",
    does: "400 bodies of 10 MB: 200 that say so, 200 in chunks",
    must: [413],
    may: [],
    seconds: 40,
    attack: (target) => sendBigBodies(target, 400),
  },
  {
    name: "deep and doubled JSON",
    does: "10,000 bodies just below 16 KiB: 8,000 brackets deep, 2,000 fields, a field twice, one long number",
    must: [400, 422],
    may: [],
    seconds: 30,
    attack: (target) => {
      const requests = [
        "[".repeat(WITHIN / 2) + "]".repeat(WITHIN / 2),
        `${'{"a":'.repeat(WITHIN / 8)}1${"}".repeat(WITHIN / 8)}`,
        `{${Array.from({ length: 1_300 }, (_, n) => `"k${n}":${n}`).join(",")}}`,
        `{"transport":"header","transport":"${"x".repeat(100)}"}`,
        `{"transport":${"9".repeat(WITHIN - 100)}}`,
        `{"__proto__":{"transport":"header"}}`,
      ].map((body) => post(body));
      return flood(target, {
        request: (n) => requests[n % requests.length] as string,
        most: 10_000,
        connections: 32,
      });
    },
  },
];

/** Sends so many bodies of 10 MB, 40 at once: every other one says its length, the rest come in chunks. */
export async function sendBigBodies(target: Target, count: number): Promise<void> {
  const piece = " ".repeat(100_000);
  const chunk = `186a0\r\n${piece}\r\n`;
  const head = (length: string) =>
    `POST /api/guest/session HTTP/1.1\r\nHost: siege.test\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
  const send = async (first: string, part: string) => {
    const socket = target.open();
    target.report.requests += 1;
    socket.write(first);
    for (let n = 0; n < 100 && !socket.isOver; n += 1) if (!socket.write(part)) await socket.drained(500);
    await socket.answered(1, 3_000);
    socket.destroy();
  };
  const work = Array.from({ length: count / 2 }, () => [
    () => send(head("Content-Length: 10000000"), piece),
    () => send(head("Transfer-Encoding: chunked"), chunk),
  ]).flat();
  await inParallel(work, 40);
}
