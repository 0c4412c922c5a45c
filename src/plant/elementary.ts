/**
 * Sine, cosine and their kin out of +, −, ×, ÷ and square root alone.
 *
 * ECMAScript leaves the last bits of `Math.sin`, `Math.exp` and the like to the engine, and engines do differ.
 * The sums below use only operations that IEEE 754 rounds in one way, in an order that the language fixes, so
 * the sun, the sky and every home come out bit for bit the same on every machine, and with them the state
 * root of a simulated town. (`Math.sqrt` too is "implementation-approximated" by the letter; every engine uses
 * the processor's correctly rounded instruction, and nothing else is relied on.)
 *
 * Method: argument reduction with a two-part constant (Cody and Waite), then the Taylor series, long enough
 * that its remainder is below the last bit. Errors stay within a few units in the last place for arguments of
 * everyday size; angles beyond ±10^6 rad and results beyond the doubles are out of scope.
 */

/** π/2 and ln 2, each as a leading part with few bits, whose small multiples are exact, and the rest. */
const HALF_PI_HIGH = 1686629713 / 1_073_741_824;
const HALF_PI_LOW = 6.077100506506192e-11;
const LN2_HIGH = 2977044471 / 4_294_967_296;
const LN2_LOW = 1.9082149292705877e-10;

const DEGREE = Math.PI / 180;

export function radians(degrees: number): number {
  return degrees * DEGREE;
}

export function degrees(radians: number): number {
  return radians / DEGREE;
}

export function sin(x: number): number {
  const quarter = Math.round(x * (2 / Math.PI));
  const r = x - quarter * HALF_PI_HIGH - quarter * HALF_PI_LOW;
  const turn = quarter & 3;
  const value = (turn & 1) === 0 ? sinNearZero(r) : cosNearZero(r);
  return turn < 2 ? value : -value;
}

export function cos(x: number): number {
  const quarter = Math.round(x * (2 / Math.PI));
  const r = x - quarter * HALF_PI_HIGH - quarter * HALF_PI_LOW;
  const turn = quarter & 3;
  const value = (turn & 1) === 0 ? cosNearZero(r) : sinNearZero(r);
  return turn === 1 || turn === 2 ? -value : value;
}

export function tan(x: number): number {
  return sin(x) / cos(x);
}

/** In (−π/2, π/2). */
export function atan(x: number): number {
  if (x < 0) return -atan(-x);
  if (x > 1) return Math.PI / 2 - atan(1 / x);
  // Two halvings of the angle bring the argument below tan(π/16).
  const once = x / (1 + Math.sqrt(1 + x * x));
  const t = once / (1 + Math.sqrt(1 + once * once));
  const square = t * t;
  let sum = 0;
  for (let n = 25; n >= 1; n -= 2) sum = 1 / n - square * sum;
  return 4 * t * sum;
}

/** The angle of the point (x, y), in (−π, π]. */
export function atan2(y: number, x: number): number {
  if (x > 0) return atan(y / x);
  if (x < 0) return y < 0 ? atan(y / x) - Math.PI : atan(y / x) + Math.PI;
  return y > 0 ? Math.PI / 2 : y < 0 ? -Math.PI / 2 : 0;
}

/** `x` within [−1, 1], as are all sines. */
export function asin(x: number): number {
  return atan2(x, Math.sqrt((1 - x) * (1 + x)));
}

export function acos(x: number): number {
  return atan2(Math.sqrt((1 - x) * (1 + x)), x);
}

export function exp(x: number): number {
  if (x < -700) return 0;
  const k = Math.round(x * Math.LOG2E);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (r / n) * sum;
  return sum * powerOfTwo(k);
}

/** Natural logarithm of x > 0. */
export function log(x: number): number {
  let m = x;
  let k = 0;
  for (; m > 1.5; k++) m /= 2;
  for (; m < 0.75; k--) m *= 2;
  const f = (m - 1) / (m + 1);
  const square = f * f;
  let sum = 0;
  for (let n = 23; n >= 1; n -= 2) sum = 1 / n + square * sum;
  return k * LN2_HIGH + (2 * f * sum + k * LN2_LOW);
}

/** `base` > 0 to a real power. */
export function power(base: number, exponent: number): number {
  return exp(exponent * log(base));
}

function powerOfTwo(exponent: number): number {
  let result = 1;
  for (let k = exponent; k > 0; k--) result *= 2;
  for (let k = exponent; k < 0; k++) result /= 2;
  return result;
}

/** |x| ≤ π/4. */
function sinNearZero(x: number): number {
  const s = x * x;
  let sum = 1;
  for (let n = 18; n >= 2; n -= 2) sum = 1 - (s / (n * (n + 1))) * sum;
  return x * sum;
}

function cosNearZero(x: number): number {
  const s = x * x;
  let sum = 1;
  for (let n = 17; n >= 1; n -= 2) sum = 1 - (s / (n * (n + 1))) * sum;
  return sum;
}
