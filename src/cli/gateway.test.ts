/** `contrada gateway` and `contrada gateways` as an installer and an operator call them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { main } from "#cli/main.ts";
import { Outbox } from "#gateway/outbox.ts";
import { GatewayRegistry } from "#platform/gateways/registry.ts";
import { PlatformStore } from "#platform/store.ts";
import { skippedUnlessLong } from "../../test/support/counterparts.ts";

const folder = mkdtempSync(join(tmpdir(), "contrada-gateway-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function called(t: TestContext, ...args: readonly string[]) {
  const lines = { out: "", err: "" };
  const log = t.mock.method(console, "log", (line: unknown) => void (lines.out += `${line}\n`));
  const error = t.mock.method(console, "error", (line: unknown) => void (lines.err += `${line}\n`));
  const before = process.exitCode;
  try {
    await main([...args]);
    return { code: process.exitCode, ...lines };
  } finally {
    process.exitCode = before;
    process.stdout.removeAllListeners("error");
    log.mock.restore();
    error.mock.restore();
  }
}

/** A gateway's folder with these files. */
function home(name: string, files: Readonly<Record<string, unknown>> = {}): string {
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(at, file), typeof content === "string" ? content : JSON.stringify(content));
  }
  return at;
}

// Nobody is at this address: the home is run all the same.
const COUNTER = { id: "counter", template: "dsmr-p1", address: "tcp://127.0.0.1:9" };
const devices = { devices: [COUNTER] };

const CODE = ["--code", "7K3Q-90XM-4TRD-B2WC-HE5N"];
const EMPTY = home("empty");

