/** Bills: a home's own, a supplier's, and waiting payouts as a file for the operator's bank. */
import type { FastifyReply } from "fastify";
import type { Static } from "typebox";
import { toHex } from "#base/bytes.ts";
import { dayOf, formatDay, parseDay } from "#base/time.ts";
import { billFrom } from "#wire/bill.ts";
import type { BillEntry, BillList, MakeBills } from "#wire/bill-schemas.ts";
import { billPdf, type PaperLanguage } from "../bill-pdf.ts";
import type { KeptBill } from "../bills.ts";
import type { Parts } from "../parts.ts";
import { waitingPayouts } from "../payout-view.ts";
import { Refused } from "../problems.ts";
import { pseudonym } from "../sale-view.ts";
import { creditTransfer } from "../sepa.ts";
import type { Handlers } from "../server.ts";

type Keys =
  | "GET /v1/home/bills"
  | "GET /v1/home/bills/:number"
  | "GET /v1/home/bills/:number/pdf"
  | "GET /v1/supplier/invoices"
  | "POST /v1/supplier/invoices"
  | "POST /v1/supplier/invoices/:number/credit"
  | "GET /v1/supplier/invoices/:number/pdf"
  | "GET /v1/operator/bills"
  | "POST /v1/operator/bills"
  | "POST /v1/operator/bills/:number/credit"
  | "GET /v1/operator/bills/:number/pdf"
  | "GET /v1/operator/payouts.xml";

type Reader = "home" | "supplier" | "operator";

/** Of a file that somebody downloads; nobody else's cache may keep it. */
const attachment = (name: string) => `attachment; filename="${name}"`;

