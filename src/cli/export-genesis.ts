/** `contrada export-genesis FOLDER --out FILE`: the end of a producer's chain, for a network to go on from. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "#base/bytes.ts";
import type { Command } from "#cli/command.ts";
import { startProgress } from "#cli/progress.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { TOWN_SETTINGS } from "#cli/town-settings.ts";
import { exportChain } from "#node/export.ts";
import { FORMAT_FILE } from "#node/folder.ts";

const SETTINGS = {
  out: { kind: "text", value: "FILE", default: undefined, help: "where the export goes; must not exist" },
  json: { kind: "switch", default: false, help: "end with one JSON object" },
} as const;

export const exportGenesis: Command = {
  usage: "export-genesis FOLDER --out FILE",
  about:
    "Checks the ledger of a data folder as `verify` does, and writes its last state with the last signed header to\n" +
    "a file from which `network init --from FILE` begins a network. Nothing may run in the folder; it stays as it is.",
  settings: SETTINGS,
  examples: [["export-genesis data/town --out town.rows", "checks data/town and exports its last block"]],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment, TOWN_SETTINGS);
    const [folder, more] = words;
    if (folder === undefined) throw new UsageError("export-genesis wants a data folder, e.g. data/town.");
    if (more !== undefined)
      throw new UsageError(`export-genesis takes one folder; "${more}" is one too many.`);
    if (values.out === undefined) throw new UsageError("export-genesis wants --out FILE.");
    if (existsSync(values.out)) throw new UsageError(`${values.out} exists already.`);
    if (!existsSync(join(folder, FORMAT_FILE))) throw new UsageError(`${folder} holds no ledger.`);
    let progress: ReturnType<typeof startProgress> | undefined;
    const { header, rows, blocks, transactions } = await exportChain(folder, values.out, {
      onProgress({ height, of }) {
        progress ??= startProgress("verifying", of);
        progress.show(height, `block ${height} of ${of}`);
      },
    });
    progress?.end();
    const said = {
      file: values.out,
      chain: header.chain,
      height: header.height,
      time: header.time,
      state_root: toHex(header.stateRoot),
      producer: toHex(header.producer),
      rows,
    };
    if (values.json) console.log(JSON.stringify(said));
    else {
      console.log(`${blocks} blocks with ${transactions} transactions hold.`);
      console.log(`${rows} rows after block ${header.height} of ${header.chain} in ${values.out}`);
      console.log(`state root ${said.state_root}, signed by ${said.producer}`);
    }
    return 0;
  },
};
