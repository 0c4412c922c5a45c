/** The explorer: blocks and transactions, open to everybody, read from the blocks themselves. */
import { fromHex, toHex } from "#base/bytes.ts";
import type { StoredBlock } from "#chain/host.ts";
import type { BlockSummary } from "#wire/schemas.ts";
import type { IndexedBlock } from "../index.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";
import { transactionView } from "../transaction-view.ts";

const BLOCKS_SHOWN = 30;

export function explorerRoutes({
  host,
  index,
}: Parts): Handlers<"GET /v1/transactions/:id" | "GET /v1/blocks" | "GET /v1/blocks/:height"> {
  return {
    "GET /v1/transactions/:id": ({ params }) => {
      const place = index.placeOf(fromHex(params.id)!);
      const block = place === undefined ? undefined : host.block(place.height);
      const stored = block?.transactions[place!.index];
      if (block === undefined || stored === undefined) throw new Refused("transaction_unknown");
      return transactionView(stored, { ...place!, time: block.time });
    },
    "GET /v1/blocks": ({ query: { before, limit } }) =>
      index.blocks(before ?? Number.MAX_SAFE_INTEGER, limit ?? BLOCKS_SHOWN).map(summaryOf),
    "GET /v1/blocks/:height": ({ params }) => {
      const block = host.block(params.height);
      if (block === undefined) throw new Refused("block_unknown");
      const { height, time, previousHash, stateRoot, seal } = block;
      return {
        height,
        time,
        hash: toHex(block.hash),
        previousHash: toHex(previousHash),
        stateRoot: toHex(stateRoot),
        transactionsRoot: seal.by === "producer" ? toHex(seal.header.transactionsRoot) : null,
        producer: seal.by === "producer" ? toHex(seal.header.producer) : null,
        transactions: block.transactions.map((stored, i) =>
          transactionView(stored, { height, index: i, time }),
        ),
      };
    },
  };
}

export function summaryOf({ height, time, hash, transactions, refused }: IndexedBlock): BlockSummary {
  return { height, time, hash: toHex(hash), transactions, refused };
}

export function summaryOfBlock({ height, time, hash, transactions }: StoredBlock): BlockSummary {
  return {
    height,
    time,
    hash: toHex(hash),
    transactions: transactions.length,
    refused: transactions.filter(({ status }) => status !== "ok").length,
  };
}
