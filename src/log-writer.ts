/**
 * Writes log lines to standard output or standard error, and never ends, blocks or slows the process
 * (docs/decisions/017). A line that cannot be written is dropped and counted.
 */
import { fstatSync, write, writeSync } from "node:fs";

/** Characters that wait at most, about 4,000 lines: a reader may pause for a second under full load. */
const MOST_WAITING = 1_024 * 1_024;
/** The wait before the next try after a fault, such as a full disk or a reader that has gone. Milliseconds. */
const AFTER_FAULT = 250;
/** The wait before the next try where the reader of a pipe is slow. Milliseconds. */
const WHERE_FULL = 20;
/** POSIX: a write of up to PIPE_BUF bytes goes into a pipe as a whole, so lines of several processes do not mix. */
const PIPE_BUF = 4_096;
const FILE_CHUNK = 65_536;
/** Lines for a file gather for so long: each write wakes a thread, which costs some 20 µs. Milliseconds. */
const GATHERING = 5;
/** What still waits at the end of the process is written within this time. Milliseconds. */
const LAST_WORDS = 1_000;

/** How many lines this process has dropped. */
let dropped = 0;
export const droppedLines = (): number => dropped;

const writers = new Map<number, LogWriter>();

/** @param fd 1, standard output, or 2, standard error: each has one writer */
export function logWriter(fd: 1 | 2): LogWriter {
  const writer = writers.get(fd) ?? new LogWriter(fd);
  writers.set(fd, writer);
  return writer;
}

/** Resolves when every line is written or dropped; where the reader is slow, after a second. */
export async function flushLogs(): Promise<void> {
  await Promise.all([...writers.values()].map((writer) => writer.flush()));
}

class LogWriter {
  readonly #fd: number;
  readonly #isPipe: boolean;
  /** Lines that are not begun. */
  #lines: string[] = [];
  #characters = 0;
  /** What is being written: one or more lines. A short write leaves the rest of them here. */
  #chunk: Buffer | undefined;
  #sizeAtFault: number | undefined;
  #timer: NodeJS.Immediate | NodeJS.Timeout | undefined;
  #isWriting = false;
  #onIdle: (() => void)[] = [];
  /** Whether the reader has the beginning of the line that `#chunk` begins with. */
  #isMidLine = false;

