/** One proposal: what it would change, how the vote stands and came about, each step with its block. */
import { createSignal, Show } from "solid-js";
import { withdrawMotion } from "#chain/transactions.ts";
import type { LawView, ProposalView, Say } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { type Station, Track } from "../../parts/track.tsx";
import { session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import type { Done } from "./data.ts";
import { OpenProposal, resultText } from "./votes.tsx";
import { motionText, whoText } from "./words.ts";

export function OneProposal(props: {
  proposal: ProposalView;
  laws: readonly LawView[] | undefined;
  say: Say | undefined;
  onDone: (done: Done) => void;
}) {
  const one = () => props.proposal;
  return (
    <>
      <p>
        <a href="/community">{t("community.back_to_votes")}</a>
      </p>
      <section class="two">
        <div class="stack">
          <p class="reason">{resultText(one())}</p>
          <OpenProposal {...props} />
          <Show when={one().state === "voting" && session()?.member === one().proposer}>
            <Withdraw proposal={one()} onDone={props.onDone} />
          </Show>
        </div>
        <div class="stack">
          <Track stations={stationsOf(one())} />
          <Sheet
            rows={[
              { term: t("community.row_motion"), value: motionText(one().motion) },
              {
                term: t("community.row_proposer"),
                value: whoText(one().proposer, one().proposerName),
              },
              ...(one().validator === null
                ? []
                : [
                    {
                      term: t("community.row_validator"),
                      value: <code class="code">{one().validator}</code>,
                    },
                  ]),
            ]}
          />
        </div>
      </section>
    </>
  );
}

function Withdraw(props: { proposal: ProposalView; onDone: (done: Done) => void }) {
  const [asking, setAsking] = createSignal(false);
  return (
    <Show
      when={asking()}
      fallback={
        <div>
          <Button quiet small onClick={() => setAsking(true)}>
            {t("community.withdraw")}
          </Button>
        </div>
      }
    >
      <div class="step">
        <SignAndSend
          kind={withdrawMotion}
          body={{ proposal: props.proposal.number }}
          rows={(body) => [
            {
              term: t("community.row_proposal"),
              value: `${t("community.number", { number: body.proposal })} · ${props.proposal.purpose}`,
            },
          ]}
          words={{
            sign: t("community.sign_withdraw"),
            notDone: t("community.not_withdrawn"),
            back: t("community.not_now"),
          }}
          onBack={() => setAsking(false)}
          onDone={(height) => {
            setAsking(false);
            announce(t("community.done_withdrawn"));
            props.onDone({ text: t("community.done_withdrawn"), height });
          }}
        />
      </div>
    </Show>
  );
}

function stationsOf({ proposed, closes, decided, due, ended, state }: ProposalView): readonly Station[] {
  const stations: Station[] = [station("done", t("community.st_proposed"), proposed)];
  if (state === "withdrawn") return [...stations, station("failed", t("community.state.withdrawn"), ended)];
  if (decided === null) {
    return [
      ...stations,
      { state: "now", title: t("community.st_closes"), time: local.dateTime(closes.time) },
      { state: "ahead", title: t("community.st_force") },
    ];
  }
  if (state === "rejected") return [...stations, station("failed", t("community.state.rejected"), decided)];
  stations.push(station("done", t("community.state.accepted"), decided));
  if (state === "accepted") {
    return [
      ...stations,
      { state: "now", title: t("community.st_force"), time: due === null ? "" : local.dateTime(due.time) },
    ];
  }
  return [
    ...stations,
    state === "enacted"
      ? station("done", t("community.st_force"), ended)
      : station("failed", t("community.state.failed"), ended),
  ];
}

function station(
  state: Station["state"],
  title: string,
  at: { readonly height: number; readonly time: number } | null,
): Station {
  if (at === null) return { state, title };
  return {
    state,
    title,
    note: (
      <a href={`/ledger/block/${at.height}`}>{t("community.block", { height: local.number(at.height) })}</a>
    ),
    time: local.dateTime(at.time),
  };
}
