/**
 * Payouts as a SEPA credit transfer for the operator's bank: ISO 20022 pain.001.001.09. Money leaves in whole cents,
 * rounded down: what is less than a cent stays to be settled by hand. Texts are brought into the characters that every
 * SEPA bank takes (EPC 217-08).
 *
 * Each payout is a payment of its own, under its own identifier: whoever hands in two files that share a payout names
 * the same payment twice, and a bank that looks for doubles refuses the second. The end-to-end reference is the same,
 * so that the bank's statement leads back to the payout. The same payouts give the same message identifier.
 */
import { concat, fromHex, toHex } from "#base/bytes.ts";
import { type DayNumber, formatDay, formatInstant, type UnixSeconds } from "#base/time.ts";
import { taggedHash } from "#crypto/hash.ts";

export interface Transfer {
  /** 32 hexadecimal digits. */
  readonly payout: string;
  readonly amountMicroEur: number;
  readonly holder: string;
  readonly iban: string;
}

export interface CreditTransfer {
  readonly created: UnixSeconds;
  readonly execution: DayNumber;
  readonly debtor: { readonly holder: string; readonly iban: string };
  readonly transfers: readonly Transfer[];
}

const PER_CENT = 10_000;

/** Its message identifier, and the file. Transfers of less than a cent are left out; `undefined` where none is left. */
export function creditTransfer({
  created,
  execution,
  debtor,
  transfers,
}: CreditTransfer): { readonly message: string; readonly file: string } | undefined {
  const paid = transfers
    .map((transfer) => ({ ...transfer, cents: Math.floor(transfer.amountMicroEur / PER_CENT) }))
    .filter(({ cents }) => cents > 0);
  if (paid.length === 0) return undefined;
  const message = messageOf(paid);
  const sum = paid.reduce((total, { cents }) => total + cents, 0);
  const by = `<Nm>${plain(debtor.holder, 70)}</Nm>`;
  const from = `<ReqdExctnDt><Dt>${formatDay(execution)}</Dt></ReqdExctnDt><Dbtr>${by}</Dbtr><DbtrAcct><Id><IBAN>${debtor.iban}</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>`;
  const file = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
<CstmrCdtTrfInitn>
<GrpHdr><MsgId>${message}</MsgId><CreDtTm>${formatInstant(created)}</CreDtTm>${countAndSum(paid.length, sum)}<InitgPty>${by}</InitgPty></GrpHdr>
${paid.map((transfer) => paymentXml(transfer, from)).join("\n")}
</CstmrCdtTrfInitn>
</Document>
`;
  return { message, file };
}

/** 35 characters, as many as there may be. */
function messageOf(paid: readonly Transfer[]): string {
  const payouts = concat(...paid.map(({ payout }) => fromHex(payout)!));
  return `CONTRADA-${toHex(taggedHash("contrada/sepa/1", payouts)).slice(0, 26)}`;
}

export function countAndSum(count: number, cents: number): string {
  return `<NbOfTxs>${count}</NbOfTxs><CtrlSum>${euros(cents)}</CtrlSum>`;
}

function paymentXml(transfer: Transfer & { readonly cents: number }, from: string): string {
  const head = `<PmtInfId>${transfer.payout}</PmtInfId><PmtMtd>TRF</PmtMtd>${countAndSum(1, transfer.cents)}`;
  return `<PmtInf>${head}<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>${from}${transferXml(transfer)}</PmtInf>`;
}

function transferXml({ payout, cents, holder, iban }: Transfer & { readonly cents: number }): string {
  return `<CdtTrfTxInf><PmtId><EndToEndId>${payout}</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">${euros(cents)}</InstdAmt></Amt><Cdtr><Nm>${plain(holder, 70)}</Nm></Cdtr><CdtrAcct><Id><IBAN>${iban}</IBAN></Id></CdtrAcct><RmtInf><Ustrd>Contrada ${payout}</Ustrd></RmtInf></CdtTrfTxInf>`;
}

/** `12.05`; not below zero. */
export function euros(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}

/** In the SEPA character set: accents fall off, ß and the like are spelt, whatever else there is becomes a blank. */
export function plain(text: string, max: number): string {
  const spelt = text.replace(/ß/g, "ss").replace(/[æÆ]/g, "ae").replace(/[øØ]/g, "o").replace(/[’‘]/g, "'");
  const bare = spelt.normalize("NFKD").replace(/\p{M}/gu, "");
  const kept = bare
    .replace(/[^A-Za-z0-9/\-?:().,'+ ]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return (kept === "" ? "NOTPROVIDED" : kept).slice(0, max).trim();
}
