/**
 * A counter's customer port behind a TCP server, as network readers of such ports offer it: whoever connects is pushed
 * one telegram or message for each second of the home that `push` is told of, and what it sends is ignored.
 */
import { createServer, type Socket } from "node:net";

export interface PushServer {
  readonly port: number;
  /** Hands it to everybody who is connected and keeps up. */
  push(bytes: Uint8Array): void;
  /** Whether anybody listens. */
  readonly isHeard: boolean;
  close(): Promise<void>;
}

/** Who has this much unread misses some, as with a serial line. */
const UNREAD_MAX = 65_536;

export async function servePushes(host: string, port: number): Promise<PushServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.resume();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address");
  return {
    port: address.port,
    get isHeard() {
      return sockets.size > 0;
    },
    push(bytes) {
      for (const socket of sockets) if (socket.writableLength < UNREAD_MAX) socket.write(bytes);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
