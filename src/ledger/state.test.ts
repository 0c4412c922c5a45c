import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat, toHex, utf8 } from "#base/bytes.ts";
import { type Codec, encode } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import { verifySparseProof } from "#crypto/sparse-tree.ts";
import { leafKey, type RawRow, rawLeafKey, rowHash, State, type Table } from "#ledger/state.ts";

const textCodec: Codec<string> = {
  write: (writer, text) => writer.text(text, 64),
  read: (reader) => reader.text(64),
};
const numberCodec: Codec<number> = {
  write: (writer, value) => writer.u32(value),
  read: (reader) => reader.u32(),
};
const NAMES: Table<number, string> = {
  number: 1,
  name: "names",
  key: numberCodec,
  id: (key) => key,
  row: textCodec,
};
/** The same keys and rows as `NAMES`, and yet another table. */
const TITLES: Table<number, string> = { ...NAMES, number: 2, name: "titles" };
const AGES: Table<string, number> = {
  number: 300,
  name: "ages",
  key: textCodec,
  id: (key) => key,
  row: numberCodec,
};
const TABLES = [NAMES, TITLES, AGES] as unknown as readonly Table<never, never>[];

function stateOf(names: readonly (readonly [number, string])[]): State {
  const state = new State(TABLES);
  const draft = state.draft();
  for (const [key, name] of names) draft.put(NAMES, key, name);
  draft.seal().commit();
  return state;
}

test("an empty state has a root of zeros, and going back to empty comes back to it", () => {
  const state = new State(TABLES);
  assert.equal(toHex(state.root), "00".repeat(32));
  const full = stateOf([[1, "Anna"]]);
  const draft = full.draft();
  draft.delete(NAMES, 1);
  draft.seal().commit();
  assert.equal(toHex(full.root), "00".repeat(32));
  assert.equal(full.size, 0);
});

test("a row's leaf is hashed as the specification says", () => {
  const tagged = (tag: string, bytes: Uint8Array) => hash(concat(hash(utf8(tag)), hash(utf8(tag)), bytes));
  const key = tagged("contrada/state/key/1", Uint8Array.of(0x01, 0x2c, 0, 0, 0, 4, 65, 110, 110, 97));
  const value = tagged("contrada/state/row/1", Uint8Array.of(0, 0, 0, 33));
  assert.equal(toHex(leafKey(AGES, "Anna")), toHex(key));
  const state = new State(TABLES);
  const draft = state.draft();
  draft.put(AGES, "Anna", 33);
  draft.seal().commit();
  assert.equal(toHex(state.root), toHex(hash(concat(Uint8Array.of(0), key, value))));
});

test("equal rows in different tables are different leaves", () => {
  const a = new State(TABLES);
  const b = new State(TABLES);
  const [inNames, inTitles] = [a.draft(), b.draft()];
  inNames.put(NAMES, 1, "Anna");
  inTitles.put(TITLES, 1, "Anna");
  assert.notEqual(toHex(inNames.seal().root), toHex(inTitles.seal().root));
});

test("a draft sees its own changes; the state, and other drafts, see them when it is committed", () => {
  const state = stateOf([
    [1, "Anna"],
    [2, "Bice"],
  ]);
  const draft = state.draft();
  const other = state.draft();
  draft.put(NAMES, 1, "Ada");
  draft.delete(NAMES, 2);
  draft.put(NAMES, 3, "Cloe");
  assert.deepEqual(
    [1, 2, 3].map((key) => draft.get(NAMES, key)),
    ["Ada", undefined, "Cloe"],
  );
  assert.deepEqual(
    [1, 2, 3].map((key) => other.get(NAMES, key)),
    ["Anna", "Bice", undefined],
  );
  const sealed = draft.seal();
  assert.equal(state.get(NAMES, 1), "Anna", "sealing changes nothing");
  sealed.commit();
  assert.deepEqual(
    [1, 2, 3].map((key) => state.get(NAMES, key)),
    ["Ada", undefined, "Cloe"],
  );
  assert.equal(toHex(state.root), toHex(sealed.root));
  assert.throws(() => other.seal(), /the state that it was made from/, "it has read what is gone");
  assert.throws(() => sealed.commit(), /the state that it was made from/, "once is enough");
});

test("a draft reports each row it changed, with what it was; a row put back is not changed", () => {
  const state = stateOf([
    [1, "Anna"],
    [2, "Bice"],
  ]);
  const draft = state.draft();
  draft.put(NAMES, 1, "Ada");
  draft.put(NAMES, 1, "Alba");
  draft.put(NAMES, 2, "Berta");
  draft.put(NAMES, 2, "Bice");
  draft.put(NAMES, 3, "Cloe");
  draft.delete(NAMES, 3);
  assert.deepEqual([...draft.changes(NAMES)], [{ key: 1, before: "Anna", after: "Alba" }]);
  assert.deepEqual([...draft.changes(TITLES)], []);
});

