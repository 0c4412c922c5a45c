/** What a committed block made happen, in its order: the market's facts and the registry's. */
import type { UnixSeconds } from "#base/time.ts";
import type { MicroEur } from "#base/units.ts";
import type { Role } from "#ledger/member.ts";
import type { SupplyEvent } from "#market/contract/events.ts";
import type { MarketEvent } from "#market/events.ts";
import type { EvidenceEvent } from "#market/evidence.ts";
import type { ProposalEvent } from "#market/proposal.ts";

export type ChainEvent =
  | MarketEvent
  | EvidenceEvent
  | ProposalEvent
  | SupplyEvent
  | { readonly type: "member_admitted"; readonly member: number; readonly role: Role }
  | { readonly type: "key_registered"; readonly member: number; readonly key: Uint8Array }
  | { readonly type: "key_revoked"; readonly member: number; readonly key: Uint8Array }
  | { readonly type: "revocation_requested"; readonly member: number; readonly key: Uint8Array }
  | { readonly type: "revocation_cancelled"; readonly member: number; readonly key: Uint8Array }
  | { readonly type: "guardians_set"; readonly member: number }
  | { readonly type: "guardians_change_requested"; readonly member: number }
  | { readonly type: "recovery_requested"; readonly member: number; readonly key: Uint8Array }
  | { readonly type: "recovery_cancelled"; readonly member: number; readonly key: Uint8Array }
  | { readonly type: "member_erased"; readonly member: number }
  | {
      readonly type: "members_renewed";
      readonly period: number;
      /** Start of the last quarter hour before the new plants' entries. */
      readonly lastInterval: UnixSeconds;
      /** Members, ascending; which is which stands nowhere. */
      readonly closed: readonly number[];
      readonly opened: readonly number[];
    }
  | { readonly type: "account_recovered"; readonly member: number; readonly key: Uint8Array }
  | { readonly type: "plant_registered"; readonly plant: number; readonly owner: number }
  | {
      readonly type: "meter_replaced";
      readonly plant: number;
      readonly owner: number;
      /** The new meter's, which signs from the quarter hour on that begins at `from`. */
      readonly meterKey: Uint8Array;
      readonly from: UnixSeconds;
    }
  | { readonly type: "supplier_enrolled"; readonly member: number; readonly name: string }
  | {
      readonly type: "deposited";
      readonly member: number;
      readonly amount: MicroEur;
      readonly reference: string;
    };
