/** F2: the microgrid around the home, what needs attention, the technical sheet. */
import { createEffect, createMemo, on, Show, Suspense } from "solid-js";
import type { GatewayView } from "#wire/gateway-schemas.ts";
import type { Device, Live, MicrogridMap, Plant } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { part } from "../../part.ts";
import { Age } from "../../parts/age.tsx";
import { fillOf } from "../../parts/energy.ts";
import { Head } from "../../parts/head.tsx";
import { Legend } from "../../parts/legend.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import {
  ageOf,
  community,
  connection,
  freshnessOf,
  hearLive,
  hearMicrogrid,
  live,
  microgridState,
  now,
  session,
  wallNow,
} from "../../session.ts";
import { share } from "../../share.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { deviceWords, isSilent, sheetTime, wantsValidators } from "./device.ts";
import { DeviceSheets, GatewaySheet } from "./device-sheets.tsx";
import { Faults } from "./faults.tsx";
import { MicrogridView, Pan, STATE_ENERGY } from "./map.tsx";
import "../../parts/trading.css";
import "./plant.css";

const ControlCard = part(() => import("./control/card.tsx"));
const Validators = part(() => import("./validators.tsx"));

/** The sheet is read again that often, seconds of this device's clock; faults have no stream of their own. */
const READ_EVERY_S = 15;

export function PlantScreen() {
  const plant = createView<Plant>(
    () => "plant",
    (signal) => platform.call("GET /v1/home/plant", { signal }),
  );
  const map = createView<MicrogridMap>(
    () => "microgrid",
    (signal) => platform.call("GET /v1/microgrid", { signal }),
  );
  const gateway = createView<GatewayView | null>(
    () => (session()?.role === "citizen" ? "gateway" : undefined),
    (signal) => platform.call("GET /v1/home/gateway", { signal }),
  );
  createEffect(() => {
    if (connection() !== "live") return;
    void platform.call("GET /v1/microgrid/state").then(hearMicrogrid, () => undefined);
    void platform.call("GET /v1/home/live").then(hearLive, () => undefined);
  });
  createEffect(
    on(
      createMemo(() => Math.floor(wallNow() / (READ_EVERY_S * 1000))),
      () => {
        if (connection() !== "live") return;
        void plant.refresh();
        if (gateway.value() !== null) void gateway.refresh();
      },
      { defer: true },
    ),
  );
  /** Up to when devices spoke: in a real community until now, in a demo town until the sheet was read. */
  const spoken = () => {
    const newest = sheetTime(plant.value()?.devices ?? []);
    return community()?.demo === false ? Math.max(newest, now()) : newest;
  };
  const silent = () => plant.value()?.devices.filter((device) => isSilent(device, spoken())).length ?? 0;

  return (
    <>
      <Head
        title={t("plant.title")}
        sub={
          <Show when={plant.value()} fallback={"\u00a0"}>
            {(value) =>
              t("plant.sub", {
                microgrid: value().microgrid,
                feeder: value().feeder,
                date: local.date(value().admitted.time, true),
                height: local.number(value().admitted.height),
              })
            }
          </Show>
        }
      >
        <Show when={plant.value()?.devices.length}>
          {(count) => (
            <Show
              when={silent() > 0}
              fallback={
                <Age received={plant.received()} word={t("plant.all_answer", { count: count() })} steady />
              }
            >
              <span class="age last-known">
                <i />
                {t("plant.some_silent", { count: silent() })}
              </span>
            </Show>
          )}
        </Show>
      </Head>
      <section class="two">
        <div class="stack">
          <Loaded view={map} heights={[360, 16]}>
            {(value) => <Street map={value()} />}
          </Loaded>
          <Show when={live()?.value.accumulator}>
            {(accumulator) => <Store accumulator={accumulator()} mode={plant.value()?.mode} />}
          </Show>
          <Show when={live()?.value.accumulator}>
            <Suspense>
              <ControlCard />
            </Suspense>
          </Show>
        </div>
        <div class="stack">
          <Loaded view={plant} heights={[24, 16, 16, 24, 16, 16, 16]}>
            {(value) => (
              <>
                <Faults faults={value().faults} />
                <div class="split">
                  <h2>{t("plant.sheet")}</h2>
                  <Sheet
                    rows={plain(value().devices).map((device) => ({
                      term: t(`device.${device.kind}`),
                      value: (
                        <span classList={{ silent: isSilent(device, spoken()) }}>
                          {deviceWords(device, spoken())}
                        </span>
                      ),
                    }))}
                  />
                  <DeviceSheets devices={value().devices} time={spoken()} />
                </div>
                <div class="split">
                  <Show when={gateway.value()}>
                    {(view) => (
                      <>
                        <h2>{t("box.title")}</h2>
                        <p data-run-by={view().state}>
                          {view().meteringFrom === null
                            ? t("box.runs_soon")
                            : t("box.runs", { since: local.when(view().meteringFrom!) })}
                        </p>
                        <Show when={wantsValidators(view())}>
                          <Suspense>
                            <Validators onDone={() => void gateway.refresh()} />
                          </Suspense>
                        </Show>
                        <GatewaySheet view={view()} />
                      </>
                    )}
                  </Show>
                  <Show when={gateway.value() !== undefined}>
                    <p>
                      <a href="/install">{t(gateway.value() === null ? "box.connect" : "box.look_after")}</a>
                    </p>
                  </Show>
                </div>
              </>
            )}
          </Loaded>
        </div>
      </section>
    </>
  );
}

