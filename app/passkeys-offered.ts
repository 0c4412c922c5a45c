/** Whether this browser may offer passkeys, and how it can fail: without the curves that `passkey` brings along. */
import type { Outcome } from "./wallet.ts";

/** The person said no, no passkey fits, or the device has none. */
export class NoPasskeyError extends Error {
  override readonly name = "NoPasskeyError";
}

/** Passkeys belong to a host's name; an address in digits is none. */
export function passkeysOffered(): boolean {
  return "PublicKeyCredential" in globalThis && /[a-z]/i.test(location.hostname.split(".").at(-1)!);
}

/** The passkey was good, and the ledger did not take this device's key. */
export class DeviceNotRegisteredError extends Error {
  override readonly name = "DeviceNotRegisteredError";
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super("this device's key was not registered");
    this.outcome = outcome;
  }
}
