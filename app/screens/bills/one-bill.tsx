/** One bill: each line with what it follows from, recomputed by this device with the verifier that anyone can run. */
import { createSignal, Match, Show, Switch } from "solid-js";
import { fromHex, toHex } from "#base/bytes.ts";
import { type BillLine, BOOKED_KINDS, numberText } from "#billing/document.ts";
import { MARKET_LINES } from "#billing/market-days.ts";
import { billFrom } from "#wire/bill.ts";
import type { BillEntry } from "#wire/bill-schemas.ts";
import { sentenceOf, verifyBill, type WrongBill } from "#wire/verify-bill.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { trustedProducer } from "../../receipt.ts";
import { session } from "../../session.ts";
import { language, t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { cents, kindOf, periodOf } from "./bill-table.tsx";
import { formulaInWords } from "./formula.ts";
import "../../parts/trading.css";

export function OneBill(props: { entry: BillEntry }) {
  const view = createView<unknown>(
    () => (session() == null ? undefined : `bill:${props.entry.number}`),
    (signal) =>
      platform.call("GET /v1/home/bills/:number", { params: { number: props.entry.number }, signal }),
  );
  const path = () => `/v1/home/bills/${props.entry.number}`;
  return (
    <>
      <Head title={props.entry.number} sub={`${kindOf(props.entry)} · ${periodOf(props.entry)}`}>
        <a class="btn quiet" href="/bills">
          {t("bills.all")}
        </a>
      </Head>
      <div class="stack">
        <Sheet
          rows={[
            { term: t("bills.issuer"), value: props.entry.issuer.name },
            { term: t("bills.issued"), value: local.dayText(props.entry.issued) },
            {
              term: t(props.entry.payableCent < 0 ? "bills.to_receive" : "bills.to_pay"),
              value: <b>{cents(Math.abs(props.entry.payableCent))}</b>,
            },
          ]}
        />
        <Loaded view={view} heights={[16, 56, 56, 56]}>
          {(document) => <Document document={document()} />}
        </Loaded>
        <p class="files">
          <a href={`${path()}/pdf?language=${language()}`} download={`${props.entry.number}.pdf`}>
            {t("bills.pdf")}
          </a>
          <a href={path()} download={`${props.entry.number}.json`}>
            {t("bills.json")}
          </a>
        </p>
        <p class="sub">
          {t("bills.document")} <span class="code">{props.entry.documentHash}</span>
        </p>
      </div>
    </>
  );
}

/** Lines, taxes and the check of a sealed bill; with the hash that stands on the ledger it must be that document. */
export function Document(props: { document: unknown; documentHash?: string }) {
  const read = () => billFrom(props.document);
  const bill = () => {
    const found = read();
    return found.ok ? found.value.bill : undefined;
  };
  return (
    <Show when={bill()} fallback={<Note kind="fault" title={t("bills.unreadable")} />}>
      {(found) => (
        <>
          <Show when={found().evidence.takenBack}>
            {(was) => (
              <Note kind="plain" title={t("bills.takes_back", { number: numberText(was().number) })}>
                {was().reason}
              </Note>
            )}
          </Show>
          <DataTable<BillLine>
            caption={t("bills.lines")}
            rows={found().lines}
            columns={[
              {
                head: t("bills.line"),
                cell: (line) => (
                  <>
                    {isNamed(line.kind) ? (
                      `${t(`bills.line_${line.kind}`)}, ${withDays(line.label)}`
                    ) : (
                      // As the document says it; a contract's tariff is written in English.
                      <span lang={found().kind === "contract" ? "en" : undefined}>{line.label}</span>
                    )}
                    <small class="formula">{formulaInWords(line.formula)}</small>
                  </>
                ),
              },
              {
                head: "kWh",
                cell: (line) =>
                  line.quantity === undefined ? "" : local.number(Number(line.quantity) / 1000, 3),
              },
              { head: "€", cell: (line) => local.number(Number(line.amount) / 1e6, 4) },
            ]}
          />
          <Show when={found().vat.length > 0}>
            <Sheet
              rows={found().vat.map(({ vatPpm, amount }) => ({
                term: t("bills.vat", { percent: local.number(Number(vatPpm) / 10_000) }),
                value: local.money(Number(amount)),
              }))}
            />
          </Show>
          <Show when={BOOKED_KINDS.has(found().kind)}>
            <p class="sub">{t("bills.booked")}</p>
          </Show>
          <Show when={found().coverage.missing > 0}>
            <Note kind="warn" title={t("bills.missing", { count: found().coverage.missing })} />
          </Show>
          <Recomputed
            document={props.document}
            documentHash={props.documentHash}
            lines={found().lines.length}
          />
        </>
      )}
    </Show>
  );
}

/** Lines whose label, a day and perhaps a sale's number, does not say what they are. */
const NAMED = ["sale", "fee", "credit", ...MARKET_LINES] as const;

/** The document writes days as 2026-06-16 in every language. */
function withDays(label: string): string {
  return label.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => local.dayText(day));
}

function isNamed(kind: string): kind is (typeof NAMED)[number] {
  return (NAMED as readonly string[]).includes(kind);
}

/** A month has thousands of signatures: asked for, not done unasked. */
function Recomputed(props: { document: unknown; documentHash: string | undefined; lines: number }) {
  const [busy, setBusy] = createSignal(false);
  const [verdict, setVerdict] = createSignal<{ readonly wrong: WrongBill | undefined }>();
  const recompute = () => {
    setBusy(true);
    // So that the button says it before the device is busy.
    setTimeout(() => {
      const read = billFrom(props.document);
      const checkpoint = read.ok ? read.value.bill.evidence.checkpoint : undefined;
      const trust =
        checkpoint?.by === "producer"
          ? {
              chain: checkpoint.header.chain,
              producer: trustedProducer(
                checkpoint.header.chain,
                toHex(checkpoint.header.producer),
                localStorage,
              ),
            }
          : undefined;
      const checked = verifyBill(props.document, {
        trust,
        documentHash: props.documentHash === undefined ? undefined : fromHex(props.documentHash),
      });
      setVerdict({ wrong: checked.ok ? undefined : checked.error });
      setBusy(false);
    }, 30);
  };
  return (
    <Switch
      fallback={
        <Button quiet busy={busy()} onClick={recompute}>
          {busy() ? t("bills.recomputing") : t("bills.recompute")}
        </Button>
      }
    >
      <Match when={verdict()?.wrong}>
        {(wrong) => (
          <Note kind="fault" alert title={t("bills.differs")}>
            {sentenceOf(wrong())}
          </Note>
        )}
      </Match>
      <Match when={verdict() !== undefined}>
        <Note kind="done" alert title={t("bills.agrees", { count: props.lines })} />
      </Match>
    </Switch>
  );
}
