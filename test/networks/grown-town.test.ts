/**
 * A live town of one producer that becomes a network of four validators, by the commands that a person types:
 * `town`, `export-genesis`, `network init --from --town-of`, `network up`, `network down`. The sale that was open
 * when the producer ended is delivered and paid by the network, and then all homes but one get new numbers there.
 * The long form only.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { formatInstant } from "#base/time.ts";
import { readNetwork, townOfNetwork } from "#cli/network-file.ts";
import { ownerKeyAfter } from "#sim/plan.ts";
import { createClient } from "#wire/client.ts";
import { tokenFor } from "../../src/platform/test-street.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { temporaryFolder } from "../support/node-load.ts";
import { eventually } from "./agreement.ts";
import { cometAbsent } from "./comet-network.ts";
import { done, type Speaking, speaking } from "./commands.ts";
import { sellable, sellKilowattHour, settledSale, signedIn } from "./town-owner.ts";

const TOWN = { seed: 16, homes: 6 };

const openAt = ({ said }: Speaking, pattern: RegExp) =>
  eventually(
    "a page",
    () => (said().includes("The town lives") ? pattern.exec(said())?.[1] : undefined),
    120_000,
  );

test("a town that grows into a network keeps its homes, balances and archive, and pays the sale that was open", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  const folder = temporaryFolder(t);
  const [old, rows, grown] = ["town", "town.rows", "grown"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const home = townOfNetwork(TOWN).homes[0]!;
  const producer = speaking(
    t,
    "town",
    "--data",
    old,
    "--count",
    String(TOWN.homes),
    "--seed",
    "16",
    "--history",
    "1",
    "--speed",
    "600",
    "--no-trade",
    // Who has days of the market that are not final is not at rest, and this renewal begins at once.
    "--no-market",
    "--port",
    "0",
  );
  let url = await openAt(producer, /open at (\S+)/);
  let client = await signedIn(url, home);
  await sellable(client, 1_200);
  await client.call("POST /v1/demo/clock", { body: { speed: 1 } });
  const { chain } = await client.call("GET /v1/community");
  const { sale, height: authorised, account } = await sellKilowattHour(client, home);
  const before = {
    sale: await client.call("GET /v1/home/sales/:id", { params: { id: sale } }),
    block: await client.call("GET /v1/blocks/:height", { params: { height: authorised } }),
    community: await createClient(fetch, url).call("GET /v1/community"),
  };
  assert.equal(before.sale.state, "open");
  producer.child.kill("SIGTERM");
  assert.equal(await producer.ended, 0, producer.said());

  await done("export-genesis", old, "--out", rows);
  const said = await done("network", "init", grown, "--from", rows, "--town-of", old, "--speed", "60");
  assert.match(said, /the same/);
  const { nodes } = readNetwork(grown);
  const up = speaking(t, "network", "up", grown, "--port", "0", "--renew-monthly", "--no-market");
  url = await openAt(up, /node0 is open at (\S+)/);
  client = await signedIn(url, home);

  const community = await client.call("GET /v1/community");
  assert.equal(community.homes, before.community.homes);
  assert.notEqual(community.chain, chain);
  const moved = await eventually("the sale is there", () =>
    client.call("GET /v1/home/sales/:id", { params: { id: sale } }),
  );
  assert.deepEqual(moved.authorised, before.sale.authorised, "block and transaction of the old chain");
  const { height } = before.sale.authorised;
  const block = await client.call("GET /v1/blocks/:height", { params: { height } });
  assert.deepEqual(
    [block.hash, block.producer !== null],
    [before.block.hash, true],
    "its block is still shown",
  );
  const settled = await settledSale(client, sale);
  const paid = await client.call("GET /v1/account");
  assert.equal(paid.balanceMicroEur, account.balanceMicroEur + settled.netMicroEur);

  const registrar = createClient(
    fetch,
    url,
    await tokenFor(url, community.chain, townOfNetwork(TOWN).operator.key),
  );
  // Whose supply contract runs is not at rest.
  const others = TOWN.homes - 1;
  await eventually(
    "all homes but the one with a contract are ready for new numbers",
    async () => (await registrar.call("GET /v1/operator/renewals")).ready === others || undefined,
    60_000,
  );
  const { next } = await registrar.call("GET /v1/operator/renewals");
  assert.match(
    formatInstant(next!),
    /-01T0[56]:00:00Z$/,
    "one by itself on the first of the month, at seven in Rome",
  );
  await registrar.call("POST /v1/operator/renewals", { body: { at: "now", quarterHours: 1 } });
  const renewed = await eventually(
    "the others have new numbers",
    async () => (await registrar.call("GET /v1/operator/renewals")).last ?? undefined,
    60_000,
  );
  assert.equal(renewed.homes, others);
  const neighbour = townOfNetwork(TOWN).homes.at(-1)!;
  const renewedOwner = { ...neighbour, ownerKey: ownerKeyAfter(TOWN.seed, neighbour, 1) };
  const session = await (await signedIn(url, renewedOwner)).call("GET /v1/session");
  assert.notEqual(session?.member, neighbour.owner);
  await eventually(
    "the network books what the town does",
    async () => {
      const newest = (await client.call("GET /v1/blocks", { query: {} })).find(
        ({ transactions }) => transactions > 0,
      );
      if (newest === undefined) return undefined;
      const params = { height: newest.height };
      const { producer: signer } = await client.call("GET /v1/blocks/:height", { params });
      return signer === null || undefined;
    },
    120_000,
  );
  const status = JSON.parse(await done("network", "status", grown, "--json"));
  assert.deepEqual(
    status.nodes.map(({ running }: { running: boolean }) => running),
    nodes.map(() => true),
  );
  assert.match(await done("network", "down", grown), /has ended/);
  assert.equal(await up.ended, 0, up.said());
  assert.doesNotMatch(up.said(), /Error|refused|starting it anew/);
  assert.match(await done("network", "down", grown), /Nothing runs/);
  for (const { name } of nodes) {
    assert.match(
      await done("verify", join(grown, name)),
      /[1-9]\d* blocks with [1-9]\d* transactions .* hold/,
    );
  }
});
