/** The application of one node, in a process that a test may kill: `node application-child.ts FOLDER`. */
import { CometApplication } from "#node/comet/application.ts";
import { openAbciServer } from "#node/comet/server.ts";

const application = new CometApplication({
  folder: process.argv[2]!,
  note: (sentence) => console.error(sentence),
});
const failed = (cause: unknown) => console.error("connection:", cause);
const server = await openAbciServer({ application, listen: { port: 0 }, failed });
console.log(server.address);
process.on("SIGTERM", () => {
  application.close();
  process.exit();
});
