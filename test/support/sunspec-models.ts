/**
 * Writes `src/devices/sunspec-models.ts` from the model definitions of the SunSpec Alliance (sunspec/models, JSON):
 *
 *     node test/support/sunspec-models.ts ../shared/data/grid/ami/sunspec-models
 *
 * Names, types, sizes, scale factors, units and symbols are kept, prose is not. A test holds the file to what this
 * would write.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type {
  GroupDefinition,
  ModelDefinition,
  PointDefinition,
  SunSpecType,
} from "#devices/sunspec-definition.ts";
import { LOW_VOLTAGE_DISCONNECT } from "./sunspec-model-129.ts";

interface JsonPoint {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly sf?: string | number;
  readonly units?: string;
  readonly access?: string;
  readonly mandatory?: string;
  readonly symbols?: readonly { readonly name: string; readonly value: number }[];
}

interface JsonGroup {
  readonly name: string;
  readonly type: "group" | "sync";
  readonly count?: string | number;
  readonly points: readonly JsonPoint[];
  readonly groups?: readonly JsonGroup[];
}

/** The definitions in a folder, in order of their numbers. */
export function readModels(folder: string): ModelDefinition[] {
  const models = readdirSync(folder)
    .filter((file) => /^model_\d+\.json$/.test(file))
    .map((file): ModelDefinition => {
      const { id, group } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
        id: number;
        group: JsonGroup;
      };
      return { id, group: groupOf(group) };
    });
  const three = models.find(({ id }) => id === 103);
  // 101, 102 and 103 are one layout for one, two and three phases.
  if (three !== undefined && models.every(({ id }) => id !== 102)) {
    models.push({ id: 102, group: { ...three.group, name: "inverter_split_phase" } });
  }
  if (models.length > 0 && models.every(({ id }) => id !== 129)) models.push(LOW_VOLTAGE_DISCONNECT);
  return models.sort((a, b) => a.id - b.id);
}

function groupOf(group: JsonGroup): GroupDefinition {
  return {
    name: group.name,
    type: group.type,
    ...(group.count !== undefined && group.count !== 1 && { count: group.count }),
    points: group.points.map(pointOf),
    ...(group.groups !== undefined && group.groups.length > 0 && { groups: group.groups.map(groupOf) }),
  };
}

function pointOf(point: JsonPoint): PointDefinition {
  return {
    name: point.name,
    type: point.type as SunSpecType,
    size: point.size,
    ...(point.sf !== undefined && { sf: point.sf }),
    ...(point.units !== undefined && { units: point.units }),
    ...(point.access === "RW" && { writable: true as const }),
    ...(point.mandatory === "M" && { mandatory: true as const }),
    ...(point.symbols !== undefined &&
      point.symbols.length > 0 && {
        symbols: Object.fromEntries(point.symbols.map(({ name, value }) => [name, value])),
      }),
  };
}

export function modelsFile(models: readonly ModelDefinition[]): string {
  return [
    "/**",
    " * The SunSpec models that the drivers know. Written by test/support/sunspec-models.ts; do not edit.",
    " *",
    " * Names, types, sizes, scale factors, units and symbols are those of the SunSpec Alliance's model definitions",
    " * (sunspec/models, Apache-2.0: see NOTICE); model 102 is made from 103, whose layout it shares, 129 by its table.",
    " */",
    'import type { GroupDefinition, ModelDefinition, ValuesOf } from "#devices/sunspec-definition.ts";',
    "",
    ...models.map(
      ({ id, group }) =>
        `// biome-ignore format: one point a line\nconst MODEL_${id} = ${literal(group, "")} as const satisfies GroupDefinition;\n`,
    ),
    "/** By number. */",
    "export const SUNSPEC_MODELS = {",
    ...models.map(({ id }) => `  ${id}: { id: ${id}, group: MODEL_${id} },`),
    "} as const satisfies Readonly<Record<number, ModelDefinition>>;",
    "",
    "export type SunSpecModelId = keyof typeof SUNSPEC_MODELS;",
    "",
    "/** The values of a model, typed by its definition. */",
    'export type ModelValues<Id extends SunSpecModelId> = ValuesOf<(typeof SUNSPEC_MODELS)[Id]["group"]>;',
    "",
    "/** The definition of any number; `undefined` of a model that is none of these. */",
    "export function sunSpecModel(id: number): ModelDefinition | undefined {",
    "  const models: Readonly<Record<number, ModelDefinition>> = SUNSPEC_MODELS;",
    "  return Object.hasOwn(models, id) ? models[id] : undefined;",
    "}",
    "",
  ].join("\n");
}

function literal(group: GroupDefinition, indent: string): string {
  const inner = `${indent}  `;
  const head = [`name: ${JSON.stringify(group.name)}`, `type: ${JSON.stringify(group.type)}`];
  if (group.count !== undefined) head.push(`count: ${JSON.stringify(group.count)}`);
  const points = group.points.map((point) => `${inner}  ${flat(point)},`);
  const groups = group.groups?.map((sub) => `${inner}  ${literal(sub, `${inner}  `)},`);
  return [
    "{",
    `${inner}${head.join(", ")},`,
    `${inner}points: [`,
    ...points,
    `${inner}],`,
    ...(groups === undefined ? [] : [`${inner}groups: [`, ...groups, `${inner}],`]),
    `${indent}}`,
  ].join("\n");
}

function flat(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, field]) => `${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}: ${flat(field)}`,
  );
  return `{ ${fields.join(", ")} }`;
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("name the folder of the model definitions");
  writeFileSync(
    new URL("../../src/devices/sunspec-models.ts", import.meta.url),
    modelsFile(readModels(folder)),
  );
}
