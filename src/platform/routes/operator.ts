/** The operator's console: the street as one, the chain, and who waits to be enrolled or paid. No home by itself. */
import { toHex } from "#base/bytes.ts";
import { dayOf, dayStart } from "#base/time.ts";
import { requestOwnPayout } from "#chain/transactions.ts";
import type { Role } from "#ledger/member.ts";
import { transformerLoadingPercent } from "../live.ts";
import type { Parts } from "../parts.ts";
import { waitingPayouts } from "../payout-view.ts";
import type { Handlers } from "../server.ts";

/** Whoever may ask for a payout: offices have no money. */
const HAVE_MONEY: ReadonlySet<Role> = new Set(requestOwnPayout.roles);

export function operatorRoutes(
  parts: Parts,
): Handlers<"GET /v1/operator/overview" | "GET /v1/operator/members"> {
  const { host, index, live, map, store, zone, community, directory, numbers } = parts;
  return {
    "GET /v1/operator/overview": () => {
      const view = host.view();
      const street = live.street();
      const now = host.now();
      const today = dayOf(zone, now);
      let capacityWh = 0;
      for (const { row } of view.plants()) if (row.closed === 0) capacityWh += Number(row.capacity);
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
        payouts: waitingPayouts(parts).length,
        applications: store.applications().filter(({ member }) => view.supplier(member) === undefined),
      };
    },
    "GET /v1/operator/members": () => {
      const view = host.view();
      return view
        .members()
        .filter(({ row }) => row.closed === 0 && HAVE_MONEY.has(row.role))
        .map(({ key, row }) => ({
          member: key,
          name: directory.member(numbers.accountOf(key))?.name ?? view.supplier(key)?.name ?? `Member ${key}`,
          role: row.role,
        }));
    },
  };
}
