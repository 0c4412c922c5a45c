/**
 * Before a rule changes: what each rule book would have made of this street's own last days, who gains and who loses
 * by it, and how evenly. The own home's figure is shown to whoever lives in it, and to nobody else.
 */
import { createSignal, Show } from "solid-js";
import type { RuleComparison } from "#wire/rule-schemas.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { session } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";

type Compared = RuleComparison["books"][number];
type Outcome = NonNullable<Compared["outcome"]>;

const SPANS = ["7", "30"] as const;

export function Rules() {
  const [days, setDays] = createSignal<(typeof SPANS)[number]>("7");
  const street = createView(
    () => `rules-${days()}`,
    (signal) => platform.call("GET /v1/community/rules", { query: { days: Number(days()) }, signal }),
  );
  const own = createView(
    () => (session()?.role === "citizen" ? `rules-own-${days()}` : undefined),
    (signal) => platform.call("GET /v1/home/rules", { query: { days: Number(days()) }, signal }),
  );
  const gainOf = (book: string) => own.value()?.books.find((one) => one.book === book)?.benefitMicroEur;
  return (
    <>
      <p class="sub">{t("community.rules_why")}</p>
      <div>
        <Segmented
          label={t("community.rules_span")}
          options={SPANS.map((value) => ({ value, label: t("community.rules_days", { days: value }) }))}
          value={days()}
          onChange={setDays}
        />
      </div>
      <Loaded view={street} heights={[16, 32, 32, 32, 32]}>
        {(value) => <Comparison street={value()} gainOf={gainOf} />}
      </Loaded>
    </>
  );
}

function Comparison(props: { street: RuleComparison; gainOf: (book: string) => number | undefined }) {
  const possible = () =>
    props.street.books.flatMap(({ book, outcome }) => (outcome === null ? [] : [{ book, outcome }]));
  const refused = () => props.street.books.filter(({ outcome }) => outcome === null);
  const best = () =>
    possible().reduce<{ book: string; outcome: Outcome } | undefined>(
      (one, other) =>
        one === undefined || other.outcome.benefitMicroEur > one.outcome.benefitMicroEur ? other : one,
      undefined,
    );
  const hasOwn = () => possible().some(({ book }) => props.gainOf(book) !== undefined);
  const columns = (): readonly Column<{ book: string; outcome: Outcome }>[] => [
    { head: t("community.rules_book"), cell: ({ book }) => bookWord(book) },
    { head: t("community.rules_gains"), cell: ({ outcome }) => euros(outcome.benefitMicroEur) },
    ...(hasOwn()
      ? [
          {
            head: t("community.rules_own"),
            cell: ({ book }: { book: string }) => {
              const gain = props.gainOf(book);
              return gain === undefined ? "–" : euros(gain);
            },
          },
        ]
      : []),
    { head: t("community.rules_shared"), cell: ({ outcome }) => local.number(outcome.sharedWh / 1000, 1) },
    { head: t("community.rules_gaining"), cell: ({ outcome }) => local.number(outcome.gaining) },
    { head: t("community.rules_losing"), cell: ({ outcome }) => local.number(outcome.losing) },
    {
      head: t("community.rules_without"),
      cell: ({ outcome }) =>
        t("community.rules_of", {
          some: local.number(outcome.withoutPanelsGaining),
          all: local.number(outcome.withoutPanels),
        }),
    },
    {
      head: t("community.rules_even"),
      cell: ({ outcome }) => (outcome.jain === null ? "–" : local.percent(outcome.jain)),
    },
  ];
  return (
    <>
      <Show when={best()}>
        {(one) => (
          <p class="reason">
            {t("community.rules_best", {
              book: bookWord(one().book),
              euro: local.money(one().outcome.benefitMicroEur),
            })}
            <small>
              {t("community.rules_alone", {
                from: local.date(props.street.from),
                until: local.date(props.street.until - 1),
                homes: local.number(props.street.homes),
                euro: local.money(props.street.aloneMicroEur),
              })}{" "}
              <Show when={props.street.leftOut > 0}>
                {t("community.rules_left_out", { count: props.street.leftOut })}
              </Show>
            </small>
          </p>
        )}
      </Show>
      <DataTable caption={t("community.rules")} columns={columns()} rows={possible()} />
      <Show when={refused().length > 0}>
        <p class="sub">
          {t("community.rules_refused", {
            books: refused()
              .map(({ book }) => bookWord(book))
              .join(", "),
          })}
        </p>
      </Show>
      <p class="sub">{t("community.rules_careful")}</p>
    </>
  );
}

function bookWord(book: string): string {
  return tCode(`community.book.${book}`, {}) ?? book;
}

function euros(microEur: number): string {
  return local.number(microEur / 1e6, 2);
}
