/**
 * Everything that goes on the chain, into its state or into a proof has exactly one encoding: what is written
 * is read back, bytes that differ mean something else or nothing, and no bytes whatever break the reader.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat, equalBytes } from "#base/bytes.ts";
import { type Codec, CodecError, decode, encode } from "#base/codec.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { DEFAULT_PARAMETERS, genesisCodec, TABLES } from "#chain/genesis.ts";
import { KINDS } from "#chain/transactions.ts";
import { lightBlockCodec } from "#consensus/light-block.ts";
import { trustedStateCodec } from "#consensus/light-client.ts";
import { SIGNATURE_MAX_BYTES } from "#crypto/keys.ts";
import { blockCodec, headerCodec } from "#ledger/block.ts";
import { rowProofCodec } from "#ledger/proof.ts";
import { transactionCodec } from "#ledger/transaction.ts";
import { BASES, PROTECTIONS, SUPPLY_STATES } from "#market/contract/contract.ts";
import { DISPUTE_REASONS, INVOICE_STATES } from "#market/contract/invoice.ts";
import { BILLINGS } from "#market/contract/terms.ts";
import { MECHANISM_NAMES, parametersCodec } from "#market/parameters.ts";
import { ELECTORATES, PROPOSAL_STATES, REASONS } from "#market/proposal.ts";

const PLAIN = { noNullPrototype: true } as const;
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(model, PLAIN);
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const uint = fc.maxSafeNat();
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const i128 = fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n });
const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const text = (bytes: number) => fc.string({ unit: "binary", maxLength: Math.floor(bytes / 4) });
const list = <T>(item: fc.Arbitrary<T>, maxLength = 4) => fc.array(item, { maxLength });
const role = fc.constantFrom("operator", "citizen", "supplier", "registrar", "organisation");
const identity = record({ commitment: fixed(32), nullifier: fixed(32) });
const money = u64.map(MicroEur);
const price = u64.map(MicroEurPerKwh);
const energy = u64.map(Wh);

/** Of any length that fits: which are keys is for the rules to say. */
const publicKey = fc.uint8Array({ maxLength: 33 });

