/** The specification says what the code does: its tables, its lists and its example are held to it here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { decode, encode } from "#base/codec.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { DEFAULT_PARAMETERS, TABLES } from "#chain/genesis.ts";
import { KINDS } from "#chain/transactions.ts";
import { STATUS, type Status } from "#ledger/status.ts";
import { BASES, SUPPLY_STATES } from "#market/contract/contract.ts";
import { type SupplyTerms, supplyTermsCodec } from "#market/contract/terms.ts";
import { parametersCodec } from "#market/parameters.ts";
import { skipped } from "./support/counterparts.ts";
import { workedExample } from "./support/worked-example.ts";

const page = (name: string) => readFileSync(new URL(`../docs/spec/${name}.md`, import.meta.url), "utf8");

test("the worked example is what the code computes", () => {
  const block = /<!-- worked example -->\n```\n([\s\S]*?)```/.exec(page("encodings"));
  assert.equal(block?.[1], workedExample());
});

test("the worked example is what another program computes from the page alone", (t) => {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const script = [path("./oracles/ledger_example.py"), path("../docs/spec/encodings.md")];
  const { error, status, stderr } = spawnSync("python3", script, { encoding: "utf8" });
  if (skipped(t, error === undefined ? undefined : "python3")) return;
  assert.equal(status, 0, stderr);
});

test("every table of the state is specified, by number and name", () => {
  const rows = [...page("encodings").matchAll(/^\| (\d+) \| ([a-z_]+) \| /gm)];
  assert.deepEqual(
    rows.map((row) => [Number(row[1]), row[2]]),
    TABLES.map(({ number, name }) => [number, name]),
  );
});

interface Section {
  readonly number: number;
  readonly name: string;
  readonly roles: readonly string[];
  readonly fields: readonly { readonly name: string; readonly form: string }[];
  readonly refusals: readonly string[];
}

const sections: readonly Section[] = page("transactions")
  .split(/^## /m)
  .slice(1)
  .map((text) => ({
    number: Number(/^\d+/.exec(text)?.[0]),
    name: /^\d+ ([a-z_]+)$/m.exec(text)?.[1] ?? "",
    roles: [
      ...(/^By: (.*)\.$/m.exec(text)?.[1] ?? "").matchAll(
        /operator|citizen|supplier|registrar|organisation/g,
      ),
    ].map(String),
    fields: [...text.matchAll(/^\| (\w+) \| ([^|]+) \| [^|]+ \|$/gm)]
      .map((row) => ({ name: row[1]!, form: row[2]! }))
      .filter(({ name }) => name !== "field"),
    refusals: [...(/^Refusals: (.*)$/m.exec(text)?.[1] ?? "").matchAll(/`(\w+)`/g)].map((row) => row[1]!),
  }));

/** The bytes of a form with nothing in it. */
const NAMELESS = { ...DEFAULT_PARAMETERS, zone: { ...DEFAULT_PARAMETERS.zone, name: "" } };
const NO_TERMS: SupplyTerms = {
  price: { type: "flat", price: MicroEurPerKwh(0n) },
  billing: "prepaid",
  payWithinS: 0,
  suspension: undefined,
  from: 0,
  until: 0,
  text: new Uint8Array(32),
};

function sizeOf(form: string): number {
  if (/^(text|list|bytes) |^key$/.test(form)) return 4;
  if (/^option |^boolean$/.test(form)) return 1;
  if (form === "motion") return 1 + encode(parametersCodec, NAMELESS).length;
  if (form === "terms") return encode(supplyTermsCodec, NO_TERMS).length;
  const bits = /^[ui](\d+)$/.exec(form)?.[1];
  return bits === undefined ? Number(form) : Number(bits) / 8;
}

test("the page about supply contracts names every state and gives the ground of every reason", () => {
  const text = readFileSync(new URL("../docs/market/contracts.md", import.meta.url), "utf8");
  const diagram = /```mermaid\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  for (const state of SUPPLY_STATES) assert.match(diagram, new RegExp(`\\b${state}\\b`), state);
  const grounds = [...text.matchAll(/^\| (`[a-z_`, ]+`) \| → /gm)].flatMap((row) =>
    [...row[1]!.matchAll(/[a-z_]+/g)].map(String),
  );
  assert.deepEqual(grounds.sort(), [...BASES].filter((basis) => basis !== "renewed").sort());
});

test("every kind is specified: number, name, who may, and each field with its form", () => {
  assert.deepEqual(
    sections.map(({ number, name, roles }) => ({ number, name, roles })),
    [...KINDS.values()].map(({ number, name, roles }) => ({ number, name, roles })),
  );
  for (const { number, name, fields } of sections) {
    const bytes = fields.reduce((sum, { form }) => sum + sizeOf(form), 0);
    const empty = decode(KINDS.get(number)!.codec, new Uint8Array(bytes));
    assert.ok(empty.ok, `${name}: its fields have ${bytes} bytes`);
    const names = Object.entries(empty.value as object).flatMap(([key, value]) =>
      key === "sheet" ? Object.keys(value) : [key],
    );
    assert.deepEqual(
      fields.map((field) => field.name),
      names,
      name,
    );
  }
});

test("the refusals of every kind are listed in order of precedence, and only such as there are", () => {
  for (const { name, refusals } of sections) {
    assert.ok(refusals.length > 0, name);
    const numbers = refusals.map((refusal) => STATUS[refusal as Status]);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
      name,
    );
    assert.ok(
      numbers.every((number) => number > STATUS.member_suspended),
      name,
    );
  }
});
