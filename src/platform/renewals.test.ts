/** Renewals on a street of two homes, through the platform's own routes, with a restart wherever one could come. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex, utf8 } from "#base/bytes.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import {
  authoriseEnergySale,
  depositMoney,
  joinNeighbours,
  requestMemberRecovery,
  setMemberGuardians,
} from "#chain/transactions.ts";
import { hash } from "#crypto/hash.ts";
import { type Signer, signerFromSeed } from "#crypto/keys.ts";
import { PAPER_CODE_BYTES, paperCode, seedOfPaperCode } from "#crypto/paper-code.ts";
import { recoveryHash } from "#ledger/recovery.ts";
import { type SignedReading, signReading } from "#metering/signed-reading.ts";
import { type Client, createClient } from "#wire/client.ts";
import { marketRuleHash } from "#wire/market-letters.ts";
import type { MarketRule } from "#wire/market-schemas.ts";
import { nextKeyLetter } from "#wire/next-key.ts";
import { checkReceipt } from "#wire/receipt.ts";
import { type OperatedPlatform, openPlatform } from "./platform.ts";
import type { Registrar } from "./renewals.ts";
import {
  ALBA,
  ANNA,
  BRUNO,
  clientFor,
  DIRECTORY,
  type Doings,
  found,
  keyOf,
  MAP,
  MemoryChain,
  Meter,
  meterOf,
  NOON,
  OPERATOR,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  RATE,
  refusedWith,
  saleOf,
  streetGenesis,
  TODAY,
  temporaryFolder,
  tokenFor,
} from "./test-street.ts";

const CITIZENS = [ANNA, BRUNO];
const HOMES = [PLANT_OF_ANNA, PLANT_OF_BRUNO];
/** What somebody, or a meter, signs with after so many renewals. */
const keyAfter = (member: number, renewals: number): Signer =>
  renewals === 0 ? keyOf(member) : keyOf(`${member} ${renewals}`);
const meterAfter = (home: number, renewals: number): Signer =>
  renewals === 0 ? meterOf(home) : keyOf(`meter ${home} ${renewals}`);

const REGISTRAR: Registrar = {
  attest: (account, period) => ({
    commitment: hash(utf8(`commitment ${account} ${period}`)),
    nullifier: hash(utf8(`nullifier ${account} ${period}`)),
  }),
  meterKey: (home, renewals) => meterAfter(home, renewals).publicKey,
};

/** A street that can be closed and opened again over the same chain and folder. */
class Street {
  readonly memory: MemoryChain;
  readonly folder = temporaryFolder();
  readonly meters = HOMES.map((home) => new Meter(home, NOON));
  platform!: OperatedPlatform;

  private constructor(memory: MemoryChain) {
    this.memory = memory;
  }

  static async found(): Promise<Street> {
    const genesis = streetGenesis();
    const memory = new MemoryChain({ ...genesis, parameters: { ...genesis.parameters, renewalMinimum: 2 } });
    await found(memory);
    memory.time = NOON;
    const street = new Street(memory);
    await street.open();
    return street;
  }

  async open(): Promise<void> {
    this.platform = await openPlatform({
      host: this.memory,
      folder: this.folder.path,
      port: 0,
      community: { name: "Contrada Olmo", homes: 2 },
      operator: { member: OPERATOR, signer: keyOf(OPERATOR) },
      registrar: REGISTRAR,
      directory: DIRECTORY,
      map: MAP,
      importPrice: () => 250_000,
      market: { feedInPrice: () => 80_000 },
      durable: false,
      note: () => undefined,
    });
  }

  /** As after a crash: what waits for a block is lost. */
  async restart(): Promise<void> {
    await this.platform.close();
    this.memory.lose();
    await this.open();
  }

  async close(): Promise<void> {
    await this.platform.close();
    this.folder.remove();
  }

  operator(): Promise<Client> {
    return clientFor(this.platform.url, OPERATOR);
  }

  /** Each names the key that follows its present one. */
  name(...members: readonly number[]): void {
    const { numbers, nextKeys } = this.platform;
    for (const account of members) {
      const renewals = numbers.renewalsOf(account);
      const letter = nextKeyLetter("street", keyAfter(account, renewals), keyAfter(account, renewals + 1));
      nextKeys.offer(numbers.memberNow(account), letter, NOON);
    }
  }

  /** A quarter hour passes: the meters report it, and it is closed. */
  async quarter(doings: Doings = {}): Promise<void> {
    const late = await this.quarterBut([], doings);
    assert.equal(late.length, 0);
  }

