/**
 * What people ask of the chain about supply contracts in the simulation: they look at what is there and mostly ask
 * for what could be done now; beside it stands what a chain must refuse.
 */
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
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
import { isRunning, type SupplyContract } from "#market/contract/contract.ts";
import type { SupplyInvoice } from "#market/contract/invoice.ts";
import { ALBA, ask, BORA, OPERATOR, type Request, saleId } from "../support/chain-bench.ts";
import { termsFrom } from "../support/supplies.ts";
import type { Scene } from "./requests.ts";
import { REGISTRAR, STEADY } from "./street.ts";
import type { World } from "./world.ts";

interface Home {
  readonly plant: number;
  readonly owner: number;
}

interface Kept<R> {
  readonly key: Uint8Array;
  readonly row: R;
}

export class SupplyRequests {
  readonly #world: World;
  #number: number;

  /** `first`: of the ids that are drawn, one after the other. */
  constructor(world: World, first = 50_000) {
    this.#world = world;
    this.#number = first;
  }

  /** One more; `homes` are those that stand, at least one. */
  next(scene: Scene, homes: readonly Home[]): Request {
    const world = this.#world;
    this.#number += 1;
    const { view } = scene;
    const running = view.supplyContracts().filter(({ row }) => isRunning(row));
    const supplied = homes.filter(({ plant }) => running.some(({ row }) => row.plant === plant));
    // Mostly for who has one: so others are at rest and get new numbers.
    const whom = supplied.length > 0 && world.happens(5, 6) ? supplied : homes;
    if (running.length === 0 || world.happens(1, 8)) return this.#beginning(scene, whom);
    const open = view
      .supplyInvoices()
      .filter(({ row }) => row.state !== "settled" && running.some(({ key }) => same(key, row.contract)));
    const contract = world.pick(running);
    if (world.happens(1, 20)) return this.#protecting(world.pick(homes).plant);
    if (world.happens(1, 20)) return this.#ending(contract);
    if (contract.row.terms.billing === "prepaid" && world.happens(1, 4)) return this.#prepaying(contract);
    if (open.length === 0 || world.happens(1, 8)) return this.#invoice(scene, contract);
    return this.#about(scene, world.pick(open));
  }

  #beginning({ view, time }: Scene, homes: readonly Home[]): Request {
    const world = this.#world;
    const { plant, owner } = world.pick(homes);
    const offers = view.supplyOffers().filter(({ row }) => view.isOpenTo(row, owner));
    if (offers.length > 0 && world.happens(3, 4)) {
      const offer = world.happens(1, 10) ? world.pick(view.supplyOffers()) : world.pick(offers);
      const sender = world.happens(1, 10) ? world.pick(STEADY) : owner;
      return ask(sender, acceptOneSupply, { contract: this.#id(), offer: offer.key, plant });
    }
    const laws = view.parameters;
    const terms = termsFrom(time - world.between(0, 2) * 900, laws, {
      ...(world.happens(1, 2) ? { billing: "prepaid" as const } : {}),
      ...(world.happens(1, 5) ? { suspension: undefined } : {}),
      ...(world.happens(1, 5)
        ? { price: { type: "index" as const, index: "PUN", spread: MicroEurPerKwh(-1n) } }
        : {}),
      ...(world.happens(1, 12) ? { payWithinS: 1 } : {}),
    });
    const until = world.happens(1, 4) ? time + 3_600 : terms.until;
    const seller = world.happens(1, 5) ? world.pick(homes).owner : world.pick([ALBA, BORA]);
    const to = world.happens(1, 3) ? owner : world.happens(1, 10) ? ALBA : 0;
    const acceptBy = time + world.between(0, 3_000);
    return ask(seller, offerOneSupply, { offer: this.#id(), to, acceptBy, terms: { ...terms, until } });
  }

  #invoice({ view, time }: Scene, { key, row }: Kept<SupplyContract>): Request {
    const world = this.#world;
    const { number } = view.nextInvoiceNumber(row.seller, time);
    const invoices = view.supplyInvoices().filter((one) => same(one.row.contract, key));
    const before =
      invoices.length > 0 && world.happens(1, 4)
        ? world.pick(invoices.filter((one) => one.row.corrects === undefined))
        : undefined;
    const periodTo = Math.max(Math.min(time, row.endsTime) - world.between(0, 60), row.billedUntil + 1);
    const { periodFrom, to } =
      before === undefined
        ? { periodFrom: row.billedUntil, to: periodTo }
        : { periodFrom: before.row.periodFrom, to: before.row.periodTo };
    return ask(world.happens(1, 10) ? world.pick(STEADY) : row.seller, issueOneInvoice, {
      invoice: this.#id(),
      contract: key,
      number: world.happens(1, 12) ? number + 1 : number,
      corrects: before?.key,
      energy: Wh(BigInt(world.between(0, 900))),
      amount: MicroEur(BigInt(world.between(world.happens(1, 10) ? 0 : 1, 4_000))),
      periodFrom,
      periodTo: to,
      document: new Uint8Array(32),
    });
  }

  /** Of an invoice that is not settled: the seller gives notice, the buyer pays or disputes, the arbiter decides. */
  #about({ view, time }: Scene, { key: invoice, row }: Kept<SupplyInvoice>): Request {
    const world = this.#world;
    const { seller, buyer, state } = view.supplyContract(row.contract)!;
    const wrong = world.happens(1, 12) ? world.pick(STEADY) : undefined;
    if (row.state === "disputed" && world.happens(1, 2)) {
      const amount = MicroEur(BigInt(world.happens(1, 3) ? 0 : world.between(0, Number(row.amount))));
      return ask(wrong ?? OPERATOR, resolveOneDispute, { invoice, amount });
    }
    if (state === "active" && time > row.dueTime && world.happens(2, 3)) {
      return ask(wrong ?? seller, giveOneNotice, { invoice });
    }
    // Whoever is reduced mostly waits, so that the last step is come to.
    if (state === "reduced" && world.happens(3, 4)) return ask(seller, giveOneNotice, { invoice });
    if (world.happens(1, 3)) {
      return ask(wrong ?? buyer, disputeOneInvoice, {
        invoice,
        reason: world.pick(["reading", "other"] as const),
      });
    }
    return world.happens(1, 2)
      ? ask(wrong ?? buyer, payOneInvoice, { invoice })
      : ask(wrong ?? seller, giveOneNotice, { invoice });
  }

  #prepaying({ key, row }: Kept<SupplyContract>): Request {
    const world = this.#world;
    const amount = MicroEur(BigInt(world.between(0, 5_000)));
    const sender = world.happens(1, 12) ? world.pick(STEADY) : row.buyer;
    return ask(sender, prepaySupply, { contract: key, amount });
  }

  #protecting(plant: number): Request {
    const world = this.#world;
    return ask(world.pick([OPERATOR, REGISTRAR]), protectOnePlant, {
      plant: world.happens(1, 12) ? 77 : plant,
      protected: world.happens(1, 3),
      reason: world.pick(["registered", "moratorium"] as const),
    });
  }

  #ending({ key, row }: Kept<SupplyContract>): Request {
    const world = this.#world;
    const sender = world.pick([row.buyer, row.seller, world.pick(STEADY)]);
    return ask(sender, endOneSupply, { contract: world.happens(1, 12) ? this.#id() : key });
  }

  #id(): Uint8Array {
    return saleId(this.#number - (this.#world.happens(1, 15) ? 1 : 0));
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}
