/** The supplier's console: enrolment, rates of its own, what it bought. Its sellers are pseudonyms. */
import { dayOf, dayStart, formatDay } from "#base/time.ts";
import type { Parts } from "../parts.ts";
import { payoutsUnderWay } from "../payout-view.ts";
import { Refused } from "../problems.ts";
import { pseudonym, purchaseView } from "../sale-view.ts";
import type { Handlers } from "../server.ts";

/** Days back from which rates are listed; those to come always are. */
const RATES_BACK = 30;
const PURCHASES_SHOWN = 100;

export function supplierRoutes(
  parts: Parts,
): Handlers<"GET /v1/supplier" | "POST /v1/supplier/application" | "GET /v1/supplier/purchases"> {
  const { host, index, store, zone, directory } = parts;
  const secret = store.secret("pseudonyms");
  return {
    "GET /v1/supplier": ({ visitor: { member } }) => {
      const view = host.view();
      const { parameters } = view;
      const supplier = view.supplier(member);
      const application = store.application(member);
      const { posted, pendingOut } = view.money(member);
      const now = host.now();
      const today = dayOf(zone, now);
      const { deliveredWh, paidMicroEur } = index.boughtBy(member);
      return {
        member,
        name: supplier?.name ?? application?.name ?? directory.member(member)?.name ?? `Member ${member}`,
        enrolled: supplier !== undefined,
        applied: application !== undefined,
        balanceMicroEur: Number(posted),
        pendingMicroEur: Number(pendingOut),
        payoutsMicroEur: payoutsUnderWay(parts, member),
        today: formatDay(today),
        tomorrow: formatDay(today + 1),
        publishBefore: dayStart(zone, today + 1) - parameters.rateClosesS,
        rateBounds: { lowest: Number(parameters.rateLowest), highest: Number(parameters.rateHighest) },
        rates: index.rates(member, today - RATES_BACK).map(({ day, rate, height, time }) => ({
          day: formatDay(day),
          rateMicroEurPerKwh: rate,
          height,
          time,
        })),
        purchasedWh: deliveredWh,
        paidMicroEur,
      };
    },
    "POST /v1/supplier/application": ({ visitor: { member }, body: { name } }) => {
      if (host.view().supplier(member) !== undefined) throw new Refused("supplier_exists");
      if (name.trim() !== name || hasControlCharacters(name)) throw new Refused("name_invalid");
      return store.apply({ member, name, time: host.now() });
    },
    "GET /v1/supplier/purchases": ({ visitor: { member }, query: { limit } }) =>
      index
        .salesOfSupplier(member, limit ?? PURCHASES_SHOWN)
        .map((sale) => purchaseView(sale, pseudonym(secret, zone, sale))),
  };
}

function hasControlCharacters(name: string): boolean {
  return /\p{Cc}/u.test(name);
}
