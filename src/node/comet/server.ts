/**
 * The socket that CometBFT dials, four times: for queries, snapshots, the mempool and consensus; nothing on
 * the wire tells which is which. On each connection answers come in the order of the requests; a Flush is
 * answered when all before it are written. A request that cannot be answered gets an exception and ends the
 * connection, upon which CometBFT ends itself: whoever runs both starts both again.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { Request, Response } from "cosmjs-types/tendermint/abci/types";
import { FrameReader, framed } from "#node/comet/framing.ts";

export interface Abci {
  /** Begins what a request will need, while requests before it are still being answered. Must not throw. */
  foresee(request: Request): void;
  answer(request: Request): Promise<Response>;
}

export interface AbciServerOptions {
  readonly application: Abci;
  /** A socket file, or a port of the loopback address; 0 = a free one. */
  readonly listen: { readonly path: string } | { readonly port: number };
  /** Of one request. */
  readonly maxBytes?: number;
  /** Called with the cause whenever a connection ends by a fault. */
  readonly failed?: (cause: unknown) => void;
}

export interface AbciServer {
  /** As CometBFT's `proxy_app` wants it: "tcp://127.0.0.1:26658". */
  readonly address: string;
  readonly connections: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** CometBFT's own limit of a message is 100 MB; blocks here are of 1 MB. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Requests of one connection that wait, above which nothing more is read from it. */
const WAITING_MAX = 4_096;
const WRITE_BYTES = 1 << 16;

export async function openAbciServer(options: AbciServerOptions): Promise<AbciServer> {
  const { listen } = options;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, options);
  });
  server.listen("path" in listen ? listen : { host: "127.0.0.1", port: listen.port });
  await once(server, "listening");
  return {
    address: addressOf(server),
    get connections() {
      return sockets.size;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === "string" ? `unix://${address}` : `tcp://127.0.0.1:${address?.port}`;
}

/** Of answers to Flush and CheckTx, of which an application has one object for all that are alike. */
const frames = new WeakMap<Response, Uint8Array>();

function frameOf(response: Response): Uint8Array {
  const kept = frames.get(response);
  if (kept !== undefined) return kept;
  const frame = framed(Response.encode(response).finish());
  if (response.flush !== undefined || response.checkTx !== undefined) frames.set(response, frame);
  return frame;
}

function serve(socket: Socket, { application, maxBytes = MAX_BYTES, failed = () => {} }: AbciServerOptions) {
  const reader = new FrameReader(maxBytes);
  const waiting: Request[] = [];
  let written: Uint8Array[] = [];
  let bytes = 0;
  let working = false;
  let ended = false;

  const write = async () => {
    if (bytes === 0 || socket.destroyed) return;
    const out = Buffer.concat(written);
    written = [];
    bytes = 0;
    if (!socket.write(out)) await Promise.race([once(socket, "drain"), once(socket, "close")]);
  };
  const put = (response: Response) => {
    const frame = frameOf(response);
    written.push(frame);
    bytes += frame.length;
  };
  const fail = (cause: unknown) => {
    if (ended) return;
    ended = true;
    waiting.length = 0;
    failed(cause);
    if (socket.destroyed) return;
    const error = cause instanceof Error ? cause.message : String(cause);
    put(Response.fromPartial({ exception: { error } }));
    socket.end(Buffer.concat(written));
  };
  const work = async () => {
    working = true;
    try {
      for (let next = waiting.shift(); next !== undefined && !ended; next = waiting.shift()) {
        put(await application.answer(next));
        if (ended) break;
        if (next.flush !== undefined || waiting.length === 0 || bytes > WRITE_BYTES) await write();
        if (waiting.length < WAITING_MAX / 2 && socket.isPaused()) socket.resume();
      }
    } catch (cause) {
      fail(cause);
    } finally {
      working = false;
    }
  };

  socket.setNoDelay(true);
  socket.on("error", (cause) => {
    ended = true;
    failed(cause);
  });
  socket.on("end", () => socket.end());
  socket.on("close", () => {
    ended = true;
  });
  socket.on("data", (piece: Buffer) => {
    if (ended) return;
    try {
      for (const message of reader.push(piece)) {
        const request = Request.decode(message);
        application.foresee(request);
        waiting.push(request);
      }
    } catch (cause) {
      fail(cause);
      return;
    }
    if (waiting.length > WAITING_MAX) socket.pause();
    if (!working) void work();
  });
}
