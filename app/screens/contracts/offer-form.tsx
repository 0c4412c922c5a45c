/** A new offer: the price, how it is billed, and whether the supply may be suspended at the law's minimum. */
import { createMemo, createSignal, Show } from "solid-js";
import { MicroEurPerKwh } from "#base/units.ts";
import { offerOneSupply } from "#chain/supply-transactions.ts";
import type { SupplyPrice, SupplyTerms } from "#market/contract/terms.ts";
import type { ContractsDesk } from "#wire/contract-schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { typedRate } from "../supplier/rate.ts";
import { type Act, act, type Done, newId } from "./act.tsx";
import { STANDARD_TEXT, termsRows, viewOfTerms } from "./words.ts";

const TERM_S = 365 * 86_400;

export function OfferForm(props: { desk: ContractsDesk; onDone: (done: Done) => void }) {
  const [kind, setKind] = createSignal<SupplyPrice["type"]>("flat");
  const [rates, setRates] = createSignal(["", "", ""]);
  const [index, setIndex] = createSignal("");
  const [billing, setBilling] = createSignal<SupplyTerms["billing"]>("invoiced");
  const [suspendable, setSuspendable] = createSignal<"yes" | "no">("yes");
  const [tried, setTried] = createSignal(false);
  const [signing, setSigning] = createSignal<Act>();
  const set = (at: number, text: string) => setRates(rates().map((old, i) => (i === at ? text : old)));
  const price = createMemo(() => priceOf(kind(), rates(), index()));
  const wrong = (at: number) =>
    tried() && typedRate(rates()[at]!) === undefined ? t("contracts.rate_wrong") : undefined;
  const rate = (at: number, label: string) => (
    <LabelledInput
      label={label}
      value={rates()[at]!}
      keyboard="decimal"
      onInput={(text) => set(at, text)}
      wrong={wrong(at)}
    />
  );

  function review(): void {
    setTried(true);
    const agreed = price();
    if (agreed === undefined) return;
    const { laws, now } = props.desk;
    const terms: SupplyTerms = {
      price: agreed,
      billing: billing(),
      payWithinS: laws.payMinimumS,
      suspension:
        suspendable() === "no"
          ? undefined
          : {
              noticeS: laws.noticeMinimumS,
              reducedS: laws.reducedMinimumS,
              reducedPerMille: laws.reducedPerMille,
              vitalW: laws.vitalMinimumW,
            },
      from: now,
      until: now + TERM_S,
      text: STANDARD_TEXT,
    };
    const offered = act(
      offerOneSupply,
      { offer: newId(), to: 0, acceptBy: terms.until - 1, terms },
      (body) => [
        { term: t("contracts.offered_to"), value: t("contracts.anybody") },
        ...termsRows(viewOfTerms(body.terms)),
        { term: t("contracts.row_accept_by"), value: local.dateTime(body.acceptBy) },
      ],
      { sign: t("contracts.offer_sign"), notDone: t("contracts.not_offered") },
      (height) => t("contracts.offered_done", { height: local.number(height) }),
    );
    setSigning(() => offered);
  }

  return (
    <section class="step" aria-label={t("contracts.new_offer")}>
      <h2>{t("contracts.new_offer")}</h2>
      <p class="sub">{t("contracts.new_offer_why")}</p>
      <Show
        when={signing()}
        keyed
        fallback={
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              review();
            }}
          >
            <Segmented
              label={t("contracts.price_kind")}
              options={[
                { value: "flat", label: t("contracts.price_flat") },
                { value: "bands", label: t("contracts.price_by_bands") },
                { value: "index", label: t("contracts.price_by_index") },
              ]}
              value={kind()}
              onChange={setKind}
            />
            <Show when={kind() === "index"}>
              <LabelledInput
                label={t("contracts.index_name")}
                value={index()}
                onInput={setIndex}
                wrong={tried() && index().trim() === "" ? t("contracts.index_name") : undefined}
              />
            </Show>
            {rate(
              0,
              kind() === "bands"
                ? t("contracts.price_f1")
                : kind() === "index"
                  ? t("contracts.index_spread")
                  : t("contracts.price_eur"),
            )}
            <Show when={kind() === "bands"}>
              {rate(1, t("contracts.price_f2"))}
              {rate(2, t("contracts.price_f3"))}
            </Show>
            <Segmented
              label={t("contracts.billing")}
              options={[
                {
                  value: "invoiced",
                  label: t("contracts.billing_invoiced", { span: local.span(props.desk.laws.payMinimumS) }),
                },
                { value: "prepaid", label: t("contracts.billing_prepaid").split(":")[0]! },
              ]}
              value={billing()}
              onChange={setBilling}
            />
            <Segmented
              label={t("contracts.suspendable")}
              options={[
                { value: "yes", label: `${t("contracts.suspendable")} ${t("contracts.suspendable_yes")}` },
                { value: "no", label: t("contracts.suspendable_no") },
              ]}
              value={suspendable()}
              onChange={setSuspendable}
            />
            <div>
              <Button type="submit" reason={reachable() ? undefined : t("signing.offline")}>
                {t("contracts.review")}
              </Button>
            </div>
          </form>
        }
      >
        {(draw) =>
          draw({
            onBack: () => setSigning(undefined),
            onDone: (done) => {
              setSigning(undefined);
              props.onDone(done);
            },
          })
        }
      </Show>
    </section>
  );
}

function priceOf(
  kind: SupplyPrice["type"],
  texts: readonly string[],
  index: string,
): SupplyPrice | undefined {
  const [first, second, third] = texts.map((text) => {
    const rate = typedRate(text);
    return rate === undefined ? undefined : MicroEurPerKwh(BigInt(rate));
  });
  if (first === undefined) return undefined;
  if (kind === "flat") return { type: "flat", price: first };
  if (kind === "index") {
    return index.trim() === "" ? undefined : { type: "index", index: index.trim(), spread: first };
  }
  if (second === undefined || third === undefined) return undefined;
  return { type: "bands", prices: [first, second, third] };
}
