/** Hands over what waits in the outbox, one message at a time; again where nobody answers. */
import { type NumberedReading, READINGS_OF_A_MESSAGE_MAX } from "#wire/gateway-messages.ts";
import type { GatewayLog } from "./gateway-log.ts";
import type { Link } from "./link.ts";
import type { Outbox } from "./outbox.ts";

/** A message of readings that is not answered is sent again, ms of a steady clock. */
const RESEND_MS = 10_000;

export class ReadingSender {
  readonly #link: Pick<Link, "isUp" | "sendReadings">;
  readonly #outbox: Pick<Outbox, "name" | "waiting" | "through" | "next">;
  readonly #log: GatewayLog;
  /** The message that is under way. */
  #sent: { readonly through: number; readonly at: number } | undefined;

  constructor(
    link: Pick<Link, "isUp" | "sendReadings">,
    outbox: Pick<Outbox, "name" | "waiting" | "through" | "next">,
    log: GatewayLog,
  ) {
    this.#link = link;
    this.#outbox = outbox;
    this.#log = log;
  }

  /** The oldest that wait, unless some are under way. */
  send(steadyMs: number): void {
    const [link, outbox] = [this.#link, this.#outbox];
    if (!link.isUp || outbox.waiting === 0) return;
    const sent = this.#sent;
    if (sent !== undefined && steadyMs - sent.at < RESEND_MS && outbox.through < sent.through) return;
    const readings: NumberedReading[] =
      this.#log.attempt("outbox", () => outbox.next(READINGS_OF_A_MESSAGE_MAX)) ?? [];
    const last = readings.at(-1);
    if (last === undefined) return;
    this.#sent = { through: last.sequence, at: steadyMs };
    link.sendReadings({ outbox: outbox.name, readings }).catch((error: unknown) => {
      this.#sent = undefined;
      this.#log.failed("link", error);
    });
  }

  /** What was under way is not any more, or says something else by now. */
  again(): void {
    this.#sent = undefined;
  }
}
