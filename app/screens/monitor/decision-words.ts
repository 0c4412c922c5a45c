/** A decision of the BEC in words: its sentence, and the numbers that it compared. */
import { createSignal } from "solid-js";
import type { Decision } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { arrived } from "../../part.ts";
import { area, t, tCode } from "../../strings/dictionary.ts";

/** Loaded when the first of the rarer decisions is to be said. */
let rarer: Promise<void> | undefined;
const [asked, setAsked] = createSignal(false);

function sayRarerToo(): void {
  rarer ??= arrived(() => import("../../strings/decisions.ts")).then(
    ({ decisions }) => area(decisions),
    () => undefined,
  );
  void rarer.finally(() => setAsked(true));
}

/** Nothing for the moment in which the rarer sentences arrive. */
export function sentence({ code, numbers }: Decision): string {
  const known = tCode(`reason.${code}`, valuesOf(numbers));
  if (known !== undefined) return known;
  sayRarerToo();
  return asked() ? t("reason.unknown") : "";
}

/** The numbers behind the sentence; `undefined` for a code or a number that this app does not know. */
export function because({ code, numbers }: Decision, panels: boolean): string | undefined {
  // Without panels there is one reason for everything but what the contract limits or somebody asked for.
  const own = panels || "supplyPowerMaxW" in numbers || "untilTime" in numbers;
  return tCode(own ? `why.${code}` : "why.no_panels", valuesOf(numbers));
}

/** As they are read, by the end of their name: a price, energy, power, a share, an instant. */
function valuesOf(numbers: Decision["numbers"]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(numbers)) {
    if (name.endsWith("MicroEurPerKwh")) {
      values[name.slice(0, -"MicroEurPerKwh".length)] = `${local.rate(value, 2)}\u00a0€`;
    } else if (name.endsWith("Wh")) values[name.slice(0, -2)] = local.energy(value);
    else if (name.endsWith("W")) values[name.slice(0, -1)] = local.power(value);
    else if (name.endsWith("Percent")) values[name] = local.percent(value / 100);
    else if (name.endsWith("Time")) values[name.slice(0, -"Time".length)] = local.when(value);
  }
  return values;
}
