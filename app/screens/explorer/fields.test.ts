import assert from "node:assert/strict";
import { test } from "node:test";
import { type Codec, encode } from "#base/codec.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { DEFAULT_PARAMETERS } from "#chain/genesis.ts";
import {
  acceptOneSupply,
  disputeOneInvoice,
  endOneSupply,
  giveOneNotice,
  issueOneInvoice,
  offerOneSupply,
  payOneInvoice,
  prepaySupply,
  protectOnePlant,
  resolveOneDispute,
} from "#chain/supply-transactions.ts";
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
import { signerFromSeed } from "#crypto/keys.ts";
import { ROLES } from "#ledger/member.ts";
import { STATUS } from "#ledger/status.ts";
import { signTransaction } from "#ledger/transaction.ts";
import { NO_WISHES } from "#market/auction/wishes.ts";
import { PROTECTIONS } from "#market/contract/contract.ts";
import { DISPUTE_REASONS } from "#market/contract/invoice.ts";
import { BILLINGS, type SupplyPrice } from "#market/contract/terms.ts";
import type { Motion } from "#market/proposal.ts";
import type { TransactionView } from "#wire/schemas.ts";
import { transactionView } from "../../../src/platform/transaction-view.ts";
import { area, LANGUAGES, setLanguage } from "../../strings/dictionary.ts";
import { explorer } from "../../strings/explorer.ts";
import { signing } from "../../strings/signing.ts";
import { kindName, readableFields, sentenceOf } from "./fields.ts";

area(explorer);

const KEY = new Uint8Array(32).fill(7);
const MOVED = { chargedWh: 1, usedWh: 2, exportedWh: 3, lostWh: 4 };

function seen<B>({ number, codec }: { readonly number: number; readonly codec: Codec<B> }, body: B) {
  const unsigned = { chain: "olmo", kind: number, sender: 12, nonce: 1, expiryHeight: 90 };
  const bytes = signTransaction({ ...unsigned, body: encode(codec, body) }, signerFromSeed(KEY));
  const view = transactionView({ id: KEY, bytes, status: "ok" }, { height: 1, index: 0, time: 0 });
  assert.equal(
    view.fields.find(({ name }) => name === "body"),
    undefined,
    `${view.kind} is not described`,
  );
  return [number, view] as const;
}

const MOTIONS: { readonly [type in Motion["type"]]: Extract<Motion, { type: type }> } = {
  change_laws: { type: "change_laws", laws: DEFAULT_PARAMETERS },
  admit_organisation: { type: "admit_organisation", member: 7, validator: KEY },
  remove_organisation: { type: "remove_organisation", member: 7 },
  change_validator: { type: "change_validator", member: 7, validator: undefined },
  pay: { type: "pay", member: 7, amount: MicroEur(1_500_000n) },
};

const ID = new Uint8Array(16).fill(9);
const PRICES: readonly SupplyPrice[] = [
  { type: "flat", price: MicroEurPerKwh(250_000n) },
  {
    type: "bands",
    prices: [MicroEurPerKwh(300_000n), MicroEurPerKwh(250_000n), MicroEurPerKwh(200_000n)],
  },
  { type: "index", index: "PUN Index GME", spread: MicroEurPerKwh(-5_000n) },
];

