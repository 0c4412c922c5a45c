/**
 * Test files in one process, one after the other, for whom test/run.ts calls it: the paths are the arguments. All are
 * loaded before the first test begins, as imports of one module, so that loading takes no time away from a test that
 * waits for something.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const imports = process.argv
  .slice(2)
  .map((file) => `import ${JSON.stringify(pathToFileURL(resolve(file)).href)};`);
await import(`data:text/javascript,${encodeURIComponent(imports.join("\n"))}`);
