/** Suppliers that asked to be enrolled; the operator's signature lets them buy. */
import { createSignal, For, Show } from "solid-js";
import { enrolEnergySupplier } from "#chain/transactions.ts";
import type { SupplierApplication } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

export function Applications(props: {
  applications: readonly SupplierApplication[];
  refresh: () => Promise<void>;
}) {
  const [signing, setSigning] = createSignal<SupplierApplication>();
  const [done, setDone] = createSignal<{ name: string; height: number }>();

  return (
    <section class="two">
      <div class="split">
        <h2>{t("operator.waiting")}</h2>
        <Show when={done()}>
          {(one) => (
            <Note kind="done">
              <a href={`/ledger/block/${one().height}`}>
                {t("operator.enrolled", { name: one().name, height: local.number(one().height) })}
              </a>
            </Note>
          )}
        </Show>
        <Show
          when={props.applications.length > 0}
          fallback={
            <Empty title={t("operator.none_waiting")}>
              <p class="sub">{t("operator.none_waiting_why")}</p>
            </Empty>
          }
        >
          <ul class="applications">
            <For each={props.applications}>
              {(application) => (
                <li>
                  <span>
                    <b>{application.name}</b>
                    <small>
                      {t("operator.asked", {
                        member: application.member,
                        when: local.dateTime(application.time),
                      })}
                    </small>
                  </span>
                  <Button
                    quiet
                    label={t("operator.enrol_label", { name: application.name })}
                    onClick={() => {
                      setDone(undefined);
                      setSigning(application);
                    }}
                  >
                    {t("operator.enrol")}
                  </Button>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
      <Show when={signing()} keyed>
        {(application) => (
          <div class="step">
            <h2>{t("operator.enrol_title", { name: application.name })}</h2>
            <p class="sub">{t("operator.enrol_why")}</p>
            <SignAndSend
              kind={enrolEnergySupplier}
              body={{ member: application.member, name: application.name }}
              rows={(body) => [
                { term: t("operator.sign_name"), value: body.name },
                { term: t("operator.sign_member"), value: local.number(body.member) },
              ]}
              words={{
                sign: t("operator.sign_enrol"),
                notDone: t("operator.not_enrolled"),
                back: t("operator.not_now"),
              }}
              onBack={() => setSigning(undefined)}
              onDone={(height) => {
                setSigning(undefined);
                setDone({ name: application.name, height });
                announce(t("operator.enrolled", { name: application.name, height: local.number(height) }));
                void props.refresh();
              }}
            />
          </div>
        )}
      </Show>
    </section>
  );
}