/** Each kind with every field that it can have. */
const SEEN: readonly (readonly [number, TransactionView])[] = [
  ...ROLES.map((role) =>
    seen(admitMember, { member: 7, role, keys: [KEY], identity: { commitment: KEY, nullifier: KEY } }),
  ),
  seen(registerMemberKey, { key: KEY }),
  seen(revokeMemberKey, { key: KEY }),
  seen(registerHomePlant, {
    plant: 3,
    sheet: {
      owner: 7,
      meterKey: KEY,
      feeder: 1,
      solarPeakW: 5_000,
      capacity: Wh(10_000n),
      chargePowerMaxW: 2_500,
      dischargePowerMaxW: 2_500,
    },
  }),
  seen(enrolEnergySupplier, { member: 101, name: "Alba Energia" }),
  seen(publishDayRate, { day: 20_000, rate: MicroEurPerKwh(142_000n) }),
  seen(depositMoney, { member: 101, amount: MicroEur(1_000_000n), reference: "R1" }),
  seen(authoriseEnergySale, {
    sale: new Uint8Array(16),
    plant: 3,
    supplier: 101,
    day: 20_000,
    rate: MicroEurPerKwh(142_000n),
    fee: MicroEurPerKwh(4_000n),
    energy: Wh(1_500n),
  }),
  seen(withdrawEnergySale, { sale: new Uint8Array(16) }),
  seen(submitIntervalTotals, {
    intervalStart: 1_781_606_700,
    commitmentsRoot: KEY,
    entries: Array.from({ length: 60 }, (_, i) => ({ plant: i + 1, storedSolar: MOVED, storedGrid: MOVED })),
  }),
  seen(cancelKeyRevocation, { key: KEY }),
  seen(setMemberGuardians, { guardians: [{ member: 8 }, { member: 9 }, { key: KEY }] }),
  seen(requestMemberRecovery, {
    member: 7,
    newKey: KEY,
    expiryHeight: 400,
    approvals: [0, 2].map((guardian) => ({ guardian, key: KEY, signature: new Uint8Array(64) })),
  }),
  seen(cancelMemberRecovery, { key: KEY }),
  seen(eraseOneMember, { member: 7 }),
  seen(requestOwnPayout, { payout: new Uint8Array(16), amount: MicroEur(1_000_000n) }),
  ...["R2", undefined].map((reference) =>
    seen(settleMemberPayout, { payout: new Uint8Array(16), reference }),
  ),
  seen(renewManyMembers, {
    period: 2,
    lastInterval: 1_781_606_700,
    gapSolar: { charged: Wh(0n), used: Wh(900n), exported: Wh(0n), lost: Wh(30n) },
    gapGrid: { charged: Wh(0n), used: Wh(0n), exported: Wh(0n), lost: Wh(0n) },
    closed: [7, 8],
    opened: [
      {
        member: 4711,
        keys: [KEY],
        identity: { commitment: KEY, nullifier: KEY },
        guardians: [{ member: 8 }, { member: 9 }, { key: KEY }],
        money: MicroEur(12_000_000n),
        plants: [
          {
            plant: 815,
            meterKey: KEY,
            capacity: Wh(10_000n),
            chargePowerMaxW: 5_000,
            dischargePowerMaxW: 5_000,
            solar: Wh(1_234n),
            grid: Wh(56n),
          },
        ],
      },
    ],
  }),
  ...Object.values(MOTIONS).map((motion) => seen(proposeMotion, { purpose: "A new meter", motion })),
  ...[true, false].map((yes) => seen(castVote, { proposal: 4, yes })),
  seen(withdrawMotion, { proposal: 4 }),
  seen(joinNeighbours, { plant: 3, cap: MicroEur(2_000_000n) }),
  seen(leaveNeighbours, { plant: 3 }),
  ...[1_500, undefined].map((most) =>
    seen(limitOneFeeder, {
      feeder: 7,
      from: 1_781_606_700,
      to: 1_781_610_300,
      maxSoldWh: most,
      maxBoughtWh: most,
      reason: "A cable is renewed",
    }),
  ),
  ...[0, 1].map((session) => seen(sealSlotBook, { slot: 1_781_606_700, session, count: 52, root: KEY })),
  seen(clearSlotBook, {
    slot: 1_781_606_700,
    session: 0,
    orders: Array.from({ length: 51 }, (_, i) => ({
      paddle: i,
      number: 0,
      side: i % 2 === 0 ? ("bid" as const) : ("ask" as const),
      energyWh: 120,
      limit: i === 1 ? -5_000 : 140_000,
      feeder: 7,
      wishes: NO_WISHES,
      salt: new Uint8Array(16),
    })),
    unopened: [{ paddle: 99, number: 0, hash: KEY }],
  }),
  ...["", "A meter was read anew"].map((reason) =>
    seen(settleMarketDay, {
      day: 20_000,
      version: reason === "" ? 1 : 2,
      reason,
      final: reason !== "",
      statementsRoot: KEY,
      ...{ boughtWh: 900, soldWh: 900, fallbackBoughtWh: 30, fallbackSoldWh: 30 },
      entries: Array.from({ length: 51 }, (_, i) => ({
        member: 100 + i,
        net: MicroEur(i === 0 ? -50n : 1n),
      })),
      fees: MicroEur(0n),
    }),
  ),
  ...PRICES.flatMap((price) =>
    BILLINGS.flatMap((billing) =>
      [0, 7].map((to) =>
        seen(offerOneSupply, {
          offer: ID,
          to,
          acceptBy: 5,
          terms: {
            price,
            billing,
            payWithinS: 86_400,
            suspension:
              to === 0 ? undefined : { noticeS: 900, reducedS: 901, reducedPerMille: 150, vitalW: 500 },
            from: 1,
            until: 900,
            text: KEY,
          },
        }),
      ),
    ),
  ),
  seen(acceptOneSupply, { contract: ID, offer: ID, plant: 3 }),
  ...[undefined, ID].map((corrects) =>
    seen(issueOneInvoice, {
      invoice: ID,
      contract: ID,
      number: 1,
      corrects,
      energy: Wh(5n),
      amount: MicroEur(7n),
      periodFrom: 0,
      periodTo: 900,
      document: KEY,
    }),
  ),
  seen(payOneInvoice, { invoice: ID }),
  ...DISPUTE_REASONS.map((reason) => seen(disputeOneInvoice, { invoice: ID, reason })),
  seen(resolveOneDispute, { invoice: ID, amount: MicroEur(0n) }),
  seen(giveOneNotice, { invoice: ID }),
  ...PROTECTIONS.flatMap((reason) =>
    [true, false].map((one) => seen(protectOnePlant, { plant: 3, protected: one, reason })),
  ),
  seen(endOneSupply, { contract: ID }),
  seen(prepaySupply, { contract: ID, amount: MicroEur(7n) }),
  seen(replaceHomeMeter, { plant: 3, meterKey: KEY, from: 1_781_600_400 }),
];

