/** `contrada device` as an installer calls it, against devices on real sockets. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { connectAsync } from "mqtt";
import { concat, utf8 } from "#base/bytes.ts";
import { ROME } from "#base/time.ts";
import { main } from "#cli/main.ts";
import { type ModbusServer, RegisterImage, serveModbus } from "#devices/modbus-server.ts";
import { writeTelegram } from "#devices/p1.ts";
import { scanHost } from "#devices/scan.ts";
import { encodeModel } from "#devices/sunspec-codec.ts";
import { SUNSPEC_MODELS } from "#devices/sunspec-models.ts";
import { messageOf } from "#sim/home-devices/dlms-message.ts";
import { runHomes } from "#sim/home-devices/running-homes.ts";
import { homeBroker } from "../../test/support/home-broker.ts";
import { homesOnSockets } from "../../test/support/homes-on-sockets.ts";

const folder = mkdtempSync(join(tmpdir(), "contrada-device-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function called(t: TestContext, ...args: readonly string[]) {
  const lines = { out: "", err: "" };
  const log = t.mock.method(console, "log", (line: unknown) => void (lines.out += `${line}\n`));
  const error = t.mock.method(console, "error", (line: unknown) => void (lines.err += `${line}\n`));
  const before = process.exitCode;
  try {
    await main(["device", ...args]);
    return { code: process.exitCode, ...lines };
  } finally {
    process.exitCode = before;
    log.mock.restore();
    error.mock.restore();
  }
}

async function inverter(t: TestContext): Promise<ModbusServer> {
  const image = new RegisterImage();
  const models = [
    encodeModel(SUNSPEC_MODELS[1], { Mn: "Sonnenwerk", Md: "SW 5", SN: "0815" }),
    encodeModel(SUNSPEC_MODELS[103], { W: 3_210, W_SF: 0, WH: 5_000, WH_SF: 0 }),
  ];
  image.set(40_000, concat(utf8("SunS"), ...models, Uint8Array.of(255, 255, 0, 0)));
  const server = await serveModbus(new Map([[1, image]]));
  t.after(() => server.close());
  return server;
}

async function counter(t: TestContext): Promise<number> {
  const telegram = writeTelegram({
    identification: "CTR5 of a test",
    objects: new Map([
      ["0-0:1.0.0", [["261126120000W"]]],
      ["1-0:1.7.0", [["00.100*kW"]]],
      ["1-0:2.7.0", [["01.300*kW"]]],
      ["1-0:1.8.1", [["000001.000*kWh"]]],
      ["1-0:1.8.2", [["000000.500*kWh"]]],
    ]),
  });
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.write(telegram);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return (server.address() as { port: number }).port;
}

test("what a scan finds is an equipment file, and reading it gives every point", async (t) => {
  const { port } = await inverter(t);
  const p1 = await counter(t);
  const flags = ["--port", String(port), "--p1-port", String(p1), "--mqtt-port", "1", "--units", "1,9"];
  const found = await called(t, "scan", "127.0.0.1", ...flags);
  assert.equal(found.code, 0);
  assert.match(found.out, /sunspec · Sonnenwerk SW 5 no\. 0815 · models 1, 103 · template sunspec-inverter/);
  assert.match(found.out, /p1 · CTR5 of a test · template dsmr-p1/);

  const file = join(folder, "devices.json");
  writeFileSync(file, (await called(t, "scan", "127.0.0.1", ...flags, "--json")).out);
  const read = await called(t, "read", "--equipment", file, "--json");
  assert.equal(read.code, 0, read.out + read.err);
  const { devices } = JSON.parse(read.out);
  assert.deepEqual(
    devices.map(({ id, values }: { id: string; values: object }) => [id, values]),
    [
      ["inverter-1", { powerW: 3_210, energyWh: 5_000 }],
      ["counter-2", { powerW: -1_200, importWh: 1_500 }],
    ],
  );
  assert.equal(devices[1].measured_at, "2026-11-26T11:00:00.000Z");

  const watched = await called(
    t,
    "watch",
    "counter-2",
    "--equipment",
    file,
    "--times",
    "2",
    "--every-s",
    "0.2",
  );
  assert.equal(watched.out.match(/counter-2 .*power -1200W/g)?.length, 2);
});

test("a device that is not there ends in a reason and in what to do", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const read = await called(t, "read", `modbus://127.0.0.1:${port}/1`, "--template", "sunspec-inverter");
  assert.equal(read.code, 1);
  assert.match(read.out, /ECONNREFUSED/);
  assert.match(read.out, /contrada device scan HOST tells what answers/);
  const scanned = await called(
    t,
    "scan",
    "127.0.0.1",
    "--port",
    String(port),
    "--mqtt-port",
    "1",
    "--p1-port",
    "1",
  );
  assert.equal(scanned.code, 1);
  assert.match(scanned.out, /Nothing answered at 127\.0\.0\.1\. Look whether/);
});

test("what the installer got wrong is said in one sentence, with the place", async (t) => {
  const file = join(folder, "wrong.json");
  for (const [content, says] of [
    ["{", /wrong\.json is not JSON/],
    [
      '{"devices":[{"id":"a","template":"no-such","address":"modbus://h"}]}',
      /devices\[0\]\.template: there is no template "no-such"; there are .*dsmr-p1/,
    ],
    [
      '{"devices":[{"id":"A b","template":"dsmr-p1","address":"tcp://h:1"}]}',
      /devices\[0\]\.id: expected an id of small letters/,
    ],
    [
      '{"devices":[{"id":"a","template":"dsmr-p1","address":"tcp://h:1","option":{}}]}',
      /there is no "option" here; there are id, template, address, options/,
    ],
    [
      '{"devices":[{"id":"a","template":"dsmr-p1","address":"modbus://h:1"}]}',
      /a: modbus:\/\/h:1 is no address of this driver: tcp:/,
    ],
    ['{"devices":[{"id":"a","template":"dsmr-p1","address":"tcp://h"}]}', /lacks its port/],
  ] as const) {
    writeFileSync(file, content);
    const { code, err } = await called(t, "read", "--equipment", file);
    assert.equal(code, 2, content);
    assert.match(err, says);
  }
  assert.match((await called(t, "read", "modbus://h", "--template", "./none.json")).err, /cannot be read/);
  assert.match((await called(t, "read", "modbus://h")).err, /which template\? --template with one of/);
  assert.match((await called(t, "scan", "--subnet", "10.0.0.0/8")).err, /at most 1,024 addresses/);
  assert.match((await called(t, "scan", "h", "--units", "1-x")).err, /--units wants numbers up to 255/);
  assert.match((await called(t, "paint")).err, /device wants scan, read, watch, curve or templates/);
});

test("an inverter's curves are shown, set, chosen and switched off", async (t) => {
  const running = await runHomes(
    homesOnSockets({
      ...{ seed: 1, start: 1_781_600_400, accumulatorKwh: 0, realMs: () => performance.now() },
    }),
  );
  t.after(() => running.close());
  const file = join(folder, "curves.json");
  writeFileSync(file, JSON.stringify({ devices: running.homes[0]!.addresses }));
  const curve = (...args: readonly string[]) => called(t, "curve", ...args, "--equipment", file);

  const all = await curve("inverter");
  assert.equal(all.code, 0, all.err);
  assert.match(all.out, /inverter: volt-var is off; up to 4 points, % of the nominal voltage : % var\n/);
  assert.match(
    all.out,
    /1 {2}93:44 {2}97:0 {2}103:0 {2}107:-44 {2}\(VAR_MAX_PCT, within 10 s, the one that holds\)/,
  );
  assert.match(all.out, /watt-var is off[\s\S]*1 {2}50:0 {2}100:-44/);

  const set = await curve(
    "inverter",
    "volt-var",
    "--points",
    "92:60,98:0,108:-60",
    "--response-s",
    "5",
    "--json",
  );
  assert.equal(set.code, 0, set.err);
  const { "volt-var": told } = JSON.parse(set.out);
  assert.equal(told.enabled, true);
  const wanted = {
    reference: "VAR_MAX_PCT",
    response_s: 5,
    points: [
      [92, 60],
      [98, 0],
      [108, -60],
    ],
  };
  assert.deepEqual(told.curves[0], { number: 1, read_only: true, ...wanted });
  assert.deepEqual(told.curves[1], { number: 2, read_only: false, ...wanted });
  const chosen = await curve("inverter", "volt-var", "--select", "3", "--json");
  assert.deepEqual(JSON.parse(chosen.out)["volt-var"].curves[0].points[0], [93, 44]);
  assert.match((await curve("inverter", "volt-var", "--off")).out, /volt-var is off/);
  const ofPower = await curve("inverter", "watt-var", "--points", "20:0,60:10,100:-30");
  assert.match(
    ofPower.out,
    /watt-var is on[\s\S]*1 {2}20:0 {2}60:10 {2}100:-30 {2}\(VAR_MAX_PCT, the one that holds\)/,
  );

  const failed = async (says: RegExp, ...args: readonly string[]) => {
    const { code, err } = await curve(...args);
    assert.ok(code !== 0 && code !== undefined, err);
    assert.match(err, says);
  };
  await failed(
    /the voltages of a curve rise; 90 % does not/,
    "inverter",
    "volt-watt",
    "--points",
    "100:100,90:0",
  );
  await failed(/2 to 4 points, not 5/, "inverter", "volt-var", "--points", "1:1,2:2,3:3,4:4,5:5");
  await failed(/has curves 1 to 3, and no 9/, "inverter", "volt-var", "--select", "9");
  await failed(/pairs of percent such as .* "x" is none/, "inverter", "volt-var", "--points", "x");
  await failed(/there is no curve "volt"; there are volt-var/, "inverter", "volt");
  await failed(/which curve\? volt-var/, "inverter", "--off");
  await failed(
    /W_MAX_PCT, W_AVAL_PCT, not "WATTS"/,
    "inverter",
    "volt-watt",
    "--points",
    "1:1,2:2",
    "--reference",
    "WATTS",
  );
  await failed(/counter speaks no SunSpec/, "counter");
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Who pushes the same to everybody who connects. */
async function pushing(t: TestContext, bytes: Uint8Array): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.write(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return (server.address() as { port: number }).port;
}

