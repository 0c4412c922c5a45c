/**
 * The typed client of every route: one function over a `fetch` that is handed in. Refusals arrive as
 * `ProblemError` with the RFC 9457 body; a network that does not answer throws what `fetch` throws.
 * Schemas are imported as types only, so a browser bundle carries none of them.
 */
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, RouteKey } from "#wire/routes.ts";
import type { Problem } from "#wire/schemas.ts";

export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

type Arguments<K extends RouteKey> = ([ParamsOf<K>] extends [never] ? object : { params: ParamsOf<K> }) &
  ([QueryOf<K>] extends [never] ? object : { query: QueryOf<K> }) &
  ([BodyOf<K>] extends [never] ? object : { body: BodyOf<K> }) & { signal?: AbortSignal };

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Client {
  call<K extends RouteKey>(
    route: K,
    ...args: object extends Arguments<K> ? [Arguments<K>?] : [Arguments<K>]
  ): Promise<ResponseOf<K>>;
}

/** `base` is the origin without a trailing slash, or "" for the page's own; `token` a bearer token for programs. */
export function createClient(fetch: Fetch, base = "", token?: string): Client {
  return {
    async call(route, ...args) {
      const [method, path] = route.split(" ") as [string, string];
      const parts = (args[0] ?? {}) as {
        params?: Record<string, string | number>;
        query?: Record<string, string | number | boolean | undefined>;
        body?: unknown;
        signal?: AbortSignal;
      };
      const response = await fetch(base + pathOf(path, parts.params ?? {}, parts.query ?? {}), {
        method,
        credentials: "same-origin",
        headers: {
          accept: "application/json",
          ...(parts.body === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
        ...(parts.signal === undefined ? {} : { signal: parts.signal }),
      });
      const text = await response.text();
      if (!response.ok) throw new ProblemError(problemOf(response, text));
      return text === "" ? undefined : JSON.parse(text);
    },
  };
}

export function pathOf(
  path: string,
  params: Record<string, string | number>,
  query: Record<string, string | number | boolean | undefined>,
): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === "" ? filled : `${filled}?${text}`;
}

function problemOf(response: Response, text: string): Problem {
  try {
    const body = JSON.parse(text) as Problem;
    if (typeof body.code === "string") return body;
  } catch {
    // Not ours: a proxy's page, or an empty answer.
  }
  return {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    detail: `The platform answered ${response.status} without saying why.`,
    code: "no_problem_document",
  };
}
