import assert from "node:assert/strict";
import { test } from "node:test";
import { ibanInGroups, maskedIban, parseIban } from "./iban.ts";

/** The examples that the ISO 13616 registry prints for each country. */
const EXAMPLES = [
  "AD12 0001 2030 2003 5910 0100",
  "AT61 1904 3002 3457 3201",
  "BE68 5390 0754 7034",
  "CH93 0076 2011 6238 5295 7",
  "DE89 3704 0044 0532 0130 00",
  "ES91 2100 0418 4502 0005 1332",
  "FR14 2004 1010 0505 0001 3M02 606",
  "GB29 NWBK 6016 1331 9268 19",
  "GR16 0110 1250 0000 0001 2300 695",
  "IT60 X054 2811 1010 0000 0123 456",
  "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
  "NL91 ABNA 0417 1643 00",
  "NO93 8601 1117 947",
  "PL61 1090 1014 0000 0712 1981 2874",
  "SM86 U032 2509 8000 0000 0270 100",
];

test("the registry's examples are accounts, however they are typed", () => {
  for (const example of EXAMPLES) {
    const bare = example.replaceAll(" ", "");
    for (const text of [example, bare, ` ${bare.toLowerCase()}\n`, example.replaceAll(" ", "-")]) {
      assert.deepEqual(parseIban(text), { ok: true, value: bare }, text);
    }
    assert.equal(ibanInGroups(bare), example);
  }
});

test("one mistyped character, or two neighbours exchanged, is found by the check digits", () => {
  const iban = "IT60X0542811101000000123456";
  for (let i = 2; i < iban.length; i++) {
    for (const other of /\d/.test(iban[i]!) ? "0123456789" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
      if (other === iban[i]) continue;
      assert.deepEqual(parseIban(iban.slice(0, i) + other + iban.slice(i + 1)), {
        ok: false,
        error: "iban_check",
      });
    }
    const [one, next] = [iban[i]!, iban[i + 1]];
    if (i < 5 || next === undefined || next === one) continue;
    assert.equal(parseIban(iban.slice(0, i) + next + one + iban.slice(i + 2)).ok, false, `${i}`);
  }
});

test("what no bank of SEPA can be paid by is refused with its reason", () => {
  const rows: [string, string][] = [
    ["", "iban_characters"],
    ["0123456789", "iban_characters"],
    ["IT60 X054/2811", "iban_characters"],
    ["ITX0 X054 2811 1010 0000 0123 456", "iban_characters"],
    ["US64 SVBK 0912 3456 7890 1234 5678", "iban_country"],
    ["SA03 8000 0000 6080 1016 7519", "iban_country"],
    ["IT60 X054 2811 1010 0000 0123 45", "iban_length"],
    ["DE89 3704 0044 0532 0130 000", "iban_length"],
    ["DE88 3704 0044 0532 0130 00", "iban_check"],
  ];
  for (const [text, error] of rows) assert.deepEqual(parseIban(text), { ok: false, error }, text);
});

test("a masked account shows its country, check digits and end", () => {
  assert.equal(maskedIban("IT60X0542811101000000123456"), "IT60 … 3456");
});
