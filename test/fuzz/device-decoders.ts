/**
 * What reads a device's bytes: telegrams, SunSpec models, DLMS frames, MQTT payloads, and the files that an installer
 * writes. Devices have many spellings of one thing, so what is accepted is held to this instead of to its bytes:
 * written by us and read again it is the same.
 */
import { isDeepStrictEqual } from "node:util";
import { concat, fromHex, fromUtf8, utf8 } from "#base/bytes.ts";
import { FileError } from "#devices/checked-json.ts";
import { DeviceError } from "#devices/device.ts";
import {
  decodeGetAnswer,
  decodeHdlc,
  decodeNotification,
  decodeWrapper,
  encipher,
  encodeGet,
  encodeHdlc,
  encodeWrapper,
} from "#devices/dlms.ts";
import { DlmsReader } from "#devices/dlms-push.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { payloadValue } from "#devices/mqtt-payload.ts";
import { readTelegram, TelegramReader, writeTelegram } from "#devices/p1.ts";
import { CipheredTelegramReader } from "#devices/p1-ciphered.ts";
import { decodeModel, encodeModel } from "#devices/sunspec-codec.ts";
import type { ModelDefinition } from "#devices/sunspec-definition.ts";
import { SUNSPEC_MODELS } from "#devices/sunspec-models.ts";
import { readTemplate } from "#devices/template.ts";
import { builtInTemplate, builtInTemplateNames } from "#devices/template-shelf.ts";
import type { Decoder } from "./decoders.ts";

/** The bytes where `read` accepts them; `undefined` where it refuses in its own words. */
function decoder(
  name: string,
  seeds: readonly Uint8Array[],
  read: (bytes: Uint8Array) => unknown,
  oneOf = 10,
): Decoder {
  const longest = seeds.reduce((most, { length }) => Math.max(most, length), 0);
  return {
    name,
    seeds,
    maxBytes: longest + 200,
    oneOf,
    read(bytes) {
      try {
        return read(bytes) === undefined ? undefined : bytes;
      } catch (error) {
        if (error instanceof DeviceError || error instanceof FileError) return undefined;
        throw error;
      }
    },
  };
}

function held<T>(value: T, again: T): T {
  if (!isDeepStrictEqual(again, value)) throw new Error("written and read again it is another");
  return value;
}

const TELEGRAM = writeTelegram({
  identification: "CTR5 of a test",
  objects: new Map([
    ["1-3:0.2.8", [["50"]]],
    ["0-0:1.0.0", [["261025023000W"]]],
    ["1-0:1.8.1", [["000004.426*kWh"]]],
    ["0-1:24.2.1", [["261025023000W", "00000.107*m3"]]],
  ]),
});

function modelDecoders(): Decoder[] {
  return (Object.values(SUNSPEC_MODELS) as ModelDefinition[]).map((model) => {
    const empty = encodeModel(model, {});
    const counted = encodeModel(model, { NCrv: 2, NPt: 3, NPrt: 2 } as never);
    return decoder(
      `devices/sunspec-codec model ${model.id}`,
      [empty, counted],
      (bytes) => {
        const values = decodeModel(model, bytes);
        let words: Uint8Array;
        try {
          words = encodeModel(model, values);
        } catch (error) {
          // A raw number whose scale factor makes it too coarse to come back is not ours to write.
          if (error instanceof DeviceError && error.problem === "out_of_range") return values;
          throw error;
        }
        const { ID: _, L: __, ...rest } = decodeModel(model, words) as Record<string, unknown>;
        const { ID: ___, L: ____, ...first } = values as Record<string, unknown>;
        const isShort = bytes.length < words.length;
        return isShort ? values : held(first, rest);
      },
      50,
    );
  });
}

const FRAME = encodeHdlc({
  destination: { logical: 1, physical: 17 },
  source: { logical: 16 },
  control: 0x10,
  isSegmented: false,
  information: encodeGet({ class: 3, object: "1.0.1.8.0.255", attribute: 2 }),
});
const PUSHED = fromHex(
  "0f00000001000205" + "09060100010800ff" + "0612345678" + "10fffb" + "0a024142" + "00",
)!;

/** Of one frame in two segments, and of one ciphered message in the wrapper. */
const STREAM = [0, 20]
  .map((at) =>
    encodeHdlc({
      destination: { logical: 16 },
      source: { logical: 1, physical: 17 },
      control: 0x13,
      isSegmented: at === 0,
      information: concat(Uint8Array.of(0xe6, 0xe7, 0), PUSHED).slice(at, at === 0 ? 20 : undefined),
    }),
  )
  .reduce((before, frame) => concat(before, frame));
