/**
 * The home's devices at its own broker, for Home Assistant: discovery messages (retained) as soon as a device has
 * told its points, their values every few seconds, and whether each can be reached; the broker itself says "offline"
 * when the gateway is gone. What may be set comes back as wishes, which go behind the gateway's own setpoints.
 *
 * What was announced stands retained at the broker in a list of our own: a device that is no longer in the equipment
 * file, or a point that somebody may no longer set, is withdrawn at the next start, wherever the folder has gone.
 * A broker that is lost is tried again after a pause; nobody waits for it.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { FileError } from "#devices/checked-json.ts";
import type { Device, PointValues } from "#devices/device.ts";
import {
  type DiscoveryMessage,
  type DiscoveryTopics,
  discoveryOf,
  discoveryOfHome,
  nodeOf,
} from "#devices/home-assistant.ts";
import { type BrokerAddress, MqttLink } from "#devices/mqtt-link.ts";
import type { PointName } from "#devices/points.ts";
import type { Output } from "./cycle.ts";
import { checkCommands, type HomeAssistantSettings } from "./home-assistant-settings.ts";
import type { Override } from "./override.ts";
import type { ProcessImage } from "./process-image.ts";

/** Whoever shows the home beside the platform, and may wish something of it. */
export interface Neighbour {
  /** What is wished of devices that can be reached now; each wish is handed out once. */
  wishes(image: ProcessImage): readonly Output[];
  /** How the home is; never waits and never fails. */
  tell(image: ProcessImage, home: { readonly decision: string; readonly override: string }): void;
  close(): Promise<void>;
}

export interface HomeAssistantOptions {
  readonly settings: HomeAssistantSettings;
  readonly devices: readonly Device[];
  readonly version: string;
  /** Where the password's path begins. */
  readonly folder: string;
  /** Steady ms. */
  readonly now: () => number;
  /** Throws the switch at the box. */
  readonly setOverride: (override: Override | undefined) => void;
  /** The broker is lost, or cannot be reached: once for each time that it was there. */
  readonly note: (sentence: string, cause: unknown) => void;
}

const TIMEOUT_MS = 5_000;
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 60_000;
/** A wish for a device that cannot be reached is forgotten after this. */
const WISH_MS = 30_000;
/** What is longer is no number and no word. */
const PAYLOAD_MAX = 32;
/** How long the list of what was announced is waited for, where there is none. */
const LIST_MS = 500;
const SWITCH_OPTIONS = ["none", "auto", "hold"] as const;
const HOME = "home";

/** What stands at the broker, by device; "" is the home itself. */
type Announced = Readonly<Record<string, { readonly template: string; readonly topics: readonly string[] }>>;

interface Said {
  /** All points that it has told so far: one that is missing for a while stays announced. */
  readonly points: Set<PointName>;
  /** How many of them were announced. */
  announced: number;
  /** The topics that were published by this connection. */
  topics: string;
  isOnline: boolean;
  /** Values of what may be set: shown at once when they change. */
  set: string;
  /** Steady ms of its last state. */
  at: number;
}

export class HomeAssistant implements Neighbour {
  readonly #options: HomeAssistantOptions;
  readonly #link: MqttLink;
  readonly #base: string;
  readonly #wishes = new Map<string, Output & { readonly at: number }>();
  readonly #said = new Map<string, Said>();
  #listed: Announced = {};
  #work: Promise<void> | undefined;
  #retryAt = 0;
  #failures = 0;
  #isClosed = false;

  /** Throws `FileError` where the settings allow what the home has not, and where the password cannot be read. */
  constructor(options: HomeAssistantOptions) {
    const { settings, devices, folder } = options;
    checkCommands(settings, devices);
    const { broker, username, passwordFile, name } = settings;
    this.#options = options;
    this.#base = `contrada/${name}`;
    const address: BrokerAddress = {
      url: broker,
      ...(username !== undefined && { username }),
      ...(passwordFile !== undefined && {
        password: firstLine(resolve(folder, passwordFile)),
      }),
      will: { topic: `${this.#base}/online`, payload: "offline" },
    };
    this.#link = new MqttLink(address, TIMEOUT_MS);
  }

  wishes({ devices }: ProcessImage): readonly Output[] {
    const now = this.#options.now();
    const due: Output[] = [];
    for (const [key, { at, ...output }] of this.#wishes) {
      const isThere = devices.some(({ id, problem }) => id === output.device && problem === undefined);
      if (isThere) due.push(output);
      if (isThere || now - at > WISH_MS) this.#wishes.delete(key);
    }
    return due;
  }

