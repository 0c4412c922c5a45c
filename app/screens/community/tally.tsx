/** How a vote stands: one bar of all who may vote, what it has, what it needs, and what would come of it. */
import { Show } from "solid-js";
import { type Electorate, missedBy } from "#market/proposal.ts";
import type { ProposalView } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { t, tCode } from "../../strings/dictionary.ts";

/** `quorumPerMille`: the law now, where it is known. */
export function Tally(props: { proposal: ProposalView; quorumPerMille: number | undefined }) {
  const cast = () => props.proposal.yes + props.proposal.no;
  const rest = () => Math.max(0, props.proposal.eligible - cast());
  const needed = () => neededVotes(props.proposal, props.quorumPerMille ?? 0);
  const words = () =>
    t("community.cast", {
      cast: local.number(cast()),
      eligible: local.number(props.proposal.eligible),
      yes: local.number(props.proposal.yes),
      no: local.number(props.proposal.no),
    });
  const needs = () => {
    const quorum = { quorum: local.number(needed()) };
    if (props.proposal.electorate === "organisations") return t("community.needs_organisations", quorum);
    return props.proposal.electorate === "founding"
      ? t("community.needs_founding", quorum)
      : t("community.needs_members", quorum);
  };
  const would = () => {
    const electorate = props.proposal.electorate as Electorate;
    return tCode(
      `community.would.${missedBy({ ...props.proposal, electorate }, props.quorumPerMille ?? 0)}`,
      {},
    );
  };
  return (
    <div class="tally">
      <div class="meter" aria-hidden="true">
        <Show when={props.proposal.yes > 0}>
          <i class="yes" style={{ "flex-grow": props.proposal.yes }} />
        </Show>
        <Show when={props.proposal.no > 0}>
          <i class="no" style={{ "flex-grow": props.proposal.no }} />
        </Show>
        <Show when={rest() > 0}>
          <i class="rest" style={{ "flex-grow": rest() }} />
        </Show>
        <Show when={props.proposal.state === "voting" && props.quorumPerMille !== undefined}>
          <span
            class="mark"
            style={{ left: `${Math.min(100, (100 * needed()) / Math.max(1, props.proposal.eligible))}%` }}
          />
        </Show>
      </div>
      <p>{words()}</p>
      <Show when={props.proposal.state === "voting" && props.quorumPerMille !== undefined}>
        <p class="sub">
          {needs()} {would()}
        </p>
      </Show>
    </div>
  );
}

/** How many votes make the quorum, or with organisations how many times yes pass. */
function neededVotes({ electorate, eligible }: ProposalView, quorumPerMille: number): number {
  if (electorate === "organisations") return Math.floor((2 * eligible) / 3) + 1;
  return Math.max(1, Math.ceil((quorumPerMille * eligible) / 1000));
}
