/** A gateway's whole way: code, enrolment, TLS, readings and their acknowledgement, renewal, removal. */

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fromHex, toHex, utf8 } from "#base/bytes.ts";
import { QUARTER_HOUR_S, quarterHourOf } from "#base/time.ts";
import { replaceHomeMeter } from "#chain/transactions.ts";
import { hash } from "#crypto/hash.ts";
import { type Signer, signerFromSeed } from "#crypto/keys.ts";
import { EnrolmentError, enrol, readInvitation, renewCertificate } from "#gateway/enrol.ts";
import { type Identity, meterKeyOf, validityOf } from "#gateway/identity.ts";
import { MqttLink } from "#gateway/mqtt-link.ts";
import { signReading } from "#metering/signed-reading.ts";
import type {
  AckMessage,
  ClockMessage,
  OrdersMessage,
  ReadingsMessage,
  StateMessage,
} from "#wire/gateway-messages.ts";
import { homeCommandHash } from "#wire/home-letters.ts";
import type { HomeCommand, HomePlan } from "#wire/home-schemas.ts";
import type { HomeLimit, OperatorLimit } from "#wire/operator-limit-schemas.ts";
import { operatorLimitHash } from "#wire/operator-limits.ts";
import { validatorsLetterHash } from "#wire/validators-letter.ts";
import {
  ANNA,
  BRUNO,
  clientFor,
  keyOf,
  Meter,
  meterOf,
  NOON,
  OPERATOR,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
} from "../test-street.ts";
import { CODE_VALID_S, plainCode } from "./enrolment.ts";
import { SILENT_S } from "./silences.ts";

type Street = Awaited<ReturnType<typeof openStreet>>;
/** The meter that the chain has for Anna's plant moves into her gateway. */
const METER_SEED = toHex(hash(utf8(`street meter ${PLANT_OF_ANNA}`)));
let street: Street;
let wall = Math.floor(Date.now() / 1000);
const wallNow = () => wall;
let identity: Identity;

before(async () => {
  street = await openStreet({
    gateways: { address: "127.0.0.1", port: 0, names: ["127.0.0.1"], checkEveryMs: 50 },
    wallNow,
    note: () => undefined,
  });
});
after(() => street.close());

const invitation = (code: string, fingerprint?: string) => ({
  url: street.platform.url,
  code,
  ...(fingerprint === undefined ? {} : { fingerprint }),
});
const options = { version: "test", wallNow };

function refusing(code: string): (error: unknown) => boolean {
  return (error) => error instanceof EnrolmentError && error.code === code;
}

/** What a gateway hears, and a way to wait for it. */
class Heard {
  readonly acks: AckMessage[] = [];
  readonly orders: OrdersMessage[] = [];
  readonly clocks: ClockMessage[] = [];
  readonly commands: (readonly unknown[])[] = [];
  readonly ups: boolean[] = [];
  readonly ears = {
    connected: (isUp: boolean) => void this.ups.push(isUp),
    acknowledged: (message: AckMessage) => void this.acks.push(message),
    ordered: (message: OrdersMessage) => void this.orders.push(message),
    commanded: ({ commands }: { readonly commands: readonly unknown[] }) => void this.commands.push(commands),
    clock: (message: ClockMessage) => void this.clocks.push(message),
  };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 3_000; i++) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error(`in vain: ${what}`);
}

function stateOf(meterKey: string): StateMessage {
  return {
    time: NOON,
    version: "0.1.0",
    devices: [
      {
        ...{ id: "inverter", kind: "inverter", template: "sunspec-inverter", problem: null },
        sheet: { manufacturer: "Alba", serial: "A-17" },
        values: { powerW: 900 },
        measuredAt: NOON,
      },
    ],
    faults: [{ id: "f", code: "device_lost", severity: "fault", since: NOON, resolvedAt: null, numbers: {} }],
    decision: { code: "nothing_flows", numbers: {}, since: NOON },
    mode: { commanded: "auto", override: "none" },
    safeState: "normal",
    limits: [],
    outbox: { waiting: 0, oldest: null },
    ordersRefused: null,
    meterKey,
    nextMeterKey: "ab".repeat(32),
  };
}

