/**
 * Random sequences of faults of every kind, several at once, in a home drawn anew each time, against the gateway's bus
 * and cycle in virtual time: what `src/gateway/fault-sequences.test.ts` asks of the accumulator is asked of the panels
 * here, too. `CONTRADA_FAULT_SEQUENCES` gives their number in full (10,000: some two minutes). The long form only.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAULT_KINDS, type FaultKind } from "#sim/home-devices/fault.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { faultRun, REACTION_S } from "./fault-run.ts";

const SEQUENCES = Number(process.env.CONTRADA_FAULT_SEQUENCES ?? 300);

test(`in ${SEQUENCES} sequences of faults no limit is violated, and the safe state is reached within ${REACTION_S} s`, async (t) => {
  if (skippedUnlessLong(t)) return;
  const kinds = new Set<FaultKind>();
  let [faults, slowestRestS] = [0, 0];
  const violations: string[] = [];
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const run = await faultRun(seed);
    faults += run.faults;
    slowestRestS = Math.max(slowestRestS, run.slowestRestS);
    violations.push(...run.violations);
    for (const kind of run.kinds) kinds.add(kind);
  }
  t.diagnostic(JSON.stringify({ sequences: SEQUENCES, faults, slowestRestS, violations: violations.length }));
  assert.deepEqual(violations, []);
  assert.ok(slowestRestS <= REACTION_S);
  assert.ok(faults > 2 * SEQUENCES, `${faults} faults`);
  assert.deepEqual([...kinds].sort(), [...FAULT_KINDS].sort(), "every kind came");
});
