/**
 * Supply contracts of the demo town: one supplier offers its energy to whoever comes, and supplies a home whose
 * owner lets the first bill lie. What follows is nobody's habit: whoever enters as the supplier gives notice, whoever
 * enters as the home pays or disputes, and the chain does the rest.
 *
 * Delays are those of a town that one watches (`sim/town`): an hour or two where the law of a real community says
 * weeks.
 */
import { utf8 } from "#base/bytes.ts";
import { formatInstant, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import type { Submission } from "#chain/host.ts";
import { acceptOneSupply, issueOneInvoice, offerOneSupply } from "#chain/supply-transactions.ts";
import { depositMoney } from "#chain/transactions.ts";
import { hash, taggedHash } from "#crypto/hash.ts";
import type { SupplyTerms } from "#market/contract/terms.ts";
import { MemberAccount } from "#platform/member-account.ts";
import type { SupplyBill } from "#platform/supply-billing.ts";
import type { TownPlan } from "#sim/plan.ts";
import type { TownHost } from "#sim/town.ts";
import { SUPPLY_TEXT } from "#wire/supply-text.ts";

const TERM_S = 366 * 86_400;
/** The bill that lies is issued so long before somebody looks, so that it is overdue then, s. */
const BILLED_BEFORE_S = 2 * 3_600;
/** Where the town has no past: how long it supplies before it bills, s. */
const FIRST_BILL_AFTER_S = 3_600;
/** The home begins with so much: nobody in the demo is suspended because there is no money. */
const OPENING_BALANCE = 500_000_000n;

/** Refusals that pass, and how often they are waited for. */
const PASSING: ReadonlySet<string> = new Set(["overloaded", "catching_up"]);
const ATTEMPTS = 20;
/** What says that it was asked for before the process was killed. */
const DONE_BEFORE: ReadonlySet<string> = new Set(["deposit_exists", "id_taken", "already_waiting"]);

interface Ground {
  readonly plan: TownPlan;
  readonly host: TownHost;
  readonly operator: MemberAccount;
  /** By the contract's id: the bill of what could be billed now. */
  bill(contract: Uint8Array): Promise<SupplyBill | undefined>;
  /** When somebody begins to look. */
  readonly present: UnixSeconds;
}

export class SupplyScenario {
  readonly #ground: Ground;
  readonly #supplier: MemberAccount;
  readonly #owner: MemberAccount;
  readonly #plant: number;
  readonly #offer: Uint8Array;
  readonly #contract: Uint8Array;
  #billed = false;

  /** `undefined` for a town without a home that could be supplied. */
  static of(ground: Ground): SupplyScenario | undefined {
    const { plan } = ground;
    // One without panels has nothing of its own: there the limit shows.
    const home = plan.homes.find(({ solarPeakW }) => solarPeakW === 0) ?? plan.homes[0];
    return home === undefined ? undefined : new SupplyScenario(ground, home);
  }

  private constructor(ground: Ground, home: TownPlan["homes"][number]) {
    const { host, plan } = ground;
    const { member, key } = plan.suppliers[0]!;
    this.#ground = ground;
    this.#supplier = new MemberAccount(host, { member, signer: key });
    this.#owner = new MemberAccount(host, { member: home.owner, signer: home.ownerKey });
    this.#plant = home.plant;
    this.#offer = idOf(plan.seed, "offer");
    this.#contract = idOf(plan.seed, "contract");
  }

  /** Offer and contract, unless the chain has them; also where that was cut short. */
  async found(time: UnixSeconds): Promise<void> {
    const { host } = this.#ground;
    if (host.view().supplyContract(this.#contract) !== undefined) return;
    // It lives here under another number by now: what it wants of a supplier it decides anew.
    if (host.view().member(this.#owner.member)?.closed !== 0) return;
    if (host.view().supplyOffer(this.#offer) === undefined) await this.#offerTo(time);
    // Whoever decides the blocks puts them in an order of its own: the offers stand before one is accepted.
    await host.produceNow();
    const plant = this.#plant;
    const accepted = { contract: this.#contract, offer: this.#offer, plant };
    await this.#do(() => this.#owner.send(acceptOneSupply, accepted));
  }

  async #offerTo(time: UnixSeconds): Promise<void> {
    const { host, operator } = this.#ground;
    const { parameters } = host.view();
    const terms: SupplyTerms = {
      price: { type: "flat", price: MicroEurPerKwh(260_000n) },
      billing: "invoiced",
      payWithinS: parameters.supplyPayMinimumS,
      suspension: {
        noticeS: parameters.supplyNoticeMinimumS,
        reducedS: parameters.supplyReducedMinimumS,
        reducedPerMille: parameters.supplyReducedPerMille,
        vitalW: parameters.supplyVitalMinimumW,
      },
      from: time,
      until: time + TERM_S,
      text: hash(utf8(SUPPLY_TEXT)),
    };
    const acceptBy = time + TERM_S - 1;
    const amount = MicroEur(OPENING_BALANCE);
    const reference = `opening balance of home ${this.#plant}`;
    const opening = { member: this.#owner.member, amount, reference };
    await this.#do(() => operator.send(depositMoney, opening));
    const offer = { offer: this.#offer, to: 0, acceptBy, terms };
    await this.#do(() => this.#supplier.send(offerOneSupply, offer));
    const prepaid = { ...terms, billing: "prepaid", suspension: undefined } as const;
    const other = { offer: idOf(this.#ground.plan.seed, "prepaid offer"), to: 0, acceptBy, terms: prepaid };
    await this.#do(() => this.#supplier.send(offerOneSupply, other));
  }

  async #do(send: () => Promise<Submission>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const submission = await send();
      if (submission.admitted || DONE_BEFORE.has(submission.status)) return;
      if (attempt === ATTEMPTS || !PASSING.has(submission.status)) {
        throw new Error(`the town's supply contract is refused: ${submission.status}`);
      }
      await this.#ground.host.produceNow();
    }
  }

  /** When a quarter hour is over: the one bill, once. */
  async onQuarterHour(time: UnixSeconds): Promise<void> {
    const { host, present, plan } = this.#ground;
    if (this.#billed) return;
    const view = host.view();
    const contract = view.supplyContract(this.#contract);
    if (contract === undefined) return;
    const { number } = view.nextInvoiceNumber(contract.seller, host.now());
    const was = contract.unpaid.length > 0 || number > 1;
    if (was || contract.state !== "active") {
      this.#billed = true;
      return;
    }
    const from = Math.max(contract.time + FIRST_BILL_AFTER_S, present - BILLED_BEFORE_S);
    const bill = time < from ? undefined : await this.#ground.bill(this.#contract);
    if (bill === undefined) return;
    await this.#supplier.send(issueOneInvoice, {
      invoice: idOf(plan.seed, `invoice ${formatInstant(time)}`),
      contract: this.#contract,
      number: bill.number,
      corrects: undefined,
      energy: bill.energy,
      amount: bill.amount,
      periodFrom: bill.from,
      periodTo: bill.to,
      document: bill.documentHash,
    });
  }
}

function idOf(seed: number, what: string): Uint8Array {
  return taggedHash("contrada/town/supply/1", utf8(`${seed} ${what}`)).slice(0, 16);
}
