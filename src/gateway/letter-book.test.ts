/** What a gateway makes of its owner's letters, and says of it: over the cycle that obeys them, in virtual time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import type { Ears, Link } from "#gateway/link.ts";
import { NO_LINK } from "#gateway/link.ts";
import { Outbox } from "#gateway/outbox.ts";
import type { BoxSwitch } from "#gateway/override.ts";
import { MEMBERS } from "#ledger/member.ts";
import { provenRowsCodec } from "#ledger/proven-rows.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import type { OrdersMessage, StateMessage } from "#wire/gateway-messages.ts";
import { homeCommandHash } from "#wire/home-letters.ts";
import type { HomeCommand } from "#wire/home-schemas.ts";
import type { OperatorLimit } from "#wire/operator-limit-schemas.ts";
import { type KeptLimit, operatorLimitHash } from "#wire/operator-limits.ts";
import { memberSigner, meterSigner, OPERATOR, openStreet } from "../../test/support/chain-bench.ts";
import { SITE, VirtualGateway } from "../../test/support/virtual-gateway.ts";

const PLANT = 1;
const { bench, noon } = openStreet();
const OWNER = bench.view.plant(PLANT)!.owner;
const CHARGE: HomeCommand = {
  ...{ mode: "charge", powerW: 1_000, until: noon + 600, reservePercent: null, target: null },
};

const ORDERS: OrdersMessage = {
  ...{ time: noon, plant: PLANT, meter: null, connectionW: 6_000, operatorLimits: [], obligations: [] },
  proven: toHex(encode(provenRowsCodec, bench.view.proveAnswers((state) => homeOrdersOf(state, PLANT))!)),
  prices: { from: noon - (noon % 900), importMicroEurPerKwh: [], feedInMicroEurPerKwh: [] },
  ...{ bookedThrough: noon - (noon % 900), reserveWh: 1_000 },
};

function letter(change: number, command: HomeCommand | null, by = OWNER, issuedAt = noon) {
  const signer = memberSigner(by);
  const signed = { chain: "test", member: OWNER, home: PLANT, change, issuedAt, command };
  const signature = toHex(signer.sign(homeCommandHash(signed)));
  return { ...signed, publicKey: toHex(signer.publicKey), signature };
}

/** A box with a link whose other end is in this hand. */
function openBox({ outbox = new Outbox(":memory:"), start = noon, stateOfCharge = 0.5 } = {}) {
  const states: StateMessage[] = [];
  const noted: string[] = [];
  const hand: { ears?: Ears; switch: BoxSwitch | null } = { switch: null };
  const link: Link = {
    ...NO_LINK,
    isUp: true,
    open: (ears) => (hand.ears = ears),
    publishState: (state) => void states.push(state),
  };
  const trust = { by: "producer" as const, chain: "test", producer: bench.producer.publicKey };
  const box = new VirtualGateway({
    ...{ start, link, outbox, stateOfCharge, site: SITE },
    source: { loadW: () => 500, solarW: () => 0 },
    standing: { chain: "test", home: PLANT, meter: meterSigner(PLANT), nextMeter: undefined, trust },
    override: () => hand.switch,
    note: (note) => void (note.about === "letter_refused" && noted.push(note.reason)),
  });
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) await box.second();
    return states.at(-1)!;
  };
  const say = (...commands: readonly unknown[]) => hand.ears!.commanded({ commands });
  return { box, hand, states, noted, pass, say, order: () => hand.ears!.ordered(ORDERS) };
}

/** State, bound or refusal, and since when after noon. */
function told({ command }: StateMessage) {
  return command && [command.change, command.state, command.bound ?? command.refusal, command.since - noon];
}

test("a letter is judged once it is known whose keys count, obeyed, bounded by name, and over at its end", async () => {
  const { order, pass, say } = openBox();
  say(letter(1, CHARGE));
  assert.equal(told(await pass(3)), undefined, "nobody's keys are proven yet");
  order();
  assert.deepEqual(told(await pass(5)), [1, "obeyed", null, 4]);
  const state = await pass(1);
  assert.deepEqual([state.decision.code, state.decision.numbers.commandW], ["command_charges", 1_000]);
  say(letter(2, { ...CHARGE, mode: "discharge", powerW: null, reservePercent: 90 }));
  assert.deepEqual(told(await pass(3)), [2, "bound", "reserve", 10]);
  say(letter(3, CHARGE));
  await pass(5);
  assert.deepEqual(told(await pass(600)), [3, "expired", null, 600]);
});

