/**
 * How a gateway comes to be one of a community: with a code that a person typed or scanned, keys made here, and the
 * certificate that the platform signs for it; and its next certificate, asked for with the one that stands.
 *
 * The code travels over TLS, or to this very machine; over anything else whoever listens could use it first. Where the
 * fingerprint of the community's authority came with the code (a QR code has it), the answer must be of that one.
 */
import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { fromHex, toHex } from "#base/bytes.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import {
  type EnrolledGateway,
  enrolmentHash,
  type RenewedCertificate,
  renewalBytes,
} from "#wire/gateway-schemas.ts";
import {
  type Identity,
  meterKeyOf,
  newIdentityKeys,
  newMeterSeed,
  privateKeyPem,
  requestOf,
} from "./identity.ts";

/** Why there is no enrolment; the message says what to do. `code` is the platform's problem, where it is one. */
export class EnrolmentError extends Error {
  override readonly name = "EnrolmentError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface Invitation {
  /** Of the platform, without a slash at the end. */
  readonly url: string;
  readonly code: string;
  /** SHA-256 of the authority's certificate, hexadecimal, where it is known. */
  readonly fingerprint?: string;
}

/** What a QR code holds, `contrada:enrol?url=…&code=…&ca=…`; `undefined` where it is something else. */
export function readInvitation(link: string): Invitation | undefined {
  let url: URL;
  try {
    url = new URL(link);
  } catch {
    return undefined;
  }
  const [platform, code, ca] = ["url", "code", "ca"].map((name) => url.searchParams.get(name));
  if (url.protocol !== "contrada:" || !platform || !code) return undefined;
  return { url: platform, code, ...(ca ? { fingerprint: ca } : {}) };
}

export interface EnrolOptions {
  readonly version: string;
  /** Whether a code may travel unencrypted to another machine: for a test network only. */
  readonly plain?: boolean;
  /** Of a meter that the chain knows already and that moves into this box, hexadecimal. */
  readonly meterSeed?: string;
  /** Unix seconds. */
  readonly wallNow?: () => number;
}

const wall = () => Math.floor(Date.now() / 1000);

/**
 * A new identity. Fails with `EnrolmentError`: address_unfit, not_encrypted, no_route, name_differs, not_trusted,
 * other_authority, answer_unfit, or what the platform refuses.
 */
export async function enrol(invitation: Invitation, options: EnrolOptions): Promise<Identity> {
  const { url, code, fingerprint } = invitation;
  const { version, plain = false, wallNow = wall } = options;
  checkAddress(url, plain);
  const keys = await newIdentityKeys();
  const [meterSeed, nextMeterSeed] = [options.meterSeed ?? newMeterSeed(), newMeterSeed()];
  const [request, time] = [await requestOf(keys), wallNow()];
  const proof = toHex(signerFromSeed(fromHex(meterSeed)!).sign(enrolmentHash({ code, request, time })));
  const meterKey = meterKeyOf(meterSeed);
  const answer = await post<EnrolledGateway>(`${url}/v1/gateways`, {
    ...{ code, request, meterKey, proof, time, version },
  });
  const { gateway, home, chain, trust, certificate, root, broker } = answer;
  checkAnswer(certificate, root, gateway, fingerprint);
  return {
    enrolled: { gateway, home, chain, url, broker, root, trust, enrolledAt: time },
    key: await privateKeyPem(keys),
    certificate,
    meterSeed,
    nextMeterSeed,
  };
}

