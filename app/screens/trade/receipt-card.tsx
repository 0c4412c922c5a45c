/** The receipt of a closed sale: figures, block, and whether this device itself could verify them. */
import { createMemo, createSignal, Match, Show, Switch } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { fingerprintOfValidators } from "#consensus/fingerprint.ts";
import { signersOf } from "#consensus/light-block.ts";
import { type ValidatorSet, validatorAddress } from "#consensus/validator-set.ts";
import { proofIn } from "#wire/receipt.ts";
import type { Network, Receipt, Sale } from "#wire/schemas.ts";
import { UNIT_SPACE } from "../../format.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { platform } from "../../platform.ts";
import {
  isCompared,
  receiptFile,
  setCompared,
  trustAnew,
  trustedFingerprint,
  verifyReceipt,
} from "../../receipt.ts";
import { community, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";

export function ReceiptCard(props: { sale: Sale }) {
  const view = createView(
    () => (session() == null ? undefined : `receipt:${props.sale.id}`),
    (signal) => platform.call("GET /v1/home/sales/:id/receipt", { params: { id: props.sale.id }, signal }),
  );
  return (
    <div class="step receipt">
      <h2>{t("sale.receipt")}</h2>
      <Show when={props.sale.deliveredWh > 0} fallback={<p class="reason">{t("sale.nothing_received")}</p>}>
        <p class="big">
          {local.number(props.sale.netMicroEur / 1e6, 3)}
          <small>{t("sale.received")}</small>
        </p>
      </Show>
      <Sheet rows={rows(props.sale)} />
      <Switch fallback={<p class="sub">{t("sale.verifying")}</p>}>
        <Match when={view.value()}>{(receipt) => <Verdict receipt={receipt()} shown={props.sale} />}</Match>
        <Match when={view.unreached() || view.refused()}>
          <p class="sub">{t("sale.proof_pending")}</p>
        </Match>
      </Switch>
      <Show when={view.value()}>
        {(receipt) => (
          <Button quiet onClick={() => save(receipt())}>
            <span class="with-icon">
              <Icon name="download" size={18} />
              {t("sale.save")}
            </span>
          </Button>
        )}
      </Show>
    </div>
  );
}

/** Says "verified" only where this device itself checked every step, for the figures that stand on the screen. */
function Verdict(props: { receipt: Receipt; shown: Sale }) {
  const [trusted, setTrusted] = createSignal(0);
  const network = createView(
    () => (byValidators(props.receipt) === undefined ? undefined : "network"),
    (signal) => platform.call("GET /v1/network", { signal }),
  );
  const checked = createMemo(() => {
    trusted();
    const chain = community()?.chain;
    if (chain === undefined) return undefined;
    const device = { storage: localStorage, now: Math.floor(Date.now() / 1000) };
    return verifyReceipt({ ...props.receipt, sale: props.shown }, chain, device);
  });
  const verified = () => {
    const result = checked();
    return result?.ok === true ? result.value : undefined;
  };
  const problem = () => {
    const result = checked();
    return result?.ok === false ? result.error : undefined;
  };
  return (
    <>
      <Show when={verified()}>
        {(proof) => (
          <div class="verified" role="status">
            <Icon name="check" size={24} />
            <p>
              <b>{t("sale.verified")}</b>
              <small>
                {t(proof().validators === undefined ? "sale.verified_how" : "sale.verified_by_validators", {
                  steps: local.number(proof().steps),
                  height: local.number(proof().height),
                  signed: local.number(proof().validators?.signed ?? 1),
                  of: local.number(proof().validators?.of ?? 1),
                  size: `${local.number(proof().proofBytes / 1000, 1)}${UNIT_SPACE}kB`,
                })}
              </small>
              <Show when={byValidators(props.receipt)}>
                {(checkpoint) => (
                  <small>
                    {t("sale.signers", { names: namesOf(signersOf(checkpoint()), network.value()) })}
                  </small>
                )}
              </Show>
            </p>
          </div>
        )}
      </Show>
      <Show when={verified() && community()?.chain}>{(chain) => <FirstMeeting chain={chain()} />}</Show>
      <Show when={problem()}>
        {(code) => (
          <Note
            kind="fault"
            tag={
              <>
                {t("sale.not_verified").toUpperCase()} · <span class="code">{code()}</span>
              </>
            }
            title={t(`sale.proof_${code()}`, { height: local.number(props.receipt.block.height) })}
          />
        )}
      </Show>
      <Show when={problem() === "trust_expired" && byValidators(props.receipt)}>
        {(checkpoint) => (
          <TrustAnew
            names={namesOf(checkpoint().validators, network.value())}
            fingerprint={fingerprintOfValidators(checkpoint().validators)}
            onTrust={() => {
              trustAnew(props.receipt, community()!.chain, localStorage);
              setTrusted(trusted() + 1);
            }}
          />
        )}
      </Show>
    </>
  );
}

/** Whom this device met first is believed from then on: once, the person can compare who it was. */
function FirstMeeting(props: { chain: string }) {
  const [compared, setIsCompared] = createSignal(isCompared(props.chain, localStorage));
  const [differs, setDiffers] = createSignal(false);
  const fingerprint = () => trustedFingerprint(props.chain, localStorage);
  return (
    <Show when={!compared() && fingerprint()}>
      {(shown) => (
        <Show when={!differs()} fallback={<Note kind="fault" alert title={t("sale.meeting_differs")} />}>
          <div class="stack tight meeting">
            <p class="sub">{t("sale.meeting_why")}</p>
            <code class="code fingerprint">{shown()}</code>
            <div class="row-of">
              <Button
                small
                onClick={() => {
                  setCompared(props.chain, localStorage);
                  setIsCompared(true);
                }}
              >
                {t("sale.meeting_same")}
              </Button>
              <Button quiet small onClick={() => setDiffers(true)}>
                {t("sale.meeting_other")}
              </Button>
            </div>
          </div>
        </Show>
      )}
    </Show>
  );
}

/** Asks first: whoever is trusted here is believed from now on. */
function TrustAnew(props: { names: string; fingerprint: string; onTrust: () => void }) {
  const [asked, setAsked] = createSignal(false);
  return (
    <Show
      when={asked()}
      fallback={
        <div>
          <Button quiet onClick={() => setAsked(true)}>
            {t("sale.trust_anew")}
          </Button>
        </div>
      }
    >
      <div class="stack tight trust-anew" role="alert">
        <p>{t("sale.trust_ask", { names: props.names })}</p>
        <code class="code fingerprint">{props.fingerprint}</code>
        <div class="row-of">
          <Button onClick={props.onTrust}>{t("sale.trust_yes")}</Button>
          <Button quiet onClick={() => setAsked(false)}>
            {t("sale.trust_no")}
          </Button>
        </div>
      </div>
    </Show>
  );
}

function byValidators(receipt: Receipt) {
  const checkpoint = proofIn(receipt)?.checkpoint;
  return checkpoint?.by === "validators" ? checkpoint : undefined;
}

/** As the platform names them now; one that it does not know by the beginning of its address. */
function namesOf(validators: ValidatorSet, network: Network | undefined): string {
  const byKey = new Map(network?.validators.map(({ publicKey, name }) => [publicKey, name]));
  return validators
    .map(
      ({ publicKey }) =>
        byKey.get(toHex(publicKey)) ?? toHex(validatorAddress(publicKey)).slice(0, 8).toUpperCase(),
    )
    .join(", ");
}

function rows(sale: Sale) {
  const settled = sale.settled;
  return [
    {
      term: t("sale.row_delivered"),
      value:
        settled === null
          ? `${local.number(sale.deliveredWh)} Wh`
          : t("sale.row_delivered_value", {
              wh: local.number(sale.deliveredWh),
              time: local.when(settled.time),
            }),
    },
    {
      term: t("sale.row_rate", { day: local.dayText(sale.day, false) }),
      value: local.ratePerKwh(sale.rateMicroEurPerKwh),
    },
    {
      term: t("sale.row_gross", { supplier: sale.supplier.name }),
      value: local.soldMoney(sale.grossMicroEur),
    },
    { term: t("sale.row_fee"), value: local.soldMoney(-sale.feeMicroEur) },
    ...(settled === null
      ? []
      : [
          {
            term: t("sale.row_block"),
            value: <a href={`/ledger/block/${settled.height}`}>{local.number(settled.height)}</a>,
          },
        ]),
    {
      term: t("sale.row_transaction"),
      value: (
        <a href={`/ledger/transaction/${sale.authorised.transaction}`}>
          <code>{`${sale.authorised.transaction.slice(0, 8)}…`}</code>
        </a>
      ),
    },
  ];
}

function save(receipt: Receipt): void {
  const proof = proofIn(receipt);
  if (proof === undefined) return;
  const file = receiptFile(receipt, proof.checkpoint);
  const url = URL.createObjectURL(new Blob([file.text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
