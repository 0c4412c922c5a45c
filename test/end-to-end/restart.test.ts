/** The real node and the real platform in one data folder: closed, and opened again as they were. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { proofProblem, rowProofCodec } from "#ledger/proof.ts";
import { openNode } from "#node/node.ts";
import { openPlatform } from "#platform/platform.ts";
import {
  ANNA,
  act,
  DIRECTORY,
  found,
  keyOf,
  MAP,
  Meter,
  NOON,
  OPERATOR,
  PLANT_OF_ANNA,
  saleOf,
  streetGenesis,
  temporaryFolder,
  tokenFor,
} from "#platform/test-street.ts";
import { createClient } from "#wire/client.ts";

test("what was acknowledged is there again: session, readings, sale and its proof; the index is made anew", async () => {
  const folder = temporaryFolder();
  const clock = { now: NOON - 86_400 };
  const warnings: string[] = [];
  const open = async () => {
    const node = await openNode({
      folder: folder.path,
      genesis: streetGenesis(),
      producer: keyOf("producer"),
      now: () => clock.now,
      blockIntervalMs: "manual",
    });
    if (node.view().height === 0) await found(node);
    const platform = await openPlatform({
      host: node,
      folder: folder.path,
      port: 0,
      community: { name: "Contrada Olmo", homes: 2 },
      operator: { member: OPERATOR, signer: keyOf(OPERATOR) },
      directory: DIRECTORY,
      map: MAP,
      importPrice: () => 250_000,
      note(sentence, _cause, what) {
        if (what?.level !== "info" && what?.level !== "debug") warnings.push(sentence);
      },
    });
    const close = async () => {
      await platform.close();
      await node.close();
    };
    return { node, platform, close };
  };

  let town = await open();
  try {
    const meter = new Meter(PLANT_OF_ANNA, NOON - QUARTER_HOUR_S);
    const quarter = async (doings: Parameters<Meter["signed"]>[0]) => {
      clock.now = meter.next + QUARTER_HOUR_S;
      const signed = meter.signed(doings);
      assert.equal(town.platform.headEnd.receive([signed]).accepted, 1);
      assert.equal(await town.platform.headEnd.closeInterval(signed.reading.intervalStart), "ok");
      await town.node.produceNow();
    };
    await quarter({ gridToHome: 30, solar: { chargedWh: 1250 } });
    const { kind, body } = saleOf(300, 7);
    await act(town.node, ANNA, kind, body);
    const token = await tokenFor(town.platform.url, "street", keyOf(ANNA));
    await town.close();

    rmSync(join(folder.path, "index.sqlite"));
    town = await open();
    await quarter({ solar: { exportedWh: 300, lostWh: 12 } });
    const anna = createClient((input, init) => fetch(input, init), town.platform.url, token);
    const id = toHex(body.sale);
    const { sale, proof, producer } = await anna.call("GET /v1/home/sales/:id/receipt", { params: { id } });
    assert.deepEqual([sale.state, sale.deliveredWh, sale.netMicroEur], ["settled", 300, 41_400]);
    const decoded = decode(rowProofCodec, fromHex(proof.bytes)!);
    assert.ok(decoded.ok);
    assert.equal(proofProblem(decoded.value, { chain: "street", producer: fromHex(producer)! }), undefined);
    const day = await anna.call("GET /v1/home/archive", { query: { period: "day" } });
    assert.deepEqual(
      [day.totals.flowsWh.gridToHome, day.totals.flowsWh.solarToAccumulator, day.totals.soldWh],
      [30, 1250, 300],
    );
    assert.equal((await fetch(`${town.platform.url}/readyz`)).status, 200);
    assert.deepEqual(warnings, []);
  } finally {
    await town.close();
    folder.remove();
  }
});
