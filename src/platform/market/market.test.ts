/** The neighbours' market over a real platform and chain: orders, books, a day's settlement and its correction. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { dayStart, formatDay, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import {
  castVote,
  depositMoney,
  joinNeighbours,
  leaveNeighbours,
  proposeMotion,
} from "#chain/transactions.ts";
import { verifyStatement } from "#market/auction/statement.ts";
import { clearingFrom, wrongIn } from "#wire/clearing.ts";
import type { Client } from "#wire/client.ts";
import { marketOrderHash, marketRuleHash } from "#wire/market-letters.ts";
import type { MarketRule, SignedMarketOrder } from "#wire/market-schemas.ts";
import { checkStaged } from "#wire/staged-clearing.ts";
import { sentenceOf, verifyBill } from "#wire/verify-bill.ts";
import type { OperatedPlatform } from "../platform.ts";
import {
  ALBA,
  ANNA,
  BRUNO,
  clientFor,
  type Doings,
  found,
  foundStreet,
  keyOf,
  MemoryChain,
  Meter,
  NOON,
  OPERATOR,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
  streetGenesis,
  TODAY,
  temporaryFolder,
} from "../test-street.ts";

const MARKET = { market: { feedInPrice: () => 80_000 } };
const NOTHING: MarketRule = {
  sellSurplusFromMicroEurPerKwh: null,
  sellStored: null,
  buyUpToMicroEurPerKwh: null,
  solarOnly: false,
  partner: null,
  forwardPerMille: 0,
};
const ANNAS: MarketRule = { ...NOTHING, sellSurplusFromMicroEurPerKwh: 100_000 };
const BRUNOS: MarketRule = { ...NOTHING, buyUpToMicroEurPerKwh: 200_000 };
const GIVES: Doings = { solarToGrid: 400 };
const TAKES: Doings = { gridToHome: 300 };

async function letter(client: Client, member: number, rule: MarketRule | null, change: number) {
  const key = keyOf(member);
  const signature = toHex(key.sign(marketRuleHash({ chain: "street", member, change, rule })));
  return client.call("PUT /v1/home/market/rule", {
    body: { rule, change, publicKey: toHex(key.publicKey), signature },
  });
}

type Order = Omit<SignedMarketOrder, "publicKey" | "signature">;
function byHand(client: Client, member: number, order: Order) {
  const key = keyOf(member);
  const signature = toHex(key.sign(marketOrderHash({ ...order, chain: "street", member })));
  return client.call("POST /v1/home/market/orders", {
    body: { ...order, publicKey: toHex(key.publicKey), signature },
  });
}

/** Anna and Bruno take part, Alba balances, everybody has money; the meters have reported since midnight. */
class Street {
  readonly memory: MemoryChain;
  readonly platform: OperatedPlatform;
  readonly meters: readonly [Meter, Meter];
  readonly close: () => Promise<void>;

  private constructor(opened: Awaited<ReturnType<typeof openStreet>>, first: number) {
    this.meters = [new Meter(PLANT_OF_ANNA, first), new Meter(PLANT_OF_BRUNO, first)];
    this.memory = opened.memory;
    this.platform = opened.platform;
    this.close = () => opened.close();
  }

  static async open(
    options: Parameters<typeof openStreet>[0] = {},
    until = NOON,
    first = dayStart(ROME, TODAY),
  ): Promise<Street> {
    const street = new Street(await openStreet({ note: () => {}, ...MARKET, ...options }), first);
    const { memory } = street;
    for (const member of [ANNA, BRUNO]) {
      const amount = MicroEur(20_000_000n);
      await memory.act(OPERATOR, depositMoney, { member, amount, reference: `market ${member}` });
    }
    await memory.act(ANNA, joinNeighbours, { plant: PLANT_OF_ANNA, cap: MicroEur(5_000_000n) });
    await memory.act(BRUNO, joinNeighbours, { plant: PLANT_OF_BRUNO, cap: MicroEur(5_000_000n) });
    await memory.act(ALBA, joinNeighbours, { plant: 0, cap: MicroEur(9_000_000n) });
    memory.time = until;
    while (street.meters[0].next < until) await street.report(GIVES, TAKES);
    return street;
  }