const KEYS = { encryptionKey: new Uint8Array(16), authenticationKey: new Uint8Array(16) };
const SENDER = utf8("CTR00001");
const CIPHERED = encodeWrapper({
  source: 1,
  destination: 102,
  apdu: concat(
    Uint8Array.of(0xdb, 8),
    SENDER,
    Uint8Array.of(PUSHED.length + 17, 0x30, 0, 0, 0, 1),
    encipher(PUSHED, { ...KEYS, systemTitle: SENDER, invocationCounter: 1 }),
  ),
});

const SEALED_BODY = encipher(TELEGRAM, { ...KEYS, systemTitle: SENDER, invocationCounter: 1 });
const SEALED = concat(
  Uint8Array.of(0xdb, 8),
  SENDER,
  Uint8Array.of(0x82, 0, SEALED_BODY.length + 5, 0x30, 0, 0, 0, 1),
  SEALED_BODY,
);

export function deviceDecoders(): Decoder[] {
  return [
    decoder("devices/p1 readTelegram", [TELEGRAM], (bytes) => {
      const telegram = readTelegram(bytes);
      return held(telegram, readTelegram(writeTelegram(telegram)));
    }),
    decoder("devices/p1 TelegramReader", [concat(Uint8Array.of(7), TELEGRAM, TELEGRAM)], (bytes) => {
      const reader = new TelegramReader();
      const piece = 1 + (bytes[0] ?? 0);
      const telegrams: Uint8Array[] = [];
      for (let at = 1; at < bytes.length; at += piece)
        telegrams.push(...reader.push(bytes.subarray(at, at + piece)));
      return telegrams.length > 0 ? telegrams : undefined;
    }),
    ...modelDecoders(),
    decoder("devices/dlms decodeHdlc", [FRAME], (bytes) => {
      const frame = decodeHdlc(bytes);
      return held(frame, decodeHdlc(encodeHdlc(frame)));
    }),
    decoder(
      "devices/dlms decodeWrapper",
      [encodeWrapper({ source: 16, destination: 1, apdu: PUSHED })],
      (bytes) => {
        const message = decodeWrapper(bytes);
        return message && held(message, decodeWrapper(encodeWrapper(message))!);
      },
    ),
    decoder("devices/dlms decodeGetAnswer", [fromHex("c401c1000600001391")!], (bytes) => [
      decodeGetAnswer(bytes),
    ]),
    decoder("devices/dlms decodeNotification", [PUSHED], decodeNotification),
    decoder(
      "devices/dlms-push DlmsReader",
      [STREAM, CIPHERED].map((bytes) => concat(Uint8Array.of(30), bytes, bytes)),
      (bytes) => {
        const reader = new DlmsReader(KEYS, new Map());
        const piece = 1 + (bytes[0] ?? 0);
        const said: unknown[] = [];
        for (let at = 1; at < bytes.length; at += piece) {
          said.push(
            ...reader.push(bytes.subarray(at, at + piece)).filter((one) => !(one instanceof DeviceError)),
          );
        }
        return said.length > 0 ? said : undefined;
      },
    ),
    decoder("devices/p1-ciphered CipheredTelegramReader", [concat(SEALED, SEALED)], (bytes) => {
      const said = new CipheredTelegramReader(KEYS, new Map())
        .push(bytes)
        .filter((one) => !(one instanceof DeviceError));
      return said.length > 0 ? said : undefined;
    }),
    decoder("devices/mqtt-payload payloadValue", [utf8('{"aenergy":{"total":1234.5}}')], (bytes) => {
      const value = payloadValue(bytes, { topic: "t", field: "aenergy.total" });
      return value === "malformed" ? undefined : [value];
    }),
    decoder(
      "devices/template readTemplate",
      builtInTemplateNames().map((name) => utf8(JSON.stringify(builtInTemplate(name)))),
      (bytes) => {
        const template = readTemplate("a template", fromUtf8(bytes) ?? "");
        return held(template, readTemplate("a template", JSON.stringify(template)));
      },
      50,
    ),
    decoder(
      "devices/equipment equipmentOf",
      [
        utf8(
          '{"devices":[{"id":"plug","template":"mqtt-plug","address":"mqtt://h/p","options":{"timeoutMs":500}}]}',
        ),
      ],
      (bytes) => equipmentOf("devices.json", fromUtf8(bytes) ?? "", "/nowhere"),
      50,
    ),
  ];
}
