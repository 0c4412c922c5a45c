/** The registrar's console: how the renewal of pseudonyms stands, and beginning one. */
import type * as wire from "#wire/schemas.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

export function renewalRoutes({
  host,
  renewals,
  directory,
}: Parts): Handlers<"GET /v1/operator/renewals" | "POST /v1/operator/renewals"> {
  const shown = (): wire.Renewals => {
    if (renewals === undefined) {
      const { period, parameters } = host.view();
      const none = { ready: 0, unready: [], last: null, underWay: null, dropped: null, next: null };
      return { offered: false, period, minimum: parameters.renewalMinimum, ...none };
    }
    const { unready, last, underWay, dropped, next, ...rest } = renewals.standing();
    return {
      offered: true,
      ...rest,
      unready: unready.map(({ account, reason }) => ({
        name: directory.member(account)?.name ?? `Account ${account}`,
        reason,
      })),
      last: last ?? null,
      underWay: underWay ?? null,
      dropped: dropped ?? null,
      next: next ?? null,
    };
  };
  return {
    "GET /v1/operator/renewals": shown,
    "POST /v1/operator/renewals": ({ body }) => {
      if (renewals === undefined) throw new Refused("not_offered");
      renewals.begin(body);
      return shown();
    },
  };
}
