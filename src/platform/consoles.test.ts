import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { dayStart, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { enrolEnergySupplier, publishDayRate, registerMemberKey } from "#chain/transactions.ts";
import { MAX_KEYS } from "#ledger/member.ts";
import { createClient } from "#wire/client.ts";
import type { DemoClock, Session } from "#wire/schemas.ts";
import type { DemoPort } from "./demo.ts";
import { openPlatform } from "./platform.ts";
import { sampleOf } from "./test-live.ts";
import {
  ALBA,
  ANNA,
  CIMA,
  clientFor,
  DIRECTORY,
  foundStreet,
  keyOf,
  MAP,
  Meter,
  NOON,
  OPERATOR,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
  saleOf,
  TODAY,
  temporaryFolder,
  tokenFor,
} from "./test-street.ts";

test("a supplier applies, is enrolled, publishes; its application outlives the platform", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  const open = () =>
    openPlatform({
      host: memory,
      folder: folder.path,
      port: 0,
      community: { name: "Contrada Olmo", homes: 2 },
      operator: { member: OPERATOR, signer: keyOf(OPERATOR) },
      directory: DIRECTORY,
      map: MAP,
      importPrice: () => 250_000,
    });
  let platform = await open();
  try {
    let cima = await clientFor(platform.url, CIMA);
    const before = await cima.call("GET /v1/supplier");
    assert.deepEqual([before.name, before.enrolled, before.applied], ["Member 6", false, false]);
    for (const name of [" Cima", "Cima\u0007"]) {
      await assert.rejects(
        cima.call("POST /v1/supplier/application", { body: { name } }),
        refusedWith("name_invalid"),
      );
    }
    await cima.call("POST /v1/supplier/application", { body: { name: "Cima Energie" } });
    await platform.close();
    platform = await open();

    cima = await clientFor(platform.url, CIMA);
    const operator = await clientFor(platform.url, OPERATOR);
    const { applications } = await operator.call("GET /v1/operator/overview");
    assert.deepEqual(applications, [{ member: CIMA, name: "Cima Energie", time: NOON }]);
    await memory.act(OPERATOR, enrolEnergySupplier, { member: CIMA, name: "Cima Energie" });
    assert.deepEqual((await operator.call("GET /v1/operator/overview")).applications, []);
    await assert.rejects(
      cima.call("POST /v1/supplier/application", { body: { name: "Cima" } }),
      refusedWith("supplier_exists"),
    );
    await memory.act(CIMA, publishDayRate, { day: TODAY + 1, rate: MicroEurPerKwh(151_000n) });
    const desk = await cima.call("GET /v1/supplier");
    assert.deepEqual(
      [desk.name, desk.enrolled, desk.today, desk.tomorrow, desk.publishBefore],
      ["Cima Energie", true, "2026-06-16", "2026-06-17", dayStart(ROME, TODAY + 1) - 300],
    );
    assert.deepEqual(
      desk.rates.map(({ day, rateMicroEurPerKwh }) => [day, rateMicroEurPerKwh]),
      [["2026-06-17", 151_000]],
    );
    assert.deepEqual(desk.rateBounds, { lowest: 0, highest: 2_000_000 });
  } finally {
    await platform.close();
    folder.remove();
  }
});

test("a device that cannot tell a number does not take the screen away", async () => {
  const { platform, close } = await openStreet();
  try {
    const sample = sampleOf(PLANT_OF_ANNA, { solarToHome: 400 }, 900);
    const numbers = { loadW: 400, storedValueMicroEurPerKwh: Number.NaN };
    platform.live.record(NOON, 5, [
      { ...sample, decision: { code: "panels_cover_home", numbers, since: NOON } },
    ]);
    platform.live.devices(PLANT_OF_ANNA, [
      {
        kind: "inverter",
        numbers: { temperatureC: Number.POSITIVE_INFINITY, ratedVa: 6000 },
        lastSeen: NOON,
      },
    ]);
    const anna = await clientFor(platform.url, ANNA);
    const live = await anna.call("GET /v1/home/live");
    assert.deepEqual(live.decision.numbers, { loadW: 400 });
    assert.deepEqual(live.accumulator?.reserveWh, 2000);
    const plant = await anna.call("GET /v1/home/plant");
    assert.deepEqual(plant.devices[0]?.numbers, { ratedVa: 6000 });
    assert.deepEqual(
      [plant.mode, plant.address, plant.admitted.time],
      ["panels_cover_home", "Via dell’Olmo 2", NOON - 86_400],
    );
  } finally {
    await close();
  }
});

