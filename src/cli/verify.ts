/** `contrada verify FOLDER`: an audit of the ledger in a data folder, or in a network's node. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "#base/bytes.ts";
import type { Command } from "#cli/command.ts";
import { startProgress } from "#cli/progress.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { TOWN_SETTINGS } from "#cli/town-settings.ts";
import { auditFolder } from "#node/audit.ts";
import type { AuditOptions } from "#node/audit-frame.ts";
import { LOG_FILE } from "#node/block-log.ts";
import { applicationFolderIn, auditApplication } from "#node/comet/audit.ts";
import type { Place } from "#node/fault.ts";
import { FORMAT_FILE, GENESIS_FILE } from "#node/folder.ts";

const SETTINGS = {
  json: { kind: "switch", default: false, help: "end with one JSON object" },
} as const;

export const verify: Command = {
  usage: "verify FOLDER [flags]",
  about:
    "Replays the ledger of a data folder, or of a network's node, from its genesis and checks every hash, signature,\n" +
    "state root and invariant. A node that began by state sync is checked from the state that it began with.\n" +
    "Changes nothing. Exit code 1 and the place of the first difference where something does not hold.",
  settings: SETTINGS,
  examples: [
    ["verify data/town", "whether every block follows from the genesis"],
    ["verify data/town --json", "the same as one JSON object"],
    ["verify data/network/node0", "the same of one validator of a network"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment, TOWN_SETTINGS);
    const [folder, more] = words;
    if (folder === undefined) throw new UsageError("verify wants the data folder after it, e.g. data/town.");
    if (more !== undefined) throw new UsageError(`verify takes one folder; "${more}" is one too many.`);
    if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}.`);
    const application = applicationFolderIn(folder);
    if (
      application === undefined &&
      ![FORMAT_FILE, GENESIS_FILE, LOG_FILE].some((file) => existsSync(join(folder, file)))
    ) {
      throw new UsageError(
        `${folder} holds no ledger; name the data folder of a town or a network's node, e.g. data/town or data/network/node0.`,
      );
    }
    let progress: ReturnType<typeof startProgress> | undefined;
    const options: AuditOptions = {
      onProgress({ height, of }) {
        progress ??= startProgress("verifying", of);
        progress.show(height, `block ${height} of ${of}`);
      },
    };
    const audit =
      application === undefined ? auditFolder(folder, options) : auditApplication(application, options);
    const report = await audit;
    progress?.end();
    const root = report.stateRoot === undefined ? null : toHex(report.stateRoot);
    const { blocks, transactions, height, snapshots, notes, firstProblem } = report;
    if (values.json) {
      const ok = firstProblem === undefined;
      const found = ok ? null : firstProblem;
      console.log(
        JSON.stringify({
          ok,
          blocks,
          transactions,
          height,
          state_root: root,
          snapshots,
          notes,
          first_problem: found,
        }),
      );
      return ok ? 0 : 1;
    }
    for (const note of notes) console.log(`note: ${note}`);
    if (firstProblem === undefined) {
      console.log(`${blocks} blocks with ${transactions} transactions and ${snapshots} snapshots hold.`);
    } else {
      console.log(`does not hold: ${firstProblem.what}`);
      console.log(`first difference: ${describePlace(firstProblem.place)}`);
      console.log(`${blocks} blocks with ${transactions} transactions before it hold.`);
    }
    console.log(`height ${height}, state root ${root ?? "none"}`);
    return report.firstProblem === undefined ? 0 : 1;
  },
};

function describePlace(place: Place): string {
  return Object.entries(place)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