  /** The meters' quarter hour; `undefined`: its reading is lost on its way. */
  async report(anna: Doings | undefined, bruno: Doings | undefined): Promise<void> {
    const start = this.meters[0].next;
    const readings = [anna, bruno].flatMap((doings, i) => {
      const signed = this.meters[i]!.signed(doings ?? {});
      return doings === undefined ? [] : [signed];
    });
    assert.deepEqual(this.platform.headEnd.receive(readings).refused, []);
    assert.equal(await this.platform.headEnd.closeInterval(start), "ok");
    this.memory.produce();
  }

  /** The desk does all that there is to do now. */
  async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) {
      await this.platform.market!.advance();
      this.memory.produce();
    }
    await this.platform.market!.advance();
  }

  /** Lives one quarter hour. */
  async pass(anna: Doings = GIVES, bruno: Doings = TAKES): Promise<void> {
    this.memory.time += QUARTER_HOUR_S;
    await this.report(anna, bruno);
    await this.settle();
  }

  /** Lives quarter hours up to an instant. */
  async liveUntil(end: number, anna: Doings = GIVES, bruno: Doings = TAKES): Promise<void> {
    while (this.memory.time < end) {
      await this.settle();
      this.memory.time += QUARTER_HOUR_S;
      await this.report(anna, bruno);
    }
    await this.settle();
  }
}

test("two neighbours trade by standing rules: sealed, cleared, indicated, each seeing its own alone", async () => {
  const street = await Street.open();
  const { platform } = street;
  try {
    const anna = await clientFor(platform.url, ANNA);
    const bruno = await clientFor(platform.url, BRUNO);
    await letter(anna, ANNA, ANNAS, 1);
    await letter(bruno, BRUNO, BRUNOS, 1);
    const before = await anna.call("GET /v1/market");
    assert.deepEqual([before.slot, before.gateAt], [NOON + 1800, NOON + 900]);
    assert.deepEqual(
      [before.indication.priceMicroEurPerKwh, before.indication.source, before.indication.wouldTradeWh],
      [150_000, "book", 300],
    );
    assert.equal(before.participants, 2);
    const planned = (await bruno.call("GET /v1/home/market")).orders;
    assert.deepEqual(
      planned.map(({ side, energyWh, state, reason }) => [side, energyWh, state, reason.code]),
      [["bid", 300, "planned", "need_expected"]],
    );

    // At noon the gate of the next quarter hour had closed already.
    await street.pass();
    const slot = NOON + 2 * QUARTER_HOUR_S;
    const book = await anna.call("GET /v1/market/slots/:slot", { params: { slot }, query: {} });
    assert.equal(book.state, "cleared");
    assert.deepEqual([book.priceMicroEurPerKwh, book.tradedWh, book.count], [150_000, 300, 2]);
    assert.deepEqual(
      book.orders
        .map(({ side, energyWh, filledWh, amountMicroEur }) => [side, energyWh, filledWh, amountMicroEur])
        .sort(),
      [
        ["ask", 400, 300, 45_000],
        ["bid", 300, 300, 45_000],
      ],
    );
    const paddles = book.orders.map(({ paddle }) => paddle);
    assert.ok(paddles.every((paddle) => paddle !== PLANT_OF_ANNA && paddle !== PLANT_OF_BRUNO));
    // What verify-clearing takes, and it holds.
    const file = clearingFrom(book.clearing);
    assert.ok(file.ok);
    assert.equal(wrongIn(file.value), undefined);

    const own = await anna.call("GET /v1/home/market");
    const mine = own.orders.find((order) => order.slot === slot)!;
    assert.deepEqual(
      [mine.state, mine.filledWh, mine.amountMicroEur, mine.priceMicroEurPerKwh, mine.reason.code],
      ["cleared", 300, 45_000, 150_000, "surplus_expected"],
    );
    assert.ok(paddles.includes(mine.paddle!));
    assert.ok(
      own.orders.every(({ side }) => side === "ask"),
      "nothing of Bruno's",
    );
    assert.deepEqual(own.today, { boughtWh: 0, soldWh: 300, paidMicroEur: 0, earnedMicroEur: 45_000 });
    assert.equal(own.participation.state, "joined");
    const [price] = await anna.call("GET /v1/market/prices", { query: { from: NOON, to: NOON + 86_400 } });
    assert.deepEqual(
      [price!.slot, price!.priceMicroEurPerKwh, price!.indicatedMicroEurPerKwh, price!.unopened],
      [slot, 150_000, 150_000, 0],
    );

    // The next quarter hour goes by a fresh paddle.
    await street.pass();
    const next = await anna.call("GET /v1/market/slots/:slot", { params: { slot: slot + 900 }, query: {} });
    assert.ok(next.orders.every(({ paddle }) => !paddles.includes(paddle)));
    assert.equal((await anna.call("GET /v1/market")).running?.priceMicroEurPerKwh, 150_000);
  } finally {
    await street.close();
  }
});

