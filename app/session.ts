/**
 * What every screen stands on: the community, who is signed in, the community's time, the live stream and whether
 * the platform can be reached. The stream is server-sent events; the browser resumes it by `Last-Event-ID`, and
 * where a connection ended for good a new one is opened and the values are read again.
 *
 * Ages are measured on this device's clock from the moment a value arrived, because a demo town's own clock may
 * run 600 times as fast. A paused town is not stale: nothing happens in it.
 */
import { createMemo, createRoot, createSignal } from "solid-js";
import type { Community, DemoClock, Live, MicrogridState, Session } from "#wire/schemas.ts";
import type { StreamEvents } from "#wire/stream-events.ts";
import { forgetLast, keepLast, type Received, readLast } from "./cache.ts";
import { soon } from "./later.ts";
import { platform } from "./platform.ts";

/** How the app stands to the platform. `silent`: the network is there, the platform does not answer. */
export type Connection = "connecting" | "live" | "silent" | "offline";

const [community, setCommunity] = createSignal<Community | undefined>(
  readLast<Community>("community")?.value,
);
// Whoever was here last is taken for here until the platform answers: the frame and the last view stand at once.
const [session, setSession] = createSignal<Session | null | undefined>(readLast<Session>("session")?.value);
const [clock, setClock] = createSignal<Received<DemoClock>>();
const [connection, setConnection] = createSignal<Connection>("connecting");
const [live, setLive] = createSignal<Received<Live> | undefined>(lastLive(session()));
const [microgridState, setMicrogridState] = createSignal<Received<MicrogridState>>();
const [wallNow, setWallNow] = createSignal(Date.now());
/** Since when the stream stands, ms. */
const [liveSince, setLiveSince] = createSignal(0);

export {
  /** The demo town's clock as last heard; `undefined` in a real community. */
  clock,
  /** The community's laws and zone; from the last visit while offline. */
  community,
  connection,
  /** The home now, with the moment it arrived. */
  live,
  microgridState,
  /** Who is signed in; `null` when nobody is, `undefined` while not yet known. */
  session,
  /** This device's clock, ms, once a second. */
  wallNow,
};

export const { now, reachable, settled, shownSince } = createRoot(() => ({
  /** The community's time in Unix seconds: the town's clock carried on between its events, else this device's. */
  now: createMemo((): number => {
    const wall = wallNow();
    const heard = clock();
    if (heard === undefined) {
      return community()?.demo === true ? (live()?.value.time ?? community()!.time) : Math.floor(wall / 1000);
    }
    const { time, paused, speed } = heard.value;
    if (paused || connection() !== "live") return time;
    // Carried on for a few seconds at most: beyond that an event is missing and time is not ours to invent.
    return Math.floor(time + speed * Math.min(5, Math.max(0, (wall - heard.at) / 1000)));
  }),
  /** Whether an action can reach the platform now. */
  reachable: createMemo(() => connection() === "live" || connection() === "connecting"),
  /** Whether the stream has stood long enough for every value to have come: only then is an old one "last known". */
  settled: createMemo(() => connection() === "live" && wallNow() - liveSince() > 5000),
  /** While unreachable: the community's time of the view that is shown, else `undefined`. */
  shownSince: createMemo(() =>
    connection() === "offline" || connection() === "silent"
      ? (live()?.value.time ?? clock()?.value.time)
      : undefined,
  ),
}));

/**
 * How old a value is, in seconds of this device's clock. A paused town does not age; and where values come every
 * few seconds (a simulated town's step), their age counts from when the next one was due.
 */
export function ageOf(received: Received<unknown> | undefined): number | undefined {
  if (received === undefined) return undefined;
  if (connection() === "live" && clock()?.value.paused === true) return 0;
  return Math.max(0, (wallNow() - received.at) / 1000 - (community()?.demo === true ? usualGapS : 0));
}

/** Between two streamed values as last seen, at most 10 s. */
let usualGapS = 1;

export type Freshness = "fresh" | "dim" | "last-known";