export function billRoutes(parts: Parts): Handlers<Keys> {
  const { bills, bankAccounts, host, numbers, zone, store, directory } = parts;
  const secret = store.secret("pseudonyms");

  /** A supplier knows whom it supplies by name, and whoever sells to it as a pseudonym. */
  const isNamed = (reader: Reader, { kind, takesBack }: KeptBill): boolean => {
    const about = takesBack === null ? kind : bills.find(takesBack)?.kind;
    return reader !== "supplier" || about === "supply" || about === "contract";
  };
  const recipientFor = (reader: Reader, bill: KeptBill): string => {
    const { account, issuer, from } = bill;
    const member = numbers.memberNow(account);
    if (!isNamed(reader, bill)) {
      return pseudonym(secret, zone, { supplier: issuer, seller: member, time: from * 86_400 });
    }
    return directory.member(account)?.name ?? `Member ${member}`;
  };
  const issuerName = (member: number) =>
    host.view().supplier(member)?.name ?? directory.member(member)?.name ?? `Member ${member}`;
  const entry = (reader: Reader, bill: KeptBill): BillEntry => ({
    number: bill.number,
    kind: bill.kind,
    issuer: { member: bill.issuer, name: issuerName(bill.issuer) },
    recipient: recipientFor(reader, bill),
    from: formatDay(bill.from),
    lastDay: formatDay(bill.until - 1),
    issued: formatDay(bill.issued),
    payableCent: bill.payableCent,
    documentHash: bill.documentHash,
    takenBack: bill.takenBack,
    takesBack: bill.takesBack,
  });
  const list = (reader: Reader, kept: readonly KeptBill[]): BillList => {
    const sum = (sign: 1 | -1) =>
      kept.reduce((total, { payableCent }) => total + Math.max(0, sign * payableCent), 0);
    const [payCent, receiveCent] = [sum(1), sum(-1)];
    return {
      bills: kept.map((bill) => entry(reader, bill)),
      statement: { payCent, receiveCent, balanceCent: payCent - receiveCent },
    };
  };
  const ownOf = (account: number, number: string): KeptBill => {
    const bill = bills.find(number);
    if (bill === undefined || bill.account !== account) throw new Refused("bill_unknown");
    return bill;
  };
  const issuedBy = (member: number, number: string): KeptBill => {
    const bill = bills.find(number);
    if (bill === undefined || bill.issuer !== member) throw new Refused("bill_unknown");
    return bill;
  };
  const make = async (reader: Reader, issuer: number, asked: Static<typeof MakeBills>) => {
    const [from, last] = [parseDay(asked.from), parseDay(asked.lastDay)];
    if (from === undefined || last === undefined) throw new Refused("day_invalid");
    return list(reader, await bills.make(issuer, { from, until: last + 1 }));
  };
  const sendPdf = (reply: FastifyReply, { number }: KeptBill, bytes: Buffer) =>
    reply
      .header("content-type", "application/pdf")
      .header("content-disposition", attachment(`${number}.pdf`))
      .send(bytes);
  const paper = async (reader: Reader, bill: KeptBill, language: PaperLanguage = "en") => {
    const read = billFrom(JSON.parse(bills.document(bill.number)));
    if (!read.ok) throw read.error;
    const named = isNamed(reader, bill);
    return await billPdf({
      bill: read.value.bill,
      documentHash: bill.documentHash,
      language,
      issuer: issuerName(bill.issuer),
      recipient: {
        name: recipientFor(reader, bill),
        address: named ? (directory.member(bill.account)?.address ?? null) : null,
      },
    });
  };
  return {
    "GET /v1/home/bills": ({ visitor: { account } }) => list("home", bills.of(account)),
    "GET /v1/home/bills/:number": ({ visitor: { account }, params: { number }, reply }) => {
      const bill = ownOf(account, number);
      return reply
        .header("content-type", "application/json; charset=utf-8")
        .header("content-disposition", attachment(`${bill.number}.json`))
        .send(bills.document(bill.number));
    },
    "GET /v1/home/bills/:number/pdf": async ({ visitor, params: { number }, query, reply }) => {
      const bill = ownOf(visitor.account, number);
      return sendPdf(reply, bill, await paper("home", bill, query.language));
    },
    "GET /v1/supplier/invoices": ({ visitor: { member } }) => list("supplier", bills.ofIssuer(member)),
    "POST /v1/supplier/invoices": ({ visitor: { member }, body }) => make("supplier", member, body),
    "POST /v1/supplier/invoices/:number/credit": async ({ visitor: { member }, params, body }) =>
      entry("supplier", await bills.takeBack(member, params.number, body.reason)),
    "GET /v1/supplier/invoices/:number/pdf": async ({ visitor: { member }, params, query, reply }) => {
      const bill = issuedBy(member, params.number);
      return sendPdf(reply, bill, await paper("supplier", bill, query.language));
    },
    "GET /v1/operator/bills": ({ visitor: { member } }) => list("operator", bills.ofIssuer(member)),
    "POST /v1/operator/bills": ({ visitor: { member }, body }) => make("operator", member, body),
    "POST /v1/operator/bills/:number/credit": async ({ visitor: { member }, params, body }) =>
      entry("operator", await bills.takeBack(member, params.number, body.reason)),
    "GET /v1/operator/bills/:number/pdf": async ({ visitor: { member }, params, query, reply }) => {
      const bill = issuedBy(member, params.number);
      return sendPdf(reply, bill, await paper("operator", bill, query.language));
    },
    "GET /v1/operator/payouts.xml": ({ visitor: { member }, reply }) => {
      const debtor = bankAccounts.of(member);
      if (debtor === undefined) throw new Refused("bank_account_missing");
      const transfers = waitingPayouts(parts).flatMap(({ id, row }) => {
        const account = bankAccounts.of(row.member);
        if (account === undefined) return [];
        const { holder, iban } = account;
        return [{ payout: toHex(id), amountMicroEur: Number(row.amount), holder, iban }];
      });
      const created = host.now();
      const made = creditTransfer({ created, execution: dayOf(zone, created), debtor, transfers });
      if (made === undefined) throw new Refused("no_payouts");
      const { message, file } = made;
      return reply
        .header("content-type", "application/xml; charset=utf-8")
        .header("content-disposition", attachment(`${message}.xml`))
        .send(file);
    },
  };
}
