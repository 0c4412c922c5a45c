/** The community's time, and in a demo town the keys of its clock: pause, speed, jumps to the sun's hours. */
import { createSignal, For, Show } from "solid-js";
import { local } from "./local.ts";
import { Age } from "./parts/age.tsx";
import { announce } from "./parts/announcer.tsx";
import { Icon } from "./parts/icon.tsx";
import { Popover } from "./parts/popover.tsx";
import { clock, community, live, now, reachable, session, setDemoClock } from "./session.ts";
import { Settings } from "./settings.tsx";
import { t } from "./strings/dictionary.ts";

const SPEEDS = [1, 60, 600] as const;
const JUMPS = ["sunrise", "noon", "sunset", "midnight"] as const;

type Change = Parameters<typeof setDemoClock>[0];

export function ClockBar() {
  const [busy, setBusy] = createSignal(false);

  async function change(to: Change): Promise<void> {
    setBusy(true);
    await setDemoClock(to).catch(() => announce(t("clock.refused")));
    setBusy(false);
  }

  return (
    <section class="clock" aria-label={t("clock.label")}>
      <p>
        <Show when={community()} fallback={t("clock.waiting")}>
          {(known) => (
            <>
              <b>{local.dateTime(now())}</b>
              <Show when={known().demo}>
                <span class="long"> · {t("clock.town", { homes: known().homes })}</span>
              </Show>
            </>
          )}
        </Show>
        <Show when={clock()?.value.seekingTo}>
          {(target) => (
            <span class="seeking">
              <Icon name="forward" size={16} />
              <span class="long">{t("clock.seeking", { time: local.clockTime(target()) })}</span>
              <span class="short" aria-hidden="true">
                {local.clockTime(target())}
              </span>
            </span>
          )}
        </Show>
      </p>
      <div class="keys">
        <Show
          when={clock()}
          fallback={
            <Show when={session()?.role === "citizen" && community()?.demo === false}>
              <Age received={live()} />
            </Show>
          }
        >
          {(heard) => (
            <Show
              when={!heard().value.fixed}
              fallback={
                <span class="sub" title={t("clock.fixed")}>
                  {speedText(heard().value.speed)}
                </span>
              }
            >
              <button
                type="button"
                class="key"
                disabled={busy() || !reachable()}
                aria-label={heard().value.paused ? t("clock.run") : t("clock.pause")}
                onClick={() => void change({ paused: !heard().value.paused })}
              >
                <Icon name={heard().value.paused ? "play" : "pause"} />
              </button>
              <div class="wide">
                <For each={SPEEDS}>
                  {(speed) => (
                    <SpeedKey speed={speed} now={heard().value.speed} busy={busy()} onChange={change} />
                  )}
                </For>
              </div>
              <div class="narrow">
                <Popover
                  label={t("clock.speed_is", { speed: speedText(heard().value.speed) })}
                  trigger={speedText(heard().value.speed)}
                >
                  {(close) => (
                    <div class="choices">
                      <p class="sub">{t("clock.speed")}</p>
                      <For each={SPEEDS}>
                        {(speed) => (
                          <SpeedKey
                            speed={speed}
                            now={heard().value.speed}
                            busy={busy()}
                            onChange={(to) => {
                              close();
                              return change(to);
                            }}
                          />
                        )}
                      </For>
                    </div>
                  )}
                </Popover>
              </div>
              <Popover
                label={t("clock.jump")}
                trigger={
                  <>
                    <Icon name="forward" />
                    <span class="long">{t("clock.jump")}</span>
                  </>
                }
              >
                {(close) => (
                  <div class="choices">
                    <p class="sub">{t("clock.jump")}</p>
                    <For each={JUMPS}>
                      {(jump) => (
                        <button
                          type="button"
                          class="key"
                          disabled={busy() || !reachable()}
                          onClick={() => {
                            close();
                            void change({ seekTo: jump });
                          }}
                        >
                          {t(`clock.${jump}`)}
                        </button>
                      )}
                    </For>
                  </div>
                )}
              </Popover>
            </Show>
          )}
        </Show>
        <div class="narrow">
          <Settings side="below" />
        </div>
      </div>
    </section>
  );
}

function SpeedKey(props: {
  speed: number;
  now: number;
  busy: boolean;
  onChange: (to: Change) => Promise<void>;
}) {
  return (
    <button
      type="button"
      class="key"
      aria-pressed={props.now === props.speed}
      disabled={props.busy || !reachable()}
      onClick={() => void props.onChange({ speed: props.speed, paused: false })}
    >
      {speedText(props.speed)}
    </button>
  );
}

/** A speed of 0 is as fast as it goes. */
function speedText(speed: number): string {
  return speed === 0 ? "max" : `${speed}×`;
}
