/**
 * Every refusal of the platform as a problem document (RFC 9457). A code has its HTTP status, a title, and a
 * sentence that says what happened, what did not happen, and what to do. Codes of `ledger/status` keep their
 * names; the platform's own stand beside them. `/docs` lists all of them; `type` points there.
 */
import type { AdmissionRefusal } from "#chain/host.ts";
import type { CommandRefusal } from "#control/command.ts";
import type { LimitRefusal } from "#control/operator-limit.ts";
import type { Refusal } from "#ledger/status.ts";
import type { Problem } from "#wire/schemas.ts";

/** Refusals that no rule of the ledger makes. */
export type PlatformRefusal =
  | AdmissionRefusal
  | "invalid_request"
  | "not_found"
  | "method_not_allowed"
  | "body_too_large"
  | "unsupported_media_type"
  | "host_refused"
  | "origin_refused"
  | "not_signed_in"
  | "role_refused"
  | "challenge_unknown"
  | "device_unknown"
  | "signature_wrong"
  | "letters_unconnected"
  | "not_the_sender"
  | "iban_invalid"
  | "holder_invalid"
  | "bank_account_changed"
  | "bank_account_missing"
  | "bill_unknown"
  | "bill_taken_back"
  | "bill_followed"
  | "bill_of_contract"
  | "credit_too_large"
  | "incentive_advanced"
  | "nothing_shared"
  | "months_open"
  | "no_payouts"
  | "bill_in_collection"
  | "bill_not_open"
  | "creditor_invalid"
  | "creditor_unknown"
  | "mandate_changed"
  | "nothing_to_collect"
  | "collection_day_unfit"
  | "debits_refused"
  | "collection_unknown"
  | "collection_closed"
  | "debit_unknown"
  | "debit_closed"
  | "renewal_under_way"
  | "transaction_unknown"
  | "block_unknown"
  | "home_unknown"
  | "no_accumulator"
  | "no_live_values"
  | "sale_not_settled"
  | "market_not_open"
  | "market_slot_unknown"
  | "market_rule_changed"
  | "gate_closed"
  | "order_unknown"
  | "order_not_possible"
  | "day_not_settled"
  | "day_not_over"
  | "settlement_refused"
  | "span_invalid"
  | "day_invalid"
  | "identity_unknown"
  | "clock_fixed"
  | "not_offered"
  | "nothing_to_bill"
  | "nothing_to_compare"
  | "push_refused"
  | "index_unfit"
  | "index_missing"
  | "network_silent"
  | CommandRefusal
  | LimitRefusal
  | "limit_not_authorised"
  | "preferences_changed"
  | "load_unknown"
  | "load_preferences_unfit"
  | "load_preferences_changed"
  | "too_many_streams"
  | "not_ready"
  | "too_many_tries"
  | "code_wrong"
  | "code_expired"
  | "code_used"
  | "clock_wrong"
  | "meter_key_unfit"
  | "certificate_request_unfit"
  | "gateway_unknown"
  | "gateway_revoked"
  | "gateways_closed"
  | "internal_error";

export type ProblemCode = Refusal | PlatformRefusal;

interface Wording {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Seconds after which the same request may succeed. */
  readonly retryAfterS?: number;
}