/** Over 5 s dimmed with its age, over 30 s "last known". */
export function freshnessOf(ageS: number | undefined): Freshness {
  if (ageS === undefined || ageS > 30) return "last-known";
  return ageS > 5 ? "dim" : "fresh";
}

type EventName = keyof StreamEvents;
type Listener<K extends EventName> = (event: StreamEvents[K]) => void;
const listeners = new Map<EventName, Set<Listener<EventName>>>();
const returns = new Set<() => void>();

/** Calls `listener` at each stream event of that name; returns how to stop. */
export function onStream<K extends EventName>(name: K, listener: Listener<K>): () => void {
  let set = listeners.get(name);
  if (set === undefined) listeners.set(name, (set = new Set()));
  set.add(listener as Listener<EventName>);
  return () => void set.delete(listener as Listener<EventName>);
}

/** Calls `listener` when the platform is reached again after events may have been missed; returns how to stop. */
export function onReturn(listener: () => void): () => void {
  returns.add(listener);
  return () => void returns.delete(listener);
}

/** Finds the community and who is signed in, and starts the clock of ages. Call once. */
export async function startSession(): Promise<void> {
  setInterval(() => setWallNow(Date.now()), 1000);
  addEventListener("offline", () => setConnection("offline"));
  addEventListener("online", () => void reconnect());
  addEventListener("pagehide", keepLive);
  if (!navigator.onLine) setConnection("offline");
  await Promise.all([readCommunity(), readSession()]);
}

async function readCommunity(): Promise<void> {
  try {
    const value = await platform.call("GET /v1/community");
    setCommunity(value);
    keepLast("community", { value, at: Date.now() });
    if (value.demo) await hearClock(await platform.call("GET /v1/demo/clock"));
  } catch {
    lostContact();
  }
}

async function hearClock(value: DemoClock): Promise<void> {
  setClock({ value, at: Date.now() });
}

/** Takes a live value that was read, not streamed; an older one than the shown changes nothing. */
export function hearLive(value: Live): void {
  const shown = live();
  if (shown !== undefined && shown.value.time > value.time) return;
  const at = Date.now();
  if (shown !== undefined && shown.value.time < value.time) usualGapS = Math.min(10, (at - shown.at) / 1000);
  setLive({ value, at });
  if (at - keptAt < KEEP_EVERY_MS) return;
  keptAt = at;
  keepLive();
}

function keepLive(): void {
  const [who, shown] = [session(), live()];
  if (who != null && shown !== undefined) keepLast(`${who.account}:live`, shown);
}

/** Where a page ends without a word, the offline view is that much older than the last value seen. */
const KEEP_EVERY_MS = 3000;
let keptAt = 0;

/** Takes the street's state, streamed or read. */
export function hearMicrogrid(value: MicrogridState): void {
  setMicrogridState({ value, at: Date.now() });
}

/** The platform answers, and knows nobody here. */
function beNobody(): void {
  forgetLast();
  setLive(undefined);
  setSession(null);
  setConnection("live");
}

async function readSession(): Promise<void> {
  try {
    const value = await platform.call("GET /v1/session");
    if (value === null) beNobody();
    else begin(value);
  } catch {
    // Unreachable: show the last visit, if there was one.
    const last = readLast<Session>("session");
    lostContact();
    if (last === undefined) setSession(null);
    else begin(last.value);
  }
}

/** Somebody is signed in from here on. */
export function begin(value: Session): void {
  keepLast("session", { value, at: Date.now() });
  if (value.account !== session()?.account) {
    setLive(lastLive(value));
    keptAt = 0;
  }
  setSession(value);
  openStream();
  // Once the view stands: nobody waits for it, and what signs is not needed for the first look.
  soon(() => void keepNextKey(value));
}

/** Someone else signed in here: their own stream follows. */
export function beginAnew(value: Session): void {
  closeStream();
  begin(value);
}

async function keepNextKey(value: Session): Promise<void> {
  if (value.role === "citizen" && reachable()) await (await import("./sign-in.ts")).keepNextKey(value);
}

