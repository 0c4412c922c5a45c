/** Four validators, cables between them, clients at work, and a replica beside them: where every test of faults begins. */
import type { TestContext } from "node:test";
import { GENESIS, Load, temporaryFolder } from "../support/node-load.ts";
import { agreement, Beside, eventually } from "./agreement.ts";
import { type CometNode, makeNetwork, type Program, wireUp } from "./comet-network.ts";
import { SteadyLoad } from "./steady-load.ts";
import type { Wire } from "./wires.ts";

const CLIENTS = 6;
const BETWEEN_DEPOSITS_MS = 50;

export interface Scene {
  /** Those that clients speak to: all but the Byzantine one. */
  readonly nodes: readonly CometNode[];
  readonly byzantine: CometNode | undefined;
  readonly wires: readonly Wire[];
  readonly load: SteadyLoad;
  readonly beside: Beside;
  /** Makes transactions as `load` does, of other senders. */
  readonly deposits: Load;
}

/** With a Byzantine program the last of the four runs it, and the scene is of the other three. */
export async function openScene(t: TestContext, byzantineProgram?: Program): Promise<Scene> {
  const four = await makeNetwork(temporaryFolder(t), 4, GENESIS);
  const wires = await wireUp(four);
  t.after(async () => {
    await Promise.all(four.map((node) => node.kill()));
    await Promise.all(wires.map((wire) => wire.close()));
  });
  const byzantine = byzantineProgram === undefined ? undefined : four[3]!;
  if (byzantineProgram !== undefined) byzantine!.program = byzantineProgram;
  for (const node of four) await node.start();
  await Promise.all(four.map((node) => node.ready()));
  const nodes = four.filter((node) => node !== byzantine);
  const deposits = new Load();
  for (const tx of deposits.operators(CLIENTS)) await nodes[0]!.send(tx);
  await agreement(nodes, 2);
  const load = new SteadyLoad(nodes, deposits, CLIENTS, BETWEEN_DEPOSITS_MS);
  t.after(() => load.close());
  await eventually("acknowledged deposits", async () => (load.acknowledged.size > 10 ? true : undefined));
  return { nodes, byzantine, wires, load, beside: new Beside(), deposits };
}
