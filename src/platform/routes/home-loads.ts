/** F1's loads of the own home: what uses power and why, and the letters that say how each shall be run. */
import type { HomeLoads } from "#wire/load-schemas.ts";
import type { Period } from "#wire/schemas.ts";
import { finite } from "../home-view.ts";
import { loadHistory, loadsCsv } from "../load-history.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";
import { dayFrom, sendCsv } from "./home.ts";

type Keys =
  | "GET /v1/home/loads"
  | "GET /v1/home/loads/archive"
  | "GET /v1/home/loads/archive.csv"
  | "PUT /v1/home/loads/:id/preferences";

export function homeLoadRoutes({ archive, host, loadLetters, zone }: Parts): Handlers<Keys> {
  const historyOf = (home: number, { period, date }: { period: Period; date?: string }) =>
    loadHistory(archive, zone, { home, period, day: dayFrom(date), now: host.now() });
  const viewOf = (home: number): HomeLoads => ({
    home,
    loads: loadLetters.loads(home).map((load) => ({ ...load, numbers: finite(load.numbers) })),
  });
  return {
    "GET /v1/home/loads": ({ visitor: { plant } }) => viewOf(plant),
    "GET /v1/home/loads/archive": ({ visitor: { plant }, query }) => historyOf(plant, query),
    "GET /v1/home/loads/archive.csv": ({ visitor: { plant }, query, reply }) => {
      const history = historyOf(plant, query);
      return sendCsv(
        reply,
        `contrada-loads-${history.period}-${history.fromDay}.csv`,
        loadsCsv(zone, history),
      );
    },
    "PUT /v1/home/loads/:id/preferences": ({ visitor: { plant, member }, params, body }) => {
      loadLetters.prefer(plant, params.id, member, body);
      return viewOf(plant);
    },
  };
}
