/**
 * `contrada gateway`: the box of a home. Without a further word it runs; the other words are about one that runs or
 * has run. Each is a file of its own, loaded when it is called: the box has little memory.
 */
import type { Command } from "#cli/command.ts";
import { LOG_SETTINGS } from "#cli/log.ts";
import { UsageError } from "#cli/settings.ts";

/** One word after `contrada gateway`. */
const WORDS: { readonly [word: string]: () => Promise<Command> } = {
  enrol: async () => (await import("#cli/gateway-enrol.ts")).gatewayEnrol,
  status: async () => (await import("#cli/gateway-status.ts")).gatewayStatus,
  decisions: async () => (await import("#cli/gateway-status.ts")).gatewayDecisions,
  override: async () => (await import("#cli/gateway-override.ts")).gatewayOverride,
};

export const GATEWAY_SETTINGS = {
  folder: {
    kind: "text",
    value: "FOLDER",
    default: "data/gateway",
    help: "where it keeps its outbox, its identity and home.json",
  },
  equipment: {
    kind: "text",
    value: "FILE",
    default: undefined,
    help: "the home's devices (default devices.json in the folder)",
  },
  clock: {
    kind: "choice",
    choices: ["box", "platform"],
    default: "box",
    value: "WHOSE",
    help: "box: this machine's clock; platform: the community's time, at its speed",
  },
  metrics: {
    kind: "integer",
    min: 1,
    max: 65_535,
    value: "PORT",
    default: undefined,
    help: "figures for Prometheus at http://127.0.0.1:PORT/metrics",
  },
  watchdog: {
    kind: "integer",
    min: 0,
    max: 600,
    value: "SECONDS",
    default: 15,
    help: "ends itself when no cycle ends for so long; 0: never",
  },
  json: {
    kind: "switch",
    default: false,
    help: "each decision and fault as one JSON object on standard output",
  },
  ...LOG_SETTINGS,
} as const;

export const gateway: Command = {
  usage: "gateway [enrol | status | decisions | override] [flags]",
  about: [
    "Runs a home: reads its devices once a second, decides from where it lives, and writes setpoints within every",
    "limit, with a platform or without; enrol brings it to one. status says how it is, decisions why it did what it did, override is the",
    "switch at the box. docs/home/gateway.md.",
  ].join("\n"),
  settings: GATEWAY_SETTINGS,
  examples: [
    ["gateway --folder data/home --equipment devices.json", "run the home of this equipment"],
    ["gateway status --folder data/home", "how it is"],
    [
      "gateway override --hold --folder data/home",
      "nothing leaves the accumulator, whatever comes from afar",
    ],
  ],
  async run(args, environment) {
    const [word] = args;
    if (word !== undefined && !word.startsWith("-")) {
      const load = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
      if (load === undefined) {
        throw new UsageError(`there is no "gateway ${word}"; there are ${Object.keys(WORDS).join(", ")}.`);
      }
      return (await load()).run(args.slice(1), environment);
    }
    const { runGateway } = await import("#cli/gateway-run.ts");
    return runGateway(args, environment);
  },
};
