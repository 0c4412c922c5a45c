/**
 * Entering. In a demo town: one tap as any home, a supplier or the operator; the device's key becomes one of that
 * member's keys. In a real community: with the device's key, if the community knows it.
 */
import { createResource, createSignal, For, type JSX, Match, onMount, Show, Switch } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { ProblemError } from "#wire/client.ts";
import type { DemoIdentity, Problem, Role, Session } from "#wire/schemas.ts";
import { setArrived } from "../../arrival.ts";
import { deviceKey, NoDeviceKeyError } from "../../device-key.ts";
import { soon } from "../../later.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Head } from "../../parts/head.tsx";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { Note } from "../../parts/note.tsx";
import { Bones, Loaded, Refused } from "../../parts/states.tsx";
import { DeviceNotRegisteredError, NoPasskeyError, passkeysOffered } from "../../passkeys-offered.ts";
import { placesOf } from "../../places.ts";
import { platform } from "../../platform.ts";
import { navigate } from "../../router.ts";
import { community, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { LostKeys } from "./lost-keys.tsx";
import "./enter.css";

// What signs comes when the page stands, or with the first tap.
const signIn = async () => (await import("../../sign-in.ts")).signIn();
const enterAs = async (identity: string) => (await import("../../sign-in.ts")).enterAs(identity);
const enterByPasskey = async () => (await import("../../enter-by-passkey.ts")).enterByPasskey();

type Failure = { readonly problem: Problem } | { readonly text: string };

const GROUPS = [
  { role: "citizen", title: "enter.homes", sub: "enter.homes_sub", icon: "house" },
  { role: "supplier", title: "enter.suppliers", sub: "enter.suppliers_sub", icon: "rate" },
  { role: "operator", title: "enter.operators", sub: "enter.operators_sub", icon: "overview" },
] as const satisfies readonly { role: Role; icon: IconName; title: string; sub: string }[];

export function EnterScreen() {
  onMount(() =>
    soon(() => void Promise.all([import("../../sign-in.ts"), import("#wire/sign-in.ts")]).catch(() => {})),
  );
  const [entering, setEntering] = createSignal<string>();
  const [failure, setFailure] = createSignal<Failure>();

  async function enter(name: string, how: () => Promise<Session>): Promise<void> {
    if (entering() !== undefined) return;
    setEntering(name);
    setFailure(undefined);
    try {
      const { role } = await how();
      setArrived(true);
      navigate(`/${placesOf(role)[0]!.path}`);
    } catch (error) {
      setFailure(failureOf(error));
    }
    setEntering(undefined);
  }

  return (
    <>
      <Head
        title={t("enter.title")}
        sub={
          <Show when={community()}>
            {(known) => (known().demo ? t("enter.demo", { homes: known().homes }) : t("enter.real_sub"))}
          </Show>
        }
      />
      <Show when={failure()}>{(failed) => <Failed failure={failed()} />}</Show>
      <Switch fallback={<Bones heights={[24, 60, 60]} />}>
        <Match when={community()?.demo === false}>
          <OwnKey busy={entering() !== undefined} onEnter={() => void enter("", signIn)} />
          <OtherWays entering={entering()} onEnter={enter} demo={false} />
        </Match>
        <Match when={community()?.demo}>
          <Identities entering={entering()} onEnter={(one) => void enter(one.id, () => enterAs(one.id))}>
            <OtherWays entering={entering()} onEnter={enter} demo />
          </Identities>
        </Match>
      </Switch>
    </>
  );
}

/** With a key or passkey that the ledger knows, or with none any more. */
function OtherWays(props: {
  demo: boolean;
  entering: string | undefined;
  onEnter: (name: string, how: () => Promise<Session>) => Promise<void>;
}) {
  return (
    <div class="stack tight other-ways">
      <Show when={props.demo}>
        <div>
          <Button quiet busy={props.entering === ""} onClick={() => void props.onEnter("", signIn)}>
            {t("enter.sign_in")}
          </Button>
        </div>
      </Show>
      <Show when={passkeysOffered()}>
        <div>
          <Button
            quiet
            busy={props.entering === "passkey"}
            onClick={() => void props.onEnter("passkey", enterByPasskey)}
          >
            {t("enter.passkey")}
          </Button>
        </div>
      </Show>
      <LostKeys />
    </div>
  );
}

function failureOf(error: unknown): Failure {
  if (error instanceof ProblemError) return { problem: error.problem };
  if (error instanceof NoPasskeyError) return { text: t("enter.no_passkey") };
  if (error instanceof DeviceNotRegisteredError) return { text: t("enter.not_registered") };
  return { text: t(error instanceof NoDeviceKeyError ? "enter.no_key" : "enter.unreached") };
}

/** `children` come after the list, once its length is known: what stood under a growing list would jump. */
function Identities(props: {
  entering: string | undefined;
  onEnter: (one: DemoIdentity) => void;
  children: JSX.Element;
}) {
  const view = createView<DemoIdentity[]>(
    () => "identities",
    (signal) => platform.call("GET /v1/demo/identities", { signal }),
  );
  return (
    <>
      <Loaded view={view} heights={[24, 60, 60]}>
        {(identities) => (
          <>
            <div class="identities">
              <For each={GROUPS}>
                {(group) => (
                  <Show when={identities().some((one) => one.role === group.role)}>
                    <section class={group.role} aria-labelledby={`enter-${group.role}`}>
                      <h2 id={`enter-${group.role}`}>{t(group.title)}</h2>
                      <p class="sub">{t(group.sub)}</p>
                      <ul>
                        <For each={identities().filter((one) => one.role === group.role)}>
                          {(one) => (
                            <li>
                              <button
                                type="button"
                                aria-busy={props.entering === one.id}
                                classList={{ here: session()?.name === one.name }}
                                onClick={() => props.onEnter(one)}
                              >
                                <Icon name={group.icon} />
                                <span>
                                  <b>{one.name}</b>
                                  <small>
                                    <Show
                                      when={props.entering !== one.id}
                                      fallback={t("enter.entering", { name: one.name })}
                                    >
                                      <For each={about(one)}>{(part) => <span>{part}</span>}</For>
                                    </Show>
                                  </small>
                                </span>
                                <Icon name="right" size={18} class="go" />
                              </button>
                            </li>
                          )}
                        </For>
                      </ul>
                    </section>
                  </Show>
                )}
              </For>
            </div>
            <p class="sub key-note">
              <Icon name="key" />
              {t("enter.key_note")}
            </p>
          </>
        )}
      </Loaded>
      <Show when={!view.loading()}>{props.children}</Show>
    </>
  );
}

/** What tells one from another: the address and the installation of a home, what a company may do. */
function about(one: DemoIdentity): readonly string[] {
  if (one.role === "operator") return [t("enter.is_operator")];
  if (one.role === "supplier") return [t(one.enrolled === true ? "enter.enrolled" : "enter.not_enrolled")];
  const panels = one.solarPeakW ?? 0;
  const store = one.capacityWh ?? 0;
  const installed = [
    panels > 0 ? local.rated(panels, "kWp") : t("enter.no_panels"),
    ...(store > 0 ? [local.energy(store)] : []),
  ].join(", ");
  return one.address === null ? [installed] : [one.address, installed];
}

function OwnKey(props: { busy: boolean; onEnter: () => void }) {
  const [publicKey] = createResource(async () => toHex((await deviceKey()).publicKey));
  return (
    <div class="stack tight">
      <Button busy={props.busy} onClick={props.onEnter}>
        {t("enter.sign_in")}
      </Button>
      <Show when={publicKey.state === "ready"}>
        <p class="sub">
          {t("enter.your_key")}
          <br />
          <span class="code">{publicKey()}</span>
        </p>
      </Show>
    </div>
  );
}

function Failed(props: { failure: Failure }) {
  return (
    <Switch>
      <Match when={"problem" in props.failure && props.failure.problem}>
        {(problem) => <Refused problem={problem()} title={t("enter.refused")} />}
      </Match>
      <Match when={"text" in props.failure && props.failure.text}>
        {(text) => <Note kind="fault" alert tag={t("enter.refused")} title={text()} />}
      </Match>
    </Switch>
  );
}
