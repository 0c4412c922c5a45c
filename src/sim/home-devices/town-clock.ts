/**
 * The time of a simulated town, for devices that live in it: what `GET /v1/demo/clock` says, asked for every second of
 * the wall, and carried on at the town's speed in between. A town that is away is not waited for, a house goes on; one
 * that comes back with an earlier time is, since time in a house never runs back.
 */
import { createClient } from "#wire/client.ts";
import type { DemoClock } from "#wire/schemas.ts";

export interface TownTime {
  /** Of the home, ms; never runs back. */
  readonly now: () => number;
  /** What the town said at first, seconds of it in one of the wall. */
  readonly speed: number;
  close(): void;
}

const ASKED_EVERY_MS = 1_000;

/** Rejects where nobody answers at the address, or it is no simulated town's. `realMs`: a monotonic clock, ms. */
export async function followTown(
  url: string,
  realMs: () => number,
  everyMs = ASKED_EVERY_MS,
): Promise<TownTime> {
  const client = createClient((input, init) => fetch(input, init), url.replace(/\/+$/, ""));
  const ask = async () => clockAt(await client.call("GET /v1/demo/clock"), realMs());
  let heard = await ask();
  let latestMs = 0;
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    ask()
      .then((clock) => {
        heard = clock;
      })
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  }, everyMs).unref();
  return {
    now() {
      latestMs = Math.max(latestMs, heard.timeMs + (realMs() - heard.atMs) * heard.speed);
      return latestMs;
    },
    speed: heard.speed === 0 ? 1 : heard.speed,
    close: () => clearInterval(timer),
  };
}

function clockAt({ time, paused, speed }: DemoClock, atMs: number) {
  return { timeMs: time * 1000, speed: paused ? 0 : speed, atMs };
}
