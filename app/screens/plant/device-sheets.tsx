/**
 * The devices behind a gateway, each with what it told of itself and its newest values; and the gateway itself. What
 * a device says in its own words (names, models) belongs to no language.
 */
import { Index } from "solid-js";
import type { GatewayView } from "#wire/gateway-schemas.ts";
import type { Device } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Sheet } from "../../parts/sheet.tsx";
import { type PlainKey, t } from "../../strings/dictionary.ts";
import { ageWords, pointRows, problemWords } from "./points.ts";
import "./device-sheets.css";

const TOLD = ["manufacturer", "model", "serial", "version"] as const;

/** Folded, one line each: kind, maker and how it is; unfolded, the whole sheet. `time`: up to when devices spoke. */
export function DeviceSheets(props: { devices: readonly Device[]; time: number }) {
  return (
    <div class="device-sheets">
      {/* By place: what was unfolded stays so when the values come anew. */}
      <Index each={props.devices.filter(({ sheet }) => sheet !== undefined)}>
        {(device) => <One device={device()} time={props.time} />}
      </Index>
    </div>
  );
}

function One(props: { device: Device; time: number }) {
  const sheet = () => props.device.sheet!;
  const kind = () => t(`device.${props.device.kind}` as PlainKey);
  const how = () => problemWords(sheet().problem) ?? ageWords(sheet().measuredAt, props.time);
  /** Where it told nothing of itself, what it is called at the box, unless that only says what it is. */
  const named = () => {
    const { told, id } = sheet();
    return told.model ?? told.manufacturer ?? (id === props.device.kind ? "" : id);
  };
  const told = () =>
    TOLD.flatMap((name) => {
      const value = sheet().told[name];
      return value === undefined || value === "" ? [] : [{ term: t(`sheet.${name}`), value: own(value) }];
    });
  return (
    <details>
      <summary>
        <b>{kind()}</b> <span lang="zxx">{named()}</span>
        <small classList={{ silent: sheet().problem !== null || sheet().measuredAt === null }}>{how()}</small>
      </summary>
      <Sheet
        rows={[
          ...told(),
          { term: t("sheet.name"), value: own(sheet().id) },
          { term: t("sheet.template"), value: own(sheet().template) },
          ...pointRows(props.device),
        ]}
      />
    </details>
  );
}

function own(text: string) {
  return <span lang="zxx">{text}</span>;
}

/** Link, certificate, clock and outbox of the home's gateway. */
export function GatewaySheet(props: { view: GatewayView }) {
  const report = () => props.view.report;
  const link = () => {
    if (props.view.reachable) return t("box.up");
    const { heardAt } = props.view;
    return heardAt === null ? t("box.down") : t("box.last_heard", { time: local.dateTime(heardAt) });
  };
  const clock = (offsetS: number) => {
    if (Math.abs(offsetS) < 2) return t("box.clock_right");
    const span = local.span(Math.abs(offsetS));
    return offsetS > 0 ? t("box.clock_ahead", { span }) : t("box.clock_behind", { span });
  };
  const waiting = (count: number, since: number | null) => {
    if (count === 0) return t("box.none_wait");
    const shown = local.number(count);
    return since === null ? shown : t("box.waiting_since", { count: shown, time: local.when(since) });
  };
  return (
    <Sheet
      rows={[
        {
          term: t("box.link"),
          value: <span classList={{ silent: !props.view.reachable }}>{link()}</span>,
        },
        { term: t("box.certificate"), value: local.date(props.view.certificateUntil, true) },
        ...(report() === null
          ? []
          : [
              { term: t("box.clock"), value: clock(report()!.clockOffsetS) },
              { term: t("box.waiting"), value: waiting(report()!.waiting, report()!.waitingSince) },
            ]),
        { term: t("box.taken"), value: local.number(props.view.acknowledged) },
        {
          term: t("box.metering"),
          value:
            props.view.meteringFrom === null ? t("box.not_metering") : local.when(props.view.meteringFrom),
        },
        { term: t("box.version"), value: own(props.view.version) },
        {
          term: t("box.name"),
          value: (
            <span class="code" lang="zxx">
              {props.view.gateway}
            </span>
          ),
        },
      ]}
    />
  );
}