  tell(image: ProcessImage, home: { readonly decision: string; readonly override: string }): void {
    if (this.#work !== undefined || this.#isClosed) return;
    if (!this.#link.isOpen && this.#options.now() < this.#retryAt) return;
    this.#work = this.#publish(image, home)
      .catch((error: unknown) => this.#lost(error))
      .finally(() => {
        this.#work = undefined;
      });
  }

  /** Says that the gateway is gone; what it announced stays, for the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
    await this.#link.publish(`${this.#base}/online`, "offline", true).catch(() => undefined);
    await this.#link.close();
  }

  async #publish(
    { devices }: ProcessImage,
    home: { readonly decision: string; readonly override: string },
  ): Promise<void> {
    const { settings, version } = this.#options;
    if (!this.#link.isOpen) await this.#connect(devices.map(({ id }) => id));
    if (!settings.announce) return;
    for (const device of devices) {
      const { id, kind, template, sheet, problem, values } = device;
      if (Object.keys(values).length === 0) continue;
      const said = this.#saidOf(id);
      const { points } = said;
      for (const name of Object.keys(values)) points.add(name as PointName);
      const settable = settings.commands.filter((one) => one.device === id);
      if (said.topics === "" || said.announced !== points.size) {
        said.announced = points.size;
        const about = { home: settings.name, id, kind, sheet, points: [...points], settable };
        await this.#announce(id, template, discoveryOf(about, this.#topics(id), version));
      }
      const set = settable.map(({ point }) => values[point]).join();
      await this.#say(id, { isOnline: problem === undefined, set, state: rounded(values) });
    }
    const own = { home: settings.name, switchOptions: settings.switch ? SWITCH_OPTIONS : undefined };
    const topics = { ...this.#topics(HOME), availability: [`${this.#base}/online`] };
    await this.#announce("", "", discoveryOfHome(own, topics, version));
    const { decision, override } = home;
    await this.#say("", { isOnline: true, set: override, state: { decision, switch: override } });
  }

  #saidOf(id: string): Said {
    const known = this.#said.get(id);
    if (known !== undefined) return known;
    const said = {
      points: new Set<PointName>(),
      announced: 0,
      topics: "",
      isOnline: false,
      set: "",
      at: Number.NEGATIVE_INFINITY,
    };
    this.#said.set(id, said);
    return said;
  }

  #topics(id: string): DiscoveryTopics {
    const { settings } = this.#options;
    return {
      prefix: settings.prefix,
      availability: [`${this.#base}/online`, `${this.#base}/${id}/online`],
      state: `${this.#base}/${id}/state`,
      set: `${this.#base}/${id}/set`,
    };
  }

  /** Connects, and withdraws what stands there of devices that are no more. */
  async #connect(ids: readonly string[]): Promise<void> {
    const { settings } = this.#options;
    for (const said of this.#said.values()) {
      said.topics = "";
      said.at = Number.NEGATIVE_INFINITY;
    }
    const list = `${this.#base}/announced`;
    const birth = `${settings.prefix}/status`;
    const heard = Promise.withResolvers<string>();
    await this.#link.open([list, birth, ...this.#commandTopics()], (topic, payload, isRetained) => {
      const text = Buffer.from(payload).toString();
      if (topic === list) heard.resolve(text);
      else if (topic === birth) this.#born(text, isRetained);
      // Who finds an old command at the broker does not know what it was about.
      else if (!isRetained && text.length <= PAYLOAD_MAX) this.#wish(topic, text);
    });
    const late = setTimeout(heard.resolve, LIST_MS, "{}");
    this.#listed = this.#announcedIn(await heard.promise);
    clearTimeout(late);
    for (const [id, { topics }] of Object.entries(this.#listed)) {
      if (settings.announce && (id === "" || ids.includes(id))) continue;
      await this.#withdraw(topics);
      if (id !== "") await this.#link.publish(`${this.#base}/${id}/online`, "", true);
      this.#listed = without(this.#listed, id);
    }
    await this.#keepList();
    await this.#link.publish(`${this.#base}/online`, settings.announce ? "online" : "", true);
    this.#failures = 0;
  }

  /** Home Assistant has started and knows no values: they are said again at the next cycle. */
  #born(text: string, isRetained: boolean): void {
    if (text !== "online" || isRetained) return;
    for (const said of this.#said.values()) said.at = Number.NEGATIVE_INFINITY;
  }

  /**
   * Once for each connection, and again where a device tells more points. Of another template everything else is
   * withdrawn; of the same one only what is now announced in another way, because what Home Assistant forgets loses
   * the names that its owner gave.
   */
  async #announce(id: string, template: string, messages: readonly DiscoveryMessage[]): Promise<void> {
    const topics = messages.map(({ topic }) => topic);
    const said = this.#saidOf(id);
    if (said.topics === topics.join()) return;
    const before = this.#listed[id] ?? { template, topics: [] };
    const others = before.topics.filter((topic) => !topics.includes(topic));
    const names = new Set(topics.map(nameIn));
    const isGone = (topic: string) => before.template !== template || names.has(nameIn(topic));
    await this.#withdraw(others.filter(isGone));
    for (const { topic, payload } of messages) {
      await this.#link.publish(topic, JSON.stringify(payload), true);
    }
    said.topics = topics.join();
    said.at = Number.NEGATIVE_INFINITY;
    const kept = others.filter((topic) => !isGone(topic));
    this.#listed = { ...this.#listed, [id]: { template, topics: [...topics, ...kept] } };
    await this.#keepList();
  }