const sheet = {
  owner: u32,
  meterKey: fixed(32),
  feeder: u16,
  solarPeakW: u32,
  capacity: energy,
  chargePowerMaxW: u32,
  dischargePowerMaxW: u32,
};
const gap = record({ charged: energy, used: energy, exported: energy, lost: energy });
const movement = record({ chargedWh: u32, usedWh: u32, exportedWh: u32, lostWh: u32 });
const accountId = record({ kind: u8, number: u32 });
const zone = record({
  name: text(64),
  standardOffsetS: fc.integer({ min: -50_400, max: 50_400 }),
  daylight: fc.constantFrom("none", "eu"),
});
const signedMoney = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(MicroEur);
const feederLimit = {
  from: uint,
  to: uint,
  maxSoldWh: fc.option(u32, { nil: undefined }),
  maxBoughtWh: fc.option(u32, { nil: undefined }),
  reason: text(280),
};
const mechanism = fc.constantFrom(...MECHANISM_NAMES);
const parameters = record({
  zone,
  saleFee: price,
  minimumSale: energy,
  deliveryIntervals: u32,
  saleExpiryBlocks: u32,
  maxOpenSales: u16,
  storeMarginPerMille: u16,
  gridEnergySellable: fc.boolean(),
  rateLowest: price,
  rateHighest: price,
  rateDaysAhead: u16,
  rateClosesS: u32,
  maxExpiryAhead: u32,
  meterTolerancePerMille: u16,
  votingPeriodS: u32,
  enactmentDelayS: u32,
  delayBlocks: u32,
  quorumPerMille: u16,
  maxOpenProposals: u16,
  operatorIsRegistrar: fc.boolean(),
  keyDelayS: u32,
  recoveryDelayS: u32,
  renewalUnit: money,
  renewalMinimum: u16,
  marketMechanism: mechanism,
  marketGateS: u32,
  marketForwardGateS: u32,
  marketClearingS: u32,
  marketFallback: fc.boolean(),
  marketCorrectionDays: u16,
  marketCapHighest: money,
  marketFeeFeeder: price,
  marketFeeTransformer: price,
  marketFeeBeyond: price,
  supplyPayMinimumS: u32,
  supplyNoticeMinimumS: u32,
  supplyReducedMinimumS: u32,
  supplyReducedPerMille: u16,
  supplyVitalMinimumW: u32,
  supplyEndNoticeS: u32,
  supplyFinalBillS: u32,
});
const header = record({
  chain: text(32),
  height: uint,
  time: uint,
  previousHash: fixed(32),
  stateRoot: fixed(32),
  transactionsRoot: fixed(32),
  producer: fixed(32),
});
const hashOrNone = fc.oneof(fixed(32), fc.constant(new Uint8Array(0)));
const instant = record({ seconds: uint, nanos: fc.nat({ max: 999_999_999 }) });
const blockId = record({ hash: hashOrNone, parts: record({ total: u32, hash: hashOrNone }) });
const lightBlock = {
  header: record({
    version: record({ block: uint, app: uint }),
    chain: text(50),
    height: uint,
    time: instant,
    lastBlockId: blockId,
    lastCommitHash: hashOrNone,
    dataHash: hashOrNone,
    validatorsHash: hashOrNone,
    nextValidatorsHash: hashOrNone,
    consensusHash: hashOrNone,
    appHash: hashOrNone,
    lastResultsHash: hashOrNone,
    evidenceHash: hashOrNone,
    proposerAddress: fixed(20),
  }),
  commit: record({
    height: uint,
    round: u32,
    blockId,
    signatures: list(
      fc.oneof(
        record({ vote: fc.constant("absent") }),
        record({
          vote: fc.constantFrom("block", "nil"),
          address: fixed(20),
          time: instant,
          signature: fixed(64),
        }),
      ),
    ),
  }),
  validators: list(record({ publicKey: fixed(32), power: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) })),
};
const checkpoint = fc.oneof(
  record({ by: fc.constant("producer"), header, signature: fixed(64) }),
  record({ by: fc.constant("validators"), ...lightBlock }),
);
const sibling = fc.option(
  fixed(32).filter((bytes) => bytes.some((byte) => byte !== 0)),
  { nil: undefined },
);

const deadline = record({ time: uint, height: uint, kind: u8, id: fc.uint8Array({ maxLength: 64 }) });

const guardian = fc.oneof(record({ member: u32 }), record({ key: publicKey }));
const guardians = list(guardian, 3);
const anySignature = fc.uint8Array({ maxLength: 200 });
const validator = fc.option(fixed(32), { nil: undefined });
const motion = fc.oneof(
  record({ type: fc.constant("change_laws"), laws: parameters }),
  record({ type: fc.constantFrom("admit_organisation", "change_validator"), member: u32, validator }),
  record({ type: fc.constant("remove_organisation"), member: u32 }),
  record({ type: fc.constant("pay"), member: u32, amount: money }),
);

const optionalId = fc.option(fixed(16), { nil: undefined });
const terms = record({
  price: fc.oneof(
    record({ type: fc.constant("flat"), price }),
    record({ type: fc.constant("bands"), prices: fc.tuple(price, price, price) }),
    record({
      type: fc.constant("index"),
      index: text(32),
      spread: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(MicroEurPerKwh),
    }),
  ),
  billing: fc.constantFrom(...BILLINGS),
  payWithinS: u32,
  suspension: fc.option(record({ noticeS: u32, reducedS: u32, reducedPerMille: u16, vitalW: u32 }), {
    nil: undefined,
  }),
  from: uint,
  until: uint,
  text: fixed(32),
});

