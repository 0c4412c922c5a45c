/**
 * What must hold of supply contracts through a chain's history, by a model of its own that counts from the
 * transactions alone: nobody's supply is reduced or suspended but after a notice of an invoice that was overdue, and
 * after the delays of that step in seconds and in blocks; none whose plant is protected; none while its invoice is
 * disputed; and who paid has it back in the same block. A step that is due comes, and a bill has its seller's next number.
 */
import { toHex } from "#base/bytes.ts";
import type { ChainApp } from "#chain/app.ts";
import {
  acceptOneSupply,
  disputeOneInvoice,
  giveOneNotice,
  issueOneInvoice,
  payOneInvoice,
  protectOnePlant,
  resolveOneDispute,
} from "#chain/supply-transactions.ts";
import type { Transaction } from "#ledger/transaction.ts";
import { bodyOf } from "./ballots.ts";
import type { World } from "./world.ts";

/** A step that may be next, not before both. */
interface Pending {
  readonly invoice: string;
  readonly next: "reduced" | "suspended";
  readonly time: number;
  readonly height: number;
}

export class Supplies {
  readonly #world: World;
  readonly #name: string;
  readonly #app: ChainApp;
  /** Contract → plant. */
  readonly #plants = new Map<string, number>();
  /** Invoice → its contract and when it is overdue. */
  readonly #invoices = new Map<string, { readonly contract: string; dueTime: number }>();
  readonly #pending = new Map<string, Pending>();
  readonly #disputed = new Set<string>();
  readonly #protected = new Set<number>();
  readonly #states = new Map<string, string>();
  /** Seller, year and number of every bill. */
  readonly #bills = new Set<string>();

  constructor(world: World, name: string, app: ChainApp) {
    this.#world = world;
    this.#name = name;
    this.#app = app;
    const view = app.view();
    for (const { key, row } of view.supplyContracts()) this.#plants.set(toHex(key), row.plant);
    for (const { key, row } of view.supplyInvoices()) {
      this.#invoices.set(toHex(key), { contract: toHex(row.contract), dueTime: row.dueTime });
    }
  }

