/**
 * Who is called when a deadline of the agenda is due, by its kind. Called as a block opens, before its
 * transactions.
 */
import { assert } from "#base/assert.ts";
import type { ChainEvent } from "#chain/events.ts";
import type { Deadline } from "#ledger/agenda.ts";
import type { Context } from "#ledger/machine.ts";

export type OpeningContext = Omit<Context<ChainEvent>, "sender" | "role">;

type Handler = (context: OpeningContext, id: Uint8Array) => void;

/** By kind number; a number is given once. */
const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([]);

export function runDeadline(context: OpeningContext, { kind, id }: Deadline): void {
  const handler = HANDLERS.get(kind);
  assert(handler !== undefined, `a deadline of kind ${kind}, which nobody keeps`);
  handler(context, id);
}