/** By kind number. */
const BODIES: Readonly<Record<number, fc.Arbitrary<unknown>>> = {
  1: record({
    member: u32,
    role,
    keys: list(publicKey, 16),
    identity: fc.option(identity, { nil: undefined }),
  }),
  2: record({ key: publicKey }),
  3: record({ key: publicKey }),
  4: record({ plant: u32, sheet: record(sheet) }),
  5: record({ member: u32, name: text(120) }),
  6: record({ day: u32, rate: price }),
  7: record({ member: u32, amount: money, reference: text(64) }),
  8: record({ sale: fixed(16), plant: u32, supplier: u32, day: u32, rate: price, fee: price, energy }),
  9: record({ sale: fixed(16) }),
  10: record({
    intervalStart: fc.integer({ min: 0, max: 2 ** 48 }),
    commitmentsRoot: fixed(32),
    entries: list(record({ plant: u32, storedSolar: movement, storedGrid: movement })),
  }),
  11: record({ key: publicKey }),
  12: record({ guardians }),
  13: record({
    member: u32,
    newKey: publicKey,
    expiryHeight: uint,
    approvals: list(record({ guardian: u8, key: publicKey, signature: anySignature }), 3),
  }),
  14: record({ key: publicKey }),
  15: record({ member: u32 }),
  16: record({ payout: fixed(16), amount: money }),
  17: record({ payout: fixed(16), reference: fc.option(text(64), { nil: undefined }) }),
  18: record({
    period: u32,
    lastInterval: uint,
    gapSolar: gap,
    gapGrid: gap,
    closed: list(u32),
    opened: list(
      record({
        member: u32,
        keys: list(publicKey, 16),
        identity,
        guardians: fc.option(guardians, { nil: undefined }),
        money,
        plants: list(
          record({
            plant: u32,
            meterKey: fixed(32),
            capacity: energy,
            chargePowerMaxW: u32,
            dischargePowerMaxW: u32,
            solar: energy,
            grid: energy,
          }),
        ),
      }),
    ),
  }),
  20: record({ purpose: text(280), motion }),
  21: record({ proposal: u32, yes: fc.boolean() }),
  22: record({ proposal: u32 }),
  23: record({ plant: u32, cap: money }),
  24: record({ plant: u32 }),
  25: record({ feeder: u16, ...feederLimit }),
  26: record({ slot: uint, session: u8, count: u16, root: fixed(32) }),
  27: record({
    slot: uint,
    session: u8,
    orders: list(
      record({
        paddle: u32,
        number: u8,
        side: fc.constantFrom("bid", "ask"),
        energyWh: u32,
        limit: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        feeder: u16,
        wishes: record({
          solar: fc.boolean(),
          partner: fc.option(u32, { nil: undefined }),
          gift: fc.boolean(),
        }),
        salt: fixed(16),
      }),
    ),
    unopened: list(record({ paddle: u32, number: u8, hash: fixed(32) })),
  }),
  28: record({
    day: u32,
    version: u16,
    reason: text(280),
    final: fc.boolean(),
    statementsRoot: fixed(32),
    boughtWh: uint,
    soldWh: uint,
    fallbackBoughtWh: uint,
    fallbackSoldWh: uint,
    entries: list(record({ member: u32, net: signedMoney })),
    fees: signedMoney,
  }),
  30: record({ offer: fixed(16), to: u32, acceptBy: uint, terms }),
  31: record({ contract: fixed(16), offer: fixed(16), plant: u32 }),
  32: record({
    invoice: fixed(16),
    contract: fixed(16),
    number: u32,
    corrects: optionalId,
    energy,
    amount: money,
    periodFrom: uint,
    periodTo: uint,
    document: fixed(32),
  }),
  33: record({ invoice: fixed(16) }),
  34: record({ invoice: fixed(16), reason: fc.constantFrom(...DISPUTE_REASONS) }),
  35: record({ invoice: fixed(16), amount: money }),
  36: record({ invoice: fixed(16) }),
  37: record({ plant: u32, protected: fc.boolean(), reason: fc.constantFrom(...PROTECTIONS) }),
  38: record({ contract: fixed(16) }),
  39: record({ contract: fixed(16), amount: money }),
  43: record({ plant: u32, meterKey: fixed(32), from: uint }),
};

