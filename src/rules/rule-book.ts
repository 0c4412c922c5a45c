/**
 * The plug-in interface of rule books: metered quarter hours in, who shared what with whom and who pays whom out.
 * A rule book is made with its terms (prices, keys, plants) and is then one function. Countries differ in the slot
 * that counts (hour or quarter hour), the key, and whether sharing replaces the supplier's delivery or is only
 * reckoned beside it; energy and money are conserved in all of them, which `faultsOf` checks.
 */
import type { Result } from "#base/result.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import { byName } from "#rules/apportion.ts";

export interface Participant {
  readonly id: string;
  /** Taken from and given to the MicroGrid by quarter hour, whole Wh ≥ 0. */
  readonly imported: readonly Wh[];
  readonly exported: readonly Wh[];
}

/** The metered quarter hours of a month or quarter. */
export interface Metered {
  readonly start: UnixSeconds;
  readonly slots: number;
  readonly participants: readonly Participant[];
}

export interface Share {
  readonly id: string;
  /** Shared energy that counts as received and as given, by the rule book's slot. */
  readonly received: readonly Wh[];
  readonly given: readonly Wh[];
}

/** `authority`: who pays an incentive by law. `supplier`, `grid` and `state` take what bills hold. */
export type Party = `home ${string}` | "community" | "authority" | "supplier" | "grid" | "state";

/** Money that moves from one to another; never negative. */
export interface MoneyLine {
  /** The same line in every version of a settlement. */
  readonly key: string;
  readonly from: Party;
  readonly to: Party;
  readonly amount: MicroEur;
  readonly energy: Wh | undefined;
  readonly formula: string;
  readonly source: string;
}

/** Which millionths of network fees and levies hold for shared energy; `undefined`: as the tariff says. */
export interface SharedFees {
  readonly networkPpm: bigint;
  readonly levyPpm: bigint;
}

export interface Allocation {
  readonly slotS: 900 | 3600;
  /** In the order of the participants. */
  readonly shares: readonly Share[];
  readonly lines: readonly MoneyLine[];
  /**
   * Whether shared energy replaces the supplier's (a neighbour is paid for it), or is reckoned beside bills that
   * stay as they are.
   */
  readonly supply: "replaced" | "untouched";
  readonly fees: SharedFees | undefined;
}

export type RuleProblem =
  | { readonly code: "no_participants" }
  | { readonly code: "duplicate_participant"; readonly id: string }
  | { readonly code: "period_misaligned"; readonly slotS: number }
  | { readonly code: "readings_incomplete"; readonly id: string }
  | { readonly code: "negative_energy"; readonly id: string }
  | { readonly code: "key_missing"; readonly id: string }
  | { readonly code: "keys_above_whole"; readonly sumPpm: bigint }
  | { readonly code: "participation_above_whole"; readonly id: string; readonly ppm: bigint }
  | { readonly code: "not_in_force"; readonly from: UnixSeconds }
  | { readonly code: "outside_area"; readonly id: string }
  | { readonly code: "terms_refused"; readonly reason: string };

export interface RuleBook {
  readonly name: string;
  readonly title: string;
  readonly slotS: 900 | 3600;
  /**
   * Who shared what, and the money of it. First fails as `problemOf` does, then for the book's own reasons. The
   * order of the participants changes nothing but the order of the answer.
   */
  allocate(metered: Metered): Result<Allocation, RuleProblem>;
}

/**
 * What is wrong with metered data, if anything, in this order: no_participants, period_misaligned,
 * duplicate_participant, readings_incomplete, negative_energy.
 */
