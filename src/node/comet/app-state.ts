/**
 * What Contrada keeps in CometBFT's genesis file: `app_state`, a JSON object.
 *
 *     {"genesis": "hex of chain/genesis",
 *      "clock": {"start": 1781560800, "speed": 30, "lead": [{"seconds": 100, "speed": 400}]}}
 *
 * `genesis` is the chain's own, canonical bytes in lower-case hexadecimal. `clock`, of simulated networks only,
 * says how the chain's time follows from CometBFT's: a second of consensus is `speed` seconds of the town,
 * counted from `start` at the genesis time; stretches of the beginning, its `lead`, may run at other speeds, so
 * that nobody waits for the sun to rise. Every validator has the same file, so the mapping is the same
 * everywhere, and it is whole numbers throughout. Members that this file does not know are left to who does.
 *
 * A chain that continues another one has an origin in its genesis, `initial_height` one above that, and besides
 *
 *      "state": {"file": "state.rows", "sha256": "hex"}
 *
 * which names the old chain's rows, an export that stands beside the genesis file (`growth`).
 *
 * The file is read at each start of a node, not only in InitChain: a node that begins with a snapshot of
 * others never sees InitChain.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, fromUtf8, toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { type Genesis, genesisCodec } from "#chain/genesis.ts";
import { isSignedOrigin } from "#chain/origin.ts";
import { NodeFault } from "#node/fault.ts";

/** Time as CometBFT has it. */
export interface ConsensusTime {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** How a simulated network's time runs. */
export interface ChainClock {
  /** The chain's time at the genesis time of consensus. */
  readonly start: UnixSeconds;
  /** Seconds of the chain per second of consensus, a whole number. */
  readonly speed: number;
  /** How it runs first, stretch after stretch: seconds of consensus, at another speed. */
  readonly lead?: readonly { readonly seconds: number; readonly speed: number }[];
}

export interface AppState {
  readonly genesis: Genesis;
  /** `undefined` where the chain's time is that of consensus. */
  readonly clock: ChainClock | undefined;
  /** Of a chain that continues another one. */
  readonly state?: InheritedState;
}

/** The rows that a chain begins with, where they are too many for the genesis: a file beside it in each home. */
export interface InheritedState {
  readonly file: string;
  /** Of the whole file. */
  readonly sha256: Uint8Array;
}

/** Of CometBFT's genesis file, what the application goes by. */
export interface CometGenesis {
  readonly chain: string;
  readonly time: ConsensusTime;
  readonly initialHeight: number;
  readonly appState: AppState;
}

export const SPEED_MAX = 3_600;

/** As it stands in the genesis file. */
export function appStateJson({ genesis, clock, state }: AppState): Readonly<Record<string, unknown>> {
  return {
    genesis: toHex(encode(genesisCodec, genesis)),
    ...(clock !== undefined && { clock: clockJson(clock) }),
    ...(state !== undefined && { state: { file: state.file, sha256: toHex(state.sha256) } }),
  };
}

/** The app_state of a JSON text, e.g. of InitChain. Throws `NodeFault` genesis_unreadable. */
export function readAppState(bytes: Uint8Array): AppState {
  return appStateOf(parsed(fromUtf8(bytes)));
}

/** The genesis file of a home of CometBFT. Throws `NodeFault` genesis_unreadable. */
export function readCometGenesis(home: string): CometGenesis {
  const file = cometGenesisFile(home);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new NodeFault("genesis_unreadable", `CometBFT's genesis ${file} cannot be read`, { cause });
  }
  return cometGenesisOf(text);
}

export function cometGenesisFile(home: string): string {
  return join(home, "config", "genesis.json");
}

/** The text of a genesis file. Throws `NodeFault` genesis_unreadable. */
export function cometGenesisOf(text: string): CometGenesis {
  const document = parsed(text);
  if (!isObject(document)) throw unreadable("is no JSON object");
  const { chain_id, genesis_time, initial_height = "1", app_state } = document;
  const height = Number(initial_height);
  const time = typeof genesis_time === "string" ? consensusTimeOf(genesis_time) : undefined;
  if (typeof chain_id !== "string") throw unreadable("names no chain_id");
  if (time === undefined) throw unreadable("has no genesis_time in UTC");
  if (!Number.isSafeInteger(height) || height < 0) throw unreadable("has no initial_height");
  const appState = appStateOf(app_state);
  if (appState.genesis.chain !== chain_id) {
    throw new NodeFault(
      "genesis_differs",
      `CometBFT's genesis is of "${chain_id}", its app_state of "${appState.genesis.chain}"`,
    );
  }
  const initialHeight = Math.max(1, height);
  const first = (appState.genesis.origin?.header.height ?? 0) + 1;
  if (initialHeight !== first) throw unreadable(`has initial_height ${initialHeight}, where ${first} is due`);
  return { chain: chain_id, time, initialHeight, appState };
}

/**
 * The chain's time at a time of consensus: that itself, or `start + (time − genesis time) × speed` rounded
 * down to a second, stretch by stretch.
 */
