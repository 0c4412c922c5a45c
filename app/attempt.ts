/**
 * What a form asks of the platform by itself, without a transaction: whether it is under way, and why it was refused.
 * What is no refusal of the platform's is thrown on.
 */
import { createSignal } from "solid-js";
import { ProblemError } from "#wire/client.ts";
import type { Problem } from "#wire/schemas.ts";

export function createAttempt() {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  async function attempt(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  }
  return { busy, problem, attempt };
}