export function problemOf(metered: Metered, slotS: 900 | 3600): RuleProblem | undefined {
  const { start, slots, participants } = metered;
  if (participants.length === 0) return { code: "no_participants" };
  if (start % slotS !== 0 || (slots * QUARTER_HOUR_S) % slotS !== 0 || slots <= 0) {
    return { code: "period_misaligned", slotS };
  }
  const ids = new Set<string>();
  for (const { id } of participants) {
    if (ids.has(id)) return { code: "duplicate_participant", id };
    ids.add(id);
  }
  for (const { id, imported, exported } of participants) {
    if (imported.length !== slots || exported.length !== slots) return { code: "readings_incomplete", id };
  }
  for (const { id, imported, exported } of participants) {
    if (imported.some((wh) => wh < 0n) || exported.some((wh) => wh < 0n))
      return { code: "negative_energy", id };
  }
  return undefined;
}

/** A key: what each receives and gives of one slot's energies, participants in the order of their names. */
export type SlotKey = (
  imported: readonly bigint[],
  exported: readonly bigint[],
) => { readonly received: readonly bigint[]; readonly given: readonly bigint[] };

/** Applies a key to every slot of `slotS` of sound data; the shares stand in the order of the participants. */
export function sharesBy(metered: Metered, slotS: 900 | 3600, key: SlotKey): Share[] {
  const ordered = metered.participants.toSorted(byName);
  const quarters = slotS / QUARTER_HOUR_S;
  const shares = new Map(ordered.map(({ id }) => [id, { id, received: [] as Wh[], given: [] as Wh[] }]));
  for (let slot = 0; slot < metered.slots; slot += quarters) {
    const over = (energies: readonly Wh[]) => {
      let sum = 0n;
      for (let i = slot; i < slot + quarters; i++) sum += energies[i]!;
      return sum;
    };
    const { received, given } = key(
      ordered.map(({ imported }) => over(imported)),
      ordered.map(({ exported }) => over(exported)),
    );
    for (const [i, { id }] of ordered.entries()) {
      const share = shares.get(id)!;
      share.received.push(Wh(received[i]!));
      share.given.push(Wh(given[i]!));
    }
  }
  return metered.participants.map(({ id }) => shares.get(id)!);
}

/**
 * Where an allocation loses or makes up energy or money; nothing in a sound one. Each slot: as much received as
 * given, nobody more than was metered. The community keeps nothing.
 */
export function faultsOf(metered: Metered, { slotS, shares, lines }: Allocation): string[] {
  const faults: string[] = [];
  const quarters = slotS / QUARTER_HOUR_S;
  const metersOf = new Map(metered.participants.map((participant) => [participant.id, participant]));
  const over = (energies: readonly Wh[], slot: number) =>
    total(energies.slice(slot * quarters, (slot + 1) * quarters));
  for (let slot = 0; slot < metered.slots / quarters; slot++) {
    let balance = 0n;
    for (const { id, received, given } of shares) {
      const meters = metersOf.get(id);
      balance += received[slot]! - given[slot]!;
      const fits =
        meters !== undefined &&
        received[slot]! >= 0n &&
        given[slot]! >= 0n &&
        received[slot]! <= over(meters.imported, slot) &&
        given[slot]! <= over(meters.exported, slot);
      if (!fits) faults.push(`slot ${slot}: ${id} shared what no meter counted`);
    }
    if (balance !== 0n) faults.push(`slot ${slot}: ${balance} Wh more received than given`);
  }
  if (lines.some(({ amount }) => amount < 0n)) faults.push("a line moves less than nothing");
  if (new Set(lines.map(({ key }) => key)).size !== lines.length) faults.push("two lines of one key");
  const kept = netOf(lines, "community");
  if (kept !== 0n) faults.push(`${kept} µEUR stay with the community`);
  return faults;
}

/** What a party receives less what it pays. */
export function netOf(lines: readonly MoneyLine[], party: Party): MicroEur {
  let net = 0n;
  for (const { from, to, amount } of lines) {
    if (to === party) net += amount;
    if (from === party) net -= amount;
  }
  return MicroEur(net);
}

export function total(energies: readonly Wh[]): Wh {
  let sum = 0n;
  for (const wh of energies) sum += wh;
  return Wh(sum);
}
