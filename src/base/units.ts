/**
 * Settled values: whole numbers, branded by unit so that energy cannot be passed for money. They are made
 * only by the constructors below and never leave the integers; physics uses plain numbers with the unit as
 * suffix (`powerW`) and comes here through one door, `metering/load-profile`.
 */
declare const unit: unique symbol;
type Quantity<Unit extends string> = bigint & { readonly [unit]: Unit };

/** Energy in watt-hours. */
export type Wh = Quantity<"Wh">;
/** Money in micro-euro: 1 € = 1,000,000. */
export type MicroEur = Quantity<"µEUR">;
/** A price in micro-euro per kilowatt-hour: 0.18 €/kWh = 180,000. */
export type MicroEurPerKwh = Quantity<"µEUR/kWh">;

export function Wh(value: bigint): Wh {
  return value as Wh;
}

export function MicroEur(value: bigint): MicroEur {
  return value as MicroEur;
}

export function MicroEurPerKwh(value: bigint): MicroEurPerKwh {
  return value as MicroEurPerKwh;
}

/**
 * What an energy costs at a price.
 * amount [µEUR] = energy [Wh] × price [µEUR/kWh] ÷ 1000, half to even.
 */
export function priceOf(energy: Wh, price: MicroEurPerKwh): MicroEur {
  return MicroEur(divideHalfEven(energy * price, 1000n));
}

/** Nearest whole quotient, a tie to the even one; `divisor` > 0. Symmetric around zero. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const floor = divideFloor(dividend, divisor);
  const twice = 2n * (dividend - floor * divisor);
  if (twice < divisor || (twice === divisor && floor % 2n === 0n)) return floor;
  return floor + 1n;
}

/** Whole quotient rounded toward minus infinity; `divisor` > 0. (BigInt division alone rounds toward zero.) */
export function divideFloor(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

export function minimum<Q extends bigint>(a: Q, b: Q): Q {
  return a < b ? a : b;
}

export function maximum<Q extends bigint>(a: Q, b: Q): Q {
  return a > b ? a : b;
}
