/** The community's incentive: the operator's runs with all parts, and a home's own. */
import { formatDay, parseDay } from "#base/time.ts";
import type { IncentiveMonths } from "#wire/bill-schemas.ts";
import type { IncentivePart, IncentiveRun } from "../incentives.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

type Keys = "GET /v1/home/incentive" | "GET /v1/operator/incentive" | "POST /v1/operator/incentive";

export function incentiveRoutes(parts: Parts): Handlers<Keys> {
  const { directory, incentives } = parts;

  const months = (runs: readonly IncentiveRun[], isShown: (part: IncentivePart) => boolean) => {
    const byMonth = new Map<string, IncentiveMonths["months"][number]["versions"]>();
    for (const run of runs) {
      const month = formatDay(run.first).slice(0, 7);
      const shown = run.parts.filter(isShown);
      if (shown.length === 0) continue;
      const versions = byMonth.get(month) ?? [];
      byMonth.set(month, versions);
      versions.push({
        version: run.version,
        stage: run.stage,
        reason: run.reason,
        made: run.made,
        poolMicroEur: run.pool,
        sharedWh: Number(run.shared),
        missing: run.missing,
        parts: shown.map(({ home, account, amount, paid, booked, reference, bill }) => ({
          name: directory.plant(home)?.name ?? directory.member(account)?.name ?? `Plant ${home}`,
          amountMicroEur: amount,
          paidMicroEur: paid,
          booked,
          reference,
          bill,
        })),
      });
    }
    return [...byMonth].map(([month, versions]) => ({ month, versions })).reverse();
  };
  const all = (): IncentiveMonths => {
    if (incentives === undefined) return { months: [], keptBackMicroEur: 0 };
    const runs = incentives.runs();
    const accounts = new Set(runs.flatMap((run) => run.parts.map(({ account }) => account)));
    const keptBack = [...accounts].reduce((sum, account) => sum + incentives.keptBack(account), 0);
    return { months: months(runs, () => true), keptBackMicroEur: keptBack };
  };
  return {
    "GET /v1/home/incentive": ({ visitor: { account } }) => ({
      months: months(incentives?.runs() ?? [], (part) => part.account === account),
      keptBackMicroEur: incentives?.keptBack(account) ?? 0,
    }),
    "GET /v1/operator/incentive": all,
    "POST /v1/operator/incentive": async ({ body }) => {
      if (incentives === undefined) throw new Refused("not_offered");
      const first = parseDay(`${body.month}-01`);
      if (first === undefined) throw new Refused("day_invalid");
      incentives.run(first, { advance: body.advance === true, reason: body.reason });
      await incentives.advance();
      return all();
    },
  };
}
