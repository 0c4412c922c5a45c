import assert from "node:assert/strict";
import { test } from "node:test";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import { castVote, proposeMotion } from "#chain/transactions.ts";
import { createClient } from "#wire/client.ts";
import { openPlatform } from "./platform.ts";
import {
  ANNA,
  clientFor,
  DIRECTORY,
  foundStreet,
  keyOf,
  MAP,
  OPERATOR,
  openStreet,
  refusedWith,
  temporaryFolder,
} from "./test-street.ts";

test("anybody sees what is proposed, what it would change, how the vote stands, and the laws", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  const platform = await openPlatform({
    host: memory,
    folder: folder.path,
    port: 0,
    community: { name: "Contrada Olmo", homes: 2 },
    operator: { member: OPERATOR, signer: keyOf(OPERATOR) },
    directory: DIRECTORY,
    map: MAP,
    importPrice: () => 250_000,
  });
  try {
    const anybody = createClient((input, init) => fetch(input, init), platform.url);
    assert.deepEqual(await anybody.call("GET /v1/proposals", { query: {} }), []);
    const laws = { ...memory.view().parameters, saleFee: MicroEurPerKwh(3_000n) };
    await memory.act(ANNA, proposeMotion, {
      purpose: "A lower fee",
      motion: { type: "change_laws", laws },
    });
    await memory.act(ANNA, castVote, { proposal: 1, yes: true });
    const shown = await anybody.call("GET /v1/proposals/:number", { params: { number: 1 } });
    assert.deepEqual(shown.changes, [{ name: "saleFee", unit: "µEUR/kWh", from: "4000", to: "3000" }]);
    assert.deepEqual([shown.state, shown.yes, shown.no, shown.decided], ["voting", 1, 0, null]);
    assert.deepEqual(await anybody.call("GET /v1/proposals", { query: { state: "enacted" } }), []);
    await assert.rejects(
      anybody.call("GET /v1/proposals/:number", { params: { number: 2 } }),
      refusedWith("proposal_unknown"),
    );
    const fee = (await anybody.call("GET /v1/laws")).find(({ name }) => name === "saleFee");
    assert.deepEqual(fee, { name: "saleFee", value: "4000", unit: "µEUR/kWh", since: 0, proposal: null });
    assert.deepEqual((await anybody.call("GET /v1/treasury")).payments, []);
    assert.deepEqual(await anybody.call("GET /v1/organisations"), []);
  } finally {
    await platform.close();
    folder.remove();
  }
});

test("a member sees its own vote, and what it may vote on and propose", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const anybody = createClient((input, init) => fetch(input, init), platform.url);
    await assert.rejects(anybody.call("GET /v1/account/say"), refusedWith("not_signed_in"));
    const anna = await clientFor(platform.url, ANNA);
    const say = () => anna.call("GET /v1/account/say");
    assert.deepEqual(await say(), { mayPropose: { laws: true, organisations: true }, ballots: [] });
    await memory.act(ANNA, proposeMotion, {
      purpose: "Paint for the benches",
      motion: { type: "pay", member: ANNA, amount: MicroEur(5_000_000n) },
    });
    assert.deepEqual((await say()).ballots, [{ proposal: 1, entitled: true, yes: null, height: null }]);
    await memory.act(ANNA, castVote, { proposal: 1, yes: true });
    await memory.act(ANNA, castVote, { proposal: 1, yes: false });
    const [ballot] = (await say()).ballots;
    assert.deepEqual([ballot?.entitled, ballot?.yes], [true, false]);
    assert.equal(ballot?.height, memory.view().height);
    const shown = await anybody.call("GET /v1/proposals/:number", { params: { number: 1 } });
    assert.deepEqual([shown.proposer, shown.proposerName], [ANNA, null], "no home is named");
  } finally {
    await close();
  }
});
