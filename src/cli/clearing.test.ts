/** `contrada clear` and `contrada verify-clearing` as people and scripts call them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { main } from "#cli/main.ts";
import { sealOf } from "#market/auction/seal.ts";
import { NO_WISHES } from "#market/auction/wishes.ts";

test("a book is cleared, its clearing checked, and what is wrong is named: exit codes 0, 1 and 2", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-clearing-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, value: unknown) => {
    const file = join(folder, name);
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
    return file;
  };
  let said = "";
  for (const way of ["log", "error"] as const) {
    t.mock.method(console, way, (line: string) => {
      said += `${line}\n`;
    });
  }
  const call = async (words: readonly string[]) => {
    said = "";
    try {
      await main([...words]);
      return { status: process.exitCode, said };
    } finally {
      process.exitCode = undefined;
      process.stdout.removeAllListeners("error");
    }
  };
  const orders = [
    { id: "b1", side: "bid", energy_wh: 400, limit_micro_eur_per_kwh: 200_000 },
    { id: "a1", side: "ask", energy_wh: 300, limit_micro_eur_per_kwh: 100_000 },
  ];
  const book = put("book.json", { orders });

  const json = await call(["clear", book, "--json"]);
  assert.equal(json.status, 0);
  const clearing = JSON.parse(json.said);
  assert.deepEqual(
    [clearing.price_micro_eur_per_kwh, clearing.traded_wh, clearing.fills],
    [
      150_000,
      300,
      [
        { id: "a1", energy_wh: 300 },
        { id: "b1", energy_wh: 300 },
      ],
    ],
  );
  const file = put("clearing.json", json.said);
  const forged = put("forged.json", { ...clearing, price_micro_eur_per_kwh: 160_000 });
  const other = put("other.json", { orders: orders.slice(1) });
  const slot = 1_781_606_700;
  const sealed = [7, 8, 9].map((paddle) => ({
    slot,
    paddle,
    number: 0,
    side: paddle === 8 ? ("ask" as const) : ("bid" as const),
    energyWh: 300,
    limit: paddle === 8 ? 100_000 : 200_000,
    ...{ session: 0, feeder: 0, wishes: NO_WISHES },
    salt: new Uint8Array(16).fill(paddle),
  }));
  const seals = sealed.map(sealOf).map(({ paddle, number, hash }) => ({ paddle, number, seal: toHex(hash) }));
  const openings = sealed.slice(0, 2).map(({ paddle, number, side, energyWh, limit, salt }) => ({
    paddle,
    number,
    side,
    energy_wh: energyWh,
    limit_micro_eur_per_kwh: limit,
    salt: toHex(salt),
  }));
  const sealedBook = put("sealed.json", { slot, seals, openings });
  const ofSealed = put("of-sealed.json", (await call(["clear", sealedBook, "--json"])).said);
  const slipped = put("slipped.json", {
    slot,
    seals,
    openings: [openings[0], { ...openings[1], limit_micro_eur_per_kwh: 199_000 }],
  });
  const badSeal = put("bad-seal.json", { slot, seals: [{ ...seals[0], seal: "00" }], openings });

  const rows: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [
      0,
      /^300 Wh trade at 150000 µEUR\/kWh \(uniform\)\.\n {2}a1 +300 Wh {2}receives 45000 µEUR\n/,
      ["clear", book],
    ],
    [0, /at on average 200000 µEUR\/kWh \(pay-as-bid\)/, ["clear", book, "--mechanism", "pay-as-bid"]],
    [0, /^Nothing trades/, ["clear", other]],
    [0, /^The clearing holds \(uniform\): 300 Wh, at 150000 µEUR\/kWh/, ["verify-clearing", file]],
    [0, /"ok":true,"problem":null/, ["verify-clearing", file, "--book", book, "--json"]],
    [
      1,
      /does not hold: the price .* where 150000 would be right \(wrong_price\)/,
      ["verify-clearing", forged],
    ],
    [
      1,
      /"ok":false,"problem":"wrong_price","order":null,"expected":"150000"/,
      ["verify-clearing", forged, "--json"],
    ],
    [1, /\(other_book\)/, ["verify-clearing", file, "--book", other]],
    [
      0,
      /^2 orders were opened of the seals under [0-9a-f]{64}\.\n {2}0000000009\/000 was never opened\n300 Wh trade at 150000/,
      ["clear", sealedBook],
    ],
    [0, /^The clearing holds/, ["verify-clearing", ofSealed, "--book", sealedBook]],
    [1, /\(other_book\)/, ["verify-clearing", ofSealed, "--book", slipped]],
    [0, / {2}an opening of 0000000008\/000 was refused \(wrong_seal\)\nNothing trades/, ["clear", slipped]],
    [2, /seal 1: "seal" must be 64 hexadecimal digits/, ["clear", badSeal]],
    [2, /clear wants the book's file after it/, ["clear"]],
    [2, /"more" is one too many/, ["clear", book, "more"]],
    [2, /none\.json cannot be read \(ENOENT\)/, ["clear", join(folder, "none.json")]],
    [2, /is no file with JSON in it/, ["clear", put("text.json", "orders")]],
    [2, /book\.json is no clearing: "format" must be "contrada\/clearing\/1"/, ["verify-clearing", book]],
    [2, /--mechanism/, ["clear", book, "--mechanism", "lottery"]],
  ];
  for (const [code, pattern, words] of rows) {
    const answer = await call(words);
    assert.match(answer.said, pattern, words.join(" "));
    assert.equal(answer.status, code, words.join(" "));
  }
});
