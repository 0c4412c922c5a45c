/** A transaction as the explorer shows it: its envelope, and the fields of its kind in words with their units. */
import { toHex } from "#base/bytes.ts";
import { formatDay, formatInstant } from "#base/time.ts";
import type { StoredTransaction } from "#chain/host.ts";
import {
  admitMember,
  authoriseEnergySale,
  cancelKeyRevocation,
  cancelMemberRecovery,
  castVote,
  clearSlotBook,
  depositMoney,
  enrolEnergySupplier,
  eraseOneMember,
  joinNeighbours,
  KINDS,
  leaveNeighbours,
  limitOneFeeder,
  proposeMotion,
  publishDayRate,
  registerHomePlant,
  registerMemberKey,
  renewManyMembers,
  replaceHomeMeter,
  requestMemberRecovery,
  requestOwnPayout,
  revokeMemberKey,
  sealSlotBook,
  setMemberGuardians,
  settleMarketDay,
  settleMemberPayout,
  submitIntervalTotals,
  withdrawEnergySale,
  withdrawMotion,
} from "#chain/transactions.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { nameOf } from "#market/auction/seal.ts";
import type { Motion } from "#market/proposal.ts";
import type { GapMovement, OpenedMember } from "#market/renewal.ts";
import type { IntervalEntry, StoreMovement } from "#market/settlement.ts";
import { SESSIONS } from "#market/slot-book.ts";
import type { TransactionView } from "#wire/schemas.ts";
import { describe, eur, type Field } from "./described-body.ts";
import { lawsOf } from "./laws.ts";
import { SUPPLY_BODIES } from "./supply-bodies.ts";

/** Entries that are shown one by one; the rest is counted. */
const ENTRIES_SHOWN = 50;

interface Place {
  readonly height: number;
  readonly index: number;
  readonly time: number;
}

export function transactionView({ id, bytes, status }: StoredTransaction, place: Place): TransactionView {
  const envelope = decodeTransaction(bytes);
  const shown = { id: toHex(id), ...place, status, bytes: bytes.length };
  if (!envelope.ok) return { ...shown, kind: "malformed", sender: 0, fields: [] };
  const { kind, sender, nonce, expiryHeight, body, publicKey } = envelope.value;
  return {
    ...shown,
    kind: KINDS.get(kind)?.name ?? `kind ${kind}`,
    sender,
    fields: [
      ...bodyFields(kind, body),
      { name: "nonce", value: String(nonce) },
      { name: "valid until block", value: String(expiryHeight) },
      { name: "signed by key", value: toHex(publicKey) },
    ],
  };
}

function bodyFields(kind: number, body: Uint8Array): Field[] {
  return DESCRIBED.get(kind)?.(body) ?? [{ name: "body", value: toHex(body) }];
}

