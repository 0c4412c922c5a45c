/**
 * Web push: a notice reaches a telephone whose app is closed, through the push service of its browser, which can read
 * nothing of it (RFC 8291) and knows that it comes from this platform (RFC 8292).
 *
 * The address of a subscription comes from a browser, so from anybody: only the push services of the browsers are
 * called, over TLS, and never an address inside.
 */
import webPush from "web-push";
import type { PushDevice } from "#wire/notice-schemas.ts";

/** Chromium, Firefox, Edge, Safari. */
export const PUSH_SERVICES: readonly string[] = [
  "fcm.googleapis.com",
  "updates.push.services.mozilla.com",
  "notify.windows.com",
  "push.apple.com",
];

/** A notice is of use for a day. */
const KEPT_S = 86_400;
const TIMEOUT_MS = 10_000;

export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export type PushOutcome = "sent" | "gone" | "failed";

export interface PushSenderOptions {
  readonly keys: PushKeys;
  /** Whom a push service may ask about this platform: an https or mailto address. */
  readonly contact: string;
  readonly services?: readonly string[];
  /** For tests with a push service of their own. */
  readonly agent?: import("node:https").Agent;
}

export class PushSender {
  readonly #options: PushSenderOptions;

  constructor(options: PushSenderOptions) {
    this.#options = options;
  }

  get publicKey(): string {
    return this.#options.keys.publicKey;
  }

  /** Whether a subscription leads to a push service. */
  takes(endpoint: string): boolean {
    const url = URL.parse(endpoint);
    if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
    const services = this.#options.services ?? PUSH_SERVICES;
    return services.some((name) => url.host === name || url.host.endsWith(`.${name}`));
  }

  /** "gone": the device wants no more, or the address leads nowhere; it is to be forgotten. */
  async send(device: PushDevice, message: object): Promise<PushOutcome> {
    if (!this.takes(device.endpoint)) return "gone";
    const { keys, contact, agent } = this.#options;
    try {
      await webPush.sendNotification(device, JSON.stringify(message), {
        vapidDetails: { subject: contact, ...keys },
        TTL: KEPT_S,
        urgency: "normal",
        timeout: TIMEOUT_MS,
        contentEncoding: "aes128gcm",
        ...(agent !== undefined && { agent }),
      });
      return "sent";
    } catch (error) {
      const status = (error as { statusCode?: number }).statusCode;
      return status === 404 || status === 410 || status === 400 ? "gone" : "failed";
    }
  }
}

export function madePushKeys(): PushKeys {
  return webPush.generateVAPIDKeys();
}