/** Keys and rows by table name. */
const ROWS: Readonly<Record<string, readonly [fc.Arbitrary<unknown>, fc.Arbitrary<unknown>]>> = {
  accounts: [
    accountId,
    record({
      overdraft: fc.boolean(),
      balances: list(record({ asset: u8, posted: i128, pendingOut: u64, pendingIn: u64 }), 16),
    }),
  ],
  transfers: [
    fixed(32),
    record({
      from: accountId,
      to: accountId,
      asset: u8,
      amount: u64,
      expiryHeight: uint,
      state: fc.constantFrom("pending", "posted", "voided", "expired"),
      posted: u64,
    }),
  ],
  transfer_expiries: [uint, list(fixed(32))],
  members: [
    u32,
    record({
      role,
      suspended: fc.boolean(),
      nonce: uint,
      admitted: uint,
      closed: uint,
      keys: list(publicKey, 16),
    }),
  ],
  keys: [publicKey, u32],
  identities: [u32, identity],
  nullifiers: [fixed(32), u32],
  revocations: [publicKey, record({ member: u32, time: uint, height: uint })],
  guardians: [
    u32,
    record({
      guardians,
      round: u32,
      next: fc.option(record({ guardians, time: uint, height: uint }), { nil: undefined }),
    }),
  ],
  recoveries: [u32, record({ newKey: publicKey, time: uint, height: uint })],
  parameters: [fc.constant(0), parameters],
  plants: [
    u32,
    record({ ...sheet, registered: uint, closed: uint, lastInterval: uint, openSales: list(fixed(16)) }),
  ],
  homes: [u32, list(u32)],
  meters: [
    publicKey,
    record({ plant: u32, from: uint, until: uint, before: fc.option(publicKey, { nil: undefined }) }),
  ],
  period: [fc.constant(0), u32],
  suppliers: [
    u32,
    record({ name: text(120), suspended: fc.boolean(), enrolled: uint, salesClosed: uint, salesPaid: uint }),
  ],
  rates: [record({ supplier: u32, day: u32 }), record({ rate: price, height: uint, time: uint })],
  sales: [
    fixed(16),
    record({
      plant: u32,
      seller: u32,
      supplier: u32,
      day: u32,
      rate: price,
      fee: price,
      energy,
      delivered: energy,
      state: fc.constantFrom("open", "withdrawing", "settled", "partly_delivered", "voided"),
      height: uint,
      time: uint,
      firstInterval: uint,
      lastInterval: uint,
      expiryHeight: uint,
      closedHeight: uint,
      closedTime: uint,
      gross: money,
      feePaid: money,
    }),
  ],
  sale_expiries: [uint, list(fixed(16))],
  organisations: [
    u32,
    record({
      validator: fc.option(fixed(32), { nil: undefined }),
      active: fc.boolean(),
      since: uint,
      misbehaviours: u32,
    }),
  ],
  validators: [fixed(20), record({ member: u32, key: fixed(32) })],
  agenda_slots: [uint, list(deadline)],
  agenda_heights: [uint, list(deadline)],
  agenda_cursor: [fc.constant(0), record({ slot: uint, count: uint })],
  validator_set: [fc.constant(0), list(fixed(32))],
  evidence: [
    record({
      address: fixed(20),
      height: uint,
      kind: fc.constantFrom("duplicate_vote", "light_client_attack"),
    }),
    record({ recorded: uint, member: fc.option(u32, { nil: undefined }) }),
  ],
  voters: [fc.constant(0), u32],
  docket: [fc.constant(0), record({ last: u32, open: u32 })],
  ballots: [record({ proposal: u32, member: u32 }), record({ yes: fc.boolean(), height: uint })],
  proposals: [
    u32,
    record({
      proposer: u32,
      purpose: text(280),
      motion,
      electorate: fc.constantFrom(...ELECTORATES),
      state: fc.constantFrom(...PROPOSAL_STATES),
      reason: fc.constantFrom(...REASONS),
      eligible: u32,
      yes: u32,
      no: u32,
      height: uint,
      time: uint,
      closesHeight: uint,
      closesTime: uint,
      decidedHeight: uint,
      decidedTime: uint,
      dueHeight: uint,
      dueTime: uint,
      endedHeight: uint,
      endedTime: uint,
      lawsBefore: fc.option(parameters, { nil: undefined }),
    }),
  ],
  supply_offers: [
    fixed(16),
    record({ seller: u32, to: u32, acceptBy: uint, terms, accepted: u32, height: uint, time: uint }),
  ],
  supply_contracts: [
    fixed(16),
    record({
      offer: fixed(16),
      seller: u32,
      buyer: u32,
      plant: u32,
      terms,
      state: fc.constantFrom(...SUPPLY_STATES),
      basis: fc.constantFrom(...BASES),
      since: uint,
      sinceHeight: uint,
      invoice: optionalId,
      frozen: fc.constantFrom(undefined, "notified", "reduced"),
      stepTime: uint,
      stepHeight: uint,
      endsTime: uint,
      endsHeight: uint,
      closesTime: uint,
      closesHeight: uint,
      endedBy: fc.constantFrom(undefined, "buyer", "seller"),
      reserve: money,
      billedUntil: uint,
      unpaid: list(fixed(16)),
      height: uint,
      time: uint,
    }),
  ],
  supply_invoices: [
    fixed(16),
    record({
      contract: fixed(16),
      year: u16,
      number: u32,
      corrects: optionalId,
      energy,
      amount: money,
      credited: money,
      paid: money,
      state: fc.constantFrom(...INVOICE_STATES),
      periodFrom: uint,
      periodTo: uint,
      document: fixed(32),
      height: uint,
      time: uint,
      dueTime: uint,
      dispute: fc.constantFrom(undefined, ...DISPUTE_REASONS),
      settledHeight: uint,
      settledTime: uint,
    }),
  ],
  supply_points: [
    u32,
    record({
      contracts: list(fixed(16)),
      protection: fc.option(record({ reason: fc.constantFrom(...PROTECTIONS), height: uint, time: uint }), {
        nil: undefined,
      }),
    }),
  ],
  supply_sellers: [u32, record({ contracts: u32, unpaid: u32, year: u16, number: u32 })],
  roster: [fc.constant(0), list(u32)],
  participations: [
    u32,
    record({
      plant: u32,
      caps: list(record({ from: u32, cap: money })),
      held: money,
      nets: list(record({ day: u32, net: signedMoney })),
    }),
  ],
  feeder_limits: [u16, list(record({ ...feederLimit, height: uint }))],
  books: [
    record({ slot: uint, session: u8 }),
    record({
      day: u32,
      count: u16,
      sealsRoot: fixed(32),
      sealedHeight: uint,
      sealedTime: uint,
      result: fc.option(
        record({
          bookHash: fixed(32),
          terms: record({
            mechanism,
            fees: record({ feeder: uint, transformer: uint, beyond: uint }),
            limits: list(
              record({
                feeder: u16,
                maxSoldWh: fc.option(u32, { nil: undefined }),
                maxBoughtWh: fc.option(u32, { nil: undefined }),
              }),
            ),
          }),
          orders: u16,
          price: fc.option(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), { nil: undefined }),
          tradedWh: uint,
          bought: signedMoney,
          sold: signedMoney,
          height: uint,
        }),
        { nil: undefined },
      ),
    }),
  ],
  market_days: [
    u32,
    record({
      books: u16,
      tradedWh: uint,
      gridFees: i128.map(MicroEur),
      fallback: record({ allowed: fc.boolean(), fee: u64.map(MicroEurPerKwh) }),
      versions: u16,
      final: fc.boolean(),
      closed: fc.boolean(),
      statementsRoot: fixed(32),
      fallbackWh: uint,
      moved: i128.map(MicroEur),
      fees: i128.map(MicroEur),
      settledHeight: uint,
    }),
  ],
  market_calendar: [fc.constant(0), record({ open: list(u32), leaving: list(u32) })],
  origin: [fc.constant(0), record({ header, signature: fixed(64) })],
  deposits: [fixed(32), record({ member: u32, amount: money, height: uint })],
  payout_references: [fixed(32), fixed(16)],
  payouts: [
    fixed(16),
    record({
      member: u32,
      amount: money,
      state: fc.constantFrom("waiting", "paid", "unpaid"),
      height: uint,
      time: uint,
      expiryHeight: uint,
      settledHeight: uint,
      settledTime: uint,
      reference: fc.option(text(64), { nil: undefined }),
    }),
  ],
};

