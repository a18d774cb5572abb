/** The machine's TCP sockets, as Linux tells them: proc_net(5). */
import { existsSync, readFileSync } from "node:fs";

export type TcpSocket = {
  localPort: number;
  remotePort: number;
  /** The second number of its IPv4 address: 1 of 127.1.0.5. */
  remoteNetwork: number;
  /** In hexadecimal: 0A listens, 01 stands. */
  state: string;
  /** Bytes that have come and that its process has not read. */
  unread: number;
  /** "0" where no process holds it: it waits to be accepted, or its process has closed it. */
  inode: string;
};

export function tcpSockets(): TcpSocket[] {
  // Without IPv6 there is no second file.
  const files = ["/proc/net/tcp", "/proc/net/tcp6"].filter((file) => existsSync(file));
  return files.flatMap((file) => readFileSync(file, "utf8").trim().split("\n").slice(1).map(socketOf));
}

/** A line has its addresses in hexadecimal, the port after a colon, its queues, and its inode as the tenth field. */
function socketOf(line: string): TcpSocket {
  const [, local = "", remote = "", state = "", queues = "", , , , , inode = ""] = line.trim().split(/\s+/);
  const portOf = (address: string) => Number.parseInt(address.split(":")[1] ?? "", 16);
  return {
    localPort: portOf(local),
    remotePort: portOf(remote),
    // The address is in the machine's order of bytes: 127.1.0.5 is 0500017F, and the same at the end of an IPv6 one.
    remoteNetwork: Number.parseInt(remote.split(":")[0]?.slice(-4, -2) ?? "", 16),
    state,
    unread: Number.parseInt(queues.split(":")[1] ?? "", 16),
    inode,
  };
}
