/**
 * One contract as its partner sees it: where it stands and why, what comes next, its invoices with what can be done
 * about each, and everything that happened, step by step with its reason and its block.
 */
import { createSignal, For, Match, Show, Switch } from "solid-js";
import type { ContractsDesk, SupplyContractView, SupplyInvoiceView } from "#wire/contract-schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { type Station, Track } from "../../parts/track.tsx";
import { reachable } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import type { Act, Done } from "./act.tsx";
import { ending, notice, numberOf, payment } from "./acts.tsx";
import { BillForm } from "./bill-form.tsx";
import { CreditForm } from "./credit-form.tsx";
import { DisputeForm } from "./dispute-form.tsx";
import { InvoiceBill } from "./invoice-bill.tsx";
import { PrepayForm } from "./prepay-form.tsx";
import { stateWord, termsRows } from "./words.ts";

type Opened =
  | { readonly form: "dispute" | "credit"; readonly invoice: SupplyInvoiceView }
  | { readonly form: "prepay" | "bill" }
  | { readonly act: Act };

export function OneContract(props: {
  contract: SupplyContractView;
  desk: ContractsDesk;
  onDone: (done: Done) => void;
}) {
  const [opened, setOpened] = createSignal<Opened>();
  const [done, setDone] = createSignal<Done>();
  const one = () => props.contract;
  const isSeller = () => one().role === "seller";
  const runs = () => one().state !== "ended" && one().state !== "closed";
  const open = (what: Opened) => {
    setDone(undefined);
    setOpened(what);
  };
  const finish = (what: Done) => {
    setOpened(undefined);
    setDone(what);
    announce(what.text);
    props.onDone(what);
  };
  const name = () =>
    isSeller()
      ? t("contracts.with_buyer", { name: one().buyer.name })
      : t("contracts.with_seller", { name: one().seller.name });
  return (
    <article class="step contract" aria-label={name()}>
      <div class="head">
        <h2>{name()}</h2>
        <p class={`right state ${one().state}`}>{stateWord(one().state)}</p>
      </div>
      <p class="reason">
        {tCode(`contracts.basis.${one().basis}`, {}) ?? one().basis}
        <small>
          {t("contracts.since", { time: local.when(one().since.time) })}{" "}
          <Show when={one().next}>
            {(next) =>
              t("contracts.next", {
                time: local.when(next().time),
                state: stateWord(next().state),
              })
            }
          </Show>
        </small>
      </p>
      <Show when={done()}>
        {(what) => (
          <Note kind="done" alert>
            <a href={`/ledger/block/${what().height}`}>{what().text}</a>
          </Note>
        )}
      </Show>
      <Show when={one().protection}>
        {(reason) => (
          <Note kind="plain" title={t("contracts.protected")}>
            {t("contracts.protected_why", { reason: protectionWord(reason()) })}
          </Note>
        )}
      </Show>
      <Sheet
        rows={[
          { term: t("contracts.may_draw"), value: allowanceWords(one()) },
          ...(one().terms.billing === "prepaid"
            ? [{ term: t("contracts.put_aside"), value: local.money(one().reserveMicroEur) }]
            : []),
          { term: t("contracts.ends"), value: endWords(one()) },
        ]}
      />
      <details>
        <summary>{t("contracts.terms")}</summary>
        <Sheet rows={termsRows(one().terms)} />
      </details>

      <h3>{t("contracts.invoices")}</h3>
      <ul class="payouts invoices">
        <For
          each={one().invoices}
          fallback={
            <li>
              <span class="sub">{t("contracts.no_invoices")}</span>
            </li>
          }
        >
          {(invoice) => (
            <Invoice
              invoice={invoice}
              contract={one()}
              onPay={() => open({ act: payment(invoice) })}
              onDispute={() => open({ form: "dispute", invoice })}
              onNotice={() => open({ act: notice(invoice) })}
              onCredit={() => open({ form: "credit", invoice })}
            />
          )}
        </For>
      </ul>

      <Switch>
        <Match when={opened()} keyed>
          {(what) =>
            "act" in what ? (
              what.act({ onDone: finish, onBack: () => setOpened(undefined) })
            ) : what.form === "dispute" ? (
              <DisputeForm
                invoice={what.invoice}
                onAct={(next) => setOpened({ act: next })}
                onBack={() => setOpened(undefined)}
              />
            ) : what.form === "credit" ? (
              <CreditForm
                contract={one()}
                invoice={what.invoice}
                onAct={(next) => setOpened({ act: next })}
                onBack={() => setOpened(undefined)}
              />
            ) : what.form === "bill" ? (
              <BillForm
                contract={one()}
                onAct={(next) => setOpened({ act: next })}
                onBack={() => setOpened(undefined)}
              />
            ) : (
              <PrepayForm
                contract={one()}
                most={props.desk.availableMicroEur}
                onAct={(next) => setOpened({ act: next })}
                onBack={() => setOpened(undefined)}
              />
            )
          }
        </Match>
        <Match when={runs() && one().role !== "arbiter"}>
          <div class="row-of">
            <Show when={isSeller()}>
              <Button small reason={offline()} onClick={() => open({ form: "bill" })}>
                {t("contracts.bill")}
              </Button>
            </Show>
            <Show when={!isSeller() && one().terms.billing === "prepaid"}>
              <Button small reason={offline()} onClick={() => open({ form: "prepay" })}>
                {t("contracts.prepay")}
              </Button>
            </Show>
            <Show when={one().ends.by === null}>
              <Button quiet small reason={offline()} onClick={() => open({ act: ending(one()) })}>
                {t("contracts.end")}
              </Button>
            </Show>
          </div>
        </Match>
      </Switch>

      <h3>{t("contracts.steps")}</h3>
      <Track stations={stationsOf(one())} />
    </article>
  );
}