type Subject = readonly [string, Codec<unknown>, fc.Arbitrary<unknown>];
const subject = <T>(name: string, codec: Codec<T>, values: fc.Arbitrary<T>): Subject => [
  name,
  codec as Codec<unknown>,
  values,
];

const SUBJECTS: readonly Subject[] = [
  ...[...KINDS.values()].map((kind) =>
    subject(`body ${kind.name}`, kind.codec as Codec<unknown>, BODIES[kind.number]!),
  ),
  ...TABLES.flatMap((table) => [
    subject(`key of ${table.name}`, table.key as Codec<unknown>, ROWS[table.name]![0]),
    subject(`row of ${table.name}`, table.row as Codec<unknown>, ROWS[table.name]![1]),
  ]),
  subject<unknown>(
    "envelope",
    transactionCodec as Codec<unknown>,
    record({
      chain: text(32),
      kind: u16,
      sender: u32,
      nonce: uint,
      expiryHeight: uint,
      body: fc.uint8Array({ maxLength: 80 }),
      publicKey,
      signature: fc.uint8Array({ maxLength: SIGNATURE_MAX_BYTES }),
    }),
  ),
  subject("header", headerCodec, header),
  subject(
    "block",
    blockCodec,
    record({
      header,
      signature: fixed(64),
      transactions: list(record({ bytes: fc.uint8Array({ maxLength: 40 }), status: u16 })),
    }),
  ),
  subject<unknown>("light block", lightBlockCodec as Codec<unknown>, record(lightBlock)),
  subject<unknown>(
    "trusted state",
    trustedStateCodec as Codec<unknown>,
    record({
      chain: text(50),
      height: uint,
      time: instant,
      headerHash: fc.option(fixed(32), { nil: undefined }),
      validators: lightBlock.validators,
      nextValidatorsHash: fixed(32),
    }),
  ),
  subject<unknown>(
    "proof",
    rowProofCodec as Codec<unknown>,
    record({
      checkpoint,
      table: u16,
      key: fc.uint8Array({ maxLength: 40 }),
      row: fc.option(fc.uint8Array({ maxLength: 80 }), { nil: undefined }),
      path: record({
        siblings: fc.array(sibling, { maxLength: 20 }),
        other: fc.option(record({ key: fixed(32), value: fixed(32) }), { nil: undefined }),
      }),
    }),
  ),
  subject<unknown>("parameters", parametersCodec as Codec<unknown>, parameters),
  subject<unknown>(
    "genesis",
    genesisCodec as Codec<unknown>,
    fc.record(
      {
        chain: text(32),
        time: uint,
        producer: fixed(32),
        founders: list(
          fc.record(
            { member: u32, role, keys: list(publicKey, 16), validator: fixed(32) },
            { requiredKeys: ["member", "role", "keys"], noNullPrototype: true },
          ),
        ),
        parameters,
        origin: record({ header, signature: fixed(64) }),
      },
      { requiredKeys: ["chain", "time", "producer", "founders", "parameters"], noNullPrototype: true },
    ),
  ),
];

