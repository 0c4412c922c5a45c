/**
 * The key of this device: an Ed25519 pair made by WebCrypto whose private half cannot be exported, kept in
 * IndexedDB. It signs in and signs transactions; the ledger knows its public half as one of a member's keys.
 * Storage can be cleared, so it is never a member's only way back (recovery comes with passkeys).
 */
export interface DeviceKey {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** This browser cannot keep a key (an old engine, or private browsing without IndexedDB). */
export class NoDeviceKeyError extends Error {
  override readonly name = "NoDeviceKeyError";
}

const DATABASE = "contrada";
const STORE = "keys";
const ID = "device";

let key: Promise<DeviceKey> | undefined;

/** The device's key, made on first use. One promise per page, so that two callers never make two keys. */
export function deviceKey(): Promise<DeviceKey> {
  return (key ??= open().catch((cause) => {
    key = undefined;
    throw new NoDeviceKeyError("this browser could not keep a signing key", { cause });
  }));
}

async function open(): Promise<DeviceKey> {
  const database = await openDatabase();
  let pair = await request<CryptoKeyPair | undefined>(
    database.transaction(STORE).objectStore(STORE).get(ID) as IDBRequest<CryptoKeyPair | undefined>,
  );
  if (pair === undefined) {
    const made = (await crypto.subtle.generateKey({ name: "Ed25519" }, false, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    // `add` fails where another tab was faster; that tab's key is then the device's key.
    await request(database.transaction(STORE, "readwrite").objectStore(STORE).add(made, ID)).catch(
      () => undefined,
    );
    pair = (await request(
      database.transaction(STORE).objectStore(STORE).get(ID) as IDBRequest<CryptoKeyPair | undefined>,
    ))!;
  }
  database.close();
  const { privateKey, publicKey } = pair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  return {
    publicKey: raw,
    async sign(message) {
      return new Uint8Array(
        await crypto.subtle.sign({ name: "Ed25519" }, privateKey, new Uint8Array(message)),
      );
    },
  };
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return request(opening);
}

function request<T>(one: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    one.onsuccess = () => resolve(one.result);
    one.onerror = (event) => {
      event.preventDefault();
      reject(one.error);
    };
  });
}