/** What happens to a few rows before they are what they are. */
const content = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.string({ maxLength: 5 })), {
  selector: ([key]) => key,
  maxLength: 30,
});
const detours = fc.array(
  fc.record({
    key: fc.integer({ min: 0, max: 60 }),
    value: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
    commit: fc.boolean(),
  }),
  { maxLength: 30 },
);

test("the root depends on the content alone: any order, any detours, any number of blocks", () => {
  fc.assert(
    fc.property(content, detours, fc.nat(), (rows, steps, seed) => {
      const direct = stateOf(rows);
      const state = new State(TABLES);
      let draft = state.draft();
      for (const { key, value, commit } of steps) {
        if (value === undefined) draft.delete(NAMES, key);
        else draft.put(NAMES, key, value);
        if (!commit) continue;
        draft.seal().commit();
        draft = state.draft();
      }
      const wanted = new Map(rows);
      const order = [...Array(61).keys()].sort((a, b) => (((a + seed) * 37) % 61) - (((b + seed) * 37) % 61));
      for (const key of order) {
        const name = wanted.get(key);
        if (name !== undefined) draft.put(NAMES, key, name);
        else draft.delete(NAMES, key);
      }
      draft.seal().commit();
      assert.equal(toHex(state.root), toHex(direct.root));
      assert.deepEqual(state.rows(NAMES), direct.rows(NAMES));
      assert.equal(state.count(NAMES), rows.length);
      assert.equal(state.size, rows.length);
      assert.deepEqual([...state.export()], [...direct.export()]);
      const restored = State.import(TABLES, state.export());
      assert.equal(toHex(restored.root), toHex(state.root));
      assert.deepEqual(restored.rows(NAMES), state.rows(NAMES));
    }),
    { numRuns: 150 },
  );
});

test("an export is sorted by table and key bytes, so equal states are equal files", () => {
  const state = new State([...TABLES].reverse());
  const draft = state.draft();
  for (const key of [256, 1, 65_536, 255, 2]) draft.put(NAMES, key, "x");
  for (const key of ["b", "aa", "a", "Z"]) draft.put(AGES, key, 1);
  draft.seal().commit();
  const rows = [...state.export()];
  assert.deepEqual(
    rows.map(({ table }) => table),
    [1, 1, 1, 1, 1, 300, 300, 300, 300],
  );
  const keys = rows.map(({ table, key }) => `${table} ${toHex(key)}`);
  assert.deepEqual(keys.slice(0, 5), keys.slice(0, 5).toSorted());
  assert.deepEqual(
    state.rows(NAMES).map(({ key }) => key),
    [1, 2, 255, 256, 65_536],
  );
});

test("an export is of the moment it was asked for, however late it is read", () => {
  const state = stateOf([
    [1, "Anna"],
    [2, "Bice"],
  ]);
  const root = toHex(state.root);
  const rows = state.export();
  const draft = state.draft();
  draft.put(NAMES, 1, "Ada");
  draft.delete(NAMES, 2);
  draft.put(NAMES, 3, "Cloe");
  draft.seal().commit();
  assert.equal(toHex(State.import(TABLES, rows).root), root);
});

test("an import takes nothing that an export would not have written", () => {
  const good: RawRow = { table: 1, key: encode(numberCodec, 1), row: encode(textCodec, "Anna") };
  const rows: readonly [RegExp, RawRow[]][] = [
    [/unknown table 7/, [{ ...good, table: 7 }]],
    [/not canonical/, [{ ...good, key: Uint8Array.of(0, 0, 1) }]],
    [/not canonical/, [{ ...good, row: concat(good.row, Uint8Array.of(0)) }]],
    [/not canonical/, [{ ...good, row: Uint8Array.of(0, 0, 0, 1, 0xff) }]],
    [/comes twice/, [good, { ...good, row: encode(textCodec, "Ada") }]],
  ];
  for (const [problem, raw] of rows) assert.throws(() => State.import(TABLES, raw), problem);
  assert.equal(State.import(TABLES, [good]).get(NAMES, 1), "Anna");
});

test("a state knows the tables it was made of, each by one number", () => {
  assert.throws(() => new State([NAMES, { ...TITLES, number: 1 }] as never), /two tables have the number 1/);
  const state = new State([NAMES] as never);
  assert.throws(() => state.get(TITLES, 1), /not part of this state/);
  assert.throws(() => state.draft().put(TITLES, 1, "x"), /not part of this state/);
});

test("a row is proved under the root, and so is its absence", () => {
  const state = stateOf(Array.from({ length: 20 }, (_, i) => [i, `home ${i}`]));
  const key = rawLeafKey(1, encode(numberCodec, 7));
  const value = rowHash(encode(textCodec, "home 7"));
  assert.ok(verifySparseProof(state.root, key, value, state.prove(NAMES, 7)));
  assert.ok(!verifySparseProof(state.root, key, rowHash(encode(textCodec, "home 8")), state.prove(NAMES, 7)));
  assert.ok(!verifySparseProof(state.root, key, undefined, state.prove(NAMES, 7)));
  assert.ok(verifySparseProof(state.root, leafKey(NAMES, 99), undefined, state.prove(NAMES, 99)));
});
