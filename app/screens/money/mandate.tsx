/**
 * The mandate by which the community collects what a member owes: given in a letter that this device signs, ended by a
 * word; and under it what is or was collected, from which day, by which bills.
 */
import { Match, Show, Switch } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { parseDay } from "#base/time.ts";
import type { OwnMandate } from "#wire/collection-schemas.ts";
import { type MandateUse, mandateHash } from "#wire/debit-mandate.ts";
import { createAttempt } from "../../attempt.ts";
import { deviceKey } from "../../device-key.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { community, reachable, session } from "../../session.ts";
import { debits } from "../../strings/debits.ts";
import { area, t } from "../../strings/dictionary.ts";

area(debits);

type Debit = OwnMandate["debits"][number];

export function Mandate(props: { own: OwnMandate; hasAccount: boolean; onDone: () => void }) {
  const { busy, problem, attempt } = createAttempt();
  const sign = (use: MandateUse) =>
    attempt(async () => {
      const [who, known, { creditor, next }] = [session(), community(), props.own];
      if (who == null || known === undefined || creditor === null) return;
      const key = await deviceKey();
      const { change, reference, account, today } = next;
      const hash = mandateHash({
        ...{ chain: known.chain, member: who.member, change, reference, use, account },
        ...{ creditor: creditor.id, signed: parseDay(today)! },
      });
      const signed = { publicKey: toHex(key.publicKey), signature: toHex(await key.sign(hash)) };
      const body = { change, creditor: creditor.id, use, signed: today, account, ...signed };
      await platform.call("POST /v1/account/mandate", { body });
      announce(t("debits.given"));
      props.onDone();
    });
  const end = () =>
    attempt(async () => {
      await platform.call("DELETE /v1/account/mandate");
      announce(t("debits.ended"));
      props.onDone();
    });
  const offline = () => (reachable() ? undefined : t("signing.offline"));
  const missing = () => offline() ?? (props.hasAccount ? undefined : t("debits.account_first"));
  return (
    <div class="split mandate">
      <h2>{t("debits.mandate")}</h2>
      <Show when={props.own.creditor} fallback={<p class="sub">{t("debits.no_creditor")}</p>}>
        {(creditor) => (
          <>
            <p class="sub">{t("debits.mandate_why")}</p>
            <p class="sub">
              {t("debits.for")} {creditor().name}, <span class="code">{creditor().id}</span>
            </p>
          </>
        )}
      </Show>
      <Show when={props.own.mandate}>
        {(mandate) => (
          <p>
            {t("debits.mandate_stands", {
              reference: mandate().reference,
              day: local.dayText(mandate().signed),
              use: t(`debits.use.${mandate().use}`),
            })}
            <Show when={mandate().fault}>
              {(fault) => <span class="sub wrong"> {t(`debits.fault.${fault()}`)}</span>}
            </Show>
          </p>
        )}
      </Show>
      <Show when={props.own.creditor}>
        <div class="row-of">
          <Switch>
            <Match when={props.own.mandate !== null && props.own.mandate.fault === null}>
              <Button quiet busy={busy()} reason={offline()} onClick={() => void end()}>
                {t("debits.end")}
              </Button>
            </Match>
            <Match when={true}>
              <Button busy={busy()} reason={missing()} onClick={() => void sign("recurrent")}>
                {t("debits.give_recurrent")}
              </Button>
              <Button quiet busy={busy()} reason={missing()} onClick={() => void sign("one_off")}>
                {t("debits.give_one_off")}
              </Button>
            </Match>
          </Switch>
        </div>
      </Show>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
      <Show when={props.own.debits.length > 0}>
        <DataTable caption={t("debits.announced")} columns={columns()} rows={props.own.debits} />
      </Show>
    </div>
  );
}

function columns(): readonly Column<Debit>[] {
  return [
    { head: t("debits.col_day"), left: true, cell: (one) => local.dayText(one.day) },
    { head: t("debits.col_amount"), cell: (one) => local.number(one.cents / 100, 2) },
    { head: t("debits.col_bills"), left: true, cell: (one) => one.bills.join(", ") },
    { head: t("debits.col_state"), left: true, cell: (one) => t(`debits.state.${one.state}`) },
  ];
}
