/**
 * Checks of JSON that people write by hand: each check takes a value and where it stands, and gives it back typed or
 * throws `FileError` with the place, what was expected and what stood there. A field that no check knows is refused,
 * so that a misspelt one is found.
 */

/** What is wrong with a file that a person wrote: one sentence that begins with the place. */
export class FileError extends Error {
  override readonly name = "FileError";
}

export type Check<T> = (value: unknown, at: string) => T;

export type Checked<C> = C extends Check<infer T> ? T : never;

function expected(what: string, value: unknown, at: string): FileError {
  const shown = value === undefined ? "nothing" : shortened(JSON.stringify(value));
  return new FileError(`${at}: expected ${what}, found ${shown}`);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export function text(what = "a text", pattern = /^[\s\S]+$/): Check<string> {
  return (value, at) => {
    if (typeof value !== "string" || !pattern.test(value)) throw expected(what, value, at);
    return value;
  };
}

export function number(min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): Check<number> {
  const bounds = Number.isFinite(min) || Number.isFinite(max) ? ` from ${min} to ${max}` : "";
  return (value, at) => {
    if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max) {
      throw expected(`a number${bounds}`, value, at);
    }
    return value;
  };
}

export function whole(min: number, max: number): Check<number> {
  return (value, at) => {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      throw expected(`a whole number from ${min} to ${max}`, value, at);
    }
    return value as number;
  };
}

export function boolean(value: unknown, at: string): boolean {
  if (typeof value !== "boolean") throw expected("true or false", value, at);
  return value;
}

export function oneOf<const T extends string>(names: readonly T[]): Check<T> {
  return (value, at) => {
    const found = names.find((name) => name === value);
    if (found === undefined) throw expected(`one of ${names.join(", ")}`, value, at);
    return found;
  };
}

/** A text of one form, or an object of another. */
export function either<A, B>(plain: Check<A>, full: Check<B>): Check<A | B> {
  return (value, at) => (typeof value === "object" ? full(value, at) : plain(value, at));
}

/** At least `min` items. */
export function list<T>(item: Check<T>, min = 0): Check<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length < min) {
      throw expected(min === 0 ? "a list" : `a list of ${min} or more`, value, at);
    }
    return value.map((one, i) => item(one, `${at}[${i}]`));
  };
}

/** An object whose names the file chooses. */
export function record<T>(item: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value, at) => {
    const fields = objectAt(value, at);
    return Object.fromEntries(
      Object.entries(fields).map(([name, one]) => [name, item(one, `${at}.${name}`)]),
    );
  };
}

type Fields = Readonly<Record<string, Check<unknown>>>;
type Whole<F extends Fields, O extends Fields> = { readonly [K in keyof F]: Checked<F[K]> } & {
  readonly [K in keyof O]?: Checked<O[K]>;
};

export function object<const F extends Fields, const O extends Fields = Record<never, never>>(
  required: F,
  optional?: O,
): Check<Whole<F, O>> {
  const known: Fields = { ...required, ...optional };
  return (value, at) => {
    const fields = objectAt(value, at);
    for (const name of Object.keys(fields)) {
      if (!Object.hasOwn(known, name)) {
        throw new FileError(`${at}: there is no "${name}" here; there are ${Object.keys(known).join(", ")}`);
      }
    }
    const checked: Record<string, unknown> = {};
    for (const [name, check] of Object.entries(known)) {
      if (fields[name] === undefined && !Object.hasOwn(required, name)) continue;
      checked[name] = check(fields[name], `${at}.${name}`);
    }
    return checked as Whole<F, O>;
  };
}

function objectAt(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw expected("an object", value, at);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Parses a file's text and checks it; `name` stands before each place. */
export function checkedFile<T>(name: string, content: string, check: Check<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new FileError(`${name} is not JSON: ${(cause as Error).message}`, { cause });
  }
  return check(value, name);
}