test("a code is shown once to the home's owner, and a wrong, old or used one brings nobody in", async () => {
  const anna = await clientFor(street.platform.url, ANNA);
  const first = await anna.call("POST /v1/home/gateway/code");
  match(first.code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/);
  deepEqual(readInvitation(first.link), invitation(first.code, first.fingerprint));
  const { code, fingerprint } = await anna.call("POST /v1/home/gateway/code");
  await rejects(enrol(invitation(first.code), options), refusing("code_wrong"));
  await rejects(enrol(invitation("hello"), options), refusing("code_wrong"));
  const late = { ...options, wallNow: () => wall + 700 };
  await rejects(enrol(invitation(code), late), refusing("clock_wrong"));
  await rejects(enrol(invitation(code, "00".repeat(32)), options), refusing("other_authority"));
  await rejects(enrol(invitation(code), options), refusing("code_used"));
  const third = await anna.call("POST /v1/home/gateway/code");
  wall += CODE_VALID_S;
  await rejects(enrol(invitation(third.code), options), refusing("code_expired"));
  const fourth = await anna.call("POST /v1/home/gateway/code");
  identity = await enrol(invitation(fourth.code.toLowerCase(), fingerprint), {
    ...options,
    meterSeed: METER_SEED,
  });
  equal(identity.enrolled.home, PLANT_OF_ANNA);
  const certificate = new X509Certificate(identity.certificate);
  equal(certificate.subject, `CN=${identity.enrolled.gateway}`);
  const seen = await anna.call("GET /v1/home/gateway");
  equal(seen?.gateway, identity.enrolled.gateway);
  equal(seen?.state, "enrolled");
  equal(seen?.reachable, false);
  equal(seen?.report, null);
});

test("after five wrong secrets a code is void, and whoever goes on waits", async () => {
  const operator = await clientFor(street.platform.url, OPERATOR);
  const { code } = await operator.call("POST /v1/operator/gateways/code", { body: { home: BRUNO - 1 } });
  const wrong = `${code.slice(0, 4)}${"0".repeat(16)}`;
  ok(plainCode(wrong) !== undefined);
  for (let i = 0; i < 5; i++) await rejects(enrol(invitation(wrong), options), refusing("code_wrong"));
  await rejects(enrol(invitation(code), options), refusing("code_wrong"));
  for (let i = 0; i < 4; i++) await rejects(enrol(invitation(wrong), options), refusing("code_wrong"));
  await rejects(enrol(invitation(wrong), options), refusing("too_many_tries"));
  wall += 1_000;
  await rejects(enrol(invitation(wrong), options), refusing("code_wrong"));
});

