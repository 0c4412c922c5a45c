/**
 * Every sentence of the app, in English, Italian and German. One file per area holds its keys; a key without
 * one of the three languages, or a placeholder that the English text lacks, is a type error.
 *
 * Texts hold `{name}` for a value and `{name:one|many}` for a word that follows a number (the plural forms of
 * all three languages are two: one and other). Screens that load later bring their area with them: `area()`
 * adds it; only the frame and the first screen are there from the start.
 */
import { createSignal } from "solid-js";
import type { ahead } from "./ahead.ts";
import type { archive } from "./archive.ts";
import type { bills } from "./bills.ts";
import type { community } from "./community.ts";
import type { contracts } from "./contracts.ts";
import type { control } from "./control.ts";
import type { debits } from "./debits.ts";
import type { decisions } from "./decisions.ts";
import type { devices } from "./devices.ts";
import type { enter } from "./enter.ts";
import type { explorer } from "./explorer.ts";
import { frame } from "./frame.ts";
import type { install } from "./install.ts";
import type { keys } from "./keys.ts";
import type { limits } from "./limits.ts";
import type { loads } from "./loads.ts";
import type { market } from "./market.ts";
import type { money } from "./money.ts";
import { monitor } from "./monitor.ts";
import type { notices } from "./notices.ts";
import type { operator } from "./operator.ts";
import type { outletTable } from "./outlet-table.ts";
import type { outlets } from "./outlets.ts";
import type { plant } from "./plant.ts";
import type { settlements } from "./settlements.ts";
import type { signing } from "./signing.ts";
import type { supplier } from "./supplier.ts";
import type { trade } from "./trade.ts";

export const LANGUAGES = ["en", "it", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in every language. */
export type Text = Readonly<Record<Language, string>>;
/** The strings of an area: `export const trade = { "trade.title": {…} } as const satisfies Strings`. */
export type Strings = Readonly<Record<string, Text>>;

type Dictionary = typeof frame &
  typeof decisions &
  typeof ahead &
  typeof monitor &
  typeof plant &
  typeof enter &
  typeof trade &
  typeof market &
  typeof contracts &
  typeof control &
  typeof debits &
  typeof bills &
  typeof outlets &
  typeof outletTable &
  typeof archive &
  typeof explorer &
  typeof signing &
  typeof keys &
  typeof limits &
  typeof loads &
  typeof devices &
  typeof install &
  typeof notices &
  typeof money &
  typeof community &
  typeof supplier &
  typeof operator &
  typeof settlements;

export type Key = keyof Dictionary;

type PlaceholderName<P extends string> = P extends `${infer Name}:${string}` ? Name : P;
type Placeholders<S extends string> = S extends `${string}{${infer P}}${infer Rest}`
  ? PlaceholderName<P> | Placeholders<Rest>
  : never;
type ValuesOf<K extends Key> = { readonly [P in Placeholders<Dictionary[K]["en"]>]: string | number };
type Values<K extends Key> = [Placeholders<Dictionary[K]["en"]>] extends [never] ? [] : [values: ValuesOf<K>];

/** The keys whose text takes no values. */
export type PlainKey = { [K in Key]: [Placeholders<Dictionary[K]["en"]>] extends [never] ? K : never }[Key];

const texts = new Map<string, Text>();
/** Counts the areas, so that what was shown without one is shown anew when it has come. */
const [areas, setAreas] = createSignal(0);

/** Adds the strings of an area that arrives with its screen. */
export function area(strings: Strings): void {
  for (const [key, text] of Object.entries(strings)) texts.set(key, text);
  setAreas((count) => count + 1);
}

area(frame);
area(monitor);

const LANGUAGE_KEY = "contrada:language";
/** Absent where the strings are tested outside a browser. */
const storage = typeof document === "undefined" ? undefined : localStorage;
const [language, setLanguageSignal] = createSignal<Language>(preferredLanguage());

export { language };

export function setLanguage(next: Language): void {
  setLanguageSignal(next);
  storage?.setItem(LANGUAGE_KEY, next);
  globalThis.document?.documentElement.setAttribute("lang", next);
}

/** The text of a key in the language chosen; tracks the language where it is read. */
export function t<K extends Key>(key: K, ...values: Values<K>): string {
  return fill(texts.get(key)?.[language()] ?? key, values[0] ?? {});
}

/**
 * The text of a key built from a code on the wire, or `undefined` where the app does not know that code or the
 * sentence needs a number that did not come with it.
 */
export function tCode(key: string, values: Readonly<Record<string, string | number>>): string | undefined {
  areas();
  const text = texts.get(key)?.[language()];
  if (text === undefined || placeholdersOf(text).some((name) => values[name] === undefined)) return undefined;
  return fill(text, values);
}

/** The names of the values that a text needs. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1]!);
}

const PLACEHOLDER = /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g;

/**
 * Fills placeholders; one without a value stays visible as its name, so that a gap is seen and not hidden. In all
 * three languages a word is in the singular after 1 and after nothing else.
 */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(PLACEHOLDER, (_, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (one === undefined || many === undefined) return value === undefined ? name : String(value);
    return Number(value) === 1 ? one : many;
  });
}

function preferredLanguage(): Language {
  const wanted = [storage?.getItem(LANGUAGE_KEY) ?? "", ...(globalThis.navigator?.languages ?? [])];
  for (const tag of wanted) {
    const found = LANGUAGES.find((one) => tag.toLowerCase().startsWith(one));
    if (found !== undefined) return found;
  }
  return "en";
}
