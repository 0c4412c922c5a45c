/**
 * How this device proves whose it is: it signs in with its key, enters a demo town as somebody, and keeps the key
 * ready that follows when pseudonyms are renewed. Apart from `session`, because a first look needs none of it; and
 * hashes, with the curves behind them, come only where something is signed.
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { ProblemError } from "#wire/client.ts";
import type { Session } from "#wire/schemas.ts";
import {
  type DeviceKey,
  deviceKey,
  followNextKey,
  forgetDeviceKey,
  nextDeviceKey,
  useKeyOf,
} from "./device-key.ts";
import { platform } from "./platform.ts";
import { beginAnew, community, knownCommunity } from "./session.ts";

/**
 * Signs this device in with its key, or, where pseudonyms were renewed while it was away, with the key that followed.
 * Fails as the platform refuses: an unknown key, an expired challenge.
 */
export async function signIn(): Promise<Session> {
  try {
    return await signInWith(await deviceKey());
  } catch (error) {
    if (!(error instanceof ProblemError && error.problem.code === "device_unknown")) throw error;
    const value = await signInWith(await nextDeviceKey()).catch(() => {
      throw error;
    });
    await followNextKey();
    return value;
  }
}

async function signInWith(key: DeviceKey): Promise<Session> {
  const publicKey = toHex(key.publicKey);
  const [{ chain }, { signInHash }] = await Promise.all([knownCommunity(), import("#wire/sign-in.ts")]);
  const { challenge } = await platform.call("POST /v1/session/challenge", { body: { publicKey } });
  const signature = toHex(await key.sign(signInHash(chain, fromHex(challenge)!)));
  const value = await platform.call("POST /v1/session", { body: { publicKey, challenge, signature } });
  beginAnew(value);
  return value;
}

/** Demo town: makes this device a key of that identity, then signs in with it. */
export async function enterAs(identity: string): Promise<Session> {
  const { chain } = community() ?? (await platform.call("GET /v1/community"));
  const before = useKeyOf(`${chain} ${identity}`);
  try {
    try {
      return await enterWith(identity);
    } catch (error) {
      // Pseudonyms were renewed meanwhile: the key that followed is registered, or this one is nobody's any more.
      if (!(error instanceof ProblemError && error.problem.code === "key_already_registered")) throw error;
      const value = await signIn().catch(() => undefined);
      if (value !== undefined) return value;
      await forgetDeviceKey();
      return await enterWith(identity);
    }
  } catch (error) {
    // Whoever was here still is, and signs with their own key.
    useKeyOf(before);
    throw error;
  }
}

async function enterWith(identity: string): Promise<Session> {
  const { publicKey } = await deviceKey();
  await platform.call("POST /v1/demo/enter", { body: { identity, publicKey: toHex(publicKey) } });
  return await signIn();
}

/**
 * Pseudonyms were renewed while this device looked on, or it had none named yet: the key that the session stands
 * for now becomes the one in use, and the platform is told which one follows it. Tried again at the next visit.
 */
export async function keepNextKey({ key, role }: Session): Promise<void> {
  if (role !== "citizen") return;
  try {
    if (toHex((await deviceKey()).publicKey) !== key) {
      if (toHex((await nextDeviceKey()).publicKey) !== key) return;
      await followNextKey();
    }
    await offerNextKey();
  } catch {
    // The screen of keys says which ones have none.
  }
}

/** Names the next key to the platform, in a letter that both keys sign. */
async function offerNextKey(): Promise<void> {
  const [key, next, known] = await Promise.all([deviceKey(), nextDeviceKey(), knownCommunity()]);
  const [publicKey, nextKey] = [toHex(key.publicKey), toHex(next.publicKey)];
  const { keys } = await platform.call("GET /v1/account/keys");
  const named = keys.find((one) => one.publicKey === publicKey);
  if (named === undefined || named.next === nextKey) return;
  const { nextKeyHash } = await import("#wire/next-key.ts");
  const letter = nextKeyHash({ chain: known.chain, key: key.publicKey, next: next.publicKey });
  const [signature, proof] = [toHex(await key.sign(letter)), toHex(await next.sign(letter))];
  await platform.call("POST /v1/account/next-keys", { body: { publicKey, nextKey, signature, proof } });
}
