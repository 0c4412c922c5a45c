/**
 * Register images served over Modbus TCP ("MODBUS Messaging on TCP/IP" 1.0b): function codes 3, 4, 6 and 16, framed
 * by jsmodbus. An image knows which registers exist; whoever asks beyond them hears exception 2, as a real device
 * says it. Holding and input registers are one image, as most devices of a home have it. Hooks let a simulated
 * device fill in what is asked for, obey or refuse what is written, be slow, or be silent.
 */
import { EventEmitter } from "node:events";
import { createServer, type Socket } from "node:net";
import {
  type ModbusAbstractRequest,
  ModbusTCPResponse,
  ModbusTCPServer,
  requests,
  responses,
} from "jsmodbus";
import { concat } from "#base/bytes.ts";

export const MODBUS_EXCEPTION = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  busy: 6,
  pathUnavailable: 10,
  noResponse: 11,
} as const;

/** Registers that one request may ask for. */
const READ_MAX = 125;

/** Registers by address, as bytes big-endian. Only those that were set exist. */
export class RegisterImage {
  readonly #words = new Uint8Array(2 * 0x1_0000);
  readonly #exists = new Uint8Array(0x1_0000);

  /** Writes registers and makes them exist. */
  set(first: number, words: Uint8Array): void {
    const count = words.length / 2;
    if (!Number.isInteger(count) || !isRange(first, count)) {
      throw new RangeError(`no ${words.length} bytes of registers from ${first}`);
    }
    this.#words.set(words, 2 * first);
    this.#exists.fill(1, first, first + count);
  }

  /** A copy, or `undefined` where one of the registers does not exist. */
  get(first: number, count: number): Uint8Array | undefined {
    if (!this.has(first, count)) return undefined;
    return this.#words.slice(2 * first, 2 * (first + count));
  }

  has(first: number, count: number): boolean {
    return isRange(first, count) && this.#exists.subarray(first, first + count).every((one) => one === 1);
  }
}

function isRange(first: number, count: number): boolean {
  return Number.isInteger(first) && first >= 0 && count > 0 && first + count <= 0x1_0000;
}

export interface ModbusRequest {
  readonly kind: "read" | "write";
  readonly unit: number;
  readonly functionCode: number;
  readonly first: number;
  readonly count: number;
  /** Of a write: the registers as bytes, big-endian. */
  readonly words?: Uint8Array;
}

/** An exception code instead of an answer, or no answer at all. */
export type ModbusVerdict = { readonly exception: number } | "silent" | undefined;

export interface ModbusServerOptions {
  /** 127.0.0.1 where nothing is said. */
  readonly host?: string;
  /** 0, any free one, where nothing is said. */
  readonly port?: number;
  /** Asked before anything else, of every request to a unit that is there. May wait: then the device is slow. */
  readonly before?: (request: ModbusRequest) => ModbusVerdict | Promise<ModbusVerdict>;
  /** Told what was written, once it stands in the image; its verdict is the answer. */
  readonly written?: (request: ModbusRequest) => ModbusVerdict;
}

export interface ModbusServer {
  readonly host: string;
  readonly port: number;
  /** Cuts every connection; new ones are taken. */
  disconnectAll(): void;
  close(): Promise<void>;
}

/** Serves the images by unit number. Rejects where the address cannot be had. */
export async function serveModbus(
  images: ReadonlyMap<number, RegisterImage>,
  options: ModbusServerOptions = {},
): Promise<ModbusServer> {
  const sockets = new Set<Socket>();
  // Without buffers of its own the library asks for every answer.
  const none = undefined as unknown as Buffer;
  const connections = new EventEmitter();
  const modbus = new ModbusTCPServer(connections as never, {
    holding: none,
    input: none,
    coils: none,
    discrete: none,
  });
  let closing = false;
  const server = createServer((socket) => {
    if (closing) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    connections.emit("connection", wholeFrames(socket));
  });
  const answer = (request: ModbusAbstractRequest, send: (bytes: Buffer) => void) => {
    void answerOf(images, options, request).then(
      (body) => body !== undefined && send(payloadOf(request, body)),
      () => send(payloadOf(request, exceptionTo(request, MODBUS_EXCEPTION.deviceFailure))),
    );
  };
  modbus.on("readHoldingRegisters", answer);
  modbus.on("readInputRegisters", answer);
  modbus.on("writeSingleRegister", answer);
  // Of this one alone the library's types know another listener, which it calls where it has a buffer.
  (modbus as { on(event: string, listener: typeof answer): unknown }).on("writeMultipleRegisters", answer);
  const refuse = (request: ModbusAbstractRequest, send: (bytes: Buffer) => void) =>
    send(payloadOf(request, exceptionTo(request, MODBUS_EXCEPTION.illegalFunction)));
  for (const event of ["readCoils", "readDiscreteInputs", "writeSingleCoil", "writeMultipleCoils"]) {
    (modbus as { on(event: string, listener: typeof refuse): unknown }).on(event, refuse);
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address");
  const disconnectAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: address.address,
    port: address.port,
    disconnectAll,
    close: () =>
      new Promise((resolve) => {
        closing = true;
        server.close(() => resolve());
        disconnectAll();
      }),
  };
}

