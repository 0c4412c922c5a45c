/** The commands as people call them: what they print, where, and with which exit code. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { main } from "#cli/main.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLI = join(ROOT, "bin", "contrada.js");
const DATED = join(ROOT, "test", "towns", "dated.csv");
const folder = mkdtempSync(join(tmpdir(), "contrada-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Without the settings of whoever runs the tests. */
const bare = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("CONTRADA_")),
);

function contrada(args: readonly string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...bare, ...environment },
  });
  return { code: status, out: stdout, err: stderr };
}

/** The same in this process, which spares it a start; paths must be whole. */
async function called(t: TestContext, args: readonly string[]) {
  const lines = { out: "", err: "" };
  const log = t.mock.method(console, "log", (line: unknown) => void (lines.out += `${line}\n`));
  const error = t.mock.method(console, "error", (line: unknown) => void (lines.err += `${line}\n`));
  try {
    await main([...args]);
    return { code: Number(process.exitCode), ...lines };
  } finally {
    process.exitCode = undefined;
    process.stdout.removeAllListeners("error");
    log.mock.restore();
    error.mock.restore();
  }
}

test("help of every command says how it is called, what it does, and an example of it", async (t) => {
  const { code, out } = contrada(["--help"]);
  assert.equal(code, 0);
  const commands = [...out.matchAll(/^ {2}(\w+) {2,}\S/gm)].map((match) => match[1]!);
  assert.deepEqual(commands, [
    "town",
    "verify",
    "clear",
    "auction",
    "network",
    "node",
    "organisation",
    "dispatch",
    "cer",
    "tariff",
    "report",
    "bill",
    "device",
    "gateway",
    "devices",
    "gateways",
    "limit",
    "config",
  ]);
  for (const command of commands) {
    const help = await called(t, [command, "--help"]);
    assert.equal(help.code, 0);
    assert.ok(help.out.startsWith(`Usage: contrada ${command}`));
    assert.match(help.out, new RegExp(`^ {2}contrada ${command} .*\\n {6}\\S`, "m"));
    assert.deepEqual((await called(t, ["help", command])).out, help.out);
    assert.equal(help.err, "");
  }
});

test("a call without a command shows the overview where errors go", async (t) => {
  const { code, out, err } = await called(t, []);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(err, /Usage: contrada COMMAND/);
  assert.match((await called(t, ["--version"])).out, /^\d+\.\d+\.\d+\n$/);
});

