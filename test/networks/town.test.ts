/**
 * The whole product on a real network: four validators, each a `contrada node`, the simulated town with the
 * operator's platform at the first. A sale is authorised over HTTP by its owner's key, delivered by the town's
 * accumulator, settled by what its meter proved, and the first node is started anew in between; its neighbours' market
 * is sealed, cleared and settled, and its supply contract has a bill. The long form only.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fromHex, toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { dayOf, dayStart } from "#base/time.ts";
import { townOfNetwork, writeNetwork } from "#cli/network-file.ts";
import { proofProblem, rowProofCodec } from "#ledger/proof.ts";
import { type ChainClock, consensusTimeAt } from "#node/comet/app-state.ts";
import { findComet } from "#node/comet/binary.ts";
import { beginAt, layOutNetwork } from "#node/comet/homes.ts";
import { rpcAddress } from "#node/comet/host.ts";
import { genesisTrustFrom } from "#node/comet/light-block.ts";
import { CometRpc } from "#node/comet/rpc.ts";
import { townGenesis } from "#sim/town.ts";
import { clearingFrom, wrongIn } from "#wire/clearing.ts";
import { createClient } from "#wire/client.ts";
import type { Sale } from "#wire/schemas.ts";
import { checkStaged } from "#wire/staged-clearing.ts";
import { tokenFor } from "../../src/platform/test-street.ts";
import { authorise, composeSale, enterAs } from "../end-to-end/steps.ts";
import { openBrowser, withVisit } from "../support/browser.ts";
import { CHROMIUM, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { builtApp } from "../support/live-town.ts";
import { temporaryFolder } from "../support/node-load.ts";
import { eventually } from "./agreement.ts";
import { cometAbsent } from "./comet-network.ts";
import { gatewayComesIn } from "./gateway-guest.ts";
import { lightBlockAt, walk } from "./light-walk.ts";
import { sellable, sellKilowattHour, settledSale, signedIn } from "./town-owner.ts";

const CLI = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));
const CHAIN = "town-of-four";
const HOMES = 3;
const SPEED = 60;
/** Half past eleven in the evening; founded by midnight, then at once the late morning. */
const CLOCK = {
  lead: [
    { seconds: 20, speed: SPEED },
    { seconds: 11, speed: 3_600 },
  ],
};
/** The same; after an hour and a half of trade at once the next morning. */
const TWO_DAYS = { lead: [...CLOCK.lead, { seconds: 90, speed: SPEED }, { seconds: 12, speed: 3_600 }] };

/** One `contrada node`, and where it answers. */
class Running {
  readonly home: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  output = "";

  constructor(home: string, ...flags: readonly string[]) {
    this.home = home;
    this.#args = [home, ...flags];
  }