test("readings are acknowledged once they are on the disk: repeated, reordered, of another home", async () => {
  const heard = new Heard();
  const link = new MqttLink({ identity, keep: () => undefined, wallNow });
  link.open(heard.ears);
  try {
    await until("a link", () => link.isUp);
    link.publishState(stateOf(toHex(meterOf(PLANT_OF_ANNA).publicKey)));
    await until("orders with a meter", () => heard.orders.some(({ meter }) => meter !== null));
    const { meter, plant, proven } = heard.orders.findLast((orders) => orders.meter !== null)!;
    equal(plant, PLANT_OF_ANNA);
    equal(meter?.key, toHex(meterOf(PLANT_OF_ANNA).publicKey));
    equal(meter!.from % QUARTER_HOUR_S, 0);
    ok(proven.length > 200);
    ok(heard.clocks.length > 0 && heard.clocks[0]!.speed === 1);
    equal(street.platform.gateways?.metered.has(PLANT_OF_ANNA), true);
    const counter = new Meter(PLANT_OF_ANNA, meter!.from);
    const readings = [1, 2, 3, 4].map((sequence) => ({
      sequence,
      signed: counter.signed({ solarToHome: 100 + sequence }),
    }));
    street.memory.time = meter!.from + 3 * QUARTER_HOUR_S;
    const outbox = new Uint8Array(8).fill(5);
    const say = async (message: ReadingsMessage): Promise<AckMessage> => {
      const before = heard.acks.length;
      await link.sendReadings(message);
      await until("an answer", () => heard.acks.length > before);
      return heard.acks.at(-1)!;
    };
    const none = { outbox: toHex(outbox), refused: [] };
    deepEqual(await say({ outbox, readings: [readings[1]!] }), { ...none, through: 0 });
    deepEqual(await say({ outbox, readings: [readings[0]!] }), { ...none, through: 2 });
    deepEqual(await say({ outbox, readings: readings.slice(0, 3) }), { ...none, through: 3 });
    // The fourth quarter hour has not ended: neither taken nor refused.
    deepEqual(await say({ outbox, readings: readings.slice(3) }), { ...none, through: 3 });
    street.memory.time += QUARTER_HOUR_S;
    deepEqual(await say({ outbox, readings }), { ...none, through: 4 });
    const stranger = new Meter(PLANT_OF_ANNA + 1, meter!.from).signed();
    const answer = await say({ outbox, readings: [{ sequence: 5, signed: stranger }] });
    deepEqual(answer.refused, [{ sequence: 5, intervalStart: meter!.from, reason: "other_plant" }]);
    equal(answer.through, 5);
    const anna = await clientFor(street.platform.url, ANNA);
    equal((await anna.call("GET /v1/home/gateway"))?.acknowledged, 5);
    link.publishState(stateOf(meter!.key));
    await until("its faults on the technical sheet", () =>
      street.platform.live.faultsOf(PLANT_OF_ANNA).some(({ code }) => code === "device_lost"),
    );
    const inverter = {
      ...{ kind: "inverter", numbers: { powerW: 900 }, lastSeen: NOON },
      sheet: {
        ...{ id: "inverter", template: "sunspec-inverter", measuredAt: NOON, problem: null },
        told: { manufacturer: "Alba", serial: "A-17" },
      },
    };
    const { devices } = await anna.call("GET /v1/home/plant");
    deepEqual(devices[0], inverter);
    const view = await anna.call("GET /v1/home/gateway");
    equal(view?.reachable, true);
    equal(view?.report?.meterFits, true);
    equal(view?.report?.clockOffsetS, NOON - street.memory.time);
    deepEqual(view?.report?.devices[0], inverter);
    equal(view?.report?.faults[0]?.code, "device_lost");
    await answersALimit(link, meter!.key);
    await carriesWhatItSays(link, meter!.key);
  } finally {
    await link.close();
  }
});

/** What the gateway makes of the grid operator's letter comes to the operator. */
async function answersALimit(link: MqttLink, meterKey: string): Promise<void> {
  const operator = await clientFor(street.platform.url, OPERATOR);
  const issuedAt = street.memory.time;
  const limit: OperatorLimit = {
    ...{ importPowerMaxW: 2_000, exportPowerMaxW: null, from: issuedAt, until: issuedAt + 600 },
    ...{ reason: "voltage", failsafe: null },
  };
  const letter = { member: OPERATOR, issuedAt, limit };
  const signer = keyOf(OPERATOR);
  const hashed = operatorLimitHash({ chain: "street", home: PLANT_OF_ANNA, ...letter });
  const body = { ...letter, publicKey: toHex(signer.publicKey), signature: toHex(signer.sign(hashed)) };
  const given = await operator.call("PUT /v1/grid/homes/:home/limit", {
    params: { home: PLANT_OF_ANNA },
    body,
  });
  const read = async () => (await operator.call("GET /v1/operator/limits"))[0]!;
  deepEqual(await read(), given);
  deepEqual(
    [given.runBy, given.answer, given.by.member, given.silentSince],
    ["gateway", "unheard", OPERATOR, null],
  );
  const says = async (change: Partial<StateMessage>, answer: HomeLimit["answer"]) => {
    link.publishState({ ...stateOf(meterKey), ...change });
    let last: HomeLimit | undefined;
    for (let i = 0; i < 200 && last?.answer !== answer; i++) {
      await sleep(10);
      last = await read();
    }
    equal(last?.answer, answer);
    return last!;
  };
  const refused = { issuedAt: null, refused: "unknown_key" };
  equal((await says({ limitLetter: refused }, "refused")).refusal, "unknown_key");
  const limitLetter = { issuedAt, refused: null };
  await says({ limitLetter }, "heard");
  const fault = { id: "l", code: "limit_not_kept", severity: "warning", since: NOON, numbers: {} } as const;
  await says({ limitLetter, faults: [{ ...fault, resolvedAt: null }] }, "not_kept");
  await says({ limitLetter, faults: [{ ...fault, resolvedAt: NOON + 9 }] }, "heard");
  await says({ limitLetter: { ...limitLetter, issuedAt: issuedAt - 5 } }, "unheard");
}

