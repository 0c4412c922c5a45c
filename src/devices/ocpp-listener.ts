/**
 * Where charge points call in: they are the ones that connect (OCPP 1.6, JSON over WebSocket), each under its name.
 * One listener per address serves all charge points of a home; it is there as long as one of them is open.
 *
 * Every message is held to the schema of the standard (`strictMode`); of what arrives nothing is larger than 64 KiB.
 * A charge point is let in when it is expected and, where a password was set, says it (security profile 1; the home's
 * own network, or a TLS end before it, keeps others from listening).
 */
import { timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import { RPCServer } from "ocpp-rpc";
import { DeviceError } from "#devices/device.ts";

const PROTOCOL = "ocpp1.6";
const MESSAGE_MAX_BYTES = 65_536;

/** What is used of a charge point's connection. */
export interface ChargePointLink {
  call(method: string, params: object): Promise<unknown>;
  handle(method: string, answer: (message: { readonly params: unknown }) => object): void;
  close(): Promise<void>;
}

export interface ExpectedChargePoint {
  readonly identity: string;
  /** `undefined` lets it in without. */
  readonly password: string | undefined;
  /** It called in, perhaps again. Handlers are set before this returns. */
  connected(link: ChargePointLink): void;
  disconnected(link: ChargePointLink): void;
}

type Client = Parameters<Parameters<RPCServer["on"]>[1]>[0];

export class OcppListener {
  readonly #expected = new Map<string, ExpectedChargePoint>();
  readonly #http: Server;
  readonly #rpc: RPCServer;

  private constructor(http: Server, callTimeoutMs: number) {
    this.#http = http;
    this.#rpc = new RPCServer({
      protocols: [PROTOCOL],
      strictMode: true,
      callTimeoutMs,
      pingIntervalMs: 30_000,
      wssOptions: { maxPayload: MESSAGE_MAX_BYTES },
      maxBadMessages: 10,
    });
    this.#rpc.auth((accept, reject, { identity, password }) => {
      const point = this.#expected.get(identity);
      if (point === undefined) reject(404, "no such charge point");
      else if (!isPassword(point.password, password)) reject(401, "wrong password");
      else accept({}, PROTOCOL);
    });
    this.#rpc.on("client", (client: Client) => {
      const point = this.#expected.get(client.identity);
      if (point === undefined) return void client.close({ code: 1001 });
      const link = linkOver(client);
      client.once("close", () => point.disconnected(link));
      point.connected(link);
    });
    // What goes wrong on one connection closes that one.
    this.#rpc.on("error", () => undefined);
    http.on("upgrade", this.#rpc.handleUpgrade);
  }

  static async open(host: string, port: number, callTimeoutMs: number): Promise<OcppListener> {
    const http = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve, reject) => {
      http.once("error", (cause) =>
        reject(
          new DeviceError("unreachable", `no charge point can call in at ${host}:${port}: ${cause.message}`, {
            cause,
          }),
        ),
      );
      http.listen(port, host, resolve);
    });
    return new OcppListener(http, callTimeoutMs);
  }

  get port(): number {
    return (this.#http.address() as { port: number }).port;
  }

  get isIdle(): boolean {
    return this.#expected.size === 0;
  }

  expect(point: ExpectedChargePoint): void {
    if (this.#expected.has(point.identity)) {
      throw new DeviceError("refused", `two devices are the charge point "${point.identity}"`);
    }
    this.#expected.set(point.identity, point);
  }

  forget(point: ExpectedChargePoint): void {
    this.#expected.delete(point.identity);
  }

  async close(): Promise<void> {
    await this.#rpc.close({ code: 1001, awaitPending: false, force: true });
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}

function linkOver(client: Client): ChargePointLink {
  return {
    call: (method, params) => client.call(method, params),
    handle: (method, answer) => client.handle(method, answer),
    close: async () => {
      await client.close({ code: 1000, force: true });
    },
  };
}

function isPassword(expected: string | undefined, said: Buffer | undefined): boolean {
  if (expected === undefined) return true;
  const wanted = Buffer.from(expected);
  return said !== undefined && said.length === wanted.length && timingSafeEqual(said, wanted);
}

const OPEN = new Map<string, { readonly listener: Promise<OcppListener>; users: number }>();

/** The listener of an address, opened by its first user and closed by its last. Fails with `DeviceError` unreachable. */
export async function sharedListener(
  host: string,
  port: number,
  callTimeoutMs: number,
): Promise<{ readonly listener: OcppListener; release(): Promise<void> }> {
  const key = `${host}:${port}`;
  const entry = OPEN.get(key) ?? { listener: OcppListener.open(host, port, callTimeoutMs), users: 0 };
  OPEN.set(key, entry);
  entry.users += 1;
  const release = async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    OPEN.delete(key);
    await (await entry.listener).close();
  };
  try {
    return { listener: await entry.listener, release };
  } catch (error) {
    entry.users -= 1;
    if (OPEN.get(key) === entry) OPEN.delete(key);
    throw error;
  }
}
