/** Points of a device as rows of its sheet: its name, its value with the unit of `devices/points`, states in words. */
import { POINTS, pointOf } from "#devices/points.ts";
import type { Device } from "#wire/schemas.ts";
import { UNIT_SPACE } from "../../format.ts";
import { local } from "../../local.ts";
import { t, tCode } from "../../strings/dictionary.ts";

type PointKind = keyof typeof POINTS;
const LINE = /^(voltage|current|power)(L[123])[A-Z]$/;
/** Less than this is now, s. */
const JUST_NOW_S = 3;

/** In the order of `devices/points`; what that does not know is left out. */
export function pointRows({ kind, numbers }: Device): { readonly term: string; readonly value: string }[] {
  if (!Object.hasOwn(POINTS, kind)) return [];
  return Object.keys(POINTS[kind as PointKind]).flatMap((name) => {
    const value = numbers[name];
    const term = nameOf(name);
    if (value === undefined || term === undefined) return [];
    return [{ term, value: valueWords(kind as PointKind, name, value) }];
  });
}

function nameOf(name: string): string | undefined {
  const line = LINE.exec(name);
  return line === null ? tCode(`point.${name}`, {}) : tCode(`point.${line[1]}`, { line: line[2]! });
}

function valueWords(kind: PointKind, name: string, value: number): string {
  if (name === "on") return tCode(`switch.${value}`, {}) ?? local.number(value);
  if (name === "request") return tCode(`request.${value}`, {}) ?? local.number(value);
  if (name.startsWith("sgContact")) return tCode(`contact.${value}`, {}) ?? local.number(value);
  if (name === "state") return tCode(`${kind}.${value}`, {}) ?? local.number(value);
  const unit = pointOf(kind, name)?.unit;
  switch (unit) {
    case "W":
      return local.power(value);
    case "Wh":
      return local.energy(value);
    case "s":
      return local.span(value);
    case "":
    case undefined:
      return local.number(value);
    default:
      return local.number(value, unit === "Hz" ? 2 : unit === "%" ? 0 : 1) + UNIT_SPACE + unit;
  }
}

/** Why it could not be read; `undefined` where it could. */
export function problemWords(problem: string | null): string | undefined {
  return problem === null ? undefined : (tCode(`problem.${problem}`, {}) ?? t("problem.other"));
}

export function ageWords(measuredAt: number | null, time: number): string {
  if (measuredAt === null) return t("sheet.never");
  const age = Math.max(0, time - measuredAt);
  return age < JUST_NOW_S ? t("sheet.just_measured") : t("sheet.measured", { span: local.span(age) });
}
