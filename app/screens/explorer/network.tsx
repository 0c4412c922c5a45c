/**
 * Who makes the blocks and how they fare, in plain words first: validators with what they signed and how many
 * of them may fail, or the one producer and what that means. Read again every few seconds.
 */
import { For, type JSX, onCleanup, Show } from "solid-js";
import type { Network } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Head } from "../../parts/head.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { trustedFingerprint } from "../../receipt.ts";
import { community, onStream, reachable, wallNow } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { Hash } from "./hash.tsx";
import { type Health, healthOf } from "./health.ts";
import { Tabs } from "./tabs.tsx";

const POLL_MS = 3_000;

export function NetworkHealth() {
  const view = createView(
    () => "network",
    (signal) => platform.call("GET /v1/network", { signal }),
  );
  const timer = setInterval(() => {
    if (reachable()) void view.refresh();
  }, POLL_MS);
  onCleanup(() => clearInterval(timer));
  onCleanup(onStream("block", () => void view.refresh()));
  return (
    <>
      <Head title={t("explorer.title")} sub={t("network.sub", { chain: community()?.chain ?? "…" })}>
        <Tabs />
      </Head>
      <Show when={view.refused()?.code !== "network_silent"} fallback={<Empty title={t("network.silent")} />}>
        <Loaded view={view} heights={[56, 28, 44, 44]}>
          {(network) => (
            <Show when={network().engine === "cometbft"} fallback={<OneProducer network={network()} />}>
              <Validators network={network()} />
            </Show>
          )}
        </Loaded>
      </Show>
    </>
  );
}

function Validators(props: { network: Network }) {
  const health = () => healthOf(props.network.validators);
  return (
    <>
      <section class="two">
        <div>
          <p class="big">
            {local.number(health().signed)}
            <small>{t("network.signed_unit", { count: local.number(health().of) })}</small>
          </p>
          <p class="signers" aria-hidden="true">
            <For each={props.network.validators}>
              {(one) => <i classList={{ missing: !one.signedLast }} />}
            </For>
          </p>
        </div>
        <p class="reason" role="status">
          {plainWords(props.network, health())}
          <small>{t("network.why")}</small>
        </p>
      </section>
      <section class="two">
        <div class="split">
          <h2>{t("network.validators")}</h2>
          <ol class="chain">
            <For each={props.network.validators}>
              {(one) => <ValidatorRow one={one} network={props.network} />}
            </For>
          </ol>
        </div>
        <div class="split">
          <h2>{t("network.node")}</h2>
          <Sheet rows={nodeRows(props.network, health())} />
        </div>
      </section>
    </>
  );
}

function plainWords({ ready, consensus }: Network, { signed, of, bears, bearsMore }: Health): string {
  if (consensus?.catchingUp === true) return t("network.catching_up");
  if (!ready) return t("network.halted");
  const count = local.number(of);
  if (signed < of) {
    const left =
      bearsMore > 0 ? t("network.bears_more", { count: local.number(bearsMore) }) : t("network.bears_none");
    return `${t("network.signed_some", { signed: local.number(signed), count })} ${left}`;
  }
  const left = bears > 0 ? t("network.bears", { count: local.number(bears) }) : t("network.bears_not_one");
  return `${of === 1 ? t("network.signed_one") : t("network.signed_all", { count })} ${left}`;
}

function ValidatorRow(props: { one: Network["validators"][number]; network: Network }) {
  const total = () => props.network.validators.reduce((sum, { power }) => sum + power, 0);
  const isUnnamed = () => props.one.address.startsWith(props.one.name);
  return (
    <li class="validator-row">
      <span>
        <b>{isUnnamed() ? t("network.validator", { name: props.one.name }) : props.one.name}</b>
        <small>
          <Show when={props.one.member}>
            {(member) => `${t("explorer.member", { member: member() })} · `}
          </Show>
          <Show
            when={props.one.address === props.network.self?.address}
          >{`${t("network.this_node")} · `}</Show>
          {t("network.share", { share: local.percent(total() === 0 ? 0 : props.one.power / total()) })}
        </small>
        <Hash value={props.one.address} />
      </span>
      <span class="verdict" classList={{ refused: !props.one.signedLast }}>
        {props.one.signedLast ? t("network.signed") : t("network.not_signed")}
      </span>
    </li>
  );
}

function nodeRows(network: Network, { bears, of }: Health): readonly { term: string; value: JSX.Element }[] {
  const { consensus, peers, version } = network;
  return [
    {
      term: t("network.failures"),
      value: t("network.failures_of", { count: local.number(bears), of: local.number(of) }),
    },
    { term: t("network.height"), value: lastBlock(network.height) },
    ...(consensus === null
      ? []
      : [
          { term: t("network.consensus_height"), value: local.number(consensus.height) },
          {
            term: t("network.since"),
            value: local.span(wallNow() / 1000 - Date.parse(consensus.time) / 1000),
          },
          {
            term: t("network.up_to_date"),
            value: consensus.catchingUp ? t("network.no_behind") : t("network.yes"),
          },
        ]),
    { term: t("network.block_time"), value: local.dateTime(network.time) },
    {
      term: t("network.peers"),
      value:
        peers.length === 0
          ? t("network.no_peers")
          : peers.map(({ name, nodeId }) => name || nodeId).join(", "),
    },
    { term: t("network.engine"), value: `CometBFT ${version ?? ""}` },
    trustRow(),
  ];
}

/** Whom this device believes, for the person to compare; it meets nobody before its first receipt. */
function trustRow(): { term: string; value: JSX.Element } {
  const chain = community()?.chain;
  const shown = chain === undefined ? undefined : trustedFingerprint(chain, localStorage);
  const value =
    shown === undefined ? t("network.trusts_nobody") : <code class="code fingerprint">{shown}</code>;
  return { term: t("network.device_trusts"), value };
}

function lastBlock(height: number): JSX.Element {
  return height > 0 ? <a href={`/ledger/block/${height}`}>{local.number(height)}</a> : "–";
}

function OneProducer(props: { network: Network }) {
  return (
    <section class="two">
      <p class="reason">
        {t("network.one_producer")}
        <small>{t("network.one_producer_why")}</small>
      </p>
      <div class="split">
        <h2>{t("network.producer")}</h2>
        <Sheet
          rows={[
            ...props.network.validators.map((one) => ({
              term: t("explorer.producer"),
              value: <Hash value={one.publicKey} />,
            })),
            { term: t("network.height"), value: lastBlock(props.network.height) },
            { term: t("network.block_time"), value: local.dateTime(props.network.time) },
            { term: t("network.engine"), value: t("network.engine_embedded") },
            trustRow(),
          ]}
        />
      </div>
    </section>
  );
}
