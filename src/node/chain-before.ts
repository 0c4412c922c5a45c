/**
 * The blocks of a producer's chain that ended and from which another went on: kept in a folder of their own, to be
 * shown beside the newer ones. Nothing is decided by them.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { genesisHash } from "#chain/genesis.ts";
import type { StoredBlock } from "#chain/host.ts";
import { BlockLog, HEAD_FILE, LOG_FILE } from "#node/block-log.ts";
import { GENESIS_FILE, readGenesis } from "#node/folder.ts";
import { storedBlock } from "#node/node.ts";
import { disk } from "#node/storage.ts";

/** What of a data folder makes a `ChainBefore`. */
export const CHAIN_FILES: readonly string[] = [GENESIS_FILE, LOG_FILE, HEAD_FILE];

export interface ChainBefore {
  block(height: number): StoredBlock | undefined;
  close(): Promise<void>;
}

/** `undefined` where the folder holds none. Throws `NodeFault` as `BlockLog.open` does. */
export async function openChainBefore(folder: string): Promise<ChainBefore | undefined> {
  if (!existsSync(join(folder, GENESIS_FILE))) return undefined;
  const log = await BlockLog.open(disk, folder, genesisHash(readGenesis(disk, folder)));
  return {
    block(height) {
      const block = log.read(height);
      return block === undefined ? undefined : storedBlock(block);
    },
    close: () => log.close(),
  };
}
