/** Malformed HTTP, cut at every stage, with body and without. */
import type { BadClient } from "../bad-client.ts";
import { CUTS, cutAll, inParallel, type Message } from "../cutting.ts";

const HOST = "Host: siege.test\r\n";
const POST = "POST /api/guest/cart/add HTTP/1.1\r\n";
const JSON_TYPE = "Content-Type: application/json\r\n";

/** A TLS 1.2 client's first record, as far as it matters: its header and a client hello's length. */
const TLS_HELLO = `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${"\x5a".repeat(500)}`;

/** Line, headers without the empty line that ends them, and the status that is right for it. */
const FAULTS: Record<string, [line: string, headers: string, statuses: number[]]> = {
  "no Host": ["GET /healthz HTTP/1.1\r\n", "Accept: */*\r\n", [400]],
  "two Hosts": ["GET /healthz HTTP/1.1\r\n", `${HOST}Host: other.test\r\n`, [400]],
  "a Host that is none": ["GET /healthz HTTP/1.1\r\n", "Host: a b/c\r\n", [400]],
  "HTTP/2.0 as text": ["GET /healthz HTTP/2.0\r\n", HOST, [505]],
  "HTTP/2's preface": ["PRI * HTTP/2.0\r\n", "\r\nSM\r\n\r\n", [400, 505]],
  "HTTP/9.9": ["GET /healthz HTTP/9.9\r\n", HOST, [400, 505]],
  "a version that is none": ["GET /healthz HTTQ/1.1\r\n", HOST, [400]],
  "no version": ["GET /healthz\r\n", HOST, [400]],
  "a method that is none": ["B@D /healthz HTTP/1.1\r\n", HOST, [400]],
  "an unknown method": ["BREW /healthz HTTP/1.1\r\n", HOST, [400, 405, 501]],
  "two lengths": [POST, `${HOST}${JSON_TYPE}Content-Length: 2\r\nContent-Length: 3\r\n`, [400]],
  "a negative length": [POST, `${HOST}${JSON_TYPE}Content-Length: -1\r\n`, [400]],
  "a length of 400 digits": [POST, `${HOST}${JSON_TYPE}Content-Length: ${"9".repeat(400)}\r\n`, [400, 413]],
  "length and chunks": [
    POST,
    `${HOST}${JSON_TYPE}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n`,
    [400],
  ],
  "chunked, not last": [POST, `${HOST}${JSON_TYPE}Transfer-Encoding: chunked, gzip\r\n`, [400, 501]],
  "a NUL in a header": ["GET /healthz HTTP/1.1\r\n", `${HOST}X-A: b\0c\r\n`, [400]],
  "a line that ends in CR": ["GET /healthz HTTP/1.1\r\n", `${HOST}X-A: b\rX-C: d\r\n`, [400]],
  "lines that end in LF": ["GET /healthz HTTP/1.1\n", `${HOST.replace("\r", "")}X-A: b\n`, [400]],
  "a folded header": ["GET /healthz HTTP/1.1\r\n", `${HOST}X-A: b\r\n folded\r\n`, [200, 400]],
  "a space before the colon": ["GET /healthz HTTP/1.1\r\n", `${HOST}X-A : b\r\n`, [400]],
  "a header without a name": ["GET /healthz HTTP/1.1\r\n", `${HOST}: b\r\n`, [400]],
  "a request line of 40 kB": [`GET /${"a".repeat(40_000)} HTTP/1.1\r\n`, HOST, [414, 431]],
  "headers of 40 kB": ["GET /healthz HTTP/1.1\r\n", `${HOST}X-A: ${"a".repeat(40_000)}\r\n`, [431]],
  "TLS's hello": [TLS_HELLO, "\r\n", [400]],
  noise: ["\xff\xfe\x00\x01\r\n", `${HOST}\r\n`, [400]],
  "an expectation that nobody meets": ["GET /healthz HTTP/1.1\r\n", `${HOST}Expect: tea\r\n`, [417]],
  "5,000 empty lines": [`${"\r\n".repeat(5_000)}GET /healthz HTTP/1.1\r\n`, HOST, [200, 400]],
};

/** In the place of a body: what is none, a chunk whose size is none, a chunk with an extension of 40 kB. */
const BODIES = ["", "xyz\r\n{}\r\n0\r\n\r\n", `2;${"a".repeat(40_000)}\r\n{}\r\n0\r\n\r\n`];

const messages: Message[] = [
  ...Object.values(FAULTS).flatMap(([line, headers]) =>
    ["", BODIES[1] as string].map((body) => ({ line, headers: `${headers}\r\n`, body })),
  ),
  ...BODIES.slice(1).map((body) => ({
    line: POST,
    headers: `${HOST}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n`,
    body,
  })),
];
const statuses = [...new Set(Object.values(FAULTS).flatMap(([, , right]) => right))];

export const malformed: BadClient[] = CUTS.map((how) => ({
  name: `malformed, ${how}`,
  does: `sends ${Object.keys(FAULTS).length} malformed requests (${Object.keys(FAULTS).join(", ")}) and malformed chunks, with a body and without, and ends each at every stage by ${how}`,
  must: how === "reset" ? [] : [400, 417, 431, 505, ...(how === "silence" ? [408] : [])],
  // 401: the call is read before its body, which is malformed. 413: what follows a chunk's size is too much.
  may: [...statuses, 401, 408, 413],
  seconds: 90,
  attack: (target) => cutAll(target, messages, how),
}));

/** Each of them alone and whole: the one status that is right for it. */
export const malformedWhole: BadClient[] = [
  { names: ["two Hosts"], status: 400 },
  { names: ["HTTP/2.0 as text"], status: 505 },
  { names: ["headers of 40 kB"], status: 431 },
].map(({ names, status }) => ({
  name: `${names[0]}, whole`,
  does: `sends a request with ${names[0]} 200 times, and reads the answers`,
  must: [status],
  may: [],
  seconds: 30,
  attack: async (target) => {
    const [line, headers] = FAULTS[names[0] as string] as [string, string, number[]];
    const one = async () => {
      const socket = target.open();
      target.report.requests += 1;
      socket.write(`${line}${headers}\r\n`);
      await socket.ends(0);
    };
    await inParallel(
      Array.from({ length: 200 }, () => one),
      100,
    );
  },
}));