const mistakes: readonly [title: string, args: readonly string[], says: RegExp][] = [
  [
    "a command that is none",
    ["twon"],
    /^contrada: there is no command "twon"; there are town, verify, verify-receipt, clear, verify-clearing, auction, network, node, organisation, export-genesis, dispatch, cer, tariff, report, compare-rules, bill, verify-bill, device, gateway, devices, gateways, limit, config\.$/,
  ],
  ["help for a command that is none", ["help", "toString"], /^contrada: there is no command "toString"; /],
  ["a flag that is none", ["town", "--prot", "80"], /^contrada: there is no --prot; perhaps --port\. /],
  [
    "a word where flags go",
    ["town", "data"],
    /^contrada: "data" is no flag; contrada town takes flags only\.$/,
  ],
  [
    "a value that does not fit",
    ["config", "--seed", "-1"],
    /^contrada: --seed must lie between 0 and 4294967295, not -1\.$/,
  ],
  [
    "a live flag, headless",
    ["town", "--headless", "--port", "1"],
    /^contrada: --port belongs to a live town, not to --headless\.$/,
  ],
  [
    "a market, headless",
    ["town", "--headless", "--market"],
    /^contrada: --market belongs to a live town: a headless one holds no neighbours' market\. contrada report /,
  ],
  ["a headless flag, live", ["town", "--days", "3"], /^contrada: --days belongs to --headless\.$/],
  [
    "a step that does not divide",
    ["town", "--step", "7"],
    /^contrada: --step must divide a quarter hour of 900 s, which 7 does not\.$/,
  ],
  [
    "a start beside the quarter hours",
    ["town", "--start", "2026-06-16T08:01Z"],
    /^contrada: a town starts at a quarter hour, not at 2026-06-16T08:01:00Z\.$/,
  ],
  [
    "homes that are not there",
    ["town", "--homes", "none.csv"],
    /^contrada: none\.csv: cannot be read \(ENOENT/,
  ],
  [
    "homes that are no homes",
    ["town", "--homes", CLI],
    /^contrada: .*contrada\.js: line 1 must begin with "utc," .* or "step," /,
  ],
  [
    "a column that is none",
    ["town", "--homes", DATED, "--solar-column", "pv9"],
    /^contrada: the file has no solar column "pv9"; it has pv1\.$/,
  ],
  [
    "a column without a file",
    ["town", "--solar-column", "pv1"],
    /^contrada: --solar-column is a column of the file of --homes, and there is none\.$/,
  ],
  [
    "a count beside a file",
    ["town", "--homes", DATED, "--count", "3"],
    /^contrada: --count is of homes that are made up; a file of --homes has its own\.$/,
  ],
  [
    "more days than the file has",
    ["town", "--headless", "--homes", DATED, "--days", "1"],
    /^contrada: --days 1 is more than the file holds: 0\.08 days from 2026-03-01T23:00:00Z\.$/,
  ],
  [
    "verify without a folder",
    ["verify"],
    /^contrada: verify wants the data folder after it, e\.g\. data\/town\.$/,
  ],
  ["verify with two", ["verify", "a", "b"], /^contrada: verify takes one folder; "b" is one too many\.$/],
  ["verify of what is not there", ["verify", "nothing"], /^contrada: there is no folder nothing\.$/],
  ["join without an address", ["network", "join", "x"], /^contrada: network join wants --rpc/],
  [
    "an organisation's home that is none",
    ["organisation", "vote", "x"],
    /^contrada: x is no home of CometBFT/,
  ],
  [
    "an auction in which nobody gains",
    ["auction", "--homes", DATED, "--tariff", "80000"],
    /^contrada: --feed-in must lie below --tariff, or nobody gains by trading\.$/,
  ],
  [
    "network alone",
    ["network"],
    /^contrada: network wants init, up, down, status or join after it, and then a folder\.$/,
  ],
  [
    "network without a folder",
    ["network", "up"],
    /^contrada: network up wants a folder, e\.g\. data\/network\.$/,
  ],
  [
    "network of another folder",
    ["network", "status", join(ROOT, "bin")],
    /^contrada: .*bin holds no network; make one by: contrada network init .*bin$/,
  ],
  [
    "verify of another folder",
    ["verify", join(ROOT, "bin")],
    /^contrada: .*bin holds no ledger; name the data folder of a town or a network's node, e\.g\. data\/town or data\/network\/node0\.$/,
  ],
];
for (const [title, args, says] of mistakes) {
  test(`${title}: one line, exit code 2`, async (t) => {
    const { code, out, err } = await called(t, args);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err.slice(0, -1), says);
  });
}

test("a mistake of the command line ends the process with its line and its code", () => {
  const { code, out, err } = contrada(["town", "--prot", "80"]);
  assert.deepEqual(
    [code, out, err],
    [2, "", "contrada: there is no --prot; perhaps --port. --help shows every flag.\n"],
  );
});

test("a wrong unit and a bad cell of a homes file are told with line and column", async (t) => {
  const path = join(folder, "wrong.csv");
  writeFileSync(path, "utc,load_kW_a,pv1_pu\n2026-03-01T23:00Z,1,0\n");
  assert.match(
    (await called(t, ["town", "--homes", path])).err,
    /line 1: column "load_kW_a" where load_W_<home> was expected\n$/,
  );
  writeFileSync(path, "utc,load_W_a,pv1_pu\n2026-03-01T23:00Z,1,0\n2026-03-01T23:15Z,x,0\n");
  assert.match(
    (await called(t, ["town", "--homes", path])).err,
    /line 3, column load_W_a: "x" where a power in W, 0 or more was expected\n$/,
  );
});

test("config shows each value and where it comes from", () => {
  const settings = join(folder, "town.json");
  writeFileSync(settings, '{"count": 48, "trade": false}');
  const args = ["config", "--settings", settings, "--seed", "7"];
  const { code, out } = contrada([...args, "--json"], { CONTRADA_SPEED: "600" });
  assert.equal(code, 0);
  const shown = JSON.parse(out);
  assert.deepEqual(
    ["seed", "speed", "count", "trade", "port", "data"].map((name) => shown[name]),
    [
      { value: 7, origin: "flag" },
      { value: 600, origin: "variable" },
      { value: 48, origin: "file" },
      { value: false, origin: "file" },
      { value: 8080, origin: "default" },
      { value: null, origin: "default" },
    ],
  );
  const table = contrada(args, { CONTRADA_SPEED: "600" }).out;
  assert.match(table, /^speed +600 +CONTRADA_SPEED$/m);
  assert.match(table, /^count +48 +file$/m);
  assert.match(table, /^data +– +default$/m);
});

