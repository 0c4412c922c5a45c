/** Running a gateway until somebody asks it to end. What is not needed is not loaded: see `cli/gateway`. */
import { existsSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { type About, about, type Note } from "#base/log.ts";
import { GATEWAY_SETTINGS } from "#cli/gateway.ts";
import { logOf } from "#cli/log.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { askedToStop } from "#cli/stop.ts";
import { FileError } from "#devices/checked-json.ts";
import { readEquipment } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { type Box, type BoxOptions, FolderTakenError, openBox } from "#gateway/box.ts";
import type { GatewayNote } from "#gateway/gateway-log.ts";
import { HomeSettingsError } from "#gateway/home-settings.ts";

export async function runGateway(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { values, words } = resolve(GATEWAY_SETTINGS, args, environment);
  if (words.length > 0) throw new UsageError(`gateway takes no "${words[0]}".`);
  const { folder, json, metrics } = values;
  const equipment = values.equipment ?? join(folder, "devices.json");
  if (!existsSync(equipment)) {
    throw new UsageError(
      `there is no ${equipment}; write it by "contrada device scan --json", or name another by --equipment.`,
    );
  }
  // Small buffers are otherwise cut from pieces of 64 KB, a new one each half minute; V8, which sees few objects, lets
  // go of none of them for hours: 7 MB an hour.
  Buffer.poolSize = 0;
  const log = logOf(values);
  const told = (what: GatewayNote) => {
    if (json)
      console.log(
        JSON.stringify({ ...what, ...(what.about === "failure" && { error: String(what.error) }) }),
      );
    const { sentence, about: subject } = worded(what);
    log.tell(sentence, what.about === "failure" ? what.error : undefined, subject);
  };
  let box: Box;
  try {
    const entries = readEquipment(equipment);
    const devices = entries.map(openDevice);
    const enrolment = await enrolmentIn(folder, log.tell);
    await startLighter();
    const { default: project } = await import("../../package.json", { with: { type: "json" } });
    box = await openBox({
      folder,
      devices,
      loads: new Map(entries.map(({ id, load }) => [id, load])),
      standing: undefined,
      link: undefined,
      ...enrolment,
      clock: values.clock,
      version: project.version,
      note: told,
      watchdogS: values.watchdog,
    });
  } catch (error) {
    const isAsked =
      error instanceof FileError || error instanceof HomeSettingsError || error instanceof FolderTakenError;
    if (isAsked) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
  const server = metrics === undefined ? undefined : await serveMetrics(box, metrics);
  console.error(
    `contrada gateway: runs the home of ${equipment}; "contrada gateway status --folder ${folder}" says how it is.`,
  );
  await askedToStop();
  server?.close();
  await box.close();
  return 0;
}

/** What a box loads when it is needed for the first time, perhaps after weeks. */
const LATER: readonly (() => Promise<unknown>)[] = [
  () => import("#devices/mqtt-client.ts"),
  () => import("#devices/ocpp-listener.ts"),
  () => import("#gateway/box-metrics.ts"),
  () => import("#gateway/home-assistant.ts"),
  () => import("#gateway/enrol.ts"),
  () => import("#gateway/identity.ts"),
  () => import("#gateway/mqtt-link.ts"),
];

/**
 * At the first start after an update Node loads 20 MB of compiler to strip the types of what it has not kept yet, and
 * never lets go of them. Then what is loaded later is kept, too, and the process begins anew under the same number;
 * once, and before it has opened anything.
 */
async function startLighter(): Promise<void> {
  const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] };
  const hasCompiler = moduleLoadList.some((name) => name.includes("internal/deps/amaro"));
  if (!hasCompiler || process.env.CONTRADA_SMALL !== "1" || process.execve === undefined) return;
  await Promise.all(LATER.map((load) => load()));
  flushCompileCache();
  const { execPath, execArgv, argv, env } = process;
  process.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, CONTRADA_SMALL: "2" });
}

/** Who the gateway is on the platform and how it reaches it, where it was enrolled. */
async function enrolmentIn(
  folder: string,
  note: Note,
): Promise<Pick<BoxOptions, "standing" | "enrolled" | "turnMeterKey" | "link"> | undefined> {
  if (!existsSync(join(folder, IDENTITY_FILE))) return undefined;
  const { readIdentity, standingOf, turnedMeterKey, writeIdentity } = await import("#gateway/identity.ts");
  const { MqttLink } = await import("#gateway/mqtt-link.ts");
  const identity = readIdentity(folder)!;
  return {
    standing: standingOf(identity),
    enrolled: identity.enrolled,
    turnMeterKey() {
      const turned = turnedMeterKey(readIdentity(folder)!);
      writeIdentity(folder, turned);
      return standingOf(turned);
    },
    link: new MqttLink({
      identity,
      // The meter's keys may be others than when the link was made.
      keep: ({ enrolled, key, certificate }) =>
        writeIdentity(folder, { ...readIdentity(folder)!, enrolled, key, certificate }),
      note: (sentence, cause) =>
        note(sentence, cause, about("gateway", "link", {}, cause === undefined ? "info" : "warn")),
    }),
  };
}

const IDENTITY_FILE = "identity.json";

async function serveMetrics(box: Box, port: number) {
  const { metricsOf } = await import("#gateway/box-metrics.ts");
  return metricsOf(box, port);
}

/** What a log holds of a note: a sentence and what it is about. */
function worded(what: GatewayNote): { readonly sentence: string; readonly about: About } {
  switch (what.about) {
    case "decision": {
      const { code } = what.decision;
      const sentence = `The BEC decides: ${code.replaceAll("_", " ")}.`;
      return { sentence, about: about("gateway", "decision", { code }, "info") };
    }
    case "load": {
      const { id, code } = what.load;
      const sentence = `${id}: ${code.replaceAll("_", " ")}.`;
      return { sentence, about: about("gateway", "load", { load: id, code }, "info") };
    }
    case "fault": {
      const { code, id, severity, resolvedAt } = what.fault;
      const device = id.split(" ")[0]!;
      const level = resolvedAt === null && severity === "fault" ? "error" : "warn";
      const sentence = `${device}: ${code} ${resolvedAt === null ? "stands" : "is resolved"}.`;
      return { sentence, about: about("gateway", "fault", { code, device }, level) };
    }
    case "orders_refused":
    case "letter_refused": {
      const { reason } = what;
      const sentence =
        what.about === "orders_refused"
          ? `Orders are not proven (${reason}); the former stand.`
          : `A letter of the owner is not obeyed (${reason}).`;
      return { sentence, about: about("gateway", what.about, { reason }) };
    }
    case "reading_refused": {
      const { sequence, reason } = what;
      const sentence = `The platform does not take reading ${sequence} (${reason}).`;
      return { sentence, about: about("gateway", "reading_refused", { sequence, reason }, "error") };
    }
    case "failure": {
      const sentence = `The gateway's ${what.part.replaceAll("_", " ")} failed; the home is run on.`;
      return { sentence, about: about("gateway", "failure", { part: what.part }, "error") };
    }
  }
}
