/**
 * The key of this device: an Ed25519 pair made by WebCrypto whose private half cannot be exported, kept in
 * IndexedDB. It signs in and signs transactions; the ledger knows its public half as one of a member's keys.
 * Storage can be cleared, so it is never a member's only way back (recovery comes with passkeys).
 *
 * A key belongs to one member for good. A real community's device has one; in a demo town, where one device enters
 * as many people, each of them has a key of its own on it, and the one in use is remembered.
 *
 * Beside it lies the *next key*: when pseudonyms are renewed, it takes the other's place, which then is nobody's.
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
/** Names the key in use, across visits. */
const IN_USE = "contrada:key";
const ONLY = "device";

let opened: { readonly name: string; readonly key: Promise<DeviceKey> } | undefined;

/** The key in use, made on first use. One promise per page, so that two callers never make two keys. */
export function deviceKey(): Promise<DeviceKey> {
  const name = nameInUse();
  if (opened?.name !== name) {
    const key = open(name).catch((cause) => {
      opened = undefined;
      throw new NoDeviceKeyError("this browser could not keep a signing key", { cause });
    });
    opened = { name, key };
  }
  return opened.key;
}

/** From now on the device signs with the key of that name; returns the name of the one it signed with before. */
export function useKeyOf(name: string): string {
  const before = nameInUse();
  localStorage.setItem(IN_USE, name);
  return before;
}

/** The key that takes the place of the one in use when pseudonyms are renewed; made on first asking. */
export function nextDeviceKey(): Promise<DeviceKey> {
  return open(nextOf(nameInUse()));
}

/** The next key takes its place; the one that was in use is forgotten. False where there is no next one. */
export async function followNextKey(): Promise<boolean> {
  const name = nameInUse();
  const database = await openDatabase();
  // One transaction: either both have moved or none.
  const store = database.transaction(STORE, "readwrite").objectStore(STORE);
  const pair = await request(store.get(nextOf(name)) as IDBRequest<CryptoKeyPair | undefined>);
  if (pair !== undefined) {
    await request(store.put(pair, name));
    await request(store.delete(nextOf(name)));
  }
  database.close();
  opened = undefined;
  return pair !== undefined;
}

/** Forgets the key in use: it is nobody's any more, and another one is made on next asking. */
export async function forgetDeviceKey(): Promise<void> {
  const database = await openDatabase();
  const store = database.transaction(STORE, "readwrite").objectStore(STORE);
  await request(store.delete(nameInUse()));
  database.close();
  opened = undefined;
}

function nextOf(name: string): string {
  return `${name} next`;
}

function nameInUse(): string {
  return localStorage.getItem(IN_USE) ?? ONLY;
}

async function open(name: string): Promise<DeviceKey> {
  const database = await openDatabase();
  const read = () =>
    request(
      database.transaction(STORE).objectStore(STORE).get(name) as IDBRequest<CryptoKeyPair | undefined>,
    );
  let pair = await read();
  if (pair === undefined) {
    const made = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    // `add` fails where another tab was faster; that tab's key is then the device's key.
    await request(database.transaction(STORE, "readwrite").objectStore(STORE).add(made, name)).catch(
      () => undefined,
    );
    pair = (await read())!;
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