/** The fields of `--json`; docs/operating/town.md explains each. */
const FIELDS = [
  "homes",
  "homes_with_panels",
  "homes_with_accumulator",
  "from",
  "until",
  "days",
  "generation_kwh",
  "demand_kwh",
  "unserved_kwh",
  "import_kwh",
  "export_kwh",
  "self_consumption_alone",
  "self_sufficiency_alone",
  "self_consumption_shared",
  "self_sufficiency_shared",
  "shared_quarter_hour_kwh",
  "shared_hour_kwh",
  "peak_export_kw",
  "peak_import_kw",
  "sales",
  "sales_settled",
  "sales_partly_delivered",
  "sales_voided",
  "sold_kwh",
  "paid_eur",
  "fees_eur",
  "refused",
  "readings",
  "blocks",
  "transactions",
  "state_rows",
  "state_root",
  "wall_s",
  "home_intervals_per_s",
];

test("a headless run ends with one JSON object, or with figures to read, and leaves no folder", () => {
  const here = readdirSync(folder);
  const json = contrada([
    "town",
    "--headless",
    "--json",
    "--homes",
    DATED,
    "--solar-peak-kwp",
    "4",
    "--accumulator-kwh",
    "0",
  ]);
  assert.deepEqual([json.code, json.err], [0, ""]);
  const report = JSON.parse(json.out);
  assert.deepEqual(Object.keys(report), FIELDS);
  assert.deepEqual([report.generation_kwh, report.shared_hour_kwh], [2.75, 1.35]);
  // That there is no market is true of it anyway.
  const text = contrada(["town", "--headless", "--count", "2", "--days", "0.02", "--no-market"]).out;
  assert.match(text, /^homes +2, 1 with panels, 1 with accumulator$/m);
  assert.match(text, /^time +2026-06-16T08:00:00Z to 2026-06-16T08:30:00Z, /m);
  assert.deepEqual(readdirSync(folder), here);
});

test("a headless run with a folder leaves a ledger that verifies, and is not run into it again", async (t) => {
  const data = join(folder, "kept");
  const args = ["town", "--headless", "--count", "2", "--days", "0.25", "--data", data];
  assert.equal(contrada(args).code, 0);
  const verified = await called(t, ["verify", data, "--json"]);
  assert.equal(verified.code, 0);
  const { ok, first_problem, blocks } = JSON.parse(verified.out);
  assert.deepEqual([ok, first_problem], [true, null]);
  assert.ok(blocks > 24);
  const again = await called(t, args);
  assert.deepEqual(
    [again.code, again.err],
    [2, `contrada: ${data} holds a chain already; a headless run wants an empty folder.\n`],
  );
  assert.match(
    (await called(t, ["town", "--data", data, "--count", "2"])).err,
    /holds a town with mode "headless", not "live": /,
  );
  assert.equal(contrada([...args, "--fresh"]).code, 0);
  writeFileSync(join(data, "blocks.log"), "broken");
  const broken = await called(t, ["verify", data]);
  assert.equal(broken.code, 1);
  assert.match(broken.out, /^does not hold: .*\nfirst difference: file blocks\.log/m);
});

/** An app that is built and newer than its sources, so that no test builds one. */
const app = join(folder, "app");
before(() => {
  mkdirSync(app);
  writeFileSync(join(app, "index.html"), "<!doctype html><title>Contrada</title>");
  writeFileSync(join(app, "sw.js"), "");
});

function live(args: readonly string[]) {
  // An edit meanwhile may make the sources newer than the stand-in.
  writeFileSync(join(app, "sw.js"), "");
  const child = spawn(
    process.execPath,
    [CLI, "town", "--port", "0", "--count", "2", "--history", "1", ...args],
    {
      cwd: folder,
      env: { ...bare, CONTRADA_APP: app },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.err += chunk.toString()));
  const code = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return {
    child,
    said,
    code,
    async says(word: string) {
      while (!said.out.includes(word)) {
        assert.equal(child.exitCode, null, said.err);
        await sleep(10);
      }
    },
  };
}