/** One small change of some bytes: a byte altered, added or taken out, or an end cut off. */
const damage = fc.record({
  at: fc.nat(),
  byte: fc.integer({ min: 1, max: 255 }),
  how: fc.constantFrom("alter", "insert", "remove", "cut"),
});

function damaged(
  bytes: Uint8Array,
  { at, byte, how }: { at: number; byte: number; how: string },
): Uint8Array {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  if (how === "alter") return bytes.map((old, i) => (i === place ? old ^ byte : old));
  if (how === "insert") return concat(bytes.subarray(0, place), Uint8Array.of(byte), bytes.subarray(place));
  if (how === "remove") return concat(bytes.subarray(0, place), bytes.subarray(place + 1));
  return bytes.slice(0, place);
}

for (const [name, codec, values] of SUBJECTS) {
  test(`${name}: one value, one encoding`, () => {
    fc.assert(
      fc.property(values, damage, (value, change) => {
        const bytes = encode(codec, value);
        const back = decode(codec, bytes);
        assert.ok(back.ok, "what was written is read");
        assert.deepEqual(back.value, value);
        const others = damaged(bytes, change);
        if (equalBytes(others, bytes)) return;
        const other = decode(codec, others);
        if (!other.ok) return;
        assert.notDeepEqual(other.value, value, "a second encoding of one value");
      }),
      { numRuns: 60 },
    );
  });
}

