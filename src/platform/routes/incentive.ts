/** The community's incentive: the operator's runs with all parts, and a home's own. */
import { formatDay, parseDay } from "#base/time.ts";
import type { IncentiveMonths, IncentiveVersion } from "#wire/bill-schemas.ts";
import type { IncentivePart, IncentiveRun } from "../incentives.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

type Keys =
  | "GET /v1/home/incentive"
  | "GET /v1/operator/incentive"
  | "POST /v1/operator/incentive"
  | "POST /v1/operator/incentive/true-up";

type Shown = (part: IncentivePart) => boolean;

export function incentiveRoutes(parts: Parts): Handlers<Keys> {
  const { directory, incentives } = parts;

  const versionOf = (run: IncentiveRun, parts: readonly IncentivePart[]): IncentiveVersion => ({
    version: run.version,
    stage: run.stage,
    reason: run.reason,
    made: run.made,
    poolMicroEur: run.pool,
    sharedWh: Number(run.shared),
    missing: run.missing,
    parts: parts.map(({ home, account, amount, paid, booked, reference, bill }) => ({
      name: directory.plant(home)?.name ?? directory.member(account)?.name ?? `Plant ${home}`,
      amountMicroEur: amount,
      paidMicroEur: paid,
      booked,
      reference,
      bill,
    })),
  });
  /** Of each key the versions in which something is shown, oldest first; the newest key first. */
  const grouped = (runs: readonly IncentiveRun[], isShown: Shown, all: boolean) => {
    const groups = new Map<number, { run: IncentiveRun; versions: IncentiveVersion[] }>();
    for (const run of runs) {
      const shown = run.parts.filter(isShown);
      if (shown.length === 0 && !all) continue;
      const versions = groups.get(run.first)?.versions ?? [];
      versions.push(versionOf(run, shown));
      groups.set(run.first, { run, versions });
    }
    return [...groups.values()].reverse();
  };
  const shownOf = (isShown: Shown, all: boolean): Pick<IncentiveMonths, "months" | "years"> => {
    const runs = incentives?.runs() ?? [];
    const months = runs.filter(({ year }) => year === undefined);
    const years = runs.filter(({ year }) => year !== undefined);
    return {
      months: grouped(months, isShown, false).map(({ run, versions }) => ({
        month: formatDay(run.first).slice(0, 7),
        versions,
      })),
      years: grouped(years, isShown, all).map(({ run: { year }, versions }) => {
        const { thresholdPpm, months: of, ...figures } = year!;
        return { ...figures, months: [...of], thresholdPerMillion: thresholdPpm, versions };
      }),
    };
  };
  const all = (): IncentiveMonths => {
    if (incentives === undefined) return { months: [], years: [], keptBackMicroEur: 0 };
    const runs = incentives.runs();
    const accounts = new Set(runs.flatMap((run) => run.parts.map(({ account }) => account)));
    const keptBack = [...accounts].reduce((sum, account) => sum + incentives.keptBack(account), 0);
    return { ...shownOf(() => true, true), keptBackMicroEur: keptBack };
  };
  return {
    "GET /v1/home/incentive": ({ visitor: { account } }) => ({
      ...shownOf((part) => part.account === account, false),
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
    "POST /v1/operator/incentive/true-up": async ({ body }) => {
      if (incentives === undefined) throw new Refused("not_offered");
      incentives.trueUp(body.year, body.reason);
      await incentives.advance();
      return all();
    },
  };
}
