/** The best outlet for a home's next kWh. */
import { adviceOf } from "../outlets.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";

export function outletRoutes(parts: Parts): Handlers<"GET /v1/home/outlets"> {
  return { "GET /v1/home/outlets": ({ visitor }) => adviceOf(parts, visitor.plant) };
}
