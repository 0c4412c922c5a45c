/**
 * What must hold of the neighbours' market through a chain's history, by a model of its own that counts from the
 * transactions alone: books are sealed after their gate and opened in time, as they were sealed; no feeder carries more
 * than the grid operator lets it; of every book as much was bought as sold and nobody trades beyond its own limit, solar energy
 * that was asked for was there, and buyers pay beyond what sellers receive only the law's fee for the grid; of every
 * version of a day the nets and the fees come to nothing, all versions together take no more from anybody than it
 * consented to for that day, and give the community what the books kept and the fee of what was matched afterwards.
 */
import { toHex } from "#base/bytes.ts";
import { dayOf, dayStart } from "#base/time.ts";
import type { ChainApp } from "#chain/app.ts";
import {
  clearSlotBook,
  joinNeighbours,
  leaveNeighbours,
  limitOneFeeder,
  sealSlotBook,
  settleMarketDay,
} from "#chain/transactions.ts";
import type { Transaction } from "#ledger/transaction.ts";
import { sealOf, sealsRoot } from "#market/auction/seal.ts";
import type { LimitFeeder } from "#market/feeder-limit.ts";
import { gridFeesOf } from "#market/parameters.ts";
import type { ClearBook } from "#market/slot-book.ts";
import { bodyOf } from "./ballots.ts";
import type { World } from "./world.ts";

/** µEUR by which roundings may come to more or less than limits and fees, over all stages of an order. */
const ROUNDING = 12;

export class Markets {
  readonly #world: World;
  readonly #app: ChainApp;
  /** Member → what it consented to, ascending by the first day that it counts for. */
  readonly #caps = new Map<number, readonly { readonly from: number; readonly cap: bigint }[]>();
  /** Day → member → what all versions gave it so far. */
  readonly #nets = new Map<number, Map<number, bigint>>();
  readonly #tradedWh = new Map<number, number>();
  /** Day → what its books kept for the grid, what all its versions gave the community, its fee by kWh of the fallback. */
  readonly #kept = new Map<number, bigint>();
  readonly #given = new Map<number, bigint>();
  readonly #fee = new Map<number, bigint>();
  #lastSealed = 0;
  /** Book → as it was sealed. */
  readonly #sealed = new Map<
    string,
    { readonly count: number; readonly root: string; readonly time: number }
  >();
  /** Feeder → its limits, in the order in which they were set. */
  readonly #limits = new Map<number, readonly Omit<LimitFeeder, "feeder">[]>();
  /** Day → its last version. */
  readonly #versions = new Map<number, number>();

  constructor(world: World, app: ChainApp) {
    this.#world = world;
    this.#app = app;
    const view = app.view();
    for (const { key: member, row } of view.participations()) {
      this.#caps.set(member, row.caps);
      for (const { day, net } of row.nets) this.#netsOf(day).set(member, net);
    }
    for (const { key, row } of view.feederLimits()) this.#limits.set(key, row);
    for (const day of view.openMarketDays()) {
      this.#lastSealed = Math.max(this.#lastSealed, day);
      const { tradedWh, gridFees, fees, fallback, versions } = view.marketDay(day)!;
      this.#versions.set(day, versions);
      this.#tradedWh.set(day, tradedWh);
      this.#kept.set(day, gridFees);
      this.#given.set(day, fees);
      this.#fee.set(day, fallback.fee);
    }
  }

