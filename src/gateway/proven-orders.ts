/**
 * What supply contract and sales ask of this home, believed only as far as the chain proves it: the rows come from the
 * platform, the word of them from the producer or the validators that were pinned when the gateway was set up. The
 * platform can keep an order back; it can make none, and repeat none that the chain has left behind.
 *
 * What is refused changes nothing: the order that stood stands on, within what silence allows
 * (`control/supply-limit`).
 */
import { equalBytes } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import type { UnixSeconds } from "#base/time.ts";
import { consensusHeaderHash } from "#consensus/header.ts";
import type { LightBlock } from "#consensus/light-block.ts";
import {
  advanceTrust,
  type LightClientRefusal,
  type TrustedState,
  trustNamed,
} from "#consensus/light-client.ts";
import type { SupplyOrder } from "#control/supply-limit.ts";
import { MEMBERS } from "#ledger/member.ts";
import type { ProofProblem, Trust } from "#ledger/proof.ts";
import { NotProvenError, type ProvenRows, provenRowsCodec, provenState } from "#ledger/proven-rows.ts";
import type { StateReader } from "#ledger/state.ts";
import { type HomeOrders, homeOrdersOf } from "#market/home-orders.ts";
import { PLANTS } from "#market/participant.ts";
import { supplyOrderFrom } from "#wire/obeyed-supply.ts";
import type { SignedValidatorsLetter } from "#wire/validators-letter.ts";
import { CLOCK_DRIFT_S, type LetterRefusal, TRUSTING_PERIOD_S, trustByLetter } from "./validators-word.ts";

/** Whom the gateway believes: as pinned at its enrolment, and how far it has followed since. */
export type PinnedTrust =
  | { readonly by: "producer"; readonly chain: string; readonly producer: Uint8Array }
  | { readonly by: "validators"; readonly state: TrustedState }
  /** The validators of the first header that it is shown, by the hash of their set: as pinned at the enrolment. */
  | {
      readonly by: "named_validators";
      readonly chain: string;
      readonly validatorsHash: Uint8Array;
      readonly enrolledAt: UnixSeconds;
    };

export type OrderRefusal =
  | "malformed"
  | LightClientRefusal
  | LetterRefusal
  | ProofProblem
  /** The rows are of other plants than the one whose meter this is. */
  | "other_meter"
  /** The question asks for a row that is not among them. */
  | "incomplete";

export interface ProvenOrders {
  readonly supply: SupplyOrder;
  /** The sales to deliver, and the laws. */
  readonly orders: HomeOrders;
  /** The home's number on the chain now. */
  readonly plant: number;
  /** The keys of an operator of the chain; none where the member is no operator, or was not proven. */
  readonly operatorKeys: (member: number) => readonly Uint8Array[];
  /** Of this gateway's, the one that the chain has as the plant's. */
  readonly meterKey: Uint8Array;
  /** With the validators' newest header followed. */
  readonly trust: PinnedTrust;
}

export interface OrderKnowledge {
  readonly trust: PinnedTrust;
  /** Of this gateway: the present meter key, and the next one. */
  readonly meterKeys: readonly Uint8Array[];
  /** Of the order that stands: an older state is old news. */
  readonly fromHeight: number;
  readonly connectionW: number;
  /** By the wall clock, as validators date their headers; `undefined` = from the own disk, and no question of age. */
  readonly now: UnixSeconds | undefined;
  /** What the home's owner says of the validators, for a box that was away for too long. */
  readonly word?: SignedValidatorsLetter | undefined;
  /** The home's id, and its owner's keys as they were proven last. */
  readonly home: number;
  readonly ownerKeys: readonly Uint8Array[];
}

/** What the proof in `orders` comes to. Fails in the order of `OrderRefusal`. */
export function provenOrders(
  payload: Uint8Array,
  knowledge: OrderKnowledge,
): Result<ProvenOrders, OrderRefusal> {
  const decoded = decode(provenRowsCodec, payload);
  if (!decoded.ok) return refuse("malformed");
  const rows = decoded.value;
  const followed = follow(rows, knowledge);
  if (!followed.ok) return followed;
  const { trust, pinned } = followed.value;
  const proven = provenState(rows, trust, { fromHeight: knowledge.fromHeight });
  if (!proven.ok) return proven;
  const { state, vouched } = proven.value;
  const own = ownPlant(rows, knowledge.meterKeys);
  if (own === undefined) return refuse("other_meter");
  const { plant } = own;
  try {
    const orders = homeOrdersOf(state, plant);
    if (orders === undefined) return refuse("incomplete");
    const { connectionW } = knowledge;
    const supply = supplyOrderFrom(orders, { height: vouched.height, connectionW });
    const operatorKeys = (member: number) => provenOperator(state, member);
    const { meterKey } = own;
    return ok({ supply, orders, plant, meterKey, operatorKeys, trust: pinned });
  } catch (error) {
    if (error instanceof NotProvenError) return refuse("incomplete");
    throw error;
  }
}