  /** A transaction that was accepted, in the block that `app` is at. */
  take(transaction: Transaction, where: () => string): void {
    const { time, height } = this.#app;
    switch (transaction.kind) {
      case acceptOneSupply.number: {
        const { contract, plant } = bodyOf(acceptOneSupply, transaction);
        this.#plants.set(toHex(contract), plant);
        return;
      }
      case issueOneInvoice.number: {
        const { invoice, contract, corrects, number } = bodyOf(issueOneInvoice, transaction);
        const { year, number: kept } = this.#app.view().supplyInvoice(invoice)!;
        const bill = `${transaction.sender} ${year} ${number}`;
        this.#world.expect(
          number === kept && !this.#bills.has(bill),
          () => `${where()}: bill ${bill} instead of ${kept}`,
        );
        this.#bills.add(bill);
        if (corrects !== undefined) return;
        const { payWithinS } = this.#app.view().supplyContract(contract)!.terms;
        this.#invoices.set(toHex(invoice), { contract: toHex(contract), dueTime: time + payWithinS });
        return;
      }
      case giveOneNotice.number: {
        const invoice = toHex(bodyOf(giveOneNotice, transaction).invoice);
        const { contract, dueTime } = this.#invoices.get(invoice)!;
        const plant = this.#plants.get(contract)!;
        this.#world.expect(time > dueTime, () => `${where()}: notice of an invoice that is not overdue`);
        this.#world.expect(!this.#disputed.has(invoice), () => `${where()}: notice of a disputed invoice`);
        this.#world.expect(!this.#protected.has(plant), () => `${where()}: notice to a protected plant`);
        this.#expectStep(contract, invoice, "reduced");
        return;
      }
      case disputeOneInvoice.number: {
        const invoice = toHex(bodyOf(disputeOneInvoice, transaction).invoice);
        this.#disputed.add(invoice);
        return;
      }
      case resolveOneDispute.number: {
        const body = bodyOf(resolveOneDispute, transaction);
        const invoice = toHex(body.invoice);
        const known = this.#invoices.get(invoice)!;
        this.#world.expect(this.#disputed.delete(invoice), () => `${where()}: nobody disputed it`);
        const { terms, state } = this.#app.view().supplyContract(fromHex(known.contract))!;
        known.dueTime = time + terms.payWithinS;
        const pending = this.#pending.get(known.contract);
        if (pending?.invoice !== invoice) return;
        // From the beginning; who was suspended has been reduced meanwhile. The first step may have come in the block
        // that disputed it, as that opened.
        const next = state === "reduced" ? "suspended" : pending.next;
        const came = next === pending.next || (pending.time <= time && pending.height <= height);
        this.#world.expect(came, () => `${where()}: a dispute brought the supply a step further`);
        this.#states.set(known.contract, "disputed");
        this.#expectStep(known.contract, invoice, next);
        return;
      }
      case payOneInvoice.number: {
        const invoice = toHex(bodyOf(payOneInvoice, transaction).invoice);
        this.#disputed.delete(invoice);
        const { contract } = this.#invoices.get(invoice)!;
        if (this.#pending.get(contract)?.invoice !== invoice) return;
        this.#pending.delete(contract);
        const now = this.#app.view().supplyContract(fromHex(contract))!;
        const over = now.sinceHeight < height || now.state === "restored" || now.state === "ended";
        this.#world.expect(over, () => `${where()}: paid, and the supply is ${now.state}`);
        this.#world.count("supply restored by a payment");
        return;
      }
      case protectOnePlant.number: {
        const { plant, protected: isProtected } = bodyOf(protectOnePlant, transaction);
        if (!isProtected) {
          this.#protected.delete(plant);
          return;
        }
        this.#protected.add(plant);
        for (const contract of this.#pending.keys()) {
          if (this.#plants.get(contract) === plant) this.#pending.delete(contract);
        }
      }
    }
  }

  /** After each block. */
  check(height: number): void {
    const { time } = this.#app;
    for (const { key, row } of this.#app.view().supplyContracts()) {
      const id = toHex(key);
      const where = () => `${this.#name}: block ${height}: contract ${id}`;
      const before = this.#states.get(id);
      this.#states.set(id, row.state);
      if (before !== row.state) this.#world.count(`supply ${row.state}`);
      const { stepTime, stepHeight } = row;
      const isOverdue = stepHeight > 0 && stepHeight <= height && stepTime <= time;
      this.#world.expect(!isOverdue, () => `${where()} is still ${row.state}`);
      const inProcedure = ["notified", "reduced", "suspended", "disputed"].includes(row.state);
      if (!inProcedure) continue;
      const { plant } = row;
      this.#world.expect(!this.#protected.has(plant), () => `${where()} is ${row.state} and protected`);
      const invoice = toHex(row.invoice!);
      const disputed = row.state === "disputed";
      this.#world.expect(this.#disputed.has(invoice) === disputed, () => `${where()} is ${row.state}`);
      if (before === row.state || (row.state !== "reduced" && row.state !== "suspended")) continue;
      if (before === "disputed") continue;
      const pending = this.#pending.get(id);
      this.#world.expect(
        pending?.invoice === invoice &&
          pending.next === row.state &&
          pending.time <= time &&
          pending.height <= height,
        () => `${where()} is ${row.state} before its time`,
      );
      if (row.state === "reduced") this.#expectStep(id, invoice, "suspended");
    }
  }

  #expectStep(contract: string, invoice: string, next: Pending["next"]): void {
    const { time, height } = this.#app;
    const view = this.#app.view();
    const { noticeS, reducedS } = view.supplyContract(fromHex(contract))!.terms.suspension!;
    const due = { time: time + (next === "reduced" ? noticeS : reducedS), height: height + 1 };
    this.#pending.set(contract, { invoice, next, ...due });
  }
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g)!, (byte) => Number.parseInt(byte, 16));
}