/** One's number on the chain may have changed: reads who is here, goes on with the key that follows, reads all anew. */
async function followRenewal(): Promise<void> {
  const value = await platform.call("GET /v1/session").catch(() => undefined);
  if (value == null || value.member === session()?.member) return;
  keepLast("session", { value, at: Date.now() });
  await keepNextKey(value);
  setSession(value);
  for (const listener of returns) listener();
}

export async function knownCommunity(): Promise<Community> {
  return community() ?? platform.call("GET /v1/community");
}

/** Whether a number on the chain is, or was in an earlier period, that of who is signed in. */
export function isOwn(member: number): boolean {
  const who = session();
  // One kept for the offline view by an earlier version knows no earlier numbers.
  return who != null && (who.member === member || (who.earlier ?? []).includes(member));
}

function lastLive(who: Session | null | undefined): Received<Live> | undefined {
  return who?.role === "citizen" ? readLast<Live>(`${who.account}:live`) : undefined;
}

/** Signs out and forgets what was kept for the offline view. The device keeps its key. */
export async function signOut(): Promise<void> {
  closeStream();
  await platform.call("DELETE /v1/session").catch(() => undefined);
  forgetLast();
  setLive(undefined);
  setMicrogridState(undefined);
  setSession(null);
}

/** Demo town: pauses, sets the speed or jumps forward. */
export async function setDemoClock(change: {
  paused?: boolean;
  speed?: number;
  seekTo?: "sunrise" | "noon" | "sunset" | "midnight" | number;
}): Promise<void> {
  await hearClock(await platform.call("POST /v1/demo/clock", { body: change }));
}

let stream: EventSource | undefined;
let missed = false;
let retry: ReturnType<typeof setTimeout> | undefined;

function openStream(): void {
  if (stream !== undefined || session() == null) return;
  const source = new EventSource("/v1/stream");
  stream = source;
  source.onopen = () => {
    setConnection("live");
    setLiveSince(Date.now());
    if (missed) void followRenewal();
    if (missed) for (const listener of returns) listener();
    missed = false;
  };
  source.onerror = () => {
    lostContact();
    // A closed source never tries again by itself; the browser's own retries need no help.
    if (source.readyState === EventSource.CLOSED) {
      closeStream();
      retry = setTimeout(() => void reconnect(), 3000);
    }
  };
  receive(source, "live", hearLive);
  receive(source, "clock", (value) => void hearClock(value));
  receive(source, "microgrid", hearMicrogrid);
  receive(source, "sale", () => undefined);
  receive(source, "contract", () => undefined);
  receive(source, "accumulator", () => undefined);
  receive(source, "block", () => undefined);
  receive(source, "renewed", () => void followRenewal());
}

function receive<K extends EventName>(
  source: EventSource,
  name: K,
  first: (value: StreamEvents[K]) => void,
): void {
  source.addEventListener(name, (event) => {
    const value = JSON.parse((event as MessageEvent<string>).data) as StreamEvents[K];
    first(value);
    for (const listener of listeners.get(name) ?? []) (listener as Listener<K>)(value);
  });
}

function closeStream(): void {
  clearTimeout(retry);
  stream?.close();
  stream = undefined;
}

function lostContact(): void {
  missed = true;
  setConnection(navigator.onLine ? "silent" : "offline");
}

/** Tries the platform again now: the button of the offline note. */
export async function reconnect(): Promise<void> {
  closeStream();
  if (session() == null) {
    await Promise.all([readCommunity(), readSession()]);
    return;
  }
  try {
    const value = await platform.call("GET /v1/session");
    if (value === null) {
      // The platform forgot the session (it expired, or the town began anew): enter again.
      beNobody();
      return;
    }
    if (community() === undefined) await readCommunity();
    await keepNextKey(value);
    setSession(value);
    openStream();
  } catch {
    lostContact();
    retry = setTimeout(() => void reconnect(), 5000);
  }
}
