/**
 * A simulated town whose network stood still for more than a day of its time: the clock ran on, what nobody
 * measured is not made up, and the town goes on at the present. The long form only.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { dayOf, dayStart } from "#base/time.ts";
import { townOfNetwork, writeNetwork } from "#cli/network-file.ts";
import { consensusTimeAt } from "#node/comet/app-state.ts";
import { findComet } from "#node/comet/binary.ts";
import { beginAt, freePorts, layOutNetwork } from "#node/comet/homes.ts";
import { townGenesis } from "#sim/town.ts";
import { createClient } from "#wire/client.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { builtApp } from "../support/live-town.ts";
import { temporaryFolder } from "../support/node-load.ts";
import { eventually } from "./agreement.ts";
import { cometAbsent } from "./comet-network.ts";
import { end, running } from "./commands.ts";

/** A day in 72 s. */
const SPEED = 1_200;
const DAY_S = 86_400;
const WITHIN_MS = 120_000;

test("a town whose network stood still for a day and more goes on at the present", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  process.env.CONTRADA_APP ??= await builtApp();
  const folder = temporaryFolder(t);
  const town = { seed: 16, homes: 2 };
  const plan = townOfNetwork(town);
  const chain = "town-away";
  const clock = {
    start: dayStart(plan.zone, dayOf(plan.zone, plan.start)) - 1_800,
    speed: SPEED,
    lead: [{ seconds: 25, speed: 60 }],
  };
  const genesis = { ...townGenesis(plan, plan.start), chain };
  const homes = await layOutNetwork({ folder, binary: findComet()!, validators: 1, genesis, clock });
  const [http, port] = (await freePorts(2)) as [number, number];
  writeNetwork(folder, {
    chain,
    town,
    nodes: [{ name: "node0", rpc: homes[0]!.rpc, p2p: homes[0]!.p2p, http }],
  });
  beginAt(homes, consensusTimeAt(Date.now() + 2_000));
  const start = () => running(t, "node", join(folder, "node0"), "--town", "--port", String(port));
  const client = createClient(fetch, `http://127.0.0.1:${port}`);
  const clockNow = async () => (await client.call("GET /v1/demo/clock")).time;
  const ready = () =>
    eventually(
      "the town is ready",
      async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok || undefined,
      WITHIN_MS,
    );

  const first = start();
  await ready();
  await pause(20_000);
  const [before, network] = [await clockNow(), await client.call("GET /v1/network")];
  await end(first);
  await pause(85_000);
  start();
  await ready();
  const after = await eventually(
    "the town lives at the present",
    async () => {
      const [time, now] = [await clockNow(), await client.call("GET /v1/network")];
      const present = now.time;
      return now.height > network.height && present - time < 2 * 3_600 ? time : undefined;
    },
    WITHIN_MS,
  );
  assert.ok(after - before > DAY_S, `${after - before} s later`);
});