test("a day is settled provisionally, finally, and once more when a reading comes late", async () => {
  const midnight = dayStart(ROME, TODAY + 1);
  const street = await Street.open({}, midnight - 4 * QUARTER_HOUR_S);
  const { platform, memory } = street;
  try {
    const anna = await clientFor(platform.url, ANNA);
    const bruno = await clientFor(platform.url, BRUNO);
    const operator = await clientFor(platform.url, OPERATOR);
    await letter(anna, ANNA, ANNAS, 1);
    await letter(bruno, BRUNO, BRUNOS, 1);
    const day = formatDay(TODAY);
    const params = { day };
    await assert.rejects(
      operator.call("POST /v1/operator/settlements/:day", { params, body: { reason: "too early" } }),
      refusedWith("day_not_over"),
    );
    await street.liveUntil(midnight - QUARTER_HOUR_S);
    // The last reading of Bruno's day is lost on its way.
    const lost = { start: street.meters[1].next, solar: street.meters[1].solarWh };
    memory.time += QUARTER_HOUR_S;
    await street.report(GIVES, undefined);
    await street.settle();
    assert.equal((await operator.call("GET /v1/operator/settlements", { query: {} })).at(-1)?.state, "open");
    await assert.rejects(
      anna.call("GET /v1/home/market/days/:day", { params }),
      refusedWith("day_not_settled"),
    );
    memory.time = midnight + 900;
    await street.report(GIVES, TAKES);
    await street.settle();

    const money = (member: number) => Number(memory.view().money(member).posted);
    const runs = async () =>
      (await operator.call("GET /v1/operator/settlements", { query: {} })).find((run) => run.day === day)!;
    const first = await runs();
    assert.deepEqual([first.state, first.missing, first.versions.length], ["provisional", 1, 1]);
    assert.ok(first.versions[0]!.settled !== null);
    assert.ok(first.tradedWh > 0 && first.versions[0]!.boughtWh === first.tradedWh);
    const before = await anna.call("GET /v1/home/market/days/:day", { params });
    const [provisional] = before.versions;
    assert.equal(provisional!.netMicroEur, provisional!.differenceMicroEur);
    assert.equal(money(ANNA), 20_000_000 + provisional!.netMicroEur);
    const { statement, statementsRoot } = provisional!;
    const proof = { ...statement, path: statement.path.map((hash) => fromHex(hash)!) };
    assert.ok(verifyStatement(fromHex(statementsRoot)!, fromHex(statement.bytes)!, proof));
    assert.equal(toHex(memory.view().marketDay(TODAY)!.statementsRoot), statementsRoot);
    // Bills of a provisional day say what was booked so far.
    const billed = await operator.call("POST /v1/operator/bills", { body: { from: day, lastDay: day } });
    assert.deepEqual(
      billed.bills.map(({ number, kind, recipient }) => [number, kind, recipient]),
      [
        ["1-2026-000001", "market", "Casa Anna"],
        ["1-2026-000002", "market", "Casa Bruno"],
      ],
    );
    const trust = { chain: "street", producer: memory.producer };
    const fetched = async (client: Client, number: string) => {
      const document: unknown = await client.call("GET /v1/home/bills/:number", { params: { number } });
      const checked = verifyBill(document, { trust });
      assert.ok(checked.ok, checked.ok ? "" : sentenceOf(checked.error));
      return { document, bill: checked.value.bill };
    };
    const annas = await fetched(anna, "1-2026-000001");
    assert.equal(Number(annas.bill.totals.total), -provisional!.netMicroEur);
    const brunos = await fetched(bruno, "1-2026-000002");
    const sold = annas.bill.lines.find(({ kind }) => kind === "sold")!;
    const bought = brunos.bill.lines.find(({ kind }) => kind === "bought")!;
    assert.deepEqual([sold.quantity, sold.amount], [bought.quantity, MicroEur(-bought.amount)]);

    // An hour after its end the day is still provisional: a reading is missing.
    memory.time = midnight + 4_500;
    await street.settle();
    assert.equal((await runs()).state, "provisional");

    // It comes, and says that Bruno used only a part of what he had bought.
    const late = new Meter(PLANT_OF_BRUNO, lost.start);
    assert.equal(platform.headEnd.receive([late.signed({ gridToHome: 100 })]).accepted, 1);
    await street.settle();
    const after = await runs();
    assert.deepEqual([after.state, after.missing, after.late], ["final", 0, 1]);
    const days = await bruno.call("GET /v1/home/market/days/:day", { params });
    assert.ok(days.versions.length >= 2);
    assert.match(days.versions[1]!.reason, /late/);
    // 200 Wh bought and not used go to the supplier at 0.08 €/kWh.
    assert.equal(days.versions[1]!.differenceMicroEur, 16_000);
    assert.equal(days.versions[1]!.lines.at(-1)!.longWh, 200);
    assert.equal(days.versions[0]!.lines.at(-1)!.longWh, 0, "what was settled before stands as it was");
    assert.equal(money(BRUNO), 20_000_000 + days.versions.at(-1)!.netMicroEur);

    // On the operator's word there is one more version, which changes nothing.
    const again = await operator.call("POST /v1/operator/settlements/:day", {
      params,
      body: { reason: "asked for by Bruno" },
    });
    await street.settle();
    assert.equal(again.versions.at(-1)!.reason, "asked for by Bruno");
    const last = await runs();
    assert.deepEqual([last.state, last.versions.at(-1)!.changed], ["corrected", 0]);
    assert.equal(money(BRUNO), 20_000_000 + days.versions.at(-1)!.netMicroEur);

    // The correction stands on the next bill, by its difference from the one that is made already.
    memory.time = dayStart(ROME, TODAY + 2) + 901;
    const next = { from: formatDay(TODAY + 1), lastDay: formatDay(TODAY + 1) };
    await assert.rejects(
      operator.call("POST /v1/operator/bills", { body: next }),
      refusedWith("day_not_settled"),
    );
    await street.settle();
    await operator.call("POST /v1/operator/bills", { body: next });
    const [later] = (await bruno.call("GET /v1/home/bills")).bills;
    const corrected = await fetched(bruno, later!.number);
    const [corrects] = corrected.bill.evidence.marketDays!;
    assert.deepEqual(
      [corrects!.day, corrects!.billedBy, corrects!.versions.map(({ statement }) => statement.version)],
      [TODAY, { issuer: 1, year: 2026, count: 2 }, [1, 2, last.versions.length]],
    );
    const [long] = corrected.bill.lines;
    assert.deepEqual(
      [long!.kind, long!.label, long!.amount, long!.formula],
      ["long", `${day}, version 2`, MicroEur(-16_000n), "-16000 µEUR − 0 µEUR; 200 Wh after 0 Wh"],
    );
    // An earlier version that is passed off as the one that stands is named.
    const document = corrected.document as { market_days: { versions: { booked: string }[] }[] };
    const [was, is] = document.market_days[0]!.versions;
    is!.booked = was!.booked;
    const wrong = verifyBill(document, { trust });
    assert.deepEqual(wrong.ok || [wrong.error.problem, wrong.error.place], ["other_day", "market_days[0]"]);
    // What a later bill counts on from is not taken back before it.
    const credit = (number: string) =>
      operator.call("POST /v1/operator/bills/:number/credit", {
        params: { number },
        body: { reason: "asked for by Bruno" },
      });
    await assert.rejects(credit("1-2026-000002"), refusedWith("bill_followed"));
    await credit(later!.number);
    assert.equal((await credit("1-2026-000002")).kind, "credit_note");
  } finally {
    await street.close();
  }
});

