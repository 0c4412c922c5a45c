/**
 * Step 4: the very fields that are signed, read back from the bytes under the signature; then the signature by
 * this device's key, and waiting for the block.
 */
import { createSignal, Match, onMount, Show, Switch } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { formatDay, parseDay } from "#base/time.ts";
import { MicroEurPerKwh, priceOf, Wh } from "#base/units.ts";
import { authoriseEnergySale } from "#chain/transactions.ts";
import type { SaleRequest } from "#market/sale.ts";
import { ProblemError } from "#wire/client.ts";
import type { Community, SaleDesk } from "#wire/schemas.ts";
import { setArrived } from "../../arrival.ts";
import { NoDeviceKeyError } from "../../device-key.ts";
import { deviceWallet, newSaleId } from "../../device-wallet.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Bones } from "../../parts/states.tsx";
import { navigate } from "../../router.ts";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import type { Prepared } from "../../wallet.ts";
import type { Order } from "./desk.tsx";
import { SaleRefusal } from "./refusal.tsx";
import type { NextStep } from "./refusals.ts";
import { StepHead } from "./step-head.tsx";

/** Why it did not come to a sale. */
export interface Failure {
  readonly code: string;
  readonly retryAfterS?: number;
}

type Phase =
  | { readonly at: "preparing" }
  | { readonly at: "ready"; readonly prepared: Prepared<SaleRequest> }
  | { readonly at: "sending"; readonly prepared: Prepared<SaleRequest> }
  | { readonly at: "waiting" }
  | { readonly at: "refused"; readonly failure: Failure };

export function Authorise(props: {
  order: Order;
  desk: SaleDesk;
  law: Community["parameters"];
  onBack: () => void;
  onOrder: (change: { supplier?: number; energyWh?: number }) => void;
  refresh: () => Promise<void>;
}) {
  const [phase, setPhase] = createSignal<Phase>({ at: "preparing" });
  /** What was asked to be signed. The desk goes on beside it: by then it may hold less, or another day's rate. */
  const [order, setOrder] = createSignal(props.order);
  const sale = newSaleId();
  let step: HTMLDivElement | undefined;

  async function prepare(): Promise<void> {
    setPhase({ at: "preparing" });
    setOrder(props.order);
    try {
      const wallet = await deviceWallet();
      const prepared = await wallet.prepare(authoriseEnergySale, {
        sale,
        plant: props.desk.plant,
        supplier: order().supplier.member,
        day: parseDay(order().supplier.day) ?? 0,
        rate: MicroEurPerKwh(BigInt(order().rateMicroEurPerKwh)),
        fee: MicroEurPerKwh(BigInt(props.law.saleFeeMicroEurPerKwh)),
        energy: Wh(BigInt(order().energyWh)),
      });
      setPhase({ at: "ready", prepared });
    } catch (error) {
      fail(failureOf(error));
    }
  }

  async function send(prepared: Prepared<SaleRequest>): Promise<void> {
    setPhase({ at: "sending", prepared });
    announce(t("trade.waiting_block"));
    try {
      const wallet = await deviceWallet();
      const outcome = await wallet.send(prepared, (renewed) =>
        setPhase({ at: "sending", prepared: renewed as Prepared<SaleRequest> }),
      );
      switch (outcome.kind) {
        case "committed":
          setArrived(true);
          navigate(`/sell/${toHex(sale)}`);
          return;
        case "admitted":
          setPhase({ at: "waiting" });
          return;
        case "unreached":
          fail({ code: "unreached" });
          return;
        case "refused":
          // The number of a sale is random: where it exists, it is this one, handed in before.
          if (outcome.code === "sale_exists") {
            setArrived(true);
            navigate(`/sell/${toHex(sale)}`);
            return;
          }
          fail(outcome);
      }
    } catch (error) {
      fail(failureOf(error));
    }
  }

  function fail(failure: Failure): void {
    setPhase({ at: "refused", failure });
    // The button that was pressed is gone: the focus goes to the step's heading, next to what happened.
    step?.querySelector<HTMLElement>("h2")?.focus();
    void props.refresh();
  }

  async function act(next: NextStep): Promise<void> {
    switch (next.do) {
      case "other_supplier":
      case "less":
      case "today_rate":
        props.onOrder({
          ...(next.supplier === undefined ? {} : { supplier: next.supplier.member }),
          ...(next.energyWh === undefined ? {} : { energyWh: next.energyWh }),
        });
        await prepare();
        return;
      case "again":
        await prepare();
        return;
      case "enter":
        navigate("/enter");
        return;
      case "under_way":
        props.onBack();
        document.getElementById("under-way")?.scrollIntoView();
        return;
      case "desk":
        await props.refresh();
        props.onBack();
    }
  }

  onMount(() => void prepare());

  const at = <A extends Phase["at"]>(name: A) => {
    const current = phase();
    return current.at === name ? (current as Extract<Phase, { at: A }>) : undefined;
  };
  const prepared = () => at("ready")?.prepared ?? at("sending")?.prepared;

  return (
    <div class="step" data-step="4" ref={step}>
      <StepHead step={4} title={t("trade.authorise")} onBack={props.onBack} />
      <Switch>
        <Match when={at("preparing")}>
          <p class="sub">{t("trade.preparing")}</p>
          <Bones heights={[16, 16, 16, 16, 16]} />
        </Match>
        <Match when={prepared()}>
          {(ready) => (
            <>
              <p class="sub">{t("trade.exactly")}</p>
              <SignedSheet prepared={ready()} order={order()} law={props.law} />
              <div class="act">
                <p>
                  <span>{t("trade.you_receive")}</span>
                  <b>{local.soldMoney(Number(order().quote.net))}</b>
                </p>
                <Button
                  busy={phase().at === "sending"}
                  reason={reachable() ? undefined : t("trade.offline_reason")}
                  onClick={() => void send(ready())}
                >
                  {phase().at === "sending" ? t("trade.waiting_block") : t("trade.authorise_device")}
                </Button>
                <Show when={phase().at === "ready"}>
                  <span class="wide-only">
                    <Button quiet onClick={props.onBack}>
                      {t("trade.change")}
                    </Button>
                  </span>
                </Show>
              </div>
            </>
          )}
        </Match>
        <Match when={at("waiting")}>
          <Note kind="warn" title={t("sale.waiting_title")}>
            {t("trade.still_waiting")}
          </Note>
          <Button quiet onClick={() => void act({ do: "desk" })}>
            {t("sale.do_desk")}
          </Button>
        </Match>
        <Match when={at("refused")}>
          {(refused) => (
            <SaleRefusal
              failure={refused().failure}
              order={order()}
              desk={props.desk}
              law={props.law}
              onNext={(next) => void act(next)}
            />
          )}
        </Match>
      </Switch>
    </div>
  );
}