const mistakes: readonly [title: string, args: readonly string[], says: RegExp][] = [
  [
    "a word that is none",
    ["gateway", "stop"],
    /^contrada: there is no "gateway stop"; there are enrol, status, decisions, override/,
  ],
  [
    "no equipment",
    ["gateway", "--folder", EMPTY],
    /^contrada: there is no .*devices\.json; write it by "contrada device scan --json", or name another by --equipment\.$/m,
  ],
  [
    "equipment that is none",
    ["gateway", "--folder", home("odd", { "devices.json": "{" })],
    /^contrada: .*devices\.json/,
  ],
  [
    "a device of no template",
    [
      "gateway",
      "--folder",
      home("template", { "devices.json": { devices: [{ ...COUNTER, template: "x" }] } }),
    ],
    /^contrada: .*"?x"?/,
  ],
  [
    "settings that are no JSON",
    ["gateway", "--folder", home("settings", { "devices.json": devices, "home.json": "fuse: 25" })],
    /^contrada: home\.json is no JSON: /,
  ],
  [
    "settings that cannot be",
    ["gateway", "--folder", home("fuse", { "devices.json": devices, "home.json": { fuseA: -1 } })],
    /^contrada: fuseA must be a number from 0 to 1000, not -1\.$/m,
  ],
  [
    "a tariff that is not there",
    ["gateway", "--folder", home("tariff", { "devices.json": devices, "home.json": { tariff: "t.json" } })],
    /^contrada: tariff: t\.json cannot be read: /,
  ],
  [
    "a clock that is none",
    ["gateway", "--folder", EMPTY, "--clock", "sun"],
    /^contrada: --clock must be box or platform, not sun\.$|^contrada: --clock .*box.*platform/m,
  ],
  [
    "a watchdog that is too slow",
    ["gateway", "--watchdog", "601"],
    /^contrada: --watchdog must lie between 0 and 600/,
  ],
  [
    "the status of nobody",
    ["gateway", "status", "--folder", EMPTY],
    /^contrada: no gateway runs in .*: nobody answers at .*gateway\.sock\.$/m,
  ],
  [
    "decisions of nobody",
    ["gateway", "decisions", "--folder", EMPTY],
    /^contrada: there is no .*outbox\.db: no gateway ever ran in /,
  ],
  [
    "no decision asked for",
    ["gateway", "decisions", "--folder", EMPTY, "--last", "0"],
    /^contrada: --last must lie between 1 and 20000/,
  ],
  [
    "a switch with no position",
    ["gateway", "override", "--folder", EMPTY],
    /^contrada: gateway override wants one of --hold, --auto and --end\.$/m,
  ],
  [
    "a switch with two",
    ["gateway", "override", "--folder", EMPTY, "--hold", "--auto"],
    /^contrada: gateway override wants one of --hold, --auto and --end\.$/m,
  ],
  [
    "a switch in no folder",
    ["gateway", "override", "--folder", join(folder, "none"), "--hold"],
    /^contrada: there is no folder .*none; name the gateway's by --folder\.$/m,
  ],
  [
    "an enrolment without a code",
    ["gateway", "enrol", "--folder", EMPTY, "--url", "https://contrada.example"],
    /^contrada: gateway enrol wants --url and --code, or --link\.$/m,
  ],
  [
    "a link of something else",
    ["gateway", "enrol", "--folder", EMPTY, "--link", "https://contrada.example"],
    /^contrada: --link wants what the QR code holds: contrada:enrol\?…$/m,
  ],
  [
    "a code that would travel in the open",
    ["gateway", "enrol", "--folder", EMPTY, "--url", "http://contrada.example", ...CODE],
    /^contrada: Over http anybody on the way could use the code first\. Use the platform's https address/,
  ],
  [
    "an address that is none",
    ["gateway", "enrol", "--folder", EMPTY, "--url", "contrada", ...CODE],
    /^contrada: "contrada" is no address like https:\/\/contrada\.example\.$/m,
  ],
  [
    "a platform that is not there",
    ["gateway", "enrol", "--folder", EMPTY, "--url", "http://127.0.0.1:9", ...CODE],
    /^contrada: There is no way to 127\.0\.0\.1:9 \(/,
  ],
  ["gateways of no platform", ["gateways", "list", EMPTY], /^contrada: .*empty is no folder of a platform/],
  [
    "a word about gateways that is none",
    ["gateways", "count", EMPTY],
    /^contrada: gateways wants one of list, code, revoke, broker-files and the platform's folder\.$/m,
  ],
];

for (const [title, args, says] of mistakes) {
  test(`${title}: said in one sentence, exit code 2`, async (t) => {
    const { code, out, err } = await called(t, ...args);
    assert.match(err, says);
    assert.deepEqual([code, out], [2, ""]);
    assert.equal(err.trimEnd().split("\n").length, 1, err);
  });
}

test("a box that is enrolled is not enrolled again by mistake", async (t) => {
  const at = home("enrolled", { "identity.json": { format: "contrada/gateway-identity/1" } });
  const { code, err } = await called(
    t,
    "gateway",
    "enrol",
    "--folder",
    at,
    "--url",
    "http://127.0.0.1:9",
    ...CODE,
  );
  assert.equal(code, 2);
  assert.match(err, /says that this box is enrolled; --again leaves that community/);
});

test("the switch at the box is thrown and ended, and says so", async (t) => {
  const at = home("switch");
  const throws = (...flags: readonly string[]) => called(t, "gateway", "override", "--folder", at, ...flags);
  assert.deepEqual(await throws("--hold"), {
    code: 0,
    out: "The switch at the box says hold from now on.\n",
    err: "",
  });
  assert.equal((await throws("--auto")).out, "The switch at the box says auto from now on.\n");
  assert.ok(existsSync(join(at, "override.json")));
  assert.equal((await throws("--end")).out, "The switch at the box is off.\n");
  assert.ok(!existsSync(join(at, "override.json")));
});

test("decisions are told newest first, with what was compared, as many as are asked for", async (t) => {
  const at = home("decisions");
  const outbox = new Outbox(join(at, "outbox.db"));
  const since = Date.parse("2026-06-16T12:00:00Z") / 1000;
  outbox.decided([
    { code: "accumulator_supplies_home", numbers: { loadW: 500 }, since },
    { code: "panels_cover_home", numbers: { solarW: 900, loadW: 500 }, since: since + 60 },
  ]);
  outbox.close();
  const told = (...flags: readonly string[]) => called(t, "gateway", "decisions", "--folder", at, ...flags);
  assert.deepEqual((await told()).out.trimEnd().split("\n"), [
    "2026-06-16T12:01:00Z panels cover home (solar 900 W, load 500 W)",
    "2026-06-16T12:00:00Z accumulator supplies home (load 500 W)",
  ]);
  const last = await told("--last", "1", "--json");
  assert.deepEqual(JSON.parse(last.out), {
    code: "panels_cover_home",
    numbers: { solarW: 900, loadW: 500 },
    since: since + 60,
  });
});

test("a gateway runs a home whose devices are not there, says how it is, and ends when it is asked to", async (t) => {
  if (skippedUnlessLong(t)) return;
  const at = home("runs", { "devices.json": devices });
  const cli = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));
  const child = spawn(process.execPath, [cli, "gateway", "--folder", at, "--log", "json"], {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 60_000,
  });
  const said = text(child.stderr);
  for (let tries = 0; !existsSync(join(at, "gateway.sock")) && tries < 500; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const status = await called(t, "gateway", "status", "--folder", at);
  assert.equal(status.code, 0, status.err);
  assert.match(status.out, /^decision {3}\w/m);
  assert.match(status.out, /^ {2}counter {10}counter {7}\w+ {2}\(dsmr-p1, never heard\)$/m);
  const json = JSON.parse((await called(t, "gateway", "status", "--folder", at, "--json")).out);
  assert.deepEqual([json.devices.length, json.mode.override], [1, "none"]);
  const second = await called(t, "gateway", "--folder", at);
  assert.equal(second.code, 2);
  assert.match(second.err, /another gateway runs in .*: end it first, or name another by --folder\.$/m);
  assert.equal((await called(t, "gateway", "status", "--folder", at)).code, 0, "and the first one goes on");
  child.kill("SIGTERM");
  const [code, signal] = await once(child, "exit");
  assert.deepEqual([code, signal], [0, null], await said);
  assert.match(await said, /contrada gateway: runs the home of .*devices\.json/);
});

