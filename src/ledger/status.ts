/**
 * Every verdict on a transaction, numbered, in order of precedence: where several apply, the lowest number is
 * returned. Numbers are part of the protocol (they stand in block results) and never change meaning; gaps are
 * room for later ones. `docs/spec/statuses.md` explains each, and a test holds both lists equal.
 */
export const STATUS = {
  ok: 0,

  // The envelope: is this a transaction for this chain, now, by someone known?
  malformed: 1,
  wrong_chain: 2,
  unknown_kind: 3,
  unknown_sender: 4,
  key_not_registered: 5,
  bad_signature: 6,
  expired: 7,
  expiry_too_far: 8,
  nonce_already_used: 9,
  nonce_out_of_order: 10,

  // Who may.
  role_not_allowed: 20,
  member_suspended: 21,
  not_the_owner: 22,
  not_the_registrar: 23,

  // Membership and registration.
  member_exists: 30,
  member_unknown: 31,
  key_malformed: 32,
  key_small_order: 33,
  key_torsioned: 34,
  key_already_registered: 35,
  too_many_keys: 36,
  plant_exists: 37,
  plant_unknown: 38,
  plant_parameters_invalid: 39,
  supplier_exists: 40,
  supplier_unknown: 41,
  supplier_suspended: 42,
  name_invalid: 43,
  key_unknown: 44,
  last_key: 45,
  revocation_pending: 46,
  revocation_unknown: 47,
  key_under_revocation: 48,

  // Rates of the day.
  rate_out_of_range: 50,
  rate_too_late: 51,
  rate_too_early: 52,
  rate_already_published: 53,
  rate_expired: 54,
  rate_missing: 55,
  rate_differs: 56,
  fee_differs: 57,

  // Money and transfers.
  amount_not_positive: 60,
  amount_too_large: 61,
  account_unknown: 62,
  transfer_exists_differently: 63,
  transfer_unknown: 64,
  transfer_already_resolved: 65,
  transfer_expired: 66,
  exceeds_pending: 67,
  balance_too_low: 68,
  deposit_exists: 69,

  // Sales of stored energy.
  sale_exists: 70,
  sale_unknown: 71,
  sale_not_open: 72,
  quantity_below_minimum: 73,
  storage_too_low: 74,
  supplier_funds_too_low: 75,
  too_many_open_sales: 76,

  // Interval totals.
  interval_misaligned: 80,
  interval_in_future: 81,
  interval_already_submitted: 82,
  entries_out_of_order: 83,
  store_overdrawn: 84,
  grid_energy_not_sellable: 85,
  exceeds_plant_limits: 86,

  // Payouts.
  payout_exists: 90,
  payout_unknown: 91,
  payout_closed: 92,

  // Money of members whose numbers change.
  money_not_whole: 93,
  pool_too_low: 94,
  money_held_back: 95,

  // Identities.
  identity_missing: 100,
  identity_unexpected: 101,
  identity_already_member: 102,

  // Guardians and recovery.
  guardians_invalid: 103,
  guardians_missing: 104,
  recovery_pending: 105,
  approvals_expired: 106,
  approvals_too_few: 107,
  approvals_of_suppliers_only: 108,
  approval_signature_bad: 109,
  recovery_unknown: 110,

  // Erasure.
  member_holds_office: 111,
  account_not_empty: 112,
  sales_still_open: 113,

  // Members whose numbers change.
  period_wrong: 114,
  too_few_to_renew: 115,
  renewal_uneven: 116,
  member_not_at_rest: 117,
  sheets_differ: 118,
  energy_differs: 119,

  // The community decides.
  organisation_exists: 120,
  organisation_unknown: 121,
  too_many_organisations: 122,
  last_organisation: 123,
  laws_invalid: 124,
  laws_unchanged: 125,
  text_invalid: 126,
  proposal_unknown: 127,
  proposal_closed: 128,
  not_entitled: 129,
  too_many_proposals: 130,

  // The neighbours' market: who takes part.
  market_joined_elsewhere: 131,
  market_not_joined: 132,
  cap_out_of_range: 133,
  market_not_left: 134,

  // Its books.
  limit_invalid: 135,
  session_invalid: 136,
  book_too_early: 137,
  book_too_late: 138,
  book_exists: 139,
  book_unknown: 140,
  book_cleared: 141,
  book_impossible: 142,
  seals_differ: 143,

  // Its days.
  day_not_over: 144,
  day_closed: 145,
  version_wrong: 146,
  energy_unbalanced: 147,
  money_unbalanced: 148,
  cap_exceeded: 149,
  // Supply contracts.
  terms_invalid: 150,
  id_taken: 151,
  offer_unknown: 152,
  offer_closed: 153,
  contract_unknown: 154,
  contract_ended: 155,
  plant_supplied: 156,
  not_prepaid: 157,
  contracts_still_running: 158,
  invoice_unknown: 159,
  invoice_closed: 160,
  invoice_not_due: 161,
  invoice_disputed: 162,
  invoice_not_disputed: 163,
  invoice_too_large: 164,
  number_out_of_order: 165,
  period_invalid: 166,
  too_many_invoices: 167,
  suspension_not_agreed: 168,
  plant_protected: 169,
  procedure_running: 170,

  // What the community keeps of a day of the neighbours' market.
  fees_not_lawful: 175,

  // Meters.
  meter_not_ahead: 185,
  meter_change_waiting: 186,
} as const;

export type Status = keyof typeof STATUS;
/** A status that is a refusal. */
export type Refusal = Exclude<Status, "ok">;

const BY_CODE: ReadonlyMap<number, Status> = new Map(
  Object.entries(STATUS).map(([name, code]) => [code, name as Status]),
);

export function statusOf(code: number): Status | undefined {
  return BY_CODE.get(code);
}

/** The refusal that comes first in precedence, or `ok` where there is none. */
export function earliest(statuses: Iterable<Status>): Status {
  let first: Status = "ok";
  for (const status of statuses) {
    if (status !== "ok" && (first === "ok" || STATUS[status] < STATUS[first])) first = status;
  }
  return first;
}
