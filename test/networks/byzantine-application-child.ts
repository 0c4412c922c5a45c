/**
 * An application that lies, under an honest CometBFT: `node byzantine-application-child.ts FOLDER LIE`.
 * "another state": the app hash it answers is wrong. "yes to all": it takes every transaction at the door,
 * proposes bytes that are no transaction and whatever else it was given, and votes for every proposal.
 */
import {
  type Request,
  Response,
  ResponseProcessProposal_ProposalStatus,
} from "cosmjs-types/tendermint/abci/types";
import { CometApplication } from "#node/comet/application.ts";
import { openAbciServer } from "#node/comet/server.ts";

const lie = process.argv[3];
const honest = new CometApplication({
  folder: process.argv[2]!,
  note: (sentence) => console.error(sentence),
});

const LIES: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
  async "another state"(request) {
    const answer = await honest.answer(request);
    if (answer.finalizeBlock === undefined) return answer;
    const appHash = answer.finalizeBlock.appHash.map((byte) => byte ^ 1);
    return Response.fromPartial({ finalizeBlock: { ...answer.finalizeBlock, appHash } });
  },
  async "yes to all"(request) {
    if (request.checkTx !== undefined) return Response.fromPartial({ checkTx: {} });
    if (request.prepareProposal !== undefined) {
      const txs = [Uint8Array.of(1, 2, 3), ...request.prepareProposal.txs];
      console.error(`proposes ${txs.length}`);
      return Response.fromPartial({ prepareProposal: { txs } });
    }
    if (request.processProposal !== undefined) {
      const { ACCEPT } = ResponseProcessProposal_ProposalStatus;
      return Response.fromPartial({ processProposal: { status: ACCEPT } });
    }
    return honest.answer(request);
  },
};

const answer = LIES[lie!];
if (answer === undefined) throw new Error(`no such lie: ${lie}`);
const failed = (cause: unknown) => console.error("connection:", cause);
const server = await openAbciServer({ application: { foresee() {}, answer }, listen: { port: 0 }, failed });
console.log(server.address);
