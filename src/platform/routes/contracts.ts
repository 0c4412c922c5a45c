/** Supply contracts: for whoever has a part in one, and for the operator who decides disputes. */
import { fromHex, toHex } from "#base/bytes.ts";
import type { SupplyContract } from "#market/contract/contract.ts";
import { contractsDesk, contractView, roleIn } from "../contract-view.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";
import type { Visitor } from "../sessions.ts";
import { billableOf } from "../supply-billing.ts";

type Keys =
  | "GET /v1/contracts"
  | "GET /v1/contracts/:id"
  | "GET /v1/contracts/:id/billable"
  | "GET /v1/operator/supplies";

export function contractRoutes(parts: Parts): Handlers<Keys> {
  const { host, numbers, directory } = parts;

  /** A contract in which nobody here has a part is as unknown as one that never was. */
  function own(hex: string, visitor: Visitor) {
    const id = fromHex(hex)!;
    const row = host.view().supplyContract(id);
    const role = row === undefined ? undefined : roleIn(parts, row, visitor);
    if (row === undefined || role === undefined) throw new Refused("contract_unknown");
    return { id, row, role };
  }

  return {
    "GET /v1/contracts": ({ visitor }) => contractsDesk(parts, visitor),
    "GET /v1/contracts/:id": ({ visitor, params }) => contractView(parts, own(params.id, visitor)),
    "GET /v1/contracts/:id/billable": ({ visitor, params }) => {
      const { id, row } = own(params.id, visitor);
      const { from, to, energy, readings, missing, amount } = billableOf(parts, row);
      return {
        contract: toHex(id),
        ...host.view().nextInvoiceNumber(row.seller, host.now()),
        from,
        to,
        energyWh: Number(energy),
        readings,
        missing,
        amountMicroEur: amount === undefined ? null : Number(amount),
      };
    },
    "GET /v1/operator/supplies": () => {
      const view = host.view();
      const contracts = view.supplyContracts();
      const isDisputed = (row: SupplyContract) =>
        row.unpaid.some((invoice) => view.supplyInvoice(invoice)?.state === "disputed");
      return {
        disputed: contracts
          .filter(({ row }) => isDisputed(row))
          .map(({ key: id, row }) => contractView(parts, { id, row, role: "arbiter" })),
        homes: view
          .plants()
          .filter(({ row }) => row.closed === 0)
          .map(({ key: plant }) => ({ plant, standing: view.supplyStanding(plant) }))
          .filter(({ standing }) => standing.contract !== undefined || standing.protection !== undefined)
          .map(({ plant, standing }) => ({
            plant,
            name: directory.plant(numbers.homeOf(plant))?.name ?? `Plant ${plant}`,
            protection: standing.protection ?? null,
            state: standing.state ?? null,
          })),
      };
    },
  };
}
