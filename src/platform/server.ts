/**
 * The platform's HTTP server: registers exactly the routes of `wire/routes`, each behind the same door, with
 * the access that its line there names, its input checked by its schemas, and every refusal a problem document.
 */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { about, type Note } from "#base/log.ts";
import {
  type BodyOf,
  type ParamsOf,
  type QueryOf,
  type ResponseOf,
  ROUTES,
  type Route,
  type RouteKey,
  type Routes,
} from "#wire/routes.ts";
import type { Role } from "#wire/schemas.ts";
import { doorProblem, SECURITY_HEADERS } from "./door.ts";
import { type ProblemCode, problemOf, Refused } from "./problems.ts";
import type { Sessions, Visitor } from "./sessions.ts";

/** A transaction in hexadecimal inside of JSON, with room. */
const BODY_MAX_BYTES = 160 * 1024;

/** A signed-in citizen with a home. */
export interface HomeVisitor extends Visitor {
  readonly plant: number;
}

type VisitorOf<K extends RouteKey> = Routes[K]["access"] extends "public" | "demo"
  ? Visitor | undefined
  : Routes[K]["access"] extends "citizen"
    ? HomeVisitor
    : Visitor;

/** What a handler is given: its inputs, checked, and who asks. */
export interface Call<K extends RouteKey> {
  readonly params: ParamsOf<K>;
  readonly query: QueryOf<K>;
  readonly body: BodyOf<K>;
  readonly visitor: VisitorOf<K>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Answer<K extends RouteKey> = [ResponseOf<K>] extends [never] ? unknown : ResponseOf<K>;

/** One function a route. A handler that answers through `reply` itself returns it. */
export type Handlers<K extends RouteKey> = {
  readonly [R in K]: (call: Call<R>) => Answer<R> | FastifyReply | Promise<Answer<R> | FastifyReply>;
};

export interface ServerOptions {
  readonly handlers: Handlers<RouteKey>;
  readonly sessions: Sessions;
  /** Whether a simulated town runs here: without it its routes do not exist. */
  readonly demo: boolean;
  /** Whether the app is served at `/`. */
  readonly app: boolean;
  /** Host names beside loopback's and addresses, lower case. */
  readonly hostNames: ReadonlySet<string>;
  readonly cookieName: () => string;
  /** Told of every failure that is ours. */
  readonly note: Note;
}

export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: BODY_MAX_BYTES,
    trustProxy: false,
    // To arrive, not to be answered: a stream goes on for ever.
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
  });
  server.removeContentTypeParser("text/plain");
  server.setValidatorCompiler(({ schema, httpPart }) => validatorOf(schema as TSchema, httpPart === "body"));
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, options.note));
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0]!;
    const allowed = methodsOf(path, options.demo);
    if (allowed.length > 0) {
      reply.header("allow", allowed.join(", "));
      throw new Refused(
        "method_not_allowed",
        `${path} takes ${allowed.join(" and ")}, not ${request.method}.`,
      );
    }
    if (options.app && isNavigation(request, path)) {
      return reply.header("cache-control", "no-cache").sendFile("index.html");
    }
    throw new Refused(
      "not_found",
      `There is nothing at ${request.method} ${path}. /docs lists what there is.`,
    );
  });
  server.addHook("onResponse", async (request, reply) => {
    const fields = {
      // The route, not the address, which may hold somebody's number.
      route: `${request.method} ${request.routeOptions.url ?? "?"}`,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    options.note("answered", undefined, about("platform", "request", fields, "debug"));
  });
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const { host, origin } = request.headers;
    const fetchSite = request.headers["sec-fetch-site"];
    const problem = doorProblem(
      {
        method: request.method,
        host,
        origin,
        fetchSite: typeof fetchSite === "string" ? fetchSite : undefined,
      },
      options.hostNames,
    );
    if (problem !== undefined) throw new Refused(problem);
  });
  for (const [key, route] of Object.entries(ROUTES) as [RouteKey, Route][]) {
    if (route.access === "demo" && !options.demo) continue;
    register(server, key, route, options);
  }
  return server;
}

/** The token of a request: a bearer token, or the session cookie. */
export function tokenOf(request: FastifyRequest, cookieName: string): string | undefined {
  const bearer = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(request.headers.authorization ?? "");
  if (bearer !== null) return bearer[1];
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === cookieName && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return undefined;
}

function register(server: FastifyInstance, key: RouteKey, route: Route, options: ServerOptions): void {
  const [method, url] = key.split(" ") as [string, string];
  const handler = options.handlers[key] as (call: Call<RouteKey>) => unknown;
  server.route({
    method: method as "GET",
    url,
    schema: {
      ...(route.params === undefined ? {} : { params: route.params }),
      ...(route.query === undefined ? {} : { querystring: route.query }),
      ...(route.body === undefined ? {} : { body: route.body }),
    },
    // What a handler sent by itself as an object would leave the house unsieved.
    preSerialization: async (request, reply) => {
      if (route.response !== undefined && reply.statusCode < 300)
        throw new Error(`${request.method} ${url} does not answer through its schema`);
    },
    // Before the body is parsed: who may not ask is not read.
    onRequest: async (request, reply) => {
      reply.header("cache-control", "no-store");
      const token = tokenOf(request, options.cookieName());
      const visitor = token === undefined ? undefined : options.sessions.visitorOf(token);
      admit(route.access, visitor);
      VISITORS.set(request, visitor);
    },
    handler: async (request, reply) => {
      const answer = await handler({
        params: request.params as never,
        query: request.query as never,
        body: request.body as never,
        visitor: VISITORS.get(request) as never,
        request,
        reply,
      });
      if (reply.sent || answer === reply) return reply;
      if (answer === undefined) return reply.code(204).send();
      if (answer === null) return reply.type(JSON_TYPE).send("null");
      if (route.response === undefined) return answer;
      return reply.type(JSON_TYPE).send(writerOf(route.response, reply)(answer));
    },
  });
}

