/**
 * The end of a producer's chain as a file: its last state, and the last header with its signature. Whoever goes on
 * from it need not believe whoever hands it over: the rows must give the root that the header names.
 */
import { dirname, join } from "node:path";
import { genesisHash } from "#chain/genesis.ts";
import type { Header } from "#ledger/block.ts";
import { auditFolder } from "#node/audit.ts";
import type { AuditOptions, AuditReport } from "#node/audit-frame.ts";
import { NodeFault } from "#node/fault.ts";
import { LOCK_FILE, readGenesis } from "#node/folder.ts";
import { writeSnapshotFile } from "#node/snapshot.ts";
import { disk } from "#node/storage.ts";

export interface Exported extends Pick<AuditReport, "blocks" | "transactions"> {
  readonly header: Header;
  readonly rows: number;
}

/**
 * Audits a data folder in which nothing runs and writes its end to `path`. Throws `NodeFault`: folder_in_use,
 * block_invalid where the audit finds a problem, log_cut_short where there is no block yet.
 */
export async function exportChain(
  folder: string,
  path: string,
  options: AuditOptions = {},
): Promise<Exported> {
  const release = disk.lock(join(folder, LOCK_FILE));
  try {
    const { blocks, transactions, firstProblem, chain } = await auditFolder(folder, options);
    if (firstProblem !== undefined) {
      const { what, place } = firstProblem;
      throw new NodeFault("block_invalid", `The ledger of ${folder} does not hold: ${what}`, { place });
    }
    const tip = chain?.tip;
    if (chain === undefined || tip === undefined) {
      throw new NodeFault("log_cut_short", `The chain in ${folder} has no block to go on from`);
    }
    disk.makeFolder(dirname(path));
    const hash = genesisHash(readGenesis(disk, folder));
    const content = { genesisHash: hash, tip, rows: chain.export() };
    await writeSnapshotFile(disk, path, content, async () => {});
    return { header: tip.header, rows: chain.view().rows, blocks, transactions };
  } finally {
    release();
  }
}
