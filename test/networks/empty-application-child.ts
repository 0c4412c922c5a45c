/** An application that accepts everything and does nothing, over our socket server: the measure of that server. */
import {
  type Request,
  Response,
  ResponseProcessProposal_ProposalStatus,
} from "cosmjs-types/tendermint/abci/types";
import { openAbciServer } from "#node/comet/server.ts";

let height = 0n;

async function answer(request: Request): Promise<Response> {
  if (request.echo !== undefined) return Response.fromPartial({ echo: { message: request.echo.message } });
  if (request.flush !== undefined) return Response.fromPartial({ flush: {} });
  if (request.info !== undefined) return Response.fromPartial({ info: { lastBlockHeight: height } });
  if (request.checkTx !== undefined) return Response.fromPartial({ checkTx: {} });
  if (request.query !== undefined) return Response.fromPartial({ query: {} });
  if (request.initChain !== undefined) return Response.fromPartial({ initChain: {} });
  if (request.prepareProposal !== undefined) {
    return Response.fromPartial({ prepareProposal: { txs: request.prepareProposal.txs } });
  }
  if (request.processProposal !== undefined) {
    const { ACCEPT } = ResponseProcessProposal_ProposalStatus;
    return Response.fromPartial({ processProposal: { status: ACCEPT } });
  }
  if (request.finalizeBlock !== undefined) {
    height = request.finalizeBlock.height;
    const txResults = request.finalizeBlock.txs.map(() => ({}));
    return Response.fromPartial({ finalizeBlock: { txResults } });
  }
  if (request.commit !== undefined) return Response.fromPartial({ commit: {} });
  if (request.listSnapshots !== undefined) return Response.fromPartial({ listSnapshots: {} });
  throw new Error("a request that this application does not know");
}

const application = { foresee() {}, answer };
const failed = (cause: unknown) => console.error("connection:", cause);
const server = await openAbciServer({ application, listen: { port: 0 }, failed });
console.log(server.address);