  constructor(fd: 1 | 2) {
    this.#fd = fd;
    const about = statOf(fd);
    this.#isPipe = about?.isFIFO() === true || about?.isSocket() === true;
    // Node makes a pipe non-blocking when it opens its stream: a write into a full pipe then fails at once with EAGAIN.
    if (this.#isPipe) void (fd === 1 ? process.stdout : process.stderr).writable;
    process.on("exit", () => this.#writeLastWords());
  }

  /** Takes a line with its line feed. Lines of one turn of the event loop are written together, into a file those of some milliseconds. */
  write(line: string): void {
    if (this.#characters + line.length > MOST_WAITING) {
      dropped += 1;
      return;
    }
    this.#lines.push(line);
    this.#characters += line.length;
    if (!this.#isWriting) this.#writeSoon();
  }

  #writeSoon(): void {
    // The end of the process writes what has not gone out by then.
    this.#timer ??= this.#isPipe ? setImmediate(this.#next) : setTimeout(this.#next, GATHERING).unref();
  }

  /** Resolves when everything is written or dropped, or after {@link LAST_WORDS}. */
  async flush(): Promise<void> {
    if (!this.#isWriting && this.#chunk === undefined && this.#lines.length === 0) return;
    let late: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
      late = setTimeout(resolve, LAST_WORDS);
    });
    clearTimeout(late);
  }

  readonly #next = (): void => {
    this.#timer = undefined;
    if (this.#isPipe) this.#writeIntoPipe();
    else this.#writeIntoFile();
  };

  #writeIntoPipe(): void {
    try {
      while (this.#take(PIPE_BUF)) this.#written(writeSync(this.#fd, this.#chunk as Buffer));
      this.#idle();
    } catch (error) {
      this.#failed(error as NodeJS.ErrnoException);
    }
  }

  /** A slow disk must not hold the event loop, so this waits for each write in Node's thread pool. */
  #writeIntoFile(): void {
    if (!this.#take(FILE_CHUNK)) {
      this.#idle();
      return;
    }
    this.#isWriting = true;
    write(this.#fd, this.#chunk as Buffer, (error, bytes) => {
      this.#isWriting = false;
      if (error) {
        this.#failed(error);
        return;
      }
      this.#written(bytes);
      if (this.#chunk || this.#characters >= FILE_CHUNK) this.#writeIntoFile();
      else if (this.#lines.length > 0) this.#writeSoon();
      else this.#idle();
    });
  }

  /** @returns whether there is something to write, which is then in `#chunk`: so many bytes, or one longer line */
  #take(most: number): boolean {
    if (this.#chunk) return this.#hasItsLine();
    const [first] = this.#lines;
    if (first === undefined) return false;
    let text = first;
    let count = 1;
    // UTF-8 takes up to three bytes for a character; what is measured here is exact for ASCII.
    for (let bytes = Buffer.byteLength(first); count < this.#lines.length; count += 1) {
      const line = this.#lines[count] as string;
      bytes += Buffer.byteLength(line);
      if (bytes > most) break;
      text += line;
    }
    this.#lines = this.#lines.slice(count);
    this.#characters -= text.length;
    this.#chunk = Buffer.from(text);
    return true;
  }

  /** The rest of a line is worthless where somebody has emptied the file to make room: the line's beginning is gone. */
  #hasItsLine(): boolean {
    const size = this.#sizeAtFault;
    this.#sizeAtFault = undefined;
    if (size === undefined || (statOf(this.#fd)?.size ?? 0) >= size) return true;
    this.#chunk = undefined;
    dropped += 1;
    return this.#take(FILE_CHUNK);
  }

  #written(bytes: number): void {
    const rest = (this.#chunk as Buffer).subarray(bytes);
    this.#isMidLine =
      rest.length > 0 && (bytes > 0 ? this.#chunk?.[bytes - 1] !== LINE_FEED : this.#isMidLine);
    this.#chunk = rest.length > 0 ? rest : undefined;
  }

  #failed({ code }: NodeJS.ErrnoException): void {
    if (code === "EAGAIN" || code === "EBUSY" || code === "EINTR") {
      this.#timer ??= setTimeout(this.#next, WHERE_FULL).unref();
      return;
    }
    // Who reads a pipe next has not read the line's beginning.
    if (code === "EPIPE") this.#isMidLine = false;
    this.#drop();
    if (this.#chunk) this.#sizeAtFault = statOf(this.#fd)?.size;
    this.#idle();
    this.#timer ??= setTimeout(this.#next, AFTER_FAULT).unref();
  }

  /** Drops everything but the rest of a line that is begun: with that it is a whole line, and the next one is not joined to it. */
  #drop(): void {
    const chunk = this.#chunk ?? Buffer.alloc(0);
    const end = this.#isMidLine ? chunk.indexOf(LINE_FEED) + 1 : 0;
    dropped += this.#lines.length + countLines(chunk.subarray(end));
    this.#lines = [];
    this.#characters = 0;
    this.#chunk = end > 0 ? chunk.subarray(0, end) : undefined;
  }

  #idle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** The process ends: what waits goes out in its turn, or is dropped where there is no room in time. */
  #writeLastWords(): void {
    const end = performance.now() + LAST_WORDS;
    // What the thread pool has begun to write it also ends.
    if (this.#isWriting) this.#chunk = undefined;
    try {
      while (this.#take(PIPE_BUF)) {
        try {
          this.#written(writeSync(this.#fd, this.#chunk as Buffer));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "EAGAIN" || performance.now() > end) return;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WHERE_FULL);
        }
      }
    } finally {
      this.#drop();
    }
  }
}

const LINE_FEED = 10;

const countLines = (text: Buffer) => text.reduce((count, byte) => count + (byte === LINE_FEED ? 1 : 0), 0);

function statOf(fd: number) {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}
