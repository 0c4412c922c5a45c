/** F2: the street and what it does now. Neighbours are seen as giving, taking or neither, never with a number. */
import type { MicrogridState } from "#wire/schemas.ts";
import { transformerLoadingPercent } from "../live.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";

export function microgridRoutes(parts: Parts): Handlers<"GET /v1/microgrid" | "GET /v1/microgrid/state"> {
  return {
    "GET /v1/microgrid": () => parts.map,
    "GET /v1/microgrid/state": () => microgridState(parts),
  };
}

export function microgridState({ live, map, host }: Pick<Parts, "live" | "map" | "host">): MicrogridState {
  const { time, states } = live.states();
  return {
    time: time === 0 ? host.now() : time,
    states,
    transformerLoadingPercent: transformerLoadingPercent(live.street(), map.transformer.ratedVa),
  };
}
