/** The kinds of supply contracts, 30 to 39: what each carries, who may send it; the rules stand in `market/contract`. */
import { MicroEur } from "#base/units.ts";
import type { ChainEvent } from "#chain/events.ts";
import type { Kind } from "#ledger/machine.ts";
import { type InvoiceRequest, invoiceRequestCodec, issueInvoice } from "#market/contract/billing.ts";
import { type Protection, protectionCodec, SUPPLY_ID_BYTES } from "#market/contract/contract.ts";
import { disputeInvoice, resolveDispute } from "#market/contract/dispute.ts";
import { endSupply } from "#market/contract/ending.ts";
import { type DisputeReason, disputeReasonCodec } from "#market/contract/invoice.ts";
import { type AcceptRequest, acceptSupply, type OfferRequest, offerSupply } from "#market/contract/offer.ts";
import { payInvoice, prepay } from "#market/contract/payment.ts";
import { giveNotice, protectPlant } from "#market/contract/procedure.ts";
import { supplyTermsCodec } from "#market/contract/terms.ts";

export interface OneInvoice {
  readonly invoice: Uint8Array;
}

export interface DisputeInvoice {
  readonly invoice: Uint8Array;
  readonly reason: DisputeReason;
}

export interface ResolveDispute {
  readonly invoice: Uint8Array;
  /** What stands of it. */
  readonly amount: MicroEur;
}

export interface ProtectPlant {
  readonly plant: number;
  readonly protected: boolean;
  readonly reason: Protection;
}

export interface EndSupply {
  readonly contract: Uint8Array;
}

export interface Prepay {
  readonly contract: Uint8Array;
  readonly amount: MicroEur;
}

const id = SUPPLY_ID_BYTES;

/** Fails as `offerSupply` of `market/contract/offer`. */
export const offerOneSupply: Kind<OfferRequest, ChainEvent> = {
  number: 30,
  name: "offer_supply",
  roles: ["citizen", "supplier"],
  codec: {
    write(writer, body) {
      writer.fixed(body.offer, id).u32(body.to).uint(body.acceptBy);
      supplyTermsCodec.write(writer, body.terms);
    },
    read: (reader) => ({
      offer: reader.fixed(id),
      to: reader.u32(),
      acceptBy: reader.uint(),
      terms: supplyTermsCodec.read(reader),
    }),
  },
  apply: ({ draft, height, time, sender, emit }, body) =>
    offerSupply(draft, body, sender, { height, time }, emit),
};

/** Fails as `acceptSupply` of `market/contract/offer`. */
export const acceptOneSupply: Kind<AcceptRequest, ChainEvent> = {
  number: 31,
  name: "accept_supply",
  roles: ["citizen"],
  codec: {
    write: (writer, body) => writer.fixed(body.contract, id).fixed(body.offer, id).u32(body.plant),
    read: (reader) => ({ contract: reader.fixed(id), offer: reader.fixed(id), plant: reader.u32() }),
  },
  apply: ({ draft, height, time, sender, emit }, body) =>
    acceptSupply(draft, body, sender, { height, time }, emit),
};

/** Fails as `issueInvoice` of `market/contract/billing`. */
export const issueOneInvoice: Kind<InvoiceRequest, ChainEvent> = {
  number: 32,
  name: "issue_invoice",
  roles: ["citizen", "supplier"],
  codec: invoiceRequestCodec,
  apply: ({ draft, height, time, sender, emit }, body) =>
    issueInvoice(draft, body, sender, { height, time }, emit),
};

/** Fails as `payInvoice` of `market/contract/payment`. */
export const payOneInvoice: Kind<OneInvoice, ChainEvent> = {
  number: 33,
  name: "pay_invoice",
  roles: ["citizen"],
  codec: {
    write: (writer, body) => writer.fixed(body.invoice, id),
    read: (reader) => ({ invoice: reader.fixed(id) }),
  },
  apply: ({ draft, height, time, sender, emit }, { invoice }) =>
    payInvoice(draft, invoice, sender, { height, time }, emit),
};

