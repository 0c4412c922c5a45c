/**
 * From an entry of the equipment file to a device: the driver that the template names, on the address. Nothing is
 * connected before `open`.
 *
 * | driver | address |
 * |---|---|
 * | sunspec, modbus | modbus://HOST[:502][/UNIT] |
 * | mqtt | mqtt://HOST[:1883]/WHAT-{device}-STANDS-FOR |
 * | p1, dlms | tcp://HOST:PORT |
 * | ocpp | ocpp://HOST:PORT/IDENTITY, where this side listens |
 */
import { readFileSync } from "node:fs";
import { fromHex } from "#base/bytes.ts";
import { FileError } from "#devices/checked-json.ts";
import type { Device } from "#devices/device.ts";
import { type DlmsKeys, DlmsReader } from "#devices/dlms-push.ts";
import type { DeviceEntry } from "#devices/equipment.ts";
import { type ModbusAddress, ModbusConnection } from "#devices/modbus-client.ts";
import { ModbusDevice } from "#devices/modbus-device.ts";
import { MqttDevice } from "#devices/mqtt-device.ts";
import { MqttLink } from "#devices/mqtt-link.ts";
import { OcppDevice } from "#devices/ocpp-device.ts";
import { P1Reader } from "#devices/p1.ts";
import { CipheredTelegramReader } from "#devices/p1-ciphered.ts";
import { PushedDevice } from "#devices/pushed-device.ts";
import { SunSpecDevice } from "#devices/sunspec-device.ts";

/** Of one question until its answer, ms. */
export const TIMEOUT_MS = 1_000;
/** A car may draw so much where nobody renews its limit, W: 6 A of one phase, the least that a car knows. */
const FAILSAFE_W = 1_380;
/** Of a device that speaks by itself, s. */
const SILENT_MAX_S = 60;

/** Throws `FileError` where the address does not fit the template's driver, or a named file cannot be read. */
export function openDevice({ id, template, address, options }: DeviceEntry): Device {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const silentMaxMs = 1_000 * (options.silentMaxS ?? SILENT_MAX_S);
  const form =
    options.sheet === undefined ? template : { ...template, sheet: { ...template.sheet, ...options.sheet } };
  switch (form.driver) {
    case "sunspec":
      return new SunSpecDevice(id, form, new ModbusConnection(modbusAddress(id, address), timeoutMs));
    case "modbus":
      return new ModbusDevice(id, form, new ModbusConnection(modbusAddress(id, address), timeoutMs));
    case "p1":
    case "dlms": {
      const keys = options.keyFile === undefined ? undefined : keysIn(id, options.keyFile);
      // What was said once is not believed a second time, also after the connection was lost.
      const counters = new Map<string, number>();
      const reader = () =>
        form.driver === "dlms"
          ? new DlmsReader(keys, counters)
          : keys === undefined
            ? new P1Reader()
            : new CipheredTelegramReader(keys, counters);
      return new PushedDevice(id, form, streamAddress(id, address), { timeoutMs, silentMaxMs }, reader);
    }
    case "mqtt": {
      const { host, path } = addressParts(id, address, "mqtt", 1_883);
      if (path === "")
        throw new FileError(`${id}: ${address} lacks the device's part of the topics: mqtt://HOST/PART`);
      const { username, passwordFile, meter = path } = options;
      const link = new MqttLink(
        {
          url: `mqtt://${host}`,
          ...(username !== undefined && { username }),
          ...(passwordFile !== undefined && { password: firstLine(id, passwordFile) }),
        },
        timeoutMs,
      );
      return new MqttDevice(id, form, link, { device: path, meter }, timeoutMs, silentMaxMs);
    }
    case "ocpp": {
      const { hostname, port, path } = addressParts(id, address, "ocpp", 9_000);
      if (path === "")
        throw new FileError(`${id}: ${address} lacks the charge point's name: ocpp://HOST:PORT/IDENTITY`);
      const { passwordFile, phases = 1, failsafeW = FAILSAFE_W, startsByItself = true } = options;
      if (phases !== 1 && phases !== 3) throw new FileError(`${id}: options.phases must be 1 or 3`);
      return new OcppDevice(
        id,
        { host: hostname, port, identity: path },
        {
          template: form.name,
          phases,
          failsafeW,
          timeoutMs,
          startsByItself,
          ...(form.sheet !== undefined && { sheet: form.sheet }),
          ...(passwordFile !== undefined && { password: firstLine(id, passwordFile) }),
        },
      );
    }
  }
}

export function modbusAddress(id: string, address: string): ModbusAddress {
  const { hostname, port, path } = addressParts(id, address, "modbus", 502);
  const unit = path === "" ? 1 : Number(path);
  if (!Number.isInteger(unit) || unit < 0 || unit > 255) {
    throw new FileError(`${id}: ${address} ends in no unit from 0 to 255: modbus://HOST:PORT/UNIT`);
  }
  return { host: hostname, port, unit };
}

function streamAddress(id: string, address: string): { host: string; port: number } {
  const { hostname, port } = addressParts(id, address, "tcp", 0);
  if (port === 0) throw new FileError(`${id}: ${address} lacks its port: tcp://HOST:PORT`);
  return { host: hostname, port };
}

interface AddressParts {
  readonly hostname: string;
  readonly port: number;
  /** With the port. */
  readonly host: string;
  /** Without the first slash. */
  readonly path: string;
}

function addressParts(id: string, address: string, scheme: string, usualPort: number): AddressParts {
  const wrong = () => new FileError(`${id}: ${address} is no address of this driver: ${scheme}://HOST:PORT…`);
  if (!address.startsWith(`${scheme}://`) || !URL.canParse(address)) throw wrong();
  const url = new URL(address);
  if (url.hostname === "") throw wrong();
  // IPv6 stands in brackets in an address and without them in a socket.
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? usualPort : Number(url.port);
  const host = `${url.hostname}:${port}`;
  return { hostname, port, host, path: decodeURIComponent(url.pathname.replace(/^\//, "")) };
}

/** Throws `FileError` where the file holds no keys; what it holds stands in no message. */
export function keysIn(id: string, path: string): DlmsKeys {
  const [encryption, authentication, ...more] = textIn(id, path).split(/\s+/).filter(Boolean);
  const key = (text: string | undefined) =>
    /^[0-9a-fA-F]{32}$/.test(text ?? "") ? fromHex(text!.toLowerCase()) : undefined;
  const [encryptionKey, authenticationKey] = [key(encryption), key(authentication)];
  if (
    encryptionKey === undefined ||
    more.length > 0 ||
    (authentication !== undefined && authenticationKey === undefined)
  ) {
    throw new FileError(
      `${id}: ${path} must hold the meter's encryption key and below it its authentication key, 32 hexadecimal digits each`,
    );
  }
  return { encryptionKey, authenticationKey };
}

function firstLine(id: string, path: string): string {
  return textIn(id, path).split(/\r?\n/, 1)[0]!;
}

function textIn(id: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new FileError(`${id}: ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
