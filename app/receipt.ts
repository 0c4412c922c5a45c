/**
 * What this device itself holds of a chain, and the receipts that it verifies by it: the producer that it met
 * first, or the validators that it met first and has followed since by the headers of its receipts, and the last
 * checkpoints that it verified. Two of them that contradict each other prove that somebody signed twice.
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import type { UnixSeconds } from "#base/time.ts";
import { fingerprintOfProducer, fingerprintOfValidators } from "#consensus/fingerprint.ts";
import { consensusHeaderHash } from "#consensus/header.ts";
import { advanceTrust, type TrustedState, trustedStateCodec, trustNamed } from "#consensus/light-client.ts";
import { validatorSetHash } from "#consensus/validator-set.ts";
import { type Checkpoint, checkpointProblem, rowProofCodec, type Trust, vouchedBy } from "#ledger/proof.ts";
import { type CheckedDay, checkMarketDay, type DayProofProblem, dayProofIn } from "#wire/market-day-proof.ts";
import {
  type CheckedReceipt,
  checkReceipt,
  proofIn,
  RECEIPT_FORMAT,
  type ReceiptProblem,
} from "#wire/receipt.ts";
import type { Receipt } from "#wire/schemas.ts";

/** An organisation that leaves answers for what it signed for so long: a quarter of a year. */
const TRUSTING_PERIOD_S = 90 * 86_400;
/** Telephones' clocks are a little wrong. */
const CLOCK_DRIFT_S = 600;
const CHECKPOINTS_KEPT = 32;

export type DeviceProblem = ReceiptProblem | "trust_expired" | "conflicting_header";

export interface Device {
  readonly storage: Storage;
  readonly now: UnixSeconds;
}

/**
 * Verifies a receipt by what this device trusts on the chain, and remembers what it learnt.
 * Fails with unreadable, trust_expired (what this device knows of the validators is older than they answer for
 * it), then as `checkReceipt`, then with conflicting_header: sound, and other than a checkpoint that this device verified
 * before at the same height.
 */
export function verifyReceipt(
  receipt: Receipt,
  chain: string,
  device: Device,
): Result<CheckedReceipt, DeviceProblem> {
  const proof = proofIn(receipt);
  if (proof === undefined) return refuse("unreadable");
  const trust = trustOn(chain, proof.checkpoint, receipt.producer, device);
  if (trust === undefined) return refuse("trust_expired");
  const checked = checkReceipt(receipt, trust, proof);
  if (!checked.ok) return checked;
  return isKept(proof.checkpoint, device.storage) ? checked : refuse("conflicting_header");
}

/**
 * Verifies what the ledger says of a settled day of the market, by what this device trusts, and remembers what it learnt.
 * Fails with unreadable, trust_expired, then as `checkMarketDay`, then with conflicting_header.
 */
export function verifyMarketDay(
  { producer, proof: hex }: { readonly producer: string; readonly proof: string },
  shown: Parameters<typeof checkMarketDay>[2],
  chain: string,
  device: Device,
): Result<CheckedDay, DayProofProblem | "trust_expired" | "conflicting_header"> {
  const proof = dayProofIn(hex);
  if (proof === undefined) return refuse("unreadable");
  const trust = trustOn(chain, proof.checkpoint, producer, device);
  if (trust === undefined) return refuse("trust_expired");
  const checked = checkMarketDay(proof, trust, shown);
  if (!checked.ok) return checked;
  return isKept(proof.checkpoint, device.storage) ? checked : refuse("conflicting_header");
}

/** Who the validators are, as this device has followed the chain to them; what a box that was away must be told. */
export interface FollowedValidators {
  readonly height: number;
  /** Of the header, by the validators' clocks. */
  readonly time: UnixSeconds;
  readonly validatorsHash: string;
  readonly fingerprint: string;
  /** This device had met nobody on this chain: only a comparison says whether it met the right ones. */
  readonly isFirstMeeting: boolean;
}

/**
 * The validators of a proof, as far as this device itself can say that they are the chain's. Fails with unreadable,
 * trust_expired, then as `checkpointProblem`, then with conflicting_header.
 */
export function followedValidators(
  proof: string,
  chain: string,
  device: Device,
): Result<FollowedValidators, DeviceProblem> {
  const bytes = fromHex(proof);
  const read = bytes && decode(rowProofCodec, bytes);
  if (read?.ok !== true || read.value.checkpoint.by !== "validators") return refuse("unreadable");
  const { checkpoint } = read.value;
  const isFirstMeeting = keptState(chain, device.storage) === undefined;
  const trust = trustOn(chain, checkpoint, "", device);
  if (trust === undefined) return refuse("trust_expired");
  const problem = checkpointProblem(checkpoint, trust);
  if (problem !== undefined) return refuse(problem);
  if (!isKept(checkpoint, device.storage)) return refuse("conflicting_header");
  const { header, validators } = checkpoint;
  return ok({
    height: header.height,
    time: header.time.seconds,
    validatorsHash: toHex(header.validatorsHash),
    fingerprint: fingerprintOfValidators(validators),
    isFirstMeeting,
  });
}

/**
 * Whom this device trusts for a checkpoint: where it knows validators, no producer counts any more. Where following
 * them came to this checkpoint, its signatures have been verified, and are not once more.
 */
