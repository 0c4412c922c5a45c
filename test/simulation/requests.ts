/**
 * What people ask of the chain in the simulation, of every kind, right or wrong. They look at what the chain holds
 * and mostly ask for what could be done now: votes go to proposals in the vote, cancellations to what is under way,
 * the more eagerly the nearer its deadline; beside it stands what a chain must refuse.
 */
import { equalBytes, toHex } from "#base/bytes.ts";
import { dayOf, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { Genesis } from "#chain/genesis.ts";
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
  leaveNeighbours,
  limitOneFeeder,
  proposeMotion,
  publishDayRate,
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
import type { ChainView } from "#chain/view.ts";
import type { Signer } from "#crypto/keys.ts";
import type { Role } from "#ledger/member.ts";
import { type Approval, type Guardian, recoveryHash } from "#ledger/recovery.ts";
import type { Motion } from "#market/proposal.ts";
import type { OpenedMember, Renewal } from "#market/renewal.ts";
import {
  ALBA,
  admission,
  ask,
  BORA,
  type ChainBench,
  citizenOf,
  memberSigner,
  OPERATOR,
  type Request,
  registration,
  STILL,
  saleId,
  saleOf,
  signerOf,
} from "../support/chain-bench.ts";
import { identityOf } from "../support/identities.ts";
import { openingOf, ordersOf, sealingOf } from "../support/market-books.ts";
import { NOTHING, planRenewal } from "../support/renewals.ts";
import { nameOf } from "./signatures.ts";
import {
  ORGANISATIONS,
  paperSigner,
  REGISTRAR,
  recoveredSigner,
  STEADY,
  spareSigner,
  validatorSigner,
} from "./street.ts";
import { SupplyRequests } from "./supply-requests.ts";
import type { World } from "./world.ts";

/** Where a transaction goes, what the chain holds there now, and what time it is. */
export interface Scene {
  readonly view: ChainView;
  readonly time: UnixSeconds;
}

export interface Wish {
  readonly request: Request;
  readonly what: string;
}

/** Numbers of members that come and go: a handful, so that their keys are judged once for all runs. */
const NEWCOMERS = [20, 21, 22, 23, 24, 25];
const NEWCOMER_ROLES: readonly Role[] = ["citizen", "supplier", "organisation"];
/** Last height at which guardians' signatures count; few, so that they are made once for all runs. */
const APPROVED_UNTIL = 10_000;

/** No public keys: of no point of the curve, of the neutral element, of small order. */
const NO_KEYS = [new Uint8Array(32).fill(2), Uint8Array.of(1, ...new Uint8Array(31)), new Uint8Array(32)];

export class Requests {
  readonly #world: World;
  readonly #genesis: Genesis;
  #number = 0;
  /** Payouts that were asked for. */
  readonly #payouts: Uint8Array[] = [];
  /** Keys of one member's that another asked for as its own, by their public half: it may be left with them alone. */
  readonly borrowed = new Map<string, Signer>();
  /** The last recovery that was asked for, for who asks for it again. */
  #recovery: Request | undefined;
  readonly #supplies: SupplyRequests;
  /** A run that is mostly about supply contracts: their procedure takes many steps. */
  readonly #aboutSupplies: boolean;

  constructor(world: World, genesis: Genesis) {
    this.#world = world;
    this.#supplies = new SupplyRequests(world);
    this.#aboutSupplies = world.happens(1, 4);
    this.#genesis = genesis;
  }

  /** One more. */
  next(scene: Scene): Wish {
    const world = this.#world;
    this.#number += 1;
    const { view } = scene;
    if (world.happens(1, 5)) {
      const underWay = tradersOf(view).find((member) => view.recovery(member) !== undefined);
      if (underWay !== undefined) return { request: this.#stop(scene, underWay), what: "recovery stopped" };
    }
    if (world.happens(1, 6)) {
      const kept = this.#keep(view);
      if (kept !== undefined) return { request: kept, what: "key kept" };
    }
    if (world.happens(1, 12)) return { request: this.#renewal(scene), what: "renewal" };
    if (world.happens(1, 7)) return { request: this.market(scene), what: "market" };
    if (world.happens(1, 4) && view.proposals().some(({ row }) => row.state === "voting")) {
      return { request: this.#ballot(scene), what: "vote" };
    }
    const homes = homesOf(view);
    if (homes.length > 0 && world.happens(this.#aboutSupplies ? 3 : 1, this.#aboutSupplies ? 4 : 12)) {
      return { request: this.#supplies.next(scene, homes), what: "supply" };
    }
    const wishes: readonly (readonly [number, string, (scene: Scene) => Request])[] = [
      [14, "sale", (at) => this.#sale(at)],
      [6, "withdrawal", (at) => this.#withdrawal(at)],
      [14, "interval", (at) => this.#interval(at)],
      [10, "payout", (at) => this.#payout(at)],
      [4, "deposit", (at) => this.#deposit(at)],
      [3, "rate", (at) => this.#rate(at)],
      [11, "key", (at) => this.#key(at)],
      [9, "recovery", (at) => this.#recover(at)],
      [15, "vote", (at) => this.#ballot(at)],
      [2, "meter", (at) => this.#meter(at)],
      [5, "newcomer", () => this.#newcomer()],
      [3, "erasure", (at) => this.#erasure(at)],
      [4, "nonsense", (at) => this.#nonsense(at)],
    ];
    let roll = world.random.integer(100);
    for (const [share, what, wish] of wishes) {
      if (roll < share) return { request: wish(scene), what };
      roll -= share;
    }
    throw new Error("the shares are not 100");
  }

  /** A deposit of an operator: right, whatever came before. */
  plain(): Request {
    this.#number += 1;
    const reference = `plain ${this.#number}`;
    return ask(OPERATOR, depositMoney, { member: ALBA, amount: MicroEur(1n), reference });
  }

  // Energy.

  #sale({ view, time }: Scene): Request {
    const world = this.#world;
    // What `saleOf` asks of a bench: its laws.
    const bench = { genesis: this.#genesis, view } as ChainBench;
    const { plant, owner } = this.#home(view);
    const right = saleOf(bench, time, {
      sale: saleId(world.happens(1, 8) ? this.#number - 1 : this.#number),
      plant,
      supplier: world.pick([ALBA, BORA]),
      fee: view.parameters.saleFee,
      energy: Wh(BigInt(world.happens(1, 3) ? world.between(5, 1_500) : world.between(9, 120))),
    });
    const wrong = world.happens(1, 8)
      ? world.pick([
          { ...right, day: right.day + 1 },
          { ...right, rate: MicroEurPerKwh(right.rate + 1n) },
          { ...right, fee: MicroEurPerKwh(0n) },
          { ...right, plant: this.#home(view).plant },
        ])
      : right;
    return ask(owner, authoriseEnergySale, wrong);
  }

  #withdrawal({ view }: Scene): Request {
    const world = this.#world;
    const { plant, owner } = this.#home(view);
    const sale = view.plant(plant)?.openSales[0] ?? saleId(this.#number);
    return ask(world.happens(1, 6) ? this.#home(view).owner : owner, withdrawEnergySale, { sale });
  }

  #interval({ view, time }: Scene): Request {
    const world = this.#world;
    const quarter = Math.floor(time / QUARTER_HOUR_S) * QUARTER_HOUR_S;
    const intervalStart = quarter - (world.happens(1, 6) ? world.between(0, 3) : 1) * QUARTER_HOUR_S;
    const some = (chance: number, most: number) => (world.happens(chance, 10) ? world.between(1, most) : 0);
    const entries = homesOf(view).map(({ plant }) => ({
      plant,
      storedSolar: {
        chargedWh: some(7, 1_300),
        usedWh: some(3, 300),
        exportedWh: some(6, 250),
        lostWh: some(5, 20),
      },
      storedGrid: { ...STILL, chargedWh: some(2, 300), exportedWh: some(2, 200) },
    }));
    const asIs = world.happens(1, 6);
    if (world.happens(1, 20)) entries.reverse();
    return ask(OPERATOR, submitIntervalTotals, {
      intervalStart: intervalStart + (world.happens(1, 20) ? 60 : 0),
      commitmentsRoot: new Uint8Array(32),
      // Most batches book what can be booked, as a head-end does; some are sent as they are.
      entries: asIs ? entries : entries.filter((entry) => view.checkEntry(intervalStart, entry) === "ok"),
    });
  }

  #rate({ view, time }: Scene): Request {
    const world = this.#world;
    const bench = { genesis: this.#genesis, view } as ChainBench;
    const day = saleOf(bench, time).day + world.between(0, 5);
    const rate = MicroEurPerKwh(BigInt(world.between(100_000, 2_200_000)));
    const supplier = world.happens(1, 8) ? this.#home(view).owner : world.pick([ALBA, BORA]);
    return ask(supplier, publishDayRate, { day, rate });
  }

  /** Another meter for a plant, mostly from the next quarter hour on. */
  #meter({ view, time }: Scene): Request {
    const world = this.#world;
    const { plant } = this.#home(view);
    const quarter = Math.floor(time / QUARTER_HOUR_S) * QUARTER_HOUR_S;
    return ask(OPERATOR, replaceHomeMeter, {
      plant: world.happens(1, 12) ? 77 : plant,
      // A handful of keys, so that they are judged once for all runs; what is taken is refused.
      meterKey: world.happens(1, 20) ? NO_KEYS[0]! : signerOf(`meter ${world.random.integer(40)}`).publicKey,
      from: quarter + (world.happens(1, 8) ? world.between(0, 3_000) : 1) * QUARTER_HOUR_S,
    });
  }

  /** One of those that stand; the first of all where none does. */
  #home(view: ChainView): Home {
    const homes = homesOf(view);
    return homes.length === 0 ? { plant: 1, owner: citizenOf(1) } : this.#world.pick(homes);
  }

  // Money.

  #deposit({ view }: Scene): Request {
    const world = this.#world;
    const reference = world.happens(1, 2) ? `once ${world.between(1, 2)}` : `deposit ${this.#number}`;
    const member = world.happens(1, 10) ? 99 : world.pick(tradersOf(view));
    const amount = MicroEur(BigInt(world.between(0, 50_000)));
    return ask(OPERATOR, depositMoney, { member, amount, reference });
  }

  /** Half of it is asked for, half settled: mostly what waits, also what just expires, and what is settled already. */
  #payout({ view }: Scene): Request {
    const world = this.#world;
    const asked = this.#payouts.filter((id) => view.payout(id) !== undefined);
    if (asked.length === 0 || world.happens(1, 2)) {
      const again = this.#payouts.length > 0 && world.happens(1, 6);
      const payout = again ? world.pick(this.#payouts) : saleId(this.#number);
      this.#payouts.push(payout);
      const amount = MicroEur(BigInt(world.between(0, world.happens(1, 6) ? 400_000 : 9_000)));
      return ask(world.pick(tradersOf(view)), requestOwnPayout, { payout, amount });
    }
    const waiting = asked.filter((id) => view.payout(id)!.state === "waiting");
    const payout = world.happens(1, 8)
      ? saleId(this.#number)
      : world.pick(waiting.length > 0 && world.happens(3, 4) ? waiting : asked);
    const reference = world.happens(1, 4) ? `once ${world.between(1, 2)}` : `out ${this.#number}`;
    return ask(OPERATOR, settleMemberPayout, {
      payout,
      reference: world.happens(1, 3) ? undefined : reference,
    });
  }

  // The neighbours' market.

  /** One more of the neighbours' market. */
  market({ view, time }: Scene): Request {
    const world = this.#world;
    const laws = view.parameters;
    const today = dayOf(laws.zone, time);
    const isHasty = world.happens(1, 12);
    const over = view.openMarketDays().filter((day) => day < today || isHasty);
    if (over.length > 0 && world.happens(1, 2)) return this.#daySettled(view, world.pick(over));
    const next = Math.floor(time / QUARTER_HOUR_S) * QUARTER_HOUR_S + QUARTER_HOUR_S;
    const session = world.happens(1, 4) ? 1 : 0;
    const key = { slot: next + (world.random.integer(2) + 3 * session) * QUARTER_HOUR_S, session };
    const shut = [0, 1, 2, 3, 4, 5]
      .map((ahead) => next + (ahead - 1) * QUARTER_HOUR_S)
      .flatMap((slot) => [0, 1].map((session) => ({ slot, session })))
      .find(
        (one) =>
          view.book(one.slot, one.session) !== undefined &&
          view.book(one.slot, one.session)!.result === undefined,
      );
    if (shut !== undefined && world.happens(3, 4)) return this.#opening(shut);
    if (world.happens(1, 20)) return this.#opening(key);
    switch (world.random.integer(8)) {
      case 0:
      case 1:
        return this.#joining(view);
      case 2: {
        const there = view.participations().map(({ key }) => key);
        const anybody = there.length === 0 || world.happens(1, 6);
        const sender = anybody ? world.pick([ALBA, this.#home(view).owner]) : world.pick(there);
        const plant = view.participation(sender)?.plant ?? world.random.integer(2);
        return ask(sender, leaveNeighbours, { plant });
      }
      case 3:
        return ask(OPERATOR, limitOneFeeder, {
          feeder: world.random.integer(3),
          from: key.slot,
          to: key.slot + world.between(0, 3) * QUARTER_HOUR_S,
          maxSoldWh: world.happens(1, 3) ? undefined : world.between(0, 120),
          maxBoughtWh: world.happens(1, 3) ? undefined : world.between(0, 120),
          reason: world.happens(1, 12) ? "" : "Works on the line",
        });
      default: {
        const sealing = sealingOf(key, ordersOf(key, countIn(key.slot)));
        return ask(OPERATOR, sealSlotBook, world.happens(1, 12) ? { ...sealing, session: 2 } : sealing);
      }
    }
  }

  #joining(view: ChainView): Request {
    const world = this.#world;
    if (world.happens(1, 3)) {
      const cap = MicroEur(BigInt(world.between(0, 60_000)));
      return ask(world.pick([ALBA, BORA, this.#home(view).owner]), joinNeighbours, { plant: 0, cap });
    }
    const { plant, owner } = this.#home(view);
    const cap = MicroEur(BigInt(world.between(1, world.happens(1, 8) ? 60_000_000 : 9_000)));
    return ask(world.happens(1, 10) ? this.#home(view).owner : owner, joinNeighbours, { plant, cap });
  }

  /** Mostly as it was sealed, with an order kept shut now and then. */
  #opening(key: { readonly slot: number; readonly session: number }): Request {
    const world = this.#world;
    const orders = ordersOf(key, countIn(key.slot));
    const right = openingOf(key, orders, world.happens(1, 3) ? [world.random.integer(orders.length)] : []);
    if (world.happens(5, 6)) return ask(OPERATOR, clearSlotBook, right);
    const changed = orders.map((order) => ({ ...order, limit: order.limit + 1 }));
    return ask(
      OPERATOR,
      clearSlotBook,
      world.pick([
        { ...right, orders: right.orders.toReversed() },
        { ...right, orders: changed },
        { ...right, orders: right.orders.slice(1) },
        { ...right, session: 1 - key.session },
      ]),
    );
  }

  /** From who may be taken from to whoever stands, within caps; now and then beyond. */
  #daySettled(view: ChainView, day: number): Request {
    const world = this.#world;
    const row = view.marketDay(day)!;
    const payers = view.participations().filter(({ key }) => view.marketRoom(key, day) > 0n);
    const payee = world.pick([ALBA, BORA, this.#home(view).owner]);
    const nets = new Map<number, bigint>([[payee, 0n]]);
    let paid = 0n;
    for (const { key: payer } of payers) {
      const room = view.marketRoom(payer, day);
      const taken = room / BigInt(world.between(1, 4)) + (world.happens(1, 12) ? 1n : 0n);
      nets.set(payer, (nets.get(payer) ?? 0n) - taken);
      nets.set(payee, nets.get(payee)! + taken);
      paid += taken;
    }
    // What the law asks for, as far as it goes; now and then more, or less.
    const { fee } = row.fallback;
    const affordableWh = fee > 0n ? ((paid + row.fees - row.gridFees) * 1000n) / fee : 200n;
    const mostWh = affordableWh < 0n ? 0 : affordableWh > 200n ? 200 : Number(affordableWh);
    const fallbackWh = world.between(0, mostWh);
    const lawful = row.gridFees + (BigInt(fallbackWh) * fee) / 1000n - row.fees;
    const fees = lawful + (world.happens(1, 12) ? world.pick([-1_000n, 1_000n]) : 0n);
    nets.set(payee, nets.get(payee)! - fees);
    const entries = [...nets].sort(([a], [b]) => a - b);
    const version = row.versions + (world.happens(1, 10) ? 2 : 1);
    return ask(OPERATOR, settleMarketDay, {
      day,
      version,
      reason: version === 1 ? "" : "A meter was read anew",
      final: world.happens(1, 3),
      statementsRoot: new Uint8Array(32).fill(version),
      boughtWh: row.tradedWh,
      soldWh: row.tradedWh + (world.happens(1, 12) ? 1 : 0),
      ...{ fallbackBoughtWh: fallbackWh, fallbackSoldWh: fallbackWh },
      entries: entries.map(([member, net]) => ({ member, net: MicroEur(net) })),
      fees: MicroEur(fees + (world.happens(1, 12) ? 1n : 0n)),
    });
  }

  // Members.

  /** A key that is going stays after all; nothing where none is. */
  #keep(view: ChainView): Request | undefined {
    const world = this.#world;
    const going = keysOf(view).filter(({ key }) => view.revocation(key) !== undefined);
    if (going.length === 0) return undefined;
    const { member, key } = world.pick(going);
    const sender = world.happens(1, 8) ? world.pick(STEADY) : member;
    // Of the key that speaks for itself, now and then.
    const other = [memberSigner(member), spareSigner(member)].find(
      (signer) => !equalBytes(signer.publicKey, key),
    );
    const request = ask(sender, cancelKeyRevocation, { key });
    return world.happens(1, 6) || sender !== member ? request : { ...request, signer: other! };
  }

  /** Keys come and go after a delay. */
  #key({ view }: Scene): Request {
    const world = this.#world;
    const keys = keysOf(view);
    const spare = keys.filter(({ of }) => of > 1);
    if (spare.length > 0 && world.happens(1, 2)) {
      const { member, key } = world.pick(spare);
      return ask(member, revokeMemberKey, { key });
    }
    const member = world.pick(tradersOf(view));
    const sender = world.happens(1, 5) ? world.pick(STEADY) : member;
    const kind = world.pick([registerMemberKey, registerMemberKey, revokeMemberKey, cancelKeyRevocation]);
    const signer = world.happens(1, 4) ? memberSigner(member) : spareSigner(member);
    if (sender !== member) this.borrowed.set(toHex(signer.publicKey), signer);
    return ask(sender, kind, { key: signer.publicKey });
  }

  /** Rather at its last block. */
  #stop({ view, time }: Scene, member: number): Request {
    const world = this.#world;
    const { newKey, height, time: due } = view.recovery(member)!;
    const last = height <= view.height + 1 && due <= time + QUARTER_HOUR_S;
    const sender = world.happens(1, 10) ? world.pick(STEADY) : member;
    const key = last || world.happens(1, 2) ? newKey : recoveredSigner(member, 0).publicKey;
    return ask(sender, cancelMemberRecovery, { key });
  }

  #recover(scene: Scene): Request {
    const { view } = scene;
    const world = this.#world;
    const member = world.happens(1, 5) ? world.pick(tradersOf(view)) : this.#home(view).owner;
    if (this.#recovery !== undefined && world.happens(1, 4)) return this.#recovery;
    if (view.guarded(member) === undefined || world.happens(1, 4)) return this.#guarding(member);
    this.#recovery = this.#helped(scene, member);
    return this.#recovery;
  }

  #guarding(member: number): Request {
    const world = this.#world;
    const others = STEADY.filter((one) => one !== member && one !== REGISTRAR);
    const first = world.pick(others);
    const second = world.pick(others);
    const guardians: readonly Guardian[] = [
      { member: world.happens(1, 10) ? member : first },
      { member: second },
      { key: paperSigner(member).publicKey },
    ];
    return ask(member, setMemberGuardians, { guardians });
  }

  #helped({ view }: Scene, member: number): Request {
    const world = this.#world;
    const guarded = view.guarded(member);
    const round = (guarded?.round ?? 1) - (world.happens(1, 10) ? 1 : 0);
    const newKey = world.happens(1, 10)
      ? memberSigner(member).publicKey
      : recoveredSigner(member, round).publicKey;
    const expiryHeight = world.happens(1, 10) ? view.height : APPROVED_UNTIL;
    const terms = { member, newKey, round, expiryHeight };
    const able = (guarded?.guardians ?? []).flatMap((who, guardian) => {
      const signer = "member" in who ? this.#signerOf(view, who.member) : paperSigner(member);
      return signer === undefined ? [] : [{ guardian, signer }];
    });
    // Which two of three; now and then one alone.
    if (able.length > 2 || world.happens(1, 10)) able.splice(world.random.integer(able.length), 1);
    const approvals = able.map(({ guardian, signer }) =>
      this.#approval(guardian, world.happens(1, 12) ? { ...terms, round: round + 1 } : terms, signer),
    );
    const sender = world.happens(1, 4) ? member : world.pick(STEADY);
    return ask(sender, requestMemberRecovery, { member, newKey, expiryHeight, approvals });
  }

  #approval(
    guardian: number,
    terms: { member: number; newKey: Uint8Array; round: number; expiryHeight: number },
    signer: Signer,
  ): Approval {
    const hash = recoveryHash({ chain: this.#genesis.chain, ...terms });
    return { guardian, key: signer.publicKey, signature: signer.sign(hash) };
  }

  /** Who signs for a member with a key that it has now, of those it had from the beginning. */
  #signerOf(view: ChainView, member: number): Signer | undefined {
    const keys = view.member(member)?.keys ?? [];
    return [memberSigner(member), spareSigner(member)].find(({ publicKey }) =>
      keys.some((key) => equalBytes(key, publicKey)),
    );
  }

  #newcomer(): Request {
    const world = this.#world;
    const newcomer = world.pick(NEWCOMERS);
    const role = NEWCOMER_ROLES[newcomer % NEWCOMER_ROLES.length]!;
    switch (world.random.integer(5)) {
      case 0:
        return registration(newcomer, newcomer);
      case 1:
        return ask(OPERATOR, enrolEnergySupplier, { member: newcomer, name: `Supplier ${newcomer}` });
      default:
        return { ...admission(newcomer, role), sender: world.pick([OPERATOR, REGISTRAR]) };
    }
  }

  /** Of whoever came; of somebody with an office, an account or a sale, in vain. */
  #erasure({ view }: Scene): Request {
    const world = this.#world;
    const standing = NEWCOMERS.filter((one) => view.member(one)?.closed === 0);
    const member =
      standing.length > 0 && world.happens(3, 4)
        ? world.pick(standing)
        : world.pick([99, OPERATOR, ALBA, 5, citizenOf(1), citizenOf(2)]);
    const sender = world.happens(1, 8) ? world.pick(STEADY) : world.pick([REGISTRAR, OPERATOR, member]);
    return ask(sender === 99 ? OPERATOR : sender, eraseOneMember, { member });
  }

  /** New numbers for whoever is at rest, or for others in vain; a registrar may be wrong in many ways. */
  #renewal({ view, time }: Scene): Request {
    const world = this.#world;
    const homes = homesOf(view);
    const owners = [...new Set(homes.map(({ owner }) => owner))];
    const resting = owners.filter((owner) => view.checkAtRest(owner) === "ok");
    const closed = resting.length >= 2 || world.happens(4, 5) ? resting : owners;
    const lastInterval = Math.floor(time / QUARTER_HOUR_S) * QUARTER_HOUR_S - QUARTER_HOUR_S;
    const period = view.period + (view.period > 0 && world.happens(1, 4) ? 0 : 1);
    const moves = homes.every(({ plant }) => view.plant(plant)!.lastInterval < lastInterval);
    const { renewal, request } = planRenewal(view, {
      ...{ period, lastInterval, closed },
      moved: () => (moves ? { ...NOTHING, charged: Wh(BigInt(world.between(0, 90))) } : NOTHING),
    });
    const sender = world.pick([OPERATOR, REGISTRAR]);
    if (world.happens(2, 3)) return { ...request, sender };
    const [first, ...others] = renewal.opened;
    const changed = (change: Partial<OpenedMember>) =>
      first === undefined ? [] : [{ ...first, ...change }, ...others];
    const wrong: readonly Partial<Renewal>[] = [
      { period: period + 1 },
      { lastInterval: lastInterval + 60 },
      { lastInterval: lastInterval + QUARTER_HOUR_S },
      { opened: others },
      { opened: changed({ money: MicroEur(1n) }) },
      { opened: changed({ money: MicroEur(1_000_000n) }) },
      { opened: changed({ plants: [] }) },
      { opened: changed({ guardians: [{ member: 99 }] }) },
      { gapSolar: { ...renewal.gapSolar, lost: Wh(1n) } },
      { gapGrid: { ...renewal.gapGrid, exported: Wh(1n) } },
      { closed: renewal.closed.slice(0, 1), opened: renewal.opened.slice(0, 1) },
    ];
    return ask(sender, renewManyMembers, { ...renewal, ...world.pick(wrong) });
  }

  /** What no app would ask for. */
  #nonsense({ view }: Scene): Request {
    const world = this.#world;
    const key = world.pick(NO_KEYS);
    const { plant, owner: one } = this.#home(view);
    const [newcomer, other] = [world.pick(NEWCOMERS), world.pick([ALBA, citizenOf(2)])];
    const amount = MicroEur(world.pick([0n, 1n << 61n]));
    return world.pick([
      { ...ask(one, registerMemberKey, { key }), body: world.random.bytes(world.between(0, 40)) },
      ask(one, registerMemberKey, { key }),
      registration(plant, one),
      registration(newcomer, one, { capacity: Wh(0n) }),
      registration(newcomer, one, { meterKey: key }),
      ask(OPERATOR, enrolEnergySupplier, { member: ALBA, name: "Alba Energia" }),
      ask(OPERATOR, enrolEnergySupplier, { member: BORA, name: " " }),
      ask(OPERATOR, depositMoney, { member: one, amount, reference: `much ${this.#number}` }),
      ask(one, requestOwnPayout, { payout: saleId(this.#number), amount }),
      ask(OPERATOR, submitIntervalTotals, {
        intervalStart: 900,
        commitmentsRoot: new Uint8Array(32),
        entries: [{ plant: 77, storedSolar: STILL, storedGrid: STILL }],
      }),
      ask(one, authoriseEnergySale, {
        ...{ sale: saleId(this.#number), plant, supplier: newcomer, day: 1, energy: Wh(10n) },
        ...{ rate: MicroEurPerKwh(1n), fee: MicroEurPerKwh(1n) },
      }),
      ...[undefined, identityOf(other, "citizen")].map((identity) =>
        ask(REGISTRAR, admitMember, {
          ...{ member: newcomer, role: "citizen" as const, keys: [memberSigner(newcomer).publicKey] },
          identity,
        }),
      ),
      ask(REGISTRAR, admitMember, {
        ...{ member: newcomer, role: "operator" as const, keys: [memberSigner(newcomer).publicKey] },
        identity: identityOf(newcomer, "citizen"),
      }),
    ]);
  }

  // What the community decides.

  #ballot(scene: Scene): Request {
    const world = this.#world;
    const all = scene.view.proposals();
    const open = all.filter(({ row }) => row.state === "voting");
    if (open.length === 0 || world.happens(1, 4)) return this.#proposal(scene);
    const { key: proposal, row } = world.pick(world.happens(1, 10) ? all : open);
    if (world.happens(1, 6)) {
      const sender = world.happens(1, 5) ? world.pick(STEADY) : row.proposer;
      return ask(sender, withdrawMotion, { proposal: world.happens(1, 10) ? 0 : proposal });
    }
    const electors = row.electorate === "organisations" ? ORGANISATIONS : tradersOf(scene.view);
    const voter = world.pick(world.happens(1, 8) ? STEADY : electors);
    const number = world.happens(1, 20) ? 77 : proposal;
    return ask(voter, castVote, { proposal: number, yes: world.happens(4, 5) });
  }

  #proposal({ view }: Scene): Request {
    const world = this.#world;
    const motion = this.#motion(view);
    const onOrganisations = motion.type !== "change_laws" && motion.type !== "pay";
    const active = view.organisations().flatMap(({ key, row }) => (row.active ? [key] : []));
    const entitled = onOrganisations && active.length > 0 ? active : tradersOf(view);
    const proposer = world.pick(world.happens(1, 8) ? STEADY : entitled);
    const purpose = world.happens(1, 15) ? " " : "What we want";
    return ask(proposer, proposeMotion, { purpose, motion });
  }

  #motion(view: ChainView): Motion {
    const world = this.#world;
    const laws = view.parameters;
    const candidate = world.pick([ALBA, BORA, OPERATOR, ...ORGANISATIONS, this.#home(view).owner]);
    const validator = world.happens(1, 5)
      ? undefined
      : validatorSigner(world.happens(1, 8) ? 5 : candidate, world.random.integer(2)).publicKey;
    switch (world.random.integer(9)) {
      case 0:
        return { type: "change_laws", laws: { ...laws, gridEnergySellable: !laws.gridEnergySellable } };
      case 1:
        return {
          type: "change_laws",
          laws: world.pick([
            laws,
            { ...laws, quorumPerMille: 0 },
            { ...laws, operatorIsRegistrar: !laws.operatorIsRegistrar },
            { ...laws, maxExpiryAhead: world.between(18, 24) },
            { ...laws, saleFee: MicroEurPerKwh(BigInt(world.between(0, 9_000))) },
          ]),
        };
      case 2:
        return {
          type: "change_laws",
          laws: world.pick([
            { ...laws, saleExpiryBlocks: world.between(1, 6) },
            { ...laws, keyDelayS: world.between(1, 900) },
            { ...laws, recoveryDelayS: world.between(1, 900) },
            { ...laws, delayBlocks: world.between(1, 3) },
            { ...laws, quorumPerMille: world.between(1, 400) },
            { ...laws, maxOpenSales: world.between(1, 3) },
          ]),
        };
      case 3:
      case 4:
        return {
          type: "pay",
          member: world.happens(1, 8) ? 99 : world.pick(tradersOf(view)),
          amount: MicroEur(BigInt(world.between(0, 500))),
        };
      case 5:
      case 6:
        return { type: "admit_organisation", member: candidate, validator };
      case 7:
        return { type: "change_validator", member: candidate, validator };
      default:
        return { type: "remove_organisation", member: candidate };
    }
  }
}

/** How many orders the books of a quarter hour have: whoever opens one finds the same. */
function countIn(slot: UnixSeconds): number {
  return 1 + ((slot / QUARTER_HOUR_S) % 6);
}

function keysOf(
  view: ChainView,
): { readonly member: number; readonly key: Uint8Array; readonly of: number }[] {
  return tradersOf(view).flatMap((member) => {
    const keys = view.member(member)?.keys ?? [];
    return keys.map((key) => ({ member, key, of: keys.length }));
  });
}

interface Home {
  readonly plant: number;
  readonly owner: number;
}

/** The plants that stand, by number: looked up once for a state. */
function homesOf(view: ChainView): readonly Home[] {
  const name = nameOf(view.stateRoot);
  let homes = known.get(name);
  if (homes === undefined) {
    homes = view
      .plants()
      .filter(({ row }) => row.closed === 0)
      .map(({ key, row }) => ({ plant: key, owner: row.owner }));
    if (known.size > 100) known.clear();
    known.set(name, homes);
  }
  return homes;
}

const known = new Map<string, readonly Home[]>();

/** Whoever has money to spend or a sale to make. */
function tradersOf(view: ChainView): readonly number[] {
  return [...new Set([OPERATOR, ALBA, BORA, ...homesOf(view).map(({ owner }) => owner)])];
}