test("the switch at the box wins, is told with its reason and since when, and outlasts a restart", async () => {
  const outbox = new Outbox(":memory:");
  const first = openBox({ outbox });
  first.order();
  first.say(letter(1, CHARGE));
  await first.pass(5);
  first.hand.switch = {
    ...{ mode: "hold", powerW: null, issuedAt: 0, until: Number.MAX_SAFE_INTEGER },
    ...{ reservePercent: null, target: null, reason: "the fan is being changed" },
  };
  const state = await first.pass(2);
  assert.deepEqual(told(state), [1, "overridden", null, 6]);
  assert.deepEqual(state.local, { mode: "hold", since: noon + 6, reason: "the fan is being changed" });
  assert.equal(state.decision.code, "local_holds");
  await first.pass(60);
  const again = openBox({ outbox, start: noon + 70 });
  again.hand.switch = first.hand.switch;
  assert.deepEqual(told(await again.pass(3)), [1, "overridden", null, 6]);
  assert.equal((await again.pass(1)).local?.since, noon + 6);
  again.hand.switch = null;
  const after = await again.pass(3);
  assert.deepEqual([after.local, told(after)], [undefined, [1, "obeyed", null, 75]]);
});

test("what the home will not have is told once with its reason; a key that may be on its way is waited for", async () => {
  const { noted, order, pass, say, hand } = openBox();
  order();
  await pass(1);
  const forged = { ...letter(1, CHARGE), command: { ...CHARGE, powerW: 2_000 } };
  say(forged);
  assert.deepEqual(told(await pass(3)), [1, "refused", "bad_signature", 1]);
  await pass(70);
  say(letter(2, CHARGE, OWNER, noon - 901));
  assert.deepEqual(told(await pass(2)), [2, "refused", "command_stale", 74]);
  say(letter(3, CHARGE, OWNER + 1, noon + 60));
  assert.deepEqual(told(await pass(2)), [2, "refused", "command_stale", 74]);
  hand.ears!.ordered({ ...ORDERS, time: noon + 200 });
  assert.deepEqual(told(await pass(2)), [3, "refused", "unknown_key", 78]);
  assert.deepEqual(noted, ["bad_signature", "command_stale", "unknown_key"]);
  say(letter(4, CHARGE, OWNER, noon + 70));
  assert.deepEqual(told(await pass(2)), [4, "obeyed", null, 81], "what follows counts");
});

test("with the accumulator not heard the home says that it rests, not that it obeys", async () => {
  const { box, order, pass, say } = openBox();
  order();
  say(letter(1, CHARGE));
  await pass(5);
  const until = Number.MAX_SAFE_INTEGER;
  box.home.faults.add({ device: "counter", kind: "drop", from: box.time.now * 1000, until });
  const state = await pass(6);
  assert.deepEqual(told(state)?.slice(0, 3), [1, "bound", "safe_state"]);
  assert.equal(state.safeState, "counter_lost");
});

test("the grid operator's limit is believed by an operator's proven key, named, obeyed, and ends by itself", async () => {
  const { box, noted, order, pass, say, hand } = openBox();
  const proven = bench.view.proveAnswers((state) => {
    state.get(MEMBERS, OPERATOR);
    return homeOrdersOf(state, PLANT);
  })!;
  const limit: OperatorLimit = {
    ...{ importPowerMaxW: 900, exportPowerMaxW: null, from: noon, until: noon + 60 },
    ...{ reason: "congestion", failsafe: null },
  };
  const signed = (member: number, issuedAt: number) => {
    const asked = { chain: "test", member, home: PLANT, issuedAt, limit };
    const signer = memberSigner(member);
    const signature = toHex(signer.sign(operatorLimitHash(asked)));
    return { ...asked, publicKey: toHex(signer.publicKey), signature };
  };
  const tell = (...operatorLimits: KeptLimit[]) =>
    hand.ears!.ordered({ ...ORDERS, proven: toHex(encode(provenRowsCodec, proven)), operatorLimits });
  const stands = () => box.gateway.state(box.time.now).limitLetter;
  order();
  say(letter(1, { ...CHARGE, powerW: 3_000 }));
  assert.deepEqual(told(await pass(12))?.slice(1, 3), ["obeyed", null]);
  assert.equal(stands(), undefined);
  tell(signed(OWNER, noon));
  tell({ ...signed(OPERATOR, noon), limit: { ...limit, importPowerMaxW: 600 } });
  assert.deepEqual(told(await pass(2))?.slice(1, 3), ["obeyed", null]);
  assert.deepEqual(noted, ["unknown_key", "bad_signature"]);
  assert.deepEqual(stands(), { issuedAt: null, refused: "bad_signature" });
  tell(signed(OPERATOR, noon));
  assert.deepEqual(told(await pass(5))?.slice(1, 3), ["bound", "operator"]);
  assert.deepEqual(stands(), { issuedAt: noon, refused: null });
  const counter = box.gateway.state(box.time.now).devices.find(({ kind }) => kind === "counter");
  assert.ok(counter!.values.powerW! <= 900 + 1, `${counter!.values.powerW} W`);
  assert.deepEqual(told(await pass(60))?.slice(1, 3), ["obeyed", null], "it is over");
});
