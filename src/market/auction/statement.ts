/**
 * A home's statement of a settled day: every quarter hour in which it bought, sold or was matched, with what its meter
 * said and the prices that counted, so that whoever holds it reckons the net again (`statementNet`). It is a leaf under
 * the `statementsRoot` of the day's settlement on the ledger; a salt keeps neighbours, who see its hash in their own
 * proofs, from trying out what it may say.
 */
import { type Codec, CodecError, encode } from "#base/codec.ts";
import { type DayNumber, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { merkleProof, merkleProofs, merkleRoot, verifyMerkleProof } from "#crypto/merkle.ts";
import {
  amountOf,
  type BalancingPrices,
  type MeteredDay,
  positionOf,
  type SettledDay,
  type TradedDay,
} from "#market/auction/settlement.ts";

export const STATEMENT_SALT_BYTES = 16;
/** Quarter hours of the longest civil day. */
const LINES_MAX = 100;

/** One quarter hour. Wh and µEUR; prices in µEUR/kWh. */
export interface StatementLine {
  readonly slot: UnixSeconds;
  readonly tariff: number;
  readonly feedIn: number;
  readonly measured: boolean;
  readonly boughtWh: number;
  readonly soldWh: number;
  readonly paid: number;
  readonly earned: number;
  readonly importedWh: number;
  readonly exportedWh: number;
  readonly fallbackBoughtWh: number;
  readonly fallbackSoldWh: number;
  readonly fallbackPaid: number;
  readonly fallbackEarned: number;
}

export interface Statement {
  readonly day: DayNumber;
  readonly version: number;
  /** The owner's number on the chain when it was booked. */
  readonly member: number;
  /** µEUR per kWh bought by fallback. */
  readonly fallbackFee: number;
  /** µEUR that the balancing supplier bears for the home. */
  readonly waived: number;
  /** Ascending. */
  readonly lines: readonly StatementLine[];
  readonly salt: Uint8Array;
}

const lineCodec: Codec<StatementLine> = {
  write: (writer, line) =>
    writer
      .uint(line.slot)
      .i64(BigInt(line.tariff))
      .i64(BigInt(line.feedIn))
      .boolean(line.measured)
      .u32(line.boughtWh)
      .u32(line.soldWh)
      .i64(BigInt(line.paid))
      .i64(BigInt(line.earned))
      .u32(line.importedWh)
      .u32(line.exportedWh)
      .u32(line.fallbackBoughtWh)
      .u32(line.fallbackSoldWh)
      .i64(BigInt(line.fallbackPaid))
      .i64(BigInt(line.fallbackEarned)),
  read(reader) {
    const money = () => {
      const value = Number(reader.i64());
      if (!Number.isSafeInteger(value)) throw new CodecError("an amount beyond the whole numbers");
      return value;
    };
    return {
      slot: reader.uint(),
      tariff: money(),
      feedIn: money(),
      measured: reader.boolean(),
      boughtWh: reader.u32(),
      soldWh: reader.u32(),
      paid: money(),
      earned: money(),
      importedWh: reader.u32(),
      exportedWh: reader.u32(),
      fallbackBoughtWh: reader.u32(),
      fallbackSoldWh: reader.u32(),
      fallbackPaid: money(),
      fallbackEarned: money(),
    };
  },
};

export const statementCodec: Codec<Statement> = {
  write(writer, { day, version, member, fallbackFee, waived, lines, salt }) {
    writer.u32(day).u16(version).u32(member).uint(fallbackFee).uint(waived);
    writer.list(lines, LINES_MAX, (w, line) => lineCodec.write(w, line)).fixed(salt, STATEMENT_SALT_BYTES);
  },
  read(reader) {
    const statement = {
      day: reader.u32(),
      version: reader.u16(),
      member: reader.u32(),
      fallbackFee: reader.uint(),
      waived: reader.uint(),
      lines: reader.list(LINES_MAX, (r) => lineCodec.read(r)),
      salt: reader.fixed(STATEMENT_SALT_BYTES),
    };
    for (let i = 1; i < statement.lines.length; i++) {
      if (statement.lines[i - 1]!.slot >= statement.lines[i]!.slot) throw new CodecError("lines ascend");
    }
    return statement;
  },
};

/** What follows from a line. */
export interface LineOutcome {
  readonly shortWh: number;
  readonly longWh: number;
  readonly shortPaid: number;
  readonly longEarned: number;
  /** For what was bought by fallback; those of the clearings are part of what was paid. */
  readonly fee: number;
  /** µEUR received less what was paid. */
  readonly net: number;
}

export function outcomeOf(line: StatementLine, fallbackFee: number): LineOutcome {
  const { boughtWh, soldWh, importedWh, exportedWh, measured, paid, earned } = line;
  const { shortWh, longWh } = positionOf(boughtWh, soldWh, importedWh, exportedWh, measured);
  const shortPaid = amountOf(shortWh, line.tariff);
  const longEarned = amountOf(longWh, line.feedIn);
  const fee = amountOf(line.fallbackBoughtWh, fallbackFee);
  const net = earned - paid - shortPaid + longEarned - fee + line.fallbackEarned - line.fallbackPaid;
  return { shortWh, longWh, shortPaid, longEarned, fee, net };
}

/** µEUR that the home receives for the day less what it pays. */
export function statementNet({ lines, fallbackFee, waived }: Statement): number {
  return lines.reduce((sum, line) => sum + outcomeOf(line, fallbackFee).net, waived);
}

/** What settled columns say of one home; quarter hours in which it had no part are left out. */
export function linesOf(
  home: number,
  first: UnixSeconds,
  traded: TradedDay,
  metered: MeteredDay,
  prices: BalancingPrices,
  settled: SettledDay,
): StatementLine[] {
  const lines: StatementLine[] = [];
  for (let slot = 0; slot < prices.tariff.length; slot++) {
    const at = slot * traded.homes + home;
    const line = {
      slot: first + slot * QUARTER_HOUR_S,
      tariff: prices.tariff[slot]!,
      feedIn: prices.feedIn[slot]!,
      measured: metered.measured[at] === 1,
      boughtWh: traded.boughtWh[at]!,
      soldWh: traded.soldWh[at]!,
      paid: traded.paid[at]!,
      earned: traded.earned[at]!,
      importedWh: metered.importedWh[at]!,
      exportedWh: metered.exportedWh[at]!,
      fallbackBoughtWh: settled.fallbackBoughtWh[at]!,
      fallbackSoldWh: settled.fallbackSoldWh[at]!,
      fallbackPaid: settled.fallbackPaid[at]!,
      fallbackEarned: settled.fallbackEarned[at]!,
    };
    const energyWh = line.boughtWh + line.soldWh + line.fallbackBoughtWh + line.fallbackSoldWh;
    if (energyWh > 0 || line.paid !== 0 || line.earned !== 0) lines.push(line);
  }
  return lines;
}

/** Over statements ascending by member, each a leaf in its canonical encoding (RFC 6962). */
export function statementsRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(leaves);
}

export function leafOf(statement: Statement): Uint8Array {
  return encode(statementCodec, statement);
}

export interface StatementProof {
  readonly index: number;
  readonly count: number;
  readonly path: readonly Uint8Array[];
}

export function proveStatement(leaves: readonly Uint8Array[], index: number): StatementProof {
  return { index, count: leaves.length, path: merkleProof(leaves, index) };
}

/** Of every statement of a version, in their order. */
export function proveStatements(leaves: readonly Uint8Array[]): StatementProof[] {
  return merkleProofs(leaves).map((path, index) => ({ index, count: leaves.length, path }));
}

export function verifyStatement(
  root: Uint8Array,
  leaf: Uint8Array,
  { index, count, path }: StatementProof,
): boolean {
  return verifyMerkleProof(root, leaf, index, count, path);
}
