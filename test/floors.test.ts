/** The house as it stands: direction, circles, purity and packages, and proof that each rule can be broken. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { circlesIn, type Finding, findingsIn, importsOf, roomOf, type Source } from "./support/floors.ts";
import { tokensOf } from "./support/tokens.ts";

const root = new URL("../", import.meta.url);
const house: readonly Source[] = globSync(["src/**/*.ts", "app/**/*.ts", "app/**/*.tsx"], {
  cwd: root,
  exclude: (name) => name === "node_modules" || name === "dist",
})
  .sort()
  .map((path) => ({ path, text: readFileSync(new URL(path, root), "utf8") }));

const shown = ({ rule, path, line, what }: Finding) => `${rule}  ${path}:${line}  ${what}`;

test("the house keeps its floors: direction, purity, determinism, packages", () => {
  assert.deepEqual(house.flatMap(findingsIn).map(shown), []);
});

test("no file comes back to itself through what it imports", () => {
  assert.deepEqual(circlesIn(house).map(shown), []);
});

test("the whole house was looked at", () => {
  const rooms = new Set(house.map(({ path }) => roomOf(path)));
  for (const room of [
    "base",
    "crypto",
    "consensus",
    "tariff",
    "rules",
    "ledger",
    "market",
    "chain",
    "wire",
    "node",
    "platform",
    "app",
    "sim",
  ]) {
    assert.ok(rooms.has(room), room);
  }
  const imports = house.reduce((sum, source) => sum + importsOf(source).length, 0);
  assert.ok(imports > 300, `${imports} imports`);
  for (const source of house) {
    const written = source.text.match(/^(import|export)\b[^;]*?\bfrom "/gm)?.length ?? 0;
    const found = importsOf(source).length;
    assert.ok(found >= written, `${source.path}: ${found} of ${written} imports seen`);
  }
});

/** Each breaks one rule, and only that one. */
const PLANTED: readonly (readonly [Finding["rule"], string, string])[] = [
  ["direction", "src/base/units.ts", 'import { hash } from "#crypto/hash.ts";'],
  ["direction", "src/ledger/state.ts", 'import { SALES } from "#market/sale.ts";'],
  ["direction", "src/ledger/state.ts", 'export { SALES } from "#market/sale.ts";'],
  ["direction", "src/ledger/state.ts", 'export * from "#market/sale.ts";'],
  ["direction", "src/ledger/state.ts", 'import "#market/sale.ts";'],
  ["direction", "src/ledger/state.ts", 'const sale = import("#market/sale.ts");'],
  ["direction", "src/market/sale.ts", 'import { KINDS } from "../chain/transactions.ts";'],
  ["direction", "src/crypto/hash.ts", 'import { Panel } from "#plant/panel.ts";'],
  ["direction", "src/platform/platform.ts", 'import { openNode } from "#node/node.ts";'],
  ["direction", "src/node/node.ts", 'import { openPlatform } from "#platform/platform.ts";'],
  ["direction", "src/consensus/light-client.ts", 'import { headerHash } from "#ledger/block.ts";'],
  ["direction", "src/ledger/account.ts", 'import { storeAfter } from "#metering/reading.ts";'],
  ["direction", "src/market/sale.ts", 'import { headerHash } from "#ledger/block.ts";'],
  ["direction", "src/tariff/tariff.ts", 'import { apportion } from "#rules/apportion.ts";'],
  ["direction", "src/rules/keys.ts", 'import { SALES } from "#market/sale.ts";'],
  ["direction", "src/rules/keys.ts", 'import { State } from "#ledger/state.ts";'],
  ["direction", "src/ledger/state.ts", 'import { sha256 } from "#crypto/native";'],
  ["direction", "src/chain/app.ts", 'import { ChainBench } from "../../test/support/chain-bench.ts";'],
  ["direction", "src/chain/app.ts", 'import { rows } from "#chain/app.test.ts";'],
  ["direction", "src/chain/app.ts", 'import about from "../../package.json" with { type: "json" };'],
  ["direction", "src/sim/town.ts", 'import { main } from "#cli/main.ts";'],
  ["direction", "app/session.ts", 'import { ChainApp } from "#chain/app.ts";'],
  ["direction", "app/session.ts", 'import { openNode } from "#node/node.ts";'],
  ["direction", "app/frame.tsx", '  import { x } from "y"\nimport { Town } from "#sim/town.ts";'],
  ["direction", "app/frame.tsx", 'const Desk = lazy(() => import("#platform/platform.ts"));'],
  ["package", "src/base/bytes.ts", 'import { ed25519 } from "@noble/curves/ed25519.js";'],
  ["package", "src/ledger/state.ts", 'import { readFileSync } from "node:fs";'],
  ["package", "src/crypto/keys.ts", 'import { sign } from "node:crypto";'],
  ["package", "src/crypto/native-node.ts", 'import { readFileSync } from "node:fs";'],
  ["package", "src/wire/routes.ts", 'import fastify from "fastify";'],
  ["package", "src/node/node.ts", 'import fc from "fast-check";'],
  ["package", "src/node/comet/server.ts", 'import { MsgSend } from "cosmjs-types/cosmos/bank/v1beta1/tx";'],
  ["package", "src/ledger/state.ts", 'import { Request } from "cosmjs-types/tendermint/abci/types";'],
  ["package", "src/platform/platform.ts", 'import { Request } from "cosmjs-types/tendermint/abci/types";'],
  ["package", "app/session.ts", 'import { readFileSync } from "node:fs";'],
  ["package", "app/session.ts", 'import { chromium } from "playwright-core";'],
  ["purity", "src/base/time.ts", "export const now = () => Date.now();"],
  ["purity", "src/base/random.ts", "export const coin = Math.random() < 1;"],
  ["purity", "src/control/dispatch.ts", "setTimeout(dispatch, 1000);"],
  ["purity", "src/metering/vee.ts", "console.log(reading);"],
  ["purity", "src/consensus/light-client.ts", "const now = Date.now();"],
  ["purity", "src/wire/client.ts", "const answer = fetch(url);"],
  ["purity", "src/plant/sun.ts", "const { hour } = process.env;"],
  ["purity", "src/crypto/hash.ts", "const bytes = globalThis.crypto;"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  ["purity", "src/ledger/machine.ts", "`${Date}`;"],
  ["determinism", "src/market/sale.ts", "const fee = 0.5;"],
  ["determinism", "src/market/sale.ts", "const fee = 5e-1;"],
  ["determinism", "src/tariff/bill.ts", "const vat = 0.1;"],
  ["determinism", "src/rules/keys.ts", "const half = Math.sqrt(part);"],
  ["determinism", "src/market/sale.ts", "const fee = .5;"],
  ["determinism", "src/market/sale.ts", "const root = Math.sqrt(4);"],
  ["determinism", "src/market/sale.ts", "const pi = Math.PI;"],
  ["determinism", "src/chain/view.ts", 'const rate = Number.parseFloat("1");'],
  ["determinism", "src/chain/view.ts", 'const rate = parseFloat("1");'],
  ["determinism", "src/ledger/state.ts", "async function seal() {}"],
  ["determinism", "src/ledger/state.ts", "const later: Promise<void> = undefined!;"],
  ["determinism", "src/ledger/state.ts", "const text = JSON.stringify(row);"],
  ["determinism", "src/ledger/state.ts", "const ids = keys.sort();"],
  ["determinism", "src/ledger/state.ts", "const ids = keys.toSorted();"],
  ["determinism", "src/ledger/state.ts", "const order = a.localeCompare(b);"],
  ["determinism", "src/market/rate.ts", "const text = new Intl.NumberFormat();"],
  ["determinism", "src/market/rate.ts", "const text = rate.toFixed(2);"],
];

test("each rule is broken by what breaks it, and by that alone", () => {
  for (const [rule, path, text] of PLANTED) {
    const findings = findingsIn({ path, text });
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      [rule],
      `${path}: ${text}`,
    );
  }
});

test("what only looks like a breach is none", () => {
  const clean = `
    /** Date.now() and Math.random() are not for us; 0.5 is no fee. */
    import type { ChainApp } from "#chain/app.ts";
    import { hash } from "#crypto/hash.ts";
    import { minimum } from "#base/units.ts";
    // setTimeout(() => fetch("x"), 0.5)
    const words = "Math.random() Date 0.5 await JSON";
    const pattern = /Date 0.5 [/] \`/;
    const text = \`half is \${minimum(1n, 2n)} and 0.5 Date \${hash.length > 0x1e ? "{" : "}"}\`;
    interface Clock { readonly Date: number; fetch?: string; }
    const time = { process: 1 }.process + clock.Date;
    function call(fetch: (url: string) => void) { fetch("x"); }
    const rows = [3, 1].sort((a, b) => a - b).toSorted((a, b) => b - a);
    const whole = Math.max(1, Math.floor(7 / 2), 1_000, 0xe, 2 ** 48, Number(10n));
    const last = tuple.at(-1)!.value;
  `;
  assert.deepEqual(findingsIn({ path: "src/market/clean.ts", text: clean }), []);
  const port = "export interface Host { submit(): Promise<void>; }";
  assert.deepEqual(findingsIn({ path: "src/chain/host.ts", text: port }), []);
  const free = 'import { chromium } from "playwright-core";\nDate.now();';
  for (const path of ["src/ledger/state.test.ts", "src/crypto/fixtures/x.ts", "app/vite.config.ts"]) {
    assert.deepEqual(findingsIn({ path, text: free }), [], path);
  }
  assert.deepEqual(
    findingsIn({
      path: "app/main.tsx",
      text: 'import { render } from "solid-js/web";\nimport "./frame.css";',
    }),
    [],
  );
});

test("a circle is found, however long, and named once; a type or a later import that leads back makes none", () => {
  const file = (name: string, ...imports: readonly string[]): Source => ({
    path: `src/market/${name}.ts`,
    text: imports.map((line) => `${line}\n`).join(""),
  });
  const to = (name: string) => `import { x } from "#market/${name}.ts";`;
  const found = (sources: readonly Source[]) =>
    circlesIn(sources).map(({ what }) => what.replaceAll("src/market/", ""));
  assert.deepEqual(found([file("a", to("b")), file("b", to("c")), file("c", to("a"))]), [
    "a.ts → b.ts → c.ts → a.ts",
  ]);
  assert.deepEqual(found([file("a", 'import { x } from "./a.ts";')]), ["a.ts → a.ts"]);
  assert.deepEqual(found([file("a", to("b"), to("c")), file("b", to("c")), file("c")]), []);
  assert.deepEqual(found([file("a", to("b")), file("b", 'import type { X } from "#market/a.ts";')]), []);
  assert.deepEqual(found([file("a", to("b")), file("b", 'lazy(() => import("#market/a.ts"));')]), []);
});

test("the tokens of a source are its words, numbers and signs, and where they stand", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  const source = 'const a = `x${b + `y${c}`}z`; // no\nreturn a / 2 / /r[/]e/g.test("s\\"t") /* no */;';
  assert.deepEqual(
    tokensOf(source).map(({ kind, text, line }) => `${line} ${kind} ${text}`),
    [
      "1 word const",
      "1 word a",
      "1 sign =",
      "1 string x",
      "1 word b",
      "1 sign +",
      "1 string y",
      "1 word c",
      "1 string ",
      "1 string z",
      "1 sign ;",
      "2 word return",
      "2 word a",
      "2 sign /",
      "2 number 2",
      "2 sign /",
      "2 string /r[/]e/g",
      "2 sign .",
      "2 word test",
      "2 sign (",
      '2 string s\\"t',
      "2 sign )",
      "2 sign ;",
    ],
  );
});