/** The same identity with its next certificate, of a new key. Fails with `EnrolmentError`. */
export async function renewCertificate(
  identity: Identity,
  { wallNow = wall }: Pick<EnrolOptions, "wallNow"> = {},
): Promise<Identity> {
  const { enrolled, key } = identity;
  const { gateway, url, root } = enrolled;
  const keys = await newIdentityKeys();
  const [request, time] = [await requestOf(keys), wallNow()];
  const signature = toHex(
    Uint8Array.from(
      sign("sha256", renewalBytes({ gateway, request, time }), {
        key: createPrivateKey(key),
        dsaEncoding: "ieee-p1363",
      }),
    ),
  );
  const answer = await post<RenewedCertificate>(`${url}/v1/gateways/${gateway}/certificate`, {
    ...{ request, time, signature },
  });
  checkAnswer(answer.certificate, root, gateway, undefined);
  return {
    ...identity,
    enrolled: { ...enrolled, broker: answer.broker },
    key: await privateKeyPem(keys),
    certificate: answer.certificate,
  };
}

function checkAddress(url: string, plain: boolean): void {
  let address: URL;
  try {
    address = new URL(url);
  } catch (cause) {
    throw new EnrolmentError("address_unfit", `"${url}" is no address like https://contrada.example.`, {
      cause,
    });
  }
  if (address.protocol === "https:" || plain) return;
  const name = address.hostname.replace(/^\[|\]$/g, "");
  const isHere = name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
  if (address.protocol === "http:" && isHere) return;
  throw new EnrolmentError(
    "not_encrypted",
    `Over ${address.protocol.replace(":", "")} anybody on the way could use the code first. Use the platform's https address; on a network of your own --plain allows it.`,
  );
}

/** The certificate is of the authority that was named, and for this gateway. */
function checkAnswer(
  certificate: string,
  root: string,
  gateway: string,
  fingerprint: string | undefined,
): void {
  let own: X509Certificate;
  let authority: X509Certificate;
  try {
    [own, authority] = [new X509Certificate(certificate), new X509Certificate(root)];
  } catch (cause) {
    throw new EnrolmentError(
      "answer_unfit",
      "The platform's answer holds no certificate. Update both sides.",
      { cause },
    );
  }
  const found = authority.fingerprint256.replaceAll(":", "").toLowerCase();
  if (fingerprint !== undefined && found !== fingerprint.toLowerCase()) {
    throw new EnrolmentError(
      "other_authority",
      "The answer is of another community than the code: somebody stands in between, or the code is old. Nothing was kept. Ask for a new code.",
    );
  }
  if (!own.checkIssued(authority) || !own.verify(authority.publicKey) || own.subject !== `CN=${gateway}`) {
    throw new EnrolmentError(
      "answer_unfit",
      "The certificate in the answer is not by the community's authority for this gateway. Nothing was kept.",
    );
  }
}

async function post<T>(address: string, body: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    });
  } catch (cause) {
    throw routeProblem(address, cause);
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof answer === "object" && answer !== null) return answer as T;
  const { code, detail } = (answer ?? {}) as { readonly code?: string; readonly detail?: string };
  if (code === undefined) {
    throw new EnrolmentError(
      "answer_unfit",
      `${address} answers with ${response.status}: is that the platform?`,
    );
  }
  throw new EnrolmentError(code, detail ?? code);
}

function routeProblem(address: string, cause: unknown): EnrolmentError {
  const inner = (cause as { cause?: NodeJS.ErrnoException }).cause;
  const code = inner?.code ?? "";
  const { host } = new URL(address);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return new EnrolmentError(
      "name_differs",
      `The certificate of ${host} is for another name: check the address.`,
      { cause },
    );
  }
  if (code === "CERT_NOT_YET_VALID" || code === "CERT_HAS_EXPIRED") {
    return new EnrolmentError(
      "clock_wrong",
      `The certificate of ${host} is not of this time: is this gateway's clock right (date)?`,
      { cause },
    );
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return new EnrolmentError(
      "not_trusted",
      `Nobody whom this machine trusts vouches for ${host} (${code}).`,
      { cause },
    );
  }
  return new EnrolmentError(
    "no_route",
    `There is no way to ${host} (${code || (cause as Error).message}): is this gateway on the network, and is the address right?`,
    { cause },
  );
}
