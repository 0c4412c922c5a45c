/**
 * One sale: on its way with what the meter has proved so far, then its receipt. Follows the stream; whoever comes
 * back to the page finds it where it is.
 */
import { createEffect, createSignal, on, onCleanup, Show } from "solid-js";
import { fromHex } from "#base/bytes.ts";
import { QUARTER_HOUR_S, quarterHourOf } from "#base/time.ts";
import { withdrawEnergySale } from "#chain/transactions.ts";
import type { Sale } from "#wire/schemas.ts";
import { deviceWallet } from "../../device-wallet.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Loaded } from "../../parts/states.tsx";
import { type Station, Track } from "../../parts/track.tsx";
import { platform } from "../../platform.ts";
import { live, now, onStream, reachable, session } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { ReceiptCard } from "./receipt-card.tsx";

/** A power below this is the counter's own noise, not a delivery, W. */
const FLOWING_W = 20;
const RETRY_MS = 1_000;

export function OneSale(props: { id: string }) {
  const view = createView(
    () => (session() == null ? undefined : `sale:${props.id}`),
    (signal) => platform.call("GET /v1/home/sales/:id", { params: { id: props.id }, signal }),
  );
  const [heard, setHeard] = createSignal<Sale>();
  onCleanup(
    onStream("sale", (sale) => {
      if (sale.id !== props.id) return;
      setHeard(sale);
      void view.refresh();
    }),
  );
  // Right after its block the archive may not know it yet.
  const timer = setInterval(() => {
    if (view.refused()?.status === 404 && heard() === undefined) void view.refresh();
  }, RETRY_MS);
  onCleanup(() => clearInterval(timer));

  return (
    <>
      <Show when={view.value() === undefined}>
        <Head title={t("sale.row_sale")} />
      </Show>
      <Loaded view={view} heights={[28, 56, 16, 120]}>
        {(value) => <SalePage sale={newer(value(), heard())} refresh={view.refresh} />}
      </Loaded>
    </>
  );
}

/** The stream and the archive may overtake each other: what knows more is newer. */
function newer(a: Sale, b: Sale | undefined): Sale {
  if (b === undefined) return a;
  const rank = (sale: Sale) =>
    (sale.settled === null ? 0 : 1e15) + sale.deliveredWh + (sale.state === "open" ? 0 : 0.5);
  return rank(b) > rank(a) ? b : a;
}

function SalePage(props: { sale: Sale; refresh: () => Promise<void> }) {
  const open = () => props.sale.settled === null;
  createEffect(
    on(
      () => [props.sale.deliveredWh, props.sale.settled] as const,
      ([, settled]) => {
        announce(
          settled === null
            ? t("sale.announce_delivered", {
                delivered: local.soldEnergy(props.sale.deliveredWh),
                energy: local.soldEnergy(props.sale.energyWh),
              })
            : t("sale.announce_settled", { net: local.soldMoney(props.sale.netMicroEur) }),
        );
      },
      { defer: true },
    ),
  );
  return (
    <>
      <Head
        title={t("sale.title", { supplier: props.sale.supplier.name })}
        sub={t("sale.sub", { when: local.dateTime(props.sale.authorised.time) })}
      >
        <a class="btn quiet" href="/sell">
          {t("sale.new")}
        </a>
      </Head>
      <section class="two one-sale">
        <div class="stack">
          <Progress sale={props.sale} />
          <Track stations={stations(props.sale)} />
          <Show when={props.sale.state === "open"}>
            <Withdraw sale={props.sale} refresh={props.refresh} />
          </Show>
        </div>
        <Show when={open()} fallback={<ReceiptCard sale={props.sale} />}>
          <div class="step">
            <h2>{t("sale.what_signed")}</h2>
            <Sheet rows={signedRows(props.sale)} />
            <p>
              <a href={`/ledger/transaction/${props.sale.authorised.transaction}`}>{t("sale.see_ledger")}</a>
            </p>
          </div>
        </Show>
      </section>
    </>
  );
}

/** The energy so far, large; and in one sentence what is happening now, or what came of it. */
function Progress(props: { sale: Sale }) {
  const exportW = () => live()?.value.flowsW.accumulatorToGrid ?? 0;
  const grossOfAll = () => Math.round((props.sale.energyWh * props.sale.rateMicroEurPerKwh) / 1000);
  const rest = () => Math.max(0, grossOfAll() - props.sale.grossMicroEur);
  return (
    <div class="split">
      <p class="big">
        {local.number(props.sale.deliveredWh / 1000, 2)}
        <small>{t("sale.of", { energy: local.soldEnergy(props.sale.energyWh) })}</small>
      </p>
      <div
        class="meter store"
        role="img"
        aria-label={t("sale.progress", {
          delivered: local.soldEnergy(props.sale.deliveredWh),
          energy: local.soldEnergy(props.sale.energyWh),
        })}
      >
        <i
          class="c-ea"
          hidden={props.sale.deliveredWh === 0}
          style={{ "flex-grow": props.sale.deliveredWh }}
        />
        <i
          class="c-free"
          hidden={props.sale.deliveredWh >= props.sale.energyWh}
          style={{ "flex-grow": props.sale.energyWh - props.sale.deliveredWh }}
        />
      </div>
      <Show
        when={props.sale.settled === null}
        fallback={
          <p class="reason">
            {t(wasStopped(props.sale) ? "sale.stopped_sentence" : `sale.state_${props.sale.state}_sentence`)}
            <Show when={props.sale.state !== "settled"}>
              <small>
                {t(props.sale.state === "voided" ? "sale.voided" : "sale.partly", {
                  net: local.soldMoney(props.sale.netMicroEur),
                  rest: local.soldMoney(rest()),
                  supplier: props.sale.supplier.name,
                })}
              </small>
            </Show>
          </p>
        }
      >
        <p class="reason">
          {props.sale.state === "withdrawing"
            ? t("sale.withdrawing_note")
            : exportW() > FLOWING_W
              ? t("sale.flowing", { power: local.power(exportW()) })
              : t("sale.not_flowing", { time: local.clockTime(quarterHourOf(now()) + QUARTER_HOUR_S) })}
          <small>{t("sale.flowing_why")}</small>
        </p>
      </Show>
    </div>
  );
}

