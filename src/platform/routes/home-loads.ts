/** F1's loads of the own home: what uses power and why, and the letters that say how each shall be run. */
import type { HomeLoads } from "#wire/load-schemas.ts";
import { finite } from "../home-view.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";

type Keys = "GET /v1/home/loads" | "PUT /v1/home/loads/:id/preferences";

export function homeLoadRoutes({ loadLetters }: Parts): Handlers<Keys> {
  const viewOf = (home: number): HomeLoads => ({
    home,
    loads: loadLetters.loads(home).map((load) => ({ ...load, numbers: finite(load.numbers) })),
  });
  return {
    "GET /v1/home/loads": ({ visitor: { plant } }) => viewOf(plant),
    "PUT /v1/home/loads/:id/preferences": ({ visitor: { plant, member }, params, body }) => {
      loadLetters.prefer(plant, params.id, member, body);
      return viewOf(plant);
    },
  };
}
