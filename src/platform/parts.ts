/** What the routes of the platform work with: opened once by `platform`, handed to each area of routes. */
import type { UnixSeconds, Zone } from "#base/time.ts";
import type { ChainHost } from "#chain/host.ts";
import type { MicrogridMap } from "#wire/schemas.ts";
import type { Archive } from "./archive.ts";
import type { BankAccounts } from "./bank-accounts.ts";
import type { Bills } from "./bills.ts";
import type { Collections } from "./collections.ts";
import type { DebitMandates } from "./debit-mandates.ts";
import type { DecisionRecord } from "./decision-record.ts";
import type { DemoPort } from "./demo.ts";
import type { Directory } from "./directory.ts";
import type { Gateways } from "./gateways/gateways.ts";
import type { HomeCommands } from "./home-commands.ts";
import type { HomeLoadLetters } from "./home-loads.ts";
import type { Incentives } from "./incentives.ts";
import type { ChainIndex } from "./index.ts";
import type { LiveBoard } from "./live.ts";
import type { LoadRecord } from "./load-record.ts";
import type { MarketDesk } from "./market/desk.ts";
import type { MemberAccount } from "./member-account.ts";
import type { NextKeys } from "./next-keys.ts";
import type { OperatorLimits } from "./operator-limits.ts";
import type { Pseudonyms } from "./pseudonyms.ts";
import type { Renewals } from "./renewals.ts";
import type { Ring } from "./ring.ts";
import type { Sessions } from "./sessions.ts";
import type { PlatformStore } from "./store.ts";
import type { Stream } from "./stream.ts";
import type { SupplyBills } from "./supply-billing.ts";

export interface Parts {
  readonly host: ChainHost;
  readonly community: { readonly name: string; readonly homes: number };
  readonly zone: Zone;
  readonly directory: Directory;
  readonly map: MicrogridMap;
  /** Price of a kWh from the MicroGrid at an instant, µEUR. */
  readonly importPrice: (time: UnixSeconds) => number;
  /** `undefined` at a node that only observes. */
  readonly operator: MemberAccount | undefined;
  readonly store: PlatformStore;
  /** Whom the chain's numbers stand for; shown to nobody but the owner itself. */
  readonly numbers: Pseudonyms;
  readonly nextKeys: NextKeys;
  /** `undefined` where no registrar works here. */
  readonly renewals: Renewals | undefined;
  /** `undefined` where this platform holds no neighbours' market. */
  readonly market: MarketDesk | undefined;
  readonly sessions: Sessions;
  readonly bankAccounts: BankAccounts;
  readonly bills: Bills;
  readonly mandates: DebitMandates;
  /** `undefined` at a node that only observes. */
  readonly collections: Collections | undefined;
  /** `undefined` where the community's law knows no incentive. */
  readonly incentives: Incentives | undefined;
  readonly supplyBills: SupplyBills;
  readonly archive: Archive;
  readonly ring: Ring;
  readonly live: LiveBoard;
  readonly decisions: DecisionRecord;
  readonly homeCommands: HomeCommands;
  readonly loadLetters: HomeLoadLetters;
  readonly limits: OperatorLimits;
  readonly loadRecord: LoadRecord;
  readonly index: ChainIndex;
  readonly stream: Stream;
  /** `undefined` where this platform takes no gateways. */
  readonly gateways: Gateways | undefined;
  /** Where people reach it through a proxy. */
  readonly publicOrigin: string | undefined;
  readonly demo: DemoPort | undefined;
  /** Wall clock, Unix seconds. */
  readonly wallNow: () => number;
}
