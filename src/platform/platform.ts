/**
 * The platform of a community, put together: readings come in at the head-end, blocks come in from the chain,
 * and people look at both through the routes of `wire`. It knows the chain by its port alone (`chain/host`).
 *
 * | file | keeps | where |
 * |---|---|---|
 * | readings.sqlite | every reading, daily sums | synced to disk |
 * | ring.sqlite | power of the last 48 hours and 90 days | may lose its last second |
 * | decisions.sqlite | why each home did what it did, 90 days | may lose its last second |
 * | index.sqlite | where to find things in the chain | can be made anew |
 * | market.sqlite | standing rules, who has which paddle, statements of settled days | synced to disk |
 * | platform.sqlite | sessions, applications, bank accounts, secrets, who had which number | synced to disk |
 * | metrics.token | who may read `/metrics` | can be made anew |
 */

import { createHmac } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { toHex } from "#base/bytes.ts";
import { about, type Note } from "#base/log.ts";
import { MetricsRegistry } from "#base/metrics.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainHost, CommittedBlock } from "#chain/host.ts";
import type { SupplyOrder } from "#control/supply-limit.ts";
import type { Signer } from "#crypto/keys.ts";
import type { MicrogridMap } from "#wire/schemas.ts";
import { Archive } from "./archive.ts";
import { BankAccounts } from "./bank-accounts.ts";
import { BillNumbers } from "./bill-numbers.ts";
import { Bills } from "./bills.ts";
import { Collections } from "./collections.ts";
import { DebitMandates } from "./debit-mandates.ts";
import { DecisionRecord } from "./decision-record.ts";
import type { DemoPort } from "./demo.ts";
import type { Directory } from "./directory.ts";
import { Gateways, type GatewaysOptions } from "./gateways/gateways.ts";
import { HeadEnd, type HeadEndOptions } from "./head-end.ts";
import { Health } from "./health.ts";
import { HomeCommands, type HomeOrders } from "./home-commands.ts";
import { HomeLoadLetters } from "./home-loads.ts";
import { accumulatorOf, accumulatorView, liveOf, saleOfHome, usualPreferences } from "./home-view.ts";
import { type IncentiveOptions, Incentives } from "./incentives.ts";
import { ChainIndex } from "./index.ts";
import { LiveBoard } from "./live.ts";
import { LoadRecord } from "./load-record.ts";
import { MarketDesk, type MarketOptions } from "./market/desk.ts";
import { MarketStore } from "./market/store.ts";
import { marketNow } from "./market/views.ts";
import { MarketBills } from "./market-bills.ts";
import { MemberAccount } from "./member-account.ts";
import { registerMetricsPage, registerPlatform, watchServer } from "./metrics.ts";
import { MonthlyBills } from "./monthly-bills.ts";
import { NextKeys } from "./next-keys.ts";
import { Notices } from "./notices/notices.ts";
import { madePushKeys, type PushKeys, PushSender, type PushSenderOptions } from "./notices/push.ts";
import { NoticeWatch } from "./notices/watch.ts";
import { OperatorLimits } from "./operator-limits.ts";
import { feedInAt } from "./outlets.ts";
import { registerPages } from "./pages.ts";
import type { Parts } from "./parts.ts";
import { type Numbers, Pseudonyms } from "./pseudonyms.ts";
import { type Registrar, Renewals } from "./renewals.ts";
import { Ring } from "./ring.ts";
import { billRoutes } from "./routes/bills.ts";
import { collectionRoutes } from "./routes/collections.ts";
import { contractRoutes } from "./routes/contracts.ts";
import { demoRoutes } from "./routes/demo.ts";
import { explorerRoutes, summaryOf, summaryOfBlock } from "./routes/explorer.ts";
import { gatewayRoutes } from "./routes/gateways.ts";
import { governanceRoutes } from "./routes/governance.ts";
import { homeRoutes } from "./routes/home.ts";
import { homeCommandRoutes } from "./routes/home-commands.ts";
import { homeLoadRoutes } from "./routes/home-loads.ts";
import { incentiveRoutes } from "./routes/incentive.ts";
import { keyRoutes } from "./routes/keys.ts";
import { marketRoutes } from "./routes/market.ts";
import { marketDayProofRoutes } from "./routes/market-day-proof.ts";
import { microgridRoutes, microgridState } from "./routes/microgrid.ts";
import { networkRoutes } from "./routes/network.ts";
import { noticeRoutes } from "./routes/notices.ts";
import { operatorRoutes } from "./routes/operator.ts";
import { outletRoutes } from "./routes/outlets.ts";
import { payoutRoutes } from "./routes/payouts.ts";
import { renewalRoutes } from "./routes/renewals.ts";
import { ruleRoutes } from "./routes/rules.ts";
import { sessionRoutes } from "./routes/session.ts";
import { streamRoutes } from "./routes/stream.ts";
import { supplierRoutes } from "./routes/supplier.ts";
import { supplierReliabilityRoutes } from "./routes/suppliers.ts";
import { transactionRoutes } from "./routes/transactions.ts";
import { RuleComparisons } from "./rule-comparison.ts";
import { createServer } from "./server.ts";
import { Sessions } from "./sessions.ts";
import { PlatformStore } from "./store.ts";
import { Stream } from "./stream.ts";
import { type SupplyBill, SupplyBills } from "./supply-billing.ts";
import { supplyOrders } from "./supply-order.ts";
import { supplyStepOf } from "./supply-steps.ts";