const DESCRIBED: ReadonlyMap<number, (body: Uint8Array) => Field[] | undefined> = new Map([
  describe(admitMember, ({ member, role, keys, identity }) => [
    ["member", member],
    ["role", role],
    ...keys.map((key): [string, string] => ["key", toHex(key)]),
    ...(identity === undefined
      ? []
      : [
          ["identity commitment", toHex(identity.commitment)] as const,
          ["identity nullifier", toHex(identity.nullifier)] as const,
        ]),
  ]),
  describe(registerMemberKey, ({ key }) => [["key", toHex(key)]]),
  describe(revokeMemberKey, ({ key }) => [["key", toHex(key)]]),
  describe(cancelKeyRevocation, ({ key }) => [["key", toHex(key)]]),
  describe(setMemberGuardians, ({ guardians }) =>
    guardians.map((guardian): [string, string] =>
      "member" in guardian
        ? ["guardian", `member ${guardian.member}`]
        : ["guardian key", toHex(guardian.key)],
    ),
  ),
  describe(requestMemberRecovery, ({ member, newKey, expiryHeight, approvals }) => [
    ["member", member],
    ["new key", toHex(newKey)],
    ["approvals valid until block", expiryHeight],
    ...approvals.map(({ guardian, key }): [string, string] => [
      `approved by guardian ${guardian + 1}`,
      toHex(key),
    ]),
  ]),
  describe(eraseOneMember, ({ member }) => [["member", member]]),
  describe(cancelMemberRecovery, ({ key }) => [["new key", toHex(key)]]),
  describe(registerHomePlant, ({ plant, sheet }) => [
    ["plant", plant],
    ["owner", sheet.owner],
    ["meter key", toHex(sheet.meterKey)],
    ["feeder", sheet.feeder],
    ["panels", `${sheet.solarPeakW} W peak`],
    ["accumulator", `${sheet.capacity} Wh`],
    ["charging power", `${sheet.chargePowerMaxW} W`],
    ["discharging power", `${sheet.dischargePowerMaxW} W`],
  ]),
  describe(replaceHomeMeter, ({ plant, meterKey, from }) => [
    ["plant", plant],
    ["meter key", toHex(meterKey)],
    ["not before", formatInstant(from)],
  ]),
  describe(enrolEnergySupplier, ({ member, name }) => [
    ["supplier", member],
    ["name", name],
  ]),
  describe(publishDayRate, ({ day, rate }) => [
    ["day", formatDay(day)],
    ["rate", `${eur(rate)} EUR/kWh`],
  ]),
  describe(depositMoney, ({ member, amount, reference }) => [
    ["member", member],
    ["amount", `${eur(amount)} EUR`],
    ["bank reference", reference],
  ]),
  describe(requestOwnPayout, ({ payout, amount }) => [
    ["payout", toHex(payout)],
    ["amount", `${eur(amount)} EUR`],
  ]),
  describe(settleMemberPayout, ({ payout, reference }) => [
    ["payout", toHex(payout)],
    ["paid", reference === undefined ? "no" : "yes"],
    ...(reference === undefined ? [] : [["bank reference", reference] as const]),
  ]),
  describe(authoriseEnergySale, ({ sale, plant, supplier, day, rate, fee, energy }) => [
    ["sale", toHex(sale)],
    ["plant", plant],
    ["supplier", supplier],
    ["day", formatDay(day)],
    ["energy", `${energy} Wh`],
    ["rate", `${eur(rate)} EUR/kWh`],
    ["fee", `${eur(fee)} EUR/kWh`],
  ]),
  describe(renewManyMembers, ({ period, lastInterval, gapSolar, gapGrid, closed, opened }) => [
    ["period", period],
    ["no readings until", formatInstant(lastInterval)],
    ["moved meanwhile", gapText(gapSolar, gapGrid)],
    ["members", closed.length],
    ["closed members", closed.join(", ")],
    ...opened.flatMap(openedFields),
  ]),
  describe(proposeMotion, ({ purpose, motion }) => [["purpose", purpose], ...motionFields(motion)]),
  describe(castVote, ({ proposal, yes }) => [
    ["proposal", proposal],
    ["vote", yes ? "yes" : "no"],
  ]),
  describe(withdrawMotion, ({ proposal }) => [["proposal", proposal]]),
  describe(joinNeighbours, ({ plant, cap }) => [
    ["plant", plant],
    ["cap a day", `${eur(cap)} EUR`],
  ]),
  describe(leaveNeighbours, ({ plant }) => [["plant", plant]]),
  describe(limitOneFeeder, ({ feeder, from, to, maxSoldWh, maxBoughtWh, reason }) => [
    ["feeder", feeder],
    ["not before", formatInstant(from)],
    ["until", formatInstant(to)],
    ["sold at most", mostText(maxSoldWh)],
    ["bought at most", mostText(maxBoughtWh)],
    ["reason", reason],
  ]),
  describe(sealSlotBook, ({ slot, session, count, root }) => [
    ["quarter hour from", formatInstant(slot)],
    ["book", bookText(session)],
    ["orders", count],
    ["root of the seals", toHex(root)],
  ]),
  describe(clearSlotBook, ({ slot, session, orders, unopened }) => [
    ["quarter hour from", formatInstant(slot)],
    ["book", bookText(session)],
    ["bids", orders.filter(({ side }) => side === "bid").length],
    ["asks", orders.filter(({ side }) => side === "ask").length],
    ["unopened orders", unopened.length],
    ...orders
      .slice(0, ENTRIES_SHOWN)
      .map(({ side, energyWh, limit, ...order }): [string, string] => [
        `order ${nameOf(order)}`,
        `${side} ${energyWh} Wh, ${eur(BigInt(limit))} EUR/kWh`,
      ]),
    ...further("further orders", orders.length),
  ]),
  describe(settleMarketDay, (body) => [
    ["day", formatDay(body.day)],
    ["version", body.version],
    ...(body.reason === "" ? [] : [["reason", body.reason] as const]),
    ["final", body.final ? "yes" : "no"],
    ["root of the statements", toHex(body.statementsRoot)],
    ["traded", `${body.boughtWh} Wh`],
    ["shared afterwards", `${body.fallbackBoughtWh} Wh`],
    ...body.entries
      .slice(0, ENTRIES_SHOWN)
      .map(({ member, net }): [string, string] => [`for member ${member}`, `${eur(net)} EUR`]),
    ...further("further members", body.entries.length),
    ["for the community", `${eur(body.fees)} EUR`],
  ]),
  ...SUPPLY_BODIES,
  describe(withdrawEnergySale, ({ sale }) => [["sale", toHex(sale)]]),
  describe(submitIntervalTotals, ({ intervalStart, commitmentsRoot, entries }) => [
    ["quarter hour from", formatInstant(intervalStart)],
    ["root of the readings' commitments", toHex(commitmentsRoot)],
    ["plants whose store moved", entries.length],
    ...entries
      .slice(0, ENTRIES_SHOWN)
      .map((entry): [string, string] => [`plant ${entry.plant}`, movementText(entry)]),
    ...further("further plants", entries.length),
  ]),
]);

