/** How the community decides, open to everybody: organisations, proposals with their votes, laws and treasury. */
import { toHex } from "#base/bytes.ts";
import type { Proposal } from "#market/proposal.ts";
import type { ProposalView } from "#wire/schemas.ts";
import { lawsOf } from "../laws.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

export function governanceRoutes({
  host,
  directory,
  numbers,
}: Parts): Handlers<
  | "GET /v1/organisations"
  | "GET /v1/proposals"
  | "GET /v1/proposals/:number"
  | "GET /v1/laws"
  | "GET /v1/treasury"
  | "GET /v1/account/say"
> {
  // Homes are people: who lives behind a number is nobody's business.
  const nameOf = (member: number): string | null => {
    const known = directory.member(member);
    return known === undefined || known.role === "citizen" ? null : known.name;
  };
  const shown = (number: number, row: Proposal): ProposalView => proposalView(number, row, nameOf);
  return {
    "GET /v1/organisations": () =>
      host
        .view()
        .organisations()
        .map(({ key: member, row }) => ({
          member,
          name: nameOf(member),
          validator: row.validator === undefined ? null : toHex(row.validator),
          active: row.active,
          since: row.since,
          misbehaviours: row.misbehaviours,
        })),
    "GET /v1/proposals": ({ query: { state } }) =>
      host
        .view()
        .proposals()
        .filter(({ row }) => state === undefined || row.state === state)
        .map(({ key, row }) => shown(key, row))
        .reverse(),
    "GET /v1/proposals/:number": ({ params }) => {
      const row = host.view().proposal(params.number);
      if (row === undefined) throw new Refused("proposal_unknown");
      return shown(params.number, row);
    },
    "GET /v1/laws": () => {
      const view = host.view();
      const enacted = view.proposals().filter(({ row }) => row.state === "enacted");
      return lawsOf(view.parameters).map((law) => {
        const last = enacted.findLast(({ row }) => changesOf(row).some(({ name }) => name === law.name));
        return { ...law, since: last?.row.endedHeight ?? 0, proposal: last?.key ?? null };
      });
    },
    "GET /v1/treasury": () => {
      const view = host.view();
      const payments = view.proposals().flatMap(({ key, row }) =>
        row.state === "enacted" && row.motion.type === "pay"
          ? [
              {
                proposal: key,
                member: row.motion.member,
                memberName: nameOf(row.motion.member),
                amountMicroEur: Number(row.motion.amount),
                purpose: row.purpose,
                height: row.endedHeight,
                time: row.endedTime,
              },
            ]
          : [],
      );
      const balance = view.treasury();
      const paid = payments.reduce((sum, { amountMicroEur }) => sum + amountMicroEur, 0);
      return {
        balanceMicroEur: Number(balance),
        incomeMicroEur: Number(balance) + paid,
        payments: payments.reverse(),
      };
    },
    "GET /v1/account/say": ({ visitor: { member, account } }) => {
      const view = host.view();
      const next = view.height + 1;
      return {
        mayPropose: {
          laws: view.isEntitled(member, "members", next),
          organisations: view.isEntitled(member, view.electorateOfOrganisations(), next),
        },
        ballots: view
          .proposals()
          .flatMap(({ key, row }) => {
            // A vote that was cast under an earlier number still counts, and is the owner's own.
            const own = numbers
              .membersOf(account)
              .map((number) => view.ballot(key, number))
              .find((ballot) => ballot !== undefined);
            const open = row.state === "voting";
            if (!open && own === undefined) return [];
            return [
              {
                proposal: key,
                entitled: open && view.isEntitled(member, row.electorate, row.height),
                yes: own?.yes ?? null,
                height: own?.height ?? null,
              },
            ];
          })
          .reverse(),
      };
    },
  };
}

function proposalView(
  number: number,
  row: Proposal,
  nameOf: (member: number) => string | null,
): ProposalView {
  const { motion } = row;
  const pays = motion.type === "pay";
  const key = "validator" in motion ? motion.validator : undefined;
  return {
    number,
    proposer: row.proposer,
    proposerName: nameOf(row.proposer),
    purpose: row.purpose,
    motion: motion.type,
    member: motion.type === "change_laws" ? null : motion.member,
    memberName: motion.type === "change_laws" ? null : nameOf(motion.member),
    validator: key === undefined ? null : toHex(key),
    amountMicroEur: pays ? Number(motion.amount) : null,
    changes: changesOf(row),
    electorate: row.electorate,
    state: row.state,
    reason: row.reason,
    eligible: row.eligible,
    yes: row.yes,
    no: row.no,
    proposed: { height: row.height, time: row.time },
    closes: { height: row.closesHeight, time: row.closesTime },
    decided: row.decidedHeight === 0 ? null : { height: row.decidedHeight, time: row.decidedTime },
    due: row.dueHeight === 0 ? null : { height: row.dueHeight, time: row.dueTime },
    ended: row.endedHeight === 0 ? null : { height: row.endedHeight, time: row.endedTime },
  };
}

/** What a change of laws would change, or changed. */
function changesOf({ motion, lawsBefore }: Proposal): ProposalView["changes"] {
  if (motion.type !== "change_laws" || lawsBefore === undefined) return [];
  const before = lawsOf(lawsBefore);
  return lawsOf(motion.laws).flatMap(({ name, unit, value }, i) =>
    value === before[i]!.value ? [] : [{ name, unit, from: before[i]!.value, to: value }],
  );
}
