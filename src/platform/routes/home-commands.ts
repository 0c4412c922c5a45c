/** Remote management of the own home's accumulator: letters go in, what became of them comes out. */
import { planColumns } from "#wire/plan-columns.ts";
import { accumulatorView, finite } from "../home-view.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

type Keys =
  | "GET /v1/home/accumulator"
  | "GET /v1/home/accumulator/commands"
  | "PUT /v1/home/accumulator/command"
  | "PUT /v1/home/accumulator/preferences"
  | "GET /v1/home/plan"
  | "GET /v1/home/decisions";

const LISTED = 20;
const DECISIONS_LISTED = 500;

export function homeCommandRoutes(parts: Parts): Handlers<Keys> {
  const viewOf = (plant: number) => {
    const view = accumulatorView(parts, plant);
    if (view === undefined) throw new Refused("no_accumulator");
    return view;
  };
  return {
    "GET /v1/home/accumulator": ({ visitor: { plant } }) => viewOf(plant),
    "GET /v1/home/accumulator/commands": ({ visitor: { plant } }) => parts.homeCommands.given(plant, LISTED),
    "PUT /v1/home/accumulator/command": ({ visitor: { plant, member }, body }) => {
      parts.homeCommands.give(plant, member, body);
      return viewOf(plant);
    },
    "GET /v1/home/plan": ({ visitor: { plant } }) => {
      const { live } = parts;
      const gateway = live.gatewayOf(plant);
      if (gateway !== undefined) return gateway.plan ?? null;
      const planned = live.planOf(plant);
      return planned === undefined ? null : planColumns(planned.plan, planned.solarBandW);
    },
    "GET /v1/home/decisions": ({ visitor: { plant }, query: { from, to } }) => {
      if (to <= from) throw new Refused("span_invalid");
      return parts.decisions
        .between(plant, from, to, DECISIONS_LISTED)
        .map((decision) => ({ ...decision, numbers: finite(decision.numbers) }));
    },
    "PUT /v1/home/accumulator/preferences": ({ visitor: { plant, member }, body }) => {
      viewOf(plant);
      parts.homeCommands.prefer(plant, member, body);
      return viewOf(plant);
    },
  };
}
