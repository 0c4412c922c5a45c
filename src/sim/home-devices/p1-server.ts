/**
 * A counter's customer port behind a TCP server, as network readers of P1 ports offer it: whoever connects is pushed
 * one telegram for each second of the home that `push` is told of, and what it sends is ignored.
 */
import { createServer, type Socket } from "node:net";

export interface P1Server {
  readonly port: number;
  /** Hands a telegram to everybody who is connected and keeps up. */
  push(telegram: string): void;
  /** Whether anybody listens. */
  readonly isHeard: boolean;
  close(): Promise<void>;
}

/** Who has this much unread misses telegrams, as with a serial line. */
const UNREAD_MAX = 65_536;

export async function serveP1(host: string, port: number): Promise<P1Server> {
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
    push(telegram) {
      for (const socket of sockets) if (socket.writableLength < UNREAD_MAX) socket.write(telegram, "latin1");
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
