/**
 * How the community decides, open to everybody. `/community`: the votes; `/community/laws`, `…/rules`,
 * `…/organisations`, `…/treasury`; `…/proposal/<number>`: one of them; `…/propose`: making one.
 */
import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import type { LawView, ProposalView } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Bones, Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { navigate, segments } from "../../router.ts";
import { session } from "../../session.ts";
import { area, t } from "../../strings/dictionary.ts";
import { signing } from "../../strings/signing.ts";
import { createView, type View } from "../../view.ts";
import { type Done, lawsView, live, proposalsView, sayView } from "./data.ts";
import { parametersFrom } from "./laws.ts";
import { LawsTable } from "./laws-table.tsx";
import { OneProposal } from "./one-proposal.tsx";
import { Organisations } from "./organisations.tsx";
import { Propose } from "./propose.tsx";
import { Rules } from "./rules.tsx";
import { Treasury } from "./treasury.tsx";
import { Votes } from "./votes.tsx";
import "../../parts/trading.css";
import "./community.css";

area(signing);

const PARTS = ["votes", "laws", "rules", "organisations", "treasury"] as const;
type Part = (typeof PARTS)[number];

export function CommunityScreen() {
  const proposals = proposalsView();
  const laws = lawsView();
  const say = sayView();
  const [done, setDone] = createSignal<Done>();
  const part = createMemo(() => segments()[1] ?? "votes");
  const number = createMemo(() => (part() === "proposal" ? Number(segments()[2]) : undefined));
  const tab = (): Part => PARTS.find((one) => one === part()) ?? "votes";
  const onDone = (one: Done) => {
    setDone(one);
    void proposals.refresh();
    void say.refresh();
  };
  return (
    <>
      <Head title={titleOf(part(), number(), proposals.value())} sub={t("community.sub")}>
        <Show when={PARTS.some((one) => one === part())}>
          <a class="btn quiet" href="/community/propose">
            {t("community.propose")}
          </a>
        </Show>
      </Head>
      <nav class="parts" aria-label={t("community.parts")}>
        <For each={PARTS}>
          {(one) => (
            <a
              href={one === "votes" ? "/community" : `/community/${one}`}
              aria-current={part() === one ? "page" : tab() === one ? "true" : undefined}
            >
              {t(`community.${one}`)}
            </a>
          )}
        </For>
      </nav>
      <Show when={done()}>
        {(one) => (
          <Note kind="done" alert>
            <a href={`/ledger/block/${one().height}`}>
              {one().text} {t("community.in_block", { height: local.number(one().height) })}
            </a>
          </Note>
        )}
      </Show>
      <Switch>
        <Match when={part() === "votes"}>
          <Loaded view={proposals} heights={[16, 90, 90]}>
            {(value) => <Votes proposals={value()} laws={laws.value()} say={say.value()} onDone={onDone} />}
          </Loaded>
        </Match>
        <Match when={part() === "proposal"}>
          <Loaded view={proposals} heights={[16, 90, 90]}>
            {(value) => (
              <Show
                when={value().find((one) => one.number === number())}
                fallback={
                  <Empty title={t("community.unknown")}>
                    <a href="/community">{t("community.back_to_votes")}</a>
                  </Empty>
                }
              >
                {(proposal) => (
                  <OneProposal proposal={proposal()} laws={laws.value()} say={say.value()} onDone={onDone} />
                )}
              </Show>
            )}
          </Loaded>
        </Match>
        <Match when={part() === "laws"}>
          <Loaded view={laws} heights={[16, 32, 32, 32, 32]}>
            {(value) => <LawsTable laws={value()} />}
          </Loaded>
        </Match>
        <Match when={part() === "rules"}>
          <Rules />
        </Match>
        <Match when={part() === "organisations"}>
          <OrganisationsPart />
        </Match>
        <Match when={part() === "treasury"}>
          <TreasuryPart />
        </Match>
        <Match when={part() === "propose"}>
          <ProposePart
            laws={laws}
            say={say}
            onDone={(one) => {
              onDone(one);
              navigate("/community");
            }}
          />
        </Match>
        <Match when={true}>
          <p>
            <a href="/community">{t("community.back_to_votes")}</a>
          </p>
        </Match>
      </Switch>
    </>
  );
}

function titleOf(
  part: string,
  number: number | undefined,
  proposals: readonly ProposalView[] | undefined,
): string {
  if (part === "propose") return t("community.propose_title");
  if (number === undefined) return t("community.title");
  return proposals?.find((one) => one.number === number)?.purpose ?? t("community.title");
}

function OrganisationsPart() {
  const view = organisationsView();
  return (
    <Loaded view={view} heights={[16, 32, 32]}>
      {(value) => <Organisations organisations={value()} />}
    </Loaded>
  );
}

function TreasuryPart() {
  const view = treasuryView();
  return (
    <Loaded view={view} heights={[16, 56, 32]}>
      {(value) => <Treasury treasury={value()} />}
    </Loaded>
  );
}

function ProposePart(props: {
  laws: View<readonly LawView[]>;
  say: ReturnType<typeof sayView>;
  onDone: (done: Done) => void;
}) {
  const treasury = treasuryView();
  const organisations = organisationsView();
  return (
    <Show
      when={session() !== null}
      fallback={
        <Empty title={t("community.enter_to_propose")}>
          <a href="/enter">{t("frame.enter")}</a>
        </Empty>
      }
    >
      <Loaded view={props.laws} heights={[16, 56, 56]}>
        {(laws) => (
          <Loaded view={props.say} heights={[16, 56, 56]}>
            {(say) => (
              <Show when={parametersFrom(laws(), zone())} fallback={<Bones />}>
                {(parameters) => (
                  <Propose
                    laws={laws()}
                    parameters={parameters()}
                    balanceMicroEur={treasury.value()?.balanceMicroEur}
                    organisations={organisations.value()}
                    say={say()}
                    onDone={props.onDone}
                  />
                )}
              </Show>
            )}
          </Loaded>
        )}
      </Loaded>
    </Show>
  );
}

function organisationsView() {
  return live(
    createView(
      () => "organisations",
      (signal) => platform.call("GET /v1/organisations", { signal }),
    ),
  );
}

function treasuryView() {
  return live(
    createView(
      () => "treasury",
      (signal) => platform.call("GET /v1/treasury", { signal }),
    ),
  );
}
