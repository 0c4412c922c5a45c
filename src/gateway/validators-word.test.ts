/** A box that was away for weeks: whom it believes when it is back, and what its owner's word is worth, by whom and when. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { quarterHourOf, type UnixSeconds } from "#base/time.ts";
import type { Signer } from "#crypto/keys.ts";
import { HomeClock } from "#gateway/clock.ts";
import { Gateway } from "#gateway/gateway.ts";
import { USUAL_HOME } from "#gateway/home-settings.ts";
import { type Ears, type Link, NO_LINK } from "#gateway/link.ts";
import { Outbox } from "#gateway/outbox.ts";
import type { Standing } from "#gateway/standing-orders.ts";
import { faultOfRefusal } from "#gateway/validators-word.ts";
import { vouchedBy } from "#ledger/proof.ts";
import { provenRowsCodec } from "#ledger/proven-rows.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import type { OrdersMessage } from "#wire/gateway-messages.ts";
import {
  type SignedValidatorsLetter,
  type ValidatorsLetter,
  validatorsLetterHash,
} from "#wire/validators-letter.ts";
import { memberSigner, meterSigner, openStreet } from "../../test/support/chain-bench.ts";
import { decidedBy } from "../../test/support/decided.ts";

const HOME = 1;
const DAY_S = 86_400;
const { bench, noon } = openStreet();
const OWNER = memberSigner(bench.view.plant(HOME)!.owner);
const NEIGHBOUR = memberSigner(bench.view.plant(2)!.owner);
const START = quarterHourOf(noon);
const PROVEN = bench.view.proveAnswers((state) => homeOrdersOf(state, HOME))!;
const { stateRoot } = vouchedBy(PROVEN.checkpoint);
/** Seeds of those who decided when the box left, and of those who do when it is back: two of four are others. */
const [FORMER, PRESENT] = [
  [1, 2, 3, 4],
  [3, 4, 5, 6],
] as const;

function blockOf(seeds: readonly number[], height: number, seconds: UnixSeconds) {
  return decidedBy(seeds, { chain: "test", height, seconds, stateRoot });
}

function ordersUnder(checkpoint: ReturnType<typeof blockOf>, word?: SignedValidatorsLetter): OrdersMessage {
  const { seconds } = checkpoint.header.time;
  return {
    ...{ time: seconds, plant: HOME, meter: null, connectionW: 6_000, operatorLimits: [], obligations: [] },
    proven: toHex(encode(provenRowsCodec, { ...PROVEN, checkpoint })),
    prices: { from: quarterHourOf(seconds), importMicroEurPerKwh: [], feedInMicroEurPerKwh: [] },
    ...{ bookedThrough: START, reserveWh: 0 },
    ...(word && { validators: word }),
  };
}

/** What the owner's device says of a block that it has followed the chain to. */
function wordOn(
  { header }: ReturnType<typeof blockOf>,
  changes: Partial<ValidatorsLetter> = {},
  signer: Signer = OWNER,
): SignedValidatorsLetter {
  const letter = {
    ...{ chain: "test", home: HOME, height: header.height, time: header.time.seconds },
    validatorsHash: toHex(header.validatorsHash),
    ...changes,
  };
  const signature = toHex(signer.sign(validatorsLetterHash(letter)));
  return { ...letter, publicKey: toHex(signer.publicKey), signature };
}

/** A box that came in at block 100 and believes what FORMER decided. */
function boxAt100() {
  const hand: { ears?: Ears } = {};
  const link: Link = { ...NO_LINK, isUp: true, open: (ears) => (hand.ears = ears) };
  const outbox = new Outbox(":memory:");
  const clockOf = { now: START };
  const first = blockOf(FORMER, 100, START);
  const { validatorsHash } = first.header;
  const trust = { by: "named_validators" as const, chain: "test", validatorsHash, enrolledAt: START };
  const standing: Standing = {
    ...{ chain: "test", home: HOME, meter: meterSigner(HOME), nextMeter: undefined, trust },
  };
  const ticks = () => ({ wallMs: clockOf.now * 1000, steadyMs: clockOf.now * 1000 });
  const open = () => {
    const gateway = new Gateway({
      ...{ devices: [], settings: USUAL_HOME, clock: new HomeClock("box", ticks()) },
      ...{ link, outbox, ring: undefined, standing, version: "test" },
    });
    gateway.open();
    return gateway;
  };
  let box = open();
  return {
    /** Power goes, and comes back later. */
    restart: () => void (box = open()),
    async pass(seconds: number) {
      for (let left = seconds; left > 0; ) {
        const step = left > 60 ? left - 30 : 1;
        clockOf.now += step;
        await box.tick(ticks());
        left -= step;
      }
    },
    now: () => clockOf.now,
    hear: (message: OrdersMessage) => hand.ears!.ordered(message),
    comeIn: () => hand.ears!.ordered(ordersUnder(first)),
    refused: () => box.state(clockOf.now).ordersRefused,
    faults: () => box.faults.flatMap(({ code, resolvedAt }) => (resolvedAt === null ? [code] : [])),
  };
}

