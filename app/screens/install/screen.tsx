/**
 * `/install`: a real gateway comes into a home. Its owner makes a code and follows the box until the home is metered;
 * the operator does so for any home (`every-home`).
 */
import { createSignal, Show } from "solid-js";
import type { GatewayCode, GatewayView } from "#wire/gateway-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { keepReading } from "../../keep-reading.ts";
import { part } from "../../part.ts";
import { Age } from "../../parts/age.tsx";
import { Button } from "../../parts/button.tsx";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Loaded, Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { reachable, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { CodeCard } from "./code-card.tsx";
import { Behind, Progress, Remove } from "./progress.tsx";
import "./install.css";

const EveryHome = part(() => import("./every-home.tsx"));

export function InstallScreen() {
  return (
    <Show when={session()?.role === "operator"} fallback={<OwnHome />}>
      <EveryHome />
    </Show>
  );
}

function OwnHome() {
  const view = createView<GatewayView | null>(
    () => (session()?.role === "citizen" ? "gateway" : undefined),
    (signal) => platform.call("GET /v1/home/gateway", { signal }),
  );
  keepReading(view);
  const remove = async () => {
    await platform.call("DELETE /v1/home/gateway");
    await view.refresh();
  };
  return (
    <>
      <Head title={t("place.install")} sub={t("install.sub")}>
        <Age received={view.received()} steady />
      </Head>
      <Loaded view={view} heights={[56, 16, 16, 16]}>
        {(value) => (
          <section class="two install">
            <div class="stack">
              <Codes standing={value()} ask={() => platform.call("POST /v1/home/gateway/code")} />
              <Show when={value()}>
                <Remove remove={remove} />
              </Show>
            </div>
            <div class="stack">
              <Progress view={value()} />
              <Show when={value()}>{(known) => <Behind view={known()} />}</Show>
            </div>
          </section>
        )}
      </Loaded>
    </>
  );
}

/** The code in hand, or the way to one; where a gateway stands, with the question whether it is to be replaced. */
export function Codes(props: {
  standing: GatewayView | null;
  home?: string;
  ask: () => Promise<GatewayCode>;
}) {
  const [made, setMade] = createSignal<{ readonly code: GatewayCode; readonly before: string | undefined }>();
  const [asking, setAsking] = createSignal(false);
  const { busy, problem, attempt } = createAttempt();
  const make = () =>
    attempt(async () => {
      const code = await props.ask();
      setMade({ code, before: props.standing?.gateway });
      setAsking(false);
    });
  /** Another gateway stands than when the code was made. */
  const isUsed = () => {
    const one = made();
    return one !== undefined && props.standing !== null && props.standing.gateway !== one.before;
  };
  const open = () => (isUsed() ? undefined : made());
  return (
    <div class="split">
      <h2>{t("install.code")}</h2>
      <Show when={isUsed()}>
        <Note kind="done" title={t("install.used")}>
          {t("install.used_sub")}
        </Note>
      </Show>
      <Show
        when={open()}
        fallback={
          <Show
            when={props.standing === null || asking()}
            fallback={
              <div>
                <Button
                  quiet
                  reason={reachable() ? undefined : t("install.offline")}
                  onClick={() => setAsking(true)}
                >
                  {t("install.replace")}
                </Button>
              </div>
            }
          >
            <div class="stack tight">
              <p class="sub">{t(props.standing === null ? "install.make_why" : "install.replace_why")}</p>
              <Show when={problem()}>
                {(one) => <Refused problem={one()} title={t("install.not_made")} />}
              </Show>
              <div class="row-of">
                <Button
                  busy={busy()}
                  reason={reachable() ? undefined : t("install.offline")}
                  onClick={() => void make()}
                >
                  {t("install.make")}
                </Button>
                <Show when={props.standing !== null}>
                  <Button quiet onClick={() => setAsking(false)}>
                    {t("install.remove_no")}
                  </Button>
                </Show>
              </div>
            </div>
          </Show>
        }
        keyed
      >
        {(one) => (
          <CodeCard
            code={one.code}
            {...(props.home === undefined ? {} : { home: props.home })}
            again={() => void make()}
          />
        )}
      </Show>
    </div>
  );
}
