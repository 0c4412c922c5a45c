/**
 * The world, taken away from the pure rooms while tests run: in their files clocks, chance and timers throw, and
 * in those of settlement also floating-point mathematics and languages. test/floors.test.ts forbids the words;
 * this meets what goes by another name (an alias, a computed member, a global handed on).
 *
 * A file of such a room gets, before its first line, constants of the same names; nothing else in the process
 * is touched, so nothing outside pays or breaks. What hangs on values, not on a name (`localeCompare` of a
 * text), asks who calls. Loaded before every test file by test/run.ts:
 * `node --import ./test/support/frozen.ts --test FILE`.
 */
import { registerHooks } from "node:module";

const ROOMS = "base|crypto|plant|control|metering|tariff|ledger|rules|market|chain|consensus|wire";
const SETTLEMENT = new Set(["tariff", "ledger", "rules", "market", "chain"]);
/** Not tests and what supports them, and not the one file that stands on Node. */
const FILE = new RegExp(`/src/(${ROOMS})/(?!.*(\\.test|/test-|/fixtures/|native-node|native-web)).*\\.ts$`);
const FROZEN = Symbol.for("contrada.frozen");

export class FrozenWorld extends Error {
  override readonly name = "FrozenWorld";

  constructor(what: string) {
    super(`a pure room may not use ${what}: hand it in`);
  }
}

/** A function, a class and an object at once: whatever is done with it throws. */
function forbidden(what: string): unknown {
  const refuse = (key?: string | symbol): never => {
    throw new FrozenWorld(typeof key === "string" ? `${what}.${key}` : what);
  };
  return new Proxy(class {}, {
    get: (_, key) => refuse(key),
    apply: () => refuse(),
    construct: () => refuse(),
  });
}

/** `Math` without what may differ between engines or is chance; the rest as it is. */
function mathOf(allowed: (name: string) => boolean): unknown {
  const frozen: Record<string, unknown> = {};
  for (const name of Object.getOwnPropertyNames(Math)) {
    const own = Math[name as keyof Math] as unknown;
    const refuse = () => {
      throw new FrozenWorld(`Math.${name}`);
    };
    frozen[name] = typeof own !== "function" || allowed(name) ? own : refuse;
  }
  return Object.freeze(frozen);
}

const WHOLE = new Set("abs ceil clz32 floor imul max min sign trunc".split(" "));
const clocks = {
  Date: forbidden("Date"),
  performance: forbidden("performance"),
  crypto: forbidden("crypto"),
  setTimeout: forbidden("setTimeout"),
  setInterval: forbidden("setInterval"),
  setImmediate: forbidden("setImmediate"),
  queueMicrotask: forbidden("queueMicrotask"),
  process: forbidden("process"),
  fetch: forbidden("fetch"),
};
const pure = { ...clocks, Math: mathOf((name) => name !== "random") };
const settlement = {
  ...clocks,
  Math: mathOf((name) => WHOLE.has(name)),
  Intl: forbidden("Intl"),
  JSON: forbidden("JSON"),
};
Object.defineProperty(globalThis, FROZEN, { value: { pure, settlement } });

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const room = FILE.exec(url)?.[1];
    if (room === undefined || loaded.source === undefined || loaded.source === null) return loaded;
    const world = SETTLEMENT.has(room) ? "settlement" : "pure";
    const names = Object.keys(world === "pure" ? pure : settlement);
    // On the first line, so that every line keeps its number.
    const taken = `const { ${names.join(", ")} } = globalThis[Symbol.for("contrada.frozen")].${world};`;
    const source =
      typeof loaded.source === "string" ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: taken + source };
  },
});

const localeMethods = {
  text: ["localeCompare", "toLocaleLowerCase", "toLocaleUpperCase"],
  number: ["toLocaleString"],
} as const;
for (const [prototype, names] of [
  [String.prototype, localeMethods.text],
  [Number.prototype, localeMethods.number],
  [BigInt.prototype, localeMethods.number],
] as const) {
  for (const name of names) guard(prototype, name);
}

/** A method that throws where the file of a pure room calls it itself. */
function guard(prototype: object, name: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
  const own = descriptor.value as (...args: unknown[]) => unknown;
  const guarded = {
    [name](this: unknown, ...args: unknown[]): unknown {
      const caller = new Error().stack?.split("\n")[2] ?? "";
      if (FILE.test(caller.replace(/:\d+:\d+\)?$/, ""))) throw new FrozenWorld(name);
      return own.apply(this, args);
    },
  };
  Object.defineProperty(prototype, name, { ...descriptor, value: guarded[name] });
}
