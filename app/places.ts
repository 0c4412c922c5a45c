/** The places of the app: who sees them, where they are, and how they are loaded with their strings. */
import type { Component } from "solid-js";
import type { Role } from "#wire/schemas.ts";
import { part } from "./part.ts";
import type { IconName } from "./parts/icon.tsx";
import { MonitorScreen } from "./screens/monitor/screen.tsx";
import { area, type PlainKey } from "./strings/dictionary.ts";

export interface Place {
  /** First part of the path; the screen reads the rest with `segments()`. */
  readonly path: string;
  readonly name: PlainKey;
  readonly icon: IconName;
  /** In the row of places beside it, where that says it better than its name. */
  readonly rowName?: PlainKey;
  readonly screen: Component & { readonly preload?: () => Promise<unknown> };
}

const monitor: Place = { path: "monitor", name: "place.monitor", icon: "panel", screen: MonitorScreen };

const plant: Place = {
  path: "plant",
  name: "place.plant",
  icon: "house",
  screen: part(async () => {
    const [screen, strings, behind] = await Promise.all([
      import("./screens/plant/screen.tsx"),
      import("./strings/plant.ts"),
      import("./strings/devices.ts"),
    ]);
    area(strings.plant);
    area(behind.devices);
    return { default: screen.PlantScreen };
  }),
};

const sell: Place = {
  path: "sell",
  name: "place.sell",
  icon: "exchange",
  rowName: "place.to_supplier",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/trade/screen.tsx"),
      import("./strings/trade.ts"),
    ]);
    area(strings.trade);
    return { default: screen.TradeScreen };
  }),
};

const market: Place = {
  path: "market",
  name: "place.market",
  icon: "exchange",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/market/screen.tsx"),
      import("./strings/market.ts"),
    ]);
    area(strings.market);
    return { default: screen.MarketScreen };
  }),
};

const contracts: Place = {
  path: "contracts",
  name: "place.contracts",
  icon: "contract",
  screen: part(async () => {
    const [screen, strings, billed] = await Promise.all([
      import("./screens/contracts/screen.tsx"),
      import("./strings/contracts.ts"),
      import("./strings/bills.ts"),
    ]);
    area(strings.contracts);
    // The bill behind an invoice opens there.
    area(billed.bills);
    return { default: screen.ContractsScreen };
  }),
};

const bills: Place = {
  path: "bills",
  name: "place.bills",
  icon: "archive",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/bills/screen.tsx"),
      import("./strings/bills.ts"),
    ]);
    area(strings.bills);
    return { default: screen.BillsScreen };
  }),
};

const archive: Place = {
  path: "archive",
  name: "place.archive",
  icon: "archive",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/archive/screen.tsx"),
      import("./strings/archive.ts"),
    ]);
    area(strings.archive);
    return { default: screen.ArchiveScreen };
  }),
};

const ledger: Place = {
  path: "ledger",
  name: "place.ledger",
  icon: "block",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/explorer/screen.tsx"),
      import("./strings/explorer.ts"),
    ]);
    area(strings.explorer);
    return { default: screen.ExplorerScreen };
  }),
};

const rates: Place = {
  path: "rates",
  name: "place.rates",
  icon: "rate",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/supplier/screen.tsx"),
      import("./strings/supplier.ts"),
    ]);
    area(strings.supplier);
    return { default: screen.RatesScreen };
  }),
};

const purchases: Place = {
  path: "purchases",
  name: "place.purchases",
  icon: "purchase",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/supplier/screen.tsx"),
      import("./strings/supplier.ts"),
    ]);
    area(strings.supplier);
    return { default: screen.PurchasesScreen };
  }),
};

const overview: Place = {
  path: "overview",
  name: "place.overview",
  icon: "overview",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/operator/screen.tsx"),
      import("./strings/operator.ts"),
    ]);
    area(strings.operator);
    return { default: screen.OverviewScreen };
  }),
};

/** What the grid's operator lets through homes' connections. */
const limits: Place = {
  path: "limits",
  name: "place.limits",
  icon: "overview",
  screen: part(async () => {
    const [screen, strings, ahead, signing] = await Promise.all([
      import("./screens/limits/screen.tsx"),
      import("./strings/limits.ts"),
      import("./strings/ahead.ts"),
      import("./strings/signing.ts"),
    ]);
    area(strings.limits);
    // The sentence that the owner reads.
    area(ahead.ahead);
    area(signing.signing);
    return { default: screen.LimitsScreen };
  }),
};

