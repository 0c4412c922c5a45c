/** What a home may be told of, for whoever needs the codes without the shapes around them. */
export const NOTICE_KINDS = ["fault", "excess", "sale", "contract"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What may be told; the app has a sentence for each. */
export const NOTICE_CODES = [
  "fault_stands",
  "warning_stands",
  "fault_resolved",
  "excess_power",
  "excess_unusual",
  "sale_settled",
  "sale_partly_delivered",
  "sale_voided",
  "supply_notice",
  "supply_reduced",
  "supply_suspended",
  "supply_restored",
] as const;
export type NoticeCode = (typeof NOTICE_CODES)[number];
