/** Payment files against the published ISO 20022 schemas, as sepaxml brings them, by xmlschema: both another's. */
import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";
import { skipped, skippedUnlessLong } from "./counterparts.ts";

const CHECK = `
import sys, os, sepaxml, xmlschema
schema = xmlschema.XMLSchema(os.path.join(os.path.dirname(sepaxml.__file__), "schemas", sys.argv[1]))
schema.validate(sys.stdin.read())
`;

/**
 * What is wrong with a file by the schema, "" where nothing is. `undefined`, and the test skipped, where the Python of
 * CONTRADA_ORACLES lacks the packages, and in the short form.
 */
export function problemBySchema(
  t: TestContext,
  schema: "pain.001.001.09.xsd" | "pain.008.001.08.xsd",
): ((file: string) => string) | undefined {
  if (skippedUnlessLong(t)) return undefined;
  const python = process.env.CONTRADA_ORACLES ?? "python3";
  const absent = spawnSync(python, ["-c", "import sepaxml, xmlschema"]).status !== 0;
  if (skipped(t, absent ? "sepaxml and xmlschema in the Python of CONTRADA_ORACLES" : undefined))
    return undefined;
  return (file) => {
    const { status, stderr } = spawnSync(python, ["-c", CHECK, schema], { input: file, encoding: "utf8" });
    return status === 0 ? "" : stderr || `ended with ${status}`;
  };
}
