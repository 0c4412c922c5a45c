/** Direct debits: a member's own mandate and what is collected by it, and the operator's desk of collections. */
import { dayOf, formatDay, parseDay } from "#base/time.ts";
import type { CollectionDesk, OwnMandate } from "#wire/collection-schemas.ts";
import type { MemberFault } from "../collection-texts.ts";
import type { KeptDebit } from "../collections.ts";
import type { Mandate } from "../debit-mandates.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

type Keys =
  | "GET /v1/account/mandate"
  | "POST /v1/account/mandate"
  | "DELETE /v1/account/mandate"
  | "GET /v1/operator/collections"
  | "POST /v1/operator/collections"
  | "POST /v1/operator/creditor"
  | "GET /v1/operator/collections/:message/xml"
  | "POST /v1/operator/debits/:id";

export function collectionRoutes(parts: Parts): Handlers<Keys> {
  const { host, zone, community, numbers, directory, mandates, bankAccounts } = parts;
  const collections = () => {
    if (parts.collections === undefined) throw new Refused("not_offered");
    return parts.collections;
  };
  const today = () => dayOf(zone, host.now());
  const own = (member: number, account: number): OwnMandate => {
    const creditor = parts.collections?.creditor();
    const mandate = mandates.of(account);
    const fault = parts.collections?.faultOf(account);
    return {
      creditor: creditor === undefined ? null : { id: creditor, name: community.name },
      mandate: mandate === undefined ? null : shown(mandate, fault),
      next: {
        change: mandates.changesOf(account) + 1,
        reference: mandates.nextReference(account),
        account: bankAccounts.changesOf(member),
        today: formatDay(today()),
      },
      debits: (parts.collections?.from(account) ?? []).map(({ day, debit }) => ({
        ...debitOf(debit),
        day: formatDay(day),
      })),
    };
  };
  const nameOf = (account: number) =>
    directory.member(account)?.name ?? `Member ${numbers.memberNow(account)}`;
  const desk = (): CollectionDesk => ({
    creditor: collections().creditor() ?? null,
    earliest: formatDay(collections().earliest()),
    open: collections()
      .open()
      .map(({ account, cents, bills, fault, sequence }) => ({
        member: numbers.memberNow(account),
        name: nameOf(account),
        cents,
        bills: bills.map((bill) => ({ number: bill.bill, cents: bill.cents })),
        fault: fault ?? null,
        sequence: sequence ?? null,
      })),
    runs: collections()
      .runs()
      .map(({ message, created, day, debits }) => ({
        message,
        created,
        day: formatDay(day),
        cents: debits.reduce((sum, { cents }) => sum + cents, 0),
        debits: debits.map((debit) => ({ ...debitOf(debit), name: nameOf(debit.account) })),
      })),
  });
  return {
    "GET /v1/account/mandate": ({ visitor: { member, account } }) => own(member, account),
    "POST /v1/account/mandate": ({ visitor: { member, account }, body }) => {
      const creditor = collections().creditor();
      if (creditor === undefined) throw new Refused("creditor_unknown");
      const signed = parseDay(body.signed);
      if (signed === undefined) throw new Refused("day_invalid");
      mandates.give(member, { ...body, signed }, creditor, host.now());
      return own(member, account);
    },
    "DELETE /v1/account/mandate": ({ visitor: { member, account } }) => {
      mandates.end(account, today());
      return own(member, account);
    },
    "GET /v1/operator/collections": desk,
    "POST /v1/operator/collections": ({ body }) => {
      const day = body.day === undefined ? undefined : parseDay(body.day);
      if (body.day !== undefined && day === undefined) throw new Refused("day_invalid");
      collections().collect({ day, bills: body.bills, last: body.last ?? [] });
      return desk();
    },
    "POST /v1/operator/creditor": ({ body }) => {
      collections().nameCreditor(body.id);
      return desk();
    },
    "GET /v1/operator/collections/:message/xml": ({ params: { message }, reply }) =>
      reply
        .header("content-type", "application/xml; charset=utf-8")
        .header("content-disposition", `attachment; filename="${message}.xml"`)
        .send(collections().file(message)),
    "POST /v1/operator/debits/:id": async ({ params: { id }, body }) => {
      await collections().close(id, body.outcome);
      return desk();
    },
  };
}

function shown(
  { reference, use, signed }: Mandate,
  fault: MemberFault | undefined,
): NonNullable<OwnMandate["mandate"]> {
  return { reference, use, signed: formatDay(signed), fault: fault ?? null };
}

function debitOf({ id, cents, sequence, mandate, bills, state }: KeptDebit) {
  return { id, cents, sequence, mandate: mandate.reference, bills: [...bills], state };
}
