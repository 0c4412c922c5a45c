/**
 * The interface as OpenAPI 3.1, made from the very table that the server registers (`wire/routes`). TypeBox
 * schemas are JSON Schema already; shapes with a name in `wire/schemas` and `wire/market-schemas` become components.
 */
import type { TSchema } from "typebox";
import * as marketSchemas from "#wire/market-schemas.ts";
import * as outletSchemas from "#wire/outlet-schemas.ts";
import { ROUTES, type Route } from "#wire/routes.ts";
import * as plainSchemas from "#wire/schemas.ts";

/** Shapes of both files; what only describes a field has a name that ends in `Schema`. */
const schemas = { ...plainSchemas, ...marketSchemas, ...outletSchemas };

type Json = { [name: string]: unknown };

export interface About {
  readonly title: string;
  readonly version: string;
  /** Without it, the demo town's routes are left out. */
  readonly demo: boolean;
}

/** Answers that are no JSON. */
const OTHER_ANSWERS: Readonly<Record<string, string>> = {
  "GET /v1/home/archive.csv": "text/csv",
  "GET /v1/stream": "text/event-stream",
};

export const ACCESS: { readonly [access in Route["access"]]: string } = {
  public: "anybody",
  session: "anybody signed in",
  citizen: "a citizen, for the own home",
  supplier: "a supplier",
  operator: "the operator",
  demo: "anybody, where a simulated town runs",
};

export function openApi({ title, version, demo }: About): Json {
  const paths: { [path: string]: Json } = {};
  for (const [key, route] of routesOf(demo)) {
    const [method, path] = key.split(" ") as [string, string];
    const pattern = path.replace(/:(\w+)/g, "{$1}");
    (paths[pattern] ??= {})[method.toLowerCase()] = operation(key, route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title,
      version,
      description:
        "Energy in whole Wh, money in whole µEUR, prices in µEUR/kWh, power in W; instants in Unix seconds; civil days of the community's zone. Every refusal is a problem document (RFC 9457).",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: Object.fromEntries(NAMED.map(([name, schema]) => [name, reduced(schema, name)])),
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "contrada_<port>",
          description: "set by POST /v1/session",
        },
        token: {
          type: "http",
          scheme: "bearer",
          description: "for programs: POST /v1/session with bearer: true",
        },
      },
    },
  };
}

export function routesOf(demo: boolean): [string, Route][] {
  return Object.entries(ROUTES as Record<string, Route>).filter(
    ([, { access }]) => demo || access !== "demo",
  );
}

function operation(key: string, route: Route): Json {
  const open = route.access === "public" || route.access === "demo";
  const other = OTHER_ANSWERS[key];
  const done =
    route.response !== undefined
      ? { "application/json": { schema: reduced(route.response) } }
      : other !== undefined
        ? { [other]: { schema: { type: "string" } } }
        : undefined;
  const answer = { description: "done", ...(done === undefined ? {} : { content: done }) };
  return {
    operationId: operationId(key),
    tags: [key.split("/")[2]!.split(/[:?]/)[0]!],
    summary: route.summary,
    description: `For ${ACCESS[route.access]}.`,
    security: open ? [] : [{ session: [] }, { token: [] }],
    ...parametersOf(route),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: { required: true, content: { "application/json": { schema: reduced(route.body) } } },
        }),
    responses: {
      [done === undefined ? "204" : "200"]: answer,
      ...(key === "POST /v1/transactions"
        ? { "202": { ...answer, description: "admitted, not yet durable" } }
        : {}),
      default: {
        description: "refused",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function operationId(key: string): string {
  return key
    .replace("/v1", "")
    .toLowerCase()
    .replace(/[^a-z0-9]+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function parametersOf(route: Route): Json {
  const parameters = (["params", "query"] as const).flatMap((part) => {
    const schema = route[part] as
      | (TSchema & { properties: Record<string, TSchema>; required?: string[] })
      | undefined;
    return Object.entries(schema?.properties ?? {}).map(([name, value]) => ({
      name,
      in: part === "params" ? "path" : "query",
      required: part === "params" || (schema!.required ?? []).includes(name),
      schema: reduced(value),
    }));
  });
  return parameters.length === 0 ? {} : { parameters };
}

/** The shapes that are worth a name, by name. */
const NAMED: readonly (readonly [string, TSchema])[] = (
  Object.entries(schemas) as [string, unknown][]
).filter(
  (entry): entry is [string, TSchema] =>
    !entry[0].endsWith("Schema") && typeof entry[1] === "object" && entry[1] !== null,
);
const NAME_OF = new Map(NAMED.map(([name, schema]) => [JSON.stringify(plain(schema)), name]));

/** A schema with its named parts replaced by references; `itself` is the name that is being defined. */
function reduced(schema: TSchema, itself?: string): unknown {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    const name = NAME_OF.get(JSON.stringify(value));
    if (name !== undefined && name !== itself) return { $ref: `#/components/schemas/${name}` };
    const { items, additionalItems: _, ...rest } = value as Json;
    // JSON Schema 2020-12 has another word for the places of a tuple.
    if (Array.isArray(items)) return { ...rest, prefixItems: items.map(replace), maxItems: items.length };
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== "$id")
        .map(([key, part]) => [key, replace(part)]),
    );
  };
  return replace(plain(schema));
}

/** Without what TypeBox keeps beside the schema. */
function plain(schema: TSchema): Json {
  return JSON.parse(JSON.stringify(schema)) as Json;
}
