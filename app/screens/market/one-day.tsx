/**
 * The own statement of a settled day: what was traded against what was metered, in every version of it, each checked by
 * this device. Nothing is rewritten: a later version stands beside the earlier one, with what it changed and why.
 */
import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import type { DayVersion, OwnMarketDay } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Head } from "../../parts/head.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Note } from "../../parts/note.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { verifyMarketDay } from "../../receipt.ts";
import { community } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { checkStatement, type StatementProblem } from "./check-statement.ts";
import { ownDay } from "./data.ts";
import { slotText, versionReason } from "./words.ts";

export function OneDay(props: { day: string }) {
  const view = ownDay(() => props.day);
  return (
    <>
      <Head title={t("market.day_title", { day: local.dayText(props.day) })} sub={t("market.day_sub")}>
        <a class="btn quiet" href="/market">
          {t("market.back_to_market")}
        </a>
      </Head>
      <Show
        when={view.refused()?.code !== "day_not_settled" && view.refused()?.code !== "market_not_open"}
        fallback={
          <Empty title={t("market.not_settled")}>
            <p class="sub">{t("market.not_settled_why")}</p>
          </Empty>
        }
      >
        <Loaded view={view} heights={[28, 56, 16, 120]}>
          {(value) => <Versions day={value()} />}
        </Loaded>
      </Show>
    </>
  );
}

function Versions(props: { day: OwnMarketDay }) {
  const [chosen, setChosen] = createSignal<number>();
  const version = () =>
    props.day.versions.find((one) => one.version === chosen()) ?? props.day.versions.at(-1);
  return (
    <Show when={version()}>
      {(one) => (
        <>
          <section class="two">
            <div class="split">
              <p class="big">
                {local.number(one().netMicroEur / 1e6, 3)}
                <small>€</small>
              </p>
              <p class="reason">
                {one().netMicroEur < 0 ? t("market.day_paid") : t("market.day_received")}
                <small>
                  {one().final ? t("market.final_why") : t("market.provisional_why")}{" "}
                  {t("market.booked", { when: local.dateTime(one().settled.time) })}{" "}
                  <a href={`/ledger/block/${one().settled.height}`}>
                    {t("market.block", { height: local.number(one().settled.height) })}
                  </a>
                </small>
              </p>
              <Verified
                day={props.day.day}
                version={one()}
                last={one().version === props.day.versions.at(-1)?.version}
              />
            </div>
            <section class="split">
              <h2>{t("market.versions_title")}</h2>
              <ol class="day-list versions">
                <For each={props.day.versions.toReversed()}>
                  {(each) => (
                    <li>
                      <button
                        type="button"
                        aria-pressed={each.version === one().version}
                        onClick={() => setChosen(each.version)}
                      >
                        <span>
                          <b>{t("market.version", { number: each.version })}</b>
                          <small>{versionReason(each.reason)}</small>
                        </span>
                        <b class="net">{signed(each.differenceMicroEur)}</b>
                      </button>
                    </li>
                  )}
                </For>
              </ol>
              <p class="sub">{t("market.versions_why")}</p>
            </section>
          </section>
          <Lines version={one()} />
        </>
      )}
    </Show>
  );
}

function signed(microEur: number): string {
  return `${microEur > 0 ? "+" : ""}${local.soldMoney(microEur)}`;
}