test("the operator sees the street as one, and the chain", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const meter = new Meter(PLANT_OF_ANNA, NOON - QUARTER_HOUR_S);
    platform.headEnd.receive([meter.signed({ solar: { chargedWh: 1250 } })]);
    await platform.headEnd.closeInterval(NOON - QUARTER_HOUR_S);
    memory.produce();
    const { kind, body } = saleOf(300, 7);
    await memory.act(ANNA, kind, body);
    platform.live.record(NOON, 5, [
      sampleOf(PLANT_OF_ANNA, { solarToHome: 400, solarToAccumulator: 100, accumulatorToGrid: 2000 }, 1250),
      sampleOf(PLANT_OF_BRUNO, { gridToHome: 500 }),
    ]);
    const overview = await (await clientFor(platform.url, OPERATOR)).call("GET /v1/operator/overview");
    assert.deepEqual(
      [overview.generationW, overview.demandW, overview.importW, overview.exportW, overview.storedWh],
      [500, 900, 500, 2000, 1250],
    );
    assert.equal(overview.transformerLoadingPercent, 1.5, "1.5 kW net of 100 kVA");
    assert.deepEqual([overview.capacityWh, overview.openSales, overview.soldTodayWh], [20_000, 1, 0]);
    assert.equal(overview.chain.height, memory.view().height);
    assert.equal(overview.chain.stateRoot, toHex(memory.view().stateRoot));
    assert.equal(overview.chain.transactions, memory.blocks.length);
  } finally {
    await close();
  }
});

class Town implements DemoPort {
  state: DemoClock = { time: NOON, paused: false, speed: 60, seekingTo: null, fixed: false };
  readonly listeners = new Set<(clock: DemoClock) => void>();

  identities() {
    return [
      {
        id: "anna",
        role: "citizen" as const,
        name: "Casa Anna",
        address: null,
        solarPeakW: 6_000,
        capacityWh: 10_000,
      },
    ];
  }

  memberOf(identity: string) {
    return identity === "anna" ? ANNA : undefined;
  }

  signerOf(member: number) {
    return keyOf(member);
  }

  clock() {
    return this.state;
  }

  control(command: Parameters<DemoPort["control"]>[0]) {
    const { paused = this.state.paused, speed = this.state.speed } = command;
    this.state = { ...this.state, paused, speed };
    for (const listener of this.listeners) listener(this.state);
    return this.state;
  }