  async start(): Promise<string> {
    const child = spawn(process.execPath, [CLI, "node", ...this.#args, "--port", "0"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.output = "";
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on("data", (piece: Buffer) => (this.output += piece.toString()));
    }
    return eventually("the node is open", () => /is open at (\S+)/.exec(this.output)?.[1], 60_000);
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }
}

async function fourValidators(t: TestContext, lead: ChainClock["lead"] = CLOCK.lead): Promise<Running[]> {
  const folder = temporaryFolder(t);
  const town = { seed: 16, homes: HOMES };
  const plan = townOfNetwork(town);
  const genesis = { ...townGenesis(plan, plan.start), chain: CHAIN };
  const evening = dayStart(plan.zone, dayOf(plan.zone, plan.start)) - 1_800;
  const clock = { start: evening, speed: SPEED, lead };
  const homes = await layOutNetwork({ folder, binary: findComet()!, validators: 4, genesis, clock });
  writeNetwork(folder, {
    chain: CHAIN,
    town,
    nodes: homes.map(({ rpc, p2p }, i) => ({ name: `node${i}`, rpc, p2p, http: 0 })),
  });
  beginAt(homes, consensusTimeAt(Date.now() + 4_000));
  const nodes = homes.map(({ home }, i) =>
    i === 0 ? new Running(home, "--town", "--no-trade", "--mqtt-port", "0") : new Running(home),
  );
  t.after(() => Promise.all(nodes.map((node) => node.end())));
  return nodes;
}

/** Waits until the town that a node runs is founded. */
const lives = (node: Running) =>
  eventually("the town lives", () => /The town lives/.exec(node.output) ?? undefined, 120_000);

test("on four validators a sale is authorised, delivered and settled, and its node is started anew in between", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  const nodes = await fourValidators(t);
  const urls = await Promise.all(nodes.map((node) => node.start()));
  const [first] = nodes as [Running];
  let url = urls[0]!;
  const home = townOfNetwork({ seed: 16, homes: HOMES }).homes[0]!;
  await lives(first);

  const observer = createClient(fetch, urls[1]!);
  const community = await createClient(fetch, url).call("GET /v1/community");
  assert.deepEqual([community.chain, community.demo], [CHAIN, true]);
  const clock = await createClient(fetch, url).call("GET /v1/demo/clock");
  assert.equal(clock.fixed, true);
  await assert.rejects(
    createClient(fetch, url).call("POST /v1/demo/clock", { body: { paused: true } }),
    /that of its validators/,
  );

  let client = await signedIn(url, home);
  await sellable(client);
  const { sale, id, height: authorised } = await sellKilowattHour(client, home);

  await first.end();
  assert.match(await pageOf(urls[2]!, "/livez"), /alive/, "the others go on");
  url = await first.start();
  client = await signedIn(url, home);
  const again = await eventually("the sale is there after the restart", () =>
    client.call("GET /v1/home/sales/:id", { params: { id: sale } }),
  );
  assert.equal(again.energyWh, 1_000);

  // A real home's gateway comes in meanwhile: both mostly wait.
  const next = townOfNetwork({ seed: 16, homes: HOMES }).homes.findLast(({ site }) => site.accumulator)!;
  await Promise.all([settledSale(client, sale), gatewayComesIn(url, next, SPEED)]);
  const receipt = await client.call("GET /v1/home/sales/:id/receipt", { params: { id: sale } });
  const proof = decode(rowProofCodec, fromHex(receipt.proof.bytes)!);
  assert.ok(proof.ok && proof.value.checkpoint.by === "validators", "the validators vouch for it");
  const { validators } = proof.value.checkpoint;
  assert.equal(validators.length, 4);
  assert.equal(proofProblem(proof.value, { chain: CHAIN, validators }), undefined);
  assert.equal(proof.value.row === undefined, false, "the sale stands in the state");

  const elsewhere = await eventually("another validator shows the same transaction", () =>
    observer.call("GET /v1/transactions/:id", { params: { id } }),
  );
  assert.deepEqual([elsewhere.status, elsewhere.height], ["ok", authorised]);
  const network = await observer.call("GET /v1/network");
  assert.deepEqual(
    [network.engine, network.validators.length, network.peers.length, network.ready],
    ["cometbft", 4, 3, true],
  );
  const { height } = network;
  const blocks = await Promise.all(
    [url, ...urls.slice(1)].map((at) =>
      eventually(`block ${height} at ${at}`, () =>
        createClient(fetch, at).call("GET /v1/blocks/:height", { params: { height } }),
      ),
    ),
  );
  assert.equal(new Set(blocks.map(({ stateRoot }) => stateRoot)).size, 1, "one state at all of them");
  assert.equal(new Set(blocks.map(({ hash }) => hash)).size, 1);
  assert.equal(blocks[0]!.producer, null);

  const stranger = new CometRpc({ address: rpcAddress(nodes[3]!.home) });
  const genesis = genesisTrustFrom(readFileSync(join(first.home, "config", "genesis.json"), "utf8"));
  const heights = Array.from({ length: 40 }, (_, i) => i + 1);
  const sequence = await Promise.all([...heights, height].map((at) => lightBlockAt(stranger, at)));
  const trusted = walk(genesis, sequence);
  assert.deepEqual(walk(genesis, [sequence.at(-1)!]), trusted, "at once as one by one");
  assert.equal(toHex(trusted.headerHash!), blocks[0]!.hash, "the very block that the platforms show");
});