/** Every figure here comes out of the bytes that are signed; names are added to numbers, never put in their place. */
function SignedSheet(props: { prepared: Prepared<SaleRequest>; order: Order; law: Community["parameters"] }) {
  const body = () => props.prepared.body;
  const fee = () => priceOf(body().energy, body().fee);
  return (
    <>
      <Sheet
        rows={[
          {
            term: t("trade.sign_sell_to"),
            value: t("trade.sign_member", { supplier: props.order.supplier.name, member: body().supplier }),
          },
          {
            term: t("trade.sign_energy"),
            value: t(props.law.gridEnergySellable ? "trade.sign_energy_any" : "trade.sign_energy_value", {
              wh: local.number(Number(body().energy)),
            }),
          },
          {
            term: t("trade.sign_rate", { day: local.dayText(formatDay(body().day), false) }),
            value: local.ratePerKwh(Number(body().rate), 6 - trailingZeros(Number(body().rate))),
          },
          {
            term: t("trade.sign_fee"),
            value: `${local.ratePerKwh(Number(body().fee))}, ${local.soldMoney(Number(fee()))}`,
          },
          { term: t("trade.sign_plant"), value: String(body().plant) },
          { term: t("trade.sign_sale"), value: <code>{toHex(body().sale).slice(0, 8)}…</code> },
          {
            term: t("trade.sign_order"),
            value: t("trade.sign_order_value", { nonce: local.number(props.prepared.unsigned.nonce) }),
          },
          {
            term: t("trade.sign_valid"),
            value: t("trade.sign_valid_value", {
              height: local.number(props.prepared.unsigned.expiryHeight),
            }),
          },
          { term: t("trade.sign_chain"), value: props.prepared.unsigned.chain },
        ]}
      />
      <details class="bytes">
        <summary>{t("trade.as_bytes", { count: props.prepared.unsigned.body.length })}</summary>
        <code>{toHex(props.prepared.unsigned.body)}</code>
        <code>{toHex(props.prepared.fingerprint)}</code>
      </details>
    </>
  );
}

/** How many of the last three of six decimals say nothing, so that a rate is shown in full and no longer. */
function trailingZeros(microEur: number): number {
  let zeros = 0;
  while (zeros < 3 && microEur % 10 ** (zeros + 1) === 0) zeros++;
  return zeros;
}

function failureOf(error: unknown): Failure {
  if (error instanceof ProblemError) {
    const { code, retryAfterS } = error.problem;
    return retryAfterS === undefined ? { code } : { code, retryAfterS };
  }
  if (error instanceof NoDeviceKeyError) return { code: "no_device_key" };
  return { code: "unreached" };
}
