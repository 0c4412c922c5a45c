import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { formatDay } from "#base/time.ts";
import {
  leafOf,
  outcomeOf,
  proveStatement,
  type Statement,
  type StatementLine,
  statementNet,
  statementsRoot,
} from "#market/auction/statement.ts";
import type { DayVersion } from "#wire/market-schemas.ts";
import { checkStatement } from "./check-statement.ts";

const DAY = 20_620;
const line = (slot: number, soldWh: number) =>
  ({
    slot,
    tariff: 330_000,
    feedIn: 80_000,
    measured: true,
    boughtWh: 0,
    soldWh,
    paid: 0,
    earned: soldWh * 150,
    fee: 0,
    importedWh: 0,
    exportedWh: soldWh - 10,
    fallbackBoughtWh: 0,
    fallbackSoldWh: 0,
    fallbackPaid: 0,
    fallbackEarned: 0,
  }) as StatementLine;
const statement = (member: number): Statement => ({
  day: DAY,
  version: 1,
  member,
  fallbackFee: 0,
  waived: 0,
  lines: [line(DAY * 86_400, 200 + member), line(DAY * 86_400 + 900, 300)],
  salt: new Uint8Array(16).fill(member),
});

/** The day of member 3 among five, as the platform hands it out. */
function handedOut(): DayVersion {
  const all = [1, 2, 3, 4, 5].map(statement);
  const leaves = all.map(leafOf);
  const own = all[2]!;
  const { index, count, path } = proveStatement(leaves, 2);
  return {
    version: 1,
    final: false,
    reason: "the day's end",
    settled: { height: 9, time: 0 },
    netMicroEur: statementNet(own),
    differenceMicroEur: statementNet(own),
    waivedMicroEur: 0,
    statementsRoot: toHex(statementsRoot(leaves)),
    statement: { bytes: toHex(leafOf(own)), index, count, path: path.map(toHex) },
    lines: own.lines.map((one) => {
      const outcome = outcomeOf(one, 0);
      return {
        slot: one.slot,
        boughtWh: one.boughtWh,
        soldWh: one.soldWh,
        paidMicroEur: one.paid,
        earnedMicroEur: one.earned,
        importedWh: one.importedWh,
        exportedWh: one.exportedWh,
        fallbackBoughtWh: 0,
        fallbackSoldWh: 0,
        fallbackPaidMicroEur: 0,
        fallbackEarnedMicroEur: 0,
        shortWh: outcome.shortWh,
        longWh: outcome.longWh,
        shortMicroEur: outcome.shortPaid,
        longMicroEur: outcome.longEarned,
        feeMicroEur: 0,
        netMicroEur: outcome.net,
      };
    }),
  };
}

test("a statement under the day's root is verified, and whatever was changed in it is found", () => {
  const day = formatDay(DAY);
  const good = handedOut();
  const checked = checkStatement(day, good);
  assert.ok(checked.ok && checked.value.member === 3);
  const other = leafOf(statement(4));
  const rows: [string, DayVersion, string][] = [
    [day, { ...good, statement: { ...good.statement, bytes: "00ff" } }, "unreadable"],
    [day, { ...good, statementsRoot: "zz".repeat(32) }, "unreadable"],
    [day, { ...good, statement: { ...good.statement, bytes: toHex(other) } }, "not_under_root"],
    [day, { ...good, statement: { ...good.statement, index: 3 } }, "not_under_root"],
    [
      day,
      { ...good, statement: { ...good.statement, path: good.statement.path.slice(1) } },
      "not_under_root",
    ],
    [formatDay(DAY + 1), good, "of_another_day"],
    [day, { ...good, version: 2 }, "of_another_day"],
    [day, { ...good, netMicroEur: good.netMicroEur + 1 }, "net_differs"],
    [day, { ...good, lines: good.lines.slice(1) }, "lines_differ"],
    [day, { ...good, lines: good.lines.map((one) => ({ ...one, soldWh: one.soldWh + 1 })) }, "lines_differ"],
  ];
  for (const [of, version, problem] of rows) {
    const result = checkStatement(of, version);
    assert.equal(result.ok ? "verified" : result.error, problem);
  }
});
