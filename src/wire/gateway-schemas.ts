/**
 * The shapes of enrolling gateways, in the conventions of `wire/schemas`. A *code* is shown once and brings one
 * gateway to one home; afterwards a gateway is known by its certificate and its signature alone.
 */
import Type, { type Static } from "typebox";
import { utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import { Device, Fault, Hex32Schema as Hex32, InstantSchema as Instant } from "#wire/schemas.ts";
import { Nullable } from "#wire/shape.ts";

const Wall = Type.Integer({ minimum: 0, description: "Unix seconds of the wall clock" });
export const GatewayName = Type.String({ pattern: "^[0-9a-f]{16}$" });
const Request = Type.String({
  minLength: 100,
  maxLength: 4_096,
  description: "certificate request, PKCS #10 as PEM, of a P-256 key",
});
const Certificate = Type.String({ description: "PEM" });

export const GatewayCode = Type.Object({
  code: Type.String({ description: "shown this once; the platform keeps its hash" }),
  link: Type.String({ description: "what a QR code holds: address, code and fingerprint" }),
  home: Type.Integer(),
  expiresAt: Wall,
  fingerprint: Type.String({ description: "SHA-256 of the authority's certificate, hexadecimal" }),
});
export type GatewayCode = Static<typeof GatewayCode>;

export const EnrolGateway = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 40 }),
  request: Request,
  meterKey: Hex32,
  proof: Type.String({
    pattern: "^[0-9a-f]{128}$",
    description: "by the meter's key over the enrolment: docs/home/onboarding.md",
  }),
  time: Wall,
  version: Type.String({ minLength: 1, maxLength: 40 }),
});
export type EnrolGateway = Static<typeof EnrolGateway>;

export const EnrolledGateway = Type.Object({
  gateway: GatewayName,
  home: Type.Integer(),
  chain: Type.String(),
  trust: Type.Union([Type.Object({ producer: Hex32 }), Type.Object({ validatorsHash: Hex32 })]),
  certificate: Certificate,
  root: Certificate,
  broker: Type.String({ description: "mqtts://host:port" }),
  expiresAt: Wall,
});
export type EnrolledGateway = Static<typeof EnrolledGateway>;

export const RenewCertificate = Type.Object({
  request: Request,
  time: Wall,
  signature: Type.String({
    pattern: "^[0-9a-f]{128}$",
    description: "by the key of the certificate that stands (ECDSA, P-256, SHA-256, r ‖ s)",
  }),
});
export type RenewCertificate = Static<typeof RenewCertificate>;

export const RenewedCertificate = Type.Object({
  certificate: Certificate,
  root: Certificate,
  broker: Type.String(),
  expiresAt: Wall,
});
export type RenewedCertificate = Static<typeof RenewedCertificate>;

/** The validators as the chain has them now, for an owner's own device to follow them to. */
export const GatewayValidators = Type.Object({
  home: Type.Integer(),
  proof: Type.String({ description: "a RowProof of ledger/proof of the home's plant, hexadecimal" }),
});
export type GatewayValidators = Static<typeof GatewayValidators>;

/** The owner's word on them, for a gateway that was away for too long to follow them itself. */
export const GivenValidators = Type.Object({
  height: Type.Integer({ minimum: 1 }),
  time: Wall,
  validatorsHash: Hex32,
  publicKey: Hex32,
  signature: Type.String({
    pattern: "^[0-9a-f]{128}$",
    description: "by the owner's key over the letter: docs/spec/gateway-messages.md",
  }),
});
export type GivenValidators = Static<typeof GivenValidators>;

export const GATEWAY_STATES = ["enrolled", "metering", "revoked"] as const;
/** What a gateway last said of itself and of what stands behind it. */
export const GatewayReport = Type.Object({
  time: Instant,
  clockOffsetS: Type.Number({ description: "its time less the platform's, when the report came" }),
  waiting: Type.Integer({ description: "readings in its outbox" }),
  waitingSince: Nullable(Instant, { description: "of the oldest of them" }),
  safeState: Type.String({ description: "normal, or how it helps itself where devices are lost" }),
  ordersRefused: Nullable(Type.String()),
  meterFits: Type.Boolean({ description: "whether its meter's key is the plant's on the chain" }),
  devices: Type.Array(Device),
  faults: Type.Array(Fault),
});
export type GatewayReport = Static<typeof GatewayReport>;

/** A gateway as its owner and the operator see it. */
export const GatewayView = Type.Object({
  gateway: GatewayName,
  home: Type.Integer(),
  state: Type.Union(GATEWAY_STATES.map((state) => Type.Literal(state)) as never, {
    description: "enrolled: not metering yet; metering: its readings count; revoked: shut out",
  }) as unknown as ReturnType<typeof Type.String>,
  version: Type.String(),
  enrolledAt: Wall,
  certificateUntil: Wall,
  needsCode: Type.Boolean({
    description: "its certificate ended so long ago that only a new code brings it back",
  }),
  heardAt: Nullable(Wall, { description: "when the platform last heard it" }),
  reachable: Type.Boolean({ description: "heard within the last minute and a half" }),
  meteringFrom: Nullable(Instant),
  meteringUntil: Nullable(Instant, {
    description: "of a removed one: from then on another meter counts, in a town its simulated home's",
  }),
  acknowledged: Type.Integer({ description: "number of the last reading on the platform's disk" }),
  revokedAt: Nullable(Wall),
  report: Nullable(GatewayReport, { description: "since the platform began; null before its first one" }),
});
export type GatewayView = Static<typeof GatewayView>;

/** What the meter's key signs to enrol: that whoever sends the code and the request holds it. */
export function enrolmentHash(enrolment: {
  readonly code: string;
  readonly request: string;
  readonly time: number;
}): Uint8Array {
  const { code, request, time } = enrolment;
  return taggedHash("contrada/gateway-enrolment/1", utf8([code, String(time), request].join("\n\n")));
}

/** What the standing certificate's key signs for the next one. */
export function renewalBytes(renewal: {
  readonly gateway: string;
  readonly request: string;
  readonly time: number;
}): Uint8Array {
  const { gateway, request, time } = renewal;
  return utf8(["contrada/gateway-renewal/1", gateway, String(time), request].join("\n\n"));
}
