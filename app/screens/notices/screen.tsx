/**
 * What the home was told, newest first, each leading to where it happened; of what it wants to be told, and whether
 * this device is told while the app is closed. Whoever looks has read them.
 */
import { createEffect, createResource, createSignal, For, onCleanup, Show } from "solid-js";
import { NOTICE_KINDS, type NoticeKind } from "#wire/notice-codes.ts";
import type { Notice, NoticeSettings, Notices as NoticesDocument } from "#wire/notice-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Head } from "../../parts/head.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { Empty, Loaded, Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { reachable, session } from "../../session.ts";
import { language, t, tCode } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { layTextsReady, type PushState, pushState, turnPushOff, turnPushOn } from "./push.ts";
import "./notices.css";

const REFRESH_MS = 15_000;

export function NoticesScreen() {
  const view = createView(
    () => (session()?.role === "citizen" ? "notices" : undefined),
    (signal) => platform.call("GET /v1/home/notices", { signal }),
  );
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") void view.refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));
  createEffect(() => {
    const newest = view.value()?.notices[0];
    if (newest === undefined || newest.read || !reachable()) return;
    void platform.call("POST /v1/home/notices/read", { body: { id: newest.id } }).catch(() => undefined);
  });
  return (
    <>
      <Head title={t("place.notices")} sub={t("notices.sub")} />
      <Loaded view={view} heights={[56, 56, 56]}>
        {(value) => (
          <section class="two notices">
            <List notices={value().notices} />
            <Wanted value={value()} onSet={() => void view.refresh()} />
          </section>
        )}
      </Loaded>
    </>
  );
}

function List(props: { notices: readonly Notice[] }) {
  return (
    <div class="stack">
      <h2 class="unseen">{t("place.notices")}</h2>
      <Show when={props.notices.length > 0} fallback={<Empty title={t("notices.none")} />}>
        <ul class="told">
          <For each={props.notices}>
            {(notice) => (
              <li>
                <a href={notice.path} classList={{ fresh: !notice.read }}>
                  <Note kind={kindOf(notice)} tag={tagOf(notice)} title={sentenceOf(notice)} />
                </a>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}

function kindOf({ code }: Notice): "warn" | "fault" | "done" | "plain" {
  if (code === "fault_stands" || code === "supply_suspended") return "fault";
  if (code === "fault_resolved" || code === "sale_settled" || code === "supply_restored") return "done";
  return code === "sale_voided" || code === "sale_partly_delivered" ? "plain" : "warn";
}

function tagOf({ kind, time }: Notice): string {
  return `${t(`notices.kind_${kind}`)} · ${local.when(time)}`;
}

function sentenceOf({ code, about, numbers }: Notice): string {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(numbers)) {
    if (name.endsWith("MicroEur")) values[name] = local.money(value);
    else if (name.endsWith("Wh")) values[name] = local.soldEnergy(value);
    else if (name.endsWith("W")) values[name] = local.power(value);
    else values[name] = local.number(value);
  }
  const itself = about === null || code === "fault_resolved" ? undefined : tCode(`fault.${about}`, values);
  return itself ?? tCode(`notice.${code}`, values) ?? code;
}

function Wanted(props: { value: NoticesDocument; onSet: () => void }) {
  const { busy, problem, attempt } = createAttempt();
  const [kinds, setKinds] = createSignal<readonly NoticeKind[]>(props.value.settings.kinds);
  const [excess, setExcess] = createSignal(kilowattsOf(props.value.settings));
  const excessW = () =>
    excess().trim() === "" ? null : Math.round(Number(excess().replace(",", ".")) * 1000);
  const fits = () => excessW() === null || (excessW()! >= 100 && excessW()! <= 100_000);
  const save = () =>
    attempt(async () => {
      const body = { kinds: [...kinds()], excessW: excessW() };
      await platform.call("PUT /v1/home/notices/settings", { body });
      announce(t("notices.saved"));
      props.onSet();
    });
  return (
    <div class="stack">
      <form
        class="step form"
        aria-label={t("notices.wanted")}
        onSubmit={(event) => {
          event.preventDefault();
          if (fits() && !busy()) void save();
        }}
      >
        <h2>{t("notices.wanted")}</h2>
        <For each={NOTICE_KINDS}>
          {(kind) => (
            <label class="choice">
              <input
                type="checkbox"
                checked={kinds().includes(kind)}
                onChange={({ currentTarget: { checked } }) =>
                  setKinds(NOTICE_KINDS.filter((one) => (one === kind ? checked : kinds().includes(one))))
                }
              />
              {t(`notices.want_${kind}`)}
            </label>
          )}
        </For>
        <LabelledInput
          label={t("notices.excess_label")}
          value={excess()}
          keyboard="decimal"
          onInput={setExcess}
          wrong={fits() ? undefined : t("notices.excess_wrong")}
        />
        <p class="sub">{t("notices.excess_why", { usual: local.power(props.value.usualExcessW) })}</p>
        <Show when={problem()}>{(one) => <Refused problem={one()} title={t("notices.not_saved")} />}</Show>
        <div>
          <Button type="submit" reason={reachable() ? undefined : t("signing.offline")}>
            {t("notices.save")}
          </Button>
        </div>
      </form>
      <ThisDevice pushKey={props.value.push.key} devices={props.value.push.devices} onSet={props.onSet} />
    </div>
  );
}

function ThisDevice(props: { pushKey: string; devices: number; onSet: () => void }) {
  const [asked, { mutate }] = createResource<PushState>(pushState);
  const [failed, setFailed] = createSignal(false);
  createEffect(() => {
    language();
    if (asked() === "on") void layTextsReady();
  });
  const turn = async (how: () => Promise<PushState>) => {
    setFailed(false);
    try {
      mutate(await how());
    } catch {
      // The browser's own push service, or the platform, did not answer.
      setFailed(true);
    }
    props.onSet();
  };
  return (
    <section class="step" aria-label={t("notices.device")}>
      <h2>{t("notices.device")}</h2>
      <p class="sub">{t("notices.device_why", { count: props.devices })}</p>
      <Show when={failed()}>
        <Note kind="warn" alert title={t("notices.push_failed")} meta={t("notices.push_failed_why")} />
      </Show>
      <Show when={asked() === "unavailable" || asked() === "denied"}>
        <p>{t(asked() === "denied" ? "notices.push_denied" : "notices.push_unavailable")}</p>
      </Show>
      <Show when={asked() === "off"}>
        <div>
          <Button
            reason={reachable() ? undefined : t("signing.offline")}
            onClick={() => void turn(() => turnPushOn(props.pushKey))}
          >
            {t("notices.push_on")}
          </Button>
        </div>
      </Show>
      <Show when={asked() === "on"}>
        <div>
          <Button quiet onClick={() => void turn(turnPushOff)}>
            {t("notices.push_off")}
          </Button>
        </div>
      </Show>
    </section>
  );
}

function kilowattsOf({ excessW }: NoticeSettings): string {
  return excessW === null ? "" : local.number(excessW / 1000, 1);
}
