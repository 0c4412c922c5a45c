/**
 * A statement checked by this device: it lies under the root that the settlement put on the ledger, it is of this day
 * and version, its net follows from its lines, and what is shown are its lines.
 */
import { fromHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { parseDay } from "#base/time.ts";
import {
  outcomeOf,
  type Statement,
  statementCodec,
  statementNet,
  verifyStatement,
} from "#market/auction/statement.ts";
import type { DayVersion } from "#wire/market-schemas.ts";

export type StatementProblem =
  | "unreadable"
  | "not_under_root"
  | "of_another_day"
  | "net_differs"
  | "lines_differ";

/** Fails in this order: unreadable, not_under_root, of_another_day, net_differs, lines_differ. */
export function checkStatement(day: string, version: DayVersion): Result<Statement, StatementProblem> {
  const leaf = fromHex(version.statement.bytes);
  const root = fromHex(version.statementsRoot);
  const path = version.statement.path.map(fromHex);
  if (leaf === undefined || root === undefined || path.includes(undefined)) return refuse("unreadable");
  const decoded = decode(statementCodec, leaf);
  if (!decoded.ok) return refuse("unreadable");
  const statement = decoded.value;
  const { index, count } = version.statement;
  const proof = { index, count, path: path as Uint8Array[] };
  if (index >= count || !verifyStatement(root, leaf, proof)) return refuse("not_under_root");
  if (statement.day !== parseDay(day) || statement.version !== version.version)
    return refuse("of_another_day");
  if (statementNet(statement) !== version.netMicroEur) return refuse("net_differs");
  if (!isShown(statement, version)) return refuse("lines_differ");
  return ok(statement);
}

function isShown(statement: Statement, { lines }: DayVersion): boolean {
  return (
    statement.lines.length === lines.length &&
    statement.lines.every((line, i) => {
      const shown = lines[i]!;
      const outcome = outcomeOf(line, statement.fallbackFee);
      return (
        shown.slot === line.slot &&
        shown.boughtWh === line.boughtWh &&
        shown.soldWh === line.soldWh &&
        shown.paidMicroEur === line.paid &&
        shown.earnedMicroEur === line.earned &&
        shown.importedWh === line.importedWh &&
        shown.exportedWh === line.exportedWh &&
        shown.shortWh === outcome.shortWh &&
        shown.longWh === outcome.longWh &&
        shown.netMicroEur === outcome.net
      );
    })
  );
}
