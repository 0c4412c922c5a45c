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

/** CometBFT's genesis file of the same. */
export function genesisFileOf(genesis: Genesis): Uint8Array {
  const app_state = appStateJson({ genesis, clock: undefined });
  const file = { chain_id: genesis.chain, genesis_time: "1970-01-01T00:00:00Z", app_state };
  return utf8(JSON.stringify(file));
}

/** InitChain of a chain whose time is that of consensus. */
export function initChainOf(genesis: Genesis): Asking {
  const appStateBytes = utf8(JSON.stringify(appStateJson({ genesis, clock: undefined })));
  const time = { seconds: 0n, nanos: 0 };
  return { initChain: { chainId: genesis.chain, time, initialHeight: 1n, appStateBytes } };
}
