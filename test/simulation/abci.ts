/** What CometBFT asks, written with the fields that matter. */
import type { DeepPartial } from "cosmjs-types/helpers";
import { Request } from "cosmjs-types/tendermint/abci/types";

export type Asking = DeepPartial<Request>;

export function requestOf(asking: Asking): Request {
  return Request.fromPartial(asking as Request);
}
