/** One transaction: what it says in a sentence, every field that was signed, and its envelope. */
import { Show } from "solid-js";
import type { TransactionView } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { isOwn } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { kindName, readableFields, sentenceOf, statusText } from "./fields.ts";
import { Hash } from "./hash.tsx";

export function OneTransaction(props: { id: string }) {
  const view = createView(
    () => `transaction:${props.id}`,
    (signal) => platform.call("GET /v1/transactions/:id", { params: { id: props.id }, signal }),
  );
  const sub = () => {
    const found = view.value();
    return found === undefined
      ? "\u00a0"
      : t("explorer.in_block", {
          index: found.index + 1,
          height: local.number(found.height),
          time: local.dateTime(found.time),
        });
  };
  return (
    <>
      <Head
        title={view.value() === undefined ? t("explorer.transaction") : kindName(view.value()!.kind)}
        sub={sub()}
      >
        <Show when={view.value()}>
          {(found) => (
            <a class="btn quiet" href={`/ledger/block/${found().height}`}>
              {t("explorer.block", { height: local.number(found().height) })}
            </a>
          )}
        </Show>
        <a class="btn quiet" href="/ledger">
          {t("explorer.all_blocks")}
        </a>
      </Head>
      <Show
        when={view.refused()?.status === 404 && view.value() === undefined}
        fallback={
          <Loaded view={view} heights={[28, 16, 16, 16]}>
            {(found) => <TransactionPage transaction={found()} />}
          </Loaded>
        }
      >
        <Empty title={t("explorer.unknown")} />
      </Show>
    </>
  );
}

function TransactionPage(props: { transaction: TransactionView }) {
  const ok = () => props.transaction.status === "ok";
  /** The seller comes back to the sale from here; for anyone else the sale's page does not exist. */
  const ownSale = () => {
    const { fields, sender } = props.transaction;
    return isOwn(sender) ? fields.find((field) => field.name === "sale")?.value : undefined;
  };
  return (
    <section class="two">
      <div class="stack">
        <p class="reason">{sentenceOf(props.transaction)}</p>
        <Show when={!ok()}>
          <Note kind="fault" tag={<span class="code">{props.transaction.status}</span>}>
            {statusText(props.transaction.status)}
          </Note>
        </Show>
        <div class="split">
          <h2>{t("explorer.fields")}</h2>
          <Sheet
            rows={readableFields(props.transaction).map((field) => ({
              term: field.name,
              value: field.hex ? <Hash value={field.text} /> : field.text,
            }))}
          />
        </div>
        <Show when={ownSale()}>
          {(sale) => (
            <p>
              <a href={`/sell/${sale()}`}>{t("explorer.see_receipt")}</a>
            </p>
          )}
        </Show>
      </div>
      <div class="split">
        <h2>{t("explorer.envelope")}</h2>
        <Sheet
          rows={[
            { term: t("explorer.status"), value: statusText(props.transaction.status) },
            {
              term: t("explorer.sender"),
              value: t("explorer.member", { member: props.transaction.sender }),
            },
            { term: t("explorer.kind"), value: props.transaction.kind },
            {
              term: t("explorer.size"),
              value: t("explorer.bytes", { count: local.number(props.transaction.bytes) }),
            },
            { term: t("explorer.id"), value: <Hash value={props.transaction.id} /> },
          ]}
        />
      </div>
    </section>
  );
}
