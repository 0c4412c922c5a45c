/** A ring inside an SVG: one or more shares of a whole, clockwise from the top. */
import { Index } from "solid-js";

export interface RingPart {
  readonly share: number;
  readonly color: string;
}

export function Ring(props: {
  cx: number;
  cy: number;
  r: number;
  width: number;
  parts: readonly RingPart[];
}) {
  const around = () => 2 * Math.PI * props.r;
  const before = (index: number) =>
    props.parts.slice(0, index).reduce((sum, part) => sum + clamp(part.share), 0);
  return (
    <Index each={props.parts}>
      {(part, index) => (
        <circle
          class="ring"
          cx={props.cx}
          cy={props.cy}
          r={props.r}
          fill="none"
          stroke={part().color}
          stroke-width={props.width}
          stroke-dasharray={`${(clamp(part().share) * around()).toFixed(1)} ${(around() + 1).toFixed(1)}`}
          transform={`rotate(${(-90 + 360 * before(index)).toFixed(1)} ${props.cx} ${props.cy})`}
        />
      )}
    </Index>
  );
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
