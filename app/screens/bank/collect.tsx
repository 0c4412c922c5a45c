/**
 * Collecting by direct debit: of whom, how much, and what stands in the way; then every collection with its file and
 * what became of its debits. Who cannot be collected from cannot be ticked, and says why.
 */
import { createMemo, createSignal, For, Show } from "solid-js";
import type { CollectionDesk, CollectionRun } from "#wire/collection-schemas.ts";
import { parseCreditorId } from "#wire/creditor-id.ts";
import { createAttempt } from "../../attempt.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { reachable } from "../../session.ts";
import { debits } from "../../strings/debits.ts";
import { area, t } from "../../strings/dictionary.ts";

area(debits);

type Open = CollectionDesk["open"][number];
type Debit = CollectionRun["debits"][number];
type Outcome = "collected" | "rejected" | "returned";

const money = (cents: number) => local.money(cents * 10_000);
const offline = () => (reachable() ? undefined : t("signing.offline"));

export function Collect(props: { desk: CollectionDesk; hasAccount: boolean; refresh: () => Promise<void> }) {
  const [leftOut, setLeftOut] = createSignal<ReadonlySet<number>>(new Set());
  const [last, setLast] = createSignal<ReadonlySet<number>>(new Set());
  const { busy, problem, attempt } = createAttempt();
  const chosen = createMemo(() =>
    props.desk.open.filter(({ fault, member }) => fault === null && !leftOut().has(member)),
  );
  const sum = () => chosen().reduce((all, { cents }) => all + cents, 0);
  const missing = () => {
    if (offline() !== undefined) return offline();
    if (!props.hasAccount) return t("debits.own_first");
    return chosen().length === 0 ? t("debits.none_chosen") : undefined;
  };
  const collect = () =>
    attempt(async () => {
      const bills = chosen().flatMap((one) => one.bills.map(({ number }) => number));
      const body = { day: props.desk.earliest, bills, last: [...last()] };
      await platform.call("POST /v1/operator/collections", { body });
      announce(t("debits.save", { amount: money(sum()), day: local.dayText(props.desk.earliest) }));
      await props.refresh();
    });
  return (
    <div class="split collect">
      <h2>{t("debits.collect")}</h2>
      <p class="sub">{t("debits.collect_why")}</p>
      <Creditor creditor={props.desk.creditor} refresh={props.refresh} />
      <Show when={props.desk.creditor !== null}>
        <Show when={props.desk.open.length > 0} fallback={<p class="sub">{t("debits.nothing_open")}</p>}>
          <ul class="payouts owing">
            <For each={props.desk.open}>
              {(one) => (
                <Owing
                  one={one}
                  taken={!leftOut().has(one.member)}
                  onTake={(take) => setLeftOut(changed(leftOut(), one.member, !take))}
                  last={last().has(one.member)}
                  onLast={(is) => setLast(changed(last(), one.member, is))}
                />
              )}
            </For>
          </ul>
          <div>
            <Button busy={busy()} reason={missing()} onClick={() => void collect()}>
              {t("debits.save", { amount: money(sum()), day: local.dayText(props.desk.earliest) })}
            </Button>
          </div>
        </Show>
      </Show>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
      <For each={props.desk.runs}>{(run) => <Run run={run} refresh={props.refresh} />}</For>
    </div>
  );
}

function changed(set: ReadonlySet<number>, member: number, is: boolean): ReadonlySet<number> {
  const next = new Set(set);
  if (is) next.add(member);
  else next.delete(member);
  return next;
}

