/** Reads HTTP/1.1 answers from the bytes of a socket and tells their statuses, for clients that keep none of the bodies. */

export class Answers {
  /** How many answers have come whole, the interim ones (1xx) not counted. */
  whole = 0;
  /** Whether the server has said `Connection: close`. */
  isClosing = false;
  readonly #told: (status: number) => void;
  readonly #isHead: boolean;
  #part: "status" | "headers" | "size" | "data end" | "trailer" = "status";
  #line = "";
  #left = 0;
  #status = 0;
  #length = 0;
  #isChunked = false;

  /**
   * @param told called with the status of each answer when its header block is there
   * @param isHead all requests are HEAD, whose answers have no body whatever their length says
   */
  constructor(told: (status: number) => void, isHead = false) {
    this.#told = told;
    this.#isHead = isHead;
  }

  read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const size = Math.min(this.#left, chunk.length - at);
        this.#left -= size;
        at += size;
        if (this.#left === 0 && !this.#isChunked) this.whole += 1;
        continue;
      }
      const end = chunk.indexOf(0x0a, at);
      if (end === -1) {
        this.#line += chunk.toString("latin1", at);
        return;
      }
      const line = (this.#line + chunk.toString("latin1", at, end)).trimEnd();
      this.#line = "";
      at = end + 1;
      this.#take(line);
    }
  }

  #take(line: string): void {
    if (this.#part === "status") {
      const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(line) ?? [];
      if (status === undefined) return;
      this.#status = Number(status);
      this.#length = 0;
      this.#isChunked = false;
      this.#part = "headers";
    } else if (this.#part === "headers") {
      if (line === "") this.#endOfHeaders();
      else if (/^content-length:/i.test(line)) this.#length = Number(line.slice(15));
      else if (/^transfer-encoding: *chunked/i.test(line)) this.#isChunked = true;
      else if (/^connection: *close/i.test(line)) this.isClosing = true;
    } else if (this.#part === "size") {
      this.#left = Number.parseInt(line, 16);
      this.#part = this.#left > 0 ? "data end" : "trailer";
    } else if (this.#part === "data end") {
      this.#part = "size";
    } else if (line === "") {
      this.whole += 1;
      this.#part = "status";
    }
  }

  #endOfHeaders(): void {
    this.#part = "status";
    if (this.#status < 200) return;
    this.#told(this.#status);
    if (this.#isHead || this.#status === 204 || this.#status === 304) this.#isChunked = false;
    else if (this.#isChunked) {
      this.#part = "size";
      return;
    } else this.#left = this.#length;
    if (this.#left === 0) this.whole += 1;
  }
}
