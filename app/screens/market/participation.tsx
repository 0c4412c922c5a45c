/**
 * Taking part: consents, with a signature on the ledger, that the market's settlement takes at most so much a civil day;
 * that much is set aside. The cap can be changed, and one can leave from the next day on.
 */
import { createSignal, Match, Show, Switch } from "solid-js";
import { MicroEur } from "#base/units.ts";
import { joinNeighbours, leaveNeighbours } from "#chain/transactions.ts";
import type { MarketNow, OwnMarket } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { typedAmount } from "../money/amount.ts";

type Act =
  | { readonly at: "looking" | "entering" | "leaving" }
  | { readonly at: "signing"; readonly cap: number };

export function Participation(props: { own: OwnMarket; market: MarketNow; refresh: () => Promise<void> }) {
  const [act, setAct] = createSignal<Act>({ at: "looking" });
  const [done, setDone] = createSignal<{ readonly text: string; readonly height: number }>();
  const state = () => props.own.participation.state;
  const finish = (text: string, height: number) => {
    setAct({ at: "looking" });
    setDone({ text, height });
    announce(text);
    void props.refresh();
  };
  const cap = () => {
    const now = act();
    return now.at === "signing" ? now.cap : undefined;
  };
  return (
    <section class="step participation" aria-label={t("market.part")}>
      <h2>{t(`market.part_${state()}`)}</h2>
      <Show when={done()}>
        {(one) => (
          <Note kind="done">
            <a href={`/ledger/block/${one().height}`}>{one().text}</a>
          </Note>
        )}
      </Show>
      <Switch>
        <Match when={cap() !== undefined}>
          <SignAndSend
            kind={joinNeighbours}
            body={{ plant: props.own.plant, cap: MicroEur(BigInt(cap() ?? 0)) }}
            rows={(body) => [
              { term: t("market.sign_plant"), value: String(body.plant) },
              { term: t("market.sign_cap"), value: local.money(Number(body.cap)) },
            ]}
            words={{ sign: t("market.sign_join"), notDone: t("market.not_joined") }}
            onBack={() => setAct({ at: "entering" })}
            onDone={(height) => finish(t("market.joined_done"), height)}
          />
        </Match>
        <Match when={act().at === "leaving"}>
          <p>{t("market.leave_what")}</p>
          <SignAndSend
            kind={leaveNeighbours}
            body={{ plant: props.own.plant }}
            rows={(body) => [{ term: t("market.sign_plant"), value: String(body.plant) }]}
            words={{
              sign: t("market.sign_leave"),
              notDone: t("market.not_left"),
              back: t("market.stay"),
            }}
            onBack={() => setAct({ at: "looking" })}
            onDone={(height) => finish(t("market.left_done"), height)}
          />
        </Match>
        <Match when={act().at === "entering" || state() === "out"}>
          <CapForm
            suggested={
              state() === "out"
                ? props.own.participation.suggestedCapMicroEur
                : props.own.participation.capMicroEur
            }
            first={state() === "out"}
            onBack={() => setAct({ at: "looking" })}
            onReview={(value) => setAct({ at: "signing", cap: value })}
          />
        </Match>
        <Match when={true}>
          <Sheet
            rows={[
              { term: t("market.cap"), value: local.money(props.own.participation.capMicroEur) },
              { term: t("market.reserved"), value: local.money(props.own.participation.reservedMicroEur) },
              {
                term: t("market.fee"),
                value: local.ratePerKwh(props.market.law.feeMicroEurPerKwh),
              },
            ]}
          />
          <Show when={state() === "leaving"}>
            <p class="sub">{t("market.leaving_why")}</p>
          </Show>
          <div class="row-of">
            <Button quiet small onClick={() => setAct({ at: "entering" })}>
              {state() === "leaving" ? t("market.join_again") : t("market.change_cap")}
            </Button>
            <Show when={state() === "joined"}>
              <Button quiet small onClick={() => setAct({ at: "leaving" })}>
                {t("market.leave")}
              </Button>
            </Show>
          </div>
        </Match>
      </Switch>
    </section>
  );
}

function CapForm(props: {
  suggested: number;
  first: boolean;
  onBack: () => void;
  onReview: (cap: number) => void;
}) {
  const [text, setText] = createSignal(local.number(props.suggested / 1e6, 2));
  const [tried, setTried] = createSignal(false);
  const cap = () => typedAmount(text());
  const fits = () => (cap() ?? 0) > 0;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (fits()) props.onReview(cap()!);
      }}
    >
      <Show when={props.first}>
        <p>{t("market.join_what")}</p>
      </Show>
      <LabelledInput
        label={t("market.cap_entry")}
        value={text()}
        keyboard="decimal"
        hint={t("market.cap_why")}
        wrong={tried() && !fits() ? t("market.cap_wrong") : undefined}
        onInput={setText}
      />
      <div class="row-of">
        <Button type="submit" reason={reachable() ? undefined : t("signing.offline")}>
          {t("market.review")}
        </Button>
        <Show when={!props.first}>
          <Button quiet onClick={props.onBack}>
            {t("market.back")}
          </Button>
        </Show>
      </div>
    </form>
  );
}
