/** One block: its transactions as sentences, its header, and the hash computed again on this device. */
import { createMemo, For, Show } from "solid-js";
import { fromHex, toHex } from "#base/bytes.ts";
import { headerHash } from "#ledger/block.ts";
import type { BlockView, TransactionView } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Head } from "../../parts/head.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { community } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { sentenceOf, statusText } from "./fields.ts";
import { Hash } from "./hash.tsx";

export function OneBlock(props: { height: number }) {
  const view = createView(
    () => `block:${props.height}`,
    (signal) => platform.call("GET /v1/blocks/:height", { params: { height: props.height }, signal }),
  );
  const unknown = () => view.refused()?.status === 404 && view.value() === undefined;
  return (
    <>
      <Head
        title={t("explorer.block", { height: local.number(props.height) })}
        sub={view.value() === undefined ? "\u00a0" : local.dateTime(view.value()!.time)}
      >
        <a class="btn quiet" href="/ledger">
          {t("explorer.all_blocks")}
        </a>
        <Show when={props.height > 1}>
          <a
            class="btn quiet square"
            href={`/ledger/block/${props.height - 1}`}
            aria-label={t("explorer.previous")}
          >
            <Icon name="left" size={18} />
          </a>
        </Show>
        <Show when={!unknown()}>
          <a
            class="btn quiet square"
            href={`/ledger/block/${props.height + 1}`}
            aria-label={t("explorer.next")}
          >
            <Icon name="right" size={18} />
          </a>
        </Show>
      </Head>
      <Show
        when={unknown()}
        fallback={
          <Loaded view={view} heights={[16, 44, 44, 44]}>
            {(block) => <BlockPage block={block()} />}
          </Loaded>
        }
      >
        <Empty title={t("explorer.unknown")} />
      </Show>
    </>
  );
}

function BlockPage(props: { block: BlockView }) {
  return (
    <section class="two">
      <div class="split">
        <h2>{t("explorer.transactions")}</h2>
        <Show
          when={props.block.transactions.length > 0}
          fallback={
            <p class="reason">
              {t("explorer.no_transactions")}
              <small>{t("explorer.no_transactions_why")}</small>
            </p>
          }
        >
          <ol class="chain">
            <For each={props.block.transactions}>
              {(transaction) => <TransactionRow transaction={transaction} />}
            </For>
          </ol>
        </Show>
      </div>
      <div class="split">
        <h2>{t("explorer.header")}</h2>
        <Sheet
          rows={[
            { term: t("explorer.hash"), value: <Hash value={props.block.hash} /> },
            {
              term: t("explorer.previous_hash"),
              value:
                props.block.height > 1 ? (
                  <a href={`/ledger/block/${props.block.height - 1}`}>
                    <Hash value={props.block.previousHash} />
                  </a>
                ) : (
                  <Hash value={props.block.previousHash} />
                ),
            },
            { term: t("explorer.state_root"), value: <Hash value={props.block.stateRoot} /> },
            ...(props.block.transactionsRoot === null
              ? []
              : [
                  {
                    term: t("explorer.transactions_root"),
                    value: <Hash value={props.block.transactionsRoot} />,
                  },
                ]),
            {
              term: props.block.producer === null ? t("explorer.vouched") : t("explorer.producer"),
              value:
                props.block.producer === null ? (
                  t("explorer.validators")
                ) : (
                  <Hash value={props.block.producer} />
                ),
            },
          ]}
        />
        <HashCheck block={props.block} />
        <Show when={props.block.producer === null}>
          <Signatures height={props.block.height} />
        </Show>
      </div>
    </section>
  );
}

/** Which validators signed it, as this node has it; nothing where it no longer knows. */
function Signatures(props: { height: number }) {
  const view = createView(
    () => `signatures:${props.height}`,
    (signal) =>
      platform.call("GET /v1/blocks/:height/signatures", { params: { height: props.height }, signal }),
  );
  return (
    <Show when={view.value()}>
      {(found) => (
        <div class="split signatures">
          <h2>{t("explorer.signatures")}</h2>
          <p class="sub">
            {t("explorer.signatures_count", {
              signed: local.number(found().validators.filter(({ signed }) => signed).length),
              count: local.number(found().validators.length),
            })}
          </p>
          <Sheet
            rows={found().validators.map(({ name, address, signed }) => ({
              term: address.startsWith(name) ? t("network.validator", { name }) : name,
              value: (
                <span class="verdict" classList={{ refused: !signed }}>
                  {signed ? t("network.signed") : t("network.not_signed")}
                </span>
              ),
            }))}
          />
        </div>
      )}
    </Show>
  );
}

/** Only says that the hash fits where it was computed here, from the fields that are shown. */
function HashCheck(props: { block: BlockView }) {
  const fits = createMemo(() => {
    const chain = community()?.chain;
    const fields = [
      props.block.previousHash,
      props.block.stateRoot,
      props.block.transactionsRoot,
      props.block.producer,
    ].map((field) => (field === null ? undefined : fromHex(field)));
    const [previousHash, stateRoot, transactionsRoot, producer] = fields;
    if (chain === undefined || !previousHash || !stateRoot || !transactionsRoot || !producer)
      return undefined;
    const { height, time } = props.block;
    const header = { chain, height, time, previousHash, stateRoot, transactionsRoot, producer };
    return toHex(headerHash(header)) === props.block.hash;
  });
  return (
    <Show when={fits() !== undefined}>
      <Show when={fits()} fallback={<Note kind="fault" title={t("explorer.hash_differs")} />}>
        <p class="fits">
          <Icon name="check" size={20} />
          {t("explorer.hash_fits")}
        </p>
      </Show>
    </Show>
  );
}

function TransactionRow(props: { transaction: TransactionView }) {
  const ok = () => props.transaction.status === "ok";
  return (
    <li>
      <a class="transaction-row" href={`/ledger/transaction/${props.transaction.id}`}>
        <span>
          <b>{sentenceOf(props.transaction)}</b>
          <small>
            {t("explorer.member", { member: props.transaction.sender })} ·{" "}
            <code>{props.transaction.id.slice(0, 8)}…</code>
          </small>
        </span>
        <span class="verdict" classList={{ refused: !ok() }}>
          {statusText(props.transaction.status)}
        </span>
        <Icon name="right" size={18} />
      </a>
    </li>
  );
}
