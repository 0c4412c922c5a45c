/**
 * The grid operator's letters as the operator's console shows them: what each asks, who signed it, and what the home
 * makes of it. Of the home itself nothing is told but that, no power and no energy.
 */
import type { HomeLimit } from "#wire/operator-limit-schemas.ts";
import type { KeptLimit } from "#wire/operator-limits.ts";
import { supplierName } from "./home-view.ts";
import type { Parts } from "./parts.ts";

type Answer = Pick<HomeLimit, "runBy" | "answer" | "refusal" | "silentSince">;

export function limitView(parts: Parts, letter: KeptLimit): HomeLimit {
  const { home, limit, issuedAt, member } = letter;
  return {
    ...{ home, limit, issuedAt },
    feeder: parts.host.view().plant(home)?.feeder ?? 0,
    by: { member, name: supplierName(parts, member) },
    ...answerOf(parts, letter),
  };
}

function answerOf(parts: Parts, letter: KeptLimit): Answer {
  const runs = parts.gateways?.runs(letter.home);
  if (runs !== undefined) return gatewaysAnswer(runs, letter);
  const at = { refusal: null, silentSince: null };
  if (parts.demo === undefined) return { ...at, runBy: "nobody", answer: "unheard" };
  const isHeard = parts.limits.toldOf(letter.home) === letter.issuedAt;
  const isOver = isHeard && parts.live.home(letter.home)?.decision.code === "import_limit_exceeded";
  return { ...at, runBy: "simulation", answer: isOver ? "not_kept" : isHeard ? "heard" : "unheard" };
}

function gatewaysAnswer(
  { state, silentSince }: NonNullable<ReturnType<NonNullable<Parts["gateways"]>["runs"]>>,
  { issuedAt }: KeptLimit,
): Answer {
  const at = { runBy: "gateway" as const, silentSince };
  const heard = state?.limitLetter;
  if (heard?.issuedAt === issuedAt) {
    const isOver = state!.faults.some(
      ({ code, resolvedAt }) => code === "limit_not_kept" && resolvedAt === null,
    );
    return { ...at, answer: isOver ? "not_kept" : "heard", refusal: null };
  }
  const refusal = heard?.refused ?? null;
  return { ...at, answer: refusal === null ? "unheard" : "refused", refusal };
}