/** Fails as `disputeInvoice` of `market/contract/dispute`. */
export const disputeOneInvoice: Kind<DisputeInvoice, ChainEvent> = {
  number: 34,
  name: "dispute_invoice",
  roles: ["citizen"],
  codec: {
    write(writer, body) {
      writer.fixed(body.invoice, id);
      disputeReasonCodec.write(writer, body.reason);
    },
    read: (reader) => ({ invoice: reader.fixed(id), reason: disputeReasonCodec.read(reader) }),
  },
  apply: ({ draft, height, time, sender, emit }, body) =>
    disputeInvoice(draft, body, sender, { height, time }, emit),
};

/** Fails as `resolveDispute` of `market/contract/dispute`. */
export const resolveOneDispute: Kind<ResolveDispute, ChainEvent> = {
  number: 35,
  name: "resolve_dispute",
  roles: ["operator"],
  codec: {
    write: (writer, body) => writer.fixed(body.invoice, id).u64(body.amount),
    read: (reader) => ({ invoice: reader.fixed(id), amount: MicroEur(reader.u64()) }),
  },
  apply: ({ draft, height, time, emit }, body) => resolveDispute(draft, body, { height, time }, emit),
};

/** Fails as `giveNotice` of `market/contract/procedure`. */
export const giveOneNotice: Kind<OneInvoice, ChainEvent> = {
  number: 36,
  name: "give_notice",
  roles: ["citizen", "supplier"],
  codec: payOneInvoice.codec,
  apply: ({ draft, height, time, sender, emit }, { invoice }) =>
    giveNotice(draft, invoice, sender, { height, time }, emit),
};

/** Fails as `protectPlant` of `market/contract/procedure`. */
export const protectOnePlant: Kind<ProtectPlant, ChainEvent> = {
  number: 37,
  name: "protect_plant",
  roles: ["operator", "registrar"],
  codec: {
    write(writer, body) {
      writer.u32(body.plant).boolean(body.protected);
      protectionCodec.write(writer, body.reason);
    },
    read: (reader) => ({
      plant: reader.u32(),
      protected: reader.boolean(),
      reason: protectionCodec.read(reader),
    }),
  },
  apply: ({ draft, height, time, emit }, { plant, protected: isProtected, reason }) =>
    protectPlant(draft, plant, isProtected ? reason : undefined, { height, time }, emit),
};

/** Fails as `endSupply` of `market/contract/ending`. */
export const endOneSupply: Kind<EndSupply, ChainEvent> = {
  number: 38,
  name: "end_supply",
  roles: ["citizen", "supplier"],
  codec: {
    write: (writer, body) => writer.fixed(body.contract, id),
    read: (reader) => ({ contract: reader.fixed(id) }),
  },
  apply: ({ draft, height, time, sender, emit }, { contract }) =>
    endSupply(draft, contract, sender, { height, time }, emit),
};

/** Fails as `prepay` of `market/contract/payment`. */
export const prepaySupply: Kind<Prepay, ChainEvent> = {
  number: 39,
  name: "prepay",
  roles: ["citizen"],
  codec: {
    write: (writer, body) => writer.fixed(body.contract, id).u64(body.amount),
    read: (reader) => ({ contract: reader.fixed(id), amount: MicroEur(reader.u64()) }),
  },
  apply: ({ draft, height, time, sender, emit }, body) => prepay(draft, body, sender, { height, time }, emit),
};

export const SUPPLY_KINDS = [
  offerOneSupply,
  acceptOneSupply,
  issueOneInvoice,
  payOneInvoice,
  disputeOneInvoice,
  resolveOneDispute,
  giveOneNotice,
  protectOnePlant,
  endOneSupply,
  prepaySupply,
] as const;