test("every kind of the chain and every field that it can have is told in every language", (t) => {
  t.after(() => setLanguage("en"));
  assert.deepEqual([...new Set(SEEN.map(([number]) => number))], [...KINDS.keys()], "each kind stands here");
  for (const language of LANGUAGES) {
    setLanguage(language);
    for (const [, view] of SEEN) {
      const where = `${view.kind} in ${language}`;
      assert.notEqual(kindName(view.kind), view.kind, where);
      assert.notEqual(sentenceOf(view), kindName(view.kind), `no sentence for ${where}`);
      for (const [i, { name, text }] of readableFields(view).entries()) {
        const raw = view.fields[i]!;
        assert.match(name, /^\p{Lu}/u, `${raw.name} of ${where} has no word`);
        assert.doesNotMatch(text, /_|\bEUR\b|^(true|false)$/, `${raw.name} of ${where}: ${text}`);
        if (language !== "en") {
          assert.doesNotMatch(
            text,
            /\b(member|blocks|sales|days|yes|solar|charged)\b/,
            `${raw.name} of ${where}`,
          );
        }
      }
    }
  }
});

test("laws are told exactly, with the units of the language", (t) => {
  t.after(() => setLanguage("en"));
  setLanguage("de");
  const laws = { ...DEFAULT_PARAMETERS, keyDelayS: 259_200, recoveryDelayS: 259_201, maxOpenSales: 1 };
  const [, view] = seen(proposeMotion, { purpose: "days", motion: { type: "change_laws", laws } });
  const told = new Map(readableFields(view).map(({ name, text }) => [name, text.replaceAll(/\s/g, " ")]));
  assert.equal(told.get("Ein Schlüssel geht nach"), "3 Tage");
  assert.equal(told.get("Eine Wiederherstellung dauert"), "259.201 s");
  assert.equal(told.get("Offene Verkäufe einer Anlage"), "1 Verkauf");
  assert.equal(told.get("Zweck"), "days", "people's own words stay theirs");
});

test("every refusal that keys, recovery, payouts and votes can meet has its sentence", () => {
  for (const [status, code] of Object.entries(STATUS)) {
    if (!((code >= 20 && code < 50) || code >= 90)) continue;
    assert.ok(`signing.refused.${status}` in signing, status);
  }
});
