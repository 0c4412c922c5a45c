/** The steps of supply contracts in the index: what the chain's events say happened to each, in their order. */
import type { ChainEvent } from "#chain/events.ts";
import type { SUPPLY_STEPS } from "#wire/contract-schemas.ts";

export const SUPPLY_STEPS_TABLE = `
  CREATE TABLE supply_steps (
    contract BLOB NOT NULL,
    position INTEGER NOT NULL,
    step TEXT NOT NULL,
    basis TEXT,
    invoice BLOB,
    amount INTEGER,
    height INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (contract, position)
  ) WITHOUT ROWID;
`;

export interface SupplyStep {
  readonly contract: Uint8Array;
  readonly step: (typeof SUPPLY_STEPS)[number];
  readonly basis: string | null;
  readonly invoice: Uint8Array | null;
  /** µEUR. */
  readonly amount: number | null;
}

/** A step with the block that it stands in. */
export interface IndexedSupplyStep extends SupplyStep {
  readonly height: number;
  readonly time: number;
}

/** What an event tells of a contract; `undefined` where it tells nothing of one. */
export function supplyStepOf(event: ChainEvent): SupplyStep | undefined {
  const none = { basis: null, invoice: null, amount: null };
  switch (event.type) {
    case "supply_accepted":
      return { ...none, contract: event.contract, step: "agreed", basis: "agreed" };
    case "supply_changed": {
      const { contract, state, basis, invoice = null } = event;
      return { ...none, contract, step: state, basis, invoice };
    }
    case "supply_ending":
      return { ...none, contract: event.contract, step: "ending", basis: `ended_by_${event.by}` };
    case "supply_prepaid":
      return { ...none, contract: event.contract, step: "prepaid", amount: Number(event.amount) };
    case "invoice_issued":
    case "invoice_paid": {
      const { contract, invoice, amount, type } = event;
      return { ...none, contract, step: type, invoice, amount: Number(amount) };
    }
    case "invoice_disputed":
      return { ...none, contract: event.contract, step: event.type, invoice: event.invoice };
    case "dispute_resolved": {
      const { contract, invoice, amount, type } = event;
      return { ...none, contract, step: type, invoice, amount: Number(amount) };
    }
    default:
      return undefined;
  }
}
