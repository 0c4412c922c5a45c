/**
 * The walls of the house, as rules over source text: who may import whom, that no files lean on each other in
 * a circle, what pure rooms may not touch, and which packages a room may use. `test/floors.test.ts` holds the
 * house to them; a rule is changed here together with ARCHITECTURE.md.
 *
 * Only what runs counts: `import type` is erased before anything runs and is free. Tests and what supports
 * them (`*.test.ts`, `test-*.ts`, fixtures, test/, bench/) stand outside the house and may look anywhere.
 */
import { type Token, tokensOf } from "./tokens.ts";

export interface Source {
  /** From the root of the repository: `src/market/sale.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly rule: "direction" | "circle" | "purity" | "determinism" | "package";
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** From the ground up. A room imports rooms of floors below its own, and itself. */
const FLOORS: readonly (readonly string[])[] = [
  ["base"],
  ["crypto", "grid", "plant", "devices"],
  ["control", "metering", "consensus", "tariff"],
  ["forecast", "anomaly", "ledger", "rules"],
  ["market"],
  ["chain", "billing"],
  ["wire", "node"],
  ["platform", "operator", "gateway", "app"],
  ["sim"],
  ["cli"],
];

/** Doors that stay shut although they lead down. */
const SHUT: readonly { readonly from: string; readonly to: RegExp; readonly why: string }[] = [
  { from: "platform", to: /^node\//, why: "platform and node meet in chain/host.ts" },
  {
    from: "ledger",
    to: /^(plant|grid|devices|control|metering)\//,
    why: "the ledger knows no energy",
  },
  { from: "market", to: /^ledger\/(block|machine|transaction)\.ts$/, why: "the market knows no blocks" },
];

/** What the app may see of the house: the wire, and what lets a device check for itself. */
const APP_SEES =
  /^(base|billing|crypto|consensus|wire|market|ledger|tariff|rules)\/|^chain\/((supply-)?transactions|events)\.ts$|^metering\/(signed-)?reading\.ts$|^devices\/points\.ts$|^control\/(command|dispatch|kept-worth|operator-limit)\.ts$/;

const PURE = new Set(
  "base crypto grid plant metering control consensus tariff forecast anomaly ledger rules market chain billing wire".split(
    " ",
  ),
);
/** Settlement: whole numbers only, in one order. */
const DETERMINISTIC = new Set(["tariff", "ledger", "rules", "market", "chain", "billing"]);
/** The one pure file that stands on Node: its counterpart in a browser is `native-web.ts`. */
const NATIVE = "src/crypto/native-node.ts";
/** A port: its methods are promises because its runners are; nothing in it runs. */
const PORT = "src/chain/host.ts";

/** npm packages by room. Node's own modules are for the rooms that are neither pure nor in a browser. */
const PACKAGES: Readonly<Record<string, readonly RegExp[]>> = {
  crypto: [/^@noble\/(curves|hashes)\//],
  wire: [/^typebox$/],
  node: [/^cosmjs-types\/tendermint\/abci\/types$/],
  devices: [/^jsmodbus$/, /^mqtt(\/lib\/client)?$/, /^ocpp-rpc$/],
  platform: [
    /^fastify$/,
    /^@fastify\/[a-z-]+$/,
    /^typebox(\/.*)?$/,
    /^pdfkit$/,
    /^aedes$/,
    /^mqtt$/,
    /^@peculiar\/x509$/,
    /^web-push$/,
  ],
  gateway: [/^mqtt$/, /^@peculiar\/x509$/],
  cli: [/^uqr$/],
  app: [/^solid-js(\/.*)?$/, /^uplot(\/.*)?$/, /^@fontsource-variable\//, /^virtual:pwa-register/, /^uqr$/],
};

const FORBIDDEN_IN_PURE = new Set(
  (
    "Date performance process console fetch setTimeout setInterval setImmediate queueMicrotask require " +
    "globalThis window document navigator localStorage indexedDB XMLHttpRequest WebSocket EventSource Worker"
  ).split(" "),
);
const MATH_OF_WHOLE_NUMBERS = new Set("abs ceil clz32 floor imul max min sign trunc".split(" "));
const FORBIDDEN_WORDS_OF_SETTLEMENT = new Set(
  "async await Promise Intl JSON parseFloat Float32Array Float64Array WeakRef".split(" "),
);
const FORBIDDEN_METHODS_OF_SETTLEMENT = new Set(
  "localeCompare parseFloat toLocaleString toLocaleUpperCase toLocaleLowerCase toFixed toPrecision".split(
    " ",
  ),
);

interface Import {
  readonly from: string;
  readonly line: number;
  readonly typeOnly: boolean;
  /** `import("…")`: asked for when everything that runs at once has run. */
  readonly later: boolean;
}

/** What is wrong with each file on its own. */
export function findingsIn(source: Source): Finding[] {
  const room = roomOf(source.path);
  if (room === undefined) return [];
  const findings: Finding[] = [];
  const note = (rule: Finding["rule"], line: number, what: string) =>
    findings.push({ rule, path: source.path, line, what });
  for (const { from, line, typeOnly } of importsOf(source)) {
    if (typeOnly) continue;
    const target = fileOf(source.path, from);
    if (target === undefined) {
      const problem = packageProblem(source.path, room, from);
      if (problem !== undefined) note("package", line, `${from}: ${problem}`);
    } else {
      const problem = directionProblem(source.path, room, target);
      if (problem !== undefined) note("direction", line, `${from}: ${problem}`);
    }
  }
  if (!PURE.has(room) || source.path === NATIVE) return findings;
  const tokens = tokensOf(source.text);
  for (const { line, what } of impurities(tokens)) note("purity", line, what);
  if (DETERMINISTIC.has(room)) {
    for (const { line, what } of indeterminate(tokens, source.path === PORT)) note("determinism", line, what);
  }
  return findings;
}

/** Files that come back to themselves through what they import before they run. */
export function circlesIn(sources: readonly Source[]): Finding[] {
  const edges = new Map<string, { to: string; line: number }[]>();
  for (const source of sources) {
    if (roomOf(source.path) === undefined) continue;
    const to = importsOf(source)
      .filter(({ typeOnly, later }) => !typeOnly && !later)
      .map(({ from, line }) => ({ to: fileOf(source.path, from), line }))
      .filter((edge): edge is { to: string; line: number } => edge.to !== undefined);
    edges.set(source.path, to);
  }
  const findings: Finding[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    for (const { to, line } of edges.get(path) ?? []) {
      const start = [...trail, path].indexOf(to);
      if (start >= 0) {
        const circle = [...trail, path].slice(start);
        findings.push({ rule: "circle", path, line, what: [...circle, to].join(" → ") });
      } else if (!done.has(to)) {
        visit(to, [...trail, path]);
      }
    }
    done.add(path);
  };
  for (const path of edges.keys()) if (!done.has(path)) visit(path, []);
  return findings;
}

/** The room that a file belongs to; `undefined` for what stands outside the house. */
export function roomOf(path: string): string | undefined {
  if (/\.test\.tsx?$|\/fixtures\/|\/test-[^/]*\.ts$|^app\/vite\.config\.ts$/.test(path)) return undefined;
  if (path.startsWith("app/")) return "app";
  return /^src\/([a-z]+)\//.exec(path)?.[1];
}

/** The file that an import means; `undefined` for a package or a builtin. */
function fileOf(path: string, from: string): string | undefined {
  if (from === "#crypto/native") return NATIVE;
  if (from.startsWith("#")) return `src/${from.slice(1)}`;
  if (!from.startsWith(".")) return undefined;
  const parts = path.split("/").slice(0, -1);
  for (const part of from.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function directionProblem(path: string, room: string, target: string): string | undefined {
  if (target === "package.json") return PURE.has(room) || room === "app" ? "a file of a shell" : undefined;
  const other = target.startsWith("app/") ? "app" : /^src\/([a-z]+)\//.exec(target)?.[1];
  if (other === undefined || roomOf(target) === undefined) return "the house does not lean on its tests";
  if (other === room) return undefined;
  if (floorOf(other) >= floorOf(room)) return `${room} may not look up to ${other}, nor across`;
  const inSource = target.replace(/^src\//, "");
  if (target.startsWith("src/crypto/native")) return "only crypto chooses its native part";
  const shut = SHUT.find(({ from, to }) => from === room && to.test(inSource));
  if (shut !== undefined) return shut.why;
  if (room === "app" && !APP_SEES.test(inSource)) return "the app talks through the wire";
  return path.startsWith("src/") || room === "app" ? undefined : "no room of the house";
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

function packageProblem(path: string, room: string, from: string): string | undefined {
  if (from.startsWith("node:")) {
    if (path === NATIVE) return from === "node:crypto" ? undefined : "hashing and signing only";
    return PURE.has(room) || room === "app" ? `${room} does not stand on Node` : undefined;
  }
  if (/\.css$/.test(from) && room === "app" && !/^[@a-z]/.test(from)) return undefined;
  const allowed = PACKAGES[room] ?? [];
  return allowed.some((pattern) => pattern.test(from)) ? undefined : `not a package of ${room}`;
}

/** Static and dynamic imports and re-exports. JSX breaks the tokens, so there the text itself is searched. */
export function importsOf({ path, text }: Source): Import[] {
  if (path.endsWith(".tsx")) return importsOfJsx(text);
  const tokens = tokensOf(text);
  const imports: Import[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== "word" || (token.text !== "import" && token.text !== "export")) continue;
    if (tokens[i - 1]?.text === ".") continue;
    const next = tokens[i + 1];
    if (token.text === "import" && next?.text === "(" && tokens[i + 2]?.kind === "string") {
      imports.push({ from: tokens[i + 2]!.text, line: token.line, typeOnly: false, later: true });
      continue;
    }
    if (token.text === "import" && next?.kind === "string") {
      imports.push({ from: next.text, line: token.line, typeOnly: false, later: false });
      continue;
    }
    const from = clauseEnd(tokens, i + 1);
    if (from === undefined) continue;
    imports.push({ from: from.text, line: token.line, typeOnly: next?.text === "type", later: false });
  }
  return imports;
}

/** The module of `import … from "m"` or `export … from "m"`; `undefined` where the statement is another. */
function clauseEnd(tokens: readonly Token[], from: number): Token | undefined {
  for (let i = from; i < tokens.length; i++) {
    const { kind, text } = tokens[i]!;
    if (text === "from" && tokens[i + 1]?.kind === "string") return tokens[i + 1];
    const inClause = kind === "word" || ["{", "}", ",", "*"].includes(text);
    if (!inClause || (i > from && ["import", "export", "const", "function", "class"].includes(text))) return;
  }
  return undefined;
}

function importsOfJsx(text: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...text.matchAll(statement)].map((match) => ({
    from: match[2] ?? match[3]!,
    line: text.slice(0, match.index).split("\n").length,
    typeOnly: match[1] !== undefined,
    later: match[3] !== undefined,
  }));
}

interface Spot {
  readonly line: number;
  readonly what: string;
}

/** Names of the world outside, used and not declared here. */
function* impurities(tokens: readonly Token[]): Generator<Spot> {
  const own = new Set<string>();
  for (const [i, { kind, text }] of tokens.entries()) {
    const before = tokens[i - 1]?.text;
    const declared = before === "const" || before === "let" || before === "function";
    if (kind === "word" && (declared || (isNamed(tokens, i) && (before === "(" || before === ","))))
      own.add(text);
  }
  for (const [i, { kind, text, line }] of tokens.entries()) {
    if (kind !== "word") continue;
    const before = tokens[i - 1]?.text;
    if (text === "Math" && before !== "." && tokens[i + 2]?.text === "random") {
      yield { line, what: "Math.random" };
    }
    if (!FORBIDDEN_IN_PURE.has(text) || own.has(text)) continue;
    if (before === "." || before === "?." || isNamed(tokens, i)) continue;
    yield { line, what: text };
  }
}

/** Whether a word is the name of a property or a parameter: `fetch:`, `fetch?:`. */
function isNamed(tokens: readonly Token[], i: number): boolean {
  const next = tokens[i + 1]?.text;
  return next === ":" || (next === "?" && tokens[i + 2]?.text === ":");
}

/** What may come out differently on two machines, or leaves the whole numbers. */
function* indeterminate(tokens: readonly Token[], port: boolean): Generator<Spot> {
  for (const [i, { kind, text, line }] of tokens.entries()) {
    const before = tokens[i - 1]?.text;
    const [next, afterNext] = [tokens[i + 1]?.text, tokens[i + 2]?.text];
    const member = before === "." || before === "?.";
    if (kind === "number" && !/^0x/i.test(text) && /[.e]/i.test(text))
      yield { line, what: `the number ${text}` };
    if (kind !== "word") continue;
    if (text === "Math" && next === "." && !MATH_OF_WHOLE_NUMBERS.has(afterNext ?? "")) {
      yield { line, what: `Math.${afterNext}` };
    }
    if (!member && FORBIDDEN_WORDS_OF_SETTLEMENT.has(text) && !(port && text === "Promise")) {
      if (!isNamed(tokens, i)) yield { line, what: text };
    }
    if (member && FORBIDDEN_METHODS_OF_SETTLEMENT.has(text)) yield { line, what: `.${text}` };
    if (member && (text === "sort" || text === "toSorted") && next === "(" && afterNext === ")") {
      yield { line, what: `.${text}() without an order` };
    }
  }
}