test("an operator makes a code, sees a gateway and shuts it out", async (t) => {
  const at = home("platform");
  const store = new PlatformStore(join(at, "platform.sqlite"));
  store.close();
  const gateways = (...args: readonly string[]) => called(t, "gateways", ...args);
  assert.equal((await gateways("list", at)).out, "There are no gateways.\n");
  assert.deepEqual(JSON.parse((await gateways("list", at, "--json")).out), { gateways: [] });

  assert.match((await gateways("code", at)).err, /gateways code wants --home\./);
  const made = await gateways("code", at, "--home", "3", "--url", "https://contrada.example");
  assert.equal(made.code, 0);
  assert.match(
    made.out,
    /^Code for home 3: (?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}, until .*; shown this once\.$/m,
  );
  assert.match(made.out, /^Fingerprint of the authority: [0-9a-f]{64}$/m);
  assert.equal(statSync(join(at, "gateways-ca.key")).mode & 0o777, 0o600);

  const again = new PlatformStore(join(at, "platform.sqlite"));
  const registry = new GatewayRegistry(again.database);
  const name = "00f3a8b1c2d3e4f5";
  registry.enrol(
    { id: "7K3Q", requestHash: new Uint8Array(32) },
    { name, home: 3, meterKey: new Uint8Array(32), version: "1.2.3", enrolled: 1_780_000_000 },
    {
      serial: "01",
      gateway: name,
      publicKey: new Uint8Array(65),
      pem: "",
      issued: 1_780_000_000,
      expires: 1_785_000_000,
    },
  );
  again.close();
  assert.match(
    (await gateways("list", at)).out,
    /^00f3a8b1c2d3e4f5 {2}home 3 {2}enrolled {2}until .* never heard$/m,
  );
  assert.match((await gateways("revoke", at)).err, /gateways revoke wants --gateway\./);
  const unknown = await gateways("revoke", at, "--gateway", "0000000000000000");
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /there is no gateway 0000000000000000 that counts; "gateways list" shows them\./);
  assert.equal((await gateways("revoke", at, "--gateway", name)).out, `Gateway ${name} is shut out.\n`);
  const [row] = JSON.parse((await gateways("list", at, "--json")).out).gateways;
  assert.deepEqual([row.gateway, row.state, row.version], [name, "revoked", "1.2.3"]);
  assert.equal((await gateways("revoke", at, "--gateway", name)).code, 2, "once");

  assert.match((await gateways("broker-files", at)).err, /gateways broker-files wants --into\./);
  const files = await gateways("broker-files", at, "--into", join(at, "mosquitto"));
  assert.equal(files.code, 0, files.err);
  assert.ok(existsSync(join(at, "mosquitto", "mosquitto.conf")));
});
