/**
 * A light client's walk over CometBFT's RPC, for whoever begins with nothing but a genesis: from what is trusted
 * to a later block, in leaps as long as the validators in between allow.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { LightBlock } from "#consensus/light-block.ts";
import { advanceTrust, type LightClientRefusal, type TrustedState } from "#consensus/light-client.ts";
import { lightBlockFrom } from "#node/comet/light-block.ts";
import type { CometRpc } from "#node/comet/rpc.ts";

/** Seconds for which validators answer for what they signed: two weeks, as an app's light client has it. */
export const TRUSTING_PERIOD_S = 14 * 86_400;
const CLOCK_DRIFT_S = 60;

/** A block that the light client refuses; the message says which and why. */
export class WalkError extends Error {
  override readonly name = "WalkError";
  readonly refusal: LightClientRefusal;

  constructor(height: number, refusal: LightClientRefusal) {
    super(`block ${height} is not to be trusted: ${refusal}`);
    this.refusal = refusal;
  }
}

/** Throws `CometRpcError` and `LightBlockError`. */
export async function lightBlockAt(rpc: CometRpc, height: number): Promise<LightBlock> {
  const [{ header, commit }, validators] = await Promise.all([rpc.commit(height), rpc.validators(height)]);
  return lightBlockFrom({ header, commit }, validators);
}

/** What is trusted at a height. Throws `WalkError`, and as `lightBlockAt`. */
export async function walkTo(
  trusted: TrustedState,
  rpc: CometRpc,
  height: number,
  now: UnixSeconds,
): Promise<TrustedState> {
  const options = { now, trustingPeriod: TRUSTING_PERIOD_S, clockDrift: CLOCK_DRIFT_S };
  let state = trusted;
  let goal = height;
  while (state.height < height) {
    const advanced = advanceTrust(state, await lightBlockAt(rpc, goal), options);
    if (advanced.ok) {
      state = advanced.value;
      goal = height;
    } else if (advanced.error === "not_enough_trusted" && goal > state.height + 1) {
      goal = state.height + Math.floor((goal - state.height) / 2);
    } else {
      throw new WalkError(goal, advanced.error);
    }
  }
  return state;
}