export function chainTime(clock: ChainClock | undefined, genesis: ConsensusTime, time: ConsensusTime) {
  if (clock === undefined) return Number(time.seconds);
  let start = clock.start;
  let passedNs = nanosecondsOf(time) - nanosecondsOf(genesis);
  for (const { seconds, speed } of clock.lead ?? []) {
    const stretchNs = BigInt(seconds) * NS_PER_S;
    if (passedNs < stretchNs) return start + chainSeconds(passedNs, speed);
    passedNs -= stretchNs;
    start += seconds * speed;
  }
  return start + chainSeconds(passedNs, clock.speed);
}

/** How fast the chain's time runs at a time of consensus. */
export function speedAt(clock: ChainClock | undefined, genesis: ConsensusTime, time: ConsensusTime): number {
  if (clock === undefined) return 1;
  let passedNs = nanosecondsOf(time) - nanosecondsOf(genesis);
  for (const { seconds, speed } of clock.lead ?? []) {
    passedNs -= BigInt(seconds) * NS_PER_S;
    if (passedNs < 0n) return speed;
  }
  return clock.speed;
}

/** `2026-06-16T08:00:00.123456789Z`; `undefined` where the text is none such. */
export function consensusTimeOf(text: string): ConsensusTime | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}Z`);
  if (match === null || Number.isNaN(ms)) return undefined;
  return { seconds: BigInt(ms / 1000), nanos: Number((match[2] ?? "").padEnd(9, "0")) };
}

/** The time as a genesis file has it. */
export function consensusTimeText({ seconds, nanos }: ConsensusTime): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(nanos).padStart(9, "0")}Z`;
}

/** Of milliseconds of a clock, e.g. `Date.now()`. */
export function consensusTimeAt(ms: number): ConsensusTime {
  const whole = Math.floor(ms);
  return { seconds: BigInt(Math.floor(whole / 1000)), nanos: (whole % 1000) * 1_000_000 };
}

const NS_PER_S = 1_000_000_000n;

function nanosecondsOf({ seconds, nanos }: ConsensusTime): bigint {
  return seconds * NS_PER_S + BigInt(nanos);
}

function chainSeconds(passedNs: bigint, speed: number): number {
  return Number(floorDivide(passedNs * BigInt(speed), NS_PER_S));
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

function appStateOf(value: unknown): AppState {
  if (!isObject(value)) throw unreadable("has an app_state that is no object");
  const bytes = typeof value.genesis === "string" ? fromHex(value.genesis) : undefined;
  const genesis = bytes === undefined ? undefined : decode(genesisCodec, bytes);
  if (genesis?.ok !== true) throw unreadable("has an app_state without the genesis of a chain");
  const { origin } = genesis.value;
  if (origin !== undefined && !isSignedOrigin(origin)) throw unreadable("has an origin that nobody signed");
  const state = inheritedOf(value.state);
  if ((state === undefined) !== (origin === undefined)) {
    throw unreadable("has an origin without a state, or a state without an origin");
  }
  return {
    genesis: genesis.value,
    clock: clockOf(value.clock, genesis.value),
    ...(state !== undefined && { state }),
  };
}

function inheritedOf(value: unknown): InheritedState | undefined {
  if (value === undefined) return undefined;
  const { file, sha256 } = isObject(value) ? value : {};
  const hash = typeof sha256 === "string" ? fromHex(sha256) : undefined;
  if (typeof file !== "string" || !/^\w[\w.-]{0,99}$/.test(file) || hash?.length !== 32) {
    throw unreadable("has a state that names no file and its SHA-256");
  }
  return { file, sha256: hash };
}

function clockOf(value: unknown, genesis: Genesis): ChainClock | undefined {
  if (value === undefined) return undefined;
  const { start, speed, lead = [] } = isObject(value) ? value : {};
  if (!isWhole(start, genesis.time, Number.MAX_SAFE_INTEGER)) {
    throw unreadable("has a clock whose start is no whole second from the chain's genesis on");
  }
  if (!isWhole(speed, 1, SPEED_MAX)) {
    throw unreadable(`has a clock whose speed is no whole number from 1 to ${SPEED_MAX}`);
  }
  if (!Array.isArray(lead) || lead.length > LEAD_MAX) throw unreadable("has a clock whose lead is no list");
  if (lead.length === 0) return { start, speed };
  const stretches = lead.map((one) => {
    const { seconds, speed } = isObject(one) ? one : {};
    if (!isWhole(seconds, 1, 86_400) || !isWhole(speed, 1, SPEED_MAX)) {
      throw unreadable("has a clock with a stretch of its lead that is none");
    }
    return { seconds, speed };
  });
  return { start, speed, lead: stretches };
}

function clockJson({ start, speed, lead = [] }: ChainClock) {
  return { start, speed, ...(lead.length > 0 && { lead }) };
}

const LEAD_MAX = 16;

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function unreadable(what: string): NodeFault {
  return new NodeFault("genesis_unreadable", `CometBFT's genesis ${what}`);
}
