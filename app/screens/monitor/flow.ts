/**
 * The picture of the flow in numbers: four nodes, six connections that carry seven directed flows, drawn once for
 * wide screens and once for the phone. Pure geometry and arithmetic; `flow-diagram` draws it.
 *
 * The noise band is a matter of display only: a flow under 20 W is drawn as an idle connection, but no number is
 * changed by it. Every value shown is the one that was metered, so the parts always add up.
 */
import type { FlowsW, FlowsWh } from "#wire/schemas.ts";

export const NOISE_W = 20;

export type Node = "solar" | "accumulator" | "home" | "microgrid";
export type FlowName = keyof FlowsW;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A connection of two nodes and the flows it can carry; only accumulator and MicroGrid work both ways. */
export interface Connection {
  readonly id: string;
  readonly flows: readonly { readonly flow: FlowName; readonly from: Node; readonly to: Node }[];
}

export const CONNECTIONS: readonly Connection[] = [
  { id: "accumulator-home", flows: [{ flow: "accumulatorToHome", from: "accumulator", to: "home" }] },
  {
    id: "accumulator-grid",
    flows: [
      { flow: "accumulatorToGrid", from: "accumulator", to: "microgrid" },
      { flow: "gridToAccumulator", from: "microgrid", to: "accumulator" },
    ],
  },
  { id: "grid-home", flows: [{ flow: "gridToHome", from: "microgrid", to: "home" }] },
  { id: "solar-grid", flows: [{ flow: "solarToGrid", from: "solar", to: "microgrid" }] },
  { id: "solar-accumulator", flows: [{ flow: "solarToAccumulator", from: "solar", to: "accumulator" }] },
  { id: "solar-home", flows: [{ flow: "solarToHome", from: "solar", to: "home" }] },
];

/** A drawing: where things stand, in the units of its own view box. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly nodes: Readonly<Record<Node, Point>>;
  /** Where a node's words stand, and whether they are centred under it or run to the right of it. */
  readonly words: Readonly<Record<Node, Point & { readonly anchor: "start" | "middle" }>>;
  /** For each connection, from its first flow's source: control point of the curve, and where the value stands. */
  readonly lines: Readonly<Record<string, { readonly control: Point; readonly value: Point }>>;
  readonly size: {
    readonly name: number;
    readonly value: number;
    readonly small: number;
    readonly pill: number;
  };
}

export const WIDE: Drawing = {
  width: 640,
  height: 484,
  radius: 44,
  nodes: {
    solar: { x: 320, y: 54 },
    accumulator: { x: 86, y: 232 },
    home: { x: 554, y: 232 },
    microgrid: { x: 320, y: 416 },
  },
  words: {
    solar: { x: 382, y: 26, anchor: "start" },
    accumulator: { x: 86, y: 304, anchor: "middle" },
    home: { x: 554, y: 304, anchor: "middle" },
    microgrid: { x: 382, y: 404, anchor: "start" },
  },
  lines: {
    "accumulator-home": { control: { x: 320, y: 232 }, value: { x: 320, y: 232 } },
    "accumulator-grid": { control: { x: 203, y: 324 }, value: { x: 203, y: 324 } },
    "grid-home": { control: { x: 437, y: 324 }, value: { x: 437, y: 324 } },
    "solar-grid": { control: { x: 320, y: 235 }, value: { x: 320, y: 300 } },
    "solar-accumulator": { control: { x: 203, y: 143 }, value: { x: 203, y: 143 } },
    "solar-home": { control: { x: 437, y: 143 }, value: { x: 437, y: 143 } },
  },
  size: { name: 15, value: 25, small: 14.5, pill: 17 },
};

