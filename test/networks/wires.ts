/**
 * The cables between validators: every connection of one to another goes through a proxy of this process, so
 * that a test can cut it. `tc` and firewalls need rights that a test should not have.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * How a cable fails: "silent" loses nothing and tells nobody, as a router that no longer forwards; what was
 * under way arrives when it is mended. "closed" ends all connections and refuses new ones.
 */
export type Cut = "silent" | "closed";

/** One direction of dialling: `from` reaches `to` by this port. */
export interface Wire {
  readonly from: number;
  readonly to: number;
  readonly port: number;
  cut(how: Cut): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openWire(ends: { from: number; to: number }, target: number): Promise<Wire> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let failing: Cut | undefined;
  const server: Server = createServer((inner) => {
    if (failing === "closed") {
      inner.destroy();
      return;
    }
    const outer = connect(target, "127.0.0.1");
    const pair = [inner, outer] as const;
    pairs.add(pair);
    for (const [here, there] of [pair, [outer, inner] as const]) {
      here.setNoDelay(true);
      here.on("data", (piece) => {
        if (!there.write(piece)) here.pause();
      });
      there.on("drain", () => {
        if (failing === undefined) here.resume();
      });
      here.on("error", () => {});
      here.on("close", () => {
        pairs.delete(pair);
        there.destroy();
      });
      if (failing === "silent") here.pause();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const each = (act: (socket: Socket) => void) => {
    for (const pair of [...pairs]) pair.forEach(act);
  };
  return {
    ...ends,
    port: (server.address() as AddressInfo).port,
    cut(how) {
      failing = how;
      each((socket) => (how === "closed" ? socket.destroy() : socket.pause()));
    },
    mend() {
      failing = undefined;
      each((socket) => socket.resume());
    },
    async close() {
      each((socket) => socket.destroy());
      await once(server.close(), "close");
    },
  };
}
