/** The operator's side of `/install`: every gateway, and the way of one home's from code to reading. */
import { createMemo, createSignal, createUniqueId, For, Show } from "solid-js";
import type { GatewayView } from "#wire/gateway-schemas.ts";
import type { MicrogridMap } from "#wire/schemas.ts";
import { keepReading } from "../../keep-reading.ts";
import { local } from "../../local.ts";
import { Head } from "../../parts/head.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { Behind, Progress, Remove } from "./progress.tsx";
import { Codes } from "./screen.tsx";

export default function EveryHome() {
  const id = createUniqueId();
  const gateways = createView(
    () => (session()?.role === "operator" ? "gateways" : undefined),
    (signal) => platform.call("GET /v1/operator/gateways", { signal }),
  );
  const map = createView<MicrogridMap>(
    () => "microgrid",
    (signal) => platform.call("GET /v1/microgrid", { signal }),
  );
  keepReading(gateways);
  const homes = () => map.value()?.homes ?? [];
  const [picked, setPicked] = createSignal<number>();
  const home = () => picked() ?? homes()[0]?.plant;
  const nameOf = (plant: number) => homes().find((one) => one.plant === plant)?.name ?? String(plant);
  const standing = createMemo(
    () => gateways.value()?.find((one) => one.home === home() && one.revokedAt === null) ?? null,
  );
  return (
    <>
      <Head title={t("place.install")} sub={t("install.sub_operator")} />
      <Loaded view={gateways} heights={[16, 56, 56]}>
        {(all) => (
          <section class="two install">
            <div class="stack">
              <div class="form">
                <label for={id}>{t("install.home")}</label>
                <select
                  id={id}
                  class="field"
                  value={home()}
                  onChange={(event) => setPicked(Number(event.currentTarget.value))}
                >
                  <For each={homes()}>{(one) => <option value={one.plant}>{one.name}</option>}</For>
                </select>
              </div>
              <Show when={home()} keyed>
                {(plant) => (
                  <>
                    <Codes
                      standing={standing()}
                      home={nameOf(plant)}
                      ask={() => platform.call("POST /v1/operator/gateways/code", { body: { home: plant } })}
                    />
                    <Show when={standing()}>
                      {(known) => (
                        <Remove
                          remove={async () => {
                            const { gateway } = known();
                            await platform.call("DELETE /v1/operator/gateways/:gateway", {
                              params: { gateway },
                            });
                            await gateways.refresh();
                          }}
                        />
                      )}
                    </Show>
                  </>
                )}
              </Show>
              <List gateways={all()} nameOf={nameOf} pick={setPicked} />
            </div>
            <div class="stack">
              <Progress view={standing()} />
              <Show when={standing()}>{(known) => <Behind view={known()} />}</Show>
            </div>
          </section>
        )}
      </Loaded>
    </>
  );
}

function List(props: {
  gateways: readonly GatewayView[];
  nameOf: (plant: number) => string;
  pick: (plant: number) => void;
}) {
  const how = (one: GatewayView) => {
    const { revokedAt, state, reachable, needsCode, heardAt, meteringFrom, meteringUntil } = one;
    if (revokedAt !== null) {
      const removed = t("install.removed_at", { time: local.dateTime(revokedAt) });
      if (meteringFrom === null) return removed;
      if (meteringUntil === null) return `${removed}: ${t("install.no_meter")}`;
      return `${removed}: ${t("install.other_meter", { time: local.dateTime(meteringUntil) })}`;
    }
    const does = t(state === "metering" ? "install.state_metering" : "install.state_enrolled");
    if (reachable) return does;
    const away = heardAt === null ? t("box.down") : t("box.last_heard", { time: local.dateTime(heardAt) });
    return needsCode ? `${does}, ${away}: ${t("install.needs_code")}` : `${does}, ${away}`;
  };
  return (
    <div class="split">
      <h2>{t("install.gateways")}</h2>
      <Show when={props.gateways.length > 0} fallback={<p class="sub">{t("install.no_gateways")}</p>}>
        <ul class="gateways">
          <For each={props.gateways}>
            {(one) => (
              <li data-state={one.state}>
                <b>{props.nameOf(one.home)}</b>
                <small>{how(one)}</small>
                <Show when={one.revokedAt === null}>
                  <button type="button" class="link" onClick={() => props.pick(one.home)}>
                    {t("install.pick")}
                  </button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
