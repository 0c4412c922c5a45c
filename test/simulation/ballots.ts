/**
 * What the community decides, by a model of its own: whose vote stands on which proposal, what the votes come to when
 * it closes, that nothing is decided or enacted before its time or left lying after it, and that evidence takes power.
 */
import { type Codec, decode } from "#base/codec.ts";
import type { ChainApp } from "#chain/app.ts";
import { castVote, proposeMotion } from "#chain/transactions.ts";
import type { Transaction } from "#ledger/transaction.ts";
import type { Misbehaviour } from "#market/evidence.ts";
import { VALIDATORS } from "#market/organisation.ts";
import type { Parameters } from "#market/parameters.ts";
import type { Proposal } from "#market/proposal.ts";
import type { World } from "./world.ts";

interface Known {
  readonly before: Proposal;
  readonly votes: Map<number, boolean>;
}

export class Ballots {
  readonly #world: World;
  readonly #name: string;
  readonly #app: ChainApp;
  readonly #known = new Map<number, Known>();
  /** Votes of the block that is gone through. */
  #cast: { readonly proposal: number; readonly member: number; readonly yes: boolean }[] = [];
  #proposers: number[] = [];
  #laws: Parameters;

  constructor(world: World, name: string, app: ChainApp) {
    this.#world = world;
    this.#name = name;
    this.#app = app;
    this.#laws = app.view().parameters;
  }

  /** A transaction that was done. */
  take(transaction: Transaction): void {
    if (transaction.kind === castVote.number) {
      this.#cast.push({ ...bodyOf(castVote, transaction), member: transaction.sender });
    }
    if (transaction.kind === proposeMotion.number) this.#proposers.push(transaction.sender);
  }

