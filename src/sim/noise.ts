/**
 * Seeded noise over time with random access: the value at any instant is a function of the seed and that
 * instant alone, so a simulation can jump to any day without running the days before it.
 *
 * Value noise: a hash gives each knot of a period a uniform value, a cubic joins neighbouring knots. Integer
 * hashing and the four operations only, hence equal bits everywhere.
 */

/** Uniform in [0, 1) for a seed, a channel that keeps uses of one seed apart, and a whole number of any sign. */
export function hashUniform(seed: number, channel: number, knot: number): number {
  let h = Math.imul(seed ^ 0x2545f491, 0x9e3779b1) ^ Math.imul(channel + 1, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 15) ^ (knot | 0), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12) ^ Math.floor(knot / 0x1_0000_0000), 0x297a2d39);
  h = Math.imul(h ^ (h >>> 15), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 14), 0x846ca68b);
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** Smooth noise in [0, 1) with knots every `periodS`. */
export function noiseAt(seed: number, channel: number, instant: number, periodS: number): number {
  const place = instant / periodS;
  const knot = Math.floor(place);
  const f = place - knot;
  const low = hashUniform(seed, channel, knot);
  const high = hashUniform(seed, channel, knot + 1);
  return low + (high - low) * f * f * (3 - 2 * f);
}