export const NARROW: Drawing = {
  width: 370,
  height: 424,
  radius: 40,
  nodes: {
    solar: { x: 185, y: 46 },
    accumulator: { x: 62, y: 200 },
    home: { x: 308, y: 200 },
    microgrid: { x: 185, y: 372 },
  },
  words: {
    solar: { x: 240, y: 24, anchor: "start" },
    accumulator: { x: 62, y: 262, anchor: "middle" },
    home: { x: 308, y: 262, anchor: "middle" },
    microgrid: { x: 240, y: 360, anchor: "start" },
  },
  // The lower curves swing inward, clear of the words under accumulator and home.
  lines: {
    "accumulator-home": { control: { x: 185, y: 200 }, value: { x: 185, y: 200 } },
    "accumulator-grid": { control: { x: 160, y: 256 }, value: { x: 143, y: 264 } },
    "grid-home": { control: { x: 210, y: 256 }, value: { x: 227, y: 264 } },
    "solar-grid": { control: { x: 185, y: 209 }, value: { x: 185, y: 168 } },
    "solar-accumulator": { control: { x: 123, y: 123 }, value: { x: 120, y: 126 } },
    "solar-home": { control: { x: 247, y: 123 }, value: { x: 250, y: 126 } },
  },
  size: { name: 14.5, value: 24, small: 13.5, pill: 15.5 },
};

/** Line width of a power: 3 at nothing, about 9 at 2.2 kW, never over 13. */
export function lineWidth(watts: number): number {
  return Math.min(13, 3 + 2.6 * (watts / 1000));
}

/** How fast the dashes move, view-box units a second: grows with power, and stays followable. */
export function dashSpeed(watts: number): number {
  return Math.min(90, 14 + 26 * Math.sqrt(watts / 1000));
}

export interface Curve {
  /** The line itself, ending where its arrow begins. */
  readonly line: string;
  /** The whole way between the nodes, for a finger or an idle connection. */
  readonly way: string;
  /** The arrow's triangle. */
  readonly arrow: string;
}

/** The curve from one node to another, clear of their rings, with an arrow that suits the line's width. */
export function curve(drawing: Drawing, from: Node, to: Node, control: Point, width: number): Curve {
  const gap = drawing.radius + 9;
  const start = toward(drawing.nodes[from], control, gap);
  const end = toward(drawing.nodes[to], control, gap);
  const length = 8 + 1.15 * width;
  const half = 4.5 + 0.75 * width;
  const base = toward(end, control, length);
  const angle = Math.atan2(end.y - base.y, end.x - base.x);
  const across = { x: -Math.sin(angle) * half, y: Math.cos(angle) * half };
  return {
    line: quadratic(start, control, base),
    way: quadratic(start, control, end),
    arrow: `M${point(end)}L${point({ x: base.x + across.x, y: base.y + across.y })}L${point({ x: base.x - across.x, y: base.y - across.y })}z`,
  };
}

export function total(flows: FlowsW | FlowsWh, names: readonly FlowName[]): number {
  return names.reduce((sum, name) => sum + flows[name], 0);
}

export function solarOf(flows: FlowsW | FlowsWh): number {
  return total(flows, ["solarToHome", "solarToAccumulator", "solarToGrid"]);
}

export function homeOf(flows: FlowsW | FlowsWh): number {
  return total(flows, ["solarToHome", "accumulatorToHome", "gridToHome"]);
}

/** What comes in from the MicroGrid, less what goes out; positive is coming in. */
export function gridOf(flows: FlowsW | FlowsWh): number {
  return (
    total(flows, ["gridToHome", "gridToAccumulator"]) - total(flows, ["solarToGrid", "accumulatorToGrid"])
  );
}

/** What leaves the accumulator, less what enters; positive is discharging. */
export function accumulatorOf(flows: FlowsW | FlowsWh): number {
  return (
    total(flows, ["accumulatorToHome", "accumulatorToGrid"]) -
    total(flows, ["solarToAccumulator", "gridToAccumulator"])
  );
}

function toward(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return {
    x: from.x + ((to.x - from.x) / length) * distance,
    y: from.y + ((to.y - from.y) / length) * distance,
  };
}

function quadratic(start: Point, control: Point, end: Point): string {
  return `M${point(start)}Q${point(control)} ${point(end)}`;
}

function point({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