test("a scan knows meters that push, one that ciphers, and a charge point that calls in", async (t) => {
  const values = { powerW: -450, importWh: 1_000, exportWh: 2_000 };
  const state = { values, time: 1_781_600_400, serial: "CTR0001", number: 1 };
  const keys = { encryptionKey: new Uint8Array(16), authenticationKey: new Uint8Array(16) };
  const plain = await pushing(t, messageOf({ ...state, keys: undefined }, ROME));
  const secret = await pushing(t, messageOf({ ...state, keys }, ROME));
  const ocpp = await freePort();
  const calls = setInterval(() => {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-protocol": "ocpp1.6",
      authorization: "Basic Z2FyYWdlOnNlY3JldA==",
    };
    request({ host: "127.0.0.1", port: ocpp, path: "/garage-1", headers })
      .on("error", () => undefined)
      .end();
  }, 100);
  t.after(() => clearInterval(calls));
  const flags = ["--port", "1", "--mqtt-port", "1", "--p1-port", `${plain},${secret}`];
  const found = await called(
    t,
    "scan",
    "127.0.0.1",
    ...flags,
    "--ocpp-port",
    String(ocpp),
    "--listen-s",
    "1",
  );
  assert.equal(found.code, 0, found.err);
  assert.match(found.out, new RegExp(`tcp://127.0.0.1:${plain} +dlms · CTR0001 · template dlms-push\n`));
  assert.match(
    found.out,
    new RegExp(`tcp://127.0.0.1:${secret} +dlms · template dlms-push · the meter ciphers: options`),
  );
  assert.match(
    found.out,
    new RegExp(`ocpp://127.0.0.1:${ocpp}/garage-1 +ocpp · template ocpp-charge-point · it says a password`),
  );
  assert.doesNotMatch(found.out, /Z2FyYWdl|secret/);

  const read = await called(t, "read", `tcp://127.0.0.1:${plain}`, "--template", "dlms-push");
  assert.match(read.out, /counter \(counter, dlms-push\): CTR0001\n {2}powerW +-450 W +goes out\n/);
  const sealed = await called(t, "read", `tcp://127.0.0.1:${secret}`, "--template", "dlms-push");
  assert.match(sealed.out, /there are no keys \(keyFile\)\n.*wrong credentials or keys/);
  const other = await called(
    t,
    "read",
    `tcp://127.0.0.1:${secret}`,
    "--template",
    "dsmr-p1",
    "--timeout-ms",
    "50",
  );
  assert.equal(other.code, 1);
});

