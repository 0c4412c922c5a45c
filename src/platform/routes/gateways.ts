/** Enrolling a home's gateway: codes for owners and the operator, the gateways' own two doors, and the list. */
import { limitView } from "../limit-view.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

export function gatewayRoutes(
  parts: Parts,
): Handlers<
  | "GET /v1/home/gateway"
  | "POST /v1/home/gateway/code"
  | "GET /v1/home/gateway/validators"
  | "PUT /v1/home/gateway/validators"
  | "DELETE /v1/home/gateway"
  | "POST /v1/gateways"
  | "POST /v1/gateways/:gateway/certificate"
  | "GET /v1/operator/gateways"
  | "GET /v1/operator/limits"
  | "PUT /v1/grid/homes/:home/limit"
  | "POST /v1/operator/gateways/code"
  | "DELETE /v1/operator/gateways/:gateway"
> {
  const { directory } = parts;
  const offered = () => {
    if (parts.gateways === undefined) throw new Refused("gateways_closed");
    return parts.gateways;
  };
  const addressOf = (request: { readonly protocol: string; readonly host: string }) =>
    parts.publicOrigin ?? `${request.protocol}://${request.host}`;
  return {
    "GET /v1/home/gateway": ({ visitor }) => parts.gateways?.viewOfHome(visitor.plant) ?? null,
    "POST /v1/home/gateway/code": ({ visitor, request }) =>
      offered().newCode(visitor.plant, addressOf(request)),
    "GET /v1/home/gateway/validators": ({ visitor }) => offered().validators(visitor.plant),
    "PUT /v1/home/gateway/validators": ({ visitor, body }) =>
      offered().vouch(visitor.plant, visitor.member, body),
    "DELETE /v1/home/gateway": ({ visitor }) => {
      const gateway = offered().registry.ofHome(visitor.plant);
      if (gateway === undefined) throw new Refused("gateway_unknown");
      offered().revoke(gateway.name);
    },
    "POST /v1/gateways": ({ body, request }) => offered().enrol(body, request.ip),
    "POST /v1/gateways/:gateway/certificate": ({ params, body }) => offered().renew(params.gateway, body),
    "GET /v1/operator/limits": () => parts.limits.all().map((letter) => limitView(parts, letter)),
    "PUT /v1/grid/homes/:home/limit": ({ params, body }) => {
      if (directory.plant(params.home) === undefined) throw new Refused("home_unknown");
      const given = parts.limits.give(params.home, body);
      parts.gateways?.changed();
      return limitView(parts, given);
    },
    "GET /v1/operator/gateways": () => parts.gateways?.views() ?? [],
    "POST /v1/operator/gateways/code": ({ body, request }) => {
      if (directory.plant(body.home) === undefined) throw new Refused("home_unknown");
      return offered().newCode(body.home, addressOf(request));
    },
    "DELETE /v1/operator/gateways/:gateway": ({ params }) => offered().revoke(params.gateway),
  };
}