  /** After a block. */
  check(height: number, misbehaviour: readonly Misbehaviour[]): void {
    const view = this.#app.view();
    const { time } = this.#app;
    const at = (what: string) => () => `${this.#name}: block ${height}: ${what}`;
    const laws = view.parameters;
    const isOver = (moment: { readonly time: number; readonly height: number }) =>
      moment.time <= time && moment.height <= height;
    const all = view.proposals();
    let enacted: string | undefined;
    for (const { key: number, row } of all) {
      const known = this.#known.get(number);
      if (known === undefined) {
        this.#world.expect(row.height === height, at(`proposal ${number} comes from nowhere`));
        this.#world.expect(
          row.proposer === this.#proposers.shift(),
          at(`proposal ${number} of somebody else`),
        );
        this.#world.expect(
          row.closesTime === time + laws.votingPeriodS && row.closesHeight === height + laws.delayBlocks,
          at(`proposal ${number} closes at another time`),
        );
        this.#known.set(number, { before: row, votes: new Map() });
        continue;
      }
      const { before } = known;
      if (before.state === "voting" && row.state !== "voting" && row.state !== "withdrawn") {
        this.#decided(number, known, row, at);
      }
      const isEnacted = before.state !== "enacted" && row.state === "enacted";
      if (isEnacted) {
        enacted = row.motion.type === "change_laws" ? "laws" : (enacted ?? "else");
        this.#world.count(`enacted ${row.motion.type}`);
        this.#world.expect(
          before.state === "accepted" && isOver({ time: before.dueTime, height: before.dueHeight }),
          at(`proposal ${number} is enacted before its time`),
        );
      }
      this.#known.set(number, { before: row, votes: known.votes });
    }
    for (const { proposal, member, yes } of this.#cast) this.#known.get(proposal)?.votes.set(member, yes);
    for (const { key: number, row } of all) {
      const { state } = row;
      const votes = [...this.#known.get(number)!.votes.values()];
      const yes = votes.filter((vote) => vote).length;
      // Organisations are counted when the vote closes.
      if (state === "voting" || row.electorate !== "organisations") {
        this.#world.expect(
          row.yes === yes && row.no === votes.length - yes,
          at(`proposal ${number} has ${row.yes}:${row.no} votes, not ${yes}:${votes.length - yes}`),
        );
      }
      const left =
        (state === "voting" &&
          isOver({ time: row.closesTime, height: row.closesHeight }) &&
          row.height < height) ||
        (state === "accepted" &&
          isOver({ time: row.dueTime, height: row.dueHeight }) &&
          row.decidedHeight < height);
      this.#world.expect(!left, at(`proposal ${number} is left ${state} after its time`));
    }
    for (const { key: member, row } of view.members()) {
      const recovery = view.recovery(member);
      const next = view.guarded(member)?.next;
      const going = row.keys.flatMap((key) => view.revocation(key) ?? []);
      for (const waiting of [recovery, next, ...going]) {
        this.#world.expect(
          waiting === undefined || !isOver(waiting),
          at(`something of member ${member} is left after its time`),
        );
      }
    }
    if (enacted !== "laws") {
      this.#world.expect(sameLaws(this.#laws, laws), at("the laws are others, and nobody enacted any"));
    }
    this.#seeEvidence(height, misbehaviour, enacted !== undefined, at);
    this.#laws = laws;
    this.#cast = [];
    this.#proposers = [];
  }

  /** By the table of `market/proposal.ts`, counted anew. */
  #decided(
    number: number,
    { before, votes }: Known,
    row: Proposal,
    at: (what: string) => () => string,
  ): void {
    const { time, height } = this.#app;
    this.#world.count(
      `vote ${row.decidedHeight === 0 ? "never" : row.reason === "none" ? "passed" : row.reason}`,
    );
    this.#world.expect(
      row.decidedHeight === height && before.closesTime <= time && before.closesHeight <= height,
      at(`proposal ${number} is decided before its time`),
    );
    const passed = row.state === "accepted" || row.state === "enacted";
    const laws = this.#app.view().parameters;
    // Laws that change in the same moment, or organisations that come and go in it: which were they?
    if (row.electorate === "organisations" || !sameLaws(this.#laws, laws)) return;
    const yes = [...votes.values()].filter((vote) => vote).length;
    const cast = votes.size;
    const quorum = cast > 0 && cast * 1000 >= laws.quorumPerMille * before.eligible;
    const majority = row.electorate === "founding" ? yes * 3 > cast * 2 : yes > cast - yes;
    this.#world.expect(
      passed === (quorum && majority),
      at(`proposal ${number} is ${row.state} with ${yes} of ${cast} votes of ${before.eligible}`),
    );
  }

  #seeEvidence(
    height: number,
    misbehaviour: readonly Misbehaviour[],
    readmitted: boolean,
    at: (what: string) => () => string,
  ): void {
    if (misbehaviour.length === 0 || readmitted) return;
    const view = this.#app.view();
    const organisations = new Map(
      this.#app
        .view()
        .organisations()
        .map(({ key, row }) => [key, row]),
    );
    for (const { address, height: of } of misbehaviour) {
      const known = view.proveRow(VALIDATORS, address)?.row;
      const validator = known === undefined ? undefined : decode(VALIDATORS.row, known);
      const owner = validator?.ok ? validator.value.member : undefined;
      const row = owner === undefined ? undefined : organisations.get(owner);
      // What is told again speaks against nobody who was admitted since.
      if (row === undefined || row.since >= of) continue;
      this.#world.expect(!row.active, at(`evidence of block ${of} leaves organisation ${owner} its power`));
    }
    this.#world.count("blocks with evidence", height > 0 ? 1 : 0);
  }
}

function sameLaws(a: Parameters, b: Parameters): boolean {
  return Object.keys(a).every((name) => {
    const key = name as keyof Parameters;
    return key === "zone" || a[key] === b[key];
  });
}

export function bodyOf<B>(kind: { readonly codec: Codec<B> }, transaction: Transaction): B {
  const body = decode(kind.codec, transaction.body);
  if (!body.ok) throw body.error;
  return body.value;
}