function trustOn(
  chain: string,
  checkpoint: Checkpoint,
  producer: string,
  { storage, now }: Device,
): Trust | undefined {
  const kept = keptState(chain, storage);
  if (checkpoint.by === "producer") {
    if (kept !== undefined) return { chain, validators: kept.validators };
    return { chain, producer: trustedProducer(chain, producer, storage) };
  }
  const { height } = checkpoint.header;
  const after =
    kept === undefined
      ? trustNamed(checkpoint, { chain, height, hash: consensusHeaderHash(checkpoint.header) })
      : advanceTrust(kept, checkpoint, {
          now,
          trustingPeriod: TRUSTING_PERIOD_S,
          clockDrift: CLOCK_DRIFT_S,
        });
  if (!after.ok && after.error === "trust_expired") return undefined;
  if (!after.ok) return { chain, validators: kept?.validators ?? [] };
  keep(storage, VALIDATORS + chain, toHex(encode(trustedStateCodec, after.value)));
  // The state that it had already: then nobody has looked at the signatures of this one.
  return after.value === kept ? { chain, validators: kept.validators } : { chain, verified: checkpoint };
}

/**
 * Trusts the validators that a receipt carries in place of those that this device knew: only after somebody
 * compared them with what the community says of itself elsewhere. False where they did not sign soundly.
 * The checkpoints that this device verified stay: a rewritten block is still an alarm.
 */
export function trustAnew(receipt: Receipt, chain: string, storage: Storage): boolean {
  const checkpoint = proofIn(receipt)?.checkpoint;
  if (checkpoint?.by !== "validators") return false;
  const { header } = checkpoint;
  const after = trustNamed(checkpoint, { chain, height: header.height, hash: consensusHeaderHash(header) });
  if (after.ok) {
    keep(storage, VALIDATORS + chain, toHex(encode(trustedStateCodec, after.value)));
    setCompared(chain, storage);
  }
  return after.ok;
}

/** Whom this device trusts on a chain, as people compare it; `undefined` where it has met nobody yet. */
export function trustedFingerprint(chain: string, storage: Storage): string | undefined {
  const kept = keptState(chain, storage);
  if (kept !== undefined) return fingerprintOfValidators(kept.validators);
  const producer = fromHex(storage.getItem(PRODUCER + chain) ?? "");
  return producer?.length === 32 ? fingerprintOfProducer(producer) : undefined;
}

const COMPARED = "contrada:compared:";

/** Whether the person compared whom this device met first with what the community says of itself elsewhere. */
export function isCompared(chain: string, storage: Storage): boolean {
  return storage.getItem(COMPARED + chain) === "yes";
}

/** The person compared, and it is the same. */
export function setCompared(chain: string, storage: Storage): void {
  keep(storage, COMPARED + chain, "yes");
}

const VALIDATORS = "contrada:validators:";

function keptState(chain: string, storage: Storage): TrustedState | undefined {
  const bytes = fromHex(storage.getItem(VALIDATORS + chain) ?? "");
  const state = bytes && decode(trustedStateCodec, bytes);
  return state?.ok === true ? state.value : undefined;
}

const CHECKPOINTS = "contrada:checkpoints:";

/** Keeps a verified checkpoint among the last ones; false where it contradicts one of the same height. */
function isKept(checkpoint: Checkpoint, storage: Storage): boolean {
  const { chain, height, hash } = vouchedBy(checkpoint);
  const kept = (storage.getItem(CHECKPOINTS + chain) ?? "").split(" ").filter((line) => line !== "");
  const known = kept.find((line) => line.startsWith(`${height}:`));
  const line = `${height}:${toHex(hash)}`;
  if (known !== undefined) return known === line;
  keep(storage, CHECKPOINTS + chain, [...kept, line].slice(-CHECKPOINTS_KEPT).join(" "));
  return true;
}

function keep(storage: Storage, name: string, value: string): void {
  try {
    storage.setItem(name, value);
  } catch {
    // No room to remember it: it is met for the first time again next time.
  }
}

const PRODUCER = "contrada:producer:";

/**
 * The producer that this device trusts on a chain: the one it met first (the genesis names it, and it does not
 * change while one producer makes the blocks). Another one later is not trusted, and the receipt says so.
 */
export function trustedProducer(chain: string, met: string, storage: Storage): Uint8Array {
  const known = storage.getItem(PRODUCER + chain);
  const kept = known === null ? undefined : fromHex(known);
  if (kept !== undefined && kept.length === 32) return kept;
  try {
    storage.setItem(PRODUCER + chain, met);
  } catch {
    // No room to remember it: it is met for the first time again next time.
  }
  return fromHex(met) ?? new Uint8Array(32);
}

/** The receipt as a file: everything a third party needs to check it again, and whom this device trusted. */
export function receiptFile(receipt: Receipt, checkpoint: Checkpoint): { name: string; text: string } {
  const trusted =
    checkpoint.by === "producer"
      ? { producer: toHex(checkpoint.header.producer) }
      : { validatorsHash: toHex(validatorSetHash(checkpoint.validators)) };
  const text = JSON.stringify({ format: RECEIPT_FORMAT, trusted, ...receipt }, null, 2);
  return { name: `contrada-receipt-${receipt.sale.id.slice(0, 8)}.json`, text };
}
