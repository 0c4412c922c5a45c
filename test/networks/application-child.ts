/**
 * The application of one node, in a process that a test may kill: `node application-child.ts FOLDER [BLOCKS]`, with
 * a snapshot after every so many blocks. FOLDER stands in the home of its CometBFT.
 */
import { dirname } from "node:path";
import type { Request } from "cosmjs-types/tendermint/abci/types";
import { cometGenesisFile } from "#node/comet/app-state.ts";
import { CometApplication } from "#node/comet/application.ts";
import { openAbciServer } from "#node/comet/server.ts";

const [, , folder, every] = process.argv;
const application = new CometApplication({
  folder: folder!,
  genesisFile: cometGenesisFile(dirname(folder!)),
  ...(every !== undefined && { snapshotEvery: Number(every) }),
  note: (sentence) => console.error(sentence),
});
/** Evidence that consensus hands over goes to the log, where a test finds it. */
const heard = {
  foresee: (request: Request) => application.foresee(request),
  answer(request: Request) {
    for (const { type, height, validator } of request.finalizeBlock?.misbehavior ?? []) {
      const address = Buffer.from(validator?.address ?? [])
        .toString("hex")
        .toUpperCase();
      console.error(`misbehaviour ${type} of ${address} at ${height}`);
    }
    return application.answer(request);
  },
};
const failed = (cause: unknown) => console.error("connection:", cause);
const server = await openAbciServer({ application: heard, listen: { port: 0 }, failed });
console.log(server.address);
process.on("SIGTERM", () => {
  application.close();
  process.exit();
});
