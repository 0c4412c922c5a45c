/** Signing in and out, and the community that one signs in to. */
import type { FastifyReply } from "fastify";
import { toHex } from "#base/bytes.ts";
import type { Session } from "#wire/schemas.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";
import { SESSION_S, type Visitor } from "../sessions.ts";

type Keys =
  | "GET /v1/community"
  | "POST /v1/session/challenge"
  | "POST /v1/session"
  | "GET /v1/session"
  | "DELETE /v1/session";

export function sessionRoutes(
  parts: Parts,
  cookie: { readonly name: () => string; readonly secure: boolean },
): Handlers<Keys> {
  const { host, sessions, community, zone } = parts;
  const setCookie = (reply: FastifyReply, value: string, maxAgeS: number) =>
    reply.header(
      "set-cookie",
      `${cookie.name()}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${cookie.secure ? "; Secure" : ""}`,
    );

  return {
    "GET /v1/community": () => {
      const view = host.view();
      const {
        saleFee,
        minimumSale,
        deliveryIntervals,
        storeMarginPerMille,
        gridEnergySellable,
        maxExpiryAhead,
      } = view.parameters;
      return {
        name: community.name,
        chain: host.chain,
        zone,
        homes: community.homes,
        demo: parts.demo !== undefined,
        time: host.now(),
        height: view.height,
        parameters: {
          saleFeeMicroEurPerKwh: Number(saleFee),
          minimumSaleWh: Number(minimumSale),
          deliveryIntervals,
          storeMarginPerMille,
          gridEnergySellable,
          maxExpiryAhead,
        },
      };
    },
    "POST /v1/session/challenge": ({ body }) => sessions.challenge(body.publicKey),
    "POST /v1/session": ({ body, reply }) => {
      const { token, visitor } = sessions.signIn(body);
      const session = sessionView(parts, visitor);
      if (body.bearer === true) return { ...session, token };
      setCookie(reply, token, SESSION_S);
      return session;
    },
    "GET /v1/session": ({ visitor }) => (visitor === undefined ? null : sessionView(parts, visitor)),
    "DELETE /v1/session": ({ visitor, reply }) => {
      sessions.end(visitor.session);
      setCookie(reply, "", 0);
    },
  };
}

function sessionView(
  { directory, numbers }: Parts,
  { member, account, key, role, plant, expiresAt }: Visitor,
): Session {
  const known = directory.member(account);
  return {
    member,
    account,
    earlier: numbers.membersOf(account).slice(0, -1),
    key: toHex(key),
    role,
    name: known?.name ?? `Member ${member}`,
    address: known?.address ?? null,
    plant: plant ?? null,
    expiresAt,
  };
}
