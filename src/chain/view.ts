/**
 * Reading what the chain holds, in the market's words. A view follows the chain: what it answers after a
 * commit is the state after that block, so whoever needs several answers of one block asks without waiting
 * in between.
 */
import { decode, encode } from "#base/codec.ts";
import type { DayNumber, UnixSeconds } from "#base/time.ts";
import { MicroEur, minimum, type Wh, Wh as wh } from "#base/units.ts";
import type { SparseProof } from "#crypto/sparse-tree.ts";
import { balanceOf } from "#ledger/account.ts";
import type { Header } from "#ledger/block.ts";
import { KEYS, MEMBERS, type Member } from "#ledger/member.ts";
import { proveRow, type RowProof } from "#ledger/proof.ts";
import { type ProvenRows, proveAnswers } from "#ledger/proven-rows.ts";
import { GUARDIANS, type Guarded, RECOVERIES, type Recovery } from "#ledger/recovery.ts";
import { REVOCATIONS, type Revocation } from "#ledger/revocation.ts";
import type { State, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import type { ClearedBook } from "#market/book-clearing.ts";
import { FEES, GRID, MONEY, memberAccount, POOL, SOLAR, storeAccount } from "#market/books.ts";
import { nextInvoiceNumber } from "#market/contract/billing.ts";
import {
  SUPPLY_CONTRACTS,
  type SupplyContract,
  type SupplyPoint,
  supplyPointOf,
} from "#market/contract/contract.ts";
import { SUPPLY_INVOICES, type SupplyInvoice } from "#market/contract/invoice.ts";
import { isOpenTo, SUPPLY_OFFERS, type SupplyOffer } from "#market/contract/offer.ts";
import { type SupplyStanding, supplyStandingOf } from "#market/contract/standing.ts";
import { type BookedDeposit, DEPOSITS, referenceKey } from "#market/deposit.ts";
import { hasContracts } from "#market/erasure.ts";
import { FEEDER_LIMITS, limitIn, type StandingLimit } from "#market/feeder-limit.ts";
import { MARKET_DAYS, type MarketDay } from "#market/market-day.ts";
import { type MeterOf, meterKeyAt, metersOf } from "#market/meter.ts";
import { ORGANISATIONS, type Organisation } from "#market/organisation.ts";
import { type Parameters, parametersOf } from "#market/parameters.ts";
import { HOMES, PLANTS, type Plant, SUPPLIERS, type Supplier } from "#market/participant.ts";
import {
  calendarOf,
  capOn,
  isUnsettled,
  netOn,
  PARTICIPATIONS,
  type Participation,
  takeable,
} from "#market/participation.ts";
import { PAYOUTS, type Payout } from "#market/payout.ts";
import {
  BALLOTS,
  type Ballot,
  type Electorate,
  electorateOf,
  isEntitled,
  PROPOSALS,
  type Proposal,
} from "#market/proposal.ts";
import { RATES, type Rate } from "#market/rate.ts";
import { checkAtRest, periodOf } from "#market/renewal.ts";
import { SALES, type Sale, sellableStore } from "#market/sale.ts";
import { checkEntry, type IntervalEntry } from "#market/settlement.ts";
import {
  BOOKS,
  type ClearBook,
  type ClearingTerms,
  openedResult,
  type SlotBook,
  termsNow,
} from "#market/slot-book.ts";

/** What an accumulator holds by the books. */
export interface Store {
  readonly solar: Wh;
  readonly grid: Wh;
  /** Of it, reserved for open sales. */
  readonly pending: Wh;
  /** What may be reserved for a new sale; `sellableFrom` of `market/sale` says how much that sells. */
  readonly free: Wh;
}

/** The last committed block. */
export interface Tip {
  readonly header: Header;
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
}

/** How far a chain has come, whoever signs its blocks. */
export interface Reached {
  readonly height: number;
  readonly time: UnixSeconds;
}

/** A row by the canonical bytes of its key, with what proves that it is, or is not, in the state. */
export interface ProvedRow {
  /** `undefined` where there is none. */
  readonly row: Uint8Array | undefined;
  readonly path: SparseProof;
}

export class ChainView {
  readonly #state: State;
  readonly #tip: () => Tip | undefined;
  readonly #reached: () => Reached | undefined;

  /**
   * `tip` says which signed block led to what `state` holds now, `reached` which block at all; `undefined`
   * before the first.
   */
  constructor(
    state: State,
    tip: () => Tip | undefined,
    reached: () => Reached | undefined = () => tip()?.header,
  ) {
    this.#state = state;
    this.#tip = tip;
    this.#reached = reached;
  }

  get tip(): Tip | undefined {
    return this.#tip();
  }

  /** 0 before the first block. */
  get height(): number {
    return this.#reached()?.height ?? 0;
  }

  /** Of the last block; 0 before the first. */
  get time(): UnixSeconds {
    return this.#reached()?.time ?? 0;
  }

  /** Rows in all tables. */
  get rows(): number {
    return this.#state.size;
  }

  get stateRoot(): Uint8Array {
    return this.#state.root;
  }

  get parameters(): Parameters {
    return parametersOf(this.#state);
  }

  member(number: number): Member | undefined {
    return this.#state.get(MEMBERS, number);
  }

  members(): { readonly key: number; readonly row: Member }[] {
    return this.#state.rows(MEMBERS);
  }

  /** The revocation of a key that is under way. */
  revocation(key: Uint8Array): Revocation | undefined {
    return this.#state.get(REVOCATIONS, key);
  }

  /** Who can help a member back. */
  guarded(member: number): Guarded | undefined {
    return this.#state.get(GUARDIANS, member);
  }

  /** The recovery of a member that is under way. */
  recovery(member: number): Recovery | undefined {
    return this.#state.get(RECOVERIES, member);
  }

  /** Whose key this is: a member's own, still registered (a meter's or a revoked key is nobody's). */
  memberOfKey(key: Uint8Array): number | undefined {
    const number = this.#state.get(KEYS, key);
    if (number === undefined) return undefined;
    const keys = this.#state.get(MEMBERS, number)?.keys ?? [];
    return keys.some((other) => other.every((byte, i) => byte === key[i])) ? number : undefined;
  }

  plant(number: number): Plant | undefined {
    return this.#state.get(PLANTS, number);
  }

  /** All meters that a plant has had, the newest first. */
  metersOf(plant: number): readonly MeterOf[] {
    return metersOf(this.#state, plant);
  }

  /** The key that signs a quarter hour of a plant. */
  meterKeyAt(plant: number, intervalStart: UnixSeconds): Uint8Array | undefined {
    return meterKeyAt(this.#state, plant, intervalStart);
  }

  /** The plants that a member has, or had before its numbers changed. */
  plantsOf(member: number): readonly number[] {
    return this.#state.get(HOMES, member) ?? [];
  }

  plants(): { readonly key: number; readonly row: Plant }[] {
    return this.#state.rows(PLANTS);
  }

  supplier(member: number): Supplier | undefined {
    return this.#state.get(SUPPLIERS, member);
  }

  suppliers(): { readonly key: number; readonly row: Supplier }[] {
    return this.#state.rows(SUPPLIERS);
  }

  rate(supplier: number, day: DayNumber): Rate | undefined {
    return this.#state.get(RATES, { supplier, day });
  }

  sale(id: Uint8Array): Sale | undefined {
    return this.#state.get(SALES, id);
  }

  supplyOffer(id: Uint8Array): SupplyOffer | undefined {
    return this.#state.get(SUPPLY_OFFERS, id);
  }

  /** All, by id. */
  supplyOffers(): { readonly key: Uint8Array; readonly row: SupplyOffer }[] {
    return this.#state.rows(SUPPLY_OFFERS);
  }

  /** Whether a member may accept an offer now. */
  isOpenTo(offer: SupplyOffer, buyer: number): boolean {
    return isOpenTo(this.#state, offer, buyer, this.time);
  }

  supplyContract(id: Uint8Array): SupplyContract | undefined {
    return this.#state.get(SUPPLY_CONTRACTS, id);
  }

  /** All, closed ones too, by id. */
  supplyContracts(): { readonly key: Uint8Array; readonly row: SupplyContract }[] {
    return this.#state.rows(SUPPLY_CONTRACTS);
  }

  supplyInvoice(id: Uint8Array): SupplyInvoice | undefined {
    return this.#state.get(SUPPLY_INVOICES, id);
  }

  /** All, by id. */
  supplyInvoices(): { readonly key: Uint8Array; readonly row: SupplyInvoice }[] {
    return this.#state.rows(SUPPLY_INVOICES);
  }

  /** The number of a seller's next invoice, and its year, in a block of a time. */
  nextInvoiceNumber(seller: number, time: UnixSeconds): { readonly year: number; readonly number: number } {
    return nextInvoiceNumber(this.#state, seller, time);
  }

  /** A plant's contracts that are not closed, and whether it is protected. */
  supplyPoint(plant: number): SupplyPoint {
    return supplyPointOf(this.#state, plant);
  }

  /** What a plant may draw by its contract, and why. */
  supplyStanding(plant: number): SupplyStanding {
    return supplyStandingOf(this.#state, plant);
  }

  payout(id: Uint8Array): Payout | undefined {
    return this.#state.get(PAYOUTS, id);
  }

  money(member: number): {
    readonly posted: MicroEur;
    readonly pendingOut: MicroEur;
    readonly pendingIn: MicroEur;
  } {
    const { posted, pendingOut, pendingIn } = balanceOf(this.#state, memberAccount(member), MONEY);
    return { posted: MicroEur(posted), pendingOut: MicroEur(pendingOut), pendingIn: MicroEur(pendingIn) };
  }

  /** Energy that a supplier has bought and received, of both origins. */
  boughtEnergy(member: number): Wh {
    const account = memberAccount(member);
    return wh(balanceOf(this.#state, account, SOLAR).posted + balanceOf(this.#state, account, GRID).posted);
  }

  organisations(): { readonly key: number; readonly row: Organisation }[] {
    return this.#state.rows(ORGANISATIONS);
  }

  proposal(number: number): Proposal | undefined {
    return this.#state.get(PROPOSALS, number);
  }

  proposals(): { readonly key: number; readonly row: Proposal }[] {
    return this.#state.rows(PROPOSALS);
  }

  /** How a member voted; `undefined` where it has not. */
  ballot(proposal: number, member: number): Ballot | undefined {
    return this.#state.get(BALLOTS, { proposal, member });
  }

  /** Whether a member may vote where these decide, on a proposal of a height. */
  isEntitled(member: number, electorate: Electorate, height: number): boolean {
    return isEntitled(this.#state, member, electorate, height);
  }

  /** Who would decide on who the organisations are. */
  electorateOfOrganisations(): Electorate {
    return electorateOf(this.#state, { type: "remove_organisation", member: 0 });
  }

  /** How often the members' numbers have changed. */
  get period(): number {
    return periodOf(this.#state);
  }

  /** What waits for members whose numbers have changed, of all together. */
  pool(): MicroEur {
    return MicroEur(balanceOf(this.#state, POOL, MONEY).posted);
  }

  /** Whether a citizen's numbers may change now: `ok`, or why not. */
  checkAtRest(member: number): Status {
    return checkAtRest(this.#state, member);
  }

  /** How a member takes part in the neighbours' market; `undefined` where it does not. */
  participation(member: number): Participation | undefined {
    return this.#state.get(PARTICIPATIONS, member);
  }

  /** Every member that takes part, or did in a day that is not settled. */
  participations(): { readonly key: number; readonly row: Participation }[] {
    return this.#state.rows(PARTICIPATIONS);
  }

  /** What a day's settlement may still take from a member: of its cap, and of what it has. */
  marketRoom(member: number, day: DayNumber): MicroEur {
    const row = this.#state.get(PARTICIPATIONS, member);
    if (row === undefined) return MicroEur(0n);
    const consented = capOn(row, day) + netOn(row, day);
    return MicroEur(minimum(consented, takeable(this.#state, member)));
  }

  /** Whether a member takes part in a day of the market that is not final. */
  isMarketUnsettled(member: number): boolean {
    const row = this.participation(member);
    return row !== undefined && isUnsettled(this.#state, row);
  }

  /** Whether it buys or sells by a supply contract that is not closed, or is still to be paid by one. */
  hasSupplyContracts(member: number): boolean {
    return hasContracts(this.#state, member);
  }

  /** Days of which a book was sealed and that are not final, ascending. */
  openMarketDays(): readonly DayNumber[] {
    return calendarOf(this.#state).open;
  }

  marketDay(day: DayNumber): MarketDay | undefined {
    return this.#state.get(MARKET_DAYS, day);
  }

  book(slot: UnixSeconds, session: number): SlotBook | undefined {
    return this.#state.get(BOOKS, { slot, session });
  }

  /** What a feeder is limited to in a quarter hour; `undefined` where nobody limits it. */
  feederLimit(feeder: number, slot: UnixSeconds): StandingLimit | undefined {
    return limitIn(this.#state, feeder, slot);
  }

  /** Every limit that stood when the last one of its feeder was set, in that order. */
  feederLimits(): { readonly key: number; readonly row: readonly StandingLimit[] }[] {
    return this.#state.rows(FEEDER_LIMITS);
  }

  /**
   * What the chain makes of an opened book: which orders trade, at which price. One that is cleared goes by the laws and
   * limits of then, another one by those of now; the seals' root draws the sequence of `continuous`.
   */
  clearingOf(body: ClearBook, root: Uint8Array): ClearedBook {
    return openedResult(body, root, this.clearingTerms(body));
  }

  /** By what a book was cleared, or would be now. */
  clearingTerms(body: Pick<ClearBook, "slot" | "session" | "orders">): ClearingTerms {
    return this.book(body.slot, body.session)?.result?.terms ?? termsNow(this.#state, body);
  }

  /** What the community has to spend. */
  treasury(): MicroEur {
    return MicroEur(balanceOf(this.#state, FEES, MONEY).posted);
  }

  store(plant: number): Store {
    const solar = balanceOf(this.#state, storeAccount(plant), SOLAR);
    const grid = balanceOf(this.#state, storeAccount(plant), GRID);
    return {
      solar: wh(solar.posted),
      grid: wh(grid.posted),
      pending: wh(solar.pendingOut + grid.pendingOut),
      free: sellableStore(this.#state, plant, this.parameters),
    };
  }

  /** What was booked as a deposit under a bank's reference. */
  deposit(reference: string): BookedDeposit | undefined {
    return this.#state.get(DEPOSITS, referenceKey(reference));
  }

  /** Whether the books would take this entry: what a head-end asks before it submits. */
  checkEntry(intervalStart: number, entry: IntervalEntry): Status {
    return checkEntry(this.#state, intervalStart, entry);
  }

  /** A row of any table against the state root; `undefined` where the bytes are no key of that table. */
  proveRow<K, V>(table: Table<K, V>, key: Uint8Array): ProvedRow | undefined {
    const found = decode(table.key, key);
    if (!found.ok) return undefined;
    const row = this.#state.get(table, found.value);
    return {
      row: row === undefined ? undefined : encode(table.row, row),
      path: this.#state.prove(table, found.value),
    };
  }

  /**
   * The proof of a sale's row against the last block that the producer signed; `undefined` where there is no
   * such row, or no such block.
   */
  proveSale(id: Uint8Array): RowProof | undefined {
    return this.sale(id) === undefined ? undefined : this.#prove(SALES, id);
  }

  /** The proof of a market day's row, or of its absence, likewise. */
  proveMarketDay(day: DayNumber): RowProof | undefined {
    return this.#prove(MARKET_DAYS, day);
  }

  /** The answer to a question that is asked of the state row by row. */
  ask<T>(question: (state: StateReader) => T): T {
    return question(this.#state);
  }

  /** Every row that a question asks for, with its proof, likewise. */
  proveAnswers(question: (state: StateReader) => void): ProvenRows | undefined {
    const { tip } = this;
    if (tip === undefined) return undefined;
    const { header, signature } = tip;
    return proveAnswers(this.#state, { by: "producer", header, signature }, question);
  }

  #prove<K, V>(table: Table<K, V>, key: K): RowProof | undefined {
    const { tip } = this;
    if (tip === undefined) return undefined;
    const { header, signature } = tip;
    return proveRow(this.#state, { by: "producer", header, signature }, table, key);
  }
}
