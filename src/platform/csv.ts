/**
 * The archive as a table (RFC 4180): one row a bucket, an empty line, then the sales. Energy in kWh with three
 * decimals and money in EUR with six are exact; instants carry the zone's offset.
 */
import { civilTime, dayOf, formatDay, type UnixSeconds, type Zone } from "#base/time.ts";
import type { Archive, FlowsWh, Sale } from "#wire/schemas.ts";

const LINE = "\r\n";
const FLOW_HEADERS: readonly (readonly [keyof FlowsWh, string])[] = [
  ["solarToHome", "panels to home [kWh]"],
  ["solarToAccumulator", "panels to accumulator [kWh]"],
  ["solarToGrid", "panels to MicroGrid [kWh]"],
  ["accumulatorToHome", "accumulator to home [kWh]"],
  ["accumulatorToGrid", "accumulator to MicroGrid [kWh]"],
  ["gridToHome", "MicroGrid to home [kWh]"],
  ["gridToAccumulator", "MicroGrid to accumulator [kWh]"],
];

export function archiveCsv(zone: Zone, archive: Archive): string {
  const rows: string[][] = [
    [
      "from",
      "to",
      ...FLOW_HEADERS.map(([, header]) => header),
      "sold [kWh]",
      "earned [EUR]",
      "missing quarter hours",
    ],
  ];
  for (const [i, bucket] of archive.buckets.entries()) {
    const end = archive.buckets[i + 1]?.start ?? bucketEnd(archive, bucket.start);
    rows.push([
      isoTime(zone, bucket.start),
      isoTime(zone, end),
      ...FLOW_HEADERS.map(([flow]) => kWh(bucket.flowsWh[flow])),
      kWh(bucket.soldWh),
      eur(bucket.earnedMicroEur),
      String(bucket.missingIntervals),
    ]);
  }
  const sales = archive.sales.map((sale) => saleRow(zone, sale));
  return csvOf([...rows, [], SALE_HEADERS, ...sales]);
}

export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(field).join(",") + LINE).join("");
}

const SALE_HEADERS = [
  "sale",
  "authorised",
  "settled",
  "supplier",
  "rate [EUR/kWh]",
  "sold [kWh]",
  "delivered [kWh]",
  "gross [EUR]",
  "fee [EUR]",
  "net [EUR]",
  "state",
];

function saleRow(zone: Zone, sale: Sale): string[] {
  return [
    sale.id,
    isoTime(zone, sale.authorised.time),
    sale.settled === null ? "" : isoTime(zone, sale.settled.time),
    sale.supplier.name,
    eur(sale.rateMicroEurPerKwh),
    kWh(sale.energyWh),
    kWh(sale.deliveredWh),
    eur(sale.grossMicroEur),
    eur(sale.feeMicroEur),
    eur(sale.netMicroEur),
    sale.state,
  ];
}

/** `2026-06-16T12:45:00+02:00`. */
export function isoTime(zone: Zone, instant: UnixSeconds): string {
  const { hour, minute, second, offsetS } = civilTime(zone, instant);
  const two = (value: number) => String(value).padStart(2, "0");
  const offset = `${offsetS < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offsetS) / 3600))}:${two((Math.abs(offsetS) / 60) % 60)}`;
  return `${formatDay(dayOf(zone, instant))}T${two(hour)}:${two(minute)}:${two(second)}${offset}`;
}

/** The last bucket of a period that is not over ends where its own kind ends. */
function bucketEnd({ bucket, to }: Archive, start: UnixSeconds): UnixSeconds {
  return bucket === "hour" ? Math.min(to, start + 3600) : to;
}

export function kWh(energyWh: number): string {
  return decimal(energyWh, 3);
}

function eur(microEur: number): string {
  return decimal(microEur, 6);
}

/** A whole number of small units as a decimal of large ones, by its digits: no binary fraction in between. */
function decimal(value: number, digits: number): string {
  const text = String(Math.abs(value)).padStart(digits + 1, "0");
  return `${value < 0 ? "-" : ""}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A text that a spreadsheet might take for a formula is kept from being one. */
function field(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