test("no bytes whatever break a reader: they are read or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: SUBJECTS.length - 1 }), (bytes, i) => {
      const [name, codec] = SUBJECTS[i]!;
      const result = decode(codec, bytes);
      if (result.ok) assert.ok(equalBytes(encode(codec, result.value), bytes), name);
      else assert.ok(result.error instanceof CodecError, name);
    }),
    { numRuns: 1_000 },
  );
});

test("what is too long, too many or unheard of is refused by its reader", () => {
  const bytes = (name: string, value: unknown) => encode(SUBJECTS.find(([n]) => n === name)![1], value);
  const codec = (name: string) => SUBJECTS.find(([n]) => n === name)![1];
  const zeros = (length: number) => new Uint8Array(length);
  const key = zeros(32);
  const admission = bytes("body admit_member", {
    member: 1,
    role: "citizen",
    keys: [],
    identity: undefined,
  });
  const refused: readonly [string, string, Uint8Array][] = [
    ["a role that is none", "body admit_member", admission.map((byte, i) => (i === 4 ? 5 : byte))],
    [
      "seventeen keys",
      "body admit_member",
      concat(admission.subarray(0, 5), Uint8Array.of(0, 0, 0, 17), zeros(17 * 32)),
    ],
    [
      "a second version of the envelope",
      "envelope",
      bytes("envelope", {
        chain: "",
        kind: 1,
        sender: 1,
        nonce: 1,
        expiryHeight: 1,
        body: zeros(0),
        publicKey: key,
        signature: zeros(64),
      }).map((byte, i) => (i === 0 ? 2 : byte)),
    ],
    ["a truth of two", "row of suppliers", concat(zeros(4), Uint8Array.of(2), zeros(24))],
    ["another key than the one", "key of parameters", Uint8Array.of(1)],
    ["a fifth state of a transfer", "row of transfers", concat(zeros(27), Uint8Array.of(4), zeros(8))],
    ["an interval beyond all calendars", "body submit_interval", concat(Uint8Array.of(0, 2), zeros(42))],
    ["a height above 2^53", "key of sale_expiries", Uint8Array.of(0, 32, 0, 0, 0, 0, 0, 0)],
    ["a proof with an empty sibling written out", "proof", proofWithEmptySibling()],
  ];
  for (const [what, name, wrong] of refused) assert.equal(decode(codec(name), wrong).ok, false, what);
  assert.ok(decode(codec("body submit_interval"), concat(Uint8Array.of(0, 1), zeros(42))).ok, "2^48 itself");
  assert.ok(decode(parametersCodec, encode(parametersCodec, DEFAULT_PARAMETERS)).ok);

  function proofWithEmptySibling(): Uint8Array {
    const head = { chain: "", height: 0, time: 0, previousHash: key, stateRoot: key, transactionsRoot: key };
    const empty = bytes("proof", {
      checkpoint: { by: "producer", header: { ...head, producer: key }, signature: zeros(64) },
      table: 0,
      key: zeros(0),
      row: zeros(0),
      path: { siblings: [], other: undefined },
    });
    return concat(
      empty.subarray(0, empty.length - 3),
      Uint8Array.of(0, 1, 0x80),
      zeros(32),
      Uint8Array.of(0),
    );
  }
});
