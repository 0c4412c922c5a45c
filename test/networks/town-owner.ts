/** The owner of a town's home, from outside: signs in by its key, waits for something to sell, and sells it. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { parseDay } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { authoriseEnergySale } from "#chain/transactions.ts";
import { signTransaction } from "#ledger/transaction.ts";
import type { HomePlan } from "#sim/plan.ts";
import { type Client, createClient } from "#wire/client.ts";
import { tokenFor } from "../../src/platform/test-street.ts";
import { eventually } from "./agreement.ts";

type Home = Pick<HomePlan, "owner" | "ownerKey" | "plant">;

/** What is sold in one sale, Wh. */
const SOLD_WH = 1_000;
const SELLABLE_MS = 300_000;
const SETTLED_MS = 300_000;

/** A client of a platform that is signed in as the owner. */
export async function signedIn(url: string, { ownerKey }: Home): Promise<Client> {
  const { chain } = await createClient(fetch, url).call("GET /v1/community");
  return createClient(fetch, url, await tokenFor(url, chain, ownerKey));
}

/** The owner's desk when so much can be sold to somebody, Wh. */
export function sellable(client: Client, energyWh: number = SOLD_WH) {
  return eventually(
    `there are ${energyWh} Wh to sell`,
    async () => {
      const found = await client.call("GET /v1/home/desk");
      const offered = found.suppliers.some(({ rateMicroEurPerKwh }) => rateMicroEurPerKwh !== null);
      return found.sellableWh >= energyWh && offered ? found : undefined;
    },
    SELLABLE_MS,
  );
}

/** Sells a kilowatt-hour to the first supplier with a rate: a transaction signed by the owner's key, committed. */
export async function sellKilowattHour(client: Client, { owner, ownerKey, plant }: Home) {
  const desk = await client.call("GET /v1/home/desk");
  const { chain, parameters } = await client.call("GET /v1/community");
  const supplier = desk.suppliers.find(({ rateMicroEurPerKwh }) => rateMicroEurPerKwh !== null)!;
  const account = await client.call("GET /v1/account");
  const sale = new Uint8Array(randomBytes(16));
  const body = encode(authoriseEnergySale.codec, {
    sale,
    plant,
    supplier: supplier.member,
    day: parseDay(desk.day)!,
    energy: Wh(BigInt(SOLD_WH)),
    rate: MicroEurPerKwh(BigInt(supplier.rateMicroEurPerKwh!)),
    fee: MicroEurPerKwh(BigInt(parameters.saleFeeMicroEurPerKwh)),
  });
  const envelope = { chain, kind: authoriseEnergySale.number, sender: owner, nonce: account.nonce + 1 };
  const bytes = signTransaction({ ...envelope, expiryHeight: account.height + 500, body }, ownerKey);
  const accepted = await client.call("POST /v1/transactions", {
    body: { bytes: toHex(bytes) },
    query: { wait: 20 },
  });
  assert.deepEqual([accepted.state, accepted.status], ["committed", "ok"]);
  return { sale: toHex(sale), id: accepted.id, height: accepted.height!, account };
}

/** The sale when it is over: delivered in full and paid. */
export async function settledSale(client: Client, sale: string) {
  const settled = await eventually(
    "the sale is settled",
    async () => {
      const found = await client.call("GET /v1/home/sales/:id", { params: { id: sale } });
      return found.state === "open" ? undefined : found;
    },
    SETTLED_MS,
  );
  assert.deepEqual([settled.state, settled.deliveredWh], ["settled", SOLD_WH]);
  return settled;
}
