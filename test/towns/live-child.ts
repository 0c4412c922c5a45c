/** A live town without its app, in a process that a test may kill: `node live-child.ts FOLDER [speed]`. */

import { openLiveTown } from "#sim/open-live.ts";
import { planTown } from "#sim/plan.ts";
import { choicesOf } from "../support/headless-town.ts";

const [folder, speed] = process.argv.slice(2);
const town = await openLiveTown(
  planTown(choicesOf({ homes: 4 })),
  { seed: 7, homes: 4 },
  {
    folder: folder!,
    address: "127.0.0.1",
    port: 0,
    speed: Number(speed ?? 0),
    stepS: 60,
    trade: true,
    historyDays: 1,
  },
);
console.log("open");
await town.ready;
console.log("lives");
await town.ended;