test("fees for the grid stand in the price that is paid, in the file of the book, and come to the community's account", async () => {
  const fee = (of: number) => MicroEurPerKwh(BigInt(of));
  const { parameters, ...genesis } = streetGenesis();
  const laws = {
    ...parameters,
    ...{ votingPeriodS: 900, enactmentDelayS: 900, delayBlocks: 1, quorumPerMille: 1 },
    marketFallback: false,
    marketFeeFeeder: fee(10_000),
    marketFeeTransformer: fee(20_000),
    marketFeeBeyond: fee(30_000),
  };
  const memory = new MemoryChain({ ...genesis, parameters: laws });
  await found(memory);
  memory.time = NOON;
  const midnight = dayStart(ROME, TODAY + 1);
  const street = await Street.open({ memory }, midnight - 4 * QUARTER_HOUR_S);
  try {
    const anna = await clientFor(street.platform.url, ANNA);
    await letter(anna, ANNA, ANNAS, 1);
    const solarOnly = { ...BRUNOS, solarOnly: true };
    await letter(await clientFor(street.platform.url, BRUNO), BRUNO, solarOnly, 1);
    const before = memory.view().treasury();
    await street.liveUntil(midnight + 4_500);
    const slot = midnight - QUARTER_HOUR_S;
    const book = await anna.call("GET /v1/market/slots/:slot", { params: { slot }, query: {} });
    assert.equal(book.state, "cleared");
    // 0.20 less 0.01 for a neighbour of the feeder, and 0.10: midway 0.145 €/kWh, and 3,000 µEUR on top.
    assert.deepEqual([book.priceMicroEurPerKwh, book.tradedWh], [145_000, 300]);
    assert.deepEqual(
      book.orders
        .map(({ side, solar, partner, gift, amountMicroEur }) => [side, solar, partner, gift, amountMicroEur])
        .sort(),
      [
        ["ask", true, null, false, 43_500],
        ["bid", true, null, false, 46_500],
      ],
    );
    const verdict = checkStaged(book.clearing, () => undefined);
    assert.ok(verdict.ok);
    assert.deepEqual([verdict.value.wrong, verdict.value.tradedWh], [undefined, 300]);
    const day = memory.view().marketDay(TODAY)!;
    assert.ok(day.final && day.tradedWh > 0);
    assert.equal(Number(day.fees), (day.tradedWh * 10_000) / 1000);
    assert.equal(memory.view().treasury() - before, day.fees);

    // The community wants another mechanism and no fees: what was cleared and settled stays what it was.
    const now = memory.view().parameters;
    const free = { marketFeeFeeder: fee(0), marketFeeTransformer: fee(0), marketFeeBeyond: fee(0) };
    const changed = { ...now, ...free, marketMechanism: "pay-as-bid", marketFallback: true } as const;
    const motion = { type: "change_laws", laws: changed } as const;
    await memory.act(ANNA, proposeMotion, { purpose: "Nothing for the grid", motion });
    for (const member of [ANNA, BRUNO, ALBA]) await memory.act(member, castVote, { proposal: 1, yes: true });
    for (let i = 0; i < 3; i++) {
      memory.time += 1_800;
      await memory.passMinute();
    }
    assert.equal(memory.view().parameters.marketMechanism, "pay-as-bid");
    const later = await anna.call("GET /v1/market/slots/:slot", { params: { slot }, query: {} });
    assert.deepEqual(later, book);
    street.platform.market!.settling.order(TODAY, "asked for by Bruno", true);
    await street.settle();
    const again = memory.view().marketDay(TODAY)!;
    assert.deepEqual([again.versions, again.fees], [day.versions + 1, day.fees]);
  } finally {
    await street.close();
  }
});

