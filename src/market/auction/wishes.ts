/** What an order wishes beside its energy and its limit, as it is sealed with it. ADR 17 says what becomes of it. */
import { type Codec, CodecError } from "#base/codec.ts";

export interface Wishes {
  /** A bid: solar energy only. An ask: it is solar energy. */
  readonly solar: boolean;
  /** The paddle that it would rather trade with. */
  readonly partner: number | undefined;
  /** Of an ask at 0 with a partner: for it and nobody else, for nothing. */
  readonly gift: boolean;
}

export const NO_WISHES: Wishes = { solar: false, partner: undefined, gift: false };

const [SOLAR, PARTNER, GIFT] = [1, 2, 4];

/** One byte (1 solar, 2 a partner, 4 a gift), then the partner (u32) where there is one. */
export const wishesCodec: Codec<Wishes> = {
  write(writer, { solar, partner, gift }) {
    writer.u8((solar ? SOLAR : 0) + (partner === undefined ? 0 : PARTNER) + (gift ? GIFT : 0));
    if (partner !== undefined) writer.u32(partner);
  },
  read(reader) {
    const bits = reader.u8();
    if (bits > SOLAR + PARTNER + GIFT) throw new CodecError(`wishes ${bits}`);
    return {
      solar: (bits & SOLAR) !== 0,
      partner: (bits & PARTNER) === 0 ? undefined : reader.u32(),
      gift: (bits & GIFT) !== 0,
    };
  },
};

/** Whether an order may have such wishes: nobody is its own partner, and a gift is an ask at 0 for somebody. */
export function areWishes(
  order: { readonly paddle: number; readonly side: "bid" | "ask"; readonly limit: number },
  { partner, gift }: Wishes,
): boolean {
  if (partner !== undefined && (partner === order.paddle || !(partner >= 0 && partner <= 0xffff_ffff))) {
    return false;
  }
  return !gift || (order.side === "ask" && order.limit === 0 && partner !== undefined);
}
