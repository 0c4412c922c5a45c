/** `contrada bill`: a simulated town lives for some days, and all its bills are made, checked and written. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dayStart, QUARTER_HOUR_S } from "#base/time.ts";
import { euro, table } from "#cli/cer.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { HOMES_SETTINGS } from "#cli/street.ts";
import { readAs } from "#cli/tariff.ts";
import { type TownValues, townOf } from "#cli/town.ts";
import { TOWN_SETTINGS } from "#cli/town-settings.ts";
import { billsOfTown, daysLived, followSales } from "#sim/billing.ts";
import { HeadlessTown } from "#sim/headless.ts";
import { SignedDays } from "#sim/signed-days.ts";
import townTariff from "#sim/town-tariff.json" with { type: "json" };
import { tariffFrom } from "#tariff/tariff.ts";
import { sentenceOf, verifyBill } from "#wire/verify-bill.ts";

const SETTINGS = {
  ...HOMES_SETTINGS,
  days: {
    kind: "number",
    value: "DAYS",
    min: 1,
    max: 366,
    unit: "days",
    default: 7,
    help: "how long it lives",
  },
  tariff: {
    kind: "text",
    value: "FILE.json",
    default: undefined,
    help: "what every home pays: docs/spec/tariffs.md; default the demo town's",
  },
  out: {
    kind: "text",
    value: "FOLDER",
    default: undefined,
    help: "write every bill there, NUMBER.json",
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object" },
} as const;

export const bill: Command = {
  usage: "bill [flags]",
  about:
    "Lets a town live, whose meters sign once a day, and makes its bills: each home's invoice of each civil month by the\n" +
    "tariff, what it sold to each supplier, its part of the Italian incentive. Every bill is checked as verify-bill does.",
  settings: SETTINGS,
  examples: [
    ["bill --count 6 --days 10 --start 2026-04-01 --out bills", "ten days of six homes, as files"],
    ["bill --count 100 --days 91 --start 2026-04-01 --json", "a quarter of a hundred homes, as figures"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    if (words.length > 0) throw new UsageError(`"${words[0]}" is no flag; contrada bill takes flags only.`);
    const { tariff: tariffFile, out, json, days, ...town } = values;
    const usual = Object.fromEntries(Object.entries(TOWN_SETTINGS).map(([name, of]) => [name, of.default]));
    const { plan } = townOf({ ...(usual as TownValues), ...town, days, headless: true });
    let tariff: unknown = townTariff;
    if (tariffFile !== undefined) {
      readAs(tariffFile, (content) => {
        tariff = content;
        return tariffFrom(content);
      });
    }
    const folder = mkdtempSync(join(tmpdir(), "contrada-bills-"));
    const readings = new SignedDays();
    const options = { folder, stepS: 900, trade: true, signatures: "day", archive: readings } as const;
    const headless = await HeadlessTown.open(plan, options);
    try {
      const sales = followSales(headless.node);
      const first = daysLived(plan, plan.start).from;
      await headless.run((dayStart(plan.zone, first + days) - plan.start) / QUARTER_HOUR_S);
      const period = { from: first, until: first + days };
      const made = new Map<string, { bills: number; lines: number; total: bigint }>();
      if (out !== undefined) mkdirSync(out, { recursive: true });
      for (const one of billsOfTown({ plan, node: headless.node, readings, sales, tariff }, period)) {
        const checked = verifyBill(one);
        if (!checked.ok) throw new Error(`bill ${one.number} does not hold: ${sentenceOf(checked.error)}`);
        const kind = String(one.kind);
        const so = made.get(kind) ?? { bills: 0, lines: 0, total: 0n };
        so.bills += 1;
        so.lines += checked.value.bill.lines.length;
        so.total += checked.value.bill.totals.total;
        made.set(kind, so);
        if (out !== undefined) writeFileSync(join(out, `${one.number}.json`), `${JSON.stringify(one)}\n`);
      }
      const producer = Buffer.from(plan.producer.publicKey).toString("hex");
      if (json) {
        const kinds = [...made].map(([kind, { total, ...so }]) => [
          kind,
          { ...so, total_micro_eur: Number(total) },
        ]);
        console.log(
          JSON.stringify({
            ok: true,
            homes: plan.homes.length,
            days,
            producer,
            ...Object.fromEntries(kinds),
          }),
        );
      } else {
        const rows = [...made].map(([kind, { bills, lines, total }]) => [
          kind,
          `${bills} bills`,
          `${lines} lines`,
          euro(total),
        ]);
        console.log([...table(rows), "", `all of them hold; trust ${producer}`].join("\n"));
      }
      return 0;
    } finally {
      await headless.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