test("a crash between drawing, sealing and opening loses no book and seals none twice", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  const open = (name: string) => {
    mkdirSync(folder.path, { recursive: true });
    return Street.open({ memory, folder: folder.path, ...(name === "" ? {} : {}) });
  };
  const first = await open("");
  try {
    const { platform } = first;
    const slot = NOON + 2 * QUARTER_HOUR_S;
    await letter(await clientFor(platform.url, ANNA), ANNA, ANNAS, 1);
    await letter(await clientFor(platform.url, BRUNO), BRUNO, BRUNOS, 1);
    memory.time += QUARTER_HOUR_S;
    await first.report(GIVES, TAKES);
    memory.automatic = false;
    await platform.market!.advance();
    const drawn = platform.market!.store.orders(slot, 0);
    assert.equal(drawn.length, 2);
    memory.lose();
    await first.platform.close();

    // Drawn, and the sealing lost: the same book is sealed.
    const reopen = () => openStreet({ note: () => {}, ...MARKET, memory, folder: folder.path });
    const second = await reopen();
    await second.platform.market!.advance();
    memory.produce();
    assert.equal(memory.view().book(slot, 0)!.count, 2);
    assert.deepEqual(second.platform.market!.store.orders(slot, 0), drawn);
    await second.platform.market!.advance();
    memory.lose();
    await second.platform.close();

    // Sealed, and the opening lost: the same book is opened.
    const third = await reopen();
    await third.platform.market!.advance();
    memory.produce();
    await third.platform.market!.advance();
    assert.equal(memory.view().book(slot, 0)!.result!.tradedWh, 300);
    assert.ok(third.platform.market!.store.orders(slot, 0).every(({ fill }) => fill?.energyWh === 300));
    // Nothing more is to be done.
    await third.platform.market!.advance();
    assert.equal(memory.waiting(), 0);
    await third.platform.close();
  } finally {
    folder.remove();
  }
});

