/** How the community decides: what passes, what does not, and what becomes of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { equalBytes, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import { castVote, proposeMotion, withdrawMotion } from "#chain/transactions.ts";
import { ACCOUNTS } from "#ledger/account.ts";
import { isVoter, MEMBERS, VOTERS } from "#ledger/member.ts";
import { ORGANISATIONS } from "#market/organisation.ts";
import { PARAMETERS, type Parameters, parametersCodec } from "#market/parameters.ts";
import { BALLOTS, type Motion, missedBy, PROPOSALS } from "#market/proposal.ts";
import { booksProblems } from "#node/books.ts";
import { auditBooks, rowsOf } from "../../test/support/audit.ts";
import {
  ALBA,
  admission,
  ask,
  BORA,
  type ChainBench,
  citizenOf,
  interval,
  OPERATOR,
  openStreet,
  selling,
  signerOf,
} from "../../test/support/chain-bench.ts";

const DAY = 86_400;
const LAWS = { votingPeriodS: 2 * DAY, enactmentDelayS: DAY, delayBlocks: 3, quorumPerMille: 400 };

/** Seven voters: the operator, Alba, Bora and four citizens. */
function street(parameters: Partial<Parameters> = {}) {
  const { bench, noon } = openStreet({ homes: 4, signatures: false, parameters: { ...LAWS, ...parameters } });
  return { bench, noon };
}
const proposal = (bench: ChainBench, number = 1) =>
  rowsOf([...bench.app.export()], PROPOSALS).find(({ key }) => key === number)!.row;
const moved = (sender: number, motion: Motion) =>
  ask(sender, proposeMotion, { purpose: "For the common good", motion });
const ballot = (member: number, yes: boolean, number = 1) => ask(member, castVote, { proposal: number, yes });
const cheaper = (bench: ChainBench): Motion => ({
  type: "change_laws",
  laws: { ...bench.view.parameters, saleFee: MicroEurPerKwh(1_000n) },
});
function treasury(bench: ChainBench): bigint {
  const { row } = rowsOf([...bench.app.export()], ACCOUNTS).find(
    ({ key }) => key.kind === 0 && key.number === 2,
  )!;
  return row.balances.find(({ asset }) => asset === 0)?.posted ?? 0n;
}

/** Blocks without a request, some time later. */
function pass(bench: ChainBench, seconds: number, blocks = LAWS.delayBlocks) {
  const events = [];
  for (let i = 0; i < blocks; i++) {
    events.push(...bench.block(bench.app.time + (i === 0 ? seconds : 0)).events);
  }
  return events;
}

test("a law changes by proposal, vote, and delay: the change and what it was before stay on record", () => {
  const { bench, noon } = street();
  bench.accept(noon, moved(citizenOf(1), cheaper(bench)));
  assert.equal(proposal(bench).eligible, 7);
  bench.accept(noon, ballot(citizenOf(1), true), ballot(ALBA, false), ballot(OPERATOR, true));
  pass(bench, 2 * DAY);
  assert.equal(proposal(bench).state, "accepted");
  assert.equal(bench.view.parameters.saleFee, 4_000n, "not before its delay is over");
  const events = pass(bench, DAY);
  assert.deepEqual(events.at(-1), { type: "proposal_enacted", proposal: 1, motion: "change_laws" });
  assert.equal(bench.view.parameters.saleFee, 1_000n);
  const { state, yes, no, lawsBefore, decidedHeight, endedHeight } = proposal(bench);
  assert.deepEqual([state, yes, no, lawsBefore?.saleFee], ["enacted", 2, 1, 4_000n]);
  assert.equal(endedHeight, decidedHeight + LAWS.delayBlocks);
  assert.equal(toHex(bench.restored().stateRoot), toHex(bench.app.stateRoot));
});