function further(name: string, count: number): [string, number][] {
  return count > ENTRIES_SHOWN ? [[name, count - ENTRIES_SHOWN]] : [];
}

function mostText(energyWh: number | undefined): string {
  return energyWh === undefined ? "unlimited" : `${energyWh} Wh`;
}

function bookText(session: number): string {
  return session === SESSIONS.own ? "own book" : "forward book";
}

function motionFields(motion: Motion): readonly (readonly [string, string | number])[] {
  const head = ["motion", motion.type] as const;
  if (motion.type === "change_laws") {
    return [
      head,
      ...lawsOf(motion.laws).map(({ name, value, unit }) => [name, inUnit(value, unit)] as const),
    ];
  }
  const member = ["member", motion.member] as const;
  if (motion.type === "pay") return [head, member, ["amount", `${eur(motion.amount)} EUR`]];
  if (motion.type === "remove_organisation") return [head, member];
  const { validator } = motion;
  return [head, member, ["validator key", validator === undefined ? "none" : toHex(validator)]];
}

function openedFields({ member, keys, money, plants, guardians }: OpenedMember): [string, string][] {
  return [
    ["opened member", String(member)],
    ...keys.map((key): [string, string] => ["key", toHex(key)]),
    ...(guardians ?? []).map((guardian): [string, string] =>
      "member" in guardian
        ? ["guardian", `member ${guardian.member}`]
        : ["guardian key", toHex(guardian.key)],
    ),
    ["money", `${eur(money)} EUR`],
    ...plants.flatMap((plant): [string, string][] => [
      ["opened plant", String(plant.plant)],
      ["meter key", toHex(plant.meterKey)],
      ["accumulator", `${plant.capacity} Wh`],
      ["charging power", `${plant.chargePowerMaxW} W`],
      ["discharging power", `${plant.dischargePowerMaxW} W`],
      ["stored solar energy", `${plant.solar} Wh`],
      ["stored energy of the MicroGrid", `${plant.grid} Wh`],
    ]),
  ];
}

function gapText(solar: GapMovement, grid: GapMovement): string {
  const movement = ({ charged, used, exported, lost }: GapMovement): StoreMovement => ({
    chargedWh: Number(charged),
    usedWh: Number(used),
    exportedWh: Number(exported),
    lostWh: Number(lost),
  });
  return movementText({ storedSolar: movement(solar), storedGrid: movement(grid) });
}

function movementText({ storedSolar, storedGrid }: Omit<IntervalEntry, "plant">): string {
  const parts = (origin: string, { chargedWh, usedWh, exportedWh, lostWh }: StoreMovement) =>
    [
      [chargedWh, "charged"],
      [usedWh, "used"],
      [exportedWh, "exported"],
      [lostWh, "lost"],
    ]
      .filter(([energyWh]) => energyWh !== 0)
      .map(([energyWh, what]) => `${origin} ${what} ${energyWh} Wh`);
  const text = [...parts("solar", storedSolar), ...parts("grid", storedGrid)].join(", ");
  return text === "" ? "nothing moved" : text;
}

function inUnit(value: string, unit: string): string {
  if (unit === "µEUR/kWh") return `${eur(BigInt(value))} EUR/kWh`;
  if (unit === "µEUR") return `${eur(BigInt(value))} EUR`;
  return unit === "" ? value : `${value} ${unit}`;
}