  onClock(listener: (clock: DemoClock) => void) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

test("in a demo town a new device enters as one of its people and signs in; the clock obeys", async () => {
  const { memory, platform, close } = await openStreet({ demo: new Town() });
  try {
    const nobody = createClient((input, init) => fetch(input, init), platform.url);
    assert.equal((await nobody.call("GET /v1/community")).demo, true);
    assert.equal((await nobody.call("GET /v1/demo/identities"))[0]?.id, "anna");
    const tablet = keyOf("tablet");
    const publicKey = toHex(tablet.publicKey);
    const entering = { body: { identity: "anna", publicKey } };
    assert.deepEqual(await nobody.call("POST /v1/demo/enter", entering), { member: ANNA });
    assert.deepEqual(
      await nobody.call("POST /v1/demo/enter", entering),
      { member: ANNA },
      "again is the same",
    );
    const token = await tokenFor(platform.url, "street", tablet);
    const client = createClient((input, init) => fetch(input, init), platform.url, token);
    assert.equal((await client.call("GET /v1/session"))?.name, "Casa Anna");
    await assert.rejects(
      nobody.call("POST /v1/demo/enter", { body: { identity: "nobody", publicKey } }),
      refusedWith("identity_unknown"),
    );
    await assert.rejects(
      nobody.call("POST /v1/demo/enter", { body: { identity: "anna", publicKey: "00".repeat(32) } }),
      refusedWith("key_small_order"),
    );
    await assert.rejects(
      nobody.call("POST /v1/demo/enter", {
        body: { identity: "anna", publicKey: toHex(keyOf(ALBA).publicKey) },
      }),
      refusedWith("key_already_registered"),
    );
    assert.equal((await nobody.call("POST /v1/demo/clock", { body: { speed: 600 } })).speed, 600);
    assert.equal((await nobody.call("GET /v1/demo/clock")).speed, 600);
    assert.equal(memory.view().member(ANNA)?.keys.length, 2);
  } finally {
    await close();
  }
});

test("where a member has nearly all the keys it may have, the oldest device goes and the first key stays", async () => {
  const { memory, platform, close } = await openStreet({ demo: new Town() });
  try {
    for (let i = 1; i < MAX_KEYS - 1; i++) {
      await memory.act(ANNA, registerMemberKey, { key: keyOf(`device ${i}`).publicKey });
    }
    const nobody = createClient((input, init) => fetch(input, init), platform.url);
    const tablet = toHex(keyOf("tablet").publicKey);
    await nobody.call("POST /v1/demo/enter", { body: { identity: "anna", publicKey: tablet } });
    assert.equal(memory.view().member(ANNA)!.keys.length, MAX_KEYS);
    const entering = (name: string) =>
      nobody.call("POST /v1/demo/enter", {
        body: { identity: "anna", publicKey: toHex(keyOf(name).publicKey) },
      });
    await assert.rejects(entering("one more"), /as many keys as one may have/);
    await memory.passMinute();
    const keys = memory.view().member(ANNA)!.keys.map(toHex);
    assert.equal(keys.length, MAX_KEYS - 2);
    assert.deepEqual(
      [keys[0], keys[1], keys.at(-1)],
      [keyOf(ANNA), keyOf("device 3")].map(({ publicKey }) => toHex(publicKey)).concat(tablet),
    );
  } finally {
    await close();
  }
});

test("a browser's cookie is out of reach of scripts and of other sites, and of other platforms' ports", async () => {
  const { platform, close } = await openStreet();
  try {
    const { fromHex } = await import("#base/bytes.ts");
    const { signInHash } = await import("#wire/sign-in.ts");
    const anna = keyOf(ANNA);
    const publicKey = toHex(anna.publicKey);
    const post = (path: string, body: object) =>
      fetch(platform.url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const { challenge } = (await (await post("/v1/session/challenge", { publicKey })).json()) as {
      challenge: string;
    };
    const signature = toHex(anna.sign(signInHash("street", fromHex(challenge)!)));
    const response = await post("/v1/session", { publicKey, challenge, signature });
    const cookie = response.headers.get("set-cookie")!;
    const { port } = new URL(platform.url);
    assert.match(
      cookie,
      new RegExp(`^contrada_${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000$`),
    );
    assert.equal("token" in ((await response.json()) as object), false, "no script gets to see the token");
    const signedIn = { headers: { cookie: `other=1; ${cookie.split(";")[0]}` } };
    const who = async () =>
      ((await (await fetch(`${platform.url}/v1/session`, signedIn)).json()) as Session | null)?.member;
    assert.equal(await who(), ANNA);
    const out = await fetch(`${platform.url}/v1/session`, { method: "DELETE", ...signedIn });
    assert.equal(out.status, 204);
    assert.match(out.headers.get("set-cookie")!, /=; .*Max-Age=0/);
    assert.equal(await who(), undefined, "the same cookie opens nothing any more");
    assert.equal((await fetch(`${platform.url}/v1/account`, signedIn)).status, 401);
  } finally {
    await close();
  }
});
