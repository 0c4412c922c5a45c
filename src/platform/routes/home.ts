/** F1 to F4 of the home of who asks: nobody else's home has an address here. */
import type { FastifyReply } from "fastify";
import { fromHex, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { type DayNumber, parseDay } from "#base/time.ts";
import { type RowProof, rowProofCodec, vouchedBy } from "#ledger/proof.ts";
import { SALES } from "#market/sale.ts";
import type { Archive } from "#wire/schemas.ts";
import { archiveCsv } from "../csv.ts";
import { HomeHistory } from "../history.ts";
import { liveOf, plantSheet, saleDesk, saleOfHome } from "../home-view.ts";
import type { IndexedSale } from "../index.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import { seriesOf } from "../series.ts";
import type { Handlers } from "../server.ts";

type Keys =
  | "GET /v1/home/live"
  | "GET /v1/home/series"
  | "GET /v1/home/plant"
  | "GET /v1/home/desk"
  | "GET /v1/home/sales/:id"
  | "GET /v1/home/sales/:id/receipt"
  | "GET /v1/home/archive"
  | "GET /v1/home/archive.csv";

export function homeRoutes(parts: Parts): Handlers<Keys> {
  const history = new HomeHistory(parts.archive, parts.index, parts.zone, (home) =>
    parts.numbers.plantsOf(home),
  );
  const archiveOf = (
    plant: number,
    { period, date }: { period: Archive["period"]; date?: string },
  ): Archive => {
    const read = history.read({ plant, period, day: dayFrom(date), now: parts.host.now() });
    return { ...read, sales: read.sales.map((sale) => saleOfHome(parts, sale)) };
  };

  return {
    "GET /v1/home/live": ({ visitor }) => {
      const live = liveOf(parts, visitor.plant);
      if (live === undefined) throw new Refused("no_live_values");
      return live;
    },
    "GET /v1/home/series": ({ visitor: { plant }, query: { from, to } }) => {
      if (to <= from) throw new Refused("span_invalid");
      return seriesOf(parts, { plant, from, to });
    },
    "GET /v1/home/plant": ({ visitor }) => plantSheet(parts, visitor.plant),
    "GET /v1/home/desk": ({ visitor }) => saleDesk(parts, visitor.plant),
    "GET /v1/home/sales/:id": ({ visitor, params }) =>
      saleOfHome(parts, ownSale(parts, visitor.plant, params.id)),
    "GET /v1/home/sales/:id/receipt": async ({ visitor, params }) => {
      const sale = ownSale(parts, visitor.plant, params.id);
      if (sale.closed === null) throw new Refused("sale_not_settled");
      const proof = await proofOf(parts.host, sale.id);
      if (proof === undefined) throw new Refused("sale_unknown");
      const { height, time, hash, stateRoot } = vouchedBy(proof.checkpoint);
      const voucher =
        proof.checkpoint.by === "producer"
          ? "the header that the producer signed"
          : "the header that the validators signed, with their commit";
      return {
        sale: saleOfHome(parts, sale),
        chain: parts.host.chain,
        block: {
          height,
          time,
          hash: toHex(hash),
          stateRoot: toHex(stateRoot),
        },
        producer: toHex(parts.host.producer),
        proof: {
          bytes: toHex(encode(rowProofCodec, proof)),
          description: `The row of this sale in the state after block ${height}, its path to the state root, and ${voucher}: a RowProof of ledger/proof, in the canonical encoding. It is checked with the chain's name and the keys of who makes its blocks alone.`,
        },
      };
    },
    "GET /v1/home/archive": ({ visitor, query }) => archiveOf(visitor.plant, query),
    "GET /v1/home/archive.csv": ({ visitor, query, reply }) => {
      const archive = archiveOf(visitor.plant, query);
      const name = `contrada-${archive.period}-${archive.fromDay}.csv`;
      return sendCsv(reply, name, archiveCsv(parts.zone, archive));
    },
  };
}

/** Rejects with network_silent where validators should vouch for it and their header does not come. */
async function proofOf(host: Parts["host"], sale: Uint8Array): Promise<RowProof | undefined> {
  if (host.proveRow === undefined) return host.view().proveSale(sale);
  if (host.view().sale(sale) === undefined) return undefined;
  return host.proveRow(SALES, sale).catch(() => {
    throw new Refused("network_silent");
  });
}

/** Another home's sale is as unknown as one that never was. */
function ownSale({ index, numbers }: Parts, home: number, id: string): IndexedSale {
  const sale = index.sale(fromHex(id)!);
  if (sale === undefined || numbers.homeOf(sale.plant) !== home) throw new Refused("sale_unknown");
  return sale;
}

export function dayFrom(date: string | undefined): DayNumber | undefined {
  if (date === undefined) return undefined;
  const day = parseDay(date);
  if (day === undefined || day < FIRST_DAY || day > LAST_DAY) throw new Refused("day_invalid");
  return day;
}

export function sendCsv(reply: FastifyReply, name: string, csv: string): FastifyReply {
  return reply
    .header("content-type", "text/csv; charset=utf-8; header=present")
    .header("content-disposition", `attachment; filename="${name}"`)
    .send(csv);
}

/** Instants are not negative, and nobody looks further ahead than two centuries. */
const FIRST_DAY = parseDay("1971-01-01")!;
const LAST_DAY = parseDay("2199-12-31")!;
