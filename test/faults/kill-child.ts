/**
 * The process that `kill.ts` kills: a node on a real disk, fed over the process channel. Every acknowledgement
 * goes back only when the node's own promise says that the block is durable.
 */
import { openLoaded } from "../support/node-load.ts";

export interface Fed {
  readonly number: number;
  readonly bytes: Uint8Array;
}

export type Told =
  | { readonly type: "ready"; readonly height: number }
  | { readonly type: "committed"; readonly number: number; readonly height: number; readonly index: number }
  | { readonly type: "refused"; readonly number: number; readonly status: string };

const [folder, intervalMs] = process.argv.slice(2);
const tell = (told: Told) => process.send?.(told);

const node = await openLoaded(folder!, {
  blockIntervalMs: Number(intervalMs),
  limits: { snapshotEvery: { blocks: 5, transactions: 1_000_000 } },
});
process.on("message", async ({ number, bytes }: Fed) => {
  const submission = await node.submit(bytes);
  if (!submission.admitted) return void tell({ type: "refused", number, status: submission.status });
  const { height, index } = await submission.committed;
  tell({ type: "committed", number, height, index });
});
process.on("disconnect", () => process.exit());
tell({ type: "ready", height: node.view().height });