  /** A transaction that was accepted, in the block that `app` is at. */
  take(transaction: Transaction, where: () => string): void {
    const { sender } = transaction;
    const { zone } = this.#app.view().parameters;
    switch (transaction.kind) {
      case joinNeighbours.number:
        this.#consent(sender, bodyOf(joinNeighbours, transaction).cap);
        return;
      case leaveNeighbours.number:
        // Even of a cap of nothing the day that runs is still part.
        this.#consent(sender, 0n);
        return;
      case limitOneFeeder.number: {
        const { feeder, ...limit } = bodyOf(limitOneFeeder, transaction);
        this.#limits.set(feeder, [...(this.#limits.get(feeder) ?? []), limit]);
        return;
      }
      case sealSlotBook.number: {
        const { slot, session, count, root } = bodyOf(sealSlotBook, transaction);
        const { time } = this.#app;
        const { marketGateS, marketForwardGateS } = this.#app.view().parameters;
        const gate = slot - (session === 0 ? marketGateS : marketForwardGateS);
        this.#world.expect(
          time >= gate && time < slot,
          () => `${where()}: sealed at ${time}, not from ${gate}`,
        );
        this.#sealed.set(`${slot}/${session}`, { count, root: toHex(root), time });
        const day = dayOf(zone, slot);
        this.#lastSealed = Math.max(this.#lastSealed, day);
        if (!this.#fee.has(day)) this.#fee.set(day, this.#app.view().parameters.marketFeeBeyond);
        return;
      }
      case clearSlotBook.number:
        this.#cleared(bodyOf(clearSlotBook, transaction), where);
        return;
      case settleMarketDay.number: {
        const { day, version, entries, fees, boughtWh, soldWh, fallbackBoughtWh } = bodyOf(
          settleMarketDay,
          transaction,
        );
        const last = this.#versions.get(day) ?? 0;
        this.#versions.set(day, version);
        this.#world.expect(
          version === last + 1 && this.#app.time >= dayStart(zone, day + 1),
          () => `${where()}: version ${version} of day ${day} after ${last}, at ${this.#app.time}`,
        );
        const sum = entries.reduce<bigint>((all, { net }) => all + net, fees);
        this.#world.expect(sum === 0n, () => `${where()}: a day's nets and fees come to ${sum}`);
        const tradedWh = this.#tradedWh.get(day) ?? 0;
        this.#world.expect(
          boughtWh === tradedWh && soldWh === tradedWh,
          () => `${where()}: ${boughtWh} bought and ${soldWh} sold of a day whose books traded ${tradedWh}`,
        );
        const [kept, given] = [this.#kept.get(day) ?? 0n, (this.#given.get(day) ?? 0n) + fees];
        this.#given.set(day, given);
        const off = 1000n * (given - kept) - BigInt(fallbackBoughtWh) * (this.#fee.get(day) ?? 0n);
        this.#world.expect(
          given >= kept && 2n * (off < 0n ? -off : off) <= 1000n * BigInt(fallbackBoughtWh),
          () => `${where()}: day ${day} gives the community ${given}, its books kept ${kept}`,
        );
        if (given > kept) this.#world.count("market fees of the fallback");
        const nets = this.#netsOf(day);
        for (const { member, net } of entries) {
          const after = (nets.get(member) ?? 0n) + net;
          nets.set(member, after);
          if (net >= 0n) continue;
          const cap = this.#capOn(member, day);
          this.#world.expect(
            after + cap >= 0n,
            () => `${where()}: ${-after} are taken from ${member} for day ${day}, who consented to ${cap}`,
          );
          this.#world.count("market debits");
        }
      }
    }
  }

  #netsOf(day: number): Map<number, bigint> {
    let nets = this.#nets.get(day);
    if (nets === undefined) this.#nets.set(day, (nets = new Map()));
    return nets;
  }

  #capOn(member: number, day: number): bigint {
    return this.#caps.get(member)?.findLast(({ from }) => from <= day)?.cap ?? 0n;
  }

  /** More counts from today, less from the first day without a book. */
  #consent(member: number, cap: bigint): void {
    const today = dayOf(this.#app.view().parameters.zone, this.#app.time);
    const isMore = cap >= this.#capOn(member, today);
    const from = isMore ? today : Math.max(today, this.#lastSealed) + 1;
    const before = (this.#caps.get(member) ?? []).filter((one) => one.from < from);
    this.#caps.set(member, [...before, { from, cap }]);
  }

  #cleared(body: ClearBook, where: () => string): void {
    const { slot, session, orders } = body;
    const view = this.#app.view();
    const { day, sealsRoot: root, result } = view.book(slot, session)!;
    const { tradedWh, bought, sold } = result!;
    this.#tradedWh.set(day, (this.#tradedWh.get(day) ?? 0) + tradedWh);
    this.#kept.set(day, (this.#kept.get(day) ?? 0n) + bought - sold);
    const expect = (holds: boolean, problem: () => string) =>
      this.#world.expect(holds, () => `${where()}, book ${slot}/${session}: ${problem()}`);
    const fees = gridFeesOf(view.parameters);
    const kept = Number(bought - sold);
    expect(
      kept * 1000 >= fees.feeder * tradedWh - 1000 * ROUNDING &&
        kept * 1000 <= fees.beyond * tradedWh + 1000 * ROUNDING,
      () => `${kept} µEUR of fees for ${tradedWh} Wh`,
    );
    const sealed = this.#sealed.get(`${slot}/${session}`);
    if (sealed !== undefined) {
      const seals = [...orders.map((order) => sealOf({ slot, session, ...order })), ...body.unopened];
      seals.sort((a, b) => a.paddle - b.paddle || a.number - b.number);
      expect(
        seals.length === sealed.count && toHex(sealsRoot(seals)) === sealed.root,
        () => "opened otherwise than it was sealed",
      );
      expect(
        this.#app.time <= sealed.time + view.parameters.marketClearingS,
        () => `opened at ${this.#app.time}, sealed at ${sealed.time}`,
      );
    }
    const { bids, asks, clearing } = view.clearingOf(body, root);
    let [boughtWh, soldWh, paid, received, solarWanted, solarGiven] = [0, 0, 0, 0, 0, 0];
    const carried = new Map<number, { soldWh: number; boughtWh: number }>();
    for (const { feeder } of orders) carried.set(feeder, { soldWh: 0, boughtWh: 0 });
    for (const [i, place] of bids.entries()) {
      const { energyWh, limit, wishes } = orders[place]!;
      const [wh, amount] = [clearing.bids.energyWh[i]!, clearing.bids.amount[i]!];
      expect(wh <= energyWh, () => `bid ${place} buys ${wh} Wh and wants ${energyWh}`);
      expect(amount * 1000 <= wh * limit + 1000 * ROUNDING, () => `bid ${place} pays ${amount} for ${wh} Wh`);
      carried.get(orders[place]!.feeder)!.boughtWh += wh;
      boughtWh += wh;
      paid += amount;
      if (wishes.solar) solarWanted += wh;
    }
    for (const [i, place] of asks.entries()) {
      const { energyWh, limit, wishes } = orders[place]!;
      const [wh, amount] = [clearing.asks.energyWh[i]!, clearing.asks.amount[i]!];
      expect(wh <= energyWh, () => `ask ${place} sells ${wh} Wh and has ${energyWh}`);
      expect(amount * 1000 >= wh * limit - 1000 * ROUNDING, () => `ask ${place} gets ${amount} for ${wh} Wh`);
      carried.get(orders[place]!.feeder)!.soldWh += wh;
      soldWh += wh;
      received += amount;
      if (wishes.solar) solarGiven += wh;
    }
    for (const [feeder, of] of carried) {
      const limit = this.#limits.get(feeder)?.findLast(({ from, to }) => from <= slot && slot < to);
      if (limit === undefined) continue;
      const { maxSoldWh = Number.MAX_VALUE, maxBoughtWh = Number.MAX_VALUE } = limit;
      expect(
        of.soldWh <= maxSoldWh && of.boughtWh <= maxBoughtWh,
        () =>
          `feeder ${feeder} carries ${of.soldWh} and ${of.boughtWh}, limited to ${maxSoldWh} and ${maxBoughtWh}`,
      );
      this.#world.count("market feeders limited");
    }
    expect(
      boughtWh === tradedWh && soldWh === tradedWh,
      () => `${boughtWh} bought, ${soldWh} sold, ${tradedWh} traded`,
    );
    expect(
      BigInt(paid) === bought && BigInt(received) === sold,
      () => `other sums of money than on the chain`,
    );
    expect(
      solarWanted <= solarGiven,
      () => `${solarWanted} Wh to who takes solar energy only, ${solarGiven} were sold`,
    );
    this.#world.count("market books checked");
    if (orders.some(({ wishes }) => wishes.partner !== undefined))
      this.#world.count("market books with wishes");
    if (kept > 0) this.#world.count("market books with fees");
  }
}
