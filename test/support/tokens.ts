/**
 * TypeScript source as words, numbers and signs, without comments and without what stands in strings: enough
 * to say which names a file uses and what it imports. Not a parser; it knows strings, templates with code in
 * them, regular expressions and both kinds of comment.
 */
export interface Token {
  readonly kind: "word" | "number" | "string" | "sign";
  /** Of a string its content, without quotes. Templates and regular expressions are strings too. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /(?:0[xob][\da-f_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:e[+-]?\d+)?\.?)n?/iy;
/** After these a slash divides; after anything else it begins a regular expression. */
const ENDS_A_VALUE = new Set([")", "]"]);
const WORDS_BEFORE_A_VALUE = new Set(
  "return typeof case in of delete void throw new instanceof await yield else do".split(" "),
);

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  /** Depth of braces at which each open template goes on. */
  const templates: number[] = [];
  let depth = 0;
  let line = 1;
  let at = 0;

  const push = (kind: Token["kind"], text: string) => void tokens.push({ kind, text, line });
  const skip = (text: string) => {
    for (const character of text) if (character === "\n") line += 1;
    at += text.length;
  };

  while (at < source.length) {
    const character = source[at]!;
    if (/\s/.test(character)) {
      skip(character);
    } else if (source.startsWith("//", at)) {
      skip(source.slice(at, endOf(source, "\n", at)));
    } else if (source.startsWith("/*", at)) {
      skip(source.slice(at, endOf(source, "*/", at + 2) + 2));
    } else if (character === '"' || character === "'") {
      const text = quoted(source, at, character);
      push("string", text.slice(1, -1));
      skip(text);
    } else if (character === "`") {
      template(at + 1);
    } else if (character === "}" && templates.at(-1) === depth) {
      templates.pop();
      depth -= 1;
      template(at + 1);
    } else if (character === "/" && startsRegex(tokens.at(-1))) {
      const text = regex(source, at);
      push("string", text);
      skip(text);
    } else if (matches(NUMBER)) {
      push("number", matched);
      skip(matched);
    } else if (matches(WORD)) {
      push("word", matched);
      skip(matched);
    } else {
      if (character === "{") depth += 1;
      if (character === "}") depth -= 1;
      const text = ["...", "?.", "=>"].find((sign) => source.startsWith(sign, at)) ?? character;
      push("sign", text);
      skip(text);
    }
  }
  return tokens;

  /** The text of a template from here to its end, or to code within it. */
  function template(from: number): void {
    let end = from;
    while (end < source.length && source[end] !== "`" && !source.startsWith("${", end)) {
      end += source[end] === "\\" ? 2 : 1;
    }
    push("string", source.slice(from, end));
    const code = source.startsWith("${", end);
    skip(source.slice(at, end + (code ? 2 : 1)));
    if (!code) return;
    depth += 1;
    templates.push(depth);
  }

  function matches(pattern: RegExp): boolean {
    pattern.lastIndex = at;
    matched = pattern.exec(source)?.[0] ?? "";
    return matched !== "";
  }
}

let matched = "";

function startsRegex(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "word") return WORDS_BEFORE_A_VALUE.has(before.text);
  return before.kind === "sign" && !ENDS_A_VALUE.has(before.text);
}

function quoted(source: string, from: number, quote: string): string {
  let end = from + 1;
  while (end < source.length && source[end] !== quote) end += source[end] === "\\" ? 2 : 1;
  return source.slice(from, end + 1);
}

function regex(source: string, from: number): string {
  let end = from + 1;
  let inClass = false;
  while (end < source.length && (inClass || source[end] !== "/")) {
    if (source[end] === "[") inClass = true;
    if (source[end] === "]") inClass = false;
    end += source[end] === "\\" ? 2 : 1;
  }
  end += 1;
  while (/[a-z]/.test(source[end] ?? "")) end += 1;
  return source.slice(from, end);
}

function endOf(source: string, mark: string, from: number): number {
  const end = source.indexOf(mark, from);
  return end < 0 ? source.length : end;
}