function provenOperator(state: StateReader, number: number): readonly Uint8Array[] {
  try {
    const member = state.get(MEMBERS, number);
    return member?.role === "operator" ? member.keys : [];
  } catch (error) {
    if (error instanceof NotProvenError) return [];
    throw error;
  }
}

/** The trust to judge the rows by, and what is kept of it. */
function follow(
  { checkpoint }: ProvenRows,
  knowledge: OrderKnowledge,
): Result<{ readonly trust: Trust; readonly pinned: PinnedTrust }, OrderRefusal> {
  const { trust, now } = knowledge;
  if (trust.by === "producer") {
    const { chain, producer } = trust;
    return ok({ trust: { chain, producer }, pinned: trust });
  }
  if (checkpoint.by !== "validators") return refuse("no_validators");
  const { header } = checkpoint;
  const options = {
    now: now ?? header.time.seconds,
    trustingPeriod: TRUSTING_PERIOD_S,
    clockDrift: CLOCK_DRIFT_S,
  };
  const begun = trust.by === "validators" ? ok(trust.state) : begin(checkpoint, trust, now);
  let advanced = begun.ok ? advanceTrust(begun.value, checkpoint, options) : begun;
  if (!advanced.ok && advanced.error === "trust_expired" && knowledge.word !== undefined) {
    const anew = beginByLetter(checkpoint, knowledge.word, knowledge);
    if (!anew.ok) return anew;
    advanced = advanceTrust(anew.value, checkpoint, options);
  }
  if (!advanced.ok) return advanced;
  const { chain } = advanced.value;
  return ok({
    trust: { chain, verified: checkpoint },
    pinned: { by: "validators", state: advanced.value },
  });
}

/** Trust that begins with the validators that were named; what stands on the own disk was verified before it got there. */
function begin(
  block: LightBlock,
  { chain, validatorsHash, enrolledAt }: PinnedTrust & { readonly by: "named_validators" },
  now: UnixSeconds | undefined,
): Result<TrustedState, LightClientRefusal> {
  const { header } = block;
  if (header.chain !== chain) return refuse("wrong_chain");
  if (now !== undefined && enrolledAt + TRUSTING_PERIOD_S <= now) return refuse("trust_expired");
  if (now !== undefined && !equalBytes(header.validatorsHash, validatorsHash)) {
    return refuse("unexpected_validators");
  }
  if (now !== undefined && header.time.seconds >= now + CLOCK_DRIFT_S) return refuse("from_the_future");
  const named = trustNamed(block, { chain, height: header.height, hash: consensusHeaderHash(header) });
  return named.ok ? named : refuse(named.error === "not_the_named" ? "unexpected_validators" : named.error);
}

/** Trust by the owner's word, where the validators that were known answer for nothing any more. */
function beginByLetter(
  block: LightBlock,
  word: SignedValidatorsLetter,
  { trust, home, ownerKeys, now }: OrderKnowledge,
): Result<TrustedState, LightClientRefusal | LetterRefusal> {
  if (trust.by === "producer" || now === undefined) return refuse("trust_expired");
  const [chain, height] =
    trust.by === "validators" ? [trust.state.chain, trust.state.height] : [trust.chain, 0];
  return trustByLetter(block, word, { chain, home, ownerKeys, height, now });
}

/** The plant whose meter signs with one of these keys. */
function ownPlant(
  { rows }: ProvenRows,
  meterKeys: readonly Uint8Array[],
): { readonly plant: number; readonly meterKey: Uint8Array } | undefined {
  for (const { table, key, row } of rows) {
    if (table !== PLANTS.number || row === undefined) continue;
    const [number, plant] = [decode(PLANTS.key, key), decode(PLANTS.row, row)];
    if (!number.ok || !plant.ok || plant.value.closed > 0) continue;
    const { meterKey } = plant.value;
    if (meterKeys.some((key) => equalBytes(key, meterKey))) return { plant: number.value, meterKey };
  }
  return undefined;
}
