/** `--laws FILE`: a JSON object of laws that a community begins with; what it does not name is as usual. */
import { readFileSync } from "node:fs";
import { UsageError } from "#cli/settings.ts";
import { type Parameters, parametersProblem } from "#market/parameters.ts";

/** Throws `UsageError` where the file holds no laws, or laws that no chain could keep. */
export function readLaws(file: string, usual: Parameters): Parameters {
  let stated: unknown;
  try {
    stated = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new UsageError(`the laws ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (typeof stated !== "object" || stated === null || Array.isArray(stated)) {
    throw new UsageError(`the laws ${file} must be one JSON object, e.g. {"votingPeriodS": 86400}.`);
  }
  const laws = { ...usual } as Record<string, unknown>;
  for (const [name, value] of Object.entries(stated)) {
    const model = name === "zone" ? undefined : (usual as unknown as Record<string, unknown>)[name];
    if (model === undefined)
      throw new UsageError(`${file} names "${name}", which is no law that can be stated.`);
    const whole = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
    const fits = typeof model === "boolean" ? typeof value === "boolean" : whole;
    if (!fits) {
      const wanted = typeof model === "boolean" ? "true or false" : "a whole number";
      throw new UsageError(`"${name}" in ${file} must be ${wanted}.`);
    }
    laws[name] = typeof model === "bigint" ? BigInt(value as number) : value;
  }
  const problem = parametersProblem(laws as unknown as Parameters);
  if (problem !== undefined) throw new UsageError(`the laws ${file} do not hold: ${problem}.`);
  return laws as unknown as Parameters;
}
