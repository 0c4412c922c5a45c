/** An order by hand for one quarter hour, signed; it stands in the stead of what the rule would order. */
import { createSignal, createUniqueId, For, Match, Show, Switch } from "solid-js";
import { marketOrderHash } from "#wire/market-letters.ts";
import type { MarketNow, OwnMarket, OwnMarketOrder } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Letter } from "../../parts/letter.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { platform } from "../../platform.ts";
import { community } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { typedKwh, typedLimit } from "./rule-form.ts";
import { slotText } from "./words.ts";

interface Wanted {
  readonly slot: number;
  readonly session: number;
  readonly side: "bid" | "ask";
  readonly energyWh: number;
  readonly limitMicroEurPerKwh: number;
}

type Phase = { readonly at: "looking" | "writing" } | { readonly at: "signing"; readonly wanted: Wanted };

/** Quarter hours that are offered: the next and those of the outlook. */
const OFFERED = 8;

export function OrderByHand(props: { own: OwnMarket; market: MarketNow; refresh: () => Promise<void> }) {
  const [phase, setPhase] = createSignal<Phase>({ at: "looking" });
  const standing = () => props.own.orders.filter(({ by, state }) => by === "hand" && state === "planned");
  const signing = () => {
    const now = phase();
    return now.at === "signing" ? now.wanted : undefined;
  };
  const letter = (wanted: Wanted) => ({
    ...wanted,
    chain: community()?.chain ?? "",
    member: props.own.member,
  });

  async function takeBack(order: OwnMarketOrder): Promise<void> {
    await platform
      .call("DELETE /v1/home/market/orders/:slot", {
        params: { slot: order.slot },
        query: { session: order.session },
      })
      .catch(() => undefined);
    await props.refresh();
  }

  return (
    <Show when={props.own.participation.state === "joined"}>
      <section class="step" aria-label={t("market.by_hand")}>
        <h2>{t("market.by_hand")}</h2>
        <For each={standing()}>
          {(order) => (
            <p class="standing">
              {t(`market.hand_${order.side}`, {
                energy: local.soldEnergy(order.energyWh),
                price: local.ratePerKwh(order.limitMicroEurPerKwh),
                slot: slotText(order.slot),
              })}{" "}
              <Button quiet small onClick={() => void takeBack(order)}>
                {t("market.take_back")}
              </Button>
            </p>
          )}
        </For>
        <Switch>
          <Match when={signing()}>
            {(wanted) => (
              <Letter
                why="market.letter_why"
                refusals="market.refused"
                rows={[
                  {
                    term: t("market.col_slot"),
                    value: `${local.date(wanted().slot)}, ${slotText(wanted().slot)}`,
                  },
                  { term: t("market.col_side"), value: t(`market.side.${wanted().side}`) },
                  { term: t("market.energy"), value: `${local.number(wanted().energyWh)} Wh` },
                  {
                    term: t(wanted().side === "bid" ? "market.up_to_price" : "market.from_price"),
                    value: local.ratePerKwh(wanted().limitMicroEurPerKwh, 6),
                  },
                  { term: t("market.letter_member"), value: String(props.own.member) },
                  { term: t("signing.chain"), value: letter(wanted()).chain },
                ]}
                give={async (sign) => {
                  const signed = await sign(marketOrderHash(letter(wanted())));
                  await platform.call("POST /v1/home/market/orders", { body: { ...wanted(), ...signed } });
                }}
                onBack={() => setPhase({ at: "writing" })}
                onDone={() => {
                  setPhase({ at: "looking" });
                  announce(t("market.hand_done"));
                  void props.refresh();
                }}
              />
            )}
          </Match>
          <Match when={phase().at === "writing"}>
            <OrderForm
              market={props.market}
              sells={(props.own.forecast?.surplusWh ?? 0) + (props.own.forecast?.sellableStoredWh ?? 0) > 0}
              onBack={() => setPhase({ at: "looking" })}
              onReview={(wanted) => setPhase({ at: "signing", wanted })}
            />
          </Match>
          <Match when={true}>
            <p class="sub">{t("market.by_hand_why")}</p>
            <div>
              <Button quiet small onClick={() => setPhase({ at: "writing" })}>
                {t("market.order")}
              </Button>
            </div>
          </Match>
        </Switch>
      </section>
    </Show>
  );
}

function OrderForm(props: {
  market: MarketNow;
  sells: boolean;
  onBack: () => void;
  onReview: (wanted: Wanted) => void;
}) {
  const [side, setSide] = createSignal<"bid" | "ask">(props.sells ? "ask" : "bid");
  const [slot, setSlot] = createSignal(props.market.slot);
  const [energy, setEnergy] = createSignal(local.number(0.2, 2));
  const [limit, setLimit] = createSignal(
    local.rate(
      props.market.indication.priceMicroEurPerKwh ??
        Math.round((props.market.tariff.importMicroEurPerKwh + props.market.tariff.feedInMicroEurPerKwh) / 2),
    ),
  );
  const [tried, setTried] = createSignal(false);
  const slots = () => [props.market.slot, ...props.market.outlook.map((one) => one.slot)].slice(0, OFFERED);
  const energyWh = () => typedKwh(energy()) ?? 0;
  const price = () => typedLimit(limit());
  const id = createUniqueId();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const limitMicroEurPerKwh = price();
        if (energyWh() < 1 || energyWh() > 1_000_000 || limitMicroEurPerKwh === undefined) return;
        props.onReview({ slot: slot(), session: 0, side: side(), energyWh: energyWh(), limitMicroEurPerKwh });
      }}
    >
      <Segmented
        label={t("market.col_side")}
        options={[
          { value: "ask", label: t("market.side.ask") },
          { value: "bid", label: t("market.side.bid") },
        ]}
        value={side()}
        onChange={setSide}
      />
      <label for={id}>{t("market.col_slot")}</label>
      <select id={id} class="field" onChange={(event) => setSlot(Number(event.currentTarget.value))}>
        <For each={slots()}>
          {(one) => (
            <option value={one} selected={one === slot()}>
              {slotText(one)}
            </option>
          )}
        </For>
      </select>
      <LabelledInput
        label={t("market.energy_entry")}
        value={energy()}
        keyboard="decimal"
        wrong={tried() && energyWh() < 1 ? t("market.energy_wrong") : undefined}
        onInput={setEnergy}
      />
      <LabelledInput
        label={t(side() === "bid" ? "market.up_to_entry" : "market.from_entry")}
        value={limit()}
        keyboard="decimal"
        wrong={tried() && price() === undefined ? t("market.price_wrong") : undefined}
        onInput={setLimit}
      />
      <div class="row-of">
        <Button type="submit">{t("market.review")}</Button>
        <Button quiet onClick={props.onBack}>
          {t("market.back")}
        </Button>
      </div>
    </form>
  );
}
