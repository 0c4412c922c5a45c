/** The shapes of what the platform tells a home: notices, what it wants to be told of, and where it is told. */
import Type, { type Static } from "typebox";
import { NOTICE_CODES, NOTICE_KINDS, type NoticeCode } from "#wire/notice-codes.ts";
import { InstantSchema as Instant } from "#wire/schemas.ts";
import { oneOf } from "#wire/shape.ts";

export const Notice = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  kind: oneOf(NOTICE_KINDS),
  code: oneOf(NOTICE_CODES),
  /** Of a fault its own code. */
  about: Type.Union([Type.String(), Type.Null()]),
  numbers: Type.Record(Type.String(), Type.Number()),
  time: Instant,
  /** Where in the app it leads. */
  path: Type.String(),
  read: Type.Boolean(),
});
export type Notice = Static<typeof Notice>;

export const NoticeSettings = Type.Object({
  kinds: Type.Array(oneOf(NOTICE_KINDS), { uniqueItems: true }),
  excessW: Type.Union([Type.Integer({ minimum: 100, maximum: 100_000 }), Type.Null()], {
    description:
      "told when a quarter hour's mean import is above it, W; null: nine tenths of the contracted power",
  }),
});
export type NoticeSettings = Static<typeof NoticeSettings>;

export const Notices = Type.Object({
  notices: Type.Array(Notice, { description: "newest first" }),
  unread: Type.Integer({ minimum: 0 }),
  settings: NoticeSettings,
  usualExcessW: Type.Integer(),
  push: Type.Object({
    key: Type.String({ description: "of this platform (VAPID, RFC 8292), base64url" }),
    devices: Type.Integer({ description: "of this home that are told" }),
  }),
});
export type Notices = Static<typeof Notices>;

/** As a browser's `PushSubscription.toJSON()` says it. */
export const PushDevice = Type.Object({
  endpoint: Type.String({ maxLength: 1_024 }),
  keys: Type.Object({
    p256dh: Type.String({ maxLength: 100, pattern: "^[A-Za-z0-9_-]+=*$" }),
    auth: Type.String({ maxLength: 40, pattern: "^[A-Za-z0-9_-]+=*$" }),
  }),
});
export type PushDevice = Static<typeof PushDevice>;

/** What reaches the device; it has the sentences itself. */
export interface PushedNotice {
  readonly code: NoticeCode;
  readonly about: string | null;
  readonly numbers: Readonly<Record<string, number>>;
  readonly path: string;
  readonly time: number;
}