  /** The home's own availability is the gateway's. */
  async #say(
    id: string,
    { isOnline, set, state }: { readonly isOnline: boolean; readonly set: string; readonly state: object },
  ): Promise<void> {
    const { settings, now } = this.#options;
    const said = this.#saidOf(id);
    const isFirst = said.at === Number.NEGATIVE_INFINITY;
    const isTurned = isFirst || said.isOnline !== isOnline;
    if (isTurned && id !== "") {
      await this.#link.publish(`${this.#base}/${id}/online`, isOnline ? "online" : "offline", true);
    }
    const isDue = isTurned || said.set !== set || now() - said.at >= 1_000 * settings.everyS;
    said.isOnline = isOnline;
    if (!isDue) return;
    said.set = set;
    said.at = now();
    if (isOnline) await this.#link.publish(this.#topics(id === "" ? HOME : id).state, JSON.stringify(state));
  }

  #commandTopics(): string[] {
    const { settings } = this.#options;
    if (!settings.announce) return [];
    const topics = settings.commands.map(({ device, point }) => `${this.#base}/${device}/set/${point}`);
    return settings.switch ? [...topics, `${this.#base}/${HOME}/set/switch`] : topics;
  }

  #wish(topic: string, text: string): void {
    const { settings, setOverride, now } = this.#options;
    if (topic === `${this.#base}/${HOME}/set/switch`) {
      const option = SWITCH_OPTIONS.find((one) => one === text);
      if (option !== undefined) setOverride(option === "none" ? undefined : option);
      return;
    }
    const allowed = settings.commands.find(
      ({ device, point }) => topic === `${this.#base}/${device}/set/${point}`,
    );
    const value = /^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
    if (allowed === undefined || !(value >= allowed.min && value <= allowed.max)) return;
    const { device, point } = allowed;
    this.#wishes.set(topic, { device, point, value, at: now() });
  }

  async #withdraw(topics: readonly string[]): Promise<void> {
    for (const topic of topics) await this.#link.publish(topic, "", true);
  }

  async #keepList(): Promise<void> {
    const isEmpty = Object.keys(this.#listed).length === 0;
    await this.#link.publish(`${this.#base}/announced`, isEmpty ? "" : JSON.stringify(this.#listed), true);
  }

  /** Only what can be ours: who writes into our list makes us withdraw nothing of others. */
  #announcedIn(text: string): Announced {
    const { name } = this.#options.settings;
    let value: unknown;
    try {
      value = JSON.parse(text === "" ? "{}" : text);
    } catch {
      return {};
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
    const entries = Object.entries(value).flatMap(([id, one]) => {
      const { template, topics } = (one ?? {}) as { readonly template?: unknown; readonly topics?: unknown };
      if (typeof template !== "string" || !Array.isArray(topics)) return [];
      const node = `/${nodeOf({ home: name, id: id === "" ? HOME : id })}/`;
      const ours = topics.filter(
        (topic) => typeof topic === "string" && topic.includes(node) && topic.endsWith("/config"),
      );
      return [[id, { template, topics: ours as readonly string[] }] as const];
    });
    return Object.fromEntries(entries);
  }

  async #lost(error: unknown): Promise<void> {
    const { broker } = this.#options.settings;
    if (this.#failures === 0) {
      this.#options.note(
        `The home's broker at ${broker} cannot be told of the devices; it is tried again.`,
        error,
      );
    }
    this.#retryAt = this.#options.now() + Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(5, this.#failures));
    this.#failures += 1;
    await this.#link.close();
  }
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/, 1)[0]!;
  } catch (cause) {
    throw new FileError(`homeAssistant.passwordFile: ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** To thousandths: what a register of floats has behind them is noise. */
function rounded(values: PointValues): PointValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Math.round(value * 1_000) / 1_000]),
  );
}

/** "homeassistant/sensor/NODE/powerW/config" is about powerW. */
function nameIn(topic: string): string {
  return topic.split("/").at(-2) ?? "";
}

function without(announced: Announced, id: string): Announced {
  const { [id]: _, ...rest } = announced;
  return rest;
}