test("neither the time alone nor the blocks alone close a vote", () => {
  const { bench, noon } = street();
  bench.accept(noon, moved(citizenOf(1), cheaper(bench)));
  pass(bench, 30 * DAY, LAWS.delayBlocks - 1);
  assert.equal(proposal(bench).state, "voting", "the time is long past, the blocks are not");
  pass(bench, 0, 1);
  assert.equal(proposal(bench).state, "rejected");
  bench.accept(bench.app.time, moved(citizenOf(1), cheaper(bench)));
  pass(bench, 0, 20);
  assert.equal(proposal(bench, 2).state, "voting", "many blocks have passed, the time has not");
});

test("without its quorum, or without more than half of the votes, nothing passes", () => {
  for (const [votes, reason] of [
    [[], "quorum_missed"],
    [[true, true], "quorum_missed"],
    [[true, true, false, false], "majority_missed"],
    [[true, false, false], "majority_missed"],
    [[true, true, false], "none"],
  ] as const) {
    const { bench, noon } = street();
    bench.accept(noon, moved(ALBA, cheaper(bench)));
    const voters = [citizenOf(1), citizenOf(2), citizenOf(3), citizenOf(4)];
    bench.block(
      noon,
      votes.map((yes, i) => ballot(voters[i]!, yes)),
    );
    pass(bench, 2 * DAY);
    assert.equal(proposal(bench).reason, reason);
    assert.equal(proposal(bench).state, reason === "none" ? "accepted" : "rejected");
  }
});

test("a vote may be changed and counts once; after the close it counts no more", () => {
  const { bench, noon } = street();
  bench.accept(noon, moved(ALBA, cheaper(bench)));
  for (const yes of [true, true, false, true, false]) bench.accept(noon, ballot(ALBA, yes));
  assert.deepEqual([proposal(bench).yes, proposal(bench).no], [0, 1]);
  pass(bench, 2 * DAY);
  assert.deepEqual(bench.block(bench.app.time, [ballot(BORA, true)]).statuses, ["proposal_closed"]);
});

test("who joins after a proposal has no vote on it, and one on the next", () => {
  const { bench, noon } = street();
  const late = citizenOf(40);
  bench.accept(noon, moved(ALBA, cheaper(bench)), admission(late, "citizen"));
  assert.deepEqual(bench.block(noon, [ballot(late, true)]).statuses, ["not_entitled"]);
  bench.accept(noon, moved(ALBA, cheaper(bench)));
  assert.equal(proposal(bench, 2).eligible, 8);
  bench.accept(noon, ballot(late, true, 2));
});

test("of two changes proposed on the same laws the second enacted has failed", () => {
  const { bench, noon } = street();
  const other: Motion = { type: "change_laws", laws: { ...bench.view.parameters, maxOpenSales: 2 } };
  bench.accept(noon, moved(ALBA, cheaper(bench)), moved(BORA, other));
  const all = [ALBA, BORA, OPERATOR];
  bench.accept(
    noon,
    ...all.map((member) => ballot(member, true)),
    ...all.map((member) => ballot(member, true, 2)),
  );
  pass(bench, 2 * DAY);
  pass(bench, DAY);
  assert.deepEqual(
    [1, 2].map((number) => [proposal(bench, number).state, proposal(bench, number).reason]),
    [
      ["enacted", "none"],
      ["failed", "laws_changed"],
    ],
  );
  assert.equal(bench.view.parameters.maxOpenSales, 8);
});

test("the treasury pays what was decided, and nothing it does not have", () => {
  const { bench, noon } = street();
  bench.accept(noon, moved(ALBA, { type: "pay", member: citizenOf(1), amount: MicroEur(1n) }));
  bench.accept(noon, ballot(ALBA, true), ballot(BORA, true), ballot(OPERATOR, true));
  pass(bench, 2 * DAY);
  const events = pass(bench, DAY);
  assert.deepEqual(events.at(-1), { type: "proposal_failed", proposal: 1, reason: "treasury_too_low" });
  assert.equal(bench.view.money(citizenOf(1)).posted, 0n);
});

