/** How suppliers keep their word, for anybody: rates published in time, sales paid, what was bought at which rate. */
import { dayOf } from "#base/time.ts";
import type { SupplierReliability } from "#wire/market-schemas.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";

/** Days looked at, today included. */
const DAYS = 30;

export function supplierReliabilityRoutes(parts: Parts): Handlers<"GET /v1/suppliers"> {
  const { host, index, zone } = parts;
  return {
    "GET /v1/suppliers": () => {
      const view = host.view();
      const today = dayOf(zone, host.now());
      return view.suppliers().map(({ key: member, row }): SupplierReliability => {
        const enrolledAt = index.blockAt(row.enrolled)?.time;
        const since = enrolledAt === undefined ? today : dayOf(zone, enrolledAt);
        const first = Math.max(today - DAYS + 1, Math.min(since, today));
        const rates = index.rates(member, first).filter(({ day }) => day <= today);
        const sum = rates.reduce((total, { rate }) => total + rate, 0);
        const { deliveredWh, paidMicroEur } = index.boughtBy(member);
        return {
          member,
          name: row.name,
          suspended: row.suspended,
          enrolled: row.enrolled,
          days: today - first + 1,
          daysWithRate: rates.length,
          sales: row.salesClosed,
          salesPaid: row.salesPaid,
          boughtWh: deliveredWh,
          paidMicroEur,
          rateTodayMicroEurPerKwh: rates.find(({ day }) => day === today)?.rate ?? null,
          meanRateMicroEurPerKwh: rates.length === 0 ? null : Math.round(sum / rates.length),
        };
      });
    },
  };
}
