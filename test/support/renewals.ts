/**
 * Renewals as an honest registrar makes them, for tests: it knows who is who, rounds the sheets, gives whole units of
 * money and draws the new numbers. Everything is derived from the old number and the period, so that a run repeats itself.
 */
import { utf8 } from "#base/bytes.ts";
import { MicroEur, Wh } from "#base/units.ts";
import { renewManyMembers } from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import { hash } from "#crypto/hash.ts";
import { identityCommitment, identityNullifier } from "#ledger/identity.ts";
import type { GapMovement, OpenedMember, OpenedPlant, Renewal } from "#market/renewal.ts";
import { renewedSheet } from "#market/renewal.ts";
import { ask, memberSigner, meterSigner, OPERATOR, type Request } from "./chain-bench.ts";
import { NULLIFIER_KEY } from "./identities.ts";

export const NOTHING: GapMovement = { charged: Wh(0n), used: Wh(0n), exported: Wh(0n), lost: Wh(0n) };

const MOVES = ["charged", "used", "exported", "lost"] as const;
const STILL = { charged: 0n, used: 0n, exported: 0n, lost: 0n };

export interface RenewalPlan {
  readonly period: number;
  readonly lastInterval: number;
  readonly closed: readonly number[];
  /** What a plant moved in the gap; nothing where it is not told. */
  readonly moved?: (plant: number, origin: "solar" | "grid") => GapMovement;
  /** Draws other numbers for the same homes and period. */
  readonly draw?: number;
  /** What a member has to come besides its account, of earlier renewals. */
  readonly owed?: (member: number) => bigint;
}

export interface PlannedRenewal {
  readonly renewal: Renewal;
  readonly request: Request;
  /** Old member or plant → new one: what only the registrar knows. */
  readonly members: ReadonlyMap<number, number>;
  readonly plants: ReadonlyMap<number, number>;
  /** Old member → what the pool holds for it afterwards. */
  readonly rests: ReadonlyMap<number, bigint>;
}

export function planRenewal(view: ChainView, plan: RenewalPlan): PlannedRenewal {
  const { renewalUnit } = view.parameters;
  const rests = new Map<number, bigint>();
  const members = new Map<number, number>();
  const plants = new Map<number, number>();
  const gaps = { solar: { ...STILL }, grid: { ...STILL } };
  let pool = view.pool() + plan.closed.reduce((sum, member) => sum + view.money(member).posted, 0n);
  const opened = plan.closed.map((old): OpenedMember => {
    const member = freshNumber("member", old, plan);
    members.set(old, member);
    const due = view.money(old).posted + (plan.owed?.(old) ?? 0n);
    const whole = due - (due % renewalUnit);
    const money = whole <= pool ? whole : pool - (pool % renewalUnit);
    pool -= money;
    rests.set(old, due - money);
    return {
      member,
      keys: [memberSigner(member).publicKey],
      identity: identityInPeriod(member, plan.period),
      guardians: undefined,
      money: MicroEur(money),
      plants: view
        .plantsOf(old)
        .map((oldPlant): OpenedPlant => {
          const plant = freshNumber("plant", oldPlant, plan);
          plants.set(oldPlant, plant);
          const held = (origin: "solar" | "grid") => {
            const moved = plan.moved?.(oldPlant, origin) ?? NOTHING;
            for (const what of MOVES) gaps[origin][what] += moved[what];
            const { charged, used, exported, lost } = moved;
            return Wh(view.store(oldPlant)[origin] + charged - used - exported - lost);
          };
          return {
            plant,
            meterKey: meterSigner(plant).publicKey,
            ...renewedSheet(view.plant(oldPlant)!),
            solar: held("solar"),
            grid: held("grid"),
          };
        })
        .sort((a, b) => a.plant - b.plant),
    };
  });
  const renewal: Renewal = {
    period: plan.period,
    lastInterval: plan.lastInterval,
    gapSolar: gapOf(gaps.solar),
    gapGrid: gapOf(gaps.grid),
    closed: [...plan.closed].sort((a, b) => a - b),
    opened: opened.sort((a, b) => a.member - b.member),
  };
  return { renewal, request: ask(OPERATOR, renewManyMembers, renewal), members, plants, rests };
}

function gapOf({ charged, used, exported, lost }: typeof STILL): GapMovement {
  return { charged: Wh(charged), used: Wh(used), exported: Wh(exported), lost: Wh(lost) };
}

/** A u32 as good as random that the same run draws again. */
function freshNumber(what: string, old: number, { period, draw = 0 }: RenewalPlan): number {
  const bytes = hash(utf8(`${what} ${old} in period ${period}, ${draw}`));
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

/** The identity of the person that the test knows under a number, in a period. */
function identityInPeriod(member: number, period: number): OpenedMember["identity"] {
  const fields = { of: "person", country: "IT", number: `TEST${member}`, name: `Member ${member}` } as const;
  return {
    commitment: identityCommitment(hash(utf8(`salt ${member}`)), fields),
    nullifier: identityNullifier(NULLIFIER_KEY, fields, period),
  };
}