test("a payment moves what sales brought in from the treasury to a member, and the books say so", () => {
  const { bench, noon } = street();
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1200 } }));
  bench.accept(noon, selling(bench, noon));
  bench.accept(noon + 900, interval(noon, { plant: 1, solar: { exportedWh: 1000 } }));
  assert.equal(treasury(bench), 4_000n);
  bench.accept(noon + 900, moved(ALBA, { type: "pay", member: BORA, amount: MicroEur(3_000n) }));
  bench.accept(noon + 900, ballot(ALBA, true), ballot(BORA, true), ballot(OPERATOR, true));
  const before = bench.view.money(BORA).posted;
  pass(bench, 2 * DAY);
  assert.equal(treasury(bench), 4_000n);
  pass(bench, DAY);
  assert.deepEqual([treasury(bench), bench.view.money(BORA).posted - before], [1_000n, 3_000n]);
  assert.deepEqual(auditBooks(bench.app), []);
  assert.deepEqual(booksProblems(bench.app.export(), bench.app.height), []);
});

test("a withdrawn proposal is never decided, and makes room for another", () => {
  const { bench, noon } = street({ maxOpenProposals: 1 });
  bench.accept(noon, moved(ALBA, cheaper(bench)));
  assert.deepEqual(bench.block(noon, [moved(BORA, cheaper(bench))]).statuses, ["too_many_proposals"]);
  bench.accept(noon, ask(ALBA, withdrawMotion, { proposal: 1 }), moved(BORA, cheaper(bench)));
  assert.deepEqual(
    pass(bench, 2 * DAY).map(({ type }) => type),
    ["proposal_decided"],
  );
  assert.equal(proposal(bench).state, "withdrawn");
});

test("the members admit the first organisation by two thirds, the organisations the others", () => {
  const { bench, noon } = street();
  const admit = (member: number): Motion => ({
    type: "admit_organisation",
    member,
    validator: signerOf(`validator ${member}`).publicKey,
  });
  const decide = (number: number, ...votes: readonly (readonly [number, boolean])[]) => {
    bench.accept(bench.app.time, ...votes.map(([member, yes]) => ballot(member, yes, number)));
    pass(bench, 2 * DAY);
    pass(bench, DAY);
    return proposal(bench, number).state;
  };
  bench.accept(noon, moved(citizenOf(1), admit(ALBA)));
  assert.equal(
    decide(1, [ALBA, true], [citizenOf(1), true], [BORA, false]),
    "rejected",
    "two of three are no more",
  );
  bench.accept(bench.app.time, moved(citizenOf(1), admit(ALBA)));
  assert.equal(decide(2, [ALBA, true], [citizenOf(1), true], [citizenOf(2), true], [BORA, false]), "enacted");
  assert.deepEqual(bench.block(bench.app.time, [moved(citizenOf(1), admit(BORA))]).statuses, [
    "not_entitled",
  ]);
  bench.accept(bench.app.time, moved(ALBA, admit(BORA)));
  assert.equal(decide(3, [ALBA, true]), "enacted");
  bench.accept(bench.app.time, moved(BORA, { type: "remove_organisation", member: ALBA }));
  assert.equal(decide(4, [BORA, true]), "rejected", "one of two is no two thirds");
  bench.accept(bench.app.time, moved(BORA, { type: "remove_organisation", member: ALBA }));
  assert.equal(decide(5, [BORA, true], [ALBA, true]), "enacted");
  assert.deepEqual(
    rowsOf([...bench.app.export()], ORGANISATIONS).map(({ key }) => key),
    [BORA],
  );
});

test("more than two thirds is more: two of three organisations do not suffice, three of four do", () => {
  const count = (eligible: number, yes: number, no = 0) =>
    missedBy({ electorate: "organisations", eligible, yes, no }, 1);
  assert.equal(count(3, 2), "majority_missed");
  assert.equal(count(3, 3), "none");
  assert.equal(count(4, 3, 1), "none");
  assert.equal(count(6, 4), "majority_missed");
  assert.equal(count(0, 0), "majority_missed");
});

