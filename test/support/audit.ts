/**
 * An audit of a whole state, from its exported rows alone and by other means than the rules themselves: what
 * must hold of the books of a community after every block, whatever was asked of it. Returns what is wrong,
 * in words; nothing when all is well.
 */
import { toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import type { ChainApp } from "#chain/app.ts";
import { ACCOUNTS, type AccountId, type Asset } from "#ledger/account.ts";
import { KEYS, MEMBERS } from "#ledger/member.ts";
import type { RawRow, Table } from "#ledger/state.ts";
import { TRANSFER_EXPIRIES, TRANSFERS } from "#ledger/transfer.ts";
import {
  CHARGED,
  FEES,
  GRID,
  LOST,
  MARKET,
  MONEY,
  OUTSIDE,
  POOL,
  PREPAID,
  SOLAR,
  UNSOLD,
  USED,
} from "#market/books.ts";
import { DEPOSITS, PAYOUT_REFERENCES } from "#market/deposit.ts";
import { MARKET_CALENDAR } from "#market/market-calendar.ts";
import { MARKET_DAYS } from "#market/market-day.ts";
import { METERS } from "#market/meter.ts";
import { HOMES, PLANTS, SUPPLIERS } from "#market/participant.ts";
import { PARTICIPATIONS } from "#market/participation.ts";
import { PAYOUTS } from "#market/payout.ts";
import { BALLOTS, DOCKET, PROPOSALS } from "#market/proposal.ts";
import { SALE_EXPIRIES, SALES } from "#market/sale.ts";
import { BOOKS } from "#market/slot-book.ts";
import { auditSupplies } from "./supply-audit.ts";

export function auditBooks(app: ChainApp): string[] {
  const problems: string[] = [];
  const expect = (holds: boolean, problem: () => string) => {
    if (!holds) problems.push(problem());
  };
  const raw = [...app.export()];
  const accounts = rowsOf(raw, ACCOUNTS);
  const transfers = rowsOf(raw, TRANSFERS);
  const sales = rowsOf(raw, SALES);
  const plants = rowsOf(raw, PLANTS);
  const payouts = rowsOf(raw, PAYOUTS);
  const open = sales.filter(({ row }) => row.state === "open" || row.state === "withdrawing");
  const posted = (id: AccountId, asset: Asset) =>
    accounts
      .find(({ key }) => name(key) === name(id))
      ?.row.balances.find((balance) => balance.asset === asset)?.posted ?? 0n;

  // Nothing is made or destroyed; nobody has less than is reserved of it.
  for (const asset of [MONEY, SOLAR, GRID]) {
    let sum = 0n;
    for (const { row } of accounts) for (const b of row.balances) if (b.asset === asset) sum += b.posted;
    expect(sum === 0n, () => `asset ${asset} sums to ${sum}`);
  }
  for (const { key, row } of accounts) {
    for (const b of row.balances) {
      expect(b.pendingOut >= 0n && b.pendingIn >= 0n, () => `${name(key)}: a negative reserve`);
      expect(
        row.overdraft || b.posted >= b.pendingOut,
        () => `${name(key)}, asset ${b.asset}: ${b.posted} held, ${b.pendingOut} reserved`,
      );
    }
  }

  // The reserves of the accounts are the pending transfers, no more and no less.
  const reserved = new Map<string, bigint>();
  const add = (slot: string, amount: bigint) => reserved.set(slot, (reserved.get(slot) ?? 0n) + amount);
  for (const { row } of accounts.map(({ key, row }) => ({ row: { ...row, key } }))) {
    for (const b of row.balances) {
      add(`${name(row.key)} out ${b.asset}`, b.pendingOut);
      add(`${name(row.key)} in ${b.asset}`, b.pendingIn);
    }
  }
  for (const { row } of transfers) {
    if (row.state !== "pending") continue;
    add(`${name(row.from)} out ${row.asset}`, -row.amount);
    add(`${name(row.to)} in ${row.asset}`, -row.amount);
  }
  const participations = rowsOf(raw, PARTICIPATIONS);
  for (const { key: member, row } of participations) {
    add(`1/${member} out ${MONEY}`, -row.held);
    add(`${name(MARKET)} in ${MONEY}`, -row.held);
  }
  for (const [slot, rest] of reserved) expect(rest === 0n, () => `${slot}: ${rest} beside its transfers`);

  // Every transfer on record is listed where it expires, once, and lies ahead.
  const listed = new Map<string, number[]>();
  for (const { key: height, row: ids } of rowsOf(raw, TRANSFER_EXPIRIES)) {
    expect(height > app.height, () => `transfers that expired at ${height} are on record`);
    expect(ids.length > 0, () => `an empty list of transfers at ${height}`);
    for (const id of ids) listed.set(toHex(id), [...(listed.get(toHex(id)) ?? []), height]);
  }
  for (const { key, row } of transfers) {
    const heights = listed.get(toHex(key)) ?? [];
    expect(
      heights.length === 1 && heights[0] === row.expiryHeight,
      () => `transfer ${toHex(key)} of ${row.expiryHeight} is listed at ${heights}`,
    );
    expect(row.state === "posted" || row.posted === 0n, () => `${row.state} transfer with ${row.posted}`);
    expect(row.posted <= row.amount, () => `transfer ${toHex(key)} posted more than it reserved`);
  }
  expect(listed.size === transfers.length, () => "a listed transfer is not on record");

  // An open sale is listed once at its plant and once where it expires; a closed one at no plant.
  const dueAt = new Map<string, number[]>();
  for (const { key: height, row: ids } of rowsOf(raw, SALE_EXPIRIES)) {
    expect(height > app.height, () => `sales that expired at ${height} are listed`);
    for (const id of ids) dueAt.set(toHex(id), [...(dueAt.get(toHex(id)) ?? []), height]);
  }
  const atPlant = plants.flatMap(({ key, row }) => row.openSales.map((id) => `${key} ${toHex(id)}`));
  expect(new Set(atPlant).size === atPlant.length, () => "a plant lists a sale twice");
  expect(
    [...atPlant].sort().join() ===
      open
        .map(({ key, row }) => `${row.plant} ${toHex(key)}`)
        .sort()
        .join(),
    () => `plants list ${atPlant}`,
  );
  for (const { key, row } of open) {
    const heights = dueAt.get(toHex(key)) ?? [];
    expect(
      heights.length === 1 && heights[0] === row.expiryHeight,
      () => `sale ${toHex(key)} due ${heights}`,
    );
    expect(row.delivered < row.energy, () => `sale ${toHex(key)} is delivered in full and open`);
    expect(row.gross === 0n && row.feePaid === 0n, () => `sale ${toHex(key)} is open and paid`);
  }

  // Of a plant's meters, one signs each quarter hour: from its registration on, without gap, to no end.
  const terms = new Map<number, (readonly [from: number, until: number, key: string])[]>();
  for (const { key, row } of rowsOf(raw, METERS)) {
    terms.set(row.plant, [...(terms.get(row.plant) ?? []), [row.from, row.until, toHex(key)]]);
  }
  const owners = new Map(rowsOf(raw, KEYS).map(({ key, row }) => [toHex(key), row]));
  for (const [plant, meters] of terms) {
    const row = plants.find(({ key }) => key === plant)?.row;
    const inOrder = meters.sort(([a], [b]) => a - b);
    const seams = inOrder.map(([from], i) => from === (i === 0 ? 0 : inOrder[i - 1]![1]));
    const last = inOrder.at(-1)!;
    expect(seams.every((holds) => holds) && last[1] === 0, () => `meters of plant ${plant}: ${inOrder}`);
    expect(
      row !== undefined && toHex(row.meterKey) === last[2],
      () => `plant ${plant} has another meter than its last`,
    );
    expect(
      meters.every(([, , key]) => owners.get(key) === row?.owner),
      () => `a meter key of plant ${plant} is not its owner's`,
    );
  }

  // A sale's money and energy are exactly what its reserves, its end and the suppliers' accounts say.
  for (const { key: supplier, row } of rowsOf(raw, SUPPLIERS)) {
    const own = sales.filter((sale) => sale.row.supplier === supplier);
    const account = { kind: 1, number: supplier };
    const bought = own.reduce((sum, sale) => sum + sale.row.delivered, 0n);
    expect(
      posted(account, SOLAR) + posted(account, GRID) === bought,
      () => `supplier ${supplier} holds other energy than the ${bought} Wh delivered to it`,
    );
    const pending = own
      .filter((sale) => sale.row.state === "open" || sale.row.state === "withdrawing")
      .reduce((sum, sale) => sum + halfEven(sale.row.energy * sale.row.rate), 0n);
    const leaving = payouts
      .filter((payout) => payout.row.member === supplier && payout.row.state === "waiting")
      .filter((payout) => payout.row.expiryHeight > app.height)
      .reduce((sum, payout) => sum + payout.row.amount, 0n);
    const out = accounts
      .find(({ key }) => name(key) === name(account))!
      .row.balances.find((balance) => balance.asset === MONEY)?.pendingOut;
    const ready = participations.find(({ key }) => key === supplier)?.row.held ?? 0n;
    expect(
      (out ?? 0n) === pending + leaving + ready,
      () =>
        `supplier ${supplier} has ${out} pending for sales of ${pending}, payouts of ${leaving} and the market`,
    );
    expect(
      row.salesClosed === own.length - own.filter((sale) => sale.row.closedHeight === 0).length,
      () => `supplier ${supplier} counts ${row.salesClosed} closed sales`,
    );
  }
  for (const { key, row } of sales) {
    if (row.closedHeight === 0) continue;
    const gross = halfEven(row.delivered * row.rate);
    const asked = halfEven(row.delivered * row.fee);
    expect(row.gross === gross, () => `sale ${toHex(key)} paid ${row.gross} instead of ${gross}`);
    expect(row.feePaid === (asked < gross ? asked : gross), () => `sale ${toHex(key)} kept ${row.feePaid}`);
    const state =
      row.delivered === row.energy ? "settled" : row.delivered > 0n ? "partly_delivered" : "voided";
    expect(row.state === state, () => `sale ${toHex(key)} ended ${row.state} instead of ${state}`);
  }
  const closed = sales.filter(({ row }) => row.closedHeight > 0);
  const fees = closed.reduce((sum, { row }) => sum + row.feePaid, 0n);
  const proposals = rowsOf(raw, PROPOSALS);
  const days = rowsOf(raw, MARKET_DAYS);
  const marketFees = days.reduce((sum, { row }) => sum + row.fees, 0n);
  let spent = 0n;
  for (const { row } of proposals) {
    if (row.state === "enacted" && row.motion.type === "pay") spent += row.motion.amount;
  }
  expect(
    posted(FEES, MONEY) === fees + marketFees - spent,
    () => `the treasury holds ${posted(FEES, MONEY)} of ${fees + marketFees}, of which ${spent} were spent`,
  );

  // What is decided is what was voted, and what is open is on the docket.
  const docket = rowsOf(raw, DOCKET)[0]?.row ?? { last: 0, open: 0 };
  const undecided = proposals.filter(({ row }) => row.state === "voting" || row.state === "accepted");
  expect(
    docket.open === undecided.length,
    () => `${docket.open} proposals are open, not ${undecided.length}`,
  );
  expect(docket.last === proposals.length, () => `${docket.last} proposals are counted`);
  for (const { key, row } of rowsOf(raw, BALLOTS)) {
    expect(row.height > 0 && key.proposal <= docket.last, () => `a ballot on proposal ${key.proposal}`);
  }

  // The bank holds what was paid in, less what was paid out; what is to be paid out is reserved; a payment out has a
  // reference of its own.
  const deposited = rowsOf(raw, DEPOSITS).reduce((sum, { row }) => sum + row.amount, 0n);
  const paid = payouts.filter(({ row }) => row.state === "paid");
  const paidOut = paid.reduce((sum, { row }) => sum + row.amount, 0n);
  expect(
    -posted(OUTSIDE, MONEY) === deposited - paidOut,
    () => `the bank holds ${-posted(OUTSIDE, MONEY)} of ${deposited}, of which ${paidOut} were paid out`,
  );
  const due = payouts.filter(({ row }) => row.state === "waiting" && row.expiryHeight > app.height);
  const dueAmounts = due.map(({ row }) => `${row.member} ${row.amount} ${row.expiryHeight}`).sort();
  const held = transfers
    .filter(({ row }) => row.state === "pending" && name(row.to) === name(OUTSIDE))
    .map(({ row }) => `${row.from.number} ${row.amount} ${row.expiryHeight}`)
    .sort();
  expect(dueAmounts.join() === held.join(), () => `payouts of ${dueAmounts} wait, ${held} is reserved`);
  const references = rowsOf(raw, PAYOUT_REFERENCES).map(({ row }) => toHex(row));
  expect(
    references.sort().join() ===
      paid
        .map(({ key }) => toHex(key))
        .sort()
        .join(),
    () => `payments out are booked for ${references}`,
  );
  for (const { key, row } of payouts) {
    expect(
      (row.state === "waiting") === (row.settledHeight === 0) &&
        (row.state === "paid") === (row.reference !== undefined),
      () => `payout ${toHex(key)} is ${row.state}, settled at ${row.settledHeight}`,
    );
  }

  // Who goes on under another number left nothing behind, and a home's plants stand as long as it does.
  const members = new Map(rowsOf(raw, MEMBERS).map(({ key, row }) => [key, row]));
  for (const { key, row } of plants) {
    if (row.closed === 0) continue;
    const left = posted({ kind: 2, number: key }, SOLAR) + posted({ kind: 2, number: key }, GRID);
    expect(left === 0n && row.openSales.length === 0, () => `closed plant ${key} has ${left} Wh left`);
    const owner = members.get(row.owner);
    expect(owner?.closed === row.closed, () => `plant ${key} closed at ${row.closed}, its owner not`);
    const money = posted({ kind: 1, number: row.owner }, MONEY);
    expect(money === 0n, () => `member ${row.owner} is closed with ${money}`);
  }
  expect(posted(POOL, MONEY) >= 0n, () => "the pool is overdrawn");
  const listedPlants = rowsOf(raw, HOMES).flatMap(({ key, row }) => row.map((plant) => `${plant} ${key}`));
  expect(
    listedPlants.sort().join() ===
      plants
        .map(({ key, row }) => `${key} ${row.owner}`)
        .sort()
        .join(),
    () => `the homes list ${listedPlants}`,
  );

  // The neighbours' market: nothing stays on its account; a day traded what its books did; who takes part stands.
  expect(posted(MARKET, MONEY) === 0n, () => `the market holds ${posted(MARKET, MONEY)}`);
  const books = rowsOf(raw, BOOKS);
  for (const { key: day, row } of days) {
    const own = books.flatMap((book) => (book.row.day === day && book.row.result ? [book.row.result] : []));
    const traded = own.reduce((sum, { tradedWh }) => sum + tradedWh, 0);
    const kept = own.reduce((sum, { bought, sold }) => sum + bought - sold, 0n);
    expect(
      row.books === own.length && row.tradedWh === traded,
      () => `day ${day} traded ${row.tradedWh} of ${traded}`,
    );
    const given = row.versions === 0 ? kept : row.fees;
    const off =
      1000n * (given - kept) - (row.versions === 0 ? 0n : BigInt(row.fallbackWh) * row.fallback.fee);
    expect(
      row.gridFees === kept && given >= kept && (off < 0n ? -off : off) <= 500n * BigInt(row.fallbackWh),
      () => `day ${day} gives the community ${row.fees}, its books kept ${kept}`,
    );
  }
  const unfinished = days.filter(({ row }) => !row.final).map(({ key }) => key);
  const calendar = rowsOf(raw, MARKET_CALENDAR)[0]?.row ?? { open: [], leaving: [] };
  expect(calendar.open.join() === unfinished.join(), () => `the calendar has ${calendar.open} open`);
  for (const { key: member, row } of participations) {
    expect(members.get(member)?.closed === 0, () => `member ${member} is gone and takes part in the market`);
    expect(row.caps.length > 0 && row.held >= 0n, () => `member ${member} takes part with nothing`);
    for (const { day, net } of row.nets) {
      const cap = row.caps.findLast(({ from }) => from <= day)?.cap;
      expect(
        cap === undefined || -net <= cap,
        () => `member ${member} paid ${-net} of at most ${cap} on ${day}`,
      );
    }
  }

  // What was sold, used, lost or given away was charged before; what remains is what the stores hold.
  for (const asset of [SOLAR, GRID]) {
    const stored = plants.reduce((sum, { key }) => sum + posted({ kind: 2, number: key }, asset), 0n);
    const sold = rowsOf(raw, SUPPLIERS).reduce(
      (sum, { key }) => sum + posted({ kind: 1, number: key }, asset),
      0n,
    );
    const gone = posted(USED, asset) + posted(LOST, asset) + posted(UNSOLD, asset);
    expect(
      -posted(CHARGED, asset) === stored + sold + gone,
      () => `asset ${asset}: charged is not accounted for`,
    );
  }
  problems.push(...auditSupplies(raw, posted(PREPAID, MONEY)));
  return problems;
}

/** Member → nonce. */
export function noncesOf(app: ChainApp): ReadonlyMap<number, number> {
  return new Map(rowsOf([...app.export()], MEMBERS).map(({ key, row }) => [key, row.nonce]));
}

export function rowsOf<K, V>(
  raw: readonly RawRow[],
  table: Table<K, V>,
): { readonly key: K; readonly row: V }[] {
  return raw
    .filter((row) => row.table === table.number)
    .map(({ key, row }) => {
      const k = decode(table.key, key);
      const v = decode(table.row, row);
      if (!k.ok || !v.ok) throw new Error(`a row of ${table.name} does not decode`);
      return { key: k.value, row: v.value };
    });
}

function name({ kind, number }: AccountId): string {
  return `${kind}/${number}`;
}

/** thousandths ÷ 1000, half to even; written without the rule's own function. */
function halfEven(thousandths: bigint): bigint {
  const whole = thousandths / 1000n;
  const rest = thousandths % 1000n;
  return rest > 500n || (rest === 500n && whole % 2n === 1n) ? whole + 1n : whole;
}
