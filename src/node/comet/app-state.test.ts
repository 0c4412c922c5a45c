import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { genesisHash } from "#chain/genesis.ts";
import {
  appStateJson,
  chainTime,
  cometGenesisOf,
  consensusTimeAt,
  consensusTimeOf,
  consensusTimeText,
  readAppState,
  speedAt,
} from "#node/comet/app-state.ts";
import { GENESIS } from "../../../test/support/node-load.ts";

const clock = { start: GENESIS.time + 100, speed: 30 };

function file(changes: object = {}): string {
  return JSON.stringify({
    chain_id: GENESIS.chain,
    genesis_time: "2026-11-25T20:00:00.5Z",
    initial_height: "0",
    app_state: appStateJson({ genesis: GENESIS, clock }),
    ...changes,
  });
}

test("what is written into CometBFT's genesis is read out of it again", () => {
  const { chain, time, initialHeight, appState } = cometGenesisOf(file());
  assert.deepEqual([chain, initialHeight, appState.clock], [GENESIS.chain, 1, clock]);
  assert.deepEqual(time, { seconds: 1_795_636_800n, nanos: 500_000_000 });
  assert.deepEqual(genesisHash(appState.genesis), genesisHash(GENESIS));
  const plain = appStateJson({ genesis: GENESIS, clock: undefined });
  assert.equal(readAppState(utf8(JSON.stringify(plain))).clock, undefined);
});

test("a genesis that says something else is refused with its reason", () => {
  const { genesis } = appStateJson({ genesis: GENESIS, clock });
  const wrong: [string, RegExp][] = [
    ["", /no JSON object/],
    ["[]", /no JSON object/],
    [file({ chain_id: 7 }), /no chain_id/],
    [file({ genesis_time: "yesterday" }), /no genesis_time/],
    [file({ genesis_time: "2026-11-25T20:00:00+01:00" }), /no genesis_time/],
    [file({ initial_height: "-1" }), /no initial_height/],
    [file({ app_state: genesis }), /no object/],
    [file({ app_state: {} }), /without the genesis/],
    [file({ app_state: { genesis: "00" } }), /without the genesis/],
    [file({ app_state: { genesis, clock: 7 } }), /start/],
    [file({ app_state: { genesis, clock: { start: GENESIS.time - 1, speed: 1 } } }), /start/],
    [file({ app_state: { genesis, clock: { start: clock.start, speed: 0 } } }), /speed/],
    [file({ app_state: { genesis, clock: { start: clock.start, speed: 1.5 } } }), /speed/],
    [file({ chain_id: "another" }), /is of "another"/],
  ];
  for (const [text, reason] of wrong) assert.throws(() => cometGenesisOf(text), reason, text);
});

test("a simulated network's time is counted in whole numbers, rounded down, before its beginning too", () => {
  const genesis = consensusTimeOf("2026-11-25T20:00:00.5Z")!;
  const at = (text: string) => chainTime(clock, genesis, consensusTimeOf(text)!) - clock.start;
  assert.equal(at("2026-11-25T20:00:00.5Z"), 0);
  assert.equal(at("2026-11-25T20:00:00.533333333Z"), 0);
  assert.equal(at("2026-11-25T20:00:00.533333334Z"), 1);
  assert.equal(at("2026-11-25T20:00:30.5Z"), 900);
  assert.equal(at("2026-11-25T20:00:00.499999999Z"), -1);
  assert.equal(at("2027-11-25T20:00:00.5Z"), 365 * 86_400 * 30);
  assert.equal(chainTime(undefined, genesis, genesis), 1_795_636_800);
});

test("a clock may begin at other speeds, and is whole and monotonic where they change", () => {
  const lead = [
    { seconds: 20, speed: 30 },
    { seconds: 100, speed: 400 },
  ];
  const text = file({ app_state: appStateJson({ genesis: GENESIS, clock: { ...clock, lead } }) });
  const { time, appState } = cometGenesisOf(text);
  assert.deepEqual(appState.clock, { ...clock, lead });
  const after = (s: number, nanos = 0) => ({ seconds: time.seconds + BigInt(s), nanos: time.nanos + nanos });
  const at = (s: number, nanos = 0) => chainTime(appState.clock, time, after(s, nanos)) - clock.start;
  assert.deepEqual([at(-1), at(0), at(19, 999), at(20), at(21)], [-30, 0, 570, 600, 1_000]);
  assert.deepEqual([at(120), at(120, 1_000), at(121)], [40_600, 40_600, 40_630]);
  const speeds = [0, 20, 119, 120].map((s) => speedAt(appState.clock, time, after(s)));
  assert.deepEqual(speeds, [30, 400, 400, 30]);
  const bad = { ...clock, lead: [{ seconds: 0, speed: 1 }] };
  assert.throws(() => cometGenesisOf(file({ app_state: { ...appState, genesis: "", clock: bad } })));
});

test("times are read and written as Go does it", () => {
  const text = "2026-11-25T20:00:00.000000001Z";
  assert.equal(consensusTimeText(consensusTimeOf(text)!), text);
  assert.deepEqual(consensusTimeOf("1970-01-01T00:00:00Z"), { seconds: 0n, nanos: 0 });
  assert.deepEqual(consensusTimeAt(1_234.9), { seconds: 1n, nanos: 234_000_000 });
  assert.equal(consensusTimeOf("2026-13-25T20:00:00Z"), undefined);
});
