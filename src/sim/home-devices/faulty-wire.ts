/**
 * The wire between a simulated device and whoever talks to it: a TCP relay that passes everything on until it is told
 * to be cut, slow or noisy. It knows no protocol, so every device's wire breaks in the same ways.
 *
 * - dropped: open connections are cut at once, new ones refused by a port that nobody listens on;
 * - slow: what the device says comes `SLOW_MS` late, in order;
 * - garbage: bytes of what the device says are replaced, as many as there were.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { Random } from "#base/random.ts";

export interface WireState {
  readonly isDropped: boolean;
  readonly isSlow: boolean;
  readonly isGarbage: boolean;
}

export interface FaultyWire {
  /** Where the device is reached. */
  readonly port: number;
  /** Looks at the state again: to be called when it may have changed. */
  look(): void;
  close(): Promise<void>;
}

/** Of the wall's clock, since whoever waits for an answer waits by it. */
export const SLOW_MS = 4_000;

/** Relays `host`:`port` (0: any free port) to the device's own port on the same host. */
export async function openFaultyWire(
  host: string,
  port: number,
  devicePort: number,
  state: () => WireState,
  seed: number,
): Promise<FaultyWire> {
  const wire = new Wire(host, devicePort, state, seed);
  await wire.listen(port);
  return wire;
}

class Wire implements FaultyWire {
  port = 0;
  readonly #host: string;
  readonly #devicePort: number;
  readonly #state: () => WireState;
  readonly #random: Random;
  #server: Server | undefined;
  #isListening = false;
  #isClosed = false;
  readonly #sockets = new Set<Socket>();

  constructor(host: string, devicePort: number, state: () => WireState, seed: number) {
    this.#host = host;
    this.#devicePort = devicePort;
    this.#state = state;
    this.#random = new Random(seed);
  }

  async listen(port: number): Promise<void> {
    const server = createServer((outer) => this.#join(outer));
    this.#server = server;
    this.#isListening = true;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, this.#host, () => {
          server.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      this.#isListening = false;
      throw error;
    }
    const address = server.address();
    if (address !== null && typeof address !== "string") this.port = address.port;
  }

  look(): void {
    if (this.#isClosed) return;
    if (this.#state().isDropped) this.#cut();
    // Where somebody has taken the port meanwhile, the next look tries again.
    else if (!this.#isListening) this.listen(this.port).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#cut();
  }

  #cut(): Promise<void> | undefined {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#isListening) return undefined;
    this.#isListening = false;
    return new Promise((resolve) => this.#server?.close(() => resolve()));
  }

  #join(outer: Socket): void {
    if (this.#state().isDropped) {
      outer.destroy();
      return;
    }
    const inner = connect(this.#devicePort, this.#host);
    const ends = [outer, inner];
    for (const end of ends) {
      this.#sockets.add(end);
      end.setNoDelay(true);
      end.on("error", () => end.destroy());
      end.on("close", () => {
        this.#sockets.delete(end);
        for (const other of ends) other.destroy();
      });
    }
    outer.on("data", (chunk) => inner.write(chunk));
    /** What was said and is held back, oldest first: a timer that is early passes on what is first. */
    const late: Uint8Array[] = [];
    let freeAt = 0;
    inner.on("data", (chunk: Buffer) => {
      const { isSlow, isGarbage } = this.#state();
      const bytes = isGarbage ? this.#random.bytes(chunk.length) : chunk;
      const now = performance.now();
      freeAt = Math.max(freeAt, now + (isSlow ? SLOW_MS : 0));
      if (freeAt <= now) {
        outer.write(bytes);
        return;
      }
      late.push(bytes);
      setTimeout(() => {
        const first = late.shift();
        if (first !== undefined && outer.writable) outer.write(first);
      }, freeAt - now).unref();
    });
  }
}
