/**
 * How a gateway becomes one: by a code that its home's owner or the operator was shown once, a certificate request
 * and a meter key of its own making; and how it goes on: by its own signature, before its certificate ends and for a
 * while after.
 *
 * A code has 20 characters of Crockford's alphabet, 100 bits: four name it, sixteen are its secret (80 bits), of
 * which only a hash is kept. It counts for an hour, for one gateway, and dies after five wrong secrets. Whoever asks
 * too often from one place waits. The same request again, by whom the answer did not reach, gets the same answer:
 * it is of use only to who holds the key in it.
 */
import { createHash, createPublicKey, randomBytes, timingSafeEqual, verify } from "node:crypto";
import { equalBytes, fromHex, toHex, utf8 } from "#base/bytes.ts";
import { keyProblem, verifySignature } from "#crypto/keys.ts";
import {
  type EnrolGateway,
  enrolmentHash,
  type RenewCertificate,
  renewalBytes,
} from "#wire/gateway-schemas.ts";
import { Refused } from "../problems.ts";
import { type CertificateAuthority, type Issued, RequestError, readRequest } from "./authority.ts";
import {
  type CertificateRow,
  type CodeRow,
  EARLIER_RENEWAL_S,
  type GatewayRegistry,
  type GatewayRow,
  LATE_RENEWAL_S,
} from "./registry.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_LENGTH = 4;
const CODE_LENGTH = 20;
export const CODE_VALID_S = 3_600;
export const WRONG_SECRETS_MAX = 5;
/** How far a gateway's clock may be off, s. */
export const CLOCK_TOLERANCE_S = 600;
/** Wrong codes from one place and from everywhere, within `TRIES_S`. */
const TRIES_OF_ONE_MAX = 10;
const TRIES_OF_ALL_MAX = 200;
const TRIES_S = 900;

interface Options {
  readonly registry: GatewayRegistry;
  readonly authority: CertificateAuthority;
  readonly chain: string;
  /** Wall clock, Unix seconds. */
  readonly wallNow: () => number;
  /** Of certificates. */
  readonly validDays: number;
}

export class Enrolment {
  readonly #options: Options;
  #tries: { readonly from: string; readonly at: number }[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  /** A code for a home, to be shown this once. Codes made before for it that nobody used are void. */
  newCode(home: number): { readonly code: string; readonly expiresAt: number } {
    const { registry, wallNow } = this.#options;
    const created = wallNow();
    let characters = drawn(CODE_LENGTH);
    while (registry.code(characters.slice(0, ID_LENGTH)) !== undefined) characters = drawn(CODE_LENGTH);
    const [id, secret] = [characters.slice(0, ID_LENGTH), characters.slice(ID_LENGTH)];
    const expiresAt = created + CODE_VALID_S;
    registry.addCode({ id, secretHash: secretHash(secret), home, created, expires: expiresAt });
    return { code: characters.replace(/(.{4})(?!$)/g, "$1-"), expiresAt };
  }

  /**
   * Takes a gateway in. Refused, in this order: too_many_tries, code_wrong, code_expired, code_used, clock_wrong,
   * meter_key_unfit, signature_wrong, certificate_request_unfit.
   */
  async enrol(
    request: EnrolGateway,
    from: string,
  ): Promise<{
    readonly gateway: GatewayRow;
    readonly certificate: Pick<CertificateRow, "pem" | "expires">;
  }> {
    const { registry, authority, wallNow, validDays } = this.#options;
    const now = wallNow();
    const code = this.#codeOf(request.code, from, now);
    const requestHash = sha256(utf8(`${request.meterKey} ${request.request}`));
    if (code.gateway !== null) return this.#again(code, requestHash);
    this.#checkClock(request.time, now);
    const meterKey = fromHex(request.meterKey)!;
    if (keyProblem(meterKey) !== undefined) throw new Refused("meter_key_unfit");
    if (!verifySignature(meterKey, enrolmentHash(request), fromHex(request.proof)!)) {
      throw new Refused(
        "signature_wrong",
        "The proof is not by the meter's key over this enrolment. Nothing was enrolled. Sign code, time and request with it.",
      );
    }
    const { raw } = await refusing(readRequest(request.request));
    const name = toHex(Uint8Array.from(randomBytes(8)));
    const issued = await refusing(authority.signRequest(request.request, name, validDays));
    // While it was signed another one may have come by the same code.
    const used = registry.code(code.id);
    if (used === undefined || used.gateway !== null) throw new Refused("code_used");
    const certificate = rowOf(issued, name, raw, now);
    const gateway = { name, home: code.home, meterKey, version: request.version, enrolled: now };
    registry.enrol({ id: code.id, requestHash }, gateway, certificate);
    return { gateway: registry.gateway(name)!, certificate };
  }

