/**
 * What the ledger knows: tables of immutable rows, and one hash that stands for all of them.
 *
 * A table has a number, a codec for its keys and one for its rows. The state root is the root of a sparse
 * Merkle tree whose leaf for a row has
 *   key   = H("contrada/state/key/1",  u16 table number ‖ key bytes)
 *   value = H("contrada/state/row/1",  row bytes)
 * so the root depends on the content alone, never on the order in which it came about: a restored state, an
 * exported one and one that took another way to the same rows have equal roots.
 *
 * Changes are made on a `Draft` that lies over a committed state. Sealing a draft computes the next root and
 * leaves the state as it was; committing moves the rows in. A draft that is dropped costs nothing.
 */
import { assert } from "#base/assert.ts";
import { compareBytes } from "#base/bytes.ts";
import { type Codec, decode, encode, withEncoding } from "#base/codec.ts";
import { taggedHash } from "#crypto/hash.ts";
import { type SparseProof, SparseTree } from "#crypto/sparse-tree.ts";

export interface Table<K, V> {
  /** Unique among the tables of a chain; part of every key hash. */
  readonly number: number;
  readonly name: string;
  readonly key: Codec<K>;
  readonly row: Codec<V>;
  /** A primitive that is equal exactly when the keys are. */
  readonly id: (key: K) => string | number;
}

/** A row as it is exported, hashed and proved. */
export interface RawRow {
  readonly table: number;
  readonly key: Uint8Array;
  readonly row: Uint8Array;
}

interface Entry {
  readonly key: unknown;
  readonly row: unknown;
  readonly leafKey: Uint8Array;
}

interface Change {
  readonly key: unknown;
  /** Before the draft. */
  readonly before: Entry | undefined;
  /** `undefined` = deleted. */
  row: unknown;
}

type AnyTable = Table<never, never>;
type Rows<E> = Map<string | number, E>;

/** Reading rows, committed or drafted. */
export interface StateReader {
  get<K, V>(table: Table<K, V>, key: K): V | undefined;
}

/** One changed row of a draft. */
export interface RowChange<K, V> {
  readonly key: K;
  readonly before: V | undefined;
  readonly after: V | undefined;
}

export class State implements StateReader {
  readonly #tables = new Map<number, { table: AnyTable; rows: Rows<Entry> }>();
  #tree = SparseTree.empty;

  /** An empty state of these tables. Two tables of one number are a programming error. */
  constructor(tables: readonly Table<never, never>[]) {
    for (const table of tables) {
      assert(!this.#tables.has(table.number), `two tables have the number ${table.number}`);
      this.#tables.set(table.number, { table, rows: new Map() });
    }
  }

  get root(): Uint8Array {
    return this.#tree.root;
  }

  /** Rows in all tables. */
  get size(): number {
    return this.#tree.size;
  }

  get<K, V>(table: Table<K, V>, key: K): V | undefined {
    return this.#rows(table).get(table.id(key))?.row as V | undefined;
  }

  /** Every row of a table, in the order of its key bytes. */
  rows<K, V>(table: Table<K, V>): { readonly key: K; readonly row: V }[] {
    const sortable = [...this.#rows(table).values()].map((entry) => ({
      bytes: encode(table.key, entry.key as K),
      key: entry.key as K,
      row: entry.row as V,
    }));
    return sortable.sort((a, b) => compareBytes(a.bytes, b.bytes));
  }

  /** How many rows a table has. */
  count<K, V>(table: Table<K, V>): number {
    return this.#rows(table).size;
  }

  draft(): Draft {
    return new Draft(this, this.#tree);
  }

  /** What proves that a row is, or is not, in this state. */
  prove<K, V>(table: Table<K, V>, key: K): SparseProof {
    return this.#tree.prove(leafKey(table, key));
  }

  /**
   * The whole content, by table number and then by key bytes: the same for equal states. It is the content of
   * the moment of the call, however late it is read: rows are immutable, so taking them costs a pointer each.
   */
  export(): Generator<RawRow> {
    const taken = [...this.#tables.values()].map(({ table, rows }) => ({
      table,
      entries: [...rows.values()],
    }));
    return exported(taken.sort((a, b) => a.table.number - b.table.number));
  }

  /** The state that `export` described. Throws `InvariantError` where a row is of no table, not canonical or twice there. */
  static import(tables: readonly Table<never, never>[], rows: Iterable<RawRow>): State {
    const state = new State(tables);
    const draft = state.draft();
    for (const raw of rows) {
      const table = state.#tables.get(raw.table)?.table;
      assert(table !== undefined, `a row of the unknown table ${raw.table}`);
      const key = decode(table.key, raw.key);
      const row = decode(table.row, raw.row);
      assert(key.ok && row.ok, `a row of table ${table.name} that is not canonical`);
      assert(draft.get(table, key.value) === undefined, `a row of table ${table.name} that comes twice`);
      draft.put(table, key.value, row.value);
    }
    draft.seal().commit();
    return state;
  }

  /** For drafts only. */
  entryOf<K, V>(table: Table<K, V>, id: string | number): Entry | undefined {
    return this.#rows(table).get(id);
  }

  /** For drafts only: the tree with these changes, and how to make them the state's own. */
  sealed(base: SparseTree, changes: ReadonlyMap<number, Rows<Change>>): SealedDraft {
    assert(this.#tree === base, "a draft is sealed on the state that it was made from");
    const leaves: { key: Uint8Array; value: Uint8Array | undefined }[] = [];
    const moves: { rows: Rows<Entry>; id: string | number; entry: Entry | undefined }[] = [];
    for (const [number, changed] of changes) {
      const { table, rows } = this.#tables.get(number)!;
      for (const [id, change] of changed) {
        if (change.row === change.before?.row) continue;
        const key = change.before?.leafKey ?? leafKey(table, change.key as never);
        if (change.row === undefined) {
          leaves.push({ key, value: undefined });
          moves.push({ rows, id, entry: undefined });
        } else {
          leaves.push({ key, value: withEncoding(table.row, change.row as never, rowHash) });
          moves.push({ rows, id, entry: { key: change.key, row: change.row, leafKey: key } });
        }
      }
    }
    const tree = leaves.length === 0 ? base : base.update(leaves);
    return {
      root: tree.root,
      commit: () => {
        assert(this.#tree === base, "a draft is committed on the state that it was made from");
        for (const { rows, id, entry } of moves) {
          if (entry === undefined) rows.delete(id);
          else rows.set(id, entry);
        }
        this.#tree = tree;
      },
    };
  }

  #rows<K, V>(table: Table<K, V>): Rows<Entry> {
    const found = this.#tables.get(table.number);
    assert(found !== undefined, `the table ${table.name} is not part of this state`);
    return found.rows;
  }
}