/** What the gateway makes of a letter, what is set at the box, and its plan come to the owner. */
async function carriesWhatItSays(link: MqttLink, meterKey: string): Promise<void> {
  const { platform, memory } = street;
  const anna = await clientFor(platform.url, ANNA);
  const command: HomeCommand = {
    ...{ mode: "hold", powerW: null, until: memory.time + 3_600, reservePercent: null, target: null },
  };
  const issuedAt = memory.time;
  const signed = { chain: "street", member: ANNA, home: PLANT_OF_ANNA, change: 1, issuedAt, command };
  const signer = keyOf(ANNA);
  const signature = toHex(signer.sign(homeCommandHash(signed)));
  const body = { command, change: 1, issuedAt, publicKey: toHex(signer.publicKey), signature };
  const given = await anna.call("PUT /v1/home/accumulator/command", { body });
  equal(given.command?.state, "pending");
  const local = { mode: "auto" as const, since: NOON + 5, reason: "a fan" };
  const report = { change: 1, state: "overridden", bound: null, refusal: null, since: NOON + 5 } as const;
  link.publishState({ ...stateOf(meterKey), command: report, local, plan: PLAN });
  await until("its word", () => platform.live.gatewayOf(PLANT_OF_ANNA)?.local !== undefined);
  const seen = await anna.call("GET /v1/home/accumulator");
  deepEqual([seen.runBy, seen.local], ["gateway", local]);
  deepEqual([seen.command?.state, seen.command?.since], ["overridden", NOON + 5]);
  deepEqual(await anna.call("GET /v1/home/plan"), PLAN);
  link.publishState({ ...stateOf(meterKey), command: { ...report, state: "bound", bound: "full" } });
  await until("the end of it", () => platform.live.gatewayOf(PLANT_OF_ANNA)?.local === undefined);
  const after = await anna.call("GET /v1/home/accumulator");
  deepEqual([after.local, after.command?.state, after.command?.bound], [null, "bound", "full"]);
  equal(await anna.call("GET /v1/home/plan"), null);

  wall += SILENT_S + 1;
  const silence = () => platform.live.faultsOf(PLANT_OF_ANNA).find(({ code }) => code === "gateway_silent");
  await until("its silence", () => silence() !== undefined);
  equal(silence()?.resolvedAt, null);
  equal((await anna.call("GET /v1/home/gateway"))?.reachable, false);
  link.publishState(stateOf(meterKey));
  await until("its voice", () => (silence()?.resolvedAt ?? null) !== null);
  ok(
    platform.live.faultsOf(PLANT_OF_ANNA).some(({ code }) => code === "device_lost"),
    "and what it says",
  );
}

const PLAN: HomePlan = {
  ...{ made: NOON, until: NOON + 3_600, time: [NOON], seconds: [900], solarW: [10], loadW: [500] },
  ...{ solarLowW: [], solarHighW: [], accumulatorW: [-20], gridW: [510], storedWh: [4_000] },
  ...{ storedValueMicroEurPerKwh: [210_000], importPriceMicroEurPerKwh: [310_000] },
  ...{ exportPriceMicroEurPerKwh: [90_000], code: ["charging_from_sun"] },
};