/** The ledger keeps the root of the last version; an earlier one is checked under the root that its block booked. */
function Verified(props: { day: string; version: DayVersion; last: boolean }) {
  const checked = createMemo(() => checkStatement(props.day, props.version));
  const proof = createView(
    () => (props.last ? `market-day-proof:${props.day}:${props.version.version}` : undefined),
    (signal) => platform.call("GET /v1/market/days/:day/proof", { params: { day: props.day }, signal }),
  );
  const onLedger = createMemo(() => {
    const chain = community()?.chain;
    const known = props.last ? proof.value() : undefined;
    if (chain === undefined || known === undefined) return undefined;
    const device = { storage: localStorage, now: Math.floor(Date.now() / 1000) };
    const { version, statementsRoot } = props.version;
    return verifyMarketDay(known, { day: props.day, version, statementsRoot }, chain, device);
  });
  const problem = (): StatementProblem | "not_on_ledger" | undefined => {
    const statement = checked();
    if (!statement.ok) return statement.error;
    return onLedger()?.ok === false ? "not_on_ledger" : undefined;
  };
  const provedAt = () => {
    const result = onLedger();
    return result?.ok === true ? result.value.height : undefined;
  };
  return (
    <Switch>
      <Match when={problem()}>
        {(code) => (
          <Note
            kind="fault"
            alert
            tag={
              <>
                {t("market.not_verified")} · <span class="code">{code()}</span>
              </>
            }
            title={t(`market.problem.${code()}`)}
          >
            {t("market.problem_do")}
          </Note>
        )}
      </Match>
      <Match when={props.last && provedAt() === undefined}>
        <p class="sub" role="status">
          {proof.unreached() || proof.refused() ? t("market.proof_pending") : t("market.verifying")}
        </p>
      </Match>
      <Match when={true}>
        <div class="verified" role="status">
          <Icon name="check" size={24} />
          <p>
            <b>{props.last ? t("market.verified") : t("market.verified_earlier")}</b>
            <small>
              {t("market.verified_how", {
                steps: local.number(props.version.statement.path.length),
                homes: local.number(props.version.statement.count),
              })}
            </small>
            <Show when={provedAt()}>
              {(height) => <small>{t("market.verified_root", { height: local.number(height()) })}</small>}
            </Show>
            <small class="code">{props.version.statementsRoot}</small>
          </p>
        </div>
        <div>
          <Button quiet onClick={() => save(props.day, props.version)}>
            <span class="with-icon">
              <Icon name="download" size={18} />
              {t("market.save_statement")}
            </span>
          </Button>
        </div>
      </Match>
    </Switch>
  );
}

type Line = DayVersion["lines"][number];

function Lines(props: { version: DayVersion }) {
  const kwh = (wh: number) => (wh === 0 ? "–" : local.number(wh / 1000, 2));
  const euro = (microEur: number) => (microEur === 0 ? "–" : local.number(microEur / 1e6, 3));
  const columns = (): readonly Column<Line>[] => [
    { head: t("market.col_slot"), cell: (one) => slotText(one.slot) },
    { head: t("market.col_bought"), cell: (one) => kwh(one.boughtWh) },
    { head: t("market.col_sold"), cell: (one) => kwh(one.soldWh) },
    { head: t("market.col_imported"), cell: (one) => kwh(one.importedWh) },
    { head: t("market.col_exported"), cell: (one) => kwh(one.exportedWh) },
    { head: t("market.col_matched"), cell: (one) => kwh(one.fallbackBoughtWh + one.fallbackSoldWh) },
    { head: t("market.col_short"), cell: (one) => euro(-one.shortMicroEur) },
    { head: t("market.col_long"), cell: (one) => euro(one.longMicroEur) },
    { head: t("market.col_fees"), cell: (one) => euro(-one.feeMicroEur) },
    { head: t("market.col_net"), cell: (one) => euro(one.netMicroEur) },
  ];
  return (
    <section class="split">
      <h2>{t("market.lines")}</h2>
      <p class="sub">
        {t("market.lines_why")}{" "}
        <Show when={props.version.waivedMicroEur > 0}>
          {t("market.waived", { amount: local.soldMoney(props.version.waivedMicroEur) })}
        </Show>
      </p>
      <Show when={props.version.lines.length > 0} fallback={<Empty title={t("market.no_lines")} />}>
        <DataTable caption={t("market.lines")} columns={columns()} rows={props.version.lines} />
      </Show>
    </section>
  );
}

function save(day: string, version: DayVersion): void {
  const text = JSON.stringify({ format: "contrada/market-statement/1", day, ...version }, null, 2);
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `contrada-market-${day}-${version.version}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
