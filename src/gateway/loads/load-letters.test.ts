/** What a gateway believes of letters to its loads. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { LoadLetterBook, type LoadLetterRefusal } from "#gateway/loads/load-letters.ts";
import { loadPreferencesHash } from "#wire/home-letters.ts";
import { USUAL_PREFERENCES } from "#wire/load-preferences.ts";

const OWNER = signerFromSeed(new Uint8Array(32).fill(1));
const STRANGER = signerFromSeed(new Uint8Array(32).fill(2));
const AT_ONCE = { ...USUAL_PREFERENCES.car, mode: "now" as const, targetPercent: 90 };
const GROUND = {
  ...{ chain: "street", home: 7, ownerKeys: [OWNER.publicKey] },
  kinds: new Map([["wallbox", "car" as const]]),
};

function letter(change: number, more: object = {}, signer = OWNER) {
  const said = {
    member: 3,
    home: 7,
    load: "wallbox",
    change,
    issuedAt: 1_000,
    preferences: AT_ONCE,
    ...more,
  };
  const signature = toHex(signer.sign(loadPreferencesHash({ chain: "street", ...said })));
  return { ...said, publicKey: toHex(signer.publicKey), signature };
}

test("the owner's letter to a load is obeyed, the newest stands, and it outlasts a restart", () => {
  const book = new LoadLetterBook();
  const usual = book.wishes;
  assert.deepEqual(book.heed([letter(1)], GROUND), []);
  assert.deepEqual(book.wishes.get("wallbox"), { change: 1, preferences: AT_ONCE });
  const first = book.wishes;
  assert.notEqual(first, usual);
  book.heed([letter(1), letter(2, { preferences: USUAL_PREFERENCES.car }), letter(1)], GROUND);
  const again = new LoadLetterBook(JSON.parse(JSON.stringify(book.kept)));
  assert.deepEqual(again.wishes.get("wallbox"), { change: 2, preferences: USUAL_PREFERENCES.car });
});

test("what no owner's key has signed so, for this home and load, is refused and said once", () => {
  const rows: [LoadLetterRefusal, unknown][] = [
    ["malformed", { ...letter(1), change: "1" }],
    ["malformed", { ...letter(1), preferences: null }],
    ["malformed", "a letter"],
    ["other_home", letter(1, { home: 8 })],
    ["load_unknown", letter(1, { load: "bath-plug" })],
    ["load_preferences_unfit", letter(1, { preferences: USUAL_PREFERENCES.heat_pump })],
    ["unknown_key", letter(1, {}, STRANGER)],
    ["bad_signature", { ...letter(1), preferences: { ...AT_ONCE, targetPercent: 100 } }],
  ];
  for (const [refusal, said] of rows) {
    const book = new LoadLetterBook();
    assert.deepEqual(book.heed([said], GROUND), [refusal]);
    assert.deepEqual(book.heed([said], GROUND), [], "once");
    assert.equal(book.wishes.size, 0, "nothing stands");
  }
});
