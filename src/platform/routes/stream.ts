/** The live stream of who is signed in. */
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";

export function streamRoutes({ stream }: Parts): Handlers<"GET /v1/stream"> {
  return {
    "GET /v1/stream": ({ visitor, request, reply }) => {
      const lastEventId = request.headers["last-event-id"];
      const headers = reply.getHeaders();
      for (const [name, value] of Object.entries(headers))
        if (value !== undefined) reply.raw.setHeader(name, value);
      stream.open(visitor, reply.raw, typeof lastEventId === "string" ? lastEventId : undefined);
      reply.hijack();
      return reply;
    },
  };
}