const suppliers: Place = {
  path: "suppliers",
  name: "place.suppliers",
  icon: "people",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/operator/screen.tsx"),
      import("./strings/operator.ts"),
    ]);
    area(strings.operator);
    return { default: screen.SuppliersScreen };
  }),
};

const settlements: Place = {
  path: "settlements",
  name: "place.settlements",
  icon: "exchange",
  screen: part(async () => {
    const [screen, strings, market] = await Promise.all([
      import("./screens/settlements/screen.tsx"),
      import("./strings/settlements.ts"),
      import("./strings/market.ts"),
    ]);
    area(strings.settlements);
    area(market.market);
    return { default: screen.SettlementsScreen };
  }),
};

/** Where one enters; also shown to whoever is not signed in. */
export const ENTER: Place = {
  path: "enter",
  name: "frame.enter",
  icon: "key",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/enter/screen.tsx"),
      import("./strings/enter.ts"),
    ]);
    area(strings.enter);
    return { default: screen.EnterScreen };
  }),
};

/** Everyone's who is signed in: who may sign for them. */
export const KEYS: Place = {
  path: "keys",
  name: "place.keys",
  icon: "key",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/keys/screen.tsx"),
      import("./strings/keys.ts"),
    ]);
    area(strings.keys);
    return { default: screen.KeysScreen };
  }),
};

/** What a home was told. */
export const NOTICES: Place = {
  path: "notices",
  name: "place.notices",
  icon: "bell",
  screen: part(async () => {
    const [screen, strings, plants] = await Promise.all([
      import("./screens/notices/screen.tsx"),
      import("./strings/notices.ts"),
      import("./strings/plant.ts"),
    ]);
    area(strings.notices);
    area(plants.plant);
    return { default: screen.NoticesScreen };
  }),
};

/** How a home's real gateway comes in: its owner's, and the operator's for every home. */
export const INSTALL: Place = {
  path: "install",
  name: "place.install",
  icon: "house",
  screen: part(async () => {
    const [screen, strings, plants, behind] = await Promise.all([
      import("./screens/install/screen.tsx"),
      import("./strings/install.ts"),
      import("./strings/plant.ts"),
      import("./strings/devices.ts"),
    ]);
    area(strings.install);
    area(plants.plant);
    area(behind.devices);
    return { default: screen.InstallScreen };
  }),
};

/** Whether gateways are a role's business. */
export function hasGateways(role: Role | undefined): boolean {
  return role === "citizen" || role === "operator";
}

/** Their own money, of whoever can have some. */
export const MONEY: Place = {
  path: "money",
  name: "place.money",
  icon: "purse",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/money/screen.tsx"),
      import("./strings/money.ts"),
    ]);
    area(strings.money);
    return { default: screen.MoneyScreen };
  }),
};

const bank: Place = {
  path: "bank",
  name: "place.bank",
  icon: "purse",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/bank/screen.tsx"),
      import("./strings/money.ts"),
    ]);
    area(strings.money);
    return { default: screen.BankScreen };
  }),
};

/** How the community decides is everyone's, signed in or not. */
export const COMMUNITY: Place = {
  path: "community",
  name: "place.community",
  icon: "ballot",
  screen: part(async () => {
    const [screen, strings] = await Promise.all([
      import("./screens/community/screen.tsx"),
      import("./strings/community.ts"),
    ]);
    area(strings.community);
    return { default: screen.CommunityScreen };
  }),
};

/** The explorer is everyone's, signed in or not. */
export const LEDGER = ledger;

/** Whether a role can have money; offices have none. */
export function hasMoney(role: Role | undefined): boolean {
  return role === "citizen" || role === "supplier" || role === "organisation";
}

/** The places of a role, the first one where it begins. */
export function placesOf(role: Role | undefined): readonly Place[] {
  switch (role) {
    case "citizen":
      return [monitor, plant, sell, archive];
    case "supplier":
      return [rates, purchases, contracts, MONEY];
    case "operator":
      return [overview, suppliers, bank, settlements];
    case "registrar":
    case "organisation":
    case undefined:
      return [];
  }
}

/** What stands beside a place in a second row, itself included; nothing where it stands alone. */
export function rowOf(place: Place | undefined, role: Role | undefined): readonly Place[] {
  if (place === undefined) return [];
  const rows =
    role === "citizen" ? [TRADING] : role === "supplier" ? [SUPPLYING] : role === "operator" ? OPERATING : [];
  return rows.find((row) => row.includes(place)) ?? [];
}

const TRADING: readonly Place[] = [sell, market, contracts, bills];
const SUPPLYING: readonly Place[] = [contracts, bills];
const OPERATING: readonly (readonly Place[])[] = [
  [overview, limits],
  [settlements, bills],
];
