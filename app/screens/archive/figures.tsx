/** The four figures of a span, each beside the period before. */
import { parseDay } from "#base/time.ts";
import type { Archive, ArchiveTotals } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { t } from "../../strings/dictionary.ts";
import { daysBegun } from "./period.ts";
import { demandOf, isEmpty, ownShareOf, producedOf } from "./sums.ts";
import { beforeText } from "./words.ts";

export function Figures(props: { archive: Archive; today: number }) {
  const totals = () => props.archive.totals;
  const span = () => ({ first: parseDay(props.archive.fromDay)!, last: parseDay(props.archive.toDay)! });
  /** Of the span, since the home has been there. */
  const days = () => {
    const first = props.archive.days.find((one) => !isEmpty(one));
    return daysBegun({ ...span(), first: parseDay(first?.day ?? props.archive.fromDay)! }, props.today);
  };
  const daysBefore = () => span().last - span().first + 1;
  const before = () => beforeText(props.archive);
  /** Nothing to compare with where the home was not there yet. */
  const previous = () => {
    const was = props.archive.previous;
    return was === null || isEmpty(was) ? null : was;
  };

  const own = () => {
    const share = ownShareOf(totals().flowsWh);
    if (share === undefined) return "\u00a0";
    const compared = previous();
    const was = compared === null ? undefined : ownShareOf(compared.flowsWh);
    return was === undefined
      ? t("archive.own", { own: local.percent(share) })
      : t("archive.own_before", { own: local.percent(share), before: before(), was: local.percent(was) });
  };
  /** A day is compared as it is, anything longer by its average day: the period may still be running. */
  const produced = () => {
    const compared = previous();
    const was = compared === null ? undefined : producedOf(compared.flowsWh);
    if (props.archive.period === "day") {
      return was === undefined
        ? "\u00a0"
        : t("archive.value_before", { before: before(), was: local.energy(was) });
    }
    const energy = local.energy(producedOf(totals().flowsWh) / days());
    return was === undefined
      ? t("archive.a_day", { energy })
      : t("archive.a_day_before", { energy, before: before(), was: local.energyNumber(was / daysBefore()) });
  };
  const sales = () => {
    const open = props.archive.sales.filter((sale) => sale.settled === null).length;
    return open === 0
      ? t("archive.sales", { sales: totals().sales })
      : t("archive.sales_open", { sales: totals().sales, open });
  };
  const earned = () => {
    const rate = averageRate(totals());
    const was = previous();
    if (rate === undefined) {
      return was === null
        ? "\u00a0"
        : t("archive.value_before", { before: before(), was: local.money(was.earnedMicroEur) });
    }
    return was === null
      ? t("archive.average", { rate: local.ratePerKwh(rate) })
      : t("archive.average_before", {
          rate: local.ratePerKwh(rate),
          before: before(),
          was: local.money(was.earnedMicroEur),
        });
  };

  return (
    <section class="figures">
      <Energy title={t("archive.used")} wh={demandOf(totals().flowsWh)} note={own()} />
      <Energy title={t("archive.produced")} wh={producedOf(totals().flowsWh)} note={produced()} />
      <Energy title={t("archive.sold")} wh={totals().soldWh} note={sales()} />
      <div>
        <h2>{t("archive.earned")}</h2>
        <p class="big">
          {local.number(totals().earnedMicroEur / 1e6, 2)}
          <small>€</small>
        </p>
        <p class="sub">
          {earned()} <a href="/money">{t("archive.take_out")}</a>
        </p>
      </div>
    </section>
  );
}

function Energy(props: { title: string; wh: number; note: string }) {
  const mega = () => props.wh >= 1e6;
  // Three figures say enough beside a bar chart.
  const value = () => {
    const shown = props.wh / (mega() ? 1e6 : 1e3);
    return local.number(shown, shown >= 100 ? 0 : mega() ? 2 : 1);
  };
  return (
    <div>
      <h2>{props.title}</h2>
      <p class="big">
        {value()}
        <small>{mega() ? "MWh" : "kWh"}</small>
      </p>
      <p class="sub">{props.note}</p>
    </div>
  );
}

function averageRate({ earnedMicroEur, soldWh }: ArchiveTotals): number | undefined {
  return soldWh === 0 ? undefined : Math.round((earnedMicroEur * 1000) / soldWh);
}
