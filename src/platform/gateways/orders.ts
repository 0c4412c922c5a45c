/**
 * What the platform asks of a home, as its gateway is told (`wire/gateway-messages`): the chain's rows with their
 * proof, and beside them what only the platform knows, which can cut nobody off.
 */
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import type { ChainHost } from "#chain/host.ts";
import { MEMBERS } from "#ledger/member.ts";
import { type RowProof, vouchedBy } from "#ledger/proof.ts";
import { type ProvenRows, provenRowsCodec } from "#ledger/proven-rows.ts";
import type { StateReader, Table } from "#ledger/state.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import type { OrdersMessage } from "#wire/gateway-messages.ts";
import type { SignedValidatorsLetter } from "#wire/validators-letter.ts";
import type { Directory } from "../directory.ts";
import type { MarketDesk } from "../market/desk.ts";
import type { OperatorLimits } from "../operator-limits.ts";
import type { Numbers } from "../pseudonyms.ts";
import { connectionOf } from "../supply-order.ts";
import type { GatewayRow } from "./registry.ts";

export interface OrderGround {
  readonly host: ChainHost;
  readonly numbers: Numbers;
  readonly directory: Directory;
  readonly market: MarketDesk | undefined;
  readonly limits: OperatorLimits;
  readonly importPrice: (time: UnixSeconds) => number;
  readonly reserveWh: (home: number, capacityWh: number) => number;
}

/** How far ahead prices are told: enough for a plan of a day and a half. */
const PRICES = 144;
/** Quarter hours ahead in which a neighbour may have bought. */
const OBLIGATIONS = 8;
const ATTEMPTS = 3;

/** `undefined` where the chain has no such plant or nothing that vouches for it yet. */
export async function ordersFor(
  gateway: GatewayRow,
  ground: OrderGround,
): Promise<OrdersMessage | undefined> {
  const { host, numbers, directory, market, importPrice, reserveWh, limits } = ground;
  const { home } = gateway;
  const plant = numbers.plantNow(home);
  const row = host.view().plant(plant);
  if (row === undefined) return undefined;
  const limit = limits.letter(home);
  const proven = await prove(host, (state) => {
    if (limit !== undefined) state.get(MEMBERS, limit.member);
    return homeOrdersOf(state, plant);
  });
  if (proven === undefined) return undefined;
  const time = host.now();
  const from = quarterHourOf(time);
  const quarters = Array.from({ length: PRICES }, (_, i) => from + i * QUARTER_HOUR_S);
  const { meteringFrom, openingSolarWh, openingGridWh, validators } = gateway;
  return {
    time,
    plant,
    meter:
      meteringFrom === null
        ? null
        : {
            key: toHex(row.meterKey),
            from: meteringFrom,
            openingSolarWh: openingSolarWh ?? 0,
            openingGridWh: openingGridWh ?? 0,
          },
    proven: toHex(encode(provenRowsCodec, proven)),
    connectionW: connectionOf(directory, home),
    prices: {
      from,
      importMicroEurPerKwh: quarters.map((quarter) => importPrice(quarter)),
      feedInMicroEurPerKwh: quarters.map((quarter) => market?.feedInPrice(quarter) ?? 0),
    },
    operatorLimits: limit === undefined ? [] : [limit],
    obligations: quarters.slice(0, OBLIGATIONS).flatMap((intervalStart) => {
      const exportWh = market?.storedToDeliver(home, intervalStart) ?? 0;
      return exportWh === 0 ? [] : [{ intervalStart, exportWh }];
    }),
    bookedThrough: row.lastInterval,
    reserveWh: reserveWh(home, Number(row.capacity)),
    ...(validators !== null && { validators: JSON.parse(validators) as SignedValidatorsLetter }),
  };
}

/** The rows behind an answer under one checkpoint, of a producer or of validators. */
async function prove(
  host: ChainHost,
  question: (state: StateReader) => unknown,
): Promise<ProvenRows | undefined> {
  if (host.proveRow === undefined) return host.view().proveAnswers(question);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const asked: { readonly table: Table<unknown, unknown>; readonly key: unknown }[] = [];
    host.view().ask((state) =>
      question({
        get<K, V>(table: Table<K, V>, key: K): V | undefined {
          asked.push({ table: table as unknown as Table<unknown, unknown>, key });
          return state.get(table, key);
        },
      }),
    );
    const proofs = await Promise.all(asked.map(({ table, key }) => host.proveRow!(table, key))).catch(
      () => undefined,
    );
    if (proofs !== undefined && ofOneState(proofs))
      return { checkpoint: proofs[0]!.checkpoint, rows: proofs };
  }
  return undefined;
}

/** Whether no block came in between. */
function ofOneState(proofs: readonly RowProof[]): boolean {
  return new Set(proofs.map(({ checkpoint }) => toHex(vouchedBy(checkpoint).stateRoot))).size === 1;
}
