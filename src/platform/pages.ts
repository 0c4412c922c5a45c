/** What the server answers beside the routes of the wire: the app, the documentation, and how it is. */
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import about from "../../package.json" with { type: "json" };
import { DOCS_CSS, docsPage } from "./docs-page.ts";
import { openApi } from "./openapi.ts";
import { Refused } from "./problems.ts";

export interface PagesOptions {
  readonly community: string;
  readonly chain: string;
  readonly demo: boolean;
  /** Why requests cannot be served, in a sentence; `undefined` where they can. */
  readonly problem: () => string | undefined;
  readonly appFolder: string | undefined;
}

export async function registerPages(server: FastifyInstance, options: PagesOptions): Promise<void> {
  const named = { title: options.community, version: about.version, demo: options.demo };
  // Made when somebody asks.
  let description: ReturnType<typeof openApi> | undefined;
  let page: string | undefined;
  server.get("/openapi.json", () => (description ??= openApi(named)));
  server.get("/docs", (_, reply) => reply.type("text/html; charset=utf-8").send((page ??= docsPage(named))));
  server.get("/docs.css", (_, reply) => reply.type("text/css; charset=utf-8").send(DOCS_CSS));
  server.get("/livez", (_, reply) => reply.type("text/plain; charset=utf-8").send("alive\n"));
  server.get("/readyz", (_, reply) => {
    const problem = options.problem();
    if (problem !== undefined) throw new Refused("not_ready", problem);
    return reply.type("text/plain; charset=utf-8").send("ready\n");
  });
  server.get("/version", () => ({ name: about.name, version: about.version, chain: options.chain }));
  if (options.appFolder !== undefined) await registerApp(server, options.appFolder);
}

/**
 * The built app. Files with a hash in their name never change; everything else is asked for again. Where there
 * is no such file and a person navigates, the app itself knows what to show.
 */
async function registerApp(server: FastifyInstance, folder: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    dotfiles: "ignore",
    preCompressed: true,
    setHeaders(reply, path) {
      const lasting = /[\\/]assets[\\/]/.test(path);
      reply.header("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}
