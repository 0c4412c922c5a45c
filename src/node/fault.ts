/**
 * What stops a node. Every fault has a stable code, a sentence that says what to do where something can be
 * done, and, where bytes are at fault, their place.
 */

export type FaultCode =
  /** Another process has the folder open. */
  | "folder_in_use"
  /** The folder's format is newer than this program. */
  | "format_newer"
  /** No known format. */
  | "format_unreadable"
  /** The folder holds another chain, or its genesis cannot be read. */
  | "genesis_differs"
  | "genesis_unreadable"
  /** The key at hand is not the one that the genesis names, or cannot be read. */
  | "producer_differs"
  | "producer_key_unreadable"
  /** Bytes of an acknowledged block are wrong or no record at all. */
  | "log_damaged"
  /** The log ends before a block that was acknowledged. */
  | "log_cut_short"
  /** The head file cannot be read, or names another block than the log. */
  | "head_damaged"
  /** A block does not follow from those before it. */
  | "block_invalid"
  /** No snapshot can be believed, or one reaches beyond the log. */
  | "snapshot_ahead"
  /** The state of others that a node began with is damaged, and nothing here can make it anew. */
  | "state_lost"
  /** A write or sync failed. Never retried: the kernel may have dropped the pages. */
  | "disk_failed"
  /** The node found its own books wrong. */
  | "invariant_broken"
  /** It was closed while something still waited. */
  | "stopped";

/** Where something is wrong. */
export interface Place {
  readonly file: string;
  /** Bytes from the start of the file. */
  readonly offset?: number;
  readonly height?: number;
  /** Index in its block. */
  readonly transaction?: number;
}

export class NodeFault extends Error {
  override readonly name = "NodeFault";
  readonly code: FaultCode;
  readonly place: Place | undefined;

  constructor(
    code: FaultCode,
    sentence: string,
    details: { readonly place?: Place; readonly cause?: unknown } = {},
  ) {
    super(
      details.place === undefined ? sentence : `${sentence} (${placeText(details.place)})`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.place = details.place;
  }
}

/** A fault as it is; anything else that was thrown inside the node is a broken invariant. */
export function asFault(error: unknown): NodeFault {
  if (error instanceof NodeFault) return error;
  return new NodeFault("invariant_broken", "The node found its own books wrong and stops", { cause: error });
}

/** What the operating system refused as a fault of the disk, with a sentence; anything else as it is. */
export function diskFault(error: unknown, sentence: string, place?: Place): unknown {
  if (!(error instanceof Error) || typeof (error as NodeJS.ErrnoException).syscall !== "string") return error;
  const details = place === undefined ? { cause: error } : { place, cause: error };
  return new NodeFault("disk_failed", `${sentence}: ${error.message}`, details);
}

/** "blocks.log, byte 5120, height 17, transaction 3". */
export function placeText(place: Place): string {
  return [
    place.file,
    ...(place.offset === undefined ? [] : [`byte ${place.offset}`]),
    ...(place.height === undefined ? [] : [`height ${place.height}`]),
    ...(place.transaction === undefined ? [] : [`transaction ${place.transaction}`]),
  ].join(", ");
}
