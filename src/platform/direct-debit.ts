/**
 * What members owe, as a SEPA core direct debit for the community's bank: ISO 20022 pain.008.001.08, as the European
 * Payments Council's guide to the core scheme (EPC 130-08) has it. One debit for each mandate, since a mandate has one
 * place in its sequence; debits of one place form one payment. Amounts are whole cents and are not rounded here.
 *
 * The same debits give the same message identifier, and each keeps its end-to-end reference, so that a bank that looks
 * for doubles refuses a file that is handed in twice.
 */
import { concat, fromHex, toHex } from "#base/bytes.ts";
import { type DayNumber, formatDay, formatInstant, type UnixSeconds } from "#base/time.ts";
import { taggedHash } from "#crypto/hash.ts";
import { countAndSum, euros, plain } from "./sepa.ts";

/** First, recurring and last of a mandate for many; the only one of a mandate for one. In the order of a file. */
export const SEQUENCES = ["FRST", "RCUR", "OOFF", "FNAL"] as const;
export type Sequence = (typeof SEQUENCES)[number];

export interface Debit {
  /** 32 hexadecimal digits: its end-to-end reference. */
  readonly id: string;
  /** At least one cent. */
  readonly cents: number;
  readonly holder: string;
  readonly iban: string;
  readonly mandate: { readonly reference: string; readonly signed: DayNumber };
  readonly sequence: Sequence;
  /** What the debtor reads on its statement; the first 140 characters count. */
  readonly text: string;
}

export interface DirectDebit {
  readonly created: UnixSeconds;
  readonly collection: DayNumber;
  readonly creditor: { readonly id: string; readonly holder: string; readonly iban: string };
  /** At least one. */
  readonly debits: readonly Debit[];
}

/** 35 characters, as many as there may be; of the debits in the order given. */
export function messageOfDebits(ids: readonly string[]): string {
  const digest = taggedHash("contrada/direct-debit/1", concat(...ids.map((id) => fromHex(id)!)));
  return `CONTRADA-${toHex(digest).slice(0, 26)}`;
}

export function directDebitXml({ created, collection, creditor, debits }: DirectDebit): string {
  const message = messageOfDebits(debits.map(({ id }) => id));
  const by = `<Nm>${plain(creditor.holder, 70)}</Nm>`;
  const payments = SEQUENCES.flatMap((sequence) => {
    const of = debits.filter((debit) => debit.sequence === sequence);
    // An identifier has 35 characters at most: `-FRST` takes the place of the message's last ones.
    const head = `<PmtInfId>${message.slice(0, 30)}-${sequence}</PmtInfId><PmtMtd>DD</PmtMtd>`;
    const type = `<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm><SeqTp>${sequence}</SeqTp></PmtTpInf>`;
    const to = `<ReqdColltnDt>${formatDay(collection)}</ReqdColltnDt><Cdtr>${by}</Cdtr><CdtrAcct><Id><IBAN>${creditor.iban}</IBAN></Id></CdtrAcct><CdtrAgt>${NOT_PROVIDED}</CdtrAgt><ChrgBr>SLEV</ChrgBr>`;
    const scheme = `<CdtrSchmeId><Id><PrvtId><Othr><Id>${creditor.id}</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>`;
    return of.length === 0
      ? []
      : `<PmtInf>${head}${total(of)}${type}${to}${scheme}\n${of.map(debitXml).join("\n")}\n</PmtInf>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08">
<CstmrDrctDbtInitn>
<GrpHdr><MsgId>${message}</MsgId><CreDtTm>${formatInstant(created)}</CreDtTm>${total(debits)}<InitgPty>${by}</InitgPty></GrpHdr>
${payments.join("\n")}
</CstmrDrctDbtInitn>
</Document>
`;
}

const NOT_PROVIDED = "<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>";

function total(debits: readonly Debit[]): string {
  return countAndSum(
    debits.length,
    debits.reduce((sum, { cents }) => sum + cents, 0),
  );
}

function debitXml({ id, cents, holder, iban, mandate, text }: Debit): string {
  const amount = `<InstdAmt Ccy="EUR">${euros(cents)}</InstdAmt>`;
  const signed = `<MndtId>${mandate.reference}</MndtId><DtOfSgntr>${formatDay(mandate.signed)}</DtOfSgntr>`;
  const debtor = `<DbtrAgt>${NOT_PROVIDED}</DbtrAgt><Dbtr><Nm>${plain(holder, 70)}</Nm></Dbtr><DbtrAcct><Id><IBAN>${iban}</IBAN></Id></DbtrAcct>`;
  return `<DrctDbtTxInf><PmtId><EndToEndId>${id}</EndToEndId></PmtId>${amount}<DrctDbtTx><MndtRltdInf>${signed}</MndtRltdInf></DrctDbtTx>${debtor}<RmtInf><Ustrd>${plain(text, 140)}</Ustrd></RmtInf></DrctDbtTxInf>`;
}