export const PROBLEMS: { readonly [code in ProblemCode]: Wording } = {
  // The envelope.
  malformed: {
    status: 400,
    title: "The transaction cannot be read",
    detail:
      "The bytes are no transaction of this protocol. Nothing was changed. Encode it again with the current version of the software.",
  },
  wrong_chain: {
    status: 409,
    title: "Signed for another chain",
    detail:
      "The transaction names another chain than this community's. Nothing was changed. Sign it again for this one.",
  },
  unknown_kind: {
    status: 400,
    title: "Unknown kind of transaction",
    detail:
      "This chain has no kind of transaction with that number. Nothing was changed. Update the software that made it.",
  },
  unknown_sender: {
    status: 403,
    title: "No such member",
    detail:
      "The sender is no member of this community. Nothing was changed. Ask the operator to be admitted first.",
  },
  key_not_registered: {
    status: 403,
    title: "This key is not the sender's",
    detail:
      "The key that signed is not, or no longer, one of the sender's keys. Nothing was changed. Sign with a registered device, or register this one.",
  },
  bad_signature: {
    status: 403,
    title: "The signature is not good",
    detail:
      "The signature does not fit the transaction and the key. Nothing was changed. Sign the transaction again.",
  },
  expired: {
    status: 409,
    title: "Signed too long ago",
    detail:
      "The last block in which the transaction may stand has passed. Nothing was changed. Prepare and sign it anew.",
  },
  expiry_too_far: {
    status: 422,
    title: "Valid for too long",
    detail:
      "The transaction wants to stay valid for more blocks than this community allows. Nothing was changed. Sign it with an earlier expiry.",
  },
  nonce_already_used: {
    status: 409,
    title: "Another transaction came first",
    detail:
      "A transaction of this member with the same count, or a later one, was taken already. This one changed nothing. Ask for the account again and sign with the next count.",
  },
  nonce_out_of_order: {
    status: 409,
    title: "A transaction before it is missing",
    detail:
      "The transaction's count skips one that has not arrived. It changed nothing. Ask for the account again and sign with the next count.",
  },

  // Who may.
  role_not_allowed: {
    status: 403,
    title: "Not in this role",
    detail:
      "Members of this role may not send this kind of transaction. Nothing was changed. Sign in as somebody who may.",
  },
  member_suspended: {
    status: 403,
    title: "Membership suspended",
    detail:
      "The sender's membership is suspended. Nothing was changed. Ask the operator why, and until when.",
  },
  not_the_owner: {
    status: 403,
    title: "Somebody else's",
    detail:
      "The plant, the sale or the member belongs to somebody else. Nothing was changed. Act on your own only.",
  },
  not_the_registrar: {
    status: 403,
    title: "The registrar's to do",
    detail:
      "In this community only the registrar attests who somebody is. Nothing was changed. Ask the registrar.",
  },

  // Membership and registration.
  member_exists: {
    status: 409,
    title: "This member exists",
    detail: "A member with that number was admitted before. Nothing was changed. Choose a free number.",
  },
  member_unknown: {
    status: 404,
    title: "No such member",
    detail:
      "There is no member with that number in the role that is needed. Nothing was changed. Admit the member first.",
  },
  key_malformed: {
    status: 422,
    title: "Not a public key",
    detail:
      "The bytes are neither an Ed25519 nor a P-256 public key in its canonical form. Nothing was registered. Make a new key pair.",
  },
  key_small_order: {
    status: 422,
    title: "An unsafe key",
    detail:
      "Anyone can sign for this key, so it protects nothing. It was not registered. Make a new key pair.",
  },
  key_torsioned: {
    status: 422,
    title: "An unsafe key",
    detail:
      "Signatures of this key would be judged differently by different software. It was not registered. Make a new key pair.",
  },
  key_already_registered: {
    status: 409,
    title: "This key is taken",
    detail:
      "The key belongs, or once belonged, to a member or a meter, and a key is never given twice. Nothing was registered. Use a new key.",
  },
  too_many_keys: {
    status: 409,
    title: "Too many devices",
    detail:
      "The member has as many keys as one may have. This one was not registered. Remove a device first.",
  },
  plant_exists: {
    status: 409,
    title: "This plant exists",
    detail: "A plant with that number is registered. Nothing was changed. Choose a free number.",
  },
  plant_unknown: {
    status: 404,
    title: "No such plant",
    detail: "No plant with that number is registered. Nothing was changed. Check the number.",
  },
  plant_parameters_invalid: {
    status: 422,
    title: "No home is built like this",
    detail:
      "Capacity and powers of the plant do not go together, or exceed what a home can have. It was not registered. Correct the sheet.",
  },
  supplier_exists: {
    status: 409,
    title: "Enrolled already",
    detail: "This supplier is on the trading platform. Nothing was changed.",
  },
  supplier_unknown: {
    status: 404,
    title: "No such supplier",
    detail:
      "No supplier of that number is enrolled. Nothing was sold or published. Choose one of the list, or have it enrolled first.",
  },
  supplier_suspended: {
    status: 409,
    title: "Supplier suspended",
    detail: "This supplier may not trade at present. Nothing was sold or published. Choose another one.",
  },
  name_invalid: {
    status: 422,
    title: "Not a name",
    detail:
      "A supplier's name has 2 to 60 characters, no control characters and no blank at either end. It was not enrolled. Correct the name.",
  },
  key_unknown: {
    status: 404,
    title: "Not a key of this member",
    detail: "The member has no such key. Nothing was removed. Check the device.",
  },
  revocation_pending: {
    status: 409,
    title: "It is going already",
    detail: "The key is being removed already and goes when its delay is over. Nothing more was changed.",
  },
  revocation_unknown: {
    status: 404,
    title: "No removal under way",
    detail: "That key is not being removed. Nothing was changed. Look at your devices.",
  },
  key_under_revocation: {
    status: 409,
    title: "It cannot keep itself",
    detail:
      "A device that is being removed cannot call that off. Nothing was changed. Use another of your devices.",
  },
  last_key: {
    status: 409,
    title: "The only key",
    detail:
      "A member keeps at least one key, or nobody could act for it. It was not removed. Register another device first.",
  },

  // Rates of the day.
  rate_out_of_range: {
    status: 422,
    title: "Rate out of bounds",
    detail:
      "The rate is outside what this community allows. It was not published. Choose one within the bounds shown.",
  },
  rate_too_late: {
    status: 409,
    title: "Too late for that day",
    detail:
      "A rate is published before its day begins, and publishing closes some minutes before midnight. It was not published. Publish for a later day.",
  },
  rate_too_early: {
    status: 409,
    title: "Too early for that day",
    detail: "Rates are published a few days ahead at most. It was not published. Choose a nearer day.",
  },
  rate_already_published: {
    status: 409,
    title: "The rate of that day stands",
    detail:
      "A rate for that day was published before, and is never changed. Nothing was changed. Publish for another day.",
  },
  rate_expired: {
    status: 409,
    title: "That rate is not today's",
    detail:
      "A sale is made at the rate of the day on which it is authorised, and that day is another one. Nothing was sold. Look at today's rates and sign again.",
  },
  rate_missing: {
    status: 409,
    title: "No rate today",
    detail:
      "This supplier has published no rate for the day. Nothing was sold. Choose another supplier, or come back tomorrow.",
  },
  rate_differs: {
    status: 409,
    title: "Another rate than published",
    detail:
      "The rate that was signed is not the one the supplier published. Nothing was sold. Look at today's rate and sign again.",
  },
  fee_differs: {
    status: 409,
    title: "Another fee than the community's",
    detail:
      "The fee that was signed is not the community's. Nothing was sold. Read the terms again and sign them.",
  },

  // Money and transfers.
  amount_not_positive: {
    status: 422,
    title: "Nothing to move",
    detail: "The amount must be more than zero. Nothing was moved. Correct the amount.",
  },
  amount_too_large: {
    status: 422,
    title: "Too large an amount",
    detail: "The amount exceeds what is moved at once. Nothing was moved. Divide it.",
  },
  account_unknown: {
    status: 404,
    title: "No such account",
    detail: "One of the accounts is not open. Nothing was moved. Check who sends and who receives.",
  },
  transfer_exists_differently: {
    status: 409,
    title: "The same transfer with another content",
    detail:
      "A transfer of that identifier stands with other terms. Nothing was moved. Use a new identifier for a new transfer.",
  },
  transfer_unknown: {
    status: 404,
    title: "No such transfer",
    detail: "No reserved amount has that identifier. Nothing was moved.",
  },
  transfer_already_resolved: {
    status: 409,
    title: "Settled already",
    detail: "That reserved amount was paid or freed before, which happens once. Nothing more was moved.",
  },
  transfer_expired: {
    status: 409,
    title: "Reserved too briefly",
    detail: "The reserve would end before it begins. Nothing was moved. Choose a later end.",
  },
  exceeds_pending: {
    status: 422,
    title: "More than was reserved",
    detail: "At most what was reserved can be paid out of a reserve. Nothing was moved.",
  },
  balance_too_low: {
    status: 409,
    title: "Not enough on the account",
    detail:
      "What is on the account, less what is reserved, does not cover the amount. Nothing was moved. Deposit first, or choose less.",
  },
  organisation_exists: {
    status: 409,
    title: "An organisation already",
    detail: "This member is one of the organisations. Nothing was proposed.",
  },
  organisation_unknown: {
    status: 404,
    title: "No such organisation",
    detail:
      "No organisation with power has that member number. Nothing was proposed. Look at the list of organisations.",
  },
  too_many_organisations: {
    status: 409,
    title: "No place for another organisation",
    detail: "The chain has as many organisations as it can carry. Nothing was proposed.",
  },
  last_organisation: {
    status: 409,
    title: "The last organisation stays",
    detail:
      "No other organisation has power, so this one cannot go. Nothing was proposed. Admit another one first.",
  },
  laws_invalid: {
    status: 422,
    title: "These cannot be laws",
    detail:
      "One of the values lies outside what the rules can keep. Nothing was proposed. Correct the value.",
  },
  laws_unchanged: {
    status: 409,
    title: "Nothing would change",
    detail: "These are the laws in force already. Nothing was proposed.",
  },
  text_invalid: {
    status: 422,
    title: "The purpose cannot be read",
    detail:
      "A purpose has 2 to 140 characters and no blanks at its ends. Nothing was proposed. Write it anew; it is public.",
  },
  proposal_unknown: {
    status: 404,
    title: "No such proposal",
    detail: "No proposal has that number. Nothing was changed.",
  },
  proposal_closed: {
    status: 409,
    title: "The vote is over",
    detail:
      "The proposal is no longer in the vote. Your vote was not counted, and earlier ones stay as they were.",
  },
  not_entitled: {
    status: 403,
    title: "Not yours to decide",
    detail: "Others decide on this, or you joined after it was proposed. Nothing was counted.",
  },
  too_many_proposals: {
    status: 409,
    title: "Too many proposals at once",
    detail:
      "As many proposals are open as the laws allow. Nothing was proposed. Try again when one has ended.",
  },

  // Supply contracts.
  terms_invalid: {
    status: 422,
    title: "Terms that cannot be",
    detail:
      "The terms are unfit, or give the buyer less than the law asks for: time for paying, notice, reduced supply, vital minimum. Nothing was agreed. Correct them, see docs/spec/laws.md.",
  },
  id_taken: {
    status: 409,
    title: "The id is taken",
    detail:
      "An offer, contract or invoice has this id. Nothing was changed. Read it; if it is another's, draw a new id.",
  },
  offer_unknown: {
    status: 404,
    title: "No such offer",
    detail: "No offer has that id. Nothing was agreed.",
  },
  offer_closed: {
    status: 409,
    title: "The offer is no longer open",
    detail:
      "Its time is over, it was taken, it is made to somebody else or is one's own, or its seller may not sell. Nothing was agreed. Ask for another offer.",
  },
  contract_unknown: {
    status: 404,
    title: "No such contract",
    detail: "No supply contract has that id. Nothing was changed.",
  },
  contract_ended: {
    status: 409,
    title: "The contract is over",
    detail: "The contract has ended, or ends as soon already. Nothing was changed.",
  },
  plant_supplied: {
    status: 409,
    title: "The plant has a contract",
    detail:
      "The plant has a contract that may suspend it, or as many contracts as a plant may have. Nothing was agreed. End one first.",
  },
  not_prepaid: {
    status: 409,
    title: "Not a prepaid contract",
    detail: "Money is put aside for prepaid contracts only. Nothing was moved. Pay the invoices instead.",
  },
  contracts_still_running: {
    status: 409,
    title: "Supply contracts are still running",
    detail:
      "This account buys or sells by a supply contract that is not closed, or has invoices that others still have to pay. Nothing was changed. End the contracts, and wait for their last invoice.",
  },
  invoice_unknown: {
    status: 404,
    title: "No such invoice",
    detail: "No invoice of that contract has that id. Nothing was changed.",
  },
  invoice_closed: {
    status: 409,
    title: "Nothing is left of the invoice",
    detail: "The invoice is paid, or was taken off. Nothing was changed.",
  },
  invoice_not_due: {
    status: 409,
    title: "The invoice is not overdue",
    detail: "Notice is given of an invoice whose time for paying is over. Nothing was begun. Wait.",
  },
  invoice_disputed: {
    status: 409,
    title: "The invoice is disputed",
    detail:
      "The invoice is disputed, or was: it is disputed once. Nothing was changed. Wait for the decision.",
  },
  invoice_not_disputed: {
    status: 409,
    title: "Nobody disputes the invoice",
    detail: "There is nothing to decide about this invoice. Nothing was changed.",
  },
  invoice_too_large: {
    status: 422,
    title: "More than the invoice",
    detail:
      "More was to be taken off than stands of the invoice, or more is to stand than stood. Nothing was changed. Correct the amount.",
  },
  number_out_of_order: {
    status: 409,
    title: "Not the next number",
    detail:
      "A seller's invoices are numbered without a gap in each year. Nothing was issued. Read the last number, and take the next.",
  },
  period_invalid: {
    status: 422,
    title: "Not the next period",
    detail:
      "An invoice is for a time that is over, within the term of its contract and after the last one's; a credit note within its invoice's. Nothing was issued. Correct the period.",
  },
  too_many_invoices: {
    status: 409,
    title: "Too many unpaid invoices",
    detail:
      "The contract has as many unpaid invoices as it may have. Nothing was issued. Bill longer periods, or wait for payment.",
  },
  suspension_not_agreed: {
    status: 409,
    title: "Suspension was not agreed",
    detail:
      "Both parties must have agreed that an unpaid supply may be suspended. Nothing was begun. Claim the money by other ways.",
  },
  plant_protected: {
    status: 409,
    title: "The plant is protected",
    detail: "This plant is not to be disconnected. Nothing was begun. Claim the money by other ways.",
  },
  procedure_running: {
    status: 409,
    title: "A procedure is under way",
    detail:
      "The contract is in a procedure for an unpaid invoice, or was restored just now. Nothing was begun. Wait for its end.",
  },

  deposit_exists: {
    status: 409,
    title: "Booked already",
    detail: "This payment's reference was booked before. Nothing was credited twice. Look at the account.",
  },

  // Payouts.
  payout_exists: {
    status: 409,
    title: "This payout exists",
    detail:
      "A payout of that identifier was asked for before. Nothing was reserved twice. Look at your payouts.",
  },
  payout_unknown: {
    status: 404,
    title: "No such payout",
    detail: "There is no payout of that identifier. Nothing was changed. Look at the payouts that wait.",
  },
  payout_closed: {
    status: 409,
    title: "The payout is over",
    detail:
      "The payout was settled already, or waited too long and its money is free again. Nothing was changed. Ask anew if money is still to be taken out.",
  },

  // Sales of stored energy.
  sale_exists: {
    status: 409,
    title: "This sale exists",
    detail: "A sale of that identifier was made before. Nothing was sold twice. Look at your sales.",
  },
  sale_unknown: {
    status: 404,
    title: "No such sale",
    detail: "You have no sale of that identifier. Nothing was changed. Look at your sales.",
  },
  sale_not_open: {
    status: 409,
    title: "The sale is over",
    detail: "The sale was settled, withdrawn or voided already. Nothing was changed.",
  },
  quantity_below_minimum: {
    status: 422,
    title: "Too little to sell",
    detail: "The quantity is below the community's smallest sale. Nothing was sold. Choose more.",
  },
  storage_too_low: {
    status: 409,
    title: "Not enough stored",
    detail:
      "What is stored from your panels and not sold yet does not cover the quantity and its losses. Nothing was sold. Choose less, or wait for the sun.",
  },
  supplier_funds_too_low: {
    status: 409,
    title: "The supplier cannot pay",
    detail:
      "The supplier has not deposited enough to pay for this. Nothing was sold. Choose less, or another supplier.",
  },
  too_many_open_sales: {
    status: 409,
    title: "Too many sales at once",
    detail:
      "The plant has as many open sales as it may have. Nothing was sold. Wait for one to be delivered, or withdraw one.",
  },

  // Interval totals.
  interval_misaligned: {
    status: 422,
    title: "Not a quarter hour",
    detail: "An interval begins at a whole quarter hour. Nothing was booked. Correct its start.",
  },
  interval_in_future: {
    status: 409,
    title: "That quarter hour has not ended",
    detail:
      "An interval is booked after its end, by the chain's clock. Nothing was booked. Hand it in later.",
  },
  interval_already_submitted: {
    status: 409,
    title: "Booked already",
    detail: "This interval of the plant, or a later one, is booked. Nothing was booked twice.",
  },
  entries_out_of_order: {
    status: 422,
    title: "Entries out of order",
    detail: "Entries ascend by plant, each plant once. Nothing was booked. Sort them.",
  },
  store_overdrawn: {
    status: 409,
    title: "More taken out than stored",
    detail:
      "By the books the accumulator does not hold what the entry takes out of it. Nothing was booked. Check the readings before it.",
  },
  grid_energy_not_sellable: {
    status: 422,
    title: "Only solar energy is sold",
    detail:
      "The entry exports energy that was charged from the MicroGrid, which this community does not sell. Nothing was booked.",
  },
  exceeds_plant_limits: {
    status: 422,
    title: "More than the plant can do",
    detail:
      "The entry exceeds the powers or the capacity of the plant. Nothing was booked. Check the meter and the plant's sheet.",
  },

  // Identities.
  identity_missing: {
    status: 422,
    title: "No identity attested",
    detail:
      "Citizens, suppliers and organisations are admitted on an attested identity. Nobody was admitted. Add its commitment and nullifier.",
  },
  identity_unexpected: {
    status: 422,
    title: "No identity here",
    detail:
      "Operators and registrars hold a public office and have no attested identity. Nothing was changed. Leave it out.",
  },
  identity_already_member: {
    status: 409,
    title: "Already a member",
    detail:
      "Whoever this is, is a member already, and nobody is a member twice. Nobody was admitted. Use the membership there is.",
  },

  // Guardians and recovery.
  guardians_invalid: {
    status: 422,
    title: "Not three guardians",
    detail:
      "Guardians are three different ones: members or keys, and none of them yourself. Nothing was changed. Choose others.",
  },
  guardians_missing: {
    status: 409,
    title: "No guardians",
    detail:
      "The member never chose guardians, so nobody can vouch for a new key. Nothing was changed. Ask the registrar for a new membership.",
  },
  recovery_pending: {
    status: 409,
    title: "A recovery is under way",
    detail: "The account is being recovered already. Nothing more was changed. Wait for its delay.",
  },
  approvals_expired: {
    status: 409,
    title: "Approvals too old",
    detail: "The guardians' signatures held until an earlier block. Nothing was changed. Ask them again.",
  },
  approvals_too_few: {
    status: 422,
    title: "Two guardians are needed",
    detail:
      "A recovery carries the signatures of two of the member's guardians, in their order. Nothing was changed. Ask one more.",
  },
  approvals_of_suppliers_only: {
    status: 403,
    title: "Suppliers alone are not enough",
    detail:
      "At least one of the two guardians must be no energy supplier. Nothing was changed. Ask the third guardian.",
  },
  approval_signature_bad: {
    status: 422,
    title: "A guardian's signature is not good",
    detail:
      "A signature does not fit this member, this new key and this attempt. Nothing was changed. Ask that guardian again.",
  },
  recovery_unknown: {
    status: 404,
    title: "No recovery under way",
    detail: "Nobody is recovering the account to that key. Nothing was changed.",
  },

  // Erasure.
  member_holds_office: {
    status: 409,
    title: "It holds an office",
    detail:
      "Operators, registrars and organisations are not erased. Nothing was changed. Give the office up by a vote first.",
  },
  account_not_empty: {
    status: 409,
    title: "There is money on the account",
    detail: "Only an account without money is erased. Nothing was changed. Have it paid out first.",
  },
  sales_still_open: {
    status: 409,
    title: "Sales are still open",
    detail:
      "Money is still reserved for sales of this account. Nothing was changed. Wait for their delivery, or withdraw them.",
  },

  // Members whose numbers change.
  money_not_whole: {
    status: 422,
    title: "Money in parts of a unit",
    detail:
      "A member under a new number begins with whole units of the law renewalUnit. Nothing was changed. Leave the rest in the pool.",
  },
  pool_too_low: {
    status: 409,
    title: "More money than there is",
    detail:
      "The new members would have more than the old ones had and the pool holds. Nothing was changed. Give the rest in a later renewal.",
  },
  money_held_back: {
    status: 409,
    title: "Too much would stay in the pool",
    detail:
      "A renewal may leave less than one unit of each member in the pool. Nothing was changed. Give the members their whole units.",
  },
  period_wrong: {
    status: 409,
    title: "The wrong period",
    detail:
      "A renewal is of the period of the last one, or of the next. Nothing was changed. Read the period, and make the renewal anew.",
  },
  too_few_to_renew: {
    status: 409,
    title: "Too few members at once",
    detail:
      "Among so few a member does not hide: the law renewalMinimum says how many there must be. Nothing was changed. Wait until more are at rest.",
  },
  renewal_uneven: {
    status: 422,
    title: "Not as many new members as old ones",
    detail: "A renewal opens exactly as many members as it closes. Nothing was changed. Complete the lists.",
  },
  member_not_at_rest: {
    status: 409,
    title: "A member is not at rest",
    detail:
      "A sale, a payout or a supply contract of it is open, a key, its guardians or the whole account are being changed, or it is suspended. Nothing was changed. Leave it out.",
  },
  sheets_differ: {
    status: 422,
    title: "Other plants than before",
    detail:
      "The new plants are the old ones, each rounded up to standard sizes. Nothing was changed. State them so.",
  },
  energy_differs: {
    status: 422,
    title: "The energy does not add up",
    detail:
      "What the old accumulators held and what moved in the gap is not what the new ones hold. Nothing was changed. Sum the readings of the gap anew.",
  },

  // The neighbours' market.
  market_joined_elsewhere: {
    status: 409,
    title: "Takes part with another plant",
    detail:
      "A member takes part in the neighbours' market with one plant. Nothing was changed. Leave with the other one first, and wait until its last day is settled.",
  },
  market_not_joined: {
    status: 409,
    title: "Takes no part",
    detail:
      "This plant takes no part in the neighbours' market, or not any more from tomorrow. Nothing was changed.",
  },
  cap_out_of_range: {
    status: 422,
    title: "A limit above the law's",
    detail:
      "The laws bound what the market may take from a home in a day (marketCapHighest). Nothing was changed. Choose less.",
  },
  market_not_left: {
    status: 409,
    title: "Takes part in the market",
    detail:
      "A member that takes part in the neighbours' market, or whose last day there is not settled, is not erased. Nothing was changed. Leave it first.",
  },
  limit_invalid: {
    status: 422,
    title: "A limit that cannot be set",
    detail:
      "A limit is of a feeder with a number, for quarter hours that have not begun and at most 366 days, and a feeder has at most 64 ahead of it. Nothing was changed.",
  },
  session_invalid: {
    status: 422,
    title: "No such book",
    detail: "A quarter hour has two books: 0, its own, and 1, that of the day before. Nothing was changed.",
  },
  book_too_early: {
    status: 409,
    title: "The gate is open",
    detail: "Orders are still taken for this book. Nothing was changed. Seal it when its gate has closed.",
  },
  book_too_late: {
    status: 409,
    title: "Too late for this book",
    detail:
      "The book could be sealed, or opened, until an earlier time. Nothing was changed: there is no clearing of it.",
  },
  book_exists: {
    status: 409,
    title: "Sealed already",
    detail: "This book was sealed before. Nothing was changed: a seal is for good.",
  },
  book_unknown: {
    status: 404,
    title: "No sealed book",
    detail: "No book of that quarter hour and session, or of that day, was sealed. Nothing was changed.",
  },
  book_cleared: {
    status: 409,
    title: "Cleared already",
    detail: "This book was opened and cleared before. Nothing was changed.",
  },
  book_impossible: {
    status: 422,
    title: "Orders that cannot be",
    detail:
      "A book has 1 to 1,700 orders, each with energy of at most 5 MWh, a limit within 1,000 €/kWh, a partner that is not itself, and as a gift a limit of 0 and a partner. Nothing was changed.",
  },
  seals_differ: {
    status: 422,
    title: "Not what was sealed",
    detail:
      "The orders, with the seals that were not opened, are not those of the sealed root: one was changed, left out or slipped in. Nothing was changed.",
  },
  day_not_over: {
    status: 409,
    title: "The day is not over",
    detail: "A day is settled when it is over. Nothing was changed.",
  },
  day_closed: {
    status: 409,
    title: "The day is closed",
    detail:
      "The law's time for corrections is over, or the day is final and this version is not. Nothing was changed.",
  },
  version_wrong: {
    status: 409,
    title: "Another version comes next",
    detail:
      "A day's versions are counted from 1 without a gap. Nothing was changed. Read the day, and make the settlement anew.",
  },
  energy_unbalanced: {
    status: 422,
    title: "The energy does not add up",
    detail: "As much is sold as is bought, and as much as the books of the day traded. Nothing was changed.",
  },
  money_unbalanced: {
    status: 422,
    title: "The money does not add up",
    detail: "What members receive and pay and the fees come to nothing together. Nothing was changed.",
  },
  cap_exceeded: {
    status: 409,
    title: "More than was consented to",
    detail:
      "All versions of the day together would take more from a member than it consented to for that day. Nothing was changed.",
  },
  meter_not_ahead: {
    status: 422,
    title: "That quarter hour has begun",
    detail:
      "Another meter counts from a quarter hour on that has not begun, at most 31 days ahead. Take a later one. Nothing was changed.",
  },
  meter_change_waiting: {
    status: 409,
    title: "A change of the meter is on its way",
    detail:
      "The plant's last change of its meter has not begun. Wait for it, then change it again. Nothing was changed.",
  },
  fees_not_lawful: {
    status: 422,
    title: "Other fees than the law's",
    detail:
      "What the community keeps of a day is what its books kept for the grid, and the law's fee for what was matched afterwards: no more and no less. Nothing was changed.",
  },

  // Admission.
  overloaded: {
    status: 503,
    title: "Too much at once",
    detail:
      "More is waiting than can be taken on now. Nothing was changed. Send the same transaction again in a moment.",
    retryAfterS: 2,
  },
  catching_up: {
    status: 503,
    title: "This node is behind the others",
    detail:
      "This node is fetching blocks that the other validators have decided, and takes nothing on before it has them. Nothing was changed. Send the same transaction again in a moment, or to another node.",
    retryAfterS: 5,
  },
  already_waiting: {
    status: 409,
    title: "It waits already",
    detail:
      "The same transaction was handed in before and waits for its block. Nothing needs to be done: ask for it by its identifier.",
  },
  stopped: {
    status: 503,
    title: "The ledger is stopping",
    detail: "The ledger is closing and takes nothing on. Nothing was changed. Try again in a minute.",
    retryAfterS: 30,
  },

  // The platform's own.
  invalid_request: {
    status: 400,
    title: "The request does not fit",
    detail: "The request does not have the form that this address asks for. Nothing was changed.",
  },
  not_found: {
    status: 404,
    title: "Nothing here",
    detail: "There is nothing at this address. /docs lists what there is.",
  },
  method_not_allowed: {
    status: 405,
    title: "Not done this way",
    detail: "This address does not take that method. /docs lists which it takes.",
  },
  body_too_large: {
    status: 413,
    title: "Too large",
    detail: "The request is larger than any that is allowed. Nothing was changed. Send less at once.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Not JSON",
    detail: "Requests carry application/json. Nothing was changed. Set the content type.",
  },
  host_refused: {
    status: 421,
    title: "Not this host",
    detail:
      "The request names a host that this platform does not answer for. Nothing was changed. Use the address that the platform was started with.",
  },
  origin_refused: {
    status: 403,
    title: "Not from this page",
    detail:
      "A page of another origin asked for this. Nothing was changed. Use the app of this platform, or a program with its own token.",
  },
  not_signed_in: {
    status: 401,
    title: "Not signed in",
    detail: "This is for members who are signed in. Sign in with a registered device.",
  },
  role_refused: {
    status: 403,
    title: "Not in this role",
    detail: "Members of another role have this. Sign in as somebody who may.",
  },
  challenge_unknown: {
    status: 401,
    title: "The challenge is gone",
    detail:
      "The challenge is not known for this key: it was used, or it is older than a minute. You are not signed in. Ask for a new one.",
  },
  device_unknown: {
    status: 401,
    title: "This device is not registered",
    detail:
      "The key of this device belongs to no member, or was removed. You are not signed in. Register the device first.",
  },
  signature_wrong: {
    status: 401,
    title: "The signature is not good",
    detail: "The signature does not fit the challenge and the key. You are not signed in. Ask for a new one.",
  },
  letters_unconnected: {
    status: 422,
    title: "The letters do not go on from one another",
    detail:
      "A letter names what follows another key than the one that the letter before it names. None was kept. Send them in the order in which their keys follow.",
  },
  not_the_sender: {
    status: 403,
    title: "Somebody else's transaction",
    detail:
      "The transaction is another member's than the one signed in. It was not handed in. Sign in as its sender.",
  },
  iban_invalid: {
    status: 422,
    title: "Not an IBAN",
    detail:
      "The number is no IBAN of a country that can be paid in euro. It was not kept. Compare it with your bank's.",
  },
  holder_invalid: {
    status: 422,
    title: "Not an account holder",
    detail:
      "The holder's name has 2 to 70 characters, no control characters and no blank at either end. The account was not kept. Write the name as your bank has it.",
  },
  bank_account_changed: {
    status: 409,
    title: "Named meanwhile",
    detail:
      "A bank account was named meanwhile, perhaps on another device. This one was not kept. Look at the present one and sign again if it is wrong.",
  },
  bank_account_missing: {
    status: 404,
    title: "No bank account named",
    detail:
      "The member has named no bank account, so the payout cannot be paid. Ask the member to name one, or settle the payout as not paid.",
  },
  bill_in_collection: {
    status: 409,
    title: "The bill is being collected",
    detail:
      "A direct debit of this bill is at the bank. The bill was not taken back. Say first at the screen Bank what became of the debit.",
  },
  bill_not_open: {
    status: 409,
    title: "Nothing is open of a bill",
    detail:
      "A bill that was named is in another collection, was taken back, or is no member's. Nothing was collected. Look at what is open.",
  },
  creditor_invalid: {
    status: 422,
    title: "Not a creditor identifier",
    detail:
      "The text is no identifier of a creditor of SEPA direct debits. It was not kept. Compare it with the letter of whoever issued it.",
  },
  creditor_unknown: {
    status: 409,
    title: "The community has no creditor identifier",
    detail:
      "Without a creditor identifier nobody may collect, and no mandate can be given. Nothing was changed. The operator names it on the screen Bank; banks and central banks issue it.",
  },
  mandate_changed: {
    status: 409,
    title: "Another mandate meanwhile",
    detail:
      "A mandate was given meanwhile, perhaps on another device, or the community collects under another identifier now. This one was not kept. Look at the present one and sign again.",
  },
  nothing_to_collect: {
    status: 409,
    title: "Nothing to collect",
    detail:
      "No member owes anything by a bill that is not being collected already. Nothing was collected. Make the bills first.",
  },
  collection_day_unfit: {
    status: 422,
    title: "Nothing can be collected on that day",
    detail:
      "Members hear of a collection 14 days before, the bank two days, and it settles on days of TARGET only. Nothing was collected. Name a later day.",
  },
  debits_refused: {
    status: 409,
    title: "Somebody's bank account or mandate is missing",
    detail:
      "Of some members nothing can be collected, so nothing was collected from anybody. Leave their bills out, or ask them to put it right.",
  },
  collection_unknown: {
    status: 404,
    title: "No such collection",
    detail: "There is no collection of this name. Nothing was changed. Look at the list of them.",
  },
  collection_closed: {
    status: 410,
    title: "The file is gone",
    detail:
      "A member of this collection was erased since, and the bank account forgotten, so its file cannot be made again. What became of its debits still stands in the list.",
  },
  debit_unknown: {
    status: 404,
    title: "No such debit",
    detail: "There is no debit of this reference. Nothing was changed. Look at the list of collections.",
  },
  debit_closed: {
    status: 409,
    title: "The debit is over",
    detail:
      "What became of this debit was said already, and only what was collected can still be returned. Nothing was changed. Its bills are open again where it was not collected.",
  },
  bill_unknown: {
    status: 404,
    title: "No such bill",
    detail: "There is no bill of yours with this number. Nothing was changed. Look at your bills.",
  },
  bill_taken_back: {
    status: 409,
    title: "The bill is taken back already",
    detail: "A credit note takes this bill back. Nothing was changed. Make a new bill for its period.",
  },
  bill_followed: {
    status: 409,
    title: "A later statement counts on from this one",
    detail:
      "A later statement of this home has only what changed since this one. Nothing was changed. Take that one back first.",
  },
  bill_of_contract: {
    status: 409,
    title: "The bill is a contract's",
    detail:
      "This is the bill of a supply contract's invoice. Nothing was changed. Its seller makes the credit note on the contract's screen, and signs it.",
  },
  incentive_advanced: {
    status: 409,
    title: "An advance comes first",
    detail:
      "That month has a version already, and an advance comes before all others. Nothing was changed. Ask for the month's result.",
  },
  months_open: {
    status: 409,
    title: "A month has no result yet",
    detail:
      "A month of the year was advanced, and its result is not made. Nothing was trued up. Make the results first.",
  },
  nothing_shared: {
    status: 409,
    title: "Nothing to pass on",
    detail:
      "In that month no home gave energy while another one used some, so there is no incentive. Nothing was changed.",
  },
  credit_too_large: {
    status: 409,
    title: "More than stands",
    detail:
      "The credit note would take more off the invoice than is left of it. Nothing was changed. Choose a smaller amount.",
  },
  nothing_to_bill: {
    status: 409,
    title: "Nothing to invoice",
    detail:
      "Since the last invoice of this contract the meter has counted and signed nothing that costs anything. No bill was made. Wait for its readings.",
  },
  push_refused: {
    status: 422,
    title: "No push service",
    detail:
      "The address that the browser gave leads to none of the push services that this platform calls. Notices are still listed here. Try again from a current browser.",
  },
  nothing_to_compare: {
    status: 409,
    title: "Nothing to compare yet",
    detail:
      "Rule books are laid over whole days with all readings, under the community's tariff, and there is no such day here yet. Ask again after midnight.",
  },
  index_unfit: {
    status: 400,
    title: "No index prices",
    detail:
      "The file holds no series of index prices of the form in docs/spec/tariffs.md. No bill was made. Choose another file.",
  },
  index_missing: {
    status: 409,
    title: "Index prices are missing",
    detail:
      "The price of this contract follows an index, and its prices are not given for every hour of the period. No bill was made. Give the file with the index's prices.",
  },
  no_payouts: {
    status: 404,
    title: "No payout to pay",
    detail:
      "No payout waits whose member has named a bank account. There is no file. Look at the payouts that wait.",
  },
  renewal_under_way: {
    status: 409,
    title: "A renewal is under way",
    detail:
      "Pseudonyms are being renewed already. Nothing was begun. Wait until that renewal has ended; the console says when.",
  },
  transaction_unknown: {
    status: 404,
    title: "No such transaction",
    detail:
      "No block holds a transaction of that identifier. If it was just handed in, ask again in a moment.",
  },
  block_unknown: {
    status: 404,
    title: "No such block",
    detail: "There is no block of that height yet.",
  },
  home_unknown: {
    status: 404,
    title: "No home registered",
    detail: "No plant is registered for this member. Ask the operator to register it.",
  },
  no_accumulator: {
    status: 404,
    title: "No accumulator",
    detail: "This home has no accumulator, so it has nothing stored to sell.",
  },
  no_live_values: {
    status: 503,
    title: "No values yet",
    detail: "The home's counter has sent nothing since the platform started. Try again in a few seconds.",
    retryAfterS: 3,
  },
  sale_not_settled: {
    status: 409,
    title: "Not settled yet",
    detail:
      "A receipt proves a settled sale, and this one is still being delivered. Ask again when it is settled.",
  },
  market_not_open: {
    status: 404,
    title: "No neighbours' market here",
    detail:
      "This platform holds no auction among neighbours. Nothing was changed. Ask the community's operator whether there is one elsewhere.",
  },
  market_slot_unknown: {
    status: 404,
    title: "No book of that quarter hour",
    detail:
      "No orders were sealed for that quarter hour and session. Ask for one of the quarter hours that `/v1/market/prices` lists.",
  },
  market_rule_changed: {
    status: 409,
    title: "Given meanwhile",
    detail:
      "A standing rule was given meanwhile, perhaps on another device. This one was not kept. Look at the present one and sign again if it is wrong.",
  },
  gate_closed: {
    status: 409,
    title: "The gate has closed",
    detail:
      "Orders for that quarter hour and session are sealed already, or it is none that is traded yet. Nothing was changed. Order for a later one.",
  },
  command_superseded: {
    status: 409,
    title: "Asked for meanwhile",
    detail:
      "The home was asked for something else meanwhile, perhaps on another device. This command was not taken. Look at the present one and sign again if it is wrong.",
  },
  command_stale: {
    status: 409,
    title: "Signed too long ago",
    detail:
      "It was signed more than a quarter of an hour ago and comes too late. Nothing was changed in your home. Sign it again if you still want it.",
  },
  command_ahead: {
    status: 409,
    title: "Signed in the future",
    detail:
      "It says that it was signed later than it is now. Nothing was changed in your home. Set the clock of your device and sign again.",
  },
  command_expired: {
    status: 422,
    title: "Its time is over",
    detail: "The command ends before it begins. Nothing was changed in your home. Choose a later end.",
  },
  command_too_long: {
    status: 422,
    title: "Longer than a week",
    detail:
      "A command holds for seven days at most. Nothing was changed in your home. Choose an earlier end, or set a preference for what shall last.",
  },
  command_power_invalid: {
    status: 422,
    title: "Not a power of this accumulator",
    detail:
      "The accumulator cannot charge or give that much, or the mode takes no power. Nothing was changed in your home. Ask for less.",
  },
  command_reserve_invalid: {
    status: 422,
    title: "Not a reserve",
    detail: "A reserve is a whole share of the capacity, 0 to 100 %. Nothing was changed in your home.",
  },
  command_target_invalid: {
    status: 422,
    title: "Not a target",
    detail:
      "A target is a share of the capacity at a time to come, not after the end of its command, and the accumulator chooses by itself until then. Nothing was changed in your home.",
  },
  limit_not_authorised: {
    status: 403,
    title: "Not by an operator",
    detail:
      "A limit of a home's connection is signed by a key that the chain has for a member that is an operator. Nothing was limited.",
  },
  limit_superseded: {
    status: 409,
    title: "A later letter stands",
    detail:
      "For this home a letter stands that was signed later, or at the same second. Nothing was changed.",
  },
  limit_stale: {
    status: 409,
    title: "Signed at another time",
    detail:
      "It was signed more than a quarter of an hour ago, or more than a minute ahead, by the community's time. Nothing was limited. Sign it again.",
  },
  limit_span_invalid: {
    status: 422,
    title: "Not such a time",
    detail:
      "A limit ends after it begins, still to come, and lasts and is announced seven days at most; a failsafe waits and holds one second to a day. Nothing was limited.",
  },
  limit_power_invalid: {
    status: 422,
    title: "Not such a power",
    detail:
      "A limit bounds what comes in, what goes out, or both, and leaves at least 500 W to come in. Nothing was limited.",
  },
  preferences_changed: {
    status: 409,
    title: "Set meanwhile",
    detail:
      "The preferences of your home were set meanwhile, perhaps on another device. These were not kept. Look at the present ones and sign again if they are wrong.",
  },
  load_unknown: {
    status: 404,
    title: "No such load",
    detail: "Your home reports no load of that id. Ask for those that `/v1/home/loads` lists.",
  },
  load_preferences_unfit: {
    status: 422,
    title: "Not its preferences",
    detail:
      "A load of that kind has other preferences: one of its `modes`, `null` for what it does not have, and 5 K between the tank's temperatures. Nothing was changed.",
  },
  load_preferences_changed: {
    status: 409,
    title: "Set meanwhile",
    detail:
      "How this load shall be run was set meanwhile, perhaps on another device. This was not kept. Look at what holds and sign again if it is wrong.",
  },
  order_unknown: {
    status: 404,
    title: "No such order",
    detail: "There is no order by hand for that quarter hour and session. Nothing was taken back.",
  },
  order_not_possible: {
    status: 422,
    title: "Not an order of this home",
    detail:
      "The order asks for more than the home can deliver or take in a quarter hour, or the home takes no part in the market. It was not kept.",
  },
  day_not_settled: {
    status: 404,
    title: "Not settled",
    detail:
      "That day has no settlement of this home: it did not take part, or the day is not over. Days are settled soon after midnight.",
  },
  settlement_refused: {
    status: 409,
    title: "The settlement was refused",
    detail:
      "The ledger refused this settlement, and nothing was booked. The log says why; what was settled before stands.",
  },
  span_invalid: {
    status: 422,
    title: "No such span",
    detail: "The span must end after it begins. Nothing was read. Correct its ends.",
  },
  day_invalid: {
    status: 422,
    title: "No such day",
    detail: "The calendar has no such day. Nothing was read. Correct the date.",
  },
  identity_unknown: {
    status: 404,
    title: "Nobody of that name",
    detail: "The town has no such person. Choose one of those listed.",
  },
  clock_fixed: {
    status: 409,
    title: "A clock that nobody sets",
    detail:
      "This town's time is that of its validators. It was not changed. Wait, or begin a network with another speed.",
  },
  not_offered: {
    status: 403,
    title: "Not at this node",
    detail: "This node has no operator's key, so it does this for nobody. Ask at the operator's node.",
  },
  network_silent: {
    status: 503,
    title: "The network does not answer",
    detail: "The consensus engine of this node does not answer. Try again in a moment.",
    retryAfterS: 2,
  },
  too_many_streams: {
    status: 503,
    title: "Too many open screens",
    detail:
      "More live connections are open than are served at once. Close one of them, or try again in a minute.",
    retryAfterS: 30,
  },
  not_ready: {
    status: 503,
    title: "Not ready yet",
    detail: "The platform is still reading the ledger. Try again in a moment.",
    retryAfterS: 2,
  },
  too_many_tries: {
    status: 429,
    title: "Too many wrong codes",
    detail:
      "Too many codes that are none came from there. Nothing was enrolled. Wait a quarter of an hour, then type the code once more, or ask for a new one.",
    retryAfterS: 900,
  },
  code_wrong: {
    status: 403,
    title: "This code is none",
    detail:
      "There is no such code. Nothing was enrolled. Compare each character with what was shown; after five wrong tries it is void, and a new one must be asked for.",
  },
  code_expired: {
    status: 403,
    title: "The code has expired",
    detail:
      "The code counted for an hour. Nothing was enrolled. Ask for a new one in the app or at the operator.",
  },
  code_used: {
    status: 409,
    title: "The code was used already",
    detail:
      "Another gateway came in by this code. Nothing was enrolled. If it was not yours, remove that gateway in the app at once; then ask for a new code.",
  },
  clock_wrong: {
    status: 409,
    title: "The gateway's clock is wrong",
    detail:
      "The gateway's clock is more than ten minutes off the platform's. Nothing was done. Set its clock (NTP) and try again.",
  },
  meter_key_unfit: {
    status: 422,
    title: "This cannot be a meter's key",
    detail: "The meter's key is no sound Ed25519 key. Nothing was enrolled. Make a new one.",
  },
  certificate_request_unfit: {
    status: 422,
    title: "The certificate request is not signed",
    detail:
      "The certificate request cannot be read or does not fit. Nothing was issued. Make a request (PKCS #10, PEM) with a new P-256 key.",
  },
  gateway_unknown: {
    status: 404,
    title: "No such gateway",
    detail: "There is no gateway of that name. Nothing was changed. Enrol it with a code.",
  },
  gateway_revoked: {
    status: 403,
    title: "This gateway was removed",
    detail:
      "The gateway was removed from its home. Nothing was issued. To bring it back, enrol it again with a new code.",
  },
  gateways_closed: {
    status: 503,
    title: "No gateways here",
    detail:
      "This platform takes no gateways: it has no operator's key, or its broker could not be opened; its log says which. Nothing was changed. Ask at the operator's node.",
  },
  internal_error: {
    status: 500,
    title: "A fault of the platform",
    detail:
      "The platform failed on this request; it is in its log. What was committed before stands. Try again, and report it if it stays.",
  },
};

/** A refusal on its way to its document. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: ProblemCode;
  readonly detail: string | undefined;

  /** `detail` replaces the sentence of the code where more can be said. */
  constructor(code: ProblemCode, detail?: string) {
    super(`${code}: ${detail ?? PROBLEMS[code].detail}`);
    this.code = code;
    this.detail = detail;
  }
}

export function problemOf(code: ProblemCode, detail?: string): Problem {
  const wording = PROBLEMS[code];
  return {
    type: `/docs#${code}`,
    title: wording.title,
    status: wording.status,
    detail: detail ?? wording.detail,
    code,
    ...(wording.retryAfterS === undefined ? {} : { retryAfterS: wording.retryAfterS }),
  };
}
