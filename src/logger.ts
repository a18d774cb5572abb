import { type Logger as Pino, pino, stdTimeFunctions } from "pino";
import { logWriter } from "./log-writer.ts";

/** The part of pino that is used here; any logger of that shape will do. */
export type Logger = {
  debug?(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** For whoever has said nothing: what goes wrong must be seen. */
export function toStandardError(): Logger {
  return pino({ level: "warn", base: null, timestamp: stdTimeFunctions.isoTime }, logWriter(2));
}

/** The server's own: lines of JSON on standard output. */
export function toStandardOutput(level: string): Pino {
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, logWriter(1));
}

/** For a pool of ours: a connection that failed while nobody used it is reported, and is no one's fault. */
export function warnOfIdle(logger: Logger): (error: Error) => void {
  return (err) => logger.warn({ err }, "a database connection was lost; the pool opens another");
}