test("a scan names the plugs at a broker, and says of one that lets nobody in what it wants", async (t) => {
  const ports = [
    await homeBroker(t),
    await homeBroker(t, {
      authenticate: (_client, _name, _password, done) =>
        done(Object.assign(new Error("no"), { returnCode: 5 }), false),
    }),
  ];
  const plugs = await connectAsync(`mqtt://127.0.0.1:${ports[0]}`);
  t.after(() => plugs.endAsync(true));
  for (const [topic, payload] of [
    ["shellyplug-1/online", "true"],
    ["house/kitchen/online", "true"],
    ["tele/boiler/LWT", "Online"],
    ["contrada/home/online", "online"],
  ]) {
    await plugs.publishAsync(topic!, payload!, { qos: 1, retain: true });
  }
  const findings = await scanHost("127.0.0.1", {
    ports: { modbus: [], mqtt: ports, p1: [] },
    units: [1],
    timeoutMs: 1_000,
    atOnce: 1,
    listenMs: 150,
  });
  assert.deepEqual(
    findings
      .map(({ address, template, note }) => [address.slice(address.lastIndexOf(":") + 6), template ?? note])
      .sort(),
    [
      ["/", "a broker that wants a name and a password: options.username, options.passwordFile"],
      ["/boiler", "tasmota-plug"],
      ["/house/kitchen", "shelly-plug"],
      ["/shellyplug-1", "shelly-plug"],
    ],
  );
});
