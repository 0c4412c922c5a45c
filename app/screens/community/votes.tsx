/** What is being voted on, what was accepted and waits for its day, and what was decided. */
import { createMemo, createSignal, For, Show } from "solid-js";
import type { LawView, ProposalView, Say } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/states.tsx";
import { now } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { Ballot } from "./ballot.tsx";
import type { Done } from "./data.ts";
import { Tally } from "./tally.tsx";
import { changesText, motionText } from "./words.ts";

/** Rows shown before more are asked for. */
const FIRST = 20;

export function Votes(props: {
  proposals: readonly ProposalView[];
  laws: readonly LawView[] | undefined;
  say: Say | undefined;
  onDone: (done: Done) => void;
}) {
  const [all, setAll] = createSignal(false);
  // By number, so that a new reading of the same proposals leaves what stands on the page alone.
  const numbersIn = (state: ProposalView["state"]) =>
    props.proposals.filter((one) => one.state === state).map(({ number }) => number);
  const open = createMemo(() => numbersIn("voting"));
  const coming = createMemo(() => numbersIn("accepted"));
  const past = () => props.proposals.filter(({ state }) => state !== "voting" && state !== "accepted");
  const shown = () => (all() ? past() : past().slice(0, FIRST));
  const of = (number: number) => props.proposals.find((one) => one.number === number);
  const columns = (): readonly Column<ProposalView>[] => [
    {
      head: t("community.col_proposal"),
      cell: (one) => (
        <a href={`/community/proposal/${one.number}`}>
          {one.number} · {one.purpose}
        </a>
      ),
    },
    { head: t("community.row_motion"), left: true, cell: (one) => motionText(one.motion) },
    { head: t("community.col_result"), left: true, cell: (one) => resultText(one) },
    { head: t("community.col_votes"), cell: (one) => `${local.number(one.yes)} / ${local.number(one.no)}` },
    {
      head: t("community.col_when"),
      cell: (one) => (one.ended === null ? "–" : local.dateTime(one.ended.time)),
    },
  ];
  return (
    <>
      <section class="split">
        <h2>{t("community.open")}</h2>
        <Show
          when={open().length > 0}
          fallback={
            <Empty title={t("community.no_open")}>
              <p class="sub">{t("community.no_open_why")}</p>
            </Empty>
          }
        >
          <div class="proposals">
            <For each={open()}>
              {(number) => (
                <Show when={of(number)}>
                  {(proposal) => <OpenProposal {...props} proposal={proposal()} linked />}
                </Show>
              )}
            </For>
          </div>
        </Show>
      </section>
      <Show when={coming().length > 0}>
        <section class="split">
          <h2>{t("community.coming")}</h2>
          <div class="proposals">
            <For each={coming()}>
              {(number) => (
                <Show when={of(number)}>
                  {(proposal) => <OpenProposal {...props} proposal={proposal()} linked />}
                </Show>
              )}
            </For>
          </div>
        </section>
      </Show>
      <section class="split">
        <h2>{t("community.past")}</h2>
        <Show when={past().length > 0} fallback={<p class="sub">{t("community.no_past")}</p>}>
          <DataTable caption={t("community.past")} columns={columns()} rows={shown()} />
          <Show when={shown().length < past().length}>
            <div>
              <Button quiet onClick={() => setAll(true)}>
                {t("community.show_all", { count: past().length })}
              </Button>
            </div>
          </Show>
        </Show>
      </section>
    </>
  );
}

/** One proposal that still moves, or the top of its own page. */
export function OpenProposal(props: {
  proposal: ProposalView;
  laws: readonly LawView[] | undefined;
  say: Say | undefined;
  onDone: (done: Done) => void;
  linked?: boolean;
}) {
  const quorum = () => {
    const law = props.laws?.find(({ name }) => name === "quorumPerMille");
    return law === undefined ? undefined : Number(law.value);
  };
  return (
    <article class="proposal">
      <Show when={props.linked === true}>
        <p class="tag">
          {t("community.number", { number: props.proposal.number })} · {motionText(props.proposal.motion)}
        </p>
        <h3>
          <a href={`/community/proposal/${props.proposal.number}`}>{props.proposal.purpose}</a>
        </h3>
      </Show>
      <Changes proposal={props.proposal} />
      <Tally proposal={props.proposal} quorumPerMille={quorum()} />
      <Show when={whenText(props.proposal)}>{(text) => <p class="sub">{text()}</p>}</Show>
      <Ballot proposal={props.proposal} say={props.say} onDone={props.onDone} />
    </article>
  );
}

export function Changes(props: { proposal: ProposalView }) {
  return (
    <ul class="changes">
      <For each={changesText(props.proposal)}>
        {(change) => (
          <li>
            {change.what}
            <Show when={change.how}>
              {" "}
              <b>{change.how}</b>
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}

/** Until when it is voted on, or from when it is in force. */
function whenText({ state, closes, due }: ProposalView): string | undefined {
  if (state === "voting") {
    const left = closes.time - now();
    return left <= 0
      ? t("community.closes_now")
      : t("community.closes", { when: local.dateTime(closes.time), span: local.span(left) });
  }
  if (state !== "accepted" || due === null) return undefined;
  const left = due.time - now();
  return left <= 0
    ? t("community.due_now")
    : t("community.due", { when: local.dateTime(due.time), span: local.span(left) });
}

/** What became of it, with the reason where there is one. */
export function resultText({ state, reason }: ProposalView): string {
  const said = t(`community.state.${state}`);
  const why = tCode(`community.reason.${reason}`, {});
  return why === undefined ? said : `${said}. ${why}`;
}
