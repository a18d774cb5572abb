/** A client that speaks to the server byte by byte, as no HTTP library would. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";

/**
 * Opens a connection whose own half stays open when the server ends its half. Errors are ignored: a reset may be the point.
 * @param localAddress the address of this client, in 127.0.0.0/8
 */
export function openSocket(port: number, localAddress = "127.0.0.1"): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
  socket.on("error", () => {});
  return socket;
}

/**
 * Sends bytes, ends this half of the connection where `halfClose` says so, and gives all that comes back until the server ends its
 * half, or until 3 s have passed.
 */
export function exchange(port: number, bytes: string, { halfClose = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = openSocket(port);
    let response = "";
    socket.on("data", (chunk) => {
      response += chunk;
    });
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(response);
    };
    const timer = setTimeout(finish, 3_000);
    socket.once("end", finish);
    socket.once("close", finish);
    socket.write(bytes);
    if (halfClose) socket.end();
  });
}

/** The statuses of the responses in what came back, in their order. */
export const statusesOf = (response: string) =>
  [...response.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));

/** The sockets that a process has open. */
export function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;
}

/** The memory that a process holds, in MiB. */
export function memoryOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1_024;
}
