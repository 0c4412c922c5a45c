/**
 * Whether a text on the screen is in the language chosen. Every text of a page is explained, piece by piece, by a
 * sentence of the dictionary in that language, or by what has no language: numbers and units, times, names of
 * people and places, hexadecimal. What stays unexplained is foreign: English that was left, a raw key, a gap.
 */
import type { Page } from "playwright-core";
import { ahead } from "../../app/strings/ahead.ts";
import { archive } from "../../app/strings/archive.ts";
import { bills } from "../../app/strings/bills.ts";
import { community } from "../../app/strings/community.ts";
import { contracts } from "../../app/strings/contracts.ts";
import { control } from "../../app/strings/control.ts";
import { debits } from "../../app/strings/debits.ts";
import { decisions } from "../../app/strings/decisions.ts";
import { devices } from "../../app/strings/devices.ts";
import { enter } from "../../app/strings/enter.ts";
import { explorer } from "../../app/strings/explorer.ts";
import { frame } from "../../app/strings/frame.ts";
import { install } from "../../app/strings/install.ts";
import { keys } from "../../app/strings/keys.ts";
import { limits } from "../../app/strings/limits.ts";
import { loads } from "../../app/strings/loads.ts";
import { market } from "../../app/strings/market.ts";
import { money } from "../../app/strings/money.ts";
import { monitor } from "../../app/strings/monitor.ts";
import { notices } from "../../app/strings/notices.ts";
import { operator } from "../../app/strings/operator.ts";
import { outletTable } from "../../app/strings/outlet-table.ts";
import { outlets } from "../../app/strings/outlets.ts";
import { plant } from "../../app/strings/plant.ts";
import { settlements } from "../../app/strings/settlements.ts";
import { signing } from "../../app/strings/signing.ts";
import { supplier } from "../../app/strings/supplier.ts";
import { trade } from "../../app/strings/trade.ts";
import type { Language } from "../support/browser.ts";

const ALL: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  ...frame,
  ...monitor,
  ...plant,
  ...enter,
  ...trade,
  ...ahead,
  ...archive,
  ...explorer,
  ...supplier,
  ...operator,
  ...signing,
  ...keys,
  ...limits,
  ...loads,
  ...money,
  ...community,
  ...market,
  ...contracts,
  ...control,
  ...debits,
  ...bills,
  ...outlets,
  ...outletTable,
  ...settlements,
  ...notices,
  ...decisions,
  ...devices,
  ...install,
};

/** Texts, names and values that a person or a screen reader meets, in order, without repetition. */
export function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>([document.title]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      // What is signed word for word says itself in which language it is.
      const element = node instanceof Element ? node : node.parentElement;
      if (element?.closest("[lang]") !== document.documentElement) continue;
      if (node instanceof Element) {
        for (const name of [
          "aria-label",
          "aria-valuetext",
          "aria-description",
          "placeholder",
          "title",
          "alt",
        ]) {
          const value = node.getAttribute(name);
          if (value !== null) found.add(value);
        }
      } else if (!/^(SCRIPT|STYLE|NOSCRIPT)$/.test(node.parentElement?.tagName ?? "")) {
        found.add(node.textContent ?? "");
      }
    }
    return [...found].map((text) => text.trim()).filter((text) => text !== "");
  });
}

/** Of `texts` those that no sentence of the language explains. */
export function foreign(texts: readonly string[], language: Language): string[] {
  const known = explainerOf(language);
  return texts.filter((text) => !known(text));
}

const explainers = new Map<Language, (text: string) => boolean>();

function explainerOf(language: Language): (text: string) => boolean {
  let known = explainers.get(language);
  if (known === undefined) explainers.set(language, (known = makeExplainer(language)));
  return known;
}

/**
 * A text is known where it is neutral, or a sentence whose values are known, or several such sentences, or a row of
 * the dictionary's own phrases and neutral words.
 */