const JSON_TYPE = "application/json; charset=utf-8";
const WRITERS = new WeakMap<TSchema, (value: unknown) => string>();

/**
 * Writes as JSON what the schema names: nothing else leaves the house. Made when it is first wanted and kept for all
 * servers of the process: those of all routes are most of the time that a platform takes to open.
 */
function writerOf(schema: TSchema, reply: FastifyReply): (value: unknown) => string {
  let writer = WRITERS.get(schema);
  if (writer === undefined) {
    writer = reply.compileSerializationSchema({ ...schema }) as (value: unknown) => string;
    WRITERS.set(schema, writer);
  }
  return writer;
}

const VISITORS = new WeakMap<FastifyRequest, Visitor | undefined>();

function admit(access: Route["access"], visitor: Visitor | undefined): void {
  if (access === "public" || access === "demo") return;
  if (visitor === undefined) throw new Refused("not_signed_in");
  if (access === "session") return;
  if (visitor.role !== (access satisfies Role)) throw new Refused("role_refused");
  if (access === "citizen" && visitor.plant === undefined) throw new Refused("home_unknown");
}

class InvalidInput extends Error {
  override readonly name = "InvalidInput";
}

/** Texts of an address become numbers where the schema wants them; a body must be what it claims to be. */
function validatorOf(schema: TSchema, strict: boolean) {
  const validator = Compile(schema);
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  const wholes = Object.keys(properties).filter((name) => properties[name]!.type === "integer");
  return (input: unknown) => {
    const value = strict ? input : withNumbers(input as Record<string, unknown>, wholes);
    if (validator.Check(value)) return { value };
    const first = validator.Errors(value)[0];
    const where =
      first === undefined || first.instancePath === "" ? "the whole" : first.instancePath.slice(1);
    return { error: new InvalidInput(`${where.replaceAll("/", ".")} ${first?.message ?? "does not fit"}`) };
  };
}

/** Only the one decimal spelling of a whole number is one. */
function withNumbers(input: Record<string, unknown>, wholes: readonly string[]): Record<string, unknown> {
  const value = { ...input };
  for (const name of wholes) {
    const text = value[name];
    if (typeof text === "string" && /^(0|-?[1-9]\d{0,15})$/.test(text)) value[name] = Number(text);
  }
  return value;
}

/** The methods that a path of the wire takes; none where it is no path of the wire. */
function methodsOf(path: string, demo: boolean): string[] {
  return ROUTE_PATTERNS.filter(
    ({ access, pattern }) => (demo || access !== "demo") && pattern.test(path),
  ).map(({ method }) => method);
}

const ROUTE_PATTERNS = (Object.entries(ROUTES) as [RouteKey, Route][]).map(([key, { access }]) => {
  const [method, path] = key.split(" ") as [string, string];
  const pattern = path.replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+");
  return { method, access, pattern: new RegExp(`^${pattern}$`) };
});

/** A person who opens an address of the app, not a program that misses a file. */
function isNavigation(request: FastifyRequest, path: string): boolean {
  if (request.method !== "GET" || /^\/(v1|assets)\//.test(path) || /\.\w+$/.test(path)) return false;
  return (request.headers.accept ?? "").includes("text/html");
}

function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  note: ServerOptions["note"],
): FastifyReply {
  const { code, detail } = refusalOf(error);
  if (code === "internal_error") {
    const route = `${request.method} ${request.routeOptions.url ?? "?"}`;
    note(`${route} failed`, error, about("platform", "request_failed", { route }, "error"));
  }
  const problem = problemOf(code, detail);
  if (problem.retryAfterS !== undefined) reply.header("retry-after", problem.retryAfterS);
  if (code === "not_signed_in") reply.header("www-authenticate", "Bearer");
  return reply
    .code(problem.status)
    .header("content-type", "application/problem+json; charset=utf-8")
    .header("cache-control", "no-store")
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problem);
}

function refusalOf(error: unknown): { readonly code: ProblemCode; readonly detail: string | undefined } {
  if (error instanceof Refused) return error;
  const { statusCode, message, validation } = error as {
    statusCode?: number;
    message: string;
    validation?: unknown;
  };
  if (error instanceof InvalidInput || validation !== undefined) {
    return {
      code: "invalid_request",
      detail: `The request does not fit: ${message}. Nothing was changed. /docs says what is asked for.`,
    };
  }
  if (statusCode === 413) return { code: "body_too_large", detail: undefined };
  if (statusCode === 415) return { code: "unsupported_media_type", detail: undefined };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return {
      code: "invalid_request",
      detail: `The request cannot be read: ${message.replace(/\.$/, "")}. Nothing was changed.`,
    };
  }
  return { code: "internal_error", detail: undefined };
}
