/**
 * The entry of every command. A command is a row of this table; its file is loaded only when it is called. What
 * a person got wrong ends in one line on standard error and exit code 2; what failed, in one line and exit
 * code 1. `CONTRADA_DEBUG=1` adds the stack.
 */
import { type Command, helpOf } from "#cli/command.ts";
import { UsageError } from "#cli/settings.ts";

const COMMANDS: { readonly [name: string]: { readonly summary: string; load(): Promise<Command> } } = {
  town: {
    summary: "run a whole town: homes, ledger, trading platform and app",
    load: async () => (await import("#cli/town.ts")).town,
  },
  verify: {
    summary: "replay a data folder's ledger and check every hash, signature, root and invariant",
    load: async () => (await import("#cli/verify.ts")).verify,
  },
  "verify-receipt": {
    summary: "check a receipt that the app saved, offline",
    load: async () => (await import("#cli/verify-receipt.ts")).verifyReceipt,
  },
  clear: {
    summary: "clear a book of bids and asks, with a certificate",
    load: async () => (await import("#cli/clear.ts")).clear,
  },
  "verify-clearing": {
    summary: "check a clearing by its certificate",
    load: async () => (await import("#cli/verify-clearing.ts")).verifyClearing,
  },
  auction: {
    summary: "hold the neighbours' auction in every quarter hour of a street",
    load: async () => (await import("#cli/auction.ts")).auction,
  },
  network: {
    summary: "run several validators of one chain on this machine, under CometBFT",
    load: async () => (await import("#cli/network.ts")).network,
  },
  node: {
    summary: "run one validator of a network, with what everybody may read of it",
    load: async () => (await import("#cli/node.ts")).node,
  },
  organisation: {
    summary: "sign for an organisation of a network: admit, propose, vote",
    load: async () => (await import("#cli/organisation.ts")).organisation,
  },
  "export-genesis": {
    summary: "write the end of a data folder's chain, for a network to go on from",
    load: async () => (await import("#cli/export-genesis.ts")).exportGenesis,
  },
  dispatch: {
    summary: "replay the counter's decisions over measured homes: cost, saving, cycles, violations",
    load: async () => (await import("#cli/dispatch.ts")).dispatchCommand,
  },
  cer: {
    summary: "reckon the incentive of an Italian energy community from a month's statement",
    load: async () => (await import("#cli/cer.ts")).cer,
  },
  tariff: {
    summary: "reckon a home's bill under a tariff and explain each line",
    load: async () => (await import("#cli/tariff.ts")).tariff,
  },
  report: {
    summary: "lay six markets over one street, as a page with drawings",
    load: async () => (await import("#cli/report.ts")).report,
  },
  "compare-rules": {
    summary: "compare what the rules of several countries pay one street",
    load: async () => (await import("#cli/compare-rules.ts")).compare,
  },
  bill: {
    summary: "make the bills of a simulated town: invoices, statements of sales, incentive",
    load: async () => (await import("#cli/bill.ts")).bill,
  },
  "verify-bill": {
    summary: "recompute every line of a bill from signed readings, rates and rules",
    load: async () => (await import("#cli/verify-bill.ts")).verifyBillCommand,
  },
  device: {
    summary: "find, read and watch the devices of a home, for the installer",
    load: async () => (await import("#cli/device.ts")).device,
  },
  gateway: {
    summary: "run a home: read its devices, decide each second, keep every limit, with a platform or without",
    load: async () => (await import("#cli/gateway.ts")).gateway,
  },
  devices: {
    summary: "simulate the devices of a home: real protocols over real sockets, with faults on demand",
    load: async () => (await import("#cli/devices.ts")).devices,
  },
  gateways: {
    summary:
      "a platform's gateways: codes to enrol them, the list, shutting one out, an external broker's files",
    load: async () => (await import("#cli/gateways.ts")).gateways,
  },
  limit: {
    summary: "the grid operator limits a home's connection for a time, by a signed letter",
    load: async () => (await import("#cli/limit.ts")).limit,
  },
  config: {
    summary: "show every setting with its value and where it comes from",
    load: async () => (await import("#cli/config.ts")).config,
  },
};

export async function main(args: string[]): Promise<void> {
  process.stdout.once("error", (error: NodeJS.ErrnoException) => {
    // Who reads only the first lines of an output has read enough.
    process.exit(error.code === "EPIPE" ? 0 : 1);
  });
  try {
    process.exitCode = await run(args);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    console.error(`contrada: ${reason.message.split("\n", 1)[0]}`);
    if (process.env.CONTRADA_DEBUG === "1") console.error(reason.stack, reason.cause ?? "");
    process.exitCode = reason instanceof UsageError ? 2 : 1;
  }
}

async function run([name, ...rest]: string[]): Promise<number> {
  if (name === undefined) {
    console.error(overview());
    return 2;
  }
  if (name === "--version") {
    const { default: about } = await import("../../package.json", { with: { type: "json" } });
    console.log(about.version);
    return 0;
  }
  const asksHelp = name === "help" || name === "--help" || name === "-h";
  const wanted = asksHelp ? rest[0] : name;
  if (wanted === undefined) {
    console.log(overview());
    return 0;
  }
  const entry = Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted] : undefined;
  if (entry === undefined) {
    throw new UsageError(`there is no command "${wanted}"; there are ${Object.keys(COMMANDS).join(", ")}.`);
  }
  const command = await entry.load();
  if (asksHelp || rest.includes("--help") || rest.includes("-h")) {
    console.log(helpOf(command));
    return 0;
  }
  return command.run(rest, process.env);
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length)) + 2;
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return [
    "Contrada: a smart energy grid for a neighbourhood on a blockchain.",
    "",
    "Usage: contrada COMMAND [flags]        (npm start = contrada town)",
    "",
    ...rows,
    "",
    "contrada COMMAND --help says what a command takes, contrada --version which one this is.",
  ].join("\n");
}
