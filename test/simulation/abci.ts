/** What CometBFT asks, written with the fields that matter. */
import type { DeepPartial } from "cosmjs-types/helpers";
import { Request } from "cosmjs-types/tendermint/abci/types";
import { utf8 } from "#base/bytes.ts";
import type { Genesis } from "#chain/genesis.ts";
import { appStateJson } from "#node/comet/app-state.ts";

export type Asking = DeepPartial<Request>;

export function requestOf(asking: Asking): Request {
  return Request.fromPartial(asking as Request);
}

/** InitChain of a chain whose time is that of consensus. */
export function initChainOf(genesis: Genesis): Asking {
  const appStateBytes = utf8(JSON.stringify(appStateJson({ genesis, clock: undefined })));
  const time = { seconds: 0n, nanos: 0 };
  return { initChain: { chainId: genesis.chain, time, initialHeight: 1n, appStateBytes } };
}
