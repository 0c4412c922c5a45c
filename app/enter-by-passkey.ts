/**
 * Entering on a device that the ledger does not know yet, by a passkey that it does: the passkey signs in, and
 * then makes the device's own key one of the member's, so that everyday transactions need no passkey.
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { registerMemberKey } from "#chain/transactions.ts";
import type { Session } from "#wire/schemas.ts";
import { signInHash } from "#wire/sign-in.ts";
import { deviceKey, useKeyOf } from "./device-key.ts";
import { signWithPasskey } from "./passkey.ts";
import { DeviceNotRegisteredError } from "./passkeys-offered.ts";
import { platform } from "./platform.ts";
import { community } from "./session.ts";
import { signIn } from "./sign-in.ts";
import { createWallet } from "./wallet.ts";

/** Throws `NoPasskeyError`, `DeviceNotRegisteredError`, and as the platform refuses. */
export async function enterByPasskey(): Promise<Session> {
  const { chain, parameters } = community() ?? (await platform.call("GET /v1/community"));
  const { challenge } = await platform.call("POST /v1/session/challenge", { body: {} });
  const { signature, member } = await signWithPasskey(chain, signInHash(chain, fromHex(challenge)!));
  await platform.call("POST /v1/session", { body: { member, challenge, signature: toHex(signature) } });
  const before = useKeyOf(`${chain} member ${member}`);
  try {
    await registerThisDevice(chain, parameters.maxExpiryAhead);
    await platform.call("DELETE /v1/session");
    return await signIn();
  } catch (error) {
    useKeyOf(before);
    await platform.call("DELETE /v1/session").catch(() => undefined);
    throw error;
  }
}

async function registerThisDevice(chain: string, maxExpiryAhead: number): Promise<void> {
  const { publicKey } = await deviceKey();
  const { keys } = await platform.call("GET /v1/account/keys");
  if (keys.some((one) => one.publicKey === toHex(publicKey))) return;
  const passkey = {
    publicKey: fromHex(keys.find(({ inUse }) => inUse)!.publicKey)!,
    sign: async (hash: Uint8Array) => (await signWithPasskey(chain, hash)).signature,
  };
  const wallet = createWallet({ client: platform, key: async () => passkey, chain, maxExpiryAhead });
  const outcome = await wallet.send(await wallet.prepare(registerMemberKey, { key: publicKey }));
  if (outcome.kind !== "committed") throw new DeviceNotRegisteredError(outcome);
}
