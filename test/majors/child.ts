/**
 * What one release of Node makes of it: `node test/majors/child.ts HISTORIES BLOCKS FOLDER` tells so many random
 * histories, then replays the block log of a folder, and prints a line for each height.
 */

import { toHex } from "#base/bytes.ts";
import { auditFolder } from "#node/audit.ts";
import { openLoaded } from "../support/node-load.ts";
import { tellHistory } from "./history.ts";

const [histories, blocks, folder] = process.argv.slice(2);
for (let i = 0; i < Number(histories); i++) {
  for (const line of tellHistory(`majors ${i}`, Number(blocks))) console.log(`${i} ${line}`);
}
const { firstProblem, height, transactions } = await auditFolder(folder!);
console.log(
  `audit ${firstProblem === undefined ? "sound" : JSON.stringify(firstProblem)} ${height} ${transactions}`,
);
const node = await openLoaded(folder!);
for (const block of node.replay(1)) {
  console.log(
    `log ${block.height} ${block.transactions.map(({ status }) => status)} ${toHex(block.stateRoot)}`,
  );
}
console.log(`tip ${toHex(node.view().tip!.hash)}`);
await node.close();
