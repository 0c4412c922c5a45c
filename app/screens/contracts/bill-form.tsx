/**
 * What can be invoiced now: the energy by the buyer's meter and what it comes to at the price of the terms. Where the
 * price follows an index the seller gives a file of its prices; where nothing was counted there is nothing to invoice.
 * The platform makes the bill and keeps it; its hash is what the seller signs.
 */
import { createSignal, createUniqueId, onMount, Show } from "solid-js";
import type { SupplyContractView } from "#wire/contract-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Loaded, Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import type { Act } from "./act.tsx";
import { billing } from "./acts.tsx";

export function BillForm(props: {
  contract: SupplyContractView;
  onAct: (act: Act) => void;
  onBack: () => void;
}) {
  const id = () => props.contract.contract;
  const billable = createView(
    () => `billable-${id()}`,
    (signal) => platform.call("GET /v1/contracts/:id/billable", { params: { id: id() }, signal }),
  );
  const [file, setFile] = createSignal<File>();
  const { busy, problem, attempt } = createAttempt();
  const fileId = createUniqueId();
  let form: HTMLFormElement | undefined;
  onMount(() => form?.scrollIntoView({ block: "nearest" }));
  const followsIndex = () => props.contract.terms.price.type === "index";
  const make = () =>
    attempt(async () => {
      const indices = await pricesIn(file());
      const body = indices === undefined ? {} : { indices };
      const bill = await platform.call("POST /v1/contracts/:id/bill", { params: { id: id() }, body });
      props.onAct(billing(props.contract, bill));
    });
  return (
    <form
      class="form"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy()) void make();
      }}
    >
      <Loaded view={billable} heights={[16, 16]}>
        {(value) => (
          <Show when={value().energyWh > 0} fallback={<p class="sub">{t("contracts.bill_nothing")}</p>}>
            <p>
              {t("contracts.bill_from_meter", {
                energy: local.soldEnergy(value().energyWh),
                from: local.dateTime(value().from),
                to: local.dateTime(value().to),
              })}
              <Show when={value().amountMicroEur}>
                {(microEur) => (
                  <>
                    {" · "}
                    <b>{local.money(microEur())}</b>
                  </>
                )}
              </Show>
            </p>
            <Show when={value().missing > 0}>
              <p class="sub">{t("contracts.bill_missing", { count: value().missing })}</p>
            </Show>
            <Show when={followsIndex()}>
              <label for={fileId}>{t("contracts.bill_index")}</label>
              <input
                id={fileId}
                class="field"
                type="file"
                accept="application/json,.json"
                onChange={(event) => setFile(event.currentTarget.files?.[0])}
              />
            </Show>
          </Show>
        )}
      </Loaded>
      <div class="row-of">
        <Show when={(billable.value()?.energyWh ?? 0) > 0}>
          <Button type="submit" busy={busy()}>
            {t("contracts.review")}
          </Button>
        </Show>
        <Button quiet onClick={props.onBack}>
          {t("contracts.cancel")}
        </Button>
      </div>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
    </form>
  );
}

/** What is no JSON is no series of prices either: the platform says so. */
async function pricesIn(file: File | undefined): Promise<unknown> {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(await file.text());
  } catch {
    return [];
  }
}