test("whatever is proposed and voted, laws change by enactment alone, and every count is that of the ballots", () => {
  const members = [
    OPERATOR,
    ALBA,
    BORA,
    citizenOf(1),
    citizenOf(2),
    citizenOf(3),
    citizenOf(4),
    citizenOf(40),
  ];
  const member = fc.constantFrom(...members);
  const number = fc.integer({ min: 1, max: 4 });
  const step = fc.oneof(
    fc.record({ type: fc.constant("laws" as const), member, fee: fc.integer({ min: 3_998, max: 4_003 }) }),
    fc.record({ type: fc.constant("pay" as const), member, to: member }),
    fc.record({ type: fc.constant("organisation" as const), member, to: member, remove: fc.boolean() }),
    {
      weight: 8,
      arbitrary: fc.record({ type: fc.constant("vote" as const), member, number, yes: fc.boolean() }),
    },
    fc.record({ type: fc.constant("withdraw" as const), member, number }),
    fc.record({ type: fc.constant("join" as const) }),
  );
  const blocks = fc.array(
    fc.record({
      hours: fc.constantFrom(0, 0, 6, 30),
      counts: fc.boolean(),
      steps: fc.array(step, { maxLength: 8 }),
    }),
    { minLength: 10, maxLength: 25 },
  );
  const { bench: start, noon } = street();
  const ends = new Set<string>();
  fc.assert(
    fc.property(blocks, (history) => {
      const bench = start.fork();
      let time = noon;
      for (const { hours, counts, steps } of history) {
        time += hours * 3600;
        const laws = encode(parametersCodec, bench.view.parameters);
        const { events } = bench.block(
          time,
          steps.map((one) => {
            if (one.type === "vote") return ballot(one.member, one.yes, one.number);
            if (one.type === "withdraw") return ask(one.member, withdrawMotion, { proposal: one.number });
            if (one.type === "join") return admission(citizenOf(40), "citizen");
            if (one.type === "pay") {
              return moved(one.member, { type: "pay", member: one.to, amount: MicroEur(7n) });
            }
            if (one.type === "organisation") {
              return moved(
                one.member,
                one.remove
                  ? { type: "remove_organisation", member: one.to }
                  : { type: "admit_organisation", member: one.to, validator: undefined },
              );
            }
            const saleFee = MicroEurPerKwh(BigInt(one.fee));
            return moved(one.member, { type: "change_laws", laws: { ...bench.view.parameters, saleFee } });
          }),
          counts ? "counts" : "leaves no trace",
        );
        const rows = [...bench.app.export()];
        const enacted = events.some((e) => e.type === "proposal_enacted" && e.motion === "change_laws");
        assert.equal(equalBytes(laws, encode(parametersCodec, rowsOf(rows, PARAMETERS)[0]!.row)), !enacted);
        const voters = rowsOf(rows, MEMBERS).filter(({ row }) => isVoter(row));
        assert.equal(rowsOf(rows, VOTERS)[0]!.row, voters.length);
        const ballots = rowsOf(rows, BALLOTS);
        for (const { key, row } of rowsOf(rows, PROPOSALS)) {
          ends.add(row.state);
          const own = ballots.filter((one) => one.key.proposal === key);
          const yes = own.filter((one) => one.row.yes).length;
          if (row.electorate !== "organisations") {
            assert.deepEqual([row.yes, row.no], [yes, own.length - yes]);
            assert.ok(own.length <= row.eligible, "more votes than voters");
          }
          if (["accepted", "enacted", "failed"].includes(row.state)) {
            assert.ok(row.electorate === "members" ? row.yes > row.no : 3 * row.yes > 2 * (row.yes + row.no));
            if (row.electorate !== "organisations") {
              assert.ok((row.yes + row.no) * 1000 >= LAWS.quorumPerMille * row.eligible);
            }
          }
        }
      }
      const audit = start.restored();
      for (const block of bench.blocks) assert.equal(audit.replay(block, () => true).ok, true);
      assert.equal(toHex(audit.stateRoot), toHex(bench.app.stateRoot));
    }),
    { numRuns: 100 },
  );
  for (const state of ["voting", "accepted", "rejected", "withdrawn", "enacted", "failed"]) {
    assert.ok(ends.has(state), `no history came to a proposal that is ${state}`);
  }
});