test("a settlement that waits for its block when the process is killed is booked once, with its statements", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  mkdirSync(folder.path, { recursive: true });
  const midnight = dayStart(ROME, TODAY + 1);
  const first = await Street.open({ memory, folder: folder.path }, midnight - 4 * QUARTER_HOUR_S);
  try {
    await letter(await clientFor(first.platform.url, ANNA), ANNA, ANNAS, 1);
    await letter(await clientFor(first.platform.url, BRUNO), BRUNO, BRUNOS, 1);
    await first.liveUntil(midnight - QUARTER_HOUR_S);
    memory.time = midnight;
    await first.report(GIVES, TAKES);
    memory.automatic = false;
    await first.platform.market!.advance();
    const [made] = first.platform.market!.store.versions(TODAY);
    assert.ok(made !== undefined && made.booked === undefined);
    assert.ok(memory.waiting() > 0, "the chain's nodes hold it");
    await first.platform.close();

    // Whoever comes after asks for the same once more: what it costs is taken already, in a block that is not sealed.
    const second = await openStreet({ note: () => {}, ...MARKET, memory, folder: folder.path });
    const desk = second.platform.market!;
    await desk.advance();
    await desk.advance();
    assert.deepEqual(desk.store.versions(TODAY).length, 1, "it is not dropped");
    memory.produce();
    await desk.advance();
    const [booked] = desk.store.versions(TODAY);
    const row = memory.view().marketDay(TODAY)!;
    assert.equal(row.versions, 1);
    assert.deepEqual(booked!.root, row.statementsRoot);
    assert.ok(booked!.booked !== undefined);
    await second.platform.close();
  } finally {
    folder.remove();
  }
});