export interface PlatformOptions {
  readonly host: ChainHost;
  /** Made where it is missing. */
  readonly folder: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly address?: string;
  /** The built app, served at `/`. */
  readonly appFolder?: string;
  readonly community: { readonly name: string; readonly homes: number };
  /** Without one it observes: it shows the chain and takes members' transactions, and does nothing in the operator's name. */
  readonly operator?: { readonly member: number; readonly signer: Signer };
  /** Who attests people anew when pseudonyms are renewed; without one they are not. */
  readonly registrar?: Registrar;
  /** Renews pseudonyms by itself on the first day of each civil month. */
  readonly renewMonthly?: boolean;
  /** Makes everybody's bills by itself once a civil month has ended. */
  readonly billMonthly?: boolean;
  /** What an authority pays the community for shared energy; without it there is no such incentive here. */
  readonly incentive?: IncentiveOptions;
  /** Holds the neighbours' market; without it, or without an operator, there is none here. */
  readonly market?: MarketOptions;
  /** Takes gateways of real homes; without it, or without an operator, there are none here. */
  readonly gateways?: GatewaysOptions;
  readonly directory: Directory;
  readonly map: MicrogridMap;
  /** Price of a kWh from the MicroGrid at an instant, µEUR. */
  readonly importPrice: (time: UnixSeconds) => number;
  readonly demo?: DemoPort;
  /** What homes are billed by, a tariff file's content; without one only their sales are. */
  readonly tariff?: unknown;
  /** What `/metrics` shows; other parts of the process register there too. */
  readonly metrics?: MetricsRegistry;
  /** Salts of the readings' commitments; by default made from a secret of the folder. */
  readonly salt?: HeadEndOptions["salt"];
  readonly limitsOf?: HeadEndOptions["limitsOf"];
  /** Where people reach it through a proxy, e.g. `https://contrada.example`; its host is then answered for. */
  readonly publicOrigin?: string;
  /** `false`: nothing is synced to disk. For simulations. */
  readonly durable?: boolean;
  /** Which push services are called, and how; the browsers' own by default. */
  readonly push?: Pick<PushSenderOptions, "services" | "agent">;
  /** Wall clock, Unix seconds; for tests. */
  readonly wallNow?: () => number;
  /** Told of failures that nobody else hears of. */
  readonly note?: Note;
}

export interface Platform {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly live: LiveBoard;
  /** Which numbers homes and owners have on the chain. */
  readonly numbers: Numbers;
  /** What a home's supply contract asks of its counter now, by home id: what a gateway is told. */
  supplyOrder(home: number): SupplyOrder;
  /** What its owner asks of a home now, by home id: what a gateway is told. */
  homeOrders(home: number): HomeOrders;
  readonly homeCommands: HomeCommands;
  /** How owners want their loads run, and what their homes say of them. */
  readonly loadLetters: HomeLoadLetters;
  readonly limits: OperatorLimits;
  /** Hears what loads stand at, from whoever runs a home, and keeps their quarter hours. */
  readonly loadRecord: LoadRecord;
  /** The document of what can be invoiced of a supply contract now; `undefined` where that is nothing. */
  supplyBill(contract: Uint8Array): Promise<SupplyBill | undefined>;
  close(): Promise<void>;
}

