/** `contrada gateway status` asks a running gateway how it is; `decisions` reads why it did what it did. */
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { formatInstant } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { comparedText } from "#cli/compared.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { statusSocketOf } from "#gateway/box.ts";
import { FAULT_TEXTS } from "#gateway/fault-text.ts";
import { Outbox } from "#gateway/outbox.ts";
import { OUTBOX_FILE } from "#gateway/own-outbox.ts";
import type { StateMessage } from "#wire/gateway-messages.ts";

const FOLDER = {
  kind: "text",
  value: "FOLDER",
  default: "data/gateway",
  help: "the gateway's folder",
} as const;
const JSON_FLAG = { kind: "switch", default: false, help: "as JSON" } as const;

const STATUS_SETTINGS = { folder: FOLDER, json: JSON_FLAG } as const;

export const gatewayStatus: Command = {
  usage: "gateway status [flags]",
  about:
    "Asks the gateway that runs in a folder: devices, decision, safe state, faults with what to do, outbox.",
  settings: STATUS_SETTINGS,
  examples: [["gateway status --folder data/home", "how the home is"]],
  async run(args, environment) {
    const { values } = resolve(STATUS_SETTINGS, args, environment);
    const path = statusSocketOf(values.folder);
    const text = await ask(path).catch((cause: unknown) => {
      throw new UsageError(`no gateway runs in ${values.folder}: nobody answers at ${path}.`, { cause });
    });
    if (values.json) console.log(text.trim());
    else for (const line of linesOf(JSON.parse(text) as Status)) console.log(line);
    return 0;
  },
};

type Status = StateMessage & {
  readonly clock: { readonly isRight: boolean; readonly isUnset: boolean; readonly offsetMs: number | null };
  readonly link: { readonly isUp: boolean | null };
  readonly metering: { readonly stands: "not_enrolled" | "waits" | "counts"; readonly from: number | null };
  readonly refusedReadings: readonly { readonly sequence: number; readonly reason: string }[];
};

function ask(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(path);
    socket.setEncoding("utf8");
    socket.on("data", (part) => (text += part));
    socket.on("error", reject);
    socket.on("end", () => resolve(text));
  });
}

function timeOf({ time, clock }: Status): string {
  if (clock.isUnset) return "waits for the platform's clock";
  return `${formatInstant(time)}${clock.isRight ? "" : " (cannot be right)"}`;
}

function meterOf({ stands, from }: Status["metering"]): string {
  if (stands === "not_enrolled")
    return 'nothing is settled: this box is not enrolled, see "contrada gateway enrol"';
  if (stands === "counts") return from === null ? "counts" : `counts since ${formatInstant(from)}`;
  return from === null
    ? "waits for the chain to have this box's key as the home's meter"
    : `begins at ${formatInstant(from)}`;
}

function linesOf(status: Status): string[] {
  const { decision, mode, safeState, limits, outbox, faults, devices, ordersRefused, clock, link, metering } =
    status;
  const compared = comparedText(decision.numbers);
  const lines = [
    `time       ${timeOf(status)}`,
    `decision   ${decision.code.replaceAll("_", " ")}${clock.isUnset ? "" : ` since ${formatInstant(decision.since)}`}`,
    ...(compared === "" ? [] : [`           ${compared}`]),
    `mode       ${mode.override === "none" ? mode.commanded : `${mode.override}, by the switch at the box`}`,
    `state      ${safeState.replaceAll("_", " ")}${limits.length > 0 ? `, bounded by ${limits.join(", ")}` : ""}`,
    `link       ${link.isUp === null ? "none" : link.isUp ? "up" : "down; the home is run on"}`,
    `meter      ${meterOf(metering)}`,
    `outbox     ${outbox.waiting} readings wait${outbox.oldest === null ? "" : ` since ${formatInstant(outbox.oldest)}`}`,
  ];
  if (ordersRefused !== null) lines.push(`orders     refused: ${ordersRefused}`);
  for (const { sequence, reason } of status.refusedReadings)
    lines.push(`reading    ${sequence} refused: ${reason}`);
  lines.push("", "devices");
  for (const { id, kind, template, values, measuredAt, problem } of devices) {
    const power = values.powerW === undefined ? "" : `${Math.round(values.powerW)} W`;
    const soc = values.socPercent === undefined ? "" : `, ${values.socPercent.toFixed(1)} %`;
    const last = measuredAt === null ? "never heard" : `heard ${formatInstant(measuredAt)}`;
    lines.push(
      `  ${id.padEnd(16)} ${kind.padEnd(13)} ${problem ?? `${power}${soc}`}  (${template}, ${last})`,
    );
  }
  if ((status.loads ?? []).length > 0) lines.push("", "loads");
  for (const { id, powerW, state, code, todayWh } of status.loads ?? []) {
    const today = `${(todayWh / 1000).toFixed(2)} kWh today`;
    lines.push(
      `  ${id.padEnd(16)} ${state.padEnd(8)} ${Math.round(powerW)} W, ${today}: ${code.replaceAll("_", " ")}`,
    );
  }
  const standing = faults.filter(({ resolvedAt }) => resolvedAt === null);
  lines.push("", standing.length === 0 ? "no faults" : "faults");
  for (const { id, code, severity, since } of standing) {
    const text = FAULT_TEXTS[code as keyof typeof FAULT_TEXTS];
    lines.push(`  ${severity}: ${id.split(" ")[0]} ${text.what}, since ${formatInstant(since)}`);
    lines.push(`    likely: ${text.cause}`, `    do: ${text.todo}`);
  }
  return lines;
}

const DECISIONS_SETTINGS = {
  folder: FOLDER,
  last: { kind: "integer", min: 1, max: 20_000, value: "N", default: 20, help: "how many" },
  loads: { kind: "switch", default: false, help: "why cars, heat pumps and appliances ran or waited" },
  json: JSON_FLAG,
} as const;

export const gatewayDecisions: Command = {
  usage: "gateway decisions [flags]",
  about: "Why the home did what it did: each decision when it changed, with the numbers that were compared.",
  settings: DECISIONS_SETTINGS,
  examples: [["gateway decisions --folder data/home --last 50", "the last fifty, newest first"]],
  async run(args, environment) {
    const { values } = resolve(DECISIONS_SETTINGS, args, environment);
    const path = join(values.folder, OUTBOX_FILE);
    if (!existsSync(path))
      throw new UsageError(`there is no ${path}: no gateway ever ran in ${values.folder}.`);
    const outbox = new Outbox(path);
    try {
      if (values.loads) {
        for (const decision of outbox.loadDecisions(values.last)) {
          const { time, load, code, numbers } = decision;
          console.log(
            values.json
              ? JSON.stringify(decision)
              : `${formatInstant(time)} ${load} ${code.replaceAll("_", " ")} (${comparedText(numbers)})`,
          );
        }
        return 0;
      }
      for (const decision of outbox.decisions(values.last)) {
        console.log(
          values.json
            ? JSON.stringify(decision)
            : `${formatInstant(decision.since)} ${decision.code.replaceAll("_", " ")} (${comparedText(decision.numbers)})`,
        );
      }
    } finally {
      outbox.close();
    }
    return 0;
  },
};
