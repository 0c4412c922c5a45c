/**
 * The laws of the whole state, checked from its exported rows alone: what every block's own check
 * (`assertBooks`) upholds for the rows it changes must have added up to this. Used by the audit.
 */
import { toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { ACCOUNTS, type AccountId, type Asset } from "#ledger/account.ts";
import { IDENTITIES, type Identity, NULLIFIERS, needsIdentity } from "#ledger/identity.ts";
import { KEYS, MEMBERS, type Member } from "#ledger/member.ts";
import { GUARDIANS, RECOVERIES, type Recovery } from "#ledger/recovery.ts";
import { REVOCATIONS, type Revocation } from "#ledger/revocation.ts";
import type { RawRow, Table } from "#ledger/state.ts";
import { TRANSFER_EXPIRIES, TRANSFERS, type TransferRow } from "#ledger/transfer.ts";
import {
  FEES,
  GRID,
  MARKET,
  MONEY,
  memberAccount,
  OUTSIDE,
  PREPAID,
  SOLAR,
  storeAccount,
} from "#market/books.ts";
import { SUPPLY_CONTRACTS, SUPPLY_POINTS, SUPPLY_SELLERS } from "#market/contract/contract.ts";
import { SUPPLY_INVOICES } from "#market/contract/invoice.ts";
import { DEPOSITS, PAYOUT_REFERENCES } from "#market/deposit.ts";
import { MARKET_CALENDAR } from "#market/market-calendar.ts";
import { MARKET_DAYS, type MarketDay } from "#market/market-day.ts";
import { METERS, type MeterTerm } from "#market/meter.ts";
import { PLANTS, type Plant, SUPPLIERS } from "#market/participant.ts";
import { PARTICIPATIONS, type Participation } from "#market/participation.ts";
import { isWaiting, PAYOUTS, type Payout, payoutTransfer } from "#market/payout.ts";
import { BALLOTS, type Ballot, type BallotKey, PROPOSALS, type Proposal } from "#market/proposal.ts";
import { isOpen, quoteSale, SALE_EXPIRIES, SALES, type Sale } from "#market/sale.ts";
import { BOOKS } from "#market/slot-book.ts";
import { marketProblems } from "#node/market-books.ts";
import { supplyProblems } from "#node/supply-books.ts";

interface Held {
  posted: bigint;
  pendingOut: bigint;
  pendingIn: bigint;
}

interface Rows<K, V> {
  readonly key: K;
  readonly row: V;
}

/**
 * What is wrong with the books after the block of a height, in words; nothing when all is well:
 * each asset sums to zero over all accounts; nobody has less than is reserved of it; reserves are the pending
 * transfers and what members hold ready for the market, exactly; transfers and open sales are listed where they expire, once, and open sales at their
 * plants; closed sales paid what was delivered; suppliers and treasury hold what sales brought, the treasury less what was decided to be paid; proposals
 * count what was voted; the bank holds what was deposited, less what was paid out, and what waits to be paid out is
 * reserved; every key is
 * registered to whom it serves; supply contracts are what `supply-books` says; who goes on under another number left nothing under the old one.
 */
export function booksProblems(rows: Iterable<RawRow>, height: number): string[] {
  const state = new Map<number, RawRow[]>();
  for (const row of rows) {
    const table = state.get(row.table);
    if (table === undefined) state.set(row.table, [row]);
    else table.push(row);
  }
  const read = <K, V>(table: Table<K, V>) => decoded(state.get(table.number) ?? [], table);
  const transfers = read(TRANSFERS);
  const sales = read(SALES);
  const proposals = read(PROPOSALS);
  const { held, problems } = checkAccounts(read(ACCOUNTS));
  const market = {
    participations: read(PARTICIPATIONS),
    books: read(BOOKS),
    days: read(MARKET_DAYS),
    calendar: read(MARKET_CALENDAR)[0]?.row ?? { open: [], leaving: [] },
  };
  const keys = new Map(read(KEYS).map(({ key, row }) => [toHex(key), row]));
  return [
    ...problems,
    ...checkReserves(held, transfers, market.participations),
    ...checkListing("transfer", read(TRANSFER_EXPIRIES), expiriesOf(transfers), height),
    ...checkListing("sale", read(SALE_EXPIRIES), expiriesOf(sales), height, openOf(sales)),
    ...checkPlants(read(PLANTS), sales, keys),
    ...checkMeters(read(METERS), read(PLANTS), keys),
    ...checkClosed(read(PLANTS), read(MEMBERS), held),
    ...checkSales(sales, read(SUPPLIERS), held, market.participations),
    ...checkTreasury(sales, proposals, market.days, held),
    ...marketProblems(market, read(MEMBERS), read(PLANTS)),
    ...checkBank(read(DEPOSITS), read(PAYOUTS), read(PAYOUT_REFERENCES), { held, transfers, height }),
    ...checkProposals(proposals, read(BALLOTS)),
    ...checkKeys(read(MEMBERS), keys),
    ...checkRevocations(read(MEMBERS), read(REVOCATIONS)),
    ...checkIdentities(read(MEMBERS), read(IDENTITIES), read(NULLIFIERS)),
    ...checkRecoveries(read(GUARDIANS), read(RECOVERIES), keys),
    ...supplyProblems(
      {
        contracts: read(SUPPLY_CONTRACTS),
        invoices: read(SUPPLY_INVOICES),
        points: read(SUPPLY_POINTS),
        sellers: read(SUPPLY_SELLERS),
      },
      held.get(slot(PREPAID, MONEY))?.posted ?? 0n,
    ),
  ];
}

function checkAccounts(
  accounts: readonly Rows<
    AccountId,
    { overdraft: boolean; balances: readonly ({ asset: Asset } & Held)[] }
  >[],
): { readonly held: ReadonlyMap<string, Held>; readonly problems: string[] } {
  const held = new Map<string, Held>();
  const sums = new Map<Asset, bigint>();
  const problems: string[] = [];
  for (const { key, row } of accounts) {
    for (const balance of row.balances) {
      const { asset, posted, pendingOut, pendingIn } = balance;
      const name = slot(key, asset);
      held.set(name, { posted, pendingOut, pendingIn });
      sums.set(asset, (sums.get(asset) ?? 0n) + posted);
      if (!row.overdraft && posted < pendingOut) {
        problems.push(`${name} holds ${posted}, of which ${pendingOut} are reserved`);
      }
    }
  }
  for (const [asset, sum] of sums)
    if (sum !== 0n) problems.push(`asset ${asset} sums to ${sum}, not to zero`);
  return { held, problems };
}

function checkReserves(
  held: ReadonlyMap<string, Held>,
  transfers: readonly Rows<Uint8Array, TransferRow>[],
  participations: readonly Rows<number, Participation>[],
): string[] {
  const out = new Map<string, bigint>();
  const into = new Map<string, bigint>();
  const add = (sums: Map<string, bigint>, name: string, amount: bigint) =>
    sums.set(name, (sums.get(name) ?? 0n) + amount);
  for (const { row } of transfers) {
    if (row.state !== "pending") continue;
    add(out, slot(row.from, row.asset), row.amount);
    add(into, slot(row.to, row.asset), row.amount);
  }
  for (const { key: member, row } of participations) {
    add(out, slot(memberAccount(member), MONEY), row.held);
    add(into, slot(MARKET, MONEY), row.held);
  }
  const problems: string[] = [];
  for (const name of new Set([...held.keys(), ...out.keys(), ...into.keys()])) {
    const { pendingOut, pendingIn } = held.get(name) ?? { pendingOut: 0n, pendingIn: 0n };
    if (pendingOut !== (out.get(name) ?? 0n)) {
      problems.push(
        `${name} has ${pendingOut} reserved, its pending transfers and market cap ${out.get(name) ?? 0n}`,
      );
    }
    if (pendingIn !== (into.get(name) ?? 0n)) {
      problems.push(
        `${name} has ${pendingIn} announced, pending transfers and market caps ${into.get(name) ?? 0n}`,
      );
    }
  }
  return problems;
}

/** Lists by expiry height against what is on record; `due` = those that must be listed, all by default. */
function checkListing(
  what: string,
  lists: readonly Rows<number, readonly Uint8Array[]>[],
  expiries: ReadonlyMap<string, number>,
  height: number,
  due: ReadonlySet<string> = new Set(expiries.keys()),
): string[] {
  const problems: string[] = [];
  const listed = new Set<string>();
  for (const { key: at, row: ids } of lists) {
    if (at <= height) problems.push(`${what}s are still listed to expire at ${at}`);
    for (const id of ids.map(toHex)) {
      if (listed.has(id)) problems.push(`${what} ${id} is listed twice`);
      listed.add(id);
      const expiry = expiries.get(id);
      if (expiry !== at)
        problems.push(`${what} ${id} is listed at ${at}, on record for ${expiry ?? "never"}`);
    }
  }
  for (const id of due) if (!listed.has(id)) problems.push(`${what} ${id} is listed nowhere`);
  return problems;
}

function checkPlants(
  plants: readonly Rows<number, Plant>[],
  sales: readonly Rows<Uint8Array, Sale>[],
  keys: ReadonlyMap<string, number>,
): string[] {
  const problems: string[] = [];
  const open = new Map(sales.filter(({ row }) => isOpen(row)).map(({ key, row }) => [toHex(key), row.plant]));
  for (const { key: plant, row } of plants) {
    if (keys.get(toHex(row.meterKey)) !== row.owner) {
      problems.push(`the meter key of plant ${plant} is not registered to its owner`);
    }
    for (const id of row.openSales.map(toHex)) {
      if (open.get(id) !== plant) problems.push(`plant ${plant} lists sale ${id}, which is not open there`);
      open.delete(id);
    }
  }
  for (const [id, plant] of open) problems.push(`plant ${plant} does not list its open sale ${id}`);
  return problems;
}

/** From a plant's meter back through those before it: each ends where the next begins, the first has no beginning. */
function checkMeters(
  meters: readonly Rows<Uint8Array, MeterTerm>[],
  plants: readonly Rows<number, Plant>[],
  keys: ReadonlyMap<string, number>,
): string[] {
  const problems: string[] = [];
  const left = new Map(meters.map(({ key, row }) => [toHex(key), row]));
  for (const { key: plant, row } of plants) {
    let name: string | undefined = toHex(row.meterKey);
    let until = 0;
    for (let term = left.get(name); term !== undefined; term = left.get(name)) {
      left.delete(name);
      if (term.plant !== plant || term.until !== until || keys.get(name) !== row.owner) {
        problems.push(`meter ${name} of plant ${plant} has another plant, end or owner`);
      }
      if ((term.from === 0) !== (term.before === undefined)) {
        problems.push(`meter ${name} of plant ${plant} begins at ${term.from} after none or another`);
      }
      until = term.from;
      if (term.before === undefined) break;
      name = toHex(term.before);
    }
    if (until !== 0) problems.push(`a meter of plant ${plant} is missing before ${until}`);
  }
  for (const [name, { plant }] of left) problems.push(`meter ${name} is not one of plant ${plant}`);
  return problems;
}

/** A plant is closed together with its owner, its store and the owner's account empty. */
function checkClosed(
  plants: readonly Rows<number, Plant>[],
  members: readonly Rows<number, Member>[],
  held: ReadonlyMap<string, Held>,
): string[] {
  const problems: string[] = [];
  const closed = new Map(members.map(({ key, row }) => [key, row.closed]));
  const has = (account: AccountId, asset: Asset) => (held.get(slot(account, asset))?.posted ?? 0n) !== 0n;
  for (const { key: plant, row } of plants) {
    if (row.closed === 0) continue;
    if (row.closed !== closed.get(row.owner)) problems.push(`plant ${plant} is closed, its owner is not`);
    if (has(storeAccount(plant), SOLAR) || has(storeAccount(plant), GRID)) {
      problems.push(`plant ${plant} is closed with energy in its store`);
    }
    if (has(memberAccount(row.owner), MONEY)) problems.push(`member ${row.owner} is closed with money`);
  }
  return problems;
}

function checkSales(
  sales: readonly Rows<Uint8Array, Sale>[],
  suppliers: readonly Rows<number, unknown>[],
  held: ReadonlyMap<string, Held>,
  participations: readonly Rows<number, Participation>[],
): string[] {
  const forMarket = new Map(participations.map(({ key, row }) => [key, row.held]));
  const problems: string[] = [];
  const delivered = new Map<number, bigint>();
  const owed = new Map<number, bigint>();
  for (const { key, row } of sales) {
    delivered.set(row.supplier, (delivered.get(row.supplier) ?? 0n) + row.delivered);
    const terms = { rate: row.rate, fee: row.fee, storeMarginPerMille: 0 };
    if (isOpen(row)) {
      owed.set(row.supplier, (owed.get(row.supplier) ?? 0n) + quoteSale(terms, row.energy).gross);
      if (row.delivered >= row.energy) problems.push(`sale ${toHex(key)} is delivered and still open`);
      continue;
    }
    const { gross, fee } = quoteSale(terms, row.delivered);
    if (row.gross !== gross || row.feePaid !== fee) {
      problems.push(`sale ${toHex(key)} paid ${row.gross} and ${row.feePaid} instead of ${gross} and ${fee}`);
    }
  }
  for (const { key: supplier } of suppliers) {
    const account = memberAccount(supplier);
    let energy = 0n;
    for (const asset of [1, 2]) energy += held.get(slot(account, asset))?.posted ?? 0n;
    if (energy !== (delivered.get(supplier) ?? 0n)) {
      problems.push(`supplier ${supplier} holds ${energy} Wh of ${delivered.get(supplier) ?? 0n} delivered`);
    }
    const reserved = (held.get(slot(account, MONEY))?.pendingOut ?? 0n) - (forMarket.get(supplier) ?? 0n);
    if (reserved < (owed.get(supplier) ?? 0n)) {
      problems.push(`supplier ${supplier} has ${reserved} reserved for open sales of ${owed.get(supplier)}`);
    }
  }
  return problems;
}

/** The treasury holds what sales paid and the neighbours' market gave, less what enacted proposals spent. */
function checkTreasury(
  sales: readonly Rows<Uint8Array, Sale>[],
  proposals: readonly Rows<number, Proposal>[],
  days: readonly Rows<number, MarketDay>[],
  held: ReadonlyMap<string, Held>,
): string[] {
  let expected = 0n;
  for (const { row } of days) expected += row.fees;
  for (const { row } of sales) if (!isOpen(row)) expected += row.feePaid;
  for (const { row } of proposals) {
    if (row.state === "enacted" && row.motion.type === "pay") expected -= row.motion.amount;
  }
  const kept = held.get(slot(FEES, MONEY))?.posted ?? 0n;
  return kept === expected
    ? []
    : [`the treasury holds ${kept}, sales, market and payments leave ${expected}`];
}

/** Deposits less payments out are at the bank, each payment out has its reference, each waiting payout its reserve. */
function checkBank(
  deposits: readonly Rows<Uint8Array, { readonly amount: bigint }>[],
  payouts: readonly Rows<Uint8Array, Payout>[],
  references: readonly Rows<Uint8Array, Uint8Array>[],
  books: {
    readonly held: ReadonlyMap<string, Held>;
    readonly transfers: readonly Rows<Uint8Array, TransferRow>[];
    readonly height: number;
  },
): string[] {
  const problems: string[] = [];
  const pending = new Map(
    books.transfers
      .filter(({ row }) => row.state === "pending" && slot(row.to, row.asset) === slot(OUTSIDE, MONEY))
      .map(({ key, row }) => [toHex(key), row]),
  );
  const booked = new Set(references.map(({ row }) => toHex(row)));
  if (booked.size !== references.length) problems.push("a payout was paid twice");
  let expected = 0n;
  for (const { row } of deposits) expected += row.amount;
  for (const { key, row } of payouts) {
    const id = toHex(key);
    if (row.state === "paid") expected -= row.amount;
    if ((row.state === "paid") !== booked.delete(id)) {
      problems.push(
        `payout ${id} is ${row.state} and its payment ${row.state === "paid" ? "not " : ""}booked`,
      );
    }
    if (!isWaiting(row, books.height)) continue;
    const transfer = toHex(payoutTransfer(key));
    const reserved = pending.get(transfer);
    pending.delete(transfer);
    if (reserved?.amount !== row.amount || reserved.from.number !== row.member) {
      problems.push(`payout ${id} of ${row.amount} waits with ${reserved?.amount ?? 0n} reserved`);
    }
  }
  for (const id of booked) problems.push(`a payment is booked for payout ${id}, which is not on record`);
  for (const id of pending.keys()) problems.push(`transfer ${id} leaves the books for no payout`);
  const bank = -(books.held.get(slot(OUTSIDE, MONEY))?.posted ?? 0n);
  if (bank !== expected) problems.push(`the bank holds ${bank}, deposits and payouts leave ${expected}`);
  return problems;
}

/** Where members decide, the counts are those of the ballots; where organisations do, at most those. */
function checkProposals(
  proposals: readonly Rows<number, Proposal>[],
  ballots: readonly Rows<BallotKey, Ballot>[],
): string[] {
  const votes = new Map<number, { yes: number; no: number }>();
  for (const { key, row } of ballots) {
    const counted = votes.get(key.proposal) ?? { yes: 0, no: 0 };
    if (row.yes) counted.yes += 1;
    else counted.no += 1;
    votes.set(key.proposal, counted);
  }
  const problems: string[] = [];
  for (const { key, row } of proposals) {
    const { yes, no } = votes.get(key) ?? { yes: 0, no: 0 };
    const right =
      row.electorate === "organisations" ? row.yes <= yes && row.no <= no : row.yes === yes && row.no === no;
    if (!right)
      problems.push(`proposal ${key} counts ${row.yes} and ${row.no}, its ballots ${yes} and ${no}`);
    votes.delete(key);
  }
  for (const number of votes.keys()) problems.push(`ballots on proposal ${number}, which is not on record`);
  return problems;
}

function checkKeys(members: readonly Rows<number, Member>[], keys: ReadonlyMap<string, number>): string[] {
  const problems: string[] = [];
  for (const { key: member, row } of members) {
    for (const key of row.keys) {
      if (keys.get(toHex(key)) !== member) problems.push(`a key of member ${member} is not registered to it`);
    }
  }
  return problems;
}

/** What is on its way out is a key of that member, and no standing member's keys are all on their way out. */
function checkRevocations(
  members: readonly Rows<number, Member>[],
  revocations: readonly Rows<Uint8Array, Revocation>[],
): string[] {
  const problems: string[] = [];
  const leaving = new Map(revocations.map(({ key, row }) => [toHex(key), row.member]));
  for (const { key: member, row } of members) {
    const staying = row.keys.map(toHex).filter((key) => leaving.get(key) !== member);
    if (staying.length === 0 && row.closed === 0) problems.push(`member ${member} is left without a key`);
    if (row.keys.length > 0 && row.closed > 0) problems.push(`erased member ${member} has keys`);
    for (const key of row.keys.map(toHex)) if (leaving.get(key) === member) leaving.delete(key);
  }
  for (const [key, member] of leaving)
    problems.push(`key ${key} is being revoked, and none of member ${member}`);
  return problems;
}

/** Identities and nullifiers are one to one, and of members who stand and need one. */
function checkIdentities(
  members: readonly Rows<number, Member>[],
  identities: readonly Rows<number, Identity>[],
  nullifiers: readonly Rows<Uint8Array, number>[],
): string[] {
  const problems: string[] = [];
  const standing = new Map(
    members.filter(({ row }) => row.closed === 0).map(({ key, row }) => [key, row.role]),
  );
  const owners = new Map(nullifiers.map(({ key, row }) => [toHex(key), row]));
  for (const { key: member, row } of identities) {
    const role = standing.get(member);
    if (role === undefined || !needsIdentity(role)) problems.push(`member ${member} has an identity`);
    if (owners.get(toHex(row.nullifier)) !== member)
      problems.push(`the nullifier of ${member} is not its own`);
    owners.delete(toHex(row.nullifier));
  }
  for (const member of owners.values()) problems.push(`member ${member} has a nullifier without an identity`);
  return problems;
}

function checkRecoveries(
  guardians: readonly Rows<number, unknown>[],
  recoveries: readonly Rows<number, Recovery>[],
  keys: ReadonlyMap<string, number>,
): string[] {
  const guarded = new Set(guardians.map(({ key }) => key));
  return recoveries.flatMap(({ key: member, row }) => [
    ...(guarded.has(member) ? [] : [`member ${member} is recovered without guardians`]),
    ...(keys.get(toHex(row.newKey)) === member ? [] : [`the new key of member ${member} is not its own`]),
  ]);
}

function expiriesOf(
  rows: readonly Rows<Uint8Array, { readonly expiryHeight: number }>[],
): Map<string, number> {
  return new Map(rows.map(({ key, row }) => [toHex(key), row.expiryHeight]));
}

function openOf(sales: readonly Rows<Uint8Array, Sale>[]): Set<string> {
  return new Set(sales.filter(({ row }) => isOpen(row)).map(({ key }) => toHex(key)));
}

function decoded<K, V>(rows: readonly RawRow[], table: Table<K, V>): Rows<K, V>[] {
  return rows.map((raw) => {
    const key = decode(table.key, raw.key);
    const row = decode(table.row, raw.row);
    if (!key.ok) throw key.error;
    if (!row.ok) throw row.error;
    return { key: key.value, row: row.value };
  });
}

function slot({ kind, number }: AccountId, asset: Asset): string {
  return `account ${kind}/${number}, asset ${asset}`;
}
