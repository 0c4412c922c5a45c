/**
 * Telegrams of a customer port that are ciphered, as Luxembourg's Smarty sends them: DLMS's general-glo-ciphering
 * under security suite 0 with a telegram inside, one message after the other and nothing between them. The second key
 * is the same for all meters of that country and stands in the port's specification; the first is the customer's own.
 */
import { concat } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";
import { CIPHERED, cipheredLength, type DlmsKeys, opened, TITLE_BYTES } from "#devices/dlms-push.ts";
import { pushedOf, readTelegram, TELEGRAM_BYTES_MAX } from "#devices/p1.ts";
import type { Pushed, PushReader } from "#devices/pushed-device.ts";

export class CipheredTelegramReader implements PushReader {
  readonly #keys: DlmsKeys | undefined;
  readonly #counters: Map<string, number>;
  #held: Uint8Array = new Uint8Array(0);
  /** Whether the bytes since the last telegram were told to be none. */
  #isLost = false;

  /** `counters` as for `DlmsReader`. */
  constructor(keys: DlmsKeys | undefined, counters: Map<string, number>) {
    this.#keys = keys;
    this.#counters = counters;
  }

  push(chunk: Uint8Array): readonly (Pushed | DeviceError)[] {
    const said: (Pushed | DeviceError)[] = [];
    let rest = concat(this.#held, chunk);
    for (;;) {
      const start = beginningIn(rest);
      rest = rest.subarray(start);
      const length = cipheredLength(rest);
      if (length === undefined || rest.length < length) break;
      try {
        said.push(pushedOf(readTelegram(opened(rest.subarray(0, length), this.#keys, this.#counters))));
        this.#isLost = false;
        rest = rest.subarray(length);
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        if (!this.#isLost) said.push(error);
        this.#isLost = true;
        // A wrong length swallows no telegram behind it.
        rest = rest.subarray(1);
      }
    }
    this.#held = rest.slice();
    return said;
  }
}

/** Where a message may begin that is no longer than a telegram; the end of the bytes where none does. */
function beginningIn(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== CIPHERED || (bytes[at + 1] ?? TITLE_BYTES) !== TITLE_BYTES) continue;
    const length = cipheredLength(bytes.subarray(at));
    if (length === undefined || length <= TELEGRAM_BYTES_MAX) return at;
  }
  return bytes.length;
}
