/** Handing in transactions, and what one needs to sign the next. */
import { fromHex, toHex } from "#base/bytes.ts";
import { LostTransaction, type Outcome } from "#chain/host.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import type { Parts } from "../parts.ts";
import { payoutsUnderWay } from "../payout-view.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

export function transactionRoutes(parts: Parts): Handlers<"GET /v1/account" | "POST /v1/transactions"> {
  const { host } = parts;
  return {
    "GET /v1/account": ({ visitor: { member, account } }) => {
      const view = host.view();
      const { posted, pendingIn, pendingOut } = view.money(member);
      return {
        member,
        nonce: view.member(member)!.nonce,
        balanceMicroEur: Number(posted),
        pendingMicroEur: Number(pendingIn - pendingOut),
        availableMicroEur: Number(posted - pendingOut),
        incomingMicroEur: Number(pendingIn),
        payoutsMicroEur: payoutsUnderWay(parts, member),
        waitingMicroEur: parts.renewals?.restOf(account) ?? 0,
        height: view.height,
      };
    },
    "POST /v1/transactions": async ({ visitor, body, query, reply }) => {
      const bytes = fromHex(body.bytes)!;
      const transaction = decodeTransaction(bytes);
      if (!transaction.ok) throw new Refused("malformed");
      if (transaction.value.sender !== visitor.member) throw new Refused("not_the_sender");
      const submission = await host.submit(bytes);
      if (!submission.admitted) {
        if (submission.status === "ok") throw new Refused("internal_error");
        throw new Refused(submission.status);
      }
      const id = toHex(submission.id);
      const outcome = await within(submission.committed, query.wait ?? 0);
      if (outcome === undefined) {
        reply.code(202);
        return { id, state: "admitted", height: null, status: null };
      }
      return { id, state: "committed", height: outcome.height, status: outcome.status };
    },
  };
}

/** The outcome, or `undefined` where it takes longer. Refused: stopped, or why it can come no more. */
async function within(committed: Promise<Outcome>, seconds: number): Promise<Outcome | undefined> {
  const outcome = committed.catch((error) => {
    const status = error instanceof LostTransaction ? error.status : "stopped";
    throw new Refused(status === "ok" ? "stopped" : status);
  });
  if (seconds === 0) {
    outcome.catch(() => undefined);
    return undefined;
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000, undefined);
  });
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}
