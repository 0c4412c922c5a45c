/**
 * The outbox of who the box is now. Each enrolment begins one: numbers, acknowledgements, orders and the meter's state
 * of another enrolment mean nothing to this one, and a number that only another platform knows would leave a gap here
 * for ever. The former file is kept beside it. What waits in it goes along where the box came in again for the same
 * home: those quarter hours were signed by the meter that counted then.
 */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Enrolled } from "./identity.ts";
import { Outbox } from "./outbox.ts";

export const OUTBOX_FILE = "outbox.db";
/** Of an enrolment, what tells it from others. */
export type Enrolment = Pick<Enrolled, "gateway" | "chain" | "home">;

/** Readings that are read at once. */
const AT_ONCE = 1_000;

/** Throws `OutboxError`, and what the disk throws. */
export function ownOutbox(folder: string, enrolled: Enrolment | undefined): Outbox {
  const path = join(folder, OUTBOX_FILE);
  const outbox = new Outbox(path);
  if (enrolled === undefined) return outbox;
  const { gateway, chain, home } = enrolled;
  const enrolment = outbox.kept("enrolment");
  if (enrolment === undefined) {
    outbox.keep({ enrolment: JSON.stringify({ gateway, chain, home }) });
    return outbox;
  }
  const former = JSON.parse(enrolment) as Enrolment;
  if (former.gateway === gateway) return outbox;
  const isSameHome = former.chain === chain && former.home === home;
  const waiting = isSameHome ? allWaiting(outbox) : [];
  const last = outbox.kept("last");
  outbox.close();
  renameSync(path, asideIn(folder, former.gateway));
  const own = new Outbox(path);
  own.add(
    waiting.map((signed) => ({ signed, isSpread: false })),
    {
      enrolment: JSON.stringify({ gateway, chain, home }),
      ...(last !== undefined && { last }),
    },
  );
  return own;
}

function allWaiting(outbox: Outbox) {
  const waiting = [];
  let after = outbox.through;
  for (;;) {
    const some = outbox.next(AT_ONCE, after);
    if (some.length === 0) return waiting;
    for (const { sequence, signed } of some) {
      waiting.push(signed);
      after = sequence;
    }
  }
}

function asideIn(folder: string, gateway: string): string {
  for (let i = 1; ; i++) {
    const path = join(folder, `outbox-${gateway}${i === 1 ? "" : `-${i}`}.db`);
    if (!existsSync(path)) return path;
  }
}