/** Transaction, protocol, length. */
const MBAP_BYTES = 6;
/** Unit, function code and 252 bytes of data. */
const FRAME_BODY_MAX = 254;

/**
 * A connection as the library sees it: frames whole, however the stream was cut, because it takes the first piece
 * of a split write for all of it. What is no Modbus ends the connection.
 */
function wholeFrames(socket: Socket): EventEmitter & { write(bytes: Uint8Array): void } {
  let held: Uint8Array = new Uint8Array(0);
  const port = Object.assign(new EventEmitter(), {
    write: (bytes: Uint8Array) => {
      if (socket.writable) socket.write(bytes);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    held = concat(held, chunk);
    while (held.length >= MBAP_BYTES) {
      const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
      const length = view.getUint16(4);
      if (view.getUint16(2) !== 0 || length < 2 || length > FRAME_BODY_MAX) {
        socket.destroy();
        return;
      }
      if (held.length < MBAP_BYTES + length) return;
      port.emit("data", Buffer.from(held.subarray(0, MBAP_BYTES + length)));
      held = held.subarray(MBAP_BYTES + length);
    }
  });
  return port;
}

type Body = InstanceType<
  | typeof responses.ExceptionResponseBody
  | typeof responses.ReadHoldingRegistersResponseBody
  | typeof responses.ReadInputRegistersResponseBody
  | typeof responses.WriteSingleRegisterResponseBody
  | typeof responses.WriteMultipleRegistersResponseBody
>;

async function answerOf(
  images: ReadonlyMap<number, RegisterImage>,
  options: ModbusServerOptions,
  raw: ModbusAbstractRequest,
): Promise<Body | undefined> {
  const request = requestOf(raw);
  const image = images.get(request.unit);
  // What stands behind a gateway's other numbers is not there.
  if (image === undefined) return exceptionTo(raw, MODBUS_EXCEPTION.noResponse);
  const verdict = await options.before?.(request);
  if (verdict === "silent") return undefined;
  if (verdict !== undefined) return exceptionTo(raw, verdict.exception);
  const { first, count, words } = request;
  if (count < 1 || count > READ_MAX) return exceptionTo(raw, MODBUS_EXCEPTION.illegalValue);
  if (!image.has(first, count)) return exceptionTo(raw, MODBUS_EXCEPTION.illegalAddress);
  if (words === undefined) {
    const held = Buffer.from(image.get(first, count)!);
    return request.functionCode === 3
      ? new responses.ReadHoldingRegistersResponseBody(held.length, held)
      : new responses.ReadInputRegistersResponseBody(held.length, held);
  }
  const before = image.get(first, count)!;
  image.set(first, words);
  const outcome = options.written?.(request);
  if (outcome === "silent") return undefined;
  if (outcome !== undefined) {
    image.set(first, before);
    return exceptionTo(raw, outcome.exception);
  }
  return request.functionCode === 6
    ? new responses.WriteSingleRegisterResponseBody(first, new DataView(words.buffer).getUint16(0))
    : new responses.WriteMultipleRegistersResponseBody(first, count);
}

function requestOf({ unitId: unit, body }: ModbusAbstractRequest): ModbusRequest {
  if (requests.isWriteSingleRegisterRequestBody(body)) {
    const words = new Uint8Array(2);
    new DataView(words.buffer).setUint16(0, body.value);
    return { kind: "write", unit, functionCode: body.fc, first: body.address, count: 1, words };
  }
  if (requests.isWriteMultipleRegistersRequestBody(body)) {
    const words = Uint8Array.from(body.values as Iterable<number>);
    return {
      kind: "write",
      unit,
      functionCode: body.fc,
      first: body.address,
      count: words.length / 2,
      words,
    };
  }
  const { start: first, count } = body as InstanceType<typeof requests.ReadHoldingRegistersRequestBody>;
  return { kind: "read", unit, functionCode: body.fc, first, count };
}

function exceptionTo(request: ModbusAbstractRequest, code: number): Body {
  return new responses.ExceptionResponseBody(request.body.fc, code as 4);
}

function payloadOf(request: ModbusAbstractRequest, body: Body): Buffer {
  return ModbusTCPResponse.fromRequest(request as never, body as never).createPayload();
}
