/**
 * Passkeys: a signing key that the phone or a security key keeps, that asks for a finger or a PIN each time, and
 * that most systems carry over to the owner's next device. It is one of a member's keys like any other, P-256,
 * and what it signs is an assertion (`crypto/passkey`).
 *
 * Signing in needs no member's number: the passkey brings it along as its user handle. Everyday transactions are
 * signed by the device's own key; the passkey's first act on a new device is to register that one.
 */
import { fromUtf8, utf8 } from "#base/bytes.ts";
import { compressedKey, rawFromDer } from "#crypto/p256.ts";
import { encodeAssertion } from "#crypto/passkey.ts";
import { NoPasskeyError } from "./passkeys-offered.ts";

export interface PasskeyOwner {
  readonly chain: string;
  readonly member: number;
  readonly name: string;
  readonly community: string;
}

const ES256 = -7;

/** Makes one; returns its public key. Throws `NoPasskeyError`. */
export async function makePasskey({ chain, member, name, community }: PasskeyOwner): Promise<Uint8Array> {
  const label = `${name} · ${community}`;
  const credential = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rp: { name: "Contrada", id: location.hostname },
        user: { id: new Uint8Array(utf8(`${chain} ${member}`)), name: label, displayName: label },
        pubKeyCredParams: [{ type: "public-key", alg: ES256 }],
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        attestation: "none",
      },
    }),
  );
  const { response } = credential as PublicKeyCredential & { response: AuthenticatorAttestationResponse };
  // The key's outer form (RFC 5480) ends with the point 0x04 ‖ x ‖ y.
  const spki = response.getPublicKey();
  const key = spki === null ? undefined : compressedKey(new Uint8Array(spki).slice(-65));
  if (key === undefined) throw new NoPasskeyError("the new passkey is not of a kind that the ledger takes");
  return key;
}

export interface PasskeySignature {
  /** As the ledger takes it. */
  readonly signature: Uint8Array;
  /** Whose passkey it was. */
  readonly member: number;
}

/** Signs 32 bytes with a passkey that the person picks. Throws `NoPasskeyError`. */
export async function signWithPasskey(chain: string, hash: Uint8Array): Promise<PasskeySignature> {
  const credential = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: new Uint8Array(hash),
        rpId: location.hostname,
        userVerification: "required",
      },
    }),
  );
  const { response } = credential as PublicKeyCredential & { response: AuthenticatorAssertionResponse };
  const signature = rawFromDer(new Uint8Array(response.signature));
  const member = memberOf(chain, response.userHandle);
  if (signature === undefined || member === undefined) {
    throw new NoPasskeyError("that passkey is not one of this community");
  }
  const authenticatorData = new Uint8Array(response.authenticatorData);
  const clientDataJson = new Uint8Array(response.clientDataJSON);
  return { signature: encodeAssertion({ authenticatorData, clientDataJson, signature }), member };
}

function memberOf(chain: string, handle: ArrayBuffer | null): number | undefined {
  const text = handle === null ? undefined : fromUtf8(new Uint8Array(handle));
  const number = text?.startsWith(`${chain} `) ? Number(text.slice(chain.length + 1)) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

async function asked(ask: () => Promise<Credential | null>): Promise<Credential> {
  const credential = await ask().catch((cause: unknown) => {
    throw new NoPasskeyError("no passkey was used", { cause });
  });
  if (credential === null) throw new NoPasskeyError("no passkey was used");
  return credential;
}
