/**
 * The salts of a simulated town's commitments: made from its seed, so that the same seed has the same blocks. A
 * real head-end draws them at random; these hide nothing from whoever knows the seed.
 */
import { utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";

/** 32 bytes for a plant's reading of an interval. */
export function saltsOf(seed: number): (plant: number, intervalStart: number) => Uint8Array {
  const prefix = utf8(`${seed}`);
  const place = new Uint8Array(12);
  const view = new DataView(place.buffer);
  return (plant, intervalStart) => {
    view.setUint32(0, plant);
    view.setUint32(4, Math.floor(intervalStart / 0x1_0000_0000));
    view.setUint32(8, intervalStart % 0x1_0000_0000);
    return taggedHash("contrada/simulation/salt/1", prefix, place);
  };
}
