/** The own vote on a proposal: what it is, and casting or changing it while the vote is open. */
import { createSignal, Match, Show, Switch } from "solid-js";
import { castVote } from "#chain/transactions.ts";
import type { ProposalView, Say } from "#wire/schemas.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { reachable, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import type { Done } from "./data.ts";

export function Ballot(props: {
  proposal: ProposalView;
  say: Say | undefined;
  onDone: (done: Done) => void;
}) {
  const [voting, setVoting] = createSignal<{ yes: boolean }>();
  const own = () => props.say?.ballots.find(({ proposal }) => proposal === props.proposal.number);
  const mayVote = () => props.proposal.state === "voting" && own()?.entitled === true;
  return (
    <div class="ballot">
      <Show when={own()?.yes != null}>
        <p>
          <b>{own()!.yes === true ? t("community.voted_yes") : t("community.voted_no")}</b>{" "}
          <Show when={mayVote()}>{t("community.may_change")}</Show>
        </p>
      </Show>
      <Switch>
        <Match when={props.proposal.state !== "voting"}>{null}</Match>
        <Match when={session() === null}>
          <p>
            <a href="/enter">{t("community.enter_to_vote")}</a>
          </p>
        </Match>
        <Match when={props.say === undefined}>{null}</Match>
        <Match when={!mayVote()}>
          <p class="sub">
            {props.proposal.electorate === "organisations"
              ? t("community.not_yours")
              : t("community.too_late")}
          </p>
        </Match>
        <Match when={voting()} keyed>
          {(vote) => (
            <div class="step">
              <SignAndSend
                kind={castVote}
                body={{ proposal: props.proposal.number, yes: vote.yes }}
                rows={(body) => [
                  {
                    term: t("community.row_proposal"),
                    value: `${t("community.number", { number: body.proposal })} · ${props.proposal.purpose}`,
                  },
                  {
                    term: t("community.row_vote"),
                    value: body.yes ? t("community.yes") : t("community.no"),
                  },
                ]}
                words={{
                  sign: t("community.sign_vote"),
                  notDone: t("community.not_voted_tag"),
                  back: t("community.not_now"),
                }}
                onBack={() => setVoting(undefined)}
                onDone={(height) => {
                  setVoting(undefined);
                  announce(t("community.done_vote"));
                  props.onDone({ text: t("community.done_vote"), height });
                }}
              />
            </div>
          )}
        </Match>
        <Match when={true}>
          <div class="row-of">
            <Show when={own()?.yes !== true}>
              <Button
                quiet
                label={t("community.vote_yes_on", { purpose: props.proposal.purpose })}
                disabled={!reachable()}
                onClick={() => setVoting({ yes: true })}
              >
                {t("community.vote_yes")}
              </Button>
            </Show>
            <Show when={own()?.yes !== false}>
              <Button
                quiet
                label={t("community.vote_no_on", { purpose: props.proposal.purpose })}
                disabled={!reachable()}
                onClick={() => setVoting({ yes: false })}
              >
                {t("community.vote_no")}
              </Button>
            </Show>
          </div>
          <Show when={!reachable()}>
            <p class="sub">{t("state.offline_reason")}</p>
          </Show>
        </Match>
      </Switch>
    </div>
  );
}
