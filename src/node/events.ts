/** What both kinds of node tell of themselves, for logs (`base/log`). */
import { type About, about } from "#base/log.ts";
import type { CommittedBlock } from "#chain/host.ts";
import type { NodeFault } from "#node/fault.ts";

export const SNAPSHOT_FAILED: About = about("node", "snapshot_failed", {}, "error");

export function passedOver(height: number): About {
  return about("node", "snapshot_passed_over", { height });
}

export function listenerThrew(height: number): About {
  return about("node", "listener_threw", { height }, "error");
}

/** The node acknowledges nothing more. */
export function stoppedBy({ code }: NodeFault): About {
  return about("node", "node_stopped", { code }, code === "stopped" ? "info" : "error");
}

export function blockCommitted({ height, transactions }: CommittedBlock): About {
  return about("node", "block", { height, transactions: transactions.length }, "debug");
}