/** The operator's own: it takes readings and acts in the operator's name. */
export interface OperatedPlatform extends Platform {
  readonly nextKeys: NextKeys;
  readonly renewals: Renewals | undefined;
  readonly headEnd: HeadEnd;
  readonly gateways: Gateways | undefined;
  readonly market: MarketDesk | undefined;
  readonly incentives: Incentives | undefined;
  /** To be shared by whoever else in this process acts as the operator. */
  readonly operator: MemberAccount;
}

export const READINGS_FILE = "readings.sqlite";
const HOUSEKEEPING_MS = 60_000;
const RING_FLUSH_MS = 1_000;
const MARKET_MS = 1_000;

export function openPlatform(
  options: PlatformOptions & { readonly operator: NonNullable<PlatformOptions["operator"]> },
): Promise<OperatedPlatform>;
export function openPlatform(options: PlatformOptions): Promise<Platform>;
export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const { host, folder, demo } = options;
  const note = options.note ?? tellProblems;
  const durability = options.durable === false ? "off" : "full";
  const zone = host.view().parameters.zone;
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  const store = new PlatformStore(join(folder, "platform.sqlite"), durability);
  const numbers = new Pseudonyms(store.database);
  const nextKeys = new NextKeys({
    database: store.database,
    chain: host.chain,
    view: () => host.view(),
    numbers,
  });
  const archive = new Archive(join(folder, READINGS_FILE), zone, durability);
  const ring = new Ring(join(folder, "ring.sqlite"), options.durable === false ? "off" : "normal");
  const index = new ChainIndex(join(folder, "index.sqlite"), host);
  const decisions = new DecisionRecord(
    join(folder, "decisions.sqlite"),
    options.durable === false ? "off" : "normal",
  );
  const live = new LiveBoard(ring, decisions);
  const operator = options.operator === undefined ? undefined : new MemberAccount(host, options.operator);
  const wallNow = options.wallNow ?? (() => Math.floor(Date.now() / 1000));
  const sessions = new Sessions({
    database: store.database,
    chain: host.chain,
    view: () => host.view(),
    numbers,
    settle: () => renewals?.follow(),
    wallNow,
  });
  const bankAccounts = new BankAccounts({
    database: store.database,
    chain: host.chain,
    view: () => host.view(),
    numbers,
  });
  let nextMeterOf: Gateways["nextMeterKey"] = () => undefined;
  const renewals =
    operator === undefined || options.registrar === undefined
      ? undefined
      : new Renewals({
          database: store.database,
          host,
          operator,
          archive,
          numbers,
          nextKeys,
          sessions,
          registrar: {
            ...options.registrar,
            // A gateway makes the next key of its meter itself.
            meterKey: (home, renewals) => nextMeterOf(home) ?? options.registrar!.meterKey(home, renewals),
          },
          zone,
          monthly: options.renewMonthly === true,
          note,
        });
  const market =
    operator === undefined || options.market === undefined
      ? undefined
      : new MarketDesk({
          ...options.market,
          host,
          operator,
          store: new MarketStore(join(folder, "market.sqlite"), durability),
          archive,
          index,
          numbers,
          zone,
          isHeld: (day) => renewals?.holdsMarket(day) === true,
          importPrice: options.importPrice,
          note,
        });
  const homeCommands = new HomeCommands({
    database: store.database,
    chain: host.chain,
    view: () => host.view(),
    now: () => host.now(),
    accumulatorOf: (home) => accumulatorOf(parts, home),
    usual: (home) => usualPreferences(parts, home),
  });
  const loadLetters = new HomeLoadLetters({
    database: store.database,
    chain: host.chain,
    view: () => host.view(),
    now: () => host.now(),
  });
  const limits = new OperatorLimits({
    database: store.database,
    chain: host.chain,
    view: () => host.view(),
    now: () => host.now(),
  });
  const loadRecord = new LoadRecord(archive.loads, zone);
  const stream = new Stream(
    {
      live: (plant) => liveOf(parts, plant),
      accumulator: (plant) => accumulatorView(parts, plant),
      clock: () => demo?.clock(),
      microgrid: () => microgridState(parts),
      market: () => (parts.market === undefined ? undefined : marketNow(parts, parts.market)),
      block: () => {
        const newest = index.blockAt(index.height);
        return newest === undefined ? undefined : summaryOf(newest);
      },
      sales: ({ member, role, plant }) => {
        if (plant !== undefined)
          return index.openSalesOfPlant(numbers.plantNow(plant)).map((sale) => saleOfHome(parts, sale));
        if (role !== "supplier") return [];
        return index
          .salesOfSupplier(member, 100)
          .filter(({ closed }) => closed === null)
          .map((sale) => saleOfHome(parts, sale));
      },
    },
    (session) => sessions.lives(session),
  );
  const mandates = new DebitMandates({
    database: store.database,
    chain: host.chain,
    view: () => host.view(),
    numbers,
    bankAccounts,
    zone,
  });
  const collections =
    operator === undefined
      ? undefined
      : new Collections({
          ...{ database: store.database, host, numbers, operator, bankAccounts, mandates, zone },
          nameOf: (account) =>
            options.directory.member(account)?.name ?? `Member ${numbers.memberNow(account)}`,
        });
  const billNumbers = new BillNumbers({ database: store.database, host });
  const billed = {
    database: store.database,
    host,
    archive,
    numbers,
    operator: options.operator,
    zone,
    billNumbers,
  };
  const supplyBills = new SupplyBills(billed);
  const marketBills = market && new MarketBills({ database: store.database, host, store: market.store });
  const bills = new Bills({
    ...billed,
    index,
    tariff: options.tariff,
    market: marketBills,
    isUnderWay: (number) => collections?.isUnderWay(number) === true,
    adoptIssued: () => supplyBills.adoptIssued(),
  });
  const incentives =
    operator === undefined || options.incentive === undefined
      ? undefined
      : new Incentives({
          ...options.incentive,
          ...{ database: store.database, host, archive, numbers, operator, bills, zone, note },
        });
  const monthly =
    options.operator === undefined || options.billMonthly !== true
      ? undefined
      : new MonthlyBills({
          ...{ database: store.database, host, archive, numbers, bills, market: marketBills, zone, note },
          operator: options.operator.member,
        });
  const parts: Parts = {
    host,
    community: options.community,
    zone,
    directory: options.directory,
    map: options.map,
    importPrice: options.importPrice,
    operator,
    store,
    numbers,
    nextKeys,
    renewals,
    market,
    sessions,
    bankAccounts,
    bills,
    mandates,
    collections,
    incentives,
    supplyBills,
    archive,
    ring,
    live,
    homeCommands,
    loadLetters,
    limits,
    loadRecord,
    decisions,
    index,
    stream,
    demo,
    wallNow,
    publicOrigin: options.publicOrigin,
    get gateways() {
      return gateways;
    },
  };
  const salt = options.salt ?? saltFrom(store.secret("salts"));
  const limitsOf = options.limitsOf === undefined ? {} : { limitsOf: options.limitsOf };
  const operated =
    operator === undefined
      ? undefined
      : {
          operator,
          nextKeys,
          renewals,
          market,
          incentives,
          headEnd: new HeadEnd({
            host,
            operator,
            archive,
            numbers,
            salt,
            ...limitsOf,
            ...(renewals === undefined
              ? {}
              : {
                  holdsBack: (home, intervalStart) => renewals.holdsBack(home, intervalStart),
                  closed: (intervalStart) => renewals.intervalClosed(intervalStart),
                }),
          }),
        };

  const pushKeys = store.secretText("push", () => JSON.stringify(madePushKeys()));
  const notices = new Notices(
    store.database,
    new PushSender({
      keys: JSON.parse(pushKeys) as PushKeys,
      contact: options.publicOrigin ?? "mailto:contrada@localhost",
      ...options.push,
    }),
    () => host.now(),
  );
  const noticeWatch = new NoticeWatch(parts, notices);
  const gateways =
    operated === undefined || options.gateways === undefined
      ? undefined
      : new Gateways(options.gateways, {
          ...{
            host,
            folder,
            numbers,
            market,
            live,
            homeCommands,
            loadLetters,
            limits,
            loadRecord,
            demo,
            wallNow,
            note,
          },
          database: store.database,
          community: options.community.name,
          directory: options.directory,
          importPrice: options.importPrice,
          headEnd: operated.headEnd,
          operator: operated.operator,
          reserveWh: (home, capacityWh) => homeCommands.reserveWh(home, capacityWh),
        });

  if (gateways !== undefined) {
    nextMeterOf = (home) => gateways.nextMeterKey(home);
    renewals?.waitFor((home) => gateways.isHeard(home));
  }

  const metrics = options.metrics ?? new MetricsRegistry();
  const health = new Health({ host, folder, indexHeight: () => index.height });
  const stops = [
    () => health.close(),
    registerPlatform(metrics, {
      host,
      headEnd: operated?.headEnd,
      indexHeight: () => index.height,
      streams: () => stream.clients,
      ready: () => health.problem() === undefined,
    }),
    operated?.headEnd.onReading(live.onReading) ?? (() => {}),
    operated?.headEnd.onReading(({ plant, intervalStart }) => noticeWatch.reading(plant, intervalStart)) ??
      (() => {}),
    live.onFaults((plant, faults) => noticeWatch.faults(plant, faults)),
    live.onChange((plant) => {
      stream.homeChanged(plant);
      const report = (live.gatewayOf(plant) ?? live.home(plant))?.command;
      if (report !== undefined) homeCommands.report(plant, report);
    }),
    homeCommands.onChange((plant) => stream.accumulatorChanged(plant)),
    live.onSwitch((plant) => stream.accumulatorChanged(plant)),
    operated?.headEnd.onReading(({ intervalStart }) => market?.settling.onReading(intervalStart)) ??
      (() => {}),
    operated?.headEnd.onReading(({ intervalStart }) => renewals?.onReading(intervalStart)) ?? (() => {}),
    () => renewals?.close(),
    market?.onChange(() => stream.marketChanged()) ?? (() => {}),
    sessions.onEnd((session) => stream.endSession(session)),
    renewals?.onApplied((renewed) => {
      operated?.headEnd.takeAnew(renewed.flatMap(({ plants }) => plants.map(({ home }) => home)));
      stream.renewed(renewed.map(({ account }) => account));
    }) ?? (() => {}),
    host.onBlock((block) => {
      // First of all: what it closed and opened is then known to everybody who looks at it.
      renewals?.follow();
      index.add(block);
      follow(parts, block);
      for (const event of eventsOf(block)) noticeWatch.event(event);
      if (hasInvoice(block)) supplyBills.adoptIssued();
      market?.changed();
      void market?.advance();
      gateways?.changed();
    }),
  ];
  if (demo !== undefined) stops.push(demo.onClock(() => stream.clockChanged(false)));
  const timers = [
    setInterval(() => {
      sessions.expire();
      bankAccounts.forgetErased();
      mandates.forgetErased();
      collections?.forgetErased();
      nextKeys.forgetErased();
    }, HOUSEKEEPING_MS).unref(),
    setInterval(() => {
      ring.flush();
      decisions.flush();
      loadRecord.flush();
    }, RING_FLUSH_MS).unref(),
    setInterval(() => void market?.advance(), MARKET_MS).unref(),
    setInterval(() => void monthly?.advance(), MARKET_MS).unref(),
    setInterval(() => void incentives?.advance(), HOUSEKEEPING_MS).unref(),
  ];

  // Cookies do not tell ports apart: two platforms on one machine must not sign each other out.
  let port = options.port;
  const cookieName = () => `contrada_${port}`;
  const secure = options.publicOrigin?.startsWith("https:") ?? false;
  const server = await createServer({
    handlers: {
      ...sessionRoutes(parts, { name: cookieName, secure }),
      ...homeRoutes(parts),
      ...homeCommandRoutes(parts),
      ...homeLoadRoutes(parts),
      ...microgridRoutes(parts),
      ...transactionRoutes(parts),
      ...keyRoutes(parts),
      ...payoutRoutes(parts),
      ...collectionRoutes(parts),
      ...billRoutes(parts),
      ...incentiveRoutes(parts),
      ...explorerRoutes(parts),
      ...governanceRoutes(parts),
      ...ruleRoutes(
        new RuleComparisons({ ...parts, tariff: options.tariff, feedIn: (time) => feedInAt(parts, time) }),
      ),
      ...noticeRoutes(parts, notices),
      ...networkRoutes(parts),
      ...supplierRoutes(parts),
      ...supplierReliabilityRoutes(parts),
      ...marketRoutes(parts),
      ...marketDayProofRoutes(parts),
      ...outletRoutes(parts),
      ...contractRoutes(parts),
      ...operatorRoutes(parts),
      ...renewalRoutes(parts),
      ...demoRoutes(parts),
      ...gatewayRoutes(parts),
      ...streamRoutes(parts),
    },
    sessions,
    demo: demo !== undefined,
    app: options.appFolder !== undefined,
    hostNames: hostNamesOf(options),
    cookieName,
    note,
  });
  await registerPages(server, {
    community: options.community.name,
    chain: host.chain,
    demo: demo !== undefined,
    problem: () => health.problem(),
    appFolder: options.appFolder,
  });
  watchServer(metrics, server);
  registerMetricsPage(server, metrics, folder);
  await server.listen({ port: options.port, host: options.address ?? "127.0.0.1" });
  const at = server.server.address() as AddressInfo;
  note("the platform is open", undefined, about("platform", "platform_open", { port: at.port }, "info"));
  port = at.port;

  return {
    url: `http://${at.family === "IPv6" ? `[${at.address}]` : at.address}:${at.port}`,
    live,
    numbers,
    supplyOrder: supplyOrders(parts),
    homeOrders: (home) => homeCommands.orders(home),
    homeCommands,
    loadLetters,
    limits,
    loadRecord,
    async supplyBill(contract) {
      const row = host.view().supplyContract(contract);
      const isAny = row !== undefined && (supplyBills.billable(contract, row).amount ?? 0n) > 0n;
      return isAny ? await supplyBills.make(contract, row) : undefined;
    },
    ...(operated === undefined ? {} : { ...operated, gateways }),
    async close() {
      for (const stop of stops) stop();
      for (const timer of timers) clearInterval(timer);
      stream.close();
      await server.close();
      await notices.idle();
      await gateways?.close();
      // What it was about to do is done, or left for the next time; then its file is closed.
      await monthly?.close();
      await market?.idle();
      market?.close();
      ring.close();
      decisions.close();
      loadRecord.close();
      archive.close();
      index.close();
      store.close();
    },
  };
}