/** Those that stand in one row; what a gateway tells of has a sheet of its own. */
function plain(devices: readonly Device[]): readonly Device[] {
  const hasSheets = devices.some(({ sheet }) => sheet !== undefined);
  return devices.filter(({ sheet, kind }) => sheet === undefined && !(hasSheets && kind === "gateway"));
}

/** The map with its legend and what the transformer carries. */
function Street(props: { map: MicrogridMap }) {
  const stale = () => microgridState() !== undefined && freshnessOf(ageOf(microgridState())) === "last-known";
  return (
    <div class="split" classList={{ dim: stale() }}>
      <Pan at={props.map.homes.find((home) => home.plant === session()?.plant)?.x} width={props.map.width}>
        <MicrogridView map={props.map} state={microgridState()?.value} own={session()?.plant ?? undefined} />
      </Pan>
      <Legend
        items={[
          { energy: STATE_ENERGY.giving, label: t("plant.giving") },
          { energy: STATE_ENERGY.own, label: t("plant.own") },
          { energy: STATE_ENERGY.taking, label: t("plant.taking") },
        ]}
      />
      <p class="sub">
        <Show when={microgridState()}>
          {(state) =>
            `${t("plant.transformer", { percent: local.percent(state().value.transformerLoadingPercent / 100) })} `
          }
        </Show>
        {t("plant.privacy")}
      </p>
    </div>
  );
}

/** What the accumulator holds and from where, what of it is kept, and the rule that decides. */
function Store(props: { accumulator: NonNullable<Live["accumulator"]>; mode: string | undefined }) {
  const stored = () => props.accumulator.storedSolarWh + props.accumulator.storedGridWh;
  const free = () => Math.max(0, props.accumulator.capacityWh - stored());
  const reserveAt = () =>
    `${(100 * share(props.accumulator.reserveWh, props.accumulator.capacityWh)).toFixed(1)}%`;
  const rule = () => tCode(`mode.${props.mode}`, {});
  const words = () =>
    [
      props.accumulator.reserveWh > 0
        ? t("plant.reserve_is", { energy: local.energy(props.accumulator.reserveWh) })
        : undefined,
      props.accumulator.soldReservedWh > 0
        ? t("plant.sold_is", { energy: local.soldEnergy(props.accumulator.soldReservedWh) })
        : undefined,
      rule() === undefined ? undefined : t("plant.rule_is", { rule: rule()! }),
      t("plant.limits_win"),
    ].filter((one) => one !== undefined);
  return (
    <div class="split store">
      <h2>{t("plant.store")}</h2>
      <div class="row">
        <b>{local.energy(stored())}</b>
        <span>{t("plant.of_capacity", { capacity: local.energy(props.accumulator.capacityWh) })}</span>
        <em>
          <b>{local.percent(share(stored(), props.accumulator.capacityWh))}</b> {t("plant.charge")}
        </em>
      </div>
      <div
        class="meter"
        role="img"
        aria-label={`${t("plant.own_energy")} ${local.energy(props.accumulator.storedSolarWh)}, ${t("plant.bought_energy")} ${local.energy(props.accumulator.storedGridWh)}, ${t("plant.free")} ${local.energy(free())}`}
      >
        <Show when={props.accumulator.storedSolarWh >= 1}>
          <i style={{ background: fillOf("solar"), "flex-grow": props.accumulator.storedSolarWh }} />
        </Show>
        <Show when={props.accumulator.storedGridWh >= 1}>
          <i style={{ background: fillOf("microgrid"), "flex-grow": props.accumulator.storedGridWh }} />
        </Show>
        <i class="free" style={{ "flex-grow": Math.max(1, free()) }} />
        <span class="reserve" style={{ left: reserveAt() }} />
      </div>
      <Legend
        items={[
          {
            energy: "solar",
            label: t("plant.own_energy"),
            value: local.energyNumber(props.accumulator.storedSolarWh),
          },
          {
            energy: "microgrid",
            label: t("plant.bought_energy"),
            value: local.energyNumber(props.accumulator.storedGridWh),
          },
        ]}
      />
      <p class="sub">{words().join(" ")}</p>
    </div>
  );
}