function* exported(
  taken: readonly { readonly table: AnyTable; readonly entries: readonly Entry[] }[],
): Generator<RawRow> {
  for (const { table, entries } of taken) {
    const keyed = entries.map(({ key, row }) => {
      const bytes = encode(table.key, key as never);
      return { key: bytes, first: firstSix(bytes), row };
    });
    keyed.sort((a, b) => a.first - b.first || compareBytes(a.key, b.key));
    for (const { key, row } of keyed) {
      yield { table: table.number, key, row: encode(table.row, row as never) };
    }
  }
}

/** The first six bytes as one number: what decides nearly every comparison of two keys, without a call. */
function firstSix(key: Uint8Array): number {
  let value = 0;
  for (let i = 0; i < 6; i++) value = value * 256 + (key[i] ?? 0);
  return value;
}

export interface SealedDraft {
  readonly root: Uint8Array;
  commit(): void;
}

/** Changes over a committed state, seen by whoever reads through the draft and by nobody else. */
export class Draft implements StateReader {
  readonly #state: State;
  readonly #base: SparseTree;
  readonly #changes = new Map<number, Rows<Change>>();

  /** `base` is the state's tree as it is now: what the draft reads must not move under it. */
  constructor(state: State, base: SparseTree) {
    this.#state = state;
    this.#base = base;
  }

  get<K, V>(table: Table<K, V>, key: K): V | undefined {
    const id = table.id(key);
    const change = this.#changes.get(table.number)?.get(id);
    if (change !== undefined) return change.row as V | undefined;
    return this.#state.entryOf(table, id)?.row as V | undefined;
  }

  put<K, V>(table: Table<K, V>, key: K, row: V): void {
    this.#change(table, key, row);
  }

  delete<K, V>(table: Table<K, V>, key: K): void {
    this.#change(table, key, undefined);
  }

  /** What this draft changed in a table so far, in no order that matters. */
  *changes<K, V>(table: Table<K, V>): Generator<RowChange<K, V>> {
    for (const change of this.#changes.get(table.number)?.values() ?? []) {
      if (change.row === change.before?.row) continue;
      yield {
        key: change.key as K,
        before: change.before?.row as V | undefined,
        after: change.row as V | undefined,
      };
    }
  }

  seal(): SealedDraft {
    return this.#state.sealed(this.#base, this.#changes);
  }

  #change<K, V>(table: Table<K, V>, key: K, row: V | undefined): void {
    let changed = this.#changes.get(table.number);
    if (changed === undefined) this.#changes.set(table.number, (changed = new Map()));
    const id = table.id(key);
    const change = changed.get(id);
    if (change !== undefined) change.row = row;
    else changed.set(id, { key, before: this.#state.entryOf(table, id), row });
  }
}

export function leafKey<K, V>(table: Table<K, V>, key: K): Uint8Array {
  return withEncoding(table.key, key, (bytes) => rawLeafKey(table.number, bytes));
}

/** The tree's key of a row, from its raw form. */
export function rawLeafKey(table: number, key: Uint8Array): Uint8Array {
  return taggedHash("contrada/state/key/1", Uint8Array.of(table >>> 8, table & 0xff), key);
}

/** The tree's value of a row. */
export function rowHash(row: Uint8Array): Uint8Array {
  return taggedHash("contrada/state/row/1", row);
}
