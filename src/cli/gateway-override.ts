/** `contrada gateway override`: the switch at the box, which wins over whatever comes from afar. */
import { existsSync } from "node:fs";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { writeLoadSwitch } from "#gateway/loads/load-switches.ts";
import { REASON_MAX, writeOverride } from "#gateway/override.ts";
import { LOAD_MODES } from "#wire/load-preferences.ts";

const SETTINGS = {
  folder: { kind: "text", value: "FOLDER", default: "data/gateway", help: "the gateway's folder" },
  hold: { kind: "switch", default: false, help: "nothing leaves the accumulator" },
  auto: { kind: "switch", default: false, help: "the home decides; the owner's letters are not obeyed" },
  reason: { kind: "text", value: "TEXT", default: undefined, help: "why, for the owner to read" },
  load: { kind: "text", value: "ID", default: undefined, help: "only this load: car, plug or heat pump" },
  mode: { kind: "text", value: "MODE", default: undefined, help: `how it runs: ${LOAD_MODES.join(", ")}` },
  end: { kind: "switch", default: false, help: "the owner's letters count again" },
} as const;

export const gatewayOverride: Command = {
  usage: "gateway override --hold | --auto | --load ID --mode MODE | --end [flags]",
  about:
    "The switch at the box. It wins over whatever comes from afar, until it is ended, and is told to the platform.",
  settings: SETTINGS,
  examples: [
    [
      'gateway override --hold --reason "the fan is being changed"',
      "while somebody works at the accumulator",
    ],
    [
      "gateway override --load wallbox --mode now",
      "this car charges at once, whatever its owner's letter says",
    ],
    ["gateway override --end", "as before"],
  ],
  async run(args, environment) {
    const { values } = resolve(SETTINGS, args, environment);
    const { folder, hold, auto, end, reason, load, mode } = values;
    if (load !== undefined || mode !== undefined) {
      if (load === undefined || (mode !== undefined) === end || hold || auto)
        throw new UsageError("gateway override --load ID wants either --mode or --end.");
      if (!existsSync(folder))
        throw new UsageError(`there is no folder ${folder}; name the gateway's by --folder.`);
      const known = LOAD_MODES.find((one) => one === mode);
      if (known === undefined && !end)
        throw new UsageError(`--mode must be one of ${LOAD_MODES.join(", ")}.`);
      writeLoadSwitch(folder, load, known);
      console.log(end ? `${load} runs as its owner says.` : `${load} runs by "${mode}" from now on.`);
      return 0;
    }
    if (Number(hold) + Number(auto) + Number(end) !== 1) {
      throw new UsageError("gateway override wants one of --hold, --auto and --end.");
    }
    if (!existsSync(folder))
      throw new UsageError(`there is no folder ${folder}; name the gateway's by --folder.`);
    if ((reason?.length ?? 0) > REASON_MAX)
      throw new UsageError(`--reason has at most ${REASON_MAX} characters.`);
    writeOverride(folder, hold ? "hold" : auto ? "auto" : undefined, reason);
    console.log(
      end
        ? "The switch at the box is off."
        : `The switch at the box says ${hold ? "hold" : "auto"} from now on.`,
    );
    return 0;
  },
};