/** Where nobody says where notes go: what is wrong, and nothing of everyday. */
const tellProblems: Note = (sentence, cause, what) => {
  if (what?.level !== "debug" && what?.level !== "info") console.error(`platform: ${sentence}`, cause ?? "");
};

function eventsOf({ events, transactions }: CommittedBlock) {
  return [...events, ...transactions.flatMap((transaction) => transaction.events)];
}

function hasInvoice({ transactions }: CommittedBlock): boolean {
  return transactions.some(({ events }) => events.some(({ type }) => type === "invoice_issued"));
}

/** Tells who is watching what a block changed, and ends the sessions of keys that it revoked. */
function follow(parts: Parts, block: CommittedBlock): void {
  const { host, stream, sessions, index, numbers, nextKeys } = parts;
  stream.publish("block", summaryOfBlock(block));
  const events = eventsOf(block);
  const sales = new Map<string, Uint8Array>();
  const contracts = new Map<string, Uint8Array>();
  for (const event of events) {
    if (event.type === "key_revoked") {
      sessions.endOfKey(event.key);
      nextKeys.forgetKey(event.key);
    }
    if ("sale" in event) sales.set(Buffer.from(event.sale).toString("hex"), event.sale);
    const step = supplyStepOf(event);
    if (step !== undefined) contracts.set(toHex(step.contract), step.contract);
  }
  for (const [id, bytes] of contracts) {
    const row = host.view().supplyContract(bytes);
    if (row === undefined) continue;
    const audience = { plant: numbers.homeOf(row.plant), supplier: row.seller };
    stream.publish("contract", { contract: id, state: row.state }, audience);
  }
  for (const id of sales.values()) {
    const sale = index.sale(id);
    if (sale === undefined) continue;
    stream.publish("sale", saleOfHome(parts, sale), {
      plant: numbers.homeOf(sale.plant),
      supplier: sale.supplier,
    });
  }
}

/** HMAC-SHA-256 of plant and interval under a secret: the same again when it is asked again, and never stored. */
function saltFrom(secret: Uint8Array): HeadEndOptions["salt"] {
  return (plant, intervalStart) =>
    Uint8Array.from(
      createHmac("sha256", secret).update(`contrada/reading/salt/1 ${plant} ${intervalStart}`).digest(),
    );
}

function hostNamesOf({ publicOrigin }: PlatformOptions): ReadonlySet<string> {
  return new Set(publicOrigin === undefined ? [] : [new URL(publicOrigin).hostname.toLowerCase()]);
}