test("a certificate is followed by the next one, by its own signature alone", async () => {
  const next = await renewCertificate(identity, { wallNow });
  const [was, is] = [new X509Certificate(identity.certificate), new X509Certificate(next.certificate)];
  equal(is.subject, was.subject);
  ok(is.serialNumber !== was.serialNumber);
  const forged = { ...identity, key: next.key };
  await rejects(
    renewCertificate({ ...forged, enrolled: { ...identity.enrolled, gateway: "00".repeat(8) } }, { wallNow }),
    refusing("gateway_unknown"),
  );
  const stranger = (await enrolBruno()).key;
  await rejects(renewCertificate({ ...identity, key: stranger }, { wallNow }), refusing("signature_wrong"));
  const heard = new Heard();
  const kept: Identity[] = [];
  // Two thirds of its time have passed: it renews by itself before it connects.
  wall = Math.floor(Date.parse(is.validTo) / 1000) - 5 * 86_400;
  const link = new MqttLink({ identity: next, keep: (renewed) => void kept.push(renewed), wallNow });
  link.open(heard.ears);
  try {
    await until("a link", () => link.isUp);
    equal(kept.length, 1);
    ok(new X509Certificate(kept[0]!.certificate).serialNumber !== is.serialNumber);
    identity = kept[0]!;
  } finally {
    await link.close();
  }
});

test("a gateway that was away for most of a year comes back by its own signature, later by a code alone", async () => {
  const [before, former] = [wall, identity];
  const needsCode = () => street.platform.gateways?.viewOfHome(PLANT_OF_ANNA)?.needsCode;
  const linkOf = (of: Identity) =>
    new MqttLink({ identity: of, keep: (renewed) => void (identity = renewed), wallNow });
  try {
    wall = validityOf(former).until + 364 * 86_400;
    equal(needsCode(), false);
    const back = linkOf(former);
    back.open(new Heard().ears);
    await until("its next certificate", () => identity !== former);
    await until("a link", () => back.isUp);
    await back.close();
    await rejects(renewCertificate(former, { wallNow }), refusing("signature_wrong"));
    wall = validityOf(identity).until + 365 * 86_400;
    equal(needsCode(), true);
    const lost = linkOf(identity);
    lost.open(new Heard().ears);
    await until("that it knows", () => lost.needsCode);
    await lost.close();
  } finally {
    wall = before;
  }
});

test("the owner's word on the validators is handed on with the orders, signed by a key of the owner alone", async () => {
  const [anna, bruno] = [
    await clientFor(street.platform.url, ANNA),
    await clientFor(street.platform.url, BRUNO),
  ];
  equal(await anna.call("GET /v1/home/gateway/validators"), null, "one producer makes the blocks");
  const letter = { height: 7, time: wall, validatorsHash: "cd".repeat(32) };
  const by = (signer: Signer) => ({
    ...letter,
    publicKey: toHex(signer.publicKey),
    signature: toHex(signer.sign(validatorsLetterHash({ chain: "street", home: PLANT_OF_ANNA, ...letter }))),
  });
  const put = (body: ReturnType<typeof by>, who = anna) =>
    who.call("PUT /v1/home/gateway/validators", { body });
  await rejects(put(by(keyOf(BRUNO)), bruno), refusedWith("signature_wrong"), "of another home");
  await rejects(put(by(keyOf(BRUNO))), refusedWith("device_unknown"));
  await rejects(put({ ...by(keyOf(ANNA)), height: 8 }), refusedWith("signature_wrong"));
  const heard = new Heard();
  const link = new MqttLink({ identity, keep: () => undefined, wallNow });
  link.open(heard.ears);
  try {
    await until("a link", () => link.isUp);
    await put(by(keyOf(ANNA)));
    await until("it with the orders", () => heard.orders.at(-1)?.validators !== undefined);
    const word = { chain: "street", home: PLANT_OF_ANNA, ...by(keyOf(ANNA)) };
    deepEqual(heard.orders.at(-1)!.validators, word);
  } finally {
    await link.close();
  }
});

async function enrolBruno(): Promise<Identity> {
  const bruno = await clientFor(street.platform.url, BRUNO);
  const { code } = await bruno.call("POST /v1/home/gateway/code");
  return enrol(invitation(code), options);
}