test("an order by hand stands in the rule's stead until the gate closes, and only as its owner signed it", async () => {
  const street = await Street.open();
  const { platform, memory } = street;
  try {
    const anna = await clientFor(platform.url, ANNA);
    await letter(anna, ANNA, ANNAS, 1);
    await assert.rejects(letter(anna, ANNA, ANNAS, 1), refusedWith("market_rule_changed"));
    await assert.rejects(letter(anna, BRUNO, ANNAS, 2), refusedWith("device_unknown"));
    const slot = NOON + 1800;
    const order: Order = { slot, session: 0, side: "ask", energyWh: 250, limitMicroEurPerKwh: 90_000 };
    const key = keyOf(ANNA);
    const wrong = toHex(
      key.sign(marketOrderHash({ ...order, energyWh: 251, chain: "street", member: ANNA })),
    );
    await assert.rejects(
      anna.call("POST /v1/home/market/orders", {
        body: { ...order, publicKey: toHex(key.publicKey), signature: wrong },
      }),
      refusedWith("signature_wrong"),
    );
    await assert.rejects(byHand(anna, ANNA, { ...order, slot: NOON + 900 }), refusedWith("gate_closed"));
    await assert.rejects(
      byHand(anna, ANNA, { ...order, energyWh: 900_000 }),
      refusedWith("order_not_possible"),
    );
    assert.equal((await byHand(anna, ANNA, order)).by, "hand");
    const planned = (await anna.call("GET /v1/home/market")).orders.filter((one) => one.slot === slot);
    assert.deepEqual(
      planned.map(({ energyWh, limitMicroEurPerKwh, by }) => [energyWh, limitMicroEurPerKwh, by]),
      [[250, 90_000, "hand"]],
    );
    await anna.call("DELETE /v1/home/market/orders/:slot", { params: { slot }, query: {} });
    await assert.rejects(
      anna.call("DELETE /v1/home/market/orders/:slot", { params: { slot }, query: {} }),
      refusedWith("order_unknown"),
    );
    await byHand(anna, ANNA, order);
    await street.pass();
    const [sealed] = platform.market!.store.orders(slot, 0);
    assert.deepEqual([sealed!.energyWh, sealed!.byHand], [250, true]);
    await assert.rejects(
      anna.call("DELETE /v1/home/market/orders/:slot", { params: { slot }, query: {} }),
      refusedWith("gate_closed"),
    );
    // Who takes part no more orders nothing for the days after.
    await memory.act(ANNA, leaveNeighbours, { plant: PLANT_OF_ANNA });
    const tomorrow = NOON + 86_400 + 3_600;
    await assert.rejects(byHand(anna, ANNA, { ...order, slot: tomorrow }), refusedWith("order_not_possible"));
  } finally {
    await street.close();
  }
});

test("a part of tomorrow is sold today already, and only the difference is left for tomorrow's own book", async () => {
  const street = await Street.open({}, NOON, NOON - 86_400);
  const { platform, memory } = street;
  try {
    await letter(await clientFor(platform.url, ANNA), ANNA, { ...ANNAS, forwardPerMille: 500 }, 1);
    await letter(await clientFor(platform.url, BRUNO), BRUNO, { ...BRUNOS, forwardPerMille: 500 }, 1);
    await street.pass();
    const slot = NOON + QUARTER_HOUR_S + 86_400;
    assert.equal(memory.view().book(slot, 1)!.result!.tradedWh, 150);
    const plan = platform.market!.planning.planOf(PLANT_OF_BRUNO, slot, 0, memory.time);
    assert.equal(plan.orders[0]!.energyWh, 150);
  } finally {
    await street.close();
  }
});