for (const [weeks, byItself] of [
  [1, true],
  [2, false],
  [3, false],
  [13, false],
] as const) {
  for (const power of ["on", "off"] as const) {
    const how = byItself ? "follows the validators by itself" : "goes on by its owner's word, without a code";
    test(`a box that was away for ${weeks} weeks with its power ${power} ${how}`, async () => {
      const box = boxAt100();
      await box.pass(5);
      box.comeIn();
      await box.pass(weeks * 7 * DAY_S);
      if (power === "off") box.restart();
      await box.pass(5);
      const seeds = byItself ? FORMER : PRESENT;
      const now = blockOf(seeds, 100_000, box.now());
      box.hear(ordersUnder(now));
      await box.pass(5);
      if (byItself) {
        assert.equal(box.refused(), null);
        return;
      }
      assert.equal(box.refused(), "trust_expired");
      assert.ok(box.faults().includes("validators_unknown"), `${box.faults()}`);
      const later = blockOf(seeds, 100_010, box.now());
      box.hear(ordersUnder(later, wordOn(now)));
      await box.pass(30);
      assert.equal(box.refused(), null);
      assert.ok(!box.faults().includes("validators_unknown"));
      // From there on it follows again, and its owner is not asked any more.
      box.hear(ordersUnder(blockOf(seeds, 200_000, box.now())));
      box.restart();
      box.hear(ordersUnder(blockOf(seeds, 200_001, box.now() + 1)));
      assert.equal(box.refused(), null);
    });
  }
}

test("an owner's word counts for this chain, this home and now, by the owner alone", async () => {
  const back = START + 21 * DAY_S + 5;
  const present = blockOf(PRESENT, 100_000, back);
  const word = wordOn(present);
  const attacks: readonly (readonly [string, OrdersMessage])[] = [
    // Those who decided when the box left have sold their keys: they decide what they like.
    ["trust_expired", ordersUnder(blockOf(FORMER, 100_000, back))],
    ["letter_unknown_key", ordersUnder(present, wordOn(present, {}, NEIGHBOUR))],
    ["letter_unknown_key", ordersUnder(present, wordOn(present, {}, meterSigner(HOME)))],
    ["letter_of_other_home", ordersUnder(present, wordOn(present, { home: 2 }))],
    ["letter_of_other_chain", ordersUnder(present, wordOn(present, { chain: "village" }))],
    ["letter_bad_signature", ordersUnder(present, { ...word, height: word.height - 1 })],
    ["letter_bad_signature", ordersUnder(present, { ...word, validatorsHash: "ab".repeat(32) })],
    ["letter_older", ordersUnder(present, wordOn(present, { height: 100 }))],
    ["letter_stale", ordersUnder(present, wordOn(present, { time: back - 14 * DAY_S }))],
    ["letter_ahead", ordersUnder(present, wordOn(present, { time: back + 300 }))],
    // The platform shows another chain than the owner's device has seen.
    ["letter_of_other_validators", ordersUnder(blockOf(FORMER, 100_001, back), word)],
    ["letter_of_other_validators", ordersUnder(blockOf(PRESENT, 99_999, back), word)],
    ["letter_of_other_validators", ordersUnder(blockOf(PRESENT, 100_001, back - 60), word)],
    // Rightly vouched for, and not decided: two of the four signed.
    [
      "letter_of_other_validators",
      ordersUnder(
        decidedBy(PRESENT, { chain: "test", height: 100_001, seconds: back, stateRoot, absent: [2, 3] }),
        word,
      ),
    ],
  ];
  const box = boxAt100();
  await box.pass(5);
  box.comeIn();
  await box.pass(21 * DAY_S);
  assert.equal(box.now(), back);
  for (const [refusal, message] of attacks) {
    box.hear({ ...message, time: back });
    assert.equal(box.refused(), refusal, `${attacks.findIndex((one) => one[1] === message)}`);
  }
  box.hear({ ...ordersUnder(present, word), time: back });
  assert.equal(box.refused(), null, "and the word itself is taken");
});

test("a word is of use once: not in the next absence, and not while the box follows by itself", async () => {
  const box = boxAt100();
  await box.pass(5);
  box.comeIn();
  const strangers = blockOf([5, 6, 7, 8], 150, START + 60);
  box.hear(ordersUnder(strangers, wordOn(strangers)));
  assert.equal(box.refused(), "not_enough_trusted", "who follows needs nobody's word");
  await box.pass(15 * DAY_S);
  const first = blockOf(PRESENT, 50_000, box.now());
  const word = wordOn(first);
  box.hear(ordersUnder(first, word));
  assert.equal(box.refused(), null);
  await box.pass(15 * DAY_S);
  box.hear(ordersUnder(blockOf(PRESENT, 100_000, box.now()), word));
  assert.equal(box.refused(), "letter_older");
});

test("a box that heard nothing in two weeks after its enrolment knows no owner and needs a code", async () => {
  const box = boxAt100();
  await box.pass(14 * DAY_S);
  const now = blockOf(PRESENT, 50_000, box.now());
  box.hear(ordersUnder(now, wordOn(now)));
  await box.pass(5);
  assert.equal(box.refused(), "letter_unknown_key");
  assert.ok(box.faults().includes("code_needed"));
});

test("what is refused is told as what to do", () => {
  assert.equal(faultOfRefusal("trust_expired", true), "validators_unknown");
  assert.equal(faultOfRefusal("letter_stale", true), "validators_unknown");
  assert.equal(faultOfRefusal("trust_expired", false), "code_needed");
  assert.equal(faultOfRefusal("letter_unknown_key", true), "code_needed");
  assert.equal(faultOfRefusal("wrong_path", true), "orders_refused");
});