test("a live town says where it is, ends by Ctrl-C while somebody watches, and verifies", async () => {
  const data = join(folder, "lived");
  const town = live(["--data", data]);
  try {
    await town.says("The town lives");
    const url = /^Contrada is open at (http:\S+)$/m.exec(town.said.out)![1]!;
    const page = await fetch(url, { headers: { accept: "text/html" } });
    assert.match(await page.text(), /Contrada/);
    assert.match(
      contrada(["town", "--data", data, "--port", "0", "--count", "2", "--history", "1"], {
        CONTRADA_APP: app,
      }).err,
      /^contrada: .* is open in another process\. .*\n$/,
    );
    const fresh = contrada(["town", "--data", data, "--fresh"], { CONTRADA_APP: app });
    assert.match(fresh.err, /is open in another process/);
    town.child.kill("SIGINT");
    town.child.kill("SIGINT"); // as it arrives through a shell and a parent
    assert.equal(await town.code, 0);
    const told = town.said.err.trim().split("\n");
    assert.deepEqual(
      told
        .map((line) => JSON.parse(line) as { level: string; key: string })
        .map(({ level, key }) => [level, key]),
      [
        ["info", "folder_mended"],
        ["info", "platform_open"],
      ],
    );
    assert.equal(contrada(["verify", data]).code, 0);
  } finally {
    town.child.kill("SIGKILL");
  }
});

test("a port that is in use and an address that is not here are one line", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.on("listening", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const taken = live(["--data", join(folder, "port"), "--port", `${port}`, "--log-level", "warn"]);
    assert.equal(await taken.code, 2);
    assert.equal(
      taken.said.err,
      `contrada: port ${port} is in use: choose another with --port, or 0 for any free one.\n`,
    );
    const away = live(["--data", join(folder, "port"), "--address", "192.0.2.1", "--log-level", "warn"]);
    assert.equal(await away.code, 2);
    assert.equal(
      away.said.err,
      "contrada: this machine has no address 192.0.2.1: choose one with --address, e.g. 127.0.0.1.\n",
    );
  } finally {
    server.close();
  }
});

test("fresh forgets a town's folder only", async (t) => {
  const other = join(folder, "other");
  mkdirSync(other);
  writeFileSync(join(other, "thesis.tex"), "x");
  const { code, err } = await called(t, ["town", "--data", other, "--fresh"]);
  assert.deepEqual([code, err], [2, `contrada: ${other} holds no town, so --fresh does not remove it.\n`]);
  assert.ok(existsSync(join(other, "thesis.tex")));
  const without = await called(t, ["town", "--data", other]);
  assert.deepEqual(
    [without.code, without.err],
    [2, `contrada: ${other} holds thesis.tex and no town; choose an empty or a new --data folder.\n`],
  );
});

/** The entry alone, under a Node that calls itself 20. */
function underOldNode(bundled: string | undefined, environment: Record<string, string> = {}) {
  const home = mkdtempSync(join(folder, "old-"));
  mkdirSync(join(home, "bin"));
  cpSync(CLI, join(home, "bin", "contrada.js"));
  writeFileSync(join(home, "package.json"), '{"type": "module"}');
  if (bundled !== undefined) {
    mkdirSync(join(home, "node_modules", ".bin"), { recursive: true });
    writeFileSync(join(home, "node_modules", ".bin", "node"), bundled, { mode: 0o755 });
  }
  const pretend =
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      `data:text/javascript,${encodeURIComponent(pretend)}`,
      join(home, "bin", "contrada.js"),
      "town",
      "--seed",
      "7",
    ],
    { encoding: "utf8", env: { ...bare, ...environment } },
  );
  return { code: status, out: stdout, err: stderr };
}

const TOO_OLD =
  'contrada: Node 20.20.2 is too old; run "npm ci" in this folder (it brings Node 26 along) or install Node 24 or later.\n';

test("an old Node hands over to the one that came along, with its words and its exit code", () => {
  const { code, out, err } = underOldNode('#!/bin/sh\nshift\necho "handed over: $*"\nexit 7\n');
  assert.deepEqual([code, out, err], [7, "handed over: town --seed 7\n", ""]);
});

test("where none came along, where it cannot run, or where it is as old, an old Node says one sentence", () => {
  assert.deepEqual(underOldNode(undefined), { code: 1, out: "", err: TOO_OLD });
  assert.deepEqual(underOldNode("#!/no/such/shell\n"), { code: 1, out: "", err: TOO_OLD });
  const asOld = underOldNode("#!/bin/sh\necho never\n", { CONTRADA_HANDED_OVER: "1" });
  assert.deepEqual(asOld, { code: 1, out: "", err: TOO_OLD });
});