test("on four validators neighbours' books are sealed and cleared, their day is settled, and a supply contract has its bill", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  // Two and a half minutes, in which the machine mostly waits for a day to end: too long for every change.
  if (process.env.CONTRADA_NETWORK_MARKET !== "1")
    return t.skip("a day on four validators: CONTRADA_NETWORK_MARKET=1");
  const nodes = await fourValidators(t, TWO_DAYS.lead);
  const urls = await Promise.all(nodes.map((node) => node.start()));
  const plan = townOfNetwork({ seed: 16, homes: HOMES });
  const [url, elsewhere] = urls as [string, string];
  await lives(nodes[0]!);
  const client = await signedIn(url, plan.homes[0]!);
  const { chain } = await client.call("GET /v1/community");
  const operator = createClient(fetch, url, await tokenFor(url, chain, plan.operator.key));

  const supplied = plan.homes.find(({ solarPeakW }) => solarPeakW === 0) ?? plan.homes[0]!;
  const buyer = await signedIn(url, supplied);
  const contract = await eventually(
    "a contract is accepted and has its bill",
    async () => {
      const { contracts } = await buyer.call("GET /v1/contracts");
      return contracts.find(({ invoices }) => invoices.length > 0);
    },
    120_000,
  );
  assert.equal(contract.state, "active");

  const cleared = await eventually(
    "a quarter hour is cleared",
    async () => {
      const query = { from: plan.start - 86_400, to: plan.start + 3 * 86_400 };
      const prices = await client.call("GET /v1/market/prices", { query });
      return prices.find(({ orders, session }) => orders > 0 && session === 0);
    },
    120_000,
  );
  const params = { slot: cleared.slot };
  const book = await client.call("GET /v1/market/slots/:slot", { params, query: {} });
  assert.equal(book.state, "cleared");
  const verdict = checkStaged(book.clearing, () => undefined);
  const plain = clearingFrom(book.clearing);
  assert.ok(verdict.ok ? verdict.value.wrong === undefined : plain.ok && wrongIn(plain.value) === undefined);
  // It is no word of the first platform's: another validator shows the transaction that opened it.
  const opened = await eventually("another validator shows it", () =>
    createClient(fetch, elsewhere).call("GET /v1/transactions/:id", { params: { id: book.transaction! } }),
  );
  assert.deepEqual([opened.status, opened.height], ["ok", book.cleared!.height]);

  const run = await eventually(
    "the day is settled",
    async () => {
      const runs = await operator.call("GET /v1/operator/settlements", { query: {} });
      return runs.find(({ versions }) => versions.some(({ settled }) => settled !== null));
    },
    240_000,
  );
  const [version] = run.versions;
  assert.ok(version!.settled !== null && version!.boughtWh === run.tradedWh);
  const day = await client.call("GET /v1/market/days/:day/proof", { params: { day: run.day } });
  const proof = decode(rowProofCodec, fromHex(day.proof)!);
  assert.ok(proof.ok && proof.value.checkpoint.by === "validators", "the validators vouch for the day");
  assert.doesNotMatch(nodes[0]!.output, /the market's desk failed|market_day_unsettled/);
});

async function pageOf(url: string, path: string): Promise<string> {
  return (await fetch(url + path)).text();
}

test("on four validators a person sells a kilowatt-hour in the browser, sees it paid and finds it in the ledger", async (t) => {
  if (skippedUnlessLong(t)) return;
  if (skipped(t, cometAbsent) || skipped(t, CHROMIUM === undefined ? "Chromium" : undefined)) return;
  process.env.CONTRADA_APP ??= await builtApp();
  const nodes = await fourValidators(t);
  const [url] = (await Promise.all(nodes.map((node) => node.start()))) as [string];
  await lives(nodes[0]!);
  const browser = await openBrowser();
  t.after(() => browser.close());
  await withVisit(browser, url, { width: 1440 }, async ({ page }) => {
    await page.goto("/");
    await enterAs(page, "Casa 1");
    await sellable(await signedIn(url, townOfNetwork({ seed: 16, homes: HOMES }).homes[0]!), 1_200);
    assert.equal(await page.getByRole("button", { name: "Pause the town" }).count(), 0, "nobody pauses it");
    await composeSale(page, 1);
    const sale = await authorise(page);
    await page.getByText("Delivered in full and paid.").waitFor({ timeout: 240_000 });
    const known = (await (await page.request.get(`/v1/home/sales/${sale}`)).json()) as Sale;
    assert.deepEqual([known.state, known.deliveredWh], ["settled", 1_000]);
    const block = known.authorised.height;
    await page.goto(`/ledger/block/${block}`);
    await page.getByText("Several validators").waitFor();
    await page.getByRole("link", { name: /Plant 1 sells 1,000\sWh/ }).click();
    await page.getByRole("heading", { name: "Sale authorised", level: 1 }).waitFor();
  });
});
