/** Who makes the blocks, and how this node and its network fare. Open to everybody. */
import { toHex } from "#base/bytes.ts";
import type { NetworkState } from "#chain/host.ts";
import type { Network } from "#wire/schemas.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

export function networkRoutes({ host }: Parts): Handlers<"GET /v1/network"> {
  return {
    "GET /v1/network": async (): Promise<Network> => {
      if (host.network !== undefined) {
        return viewOf(
          await host.network().catch(() => {
            throw new Refused("network_silent");
          }),
        );
      }
      const { height, time } = host.view();
      const publicKey = toHex(host.producer);
      const producer = { name: "producer", address: publicKey, publicKey, power: 1, signedLast: height > 0 };
      return {
        engine: "embedded",
        version: null,
        height,
        time: height === 0 ? host.now() : time,
        ready: true,
        consensus: null,
        self: null,
        validators: [producer],
        peers: [],
      };
    },
  };
}

function viewOf(state: NetworkState): Network {
  const { engine, version, height, time, ready, self, peers } = state;
  const nameOf = (address: string) => (address === self.address ? self.name : address.slice(0, 8));
  return {
    engine,
    version,
    height,
    time,
    ready,
    consensus: {
      height: state.consensusHeight,
      time: state.consensusTime,
      catchingUp: state.catchingUp,
    },
    self,
    validators: state.validators.map((one) => ({ ...one, name: nameOf(one.address) })),
    peers: [...peers],
  };
}
