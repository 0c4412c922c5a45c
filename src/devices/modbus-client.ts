/**
 * Reading and writing registers over Modbus TCP, framed by jsmodbus. One connection to one unit, one question at a
 * time. An answer that does not come in time ends the connection: what comes later would be taken for the answer to
 * the next question. Who connects again, and when, is the caller's to say.
 */
import { connect, type Socket } from "node:net";
import { ModbusTCPClient } from "jsmodbus";
import { concat } from "#base/bytes.ts";
import { DeviceError, type DeviceProblem } from "#devices/device.ts";

/** Registers that one request may read (MODBUS Application Protocol 1.1b3, 6.3). */
export const READ_WORDS_MAX = 125;
/** The protocol allows 123; jsmodbus sends no more than 120 whole. */
export const WRITE_WORDS_MAX = 120;

export type RegisterTable = "holding" | "input";

export interface ModbusAddress {
  readonly host: string;
  readonly port: number;
  readonly unit: number;
}

/** What the device says by an exception code, and what that means for the one who asked. */
const EXCEPTIONS: Readonly<Record<number, readonly [DeviceProblem, string]>> = {
  1: ["refused", "it does not know this function"],
  2: ["no_such_point", "it has no such register"],
  3: ["out_of_range", "it does not take this value or number of registers"],
  4: ["refused", "it failed while doing so"],
  5: ["refused", "it takes its time"],
  6: ["refused", "it is busy"],
  8: ["refused", "its memory is damaged"],
  10: ["unreachable", "the Modbus gateway has no path to this unit"],
  11: ["unreachable", "the Modbus gateway has no answer of this unit"],
};

interface Connected {
  readonly socket: Socket;
  readonly client: ModbusTCPClient;
}

export class ModbusConnection {
  readonly address: ModbusAddress;
  readonly #timeoutMs: number;
  #connected: Connected | undefined;

  constructor(address: ModbusAddress, timeoutMs: number) {
    this.address = address;
    this.#timeoutMs = timeoutMs;
  }

  get isOpen(): boolean {
    return this.#connected !== undefined;
  }

  /** Throws `DeviceError` "unreachable" or "timeout". Does nothing where it is open. */
  async open(): Promise<void> {
    if (this.#connected !== undefined) return;
    const { host, port, unit } = this.address;
    const socket = connect({ host, port });
    socket.setNoDelay(true);
    const client = new ModbusTCPClient(socket, unit, this.#timeoutMs);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => fail(new DeviceError("timeout", `${this.#name()}: no connection within ${this.#timeoutMs} ms`)),
        this.#timeoutMs,
      );
      const fail = (error: DeviceError) => {
        clearTimeout(timer);
        socket.destroy();
        reject(error);
      };
      socket.once("connect", () => {
        clearTimeout(timer);
        resolve();
      });
      socket.on("error", (cause) =>
        fail(new DeviceError("unreachable", `${this.#name()}: ${cause.message}`, { cause })),
      );
    });
    socket.on("close", () => {
      if (this.#connected?.socket === socket) this.#connected = undefined;
    });
    this.#connected = { socket, client };
  }

  close(): void {
    this.#connected?.socket.destroy();
    this.#connected = undefined;
  }

  /**
   * Registers as bytes, big-endian, in as many requests as it takes.
   * Throws `DeviceError`: "unreachable" without a connection, "timeout", "malformed" for an answer of another
   * length, or what the device's exception says.
   */
  async read(first: number, count: number, table: RegisterTable = "holding"): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < count; at += READ_WORDS_MAX) {
      parts.push(await this.#readOnce(first + at, Math.min(READ_WORDS_MAX, count - at), table));
    }
    return parts.length === 1 ? parts[0]! : concat(...parts);
  }

  /** Writes up to `WRITE_WORDS_MAX` registers in one transaction. Fails as `read` does. */
  async write(first: number, words: Uint8Array): Promise<void> {
    const count = words.length / 2;
    if (count < 1 || count > WRITE_WORDS_MAX) {
      throw new DeviceError("out_of_range", `${count} registers cannot be written at once`);
    }
    await this.#ask(`writing ${count} from register ${first}`, (client) =>
      client.writeMultipleRegisters(first, Buffer.from(words)),
    );
  }

  async #readOnce(first: number, count: number, table: RegisterTable): Promise<Uint8Array> {
    const what = `reading ${count} from ${table} register ${first}`;
    const words = await this.#ask(what, async (client) => {
      const { response } =
        table === "holding"
          ? await client.readHoldingRegisters(first, count)
          : await client.readInputRegisters(first, count);
      return Uint8Array.from(response.body.valuesAsBuffer);
    });
    if (words.length !== 2 * count) {
      this.close();
      throw new DeviceError("malformed", `${this.#name()}, ${what}: answered with ${words.length} bytes`);
    }
    return words;
  }

  async #ask<T>(what: string, question: (client: ModbusTCPClient) => Promise<T>): Promise<T> {
    const connected = this.#connected;
    if (connected === undefined) {
      throw new DeviceError("unreachable", `${this.#name()}: the connection is closed`);
    }
    try {
      return await question(connected.client);
    } catch (cause) {
      throw this.#errorOf(what, cause);
    }
  }

  #errorOf(what: string, cause: unknown): DeviceError {
    const { err, message, response } = (cause ?? {}) as {
      err?: string;
      message?: string;
      response?: { readonly body: { readonly code?: number } };
    };
    const at = `${this.#name()}, ${what}`;
    if (err === "ModbusException") {
      const code = response?.body.code ?? 0;
      const [problem, says] = EXCEPTIONS[code] ?? ["malformed", "which no device should say"];
      return new DeviceError(problem, `${at}: exception ${code}, ${says}`, { cause });
    }
    this.close();
    if (err === "Timeout") return new DeviceError("timeout", `${at}: no answer within ${this.#timeoutMs} ms`);
    if (err === "Offline") return new DeviceError("unreachable", `${at}: the connection was closed`);
    return new DeviceError("malformed", `${at}: ${message ?? String(cause)}`, { cause });
  }

  #name(): string {
    return `${this.address.host}:${this.address.port} unit ${this.address.unit}`;
  }
}