function makeExplainer(language: Language): (text: string) => boolean {
  const plain = new RegExp(`^(?:${[...WORDS_WITHOUT_LANGUAGE, ...calendarOf(language)].join("|")})+$`, "iu");
  const texts = Object.values(ALL).map((text) => text[language]);
  const templates = texts.map(templateOf).filter(({ says }) => says);
  const phrases = new Set(texts.map(bare));
  const known = (text: string, depth: number): boolean => {
    if (text === "" || plain.test(text) || phrases.has(bare(text))) return true;
    if (depth === 4) return false;
    for (const { pattern } of templates) {
      if (
        pattern
          .exec(text)
          ?.slice(1)
          .every((value) => known(value.trim(), depth + 1)) === true
      )
        return true;
    }
    for (const between of [/(?<=[.?!…]) /, / [·–] /, /: /, /, /]) {
      const parts = text.split(between);
      if (parts.length > 1 && parts.every((part) => known(part.trim(), depth + 1))) return true;
    }
    return inPhrases(text.split(" "), (phrase) => plain.test(phrase) || phrases.has(bare(phrase)));
  };
  const remembered = new Map<string, boolean>();
  return (text) => {
    const even = text.replace(/\s+/g, " ").trim();
    let answer = remembered.get(even);
    if (answer === undefined) remembered.set(even, (answer = known(even, 0)));
    return answer;
  };
}

/** Whether the words can be cut into known phrases. */
function inPhrases(words: readonly string[], isPhrase: (phrase: string) => boolean): boolean {
  const reached = new Set([0]);
  for (let end = 1; end <= words.length; end++) {
    if ([...reached].some((start) => isPhrase(words.slice(start, end).join(" ")))) reached.add(end);
  }
  return reached.has(words.length);
}

/** Without capitals and without what stands at the end of a sentence. */
function bare(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\s.,:;·]+$/, "")
    .toLowerCase();
}

/** The pattern of a text, with a group for each value; `says` where it is more than values and signs. */
function templateOf(text: string): { pattern: RegExp; says: boolean } {
  const parts = text.split(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g);
  let source = "";
  for (let i = 0; i < parts.length; i += 4) {
    source += escaped(parts[i]!);
    if (i + 1 >= parts.length) break;
    const [one, many] = [parts[i + 2], parts[i + 3]];
    source += one === undefined || many === undefined ? "(.+?)" : `(?:${escaped(one)}|${escaped(many)})`;
  }
  return { pattern: new RegExp(`^${source}$`, "iu"), says: /\p{L}/u.test(text.replace(/\{\w+\}/g, "")) };
}

function escaped(text: string): string {
  return text
    .split(/\s+/)
    .map((word) => RegExp.escape(word))
    .join("\\s+");
}

/** Numbers, units, names, codes and hexadecimal: the same in every language. */
const WORDS_WITHOUT_LANGUAGE = [
  "[\\s\\d.,:;·×÷−–—+%°/()…|'’„“”«»€#-]",
  "(?:µEUR|MWh|kWh|kWp|kVA|VA|kW|Wh|W|MW|Hz|V|C|kB|ms|min|s|h)(?!\\p{L})",
  // A conductor.
  "L[123](?!\\p{L})",
  "Contrada Olmo|Contrada|MicroGrid|Olmo|CometBFT",
  "Casa(?= \\d)",
  // A creditor's identifier.
  "IT\\d{2}ZZZ[A-Z\\d]{16}",
  "Via dell’Olmo",
  "Europe/Rome",
  "Alba Energia|Ponente Luce|Tevere Power|Nuova Luce",
  "town-\\d+",
  "[0-9a-f]{6,}",
  "[a-z]+(?:_[a-z]+)+",
  "English|Italiano|Deutsch",
  // An IBAN, whole or its ends; a bank's reference; the beginning of a payout's number, a fingerprint.
  "[A-Z]{2}\\d{2}(?: (?:[A-Z\\d]{1,4}|…))+",
  "TRN [\\d-]+",
  "[0-9a-f]{4}(?: [0-9a-f]{4})+(?!\\p{L})",
  // A code on paper.
  "(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}",
];

/** Months and days of the week as the language writes them, long and short, alone and with a number. */
function calendarOf(language: Language): string[] {
  const names = new Set<string>();
  const locale = language === "en" ? "en-GB" : language;
  for (let i = 0; i < 12; i++) {
    const date = new Date(Date.UTC(2026, i, 1 + i));
    const weekday = new Date(Date.UTC(2026, 5, 1 + (i % 7)));
    for (const style of ["long", "short"] as const) {
      names.add(new Intl.DateTimeFormat(locale, { month: style, timeZone: "UTC" }).format(date));
      names.add(new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" }).format(weekday));
      const parts = new Intl.DateTimeFormat(locale, { month: style, day: "numeric", timeZone: "UTC" });
      for (const part of parts.formatToParts(date)) if (part.type === "month") names.add(part.value);
    }
  }
  return [...names].map((name) => `${RegExp.escape(name)}(?!\\p{L})`);
}
