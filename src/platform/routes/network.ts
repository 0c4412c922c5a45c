/** Who makes the blocks, and how this node and its network fare. Open to everybody. */
import { toHex } from "#base/bytes.ts";
import type { NetworkState } from "#chain/host.ts";
import type { BlockSignatures, Network } from "#wire/schemas.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

export function networkRoutes({
  host,
  directory,
}: Parts): Handlers<"GET /v1/network" | "GET /v1/blocks/:height/signatures"> {
  return {
    "GET /v1/blocks/:height/signatures": async ({ params }): Promise<BlockSignatures> => {
      const block = host.block(params.height);
      if (block === undefined) throw new Refused("block_unknown");
      if (block.seal.by === "producer") {
        const publicKey = toHex(block.seal.header.producer);
        const producer = { name: "producer", member: null, address: publicKey, publicKey, power: 1 };
        return { validators: [{ ...producer, signed: true }] };
      }
      const silent = () => {
        throw new Refused("network_silent");
      };
      const signers = await (host.signers?.(params.height).catch(silent) ?? silent());
      const ownerOf = validatorNames({ host, directory });
      return {
        validators: signers.map((one) => {
          const owner = ownerOf(one.publicKey);
          return { ...one, member: owner?.member ?? null, name: owner?.name ?? one.address.slice(0, 8) };
        }),
      };
    },
    "GET /v1/network": async (): Promise<Network> => {
      if (host.network !== undefined) {
        const state = await host.network().catch(() => {
          throw new Refused("network_silent");
        });
        return viewOf(state, validatorNames({ host, directory }));
      }
      const { height, time } = host.view();
      const publicKey = toHex(host.producer);
      const producer = {
        name: "producer",
        member: null,
        address: publicKey,
        publicKey,
        power: 1,
        signedLast: height > 0,
      };
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

/** Whose a validator's key is: the organisation that has it on the chain, with its name where the platform knows it. */
function validatorNames({ host, directory }: Pick<Parts, "host" | "directory">) {
  const byKey = new Map(
    host
      .view()
      .organisations()
      .flatMap(({ key: member, row }) =>
        row.validator === undefined ? [] : [[toHex(row.validator), member] as const],
      ),
  );
  return (publicKey: string) => {
    const member = byKey.get(publicKey);
    return member === undefined ? undefined : { member, name: directory.member(member)?.name };
  };
}

function viewOf(state: NetworkState, ownerOf: ReturnType<typeof validatorNames>): Network {
  const { engine, version, height, time, ready, self, peers } = state;
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
    validators: state.validators.map((one) => {
      const owner = ownerOf(one.publicKey);
      const here = one.address === self.address ? self.name : one.address.slice(0, 8);
      return { ...one, member: owner?.member ?? null, name: owner?.name ?? here };
    }),
    peers: [...peers],
  };
}
