/** `/docs`: the interface for people, made from the same table as the server. Plain HTML, no script. */
import type { TSchema } from "typebox";
import type { Route } from "#wire/routes.ts";
import { type About, ACCESS, routesOf } from "./openapi.ts";
import { PROBLEMS } from "./problems.ts";

export function docsPage(about: About): string {
  const routes = routesOf(about.demo);
  const areas = Map.groupBy(routes, ([key]) => key.split("/")[2]!.split(/[:?]/)[0]!);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(about.title)}: the interface</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<header>
<h1>${html(about.title)}</h1>
<p>Version ${html(about.version)}. For programs: <a href="/openapi.json">OpenAPI 3.1</a>.</p>
<p>Energy in whole Wh, money in whole µEUR (1 € = 1,000,000), prices in µEUR/kWh, power in W, instants in Unix
seconds, civil days of the community's zone as YYYY-MM-DD, byte strings in lower-case hexadecimal.</p>
<h2>Signing in</h2>
<p>Ask for a challenge for your device's key (Ed25519, or P-256 in its compressed form), sign SHA-256 in the domain
<code>contrada/sign-in/1</code> over challenge and chain name, and hand in the signature. Browsers get a cookie;
programs say <code>"bearer": true</code> and get a token for <code>Authorization: Bearer</code>.</p>
<nav aria-label="Areas"><ul>${[...areas.keys()].map((area) => `<li><a href="#${area}">${area}</a></li>`).join("")}<li><a href="#problems">problems</a></li></ul></nav>
</header>
<main>
${[...areas].map(([area, own]) => `<section id="${area}"><h2>${area}</h2>${own.map(routeHtml).join("\n")}</section>`).join("\n")}
<section id="problems"><h2>problems</h2>
<p>A refusal is <code>application/problem+json</code> (RFC 9457): <code>code</code> is for programs and never
changes its meaning, <code>detail</code> is for people.</p>
<table><thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">what happened, and what to do</th></tr></thead>
<tbody>${Object.entries(PROBLEMS)
    .map(
      ([code, { status, title, detail }]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td><strong>${html(title)}.</strong> ${html(detail)}</td></tr>`,
    )
    .join("\n")}</tbody></table>
</section>
</main>
</body>
</html>
`;
}

export const DOCS_CSS = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { line-height: 1.1; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
article { margin: 1.5rem 0; }
h3 { font: 600 1rem/1.4 ui-monospace, monospace; margin: 0; overflow-wrap: anywhere; }
h3 b { display: inline-block; min-width: 4.5rem; }
p { margin: 0.3rem 0; }
pre { overflow-x: auto; padding: 0.5rem 0.75rem; border: 1px solid; border-radius: 4px; font-size: 0.85rem; line-height: 1.4; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0; }
nav a { display: inline-block; padding: 0.25rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem 0.4rem 0; border-bottom: 1px solid; }
td { overflow-wrap: anywhere; }
:target { outline: 2px solid; outline-offset: 4px; }
`;

function routeHtml([key, route]: [string, Route]): string {
  const [method, path] = key.split(" ") as [string, string];
  const part = (title: string, schema: TSchema | undefined) =>
    schema === undefined ? "" : `<p>${title}</p><pre>${html(shape(schema))}</pre>`;
  return `<article><h3><b>${method}</b>${html(path)}</h3>
<p>${html(route.summary)}. For ${ACCESS[route.access]}.</p>
${part("In the address:", route.params)}${part("Query:", route.query)}${part("Body:", route.body)}${part("Answer:", route.response)}</article>`;
}

interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly properties?: { readonly [name: string]: Shape };
  readonly required?: readonly string[];
  readonly items?: Shape | readonly Shape[];
  readonly prefixItems?: readonly Shape[];
  readonly patternProperties?: { readonly [pattern: string]: Shape };
  readonly description?: string;
}

/** A schema as people write one: names with what stands there. */
function shape(schema: TSchema): string {
  return shapeText(schema as Shape, "");
}

function shapeText(schema: Shape, indent: string): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => shapeText(one, indent)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.properties !== undefined) {
    const inner = `${indent}  `;
    const lines = Object.entries(schema.properties).map(([name, value]) => {
      const optional = schema.required?.includes(name) === true ? "" : "?";
      const note = value.description === undefined ? "" : `  // ${value.description}`;
      return `${inner}${name}${optional}: ${shapeText(value, inner)}${note}`;
    });
    return `{\n${lines.join("\n")}\n${indent}}`;
  }
  if (schema.patternProperties !== undefined) {
    return `{ [name]: ${shapeText(Object.values(schema.patternProperties)[0]!, indent)} }`;
  }
  const tuple =
    schema.prefixItems ?? (Array.isArray(schema.items) ? (schema.items as readonly Shape[]) : undefined);
  if (tuple !== undefined) return `[${tuple.map((one) => shapeText(one, indent)).join(", ")}]`;
  if (schema.items !== undefined) return `${shapeText(schema.items as Shape, indent)}[]`;
  return schema.type ?? "anything";
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
