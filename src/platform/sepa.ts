/**
 * Payouts as a SEPA credit transfer for the operator's bank: ISO 20022 pain.001.001.09, one payment with many
 * transfers. Money leaves in whole cents, rounded down: what is less than a cent stays to be settled by hand.
 * Texts are brought into the characters that every SEPA bank takes (EPC 217-08); the end-to-end reference is the
 * payout's own, so that the bank's statement leads back to it.
 */
import { type DayNumber, formatDay, formatInstant, type UnixSeconds } from "#base/time.ts";

export interface Transfer {
  /** 32 hexadecimal digits. */
  readonly payout: string;
  readonly amountMicroEur: number;
  readonly holder: string;
  readonly iban: string;
}

export interface CreditTransfer {
  /** At most 35 characters, never used twice. */
  readonly message: string;
  readonly created: UnixSeconds;
  readonly execution: DayNumber;
  readonly debtor: { readonly holder: string; readonly iban: string };
  readonly transfers: readonly Transfer[];
}

const PER_CENT = 10_000;

/** Transfers of less than a cent are left out; `undefined` where none is left. */
export function creditTransfer({ message, created, execution, debtor, transfers }: CreditTransfer) {
  const paid = transfers
    .map((transfer) => ({ ...transfer, cents: Math.floor(transfer.amountMicroEur / PER_CENT) }))
    .filter(({ cents }) => cents > 0);
  if (paid.length === 0) return undefined;
  const sum = euros(paid.reduce((total, { cents }) => total + cents, 0));
  const head = `<NbOfTxs>${paid.length}</NbOfTxs><CtrlSum>${sum}</CtrlSum>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
<CstmrCdtTrfInitn>
<GrpHdr><MsgId>${message}</MsgId><CreDtTm>${formatInstant(created)}</CreDtTm>${head}<InitgPty><Nm>${plain(debtor.holder, 70)}</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>${message}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>${head}<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf><ReqdExctnDt><Dt>${formatDay(execution)}</Dt></ReqdExctnDt><Dbtr><Nm>${plain(debtor.holder, 70)}</Nm></Dbtr><DbtrAcct><Id><IBAN>${debtor.iban}</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>
${paid.map(transferXml).join("\n")}
</PmtInf>
</CstmrCdtTrfInitn>
</Document>
`;
}

function transferXml({ payout, cents, holder, iban }: Transfer & { readonly cents: number }): string {
  return `<CdtTrfTxInf><PmtId><EndToEndId>${payout}</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">${euros(cents)}</InstdAmt></Amt><Cdtr><Nm>${plain(holder, 70)}</Nm></Cdtr><CdtrAcct><Id><IBAN>${iban}</IBAN></Id></CdtrAcct><RmtInf><Ustrd>Contrada ${payout}</Ustrd></RmtInf></CdtTrfTxInf>`;
}

function euros(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}

/** In the SEPA character set: accents fall off, ß and the like are spelt, whatever else there is becomes a blank. */
function plain(text: string, max: number): string {
  const spelt = text.replace(/ß/g, "ss").replace(/[æÆ]/g, "ae").replace(/[øØ]/g, "o").replace(/[’‘]/g, "'");
  const bare = spelt.normalize("NFKD").replace(/\p{M}/gu, "");
  const kept = bare
    .replace(/[^A-Za-z0-9/\-?:().,'+ ]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return (kept === "" ? "NOTPROVIDED" : kept).slice(0, max).trim();
}
