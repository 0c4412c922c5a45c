/**
 * How the people of a simulated town take part in the neighbours' market: one supplier balances, owners bring some
 * money, join with a cap, and give standing rules that differ from home to home. From then on the platform's desk acts
 * for them as for anybody, and the homes' counters deliver what it sold. Whoever enters a home in person decides alone.
 *
 * Where the chain makes its blocks when the town asks for them, each quarter hour waits until its books are cleared;
 * where it makes them by itself, the desk follows it and nobody waits.
 */
import { toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import type { UnixSeconds } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import type { Submission } from "#chain/host.ts";
import { depositMoney, joinNeighbours } from "#chain/transactions.ts";
import { NO_PLANT } from "#market/participation.ts";
import type { MarketDesk } from "#platform/market/desk.ts";
import { MemberAccount } from "#platform/member-account.ts";
import type { Numbers } from "#platform/pseudonyms.ts";
import { type HomePlan, ownerKeyAfter, type TownPlan } from "#sim/plan.ts";
import type { TownHost } from "#sim/town.ts";
import { marketRuleHash } from "#wire/market-letters.ts";
import type { MarketRule } from "#wire/market-schemas.ts";

/** What an owner has in its account when it joins, and lets the market take of it a day, µEUR. */
const MONEY = 50_000_000n;
const CAP = 5_000_000n;
/** What the balancing supplier lets it take for each home. */
const SUPPLIER_CAP = 5_000_000n;
/** Drawn, sealed, cleared, and a day settled: so many blocks a quarter hour has at the most. */
const ROUNDS = 3;

export interface TownMarketOptions {
  readonly plan: TownPlan;
  readonly host: TownHost;
  readonly desk: MarketDesk;
  readonly operator: MemberAccount;
  readonly numbers: Numbers;
  /** The first instant at which people take part. */
  readonly from: UnixSeconds;
  /** Whether the chain makes blocks by itself. */
  readonly runsByItself?: boolean;
  /** Whether time runs slowly enough for books to be sealed and opened in theirs; it does where this is absent. */
  readonly isCalm?: () => boolean;
}

export class TownMarket {
  readonly #options: TownMarketOptions;
  /** Members that were asked to join already. */
  readonly #asked = new Set<number>();

  constructor(options: TownMarketOptions) {
    this.#options = options;
  }

  /** When a quarter hour is over and its readings are booked: who is new joins, and the desk does what is due. */
  async quarterHour(time: UnixSeconds): Promise<void> {
    const { host, desk, from, runsByItself, isCalm } = this.#options;
    if (time < from || isCalm?.() === false) return;
    await this.#join();
    if (runsByItself === true) return desk.advance();
    for (let round = 0; round < ROUNDS; round++) {
      await desk.advance();
      // Nothing to seal, nothing to wait for.
      if (host.waiting() === 0) break;
      await host.produceNow();
    }
    await desk.advance();
  }

  /** Wh of a home's accumulator that the market sold for a quarter hour. */
  storedWh(home: number, slot: UnixSeconds): number {
    return slot < this.#options.from ? 0 : this.#options.desk.storedToDeliver(home, slot);
  }

  async #join(): Promise<void> {
    const { plan, host, operator, numbers } = this.#options;
    const view = host.view();
    const [supplier] = plan.suppliers;
    if (supplier !== undefined && view.participation(supplier.member) === undefined) {
      const account = new MemberAccount(host, { member: supplier.member, signer: supplier.key });
      const cap = MicroEur(SUPPLIER_CAP * BigInt(plan.homes.length));
      if (this.#isNew(supplier.member)) {
        this.#heed(supplier.member, await account.send(joinNeighbours, { plant: NO_PLANT, cap }));
      }
    }
    const newcomers = plan.homes.filter(({ owner }) => {
      const member = numbers.memberNow(owner);
      // A second key is the device of a person who lives there now.
      return (
        view.participation(member) === undefined &&
        view.member(member)?.keys.length === 1 &&
        this.#isNew(member)
      );
    });
    if (newcomers.length === 0) return;
    for (const { owner } of newcomers) {
      const member = numbers.memberNow(owner);
      if (view.money(member).posted >= CAP) continue;
      await operator.send(depositMoney, { member, amount: MicroEur(MONEY), reference: `market ${member}` });
    }
    await host.produceNow();
    for (const home of newcomers) await this.#joinHome(home);
    await host.produceNow();
  }

  /** Who was refused, or whose transaction was lost, joins another time. */
  #heed(member: number, submission: Submission): void {
    const again = () => void this.#asked.delete(member);
    if (!submission.admitted) again();
    else submission.committed.then(({ status }) => status === "ok" || again(), again);
  }

  #isNew(member: number): boolean {
    if (this.#asked.has(member)) return false;
    this.#asked.add(member);
    return true;
  }

  async #joinHome(home: HomePlan): Promise<void> {
    const { plan, host, desk, numbers } = this.#options;
    const member = numbers.memberNow(home.owner);
    const signer = ownerKeyAfter(plan.seed, home, numbers.renewalsOf(home.owner));
    const account = new MemberAccount(host, { member, signer });
    const plant = numbers.plantNow(home.plant);
    this.#heed(member, await account.send(joinNeighbours, { plant, cap: MicroEur(CAP) }));
    if (desk.mandates.ruleOf(home.plant).changes > 0) return;
    const rule = ruleOf(plan.seed, home);
    const signature = toHex(signer.sign(marketRuleHash({ chain: host.chain, member, change: 1, rule })));
    const publicKey = toHex(signer.publicKey);
    desk.mandates.giveRule(home.plant, member, { rule, change: 1, publicKey, signature });
  }
}

/** What an owner wants, by the town's seed. */
export function ruleOf(seed: number, { plant, site, reserveWh }: HomePlan): MarketRule {
  const random = new Random(seed).fork(`market rule ${plant}`);
  const cents = (from: number, to: number) => (from + random.integer(to - from + 1)) * 10_000;
  const capacityWh = site.accumulator?.capacityWh ?? 0;
  const sellsStored = capacityWh > 0 && random.integer(3) === 0;
  return {
    sellSurplusFromMicroEurPerKwh: cents(8, 15),
    sellStored: sellsStored
      ? { fromMicroEurPerKwh: cents(18, 26), keepWh: Math.max(reserveWh, Math.round(capacityWh * 0.4)) }
      : null,
    buyUpToMicroEurPerKwh: cents(16, 30),
    solarOnly: random.integer(4) === 0,
    partner: null,
    forwardPerMille: random.integer(5) === 0 ? 300 : 0,
  };
}