test("a gateway with a meter of its own gets it on the chain, and meters after the former one's last quarter hour", async () => {
  const mine = await enrolBruno();
  const meterKey = meterKeyOf(mine.meterSeed);
  const heard = new Heard();
  const link = new MqttLink({ identity: mine, keep: () => undefined, wallNow });
  link.open(heard.ears);
  const { memory, platform } = street;
  const isChains = () => toHex(memory.view().plant(PLANT_OF_BRUNO)!.meterKey) === meterKey;
  try {
    await until("a link", () => link.isUp);
    equal(isChains(), false);
    link.publishState(stateOf(meterKey));
    await until("its key on the chain", isChains);
    const { from } = memory.view().metersOf(PLANT_OF_BRUNO)[0]!.term!;
    equal(from, quarterHourOf(memory.time) + QUARTER_HOUR_S);
    memory.time = from + 60;
    link.publishState(stateOf(meterKey));
    await sleep(50);
    equal(platform.gateways?.metered.has(PLANT_OF_BRUNO), false);
    const former = new Meter(PLANT_OF_BRUNO, from - QUARTER_HOUR_S);
    equal(platform.headEnd.receive([former.signed({ solar: { chargedWh: 500 } })]).accepted, 1);
    link.publishState(stateOf(meterKey));
    await until("orders with a meter", () => heard.orders.some(({ meter }) => meter !== null));
    deepEqual(heard.orders.findLast(({ meter }) => meter !== null)!.meter, {
      ...{ key: meterKey, from: from + QUARTER_HOUR_S, openingSolarWh: 500, openingGridWh: 0 },
    });
    memory.time = from + 3 * QUARTER_HOUR_S;
    former.next = from + QUARTER_HOUR_S;
    const late = former.reading();
    const by = (key: Signer) => platform.headEnd.receive([signReading(memory.chain, late, key)]);
    equal(by(meterOf(PLANT_OF_BRUNO)).refused[0]?.reason, "bad_signature");
    equal(by(signerFromSeed(fromHex(mine.meterSeed)!)).accepted, 1);
  } finally {
    await link.close();
  }
});

test("a removed gateway is cut off at once, gets no certificate and does not come back", async () => {
  const heard = new Heard();
  const link = new MqttLink({
    identity,
    keep: () => undefined,
    backoffMs: { least: 5, most: 20 },
    wallNow,
  });
  link.open(heard.ears);
  try {
    await until("a link", () => link.isUp);
    const anna = await clientFor(street.platform.url, ANNA);
    await anna.call("DELETE /v1/home/gateway");
    await until("the end of the link", () => !link.isUp);
    await sleep(200);
    equal(link.isUp, false);
    await rejects(renewCertificate(identity, { wallNow }), refusing("gateway_revoked"));
    equal(await anna.call("GET /v1/home/gateway"), null);
    await rejects(anna.call("DELETE /v1/home/gateway"), refusedWith("gateway_unknown"));
    const operator = await clientFor(street.platform.url, OPERATOR);
    const listed = await operator.call("GET /v1/operator/gateways");
    const mine = (all: typeof listed) => all.find(({ gateway }) => gateway === identity.enrolled.gateway);
    deepEqual([mine(listed)?.state, mine(listed)?.meteringUntil], ["revoked", null]);
    const { live, operator: account } = street.platform;
    deepEqual([live.gatewayOf(PLANT_OF_ANNA), live.devicesOf(PLANT_OF_ANNA)], [undefined, []]);
    const from = quarterHourOf(street.memory.time) + QUARTER_HOUR_S;
    const meterKey = signerFromSeed(hash(utf8("what comes after"))).publicKey;
    await account!.send(replaceHomeMeter, { plant: PLANT_OF_ANNA, meterKey, from });
    const ends = async () => mine(await operator.call("GET /v1/operator/gateways"))?.meteringUntil;
    for (let i = 0; i < 3_000 && (await ends()) !== from; i++) await sleep(10);
    equal(await ends(), from);
  } finally {
    await link.close();
  }
});

test("a code does not travel unencrypted to another machine, and no way there is said as such", async () => {
  const elsewhere = { url: "http://contrada.example", code: "X" };
  await rejects(enrol(elsewhere, options), refusing("not_encrypted"));
  await rejects(enrol({ url: "http://127.0.0.1:1", code: "X" }, options), refusing("no_route"));
  await rejects(enrol({ url: "nonsense", code: "X" }, options), refusing("address_unfit"));
});
