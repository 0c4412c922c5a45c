/** The operator's console: the street as one, the chain, and who waits to be enrolled. No home by itself. */
import { toHex } from "#base/bytes.ts";
import { dayOf, dayStart } from "#base/time.ts";
import { transformerLoadingPercent } from "../live.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";

export function operatorRoutes(parts: Parts): Handlers<"GET /v1/operator/overview"> {
  const { host, index, live, map, store, zone, community } = parts;
  return {
    "GET /v1/operator/overview": () => {
      const view = host.view();
      const street = live.street();
      const now = host.now();
      const today = dayOf(zone, now);
      let capacityWh = 0;
      for (const { row } of view.plants()) capacityWh += Number(row.capacity);
      return {
        time: street.time === 0 ? now : street.time,
        homes: street.homes === 0 ? community.homes : street.homes,
        generationW: street.generationW,
        demandW: street.demandW,
        importW: street.importW,
        exportW: street.exportW,
        storedWh: street.storedWh,
        capacityWh,
        transformerLoadingPercent: transformerLoadingPercent(street, map.transformer.ratedVa),
        soldTodayWh: index.deliveredByAll(dayStart(zone, today), dayStart(zone, today + 1)),
        openSales: index.openSales(),
        chain: {
          height: view.height,
          time: view.height === 0 ? now : view.time,
          stateRoot: toHex(view.stateRoot),
          waiting: host.waiting(),
          transactions: index.transactionCount(),
        },
        applications: store.applications().filter(({ member }) => view.supplier(member) === undefined),
      };
    },
  };
}
