/**
 * The supply contracts of a whole state, gone through by other means than the rules themselves: what must hold after
 * every block, whatever was asked. Returns what is wrong, in words.
 */
import { toHex } from "#base/bytes.ts";
import type { RawRow } from "#ledger/state.ts";
import { SUPPLY_CONTRACTS, SUPPLY_POINTS, SUPPLY_SELLERS } from "#market/contract/contract.ts";
import { SUPPLY_INVOICES } from "#market/contract/invoice.ts";
import { SUPPLY_OFFERS } from "#market/contract/offer.ts";
import { rowsOf } from "./audit.ts";

/** `prepaid` is what that account holds. */
export function auditSupplies(raw: readonly RawRow[], prepaid: bigint): string[] {
  const problems: string[] = [];
  const expect = (holds: boolean, problem: () => string) => {
    if (!holds) problems.push(problem());
  };
  const contracts = rowsOf(raw, SUPPLY_CONTRACTS).map(({ key, row }) => ({ id: toHex(key), ...row }));
  const invoices = rowsOf(raw, SUPPLY_INVOICES).map(({ key, row }) => ({ id: toHex(key), ...row }));
  const points = new Map(rowsOf(raw, SUPPLY_POINTS).map(({ key, row }) => [key, row]));
  const sellers = new Map(rowsOf(raw, SUPPLY_SELLERS).map(({ key, row }) => [key, row]));

  // What was put aside is what the contracts say.
  const reserves = contracts.reduce((sum, { reserve }) => sum + reserve, 0n);
  expect(prepaid === reserves, () => `${prepaid} is put aside, the contracts have ${reserves}`);

  for (const { key, row } of rowsOf(raw, SUPPLY_OFFERS)) {
    const taken = contracts.filter(({ offer }) => toHex(offer) === toHex(key));
    expect(row.accepted === taken.length, () => `offer ${toHex(key)} counts ${row.accepted}`);
    expect(row.to === 0 || taken.length < 2, () => `offer ${toHex(key)} to one was taken twice`);
  }

  for (const contract of contracts) {
    const what = `contract ${contract.id}, ${contract.state},`;
    const own = invoices.filter((one) => toHex(one.contract) === contract.id);
    const asked = own.filter(({ corrects }) => corrects === undefined);
    const open = asked.filter(({ state }) => state !== "settled");
    const listed = contract.unpaid.map(toHex);
    expect(
      [...listed].sort().join() ===
        open
          .map(({ id }) => id)
          .sort()
          .join(),
      () => `${what} lists ${listed} as unpaid`,
    );
    // A procedure is about one open invoice, agreed to, of a plant that is not protected.
    const inProcedure = ["notified", "reduced", "suspended", "disputed"].includes(contract.state);
    const about = open.find(({ id }) => contract.invoice !== undefined && id === toHex(contract.invoice));
    expect((contract.invoice !== undefined) === inProcedure, () => `${what} has an invoice`);
    expect(!inProcedure || about !== undefined, () => `${what} is about no open invoice`);
    expect(
      !inProcedure || (about?.state === "disputed") === (contract.state === "disputed"),
      () => `${what} is about an invoice that is ${about?.state}`,
    );
    expect(!inProcedure || contract.terms.suspension !== undefined, () => `${what} nobody agreed to`);
    expect(
      !inProcedure || points.get(contract.plant)?.protection === undefined,
      () => `${what} is in a procedure and its plant protected`,
    );
    const steps = ["notified", "reduced", "restored"].includes(contract.state);
    expect(contract.stepHeight > 0 === steps, () => `${what} has a step at ${contract.stepHeight}`);
    expect((contract.frozen !== undefined) === (contract.state === "disputed"), () => `${what} is frozen`);
    const over = contract.state === "ended" || contract.state === "closed";
    expect(contract.closesHeight > 0 === over, () => `${what} closes at ${contract.closesHeight}`);
    expect(contract.state !== "closed" || contract.reserve === 0n, () => `${what} keeps money`);
    const here = points.get(contract.plant)?.contracts.map(toHex) ?? [];
    expect(here.includes(contract.id) === (contract.state !== "closed"), () => `${what} and its plant`);
    // No time is invoiced twice.
    const standing = asked
      .filter(({ amount, credited }) => amount > credited)
      .sort((a, b) => a.periodFrom - b.periodFrom);
    for (const [i, one] of standing.entries()) {
      const next = standing[i + 1];
      expect(next === undefined || one.periodTo <= next.periodFrom, () => `${what} is invoiced twice`);
      expect(one.periodTo <= contract.billedUntil, () => `${what} may be invoiced twice`);
    }
  }

  for (const [plant, point] of points) {
    const here = point.contracts.map((id) => contracts.find((one) => one.id === toHex(id)));
    expect(
      here.every((one) => one?.plant === plant),
      () => `plant ${plant} lists others' contracts`,
    );
    const suspendable = here.filter(
      (one) => one?.terms.suspension !== undefined && one.state !== "ended" && one.state !== "closed",
    );
    expect(suspendable.length < 2, () => `plant ${plant} may be suspended by two contracts`);
    expect(here.length > 0 || point.protection !== undefined, () => `plant ${plant} has an empty row`);
  }

  for (const { id, corrects, amount, credited, paid, state, settledHeight } of invoices) {
    const credits = invoices
      .filter((one) => one.corrects !== undefined && toHex(one.corrects) === id)
      .reduce((sum, one) => sum + one.amount, 0n);
    const rest = corrects === undefined ? amount - credited - paid : 0n;
    expect(rest >= 0n && credited >= credits && credited <= amount, () => `invoice ${id} has ${rest} left`);
    expect((state === "settled") === (rest === 0n), () => `invoice ${id} is ${state} with ${rest} left`);
    expect((state === "settled") === settledHeight > 0, () => `invoice ${id} is settled at no height`);
  }

  // Each seller counts what it has, and its numbers have no gap.
  for (const seller of new Set([...contracts.map((one) => one.seller), ...sellers.keys()])) {
    const row = sellers.get(seller);
    const own = contracts.filter((one) => one.seller === seller);
    const bills = invoices.filter((one) => own.some(({ id }) => id === toHex(one.contract)));
    const running = own.filter(({ state }) => state !== "closed").length;
    const unpaid = bills.filter(({ state }) => state !== "settled").length;
    expect(
      row?.contracts === running && row.unpaid === unpaid,
      () => `seller ${seller} counts ${row?.contracts} contracts and ${row?.unpaid} unpaid`,
    );
    for (const year of new Set(bills.map((one) => one.year))) {
      const numbers = bills
        .filter((one) => one.year === year)
        .map(({ number }) => number)
        .sort((a, b) => a - b);
      expect(
        numbers.every((number, i) => number === i + 1),
        () => `seller ${seller} has the numbers ${numbers} in ${year}`,
      );
    }
  }
  return problems;
}