  /** A quarter hour passes, and these homes' readings, which it returns, are still on their way when it is closed. */
  async quarterBut(late: readonly number[], doings: Doings = {}): Promise<SignedReading[]> {
    const { memory, platform } = this;
    memory.time += QUARTER_HOUR_S;
    const signed = this.meters.map((meter, i) => {
      const renewals = platform.numbers.renewalsOf(CITIZENS[i]!);
      return signReading("street", meter.reading(doings), meterAfter(meter.plant, renewals));
    });
    const isLate = ({ reading }: SignedReading) => late.includes(reading.plant);
    const inTime = signed.filter((one) => !isLate(one));
    assert.deepEqual(platform.headEnd.receive(inTime).refused, []);
    assert.equal(await platform.headEnd.closeInterval(memory.time - QUARTER_HOUR_S), "ok");
    return signed.filter(isLate);
  }

  async block(): Promise<void> {
    await this.memory.produceNow();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Wh by the books of a home, under whatever number it has. */
  storedWh(home: number): number {
    return Number(this.memory.view().store(this.platform.numbers.plantNow(home)).solar);
  }
}

const SELLS: MarketRule = {
  ...{ sellSurplusFromMicroEurPerKwh: 100_000, sellStored: null, buyUpToMicroEurPerKwh: null },
  ...{ solarOnly: false, partner: null, forwardPerMille: 0 },
};
const SUN: Doings = { solar: { chargedWh: 1000 } };
const NIGHT: Doings = { solar: { usedWh: 100, lostWh: 1 } };

test("a home goes on under other numbers: signed in, its history whole, its receipts good, its meter booked", async () => {
  const street = await Street.found();
  const { memory } = street;
  try {
    for (let i = 0; i < 3; i++) await street.quarter(SUN);
    await street.block();
    const anna = await clientFor(street.platform.url, ANNA);
    const bruno = await clientFor(street.platform.url, BRUNO);
    const { kind, body } = saleOf(1000, 7);
    await memory.act(ANNA, kind, body);
    await street.quarter({ solar: { exportedWh: 1000 } });
    await street.block();
    await memory.act(OPERATOR, depositMoney, {
      member: ANNA,
      amount: MicroEur(1_730_000n),
      reference: "gift",
    });
    const { balanceMicroEur: balance } = await anna.call("GET /v1/account");

    street.name(ANNA, BRUNO);
    const operator = await street.operator();
    const waiting = await operator.call("POST /v1/operator/renewals", { body: {} });
    assert.equal(waiting.underWay?.state, "waiting", "until another one takes its place");
    const begun = await operator.call("POST /v1/operator/renewals", { body: { at: "now", quarterHours: 2 } });
    assert.deepEqual([begun.underWay?.state, begun.underWay?.homes, begun.unready], ["holding", 2, []]);
    await assert.rejects(
      operator.call("POST /v1/operator/renewals", { body: {} }),
      refusedWith("renewal_under_way"),
    );

    const before = memory.blocks.length;
    await street.quarter(NIGHT);
    await street.block();
    const gap = memory.blocks.slice(before).flatMap(({ transactions }) => transactions);
    assert.deepEqual(gap, [], "what the homes do in the gap stays with the head-end");
    await street.quarter(NIGHT);
    await street.block();

    const { numbers } = street.platform;
    const [member, plant] = [numbers.memberNow(ANNA), numbers.plantNow(PLANT_OF_ANNA)];
    assert.notEqual(member, ANNA);
    assert.deepEqual(
      [memory.view().member(ANNA)?.keys, memory.view().plant(PLANT_OF_ANNA)?.closed],
      [[], memory.view().height],
    );
    assert.equal(street.storedWh(PLANT_OF_ANNA), 3000 - 1000 - 202);

    // The same session, by the key that followed; nobody had to sign in again.
    const session = await anna.call("GET /v1/session");
    assert.deepEqual(
      [session?.member, session?.account, session?.earlier, session?.plant, session?.key],
      [member, ANNA, [ANNA], PLANT_OF_ANNA, toHex(keyAfter(ANNA, 1).publicKey)],
    );
    const account = await anna.call("GET /v1/account");
    assert.equal(account.member, member);
    const unit = Number(memory.view().parameters.renewalUnit);
    assert.equal(account.balanceMicroEur, balance - (balance % unit), "whole units go on");
    assert.equal(account.waitingMicroEur, balance % unit, "the rest waits");
    await assert.rejects(clientFor(street.platform.url, ANNA), refusedWith("device_unknown"));

    // The meter signs with its new key, and is booked under the new number; the sheet is still the one that was registered.
    const stale = signReading(
      "street",
      { ...street.meters[0]!.reading(), intervalStart: memory.time },
      meterOf(PLANT_OF_ANNA),
    );
    street.meters[0]!.next -= QUARTER_HOUR_S;
    memory.time += QUARTER_HOUR_S;
    assert.equal(street.platform.headEnd.receive([stale]).refused[0]?.reason, "bad_signature");
    memory.time -= QUARTER_HOUR_S;
    await street.quarter(SUN);
    await street.block();
    assert.equal(street.storedWh(PLANT_OF_ANNA), 2798);
    assert.equal((await anna.call("GET /v1/home/plant")).feeder, 1);

    // It sells again, and sees both sales.
    const desk = await anna.call("GET /v1/home/desk");
    assert.deepEqual([desk.plant, desk.capacityWh], [plant, 10_000]);
    const second = {
      ...body,
      sale: new Uint8Array(16).fill(8),
      plant,
      energy: Wh(500n),
      rate: MicroEurPerKwh(BigInt(RATE)),
      day: TODAY,
    };
    await memory.act(member, authoriseEnergySale, second, keyAfter(ANNA, 1));
    await street.quarter({ solar: { exportedWh: 500 } });
    await street.block();
    const archive = await anna.call("GET /v1/home/archive", { query: { period: "day", date: "2026-06-16" } });
    assert.deepEqual(
      archive.sales.map(({ id, state, energyWh }) => [id.slice(0, 2), state, energyWh]),
      [
        ["08", "settled", 500],
        ["07", "settled", 1000],
      ],
    );
    assert.deepEqual([archive.totals.soldWh, archive.totals.sales], [1500, 2]);
    for (const id of archive.sales.map((sale) => sale.id)) {
      const receipt = await anna.call("GET /v1/home/sales/:id/receipt", { params: { id } });
      const checked = checkReceipt(receipt, { chain: "street", producer: fromHex(receipt.producer)! });
      assert.ok(checked.ok, "a receipt is good whatever the number was");
      await assert.rejects(
        bruno.call("GET /v1/home/sales/:id", { params: { id } }),
        refusedWith("sale_unknown"),
      );
    }
    await links(street, [anna]);
  } finally {
    await street.close();
  }
});

test("a home whose last reading comes over a link a moment late goes on under other numbers with the others", async () => {
  for (const isRemote of [true, false]) {
    const street = await Street.found();
    const { memory, platform } = street;
    try {
      await street.quarter(SUN);
      await street.block();
      street.name(ANNA, BRUNO);
      if (isRemote) platform.renewals!.waitFor((home) => home === PLANT_OF_ANNA);
      platform.renewals!.begin({ at: "now", quarterHours: 2 });
      await street.quarter(NIGHT);
      const late = await street.quarterBut([PLANT_OF_ANNA], NIGHT);
      await street.block();
      assert.equal(platform.numbers.memberNow(BRUNO), BRUNO, "one alone would be known by being alone");
      assert.deepEqual(platform.headEnd.receive(late).refused, []);
      await street.block();
      const isRenewed = CITIZENS.map((member) => platform.numbers.memberNow(member) !== member);
      assert.deepEqual(isRenewed, [isRemote, isRemote], "unless nobody said that it comes late");
      if (isRemote) assert.equal(street.storedWh(PLANT_OF_ANNA), 1000 - 202);
      assert.equal(memory.view().plant(platform.numbers.plantNow(PLANT_OF_ANNA))?.closed, 0);
    } finally {
      await street.close();
    }
  }
});

/** Nothing that anybody but Anna may read holds an old and a new number of hers at once, but the renewal itself. */
async function links(street: Street, own: readonly Client[]): Promise<void> {
  const { numbers } = street.platform;
  const news = [numbers.memberNow(ANNA), numbers.plantNow(PLANT_OF_ANNA)].map(String);
  const url = street.platform.url;
  const anybody = createClient((input, init) => fetch(input, init), url);
  const others = [anybody, await clientFor(url, ALBA)];
  assert.equal(own.length, 1);
  const read = async (client: Client) => [
    await client.call("GET /v1/community"),
    await client.call("GET /v1/network"),
    await client.call("GET /v1/organisations"),
    await client.call("GET /v1/proposals", { query: {} }),
    await client.call("GET /v1/treasury"),
    ...(await Promise.all(
      [ANNA, numbers.memberNow(ANNA)].map((member) =>
        client
          .call("GET /v1/members/:member/recovery", { params: { member } })
          .catch((error) => String(error)),
      ),
    )),
    ...(await Promise.all(
      street.memory.blocks.map(({ height }) => client.call("GET /v1/blocks/:height", { params: { height } })),
    )),
  ];
  for (const client of others) {
    for (const document of await read(client)) {
      const text = JSON.stringify(document);
      if (!news.some((number) => text.includes(number))) continue;
      const old = [
        `"plant ${PLANT_OF_ANNA}"`,
        `"sender":${ANNA},`,
        `"member":${ANNA},`,
        toHex(keyOf(ANNA).publicKey),
      ];
      const both = old.some((trace) => text.includes(trace));
      assert.ok(text.includes('"renew_members"') || !both, text);
    }
  }
  const purchases = await others[1]!.call("GET /v1/supplier/purchases", { query: {} });
  assert.equal(new Set(purchases.map(({ seller }) => seller)).size, 2, "the buyer cannot tell either");
}

test("a code on paper helps back after two renewals as before: it has another key under each number", async () => {
  const street = await Street.found();
  const { memory, platform } = street;
  try {
    await street.quarter(SUN);
    await street.block();
    const code = paperCode(new Uint8Array(PAPER_CODE_BYTES).fill(5));
    const paper = (renewals: number) => signerFromSeed(seedOfPaperCode(code, renewals)!);
    const guardians = [{ key: paper(0).publicKey }, { member: ALBA }, { member: OPERATOR }];
    await memory.act(ANNA, setMemberGuardians, { guardians });
    street.name(ANNA, BRUNO);
    const anna = await clientFor(platform.url, ANNA);
    const renewal = async () => (await anna.call("GET /v1/account/keys")).renewal;
    assert.deepEqual([(await renewal())?.reason, (await renewal())?.guardianRenewals], ["guardian_key", 0]);

    const letters = [0, 1].map((i) => nextKeyLetter("street", paper(i), paper(i + 1)));
    await anna.call("POST /v1/account/guardian-keys", { body: { letters } });
    assert.deepEqual([(await renewal())?.reason, (await renewal())?.guardianRenewals], [null, 2]);
    const bruno = await clientFor(platform.url, BRUNO);
    assert.equal((await bruno.call("GET /v1/account/keys")).renewal?.guardianRenewals, null);

    const operator = await street.operator();
    const anybody = createClient((input, init) => fetch(input, init), platform.url);
    for (const renewals of [1, 2]) {
      const before = platform.numbers.memberNow(ANNA);
      await operator.call("POST /v1/operator/renewals", { body: { at: "now", quarterHours: 1 } });
      await street.quarter(NIGHT);
      await street.block();
      const member = platform.numbers.memberNow(ANNA);
      assert.notEqual(member, before);
      const info = await anybody.call("GET /v1/members/:member/recovery", { params: { member } });
      assert.deepEqual(
        info.guardians.map((guardian) => guardian.member ?? guardian.key),
        [toHex(paper(renewals).publicKey), ALBA, OPERATOR],
      );
      assert.equal(
        platform.nextKeys.after(paper(renewals - 1).publicKey),
        undefined,
        "what led here is gone",
      );
      assert.deepEqual(await anybody.call("GET /v1/guardian-keys"), [
        { member, key: toHex(paper(renewals).publicKey) },
      ]);
      street.name(ANNA, BRUNO);
      assert.equal((await renewal())?.guardianRenewals, 2 - renewals);
    }
    assert.equal((await renewal())?.reason, "guardian_key", "a code that is used up keeps the number");

    const member = platform.numbers.memberNow(ANNA);
    const { round, height } = await anybody.call("GET /v1/members/:member/recovery", { params: { member } });
    const found = keyOf("found again");
    const terms = {
      chain: "street",
      member,
      newKey: found.publicKey,
      round: round!,
      expiryHeight: height + 50,
    };
    const approvals = [paper(2), keyOf(OPERATOR)].map((signer, i) => ({
      guardian: 2 * i,
      key: signer.publicKey,
      signature: signer.sign(recoveryHash(terms)),
    }));
    await memory.act(OPERATOR, requestMemberRecovery, { ...terms, approvals });
    memory.time += memory.view().parameters.recoveryDelayS;
    await memory.passMinute();
    await memory.passMinute();
    assert.deepEqual(memory.view().member(member)?.keys.map(toHex), [toHex(found.publicKey)]);
  } finally {
    await street.close();
  }
});

test("wherever a process ends, the renewal goes on: once, and with the same numbers", async () => {
  const street = await Street.found();
  const { memory } = street;
  try {
    await street.quarter(SUN);
    await street.block();
    street.name(ANNA, BRUNO);
    await (await street.operator()).call("POST /v1/operator/renewals", {
      body: { at: "now", quarterHours: 2 },
    });
    // In the gap.
    await street.quarter(NIGHT);
    await street.block();
    await street.restart();
    assert.equal(street.platform.renewals?.standing().underWay?.state, "holding");
    assert.equal(memory.view().store(PLANT_OF_ANNA).solar, Wh(1000n), "what was held back stays held back");
    // Written down and handed in, and lost on its way.
    await street.quarter(NIGHT);
    assert.equal(street.platform.renewals?.standing().underWay?.state, "sent");
    await street.restart();
    assert.equal(street.platform.numbers.memberNow(ANNA), ANNA);
    const token = await clientFor(street.platform.url, ANNA);
    // Handed in again; then the platform ends before it hears of the block.
    await street.quarter(NIGHT);
    await street.platform.close();
    await street.block();
    const opened = memory
      .view()
      .members()
      .filter(({ key }) => key > 1_000);
    assert.equal(opened.length, 2, "the chain has taken it");
    await street.open();
    const now = street.platform.numbers.memberNow(ANNA);
    assert.ok(opened.some(({ key }) => key === now));
    assert.equal(street.platform.renewals?.standing().last?.homes, 2);
    // What was not booked yet when it ended, is.
    await street.quarter(SUN);
    await street.block();
    assert.equal(street.storedWh(PLANT_OF_ANNA), 1000 - 303 + 1000);
    void token;
    const anna = await createClientFor(street, keyAfter(ANNA, 1));
    assert.equal((await anna.call("GET /v1/session"))?.account, ANNA);
  } finally {
    await street.close();
  }
});

test("a renewal waits for seven in the morning, also over a restart: who is ready then takes part, until four", async () => {
  const street = await Street.found();
  const { memory } = street;
  const [from, until] = [NOON + 19 * 3600, NOON + 28 * 3600];
  const standing = () => street.platform.renewals!.standing();
  const passUntil = async (time: number) => {
    while (memory.time < time) await street.quarter({ solar: { chargedWh: 10 } });
    await street.block();
  };
  try {
    street.name(ANNA, BRUNO);
    const operator = await street.operator();
    const { underWay, next } = await operator.call("POST /v1/operator/renewals", { body: {} });
    assert.deepEqual([underWay, next], [{ state: "waiting", from, until, homes: 0 }, from]);
    await passUntil(from - QUARTER_HOUR_S);
    const booked = () => memory.view().plant(PLANT_OF_ANNA)!.lastInterval;
    assert.equal(booked(), from - 2 * QUARTER_HOUR_S, "homes are booked as ever meanwhile");
    await street.restart();
    assert.equal(standing().underWay?.state, "waiting");
    await passUntil(from + QUARTER_HOUR_S);
    assert.deepEqual([standing().underWay?.state, standing().underWay?.homes], ["holding", 2]);
    assert.equal(booked(), from - QUARTER_HOUR_S);
    await passUntil(until);
    assert.deepEqual([standing().underWay, standing().last?.homes], [undefined, 2]);

    // The next one finds nobody ready in the morning.
    street.name(ANNA, BRUNO);
    await (await street.operator()).call("POST /v1/operator/renewals", { body: {} });
    street.platform.nextKeys.forgetKey(keyAfter(BRUNO, 1).publicKey);
    await passUntil(from + 86_400);
    assert.deepEqual([standing().underWay, standing().dropped?.reason], [undefined, "too_few_to_renew"]);
  } finally {
    await street.close();
  }
});

test("whoever takes part in the market is renewed too: the market has no book on that day, and the days before are final", async () => {
  const street = await Street.found();
  const { memory } = street;
  const standing = () => street.platform.renewals!.standing();
  const pass = async (doings: Doings) => {
    await street.quarter(doings);
    for (let i = 0; i < 3; i++) {
      await street.platform.market!.advance();
      memory.produce();
    }
    await street.platform.market!.advance();
  };
  try {
    const tomorrow = TODAY + 1;
    for (const [i, member] of CITIZENS.entries()) {
      const amount = MicroEur(20_000_000n);
      await memory.act(OPERATOR, depositMoney, { member, amount, reference: `market ${member}` });
      await memory.act(member, joinNeighbours, { plant: HOMES[i]!, cap: MicroEur(5_000_000n) });
      const publicKey = toHex(keyOf(member).publicKey);
      const signature = toHex(
        keyOf(member).sign(marketRuleHash({ chain: "street", member, change: 1, rule: SELLS })),
      );
      const letter = { rule: SELLS, change: 1, publicKey, signature };
      street.platform.market!.mandates.giveRule(HOMES[i]!, member, letter);
    }
    await memory.act(ALBA, joinNeighbours, { plant: 0, cap: MicroEur(9_000_000n) });
    for (let i = 0; i < 3; i++) await pass({ solarToGrid: 400 });
    assert.ok(memory.view().marketDay(TODAY) !== undefined, "there are books today");
    street.name(ANNA, BRUNO);
    assert.deepEqual(
      standing().unready.map(({ reason }) => reason),
      ["market_day", "market_day"],
    );
    assert.throws(() => street.platform.renewals!.begin({ at: "now" }), /too_few_to_renew/);
    street.platform.renewals!.begin();
    const { from, until } = standing().underWay!;
    assert.equal(from, NOON + 19 * 3600);
    while (memory.time < from) {
      await pass({ solarToGrid: 400 });
      // Nobody read these meters before noon: the operator makes the day final without.
      if (memory.time !== NOON + 13 * 3600) continue;
      street.platform.market!.settling.order(TODAY, "no meters before noon", true);
    }
    assert.equal(memory.view().marketDay(tomorrow), undefined, "no book tomorrow");
    assert.equal(memory.view().marketDay(TODAY)!.final, true);
    await pass({});
    assert.deepEqual([standing().underWay?.state, standing().underWay?.homes], ["holding", 2]);
    while (memory.time < until) await pass({});
    await street.block();
    assert.equal(standing().last?.homes, 2);
    assert.deepEqual(
      memory
        .view()
        .participations()
        .map(({ key }) => key),
      [ALBA],
      "they join anew under their new numbers",
    );
    assert.equal(street.platform.renewals!.holdsMarket(tomorrow), false, "the market goes on");
  } finally {
    await street.close();
  }
});

test("who sells in the gap, or named no next key, keeps its numbers; too few are not renewed, and nothing is lost", async () => {
  const street = await Street.found();
  const { memory } = street;
  try {
    await street.quarter(SUN);
    await street.block();
    const operator = await street.operator();
    street.name(ANNA);
    const standing = await operator.call("GET /v1/operator/renewals");
    assert.deepEqual(
      [standing.ready, standing.unready, standing.minimum],
      [1, [{ name: "Casa Bruno", reason: "no_next_key" }], 2],
    );
    await assert.rejects(
      operator.call("POST /v1/operator/renewals", { body: {} }),
      refusedWith("too_few_to_renew"),
    );
    street.name(BRUNO);
    await operator.call("POST /v1/operator/renewals", { body: { at: "now", quarterHours: 2 } });
    await street.quarter(NIGHT);
    const { kind, body } = saleOf(500, 9);
    await memory.act(ANNA, kind, body);
    await street.quarter(NIGHT);
    await street.block();
    const dropped = await operator.call("GET /v1/operator/renewals");
    assert.deepEqual(
      [dropped.dropped?.reason, dropped.underWay, dropped.period],
      ["too_few_to_renew", null, 0],
    );
    await street.quarter({ solar: { exportedWh: 500 } });
    await street.block();
    assert.deepEqual(
      HOMES.map((home) => street.storedWh(home)),
      [1000 - 202 - 500, 1000 - 202 - 500],
      "what was held back is booked",
    );
    const anna = await clientFor(street.platform.url, ANNA);
    const sale = await anna.call("GET /v1/home/sales/:id", { params: { id: toHex(body.sale) } });
    assert.equal(sale.state, "settled");
  } finally {
    await street.close();
  }
});

async function createClientFor(street: Street, signer: Signer): Promise<Client> {
  const token = await tokenFor(street.platform.url, "street", signer);
  return createClient((input, init) => fetch(input, init), street.platform.url, token);
}
