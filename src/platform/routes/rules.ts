/** What each rule book would have made of the last days: of the street for everybody, of a home for its own eyes. */
import type { RuleComparisons } from "../rule-comparison.ts";
import type { Handlers } from "../server.ts";

const USUAL_DAYS = 7;

export function ruleRoutes(
  comparisons: RuleComparisons,
): Handlers<"GET /v1/community/rules" | "GET /v1/home/rules"> {
  return {
    "GET /v1/community/rules": ({ query: { days = USUAL_DAYS } }) => comparisons.ofStreet(days),
    "GET /v1/home/rules": ({ query: { days = USUAL_DAYS }, visitor }) =>
      comparisons.ofHome(visitor.plant, days),
  };
}