/** Closed with energy still owed before its last quarter hour was over: its seller stopped it. */
function wasStopped(sale: Sale): boolean {
  return sale.settled !== null && sale.deliveredWh < sale.energyWh && sale.settled.time < sale.deadline;
}

function stations(sale: Sale): readonly Station[] {
  const open = sale.settled === null;
  const gross = open ? sale.grossMicroEur : Math.round((sale.energyWh * sale.rateMicroEurPerKwh) / 1000);
  return [
    {
      state: "done",
      title: t("sale.accepted"),
      note: (
        <>
          {t(open ? "sale.accepted_note" : "sale.accepted_note_past", {
            supplier: sale.supplier.name,
            gross: local.soldMoney(gross),
          })}
          {" · "}
          <a href={`/ledger/block/${sale.authorised.height}`}>
            {t("sale.block", { height: local.number(sale.authorised.height) })}
          </a>
        </>
      ),
      time: local.when(sale.authorised.time),
    },
    {
      state: open ? "now" : sale.state === "voided" ? "failed" : "done",
      title: open
        ? t(sale.state === "withdrawing" ? "sale.withdrawing" : "sale.delivering")
        : t(sale.state === "voided" ? "sale.not_delivered" : "sale.delivered"),
      note: t("sale.delivering_note", { delivered: local.soldEnergy(sale.deliveredWh) }),
      ...(sale.state === "open" ? { time: t("sale.until", { time: local.when(sale.deadline) }) } : {}),
    },
    sale.settled === null
      ? { state: "ahead", title: t("sale.to_settle") }
      : {
          state: "done",
          title: t("sale.settled"),
          note: (
            <>
              {t("sale.settled_note", { net: local.soldMoney(sale.netMicroEur) })}
              {" · "}
              <a href={`/ledger/block/${sale.settled.height}`}>
                {t("sale.block", { height: local.number(sale.settled.height) })}
              </a>
            </>
          ),
          time: local.when(sale.settled.time),
        },
  ];
}

function signedRows(sale: Sale) {
  return [
    {
      term: t("trade.sign_sell_to"),
      value: t("trade.sign_member", { supplier: sale.supplier.name, member: sale.supplier.member }),
    },
    { term: t("trade.sign_energy"), value: `${local.number(sale.energyWh)} Wh` },
    {
      term: t("sale.row_rate", { day: local.dayText(sale.day, false) }),
      value: local.ratePerKwh(sale.rateMicroEurPerKwh),
    },
    { term: t("trade.sign_fee"), value: local.soldMoney(sale.feeMicroEur) },
    { term: t("sale.row_sale"), value: <code>{`${sale.id.slice(0, 8)}…`}</code> },
    {
      term: t("sale.row_accepted_block"),
      value: <a href={`/ledger/block/${sale.authorised.height}`}>{local.number(sale.authorised.height)}</a>,
    },
  ];
}

function Withdraw(props: { sale: Sale; refresh: () => Promise<void> }) {
  const [asking, setAsking] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();

  async function withdraw(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      const wallet = await deviceWallet();
      const sale = fromHex(props.sale.id) ?? new Uint8Array(16);
      const outcome = await wallet.send(await wallet.prepare(withdrawEnergySale, { sale }));
      if (outcome.kind === "refused") setProblem(outcome.code);
      if (outcome.kind === "unreached") setProblem("unreached");
      if (outcome.kind === "committed") setAsking(false);
    } catch {
      setProblem("unreached");
    }
    await props.refresh();
    setBusy(false);
  }

  return (
    <Show
      when={asking()}
      fallback={
        <div>
          <Button
            quiet
            onClick={() => setAsking(true)}
            reason={reachable() ? undefined : t("trade.offline_reason")}
          >
            {t("sale.withdraw")}
          </Button>
        </div>
      }
    >
      <section class="stack tight ask" aria-label={t("sale.withdraw_title")}>
        <Note kind="plain" title={t("sale.withdraw_title")}>
          {t("sale.withdraw_what", { supplier: props.sale.supplier.name })}
        </Note>
        <Show when={problem()}>
          {(code) => (
            <Note
              kind="fault"
              alert
              tag={
                <>
                  {t("sale.not_withdrawn").toUpperCase()} · <span class="code">{code()}</span>
                </>
              }
              title={
                tCode(`sale.refused.${code()}`, { supplier: props.sale.supplier.name }) ??
                t("sale.refused.other")
              }
            />
          )}
        </Show>
        <div class="row-of">
          <Button busy={busy()} onClick={() => void withdraw()}>
            {busy() ? t("trade.waiting_block") : t("sale.withdraw_yes")}
          </Button>
          <Button quiet onClick={() => setAsking(false)}>
            {t("sale.withdraw_no")}
          </Button>
        </div>
      </section>
    </Show>
  );
}
