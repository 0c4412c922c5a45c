/** The templates that come with Contrada: one file each in `templates/`, by name. */
import { readdirSync, readFileSync } from "node:fs";
import { readTemplate, type Template } from "#devices/template.ts";

const SHELF = new URL("templates/", import.meta.url);
const read = new Map<string, Template>();

export function builtInTemplateNames(): readonly string[] {
  return readdirSync(SHELF)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** `undefined` where there is none of this name. */
export function builtInTemplate(name: string): Template | undefined {
  if (!builtInTemplateNames().includes(name)) return undefined;
  const known = read.get(name);
  if (known !== undefined) return known;
  const file = `${name}.json`;
  const template = readTemplate(file, readFileSync(new URL(file, SHELF), "utf8"));
  read.set(name, template);
  return template;
}
