/** Faults: how severe and since when, what it is, its likely cause, what to do; the resolved ones stay a while. */
import { For, Show } from "solid-js";
import type { Fault } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Note } from "../../parts/note.tsx";
import { t, tCode } from "../../strings/dictionary.ts";

export function Faults(props: { faults: readonly Fault[] }) {
  /** Open ones first, faults before warnings, newest first; then the resolved. */
  const ordered = () =>
    [...props.faults].sort(
      (a, b) =>
        Number(a.resolvedAt !== null) - Number(b.resolvedAt !== null) ||
        Number(b.severity === "fault") - Number(a.severity === "fault") ||
        (b.resolvedAt ?? b.since) - (a.resolvedAt ?? a.since),
    );
  return (
    <div class="split">
      <h2>{t("plant.attention")}</h2>
      <Show when={!props.faults.some((fault) => fault.resolvedAt === null)}>
        <Note kind="done" title={t("plant.all_well")} meta={t("plant.all_well_sub")} />
      </Show>
      <For each={ordered()}>{(fault) => <FaultNote fault={fault} />}</For>
    </div>
  );
}

/** Which of the devices, as it is called at the box. */
function Device(props: { name: string | undefined }) {
  return <Show when={props.name}>{(name) => <span lang="zxx"> · {name()}</span>}</Show>;
}

/** A gateway's faults are called "device code since". */
function deviceOf({ id, code }: Fault): string | undefined {
  const [device, named] = id.split(" ");
  return named === code && device !== "gateway" ? device : undefined;
}

export function FaultNote(props: { fault: Fault }) {
  const values = () => valuesOf(props.fault.numbers);
  const known = () => tCode(`fault.${props.fault.code}`, values());
  const code = () => (known() === undefined ? "unknown" : props.fault.code);
  const title = () => known() ?? t("fault.unknown", { code: props.fault.code });
  const cause = () => tCode(`cause.${code()}`, values());
  const device = () => deviceOf(props.fault);
  const todo = () => tCode(`todo.${code()}`, values());
  return (
    <Show
      when={props.fault.resolvedAt}
      fallback={
        <Note
          kind={props.fault.severity === "fault" ? "fault" : "warn"}
          tag={
            <>
              {t(props.fault.severity === "fault" ? "plant.fault" : "plant.warning", {
                time: local.when(props.fault.since),
              })}
              <Device name={device()} />
            </>
          }
          title={title()}
          meta={<Show when={todo()}>{(what) => t("plant.what_to_do", { todo: what() })}</Show>}
        >
          {cause()}
        </Note>
      }
    >
      {(at) => (
        <Note
          kind="done"
          tag={
            <>
              {t("plant.resolved", { time: local.when(at()) })}
              <Device name={device()} />
            </>
          }
          title={tCode(`past.${props.fault.code}`, values()) ?? title()}
          meta={
            tCode(`after.${props.fault.code}`, values()) ??
            t("plant.lasted", { span: local.span(at() - props.fault.since) })
          }
        />
      )}
    </Show>
  );
}

/** The numbers of a fault as they are read, by the end of their name: percent, energy, power, a full hour. */
function valuesOf(numbers: Fault["numbers"]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(numbers)) {
    if (/percent$/i.test(name)) values[name] = local.percent(value / 100);
    else if (/Wh(PerDay)?$/.test(name)) values[name] = local.energy(value);
    else if (name.endsWith("W")) values[name] = local.power(value);
    else if (name.endsWith("Hour")) values[name] = `${String(value).padStart(2, "0")}:00`;
    else values[name] = local.number(value, Number.isInteger(value) ? 0 : 1);
  }
  return values;
}
