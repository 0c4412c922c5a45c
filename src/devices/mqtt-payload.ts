/** Values in MQTT payloads, as templates find them: a plain number, a word, or a field of JSON. */
import { fromUtf8 } from "#base/bytes.ts";
import type { MessageSource } from "#devices/template.ts";

/** No device's status is longer. */
const PAYLOAD_BYTES_MAX = 65_536;

/**
 * The raw value that a payload has for a source. `undefined` where it has none: another message on the same topic,
 * or a word that the template does not know. "malformed" where it is not what its topic should carry.
 */
export function payloadValue(payload: Uint8Array, source: MessageSource): number | undefined | "malformed" {
  const text = payload.length > PAYLOAD_BYTES_MAX ? undefined : fromUtf8(payload);
  if (text === undefined) return "malformed";
  if (source.field === undefined) return rawOf(text.trim(), source);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "malformed";
  }
  for (const name of source.field.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return rawOf(value, source);
}

function rawOf(value: unknown, { words }: MessageSource): number | undefined | "malformed" {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  if (value === null) return undefined;
  if (typeof value !== "string") return "malformed";
  if (words !== undefined) return Object.hasOwn(words, value) ? words[value] : undefined;
  return /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value) ? Number(value) : "malformed";
}

/** What stands for a device in its template's topics and payloads. */
export interface TopicParts {
  readonly device: string;
  /** Of another device at the broker that measures it; the device's own where nothing is said. */
  readonly meter: string;
}

/** A topic or payload of a template with the device's parts put in. */
export function filled(text: string, { device, meter }: TopicParts): string {
  return text.replaceAll("{device}", device).replaceAll("{meter}", meter);
}

/** What is published for a setpoint. `undefined` where the template has no payload for this value. */
export function stepPayload(
  step: {
    readonly payload?: string;
    readonly words?: Readonly<Record<string, string>>;
    readonly scale?: number;
  },
  value: number,
  parts: TopicParts,
): string | undefined {
  const raw = String(value * (step.scale ?? 1));
  if (step.words !== undefined && !Object.hasOwn(step.words, raw)) return undefined;
  const word = step.words?.[raw] ?? raw;
  return filled(step.payload ?? "{value}", parts).replaceAll("{value}", word);
}