  /**
   * The next certificate of a gateway. Refused, in this order: gateway_unknown, gateway_revoked, clock_wrong,
   * signature_wrong (by none of its certificates that may still be followed), certificate_request_unfit.
   */
  async renew(name: string, request: RenewCertificate): Promise<Pick<CertificateRow, "pem" | "expires">> {
    const { registry, authority, wallNow, validDays } = this.#options;
    const now = wallNow();
    const gateway = registry.gateway(name);
    if (gateway === undefined) throw new Refused("gateway_unknown");
    if (gateway.revoked !== null) throw new Refused("gateway_revoked");
    this.#checkClock(request.time, now);
    const bytes = renewalBytes({ gateway: name, request: request.request, time: request.time });
    const signature = fromHex(request.signature)!;
    const isSigned = registry
      .certificatesOf(name)
      .filter(({ expires }, i) => expires + (i === 0 ? LATE_RENEWAL_S : EARLIER_RENEWAL_S) > now)
      .some(({ pem }) =>
        verify("sha256", bytes, { key: createPublicKey(pem), dsaEncoding: "ieee-p1363" }, signature),
      );
    if (!isSigned) {
      throw new Refused(
        "signature_wrong",
        "No certificate of this gateway that still counts has signed this. Nothing was issued. Enrol it with a new code.",
      );
    }
    const { raw } = await refusing(readRequest(request.request));
    const issued = await refusing(authority.signRequest(request.request, name, validDays));
    const certificate = rowOf(issued, name, raw, now);
    registry.addCertificate(certificate);
    return certificate;
  }

  #codeOf(text: string, from: string, now: number): CodeRow {
    const { registry } = this.#options;
    this.#tries = this.#tries.filter(({ at }) => at > now - TRIES_S);
    if (
      this.#tries.length >= TRIES_OF_ALL_MAX ||
      this.#tries.filter((tried) => tried.from === from).length >= TRIES_OF_ONE_MAX
    ) {
      throw new Refused("too_many_tries");
    }
    const wrong = (): never => {
      this.#tries.push({ from, at: now });
      throw new Refused("code_wrong");
    };
    const characters = plainCode(text);
    if (characters === undefined) return wrong();
    const code = registry.code(characters.slice(0, ID_LENGTH));
    if (code === undefined || code.wrong >= WRONG_SECRETS_MAX) return wrong();
    if (!timingSafeEqual(secretHash(characters.slice(ID_LENGTH)), code.secretHash)) {
      registry.countWrong(code.id);
      return wrong();
    }
    if (code.expires <= now) throw new Refused("code_expired");
    return code;
  }

  #again(code: CodeRow, requestHash: Uint8Array) {
    const { registry } = this.#options;
    const gateway = registry.gateway(code.gateway!);
    if (gateway === undefined || gateway.revoked !== null || !equalBytes(code.requestHash!, requestHash)) {
      throw new Refused("code_used");
    }
    return { gateway, certificate: registry.certificatesOf(gateway.name).at(-1)! };
  }

  #checkClock(time: number, now: number): void {
    const off = time - now;
    if (Math.abs(off) <= CLOCK_TOLERANCE_S) return;
    const minutes = Math.round(Math.abs(off) / 60);
    throw new Refused(
      "clock_wrong",
      `The gateway's clock is ${minutes} minutes ${off > 0 ? "ahead of" : "behind"} the platform's. Nothing was done. Set its clock (NTP) and try again.`,
    );
  }
}

/** The characters of a code as somebody typed it; `undefined` where it can be none. */
export function plainCode(text: string): string | undefined {
  const characters = text
    .toUpperCase()
    .replaceAll(/[\s-]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  const fits = characters.length === CODE_LENGTH && [...characters].every((one) => ALPHABET.includes(one));
  return fits ? characters : undefined;
}

function drawn(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]!).join("");
}

/** 80 random bits need no slow hash. */
function secretHash(secret: string): Uint8Array {
  return sha256(utf8(`contrada/gateway-code/1 ${secret}`));
}

function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash("sha256").update(bytes).digest());
}

function rowOf({ serial, pem, notAfter }: Issued, gateway: string, publicKey: Uint8Array, now: number) {
  return { serial, gateway, publicKey, pem, issued: now, expires: notAfter };
}

async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new Refused(
      "certificate_request_unfit",
      `The certificate request is not signed: ${error.message}. Nothing was issued. Make a request with a new P-256 key.`,
    );
  }
}