const offline = () => (reachable() ? undefined : t("signing.offline"));

function Invoice(props: {
  invoice: SupplyInvoiceView;
  contract: SupplyContractView;
  onPay: () => void;
  onDispute: () => void;
  onNotice: () => void;
  onCredit: () => void;
}) {
  const one = () => props.invoice;
  const [shown, setShown] = createSignal(false);
  const payable = () => one().state === "open" && one().restMicroEur > 0 && one().corrects === null;
  const mayCredit = () =>
    props.contract.role === "seller" &&
    one().corrects === null &&
    one().hasBill &&
    one().creditedMicroEur < one().amountMicroEur;
  const mayNotice = () =>
    props.contract.role === "seller" &&
    one().overdue &&
    props.contract.state === "active" &&
    props.contract.terms.suspension !== null &&
    props.contract.protection === null;
  return (
    <li>
      <span>
        <b>
          {one().corrects === null
            ? t("contracts.invoice_no", { year: one().year, number: one().number })
            : t("contracts.credit_no", { year: one().year, number: one().number })}
        </b>{" "}
        <small>
          {t("contracts.invoice_for", {
            energy: local.soldEnergy(one().energyWh),
            from: local.dateTime(one().periodFrom),
            to: local.dateTime(one().periodTo),
          })}
        </small>
      </span>
      <b>{local.money(one().amountMicroEur)}</b>
      <p class={`state ${one().state === "settled" ? "paid" : one().overdue ? "unpaid" : "waiting"}`}>
        {stateOfInvoice(one())}
        <Show when={one().restMicroEur > 0 && one().restMicroEur !== one().amountMicroEur}>
          {" · "}
          {t("contracts.rest", { amount: local.money(one().restMicroEur) })}
        </Show>
      </p>
      <Show when={one().hasBill}>
        <details onToggle={(event) => setShown(event.currentTarget.open)}>
          <summary>
            {t("contracts.bill_open")} {one().billNumber}
          </summary>
          <Show when={shown()}>
            <InvoiceBill contract={props.contract} invoice={one()} />
          </Show>
        </details>
      </Show>
      <Show when={payable() || mayCredit()}>
        <div class="row-of">
          <Show when={payable() && props.contract.role === "buyer"}>
            <Button small reason={offline()} onClick={props.onPay}>
              {t("contracts.pay", { amount: local.money(one().restMicroEur) })}
            </Button>
            <Show when={one().dispute === null}>
              <Button small quiet reason={offline()} onClick={props.onDispute}>
                {t("contracts.dispute")}
              </Button>
            </Show>
          </Show>
          <Show when={payable() && mayNotice()}>
            <Button small reason={offline()} onClick={props.onNotice} label={noticeLabel(one())}>
              {t("contracts.notice")}
            </Button>
          </Show>
          <Show when={mayCredit()}>
            <Button
              small
              quiet
              reason={offline()}
              onClick={props.onCredit}
              label={`${t("contracts.credit")}, ${numberOf(one())}`}
            >
              {t("contracts.credit_open")}
            </Button>
          </Show>
        </div>
      </Show>
    </li>
  );
}

function noticeLabel(invoice: SupplyInvoiceView): string {
  return `${t("contracts.notice")}, ${numberOf(invoice)}`;
}

function stateOfInvoice(invoice: SupplyInvoiceView): string {
  if (invoice.state === "settled") return t("contracts.invoice.settled");
  if (invoice.state === "disputed") return t("contracts.invoice.disputed");
  const time = local.when(invoice.dueTime);
  return invoice.overdue ? t("contracts.invoice.overdue", { time }) : t("contracts.invoice.open", { time });
}

export function protectionWord(reason: string): string {
  return tCode(`contracts.protection.${reason}`, {}) ?? reason;
}

function allowanceWords({ allowance: { type, powerMaxW, vitalW } }: SupplyContractView): string {
  if (type === "none") return t("contracts.draw_none");
  if (type === "reduced") return t("contracts.draw_reduced", { power: local.power(powerMaxW ?? 0) });
  return t("contracts.draw_suspended", { vital: local.power(vitalW ?? 0) });
}

function endWords({ ends: { time, by } }: SupplyContractView): string {
  const when = local.date(time, true);
  return by === null ? when : t("contracts.ends_by", { time: when, by: t(`contracts.by.${by}`) });
}

/** What happened, then what comes by itself. */
function stationsOf({ steps, next, invoices }: SupplyContractView): Station[] {
  const numbers = new Map(invoices.map((invoice) => [invoice.invoice, numberOf(invoice)]));
  const past = steps.map(({ step, basis, invoice, amountMicroEur, height, time }, i): Station => {
    const amount = local.money(Math.abs(amountMicroEur ?? 0));
    const about = invoice === null ? undefined : numbers.get(invoice);
    return {
      state: i < steps.length - 1 ? "done" : step === "reduced" || step === "suspended" ? "failed" : "now",
      title: tCode(`contracts.step.${step}`, { amount }) ?? step,
      note: (
        <>
          <Show when={basis}>{(why) => <>{tCode(`contracts.basis.${why()}`, {}) ?? why()} </>}</Show>
          <Show when={about}>{(number) => <>{number()} · </>}</Show>
          <a href={`/ledger/block/${height}`}>{t("contracts.block", { height: local.number(height) })}</a>
        </>
      ),
      time: local.when(time),
    };
  });
  const ahead: Station[] =
    next === null ? [] : [{ state: "ahead", title: stateWord(next.state), time: local.when(next.time) }];
  return [...past, ...ahead];
}