function Owing(props: {
  one: Open;
  taken: boolean;
  onTake: (take: boolean) => void;
  last: boolean;
  onLast: (last: boolean) => void;
}) {
  const isOpen = () => props.one.fault === null;
  return (
    <li>
      <label class="tick">
        <input
          type="checkbox"
          disabled={!isOpen()}
          checked={isOpen() && props.taken}
          onChange={(event) => props.onTake(event.currentTarget.checked)}
        />
        {t("debits.row", {
          name: props.one.name,
          amount: money(props.one.cents),
          count: props.one.bills.length,
        })}
      </label>
      <Show when={props.one.sequence}>
        {(sequence) => (
          <span class="state">
            {props.last ? t("debits.sequence.FNAL") : t(`debits.sequence.${sequence()}`)}
          </span>
        )}
      </Show>
      <Show when={props.one.fault}>{(fault) => <p>{t(`debits.fault.${fault()}`)}</p>}</Show>
      <Show when={props.taken && (props.one.sequence === "FRST" || props.one.sequence === "RCUR")}>
        <label class="tick sub">
          <input
            type="checkbox"
            checked={props.last}
            onChange={(event) => props.onLast(event.currentTarget.checked)}
          />
          {t("debits.last", { name: props.one.name })}
        </label>
      </Show>
    </li>
  );
}

function Creditor(props: { creditor: string | null; refresh: () => Promise<void> }) {
  const [typed, setTyped] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const { busy, problem, attempt } = createAttempt();
  const keep = async () => {
    setTried(true);
    if (!parseCreditorId(typed()).ok) return;
    await attempt(async () => {
      await platform.call("POST /v1/operator/creditor", { body: { id: typed() } });
      await props.refresh();
    });
  };
  return (
    <Show
      when={props.creditor === null}
      fallback={
        <p class="sub">
          {t("debits.creditor")} <span class="code">{props.creditor}</span>
        </p>
      }
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <LabelledInput
          label={t("debits.creditor")}
          value={typed()}
          onInput={setTyped}
          code
          capitals
          hint={t("debits.creditor_why")}
          wrong={tried() && !parseCreditorId(typed()).ok ? t("debits.creditor_wrong") : undefined}
        />
        <Button type="submit" busy={busy()} reason={offline()}>
          {t("debits.creditor_name")}
        </Button>
        <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
      </form>
    </Show>
  );
}

function Run(props: { run: CollectionRun; refresh: () => Promise<void> }) {
  const { busy, problem, attempt } = createAttempt();
  const say = (id: string, outcome: Outcome) =>
    attempt(async () => {
      await platform.call("POST /v1/operator/debits/:id", { params: { id }, body: { outcome } });
      await props.refresh();
    });
  const outcomes = (one: Debit): readonly Outcome[] => {
    if (one.state === "pending") return ["collected", "rejected"];
    return one.state === "collected" ? ["returned"] : [];
  };
  const columns = (): readonly Column<Debit>[] => [
    { head: t("debits.col_name"), left: true, cell: (one) => one.name },
    { head: t("debits.col_amount"), cell: (one) => local.number(one.cents / 100, 2) },
    { head: t("debits.col_sequence"), left: true, cell: (one) => t(`debits.sequence.${one.sequence}`) },
    { head: t("debits.col_bills"), left: true, cell: (one) => one.bills.join(", ") },
    {
      head: t("debits.col_state"),
      left: true,
      cell: (one) => (
        <div class="row-of">
          <span>{t(`debits.state.${one.state}`)}</span>
          <For each={outcomes(one)}>
            {(outcome) => (
              <Button
                quiet
                busy={busy()}
                reason={offline()}
                label={t("debits.outcome_of", { word: t(`debits.was_${outcome}`), name: one.name })}
                onClick={() => void say(one.id, outcome)}
              >
                {t(`debits.was_${outcome}`)}
              </Button>
            )}
          </For>
        </div>
      ),
    },
  ];
  const title = () =>
    t("debits.run", {
      day: local.dayText(props.run.day),
      amount: money(props.run.cents),
      count: props.run.debits.length,
    });
  return (
    <section class="run">
      <h3>{title()}</h3>
      <DataTable caption={title()} columns={columns()} rows={props.run.debits} />
      <p>
        <a class="btn quiet" href={`/v1/operator/collections/${props.run.message}/xml`} download="">
          {t("debits.file")}
        </a>
      </p>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
    </section>
  );
}
