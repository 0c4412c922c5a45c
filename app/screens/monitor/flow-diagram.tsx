/**
 * The flow: panels on top, accumulator and home at the sides, the MicroGrid below. Active connections carry the
 * source's colour, a width that grows with power, an arrow and their value; idle ones are faint dots. Every
 * connection can be chosen, by finger or key, and then tells its energy of today.
 */
import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import type { FlowsW, Live } from "#wire/schemas.ts";
import { local, steadyPower } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import type { Energy } from "../../parts/energy.ts";
import { ENERGY_ICON, strokeOf } from "../../parts/energy.ts";
import { ICONS } from "../../parts/icon.tsx";
import { Ring, type RingPart } from "../../parts/ring.tsx";
import { share } from "../../share.ts";
import { type PlainKey, t } from "../../strings/dictionary.ts";
import {
  accumulatorOf,
  CONNECTIONS,
  type Connection,
  curve,
  type Drawing,
  dashSpeed,
  gridOf,
  homeOf,
  lineWidth,
  NARROW,
  NOISE_W,
  type Node,
  solarOf,
  WIDE,
} from "./flow.ts";

const NODE_NAME = {
  solar: "energy.panels",
  accumulator: "energy.accumulator",
  home: "energy.home",
  microgrid: "energy.microgrid",
} as const satisfies Record<Node, PlainKey>;

const DASH = 20;

export function FlowDiagram(props: { live: Live | undefined }) {
  const [chosen, setChosen] = createSignal<string>();
  function choose(id: string): void {
    setChosen(chosen() === id ? undefined : id);
    const connection = CONNECTIONS.find((one) => one.id === chosen());
    if (connection !== undefined && props.live !== undefined) announce(detail(connection, props.live));
  }
  // The phone has its own drawing, and so has any other column too small for the wide one's words.
  let box: HTMLDivElement | undefined;
  const [drawing, setDrawing] = createSignal(innerWidth < 520 ? NARROW : WIDE);
  onMount(() => {
    const observer = new ResizeObserver(() => setDrawing(box!.clientWidth < 500 ? NARROW : WIDE));
    observer.observe(box!);
    onCleanup(() => observer.disconnect());
  });
  return (
    <div class="flow" ref={box}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of an SVG's controls; HTML has no such element there */}
      <svg
        classList={{ narrow: drawing() === NARROW }}
        viewBox={`0 0 ${drawing().width} ${drawing().height}`}
        role="group"
        aria-label={props.live === undefined ? t("age.waiting") : summary(props.live)}
      >
        <For each={CONNECTIONS}>
          {(connection) => (
            <Wire
              drawing={drawing()}
              connection={connection}
              live={props.live}
              chosen={chosen() === connection.id}
              onChoose={() => choose(connection.id)}
            />
          )}
        </For>
        <Nodes drawing={drawing()} live={props.live} />
      </svg>
      <p class="sub detail">
        <Show when={props.live} fallback={"\u00a0"}>
          {(live) => (
            <Show when={CONNECTIONS.find(({ id }) => id === chosen())} fallback={t("monitor.flow_hint")}>
              {(connection) => <>{detail(connection(), live())}</>}
            </Show>
          )}
        </Show>
      </p>
    </div>
  );
}

/** One connection: its line, its arrow, its value, and the wide invisible way that a finger finds. */
function Wire(props: {
  drawing: Drawing;
  connection: Connection;
  live: Live | undefined;
  chosen: boolean;
  onChoose: () => void;
}) {
  /** The stronger flow of the connection; both at once happen only as noise of two meters. */
  const active = createMemo(
    () => {
      const flows = props.live?.flowsW;
      const strongest = props.connection.flows
        .map((one) => ({ ...one, watts: flows === undefined ? 0 : flows[one.flow] }))
        .reduce((a, b) => (b.watts > a.watts ? b : a));
      return strongest;
    },
    undefined,
    { equals: (a, b) => a.flow === b.flow && a.watts === b.watts },
  );
  const carries = () => active().watts >= NOISE_W;
  const control = () => props.drawing.lines[props.connection.id]!.control;
  const at = () => props.drawing.lines[props.connection.id]!.value;
  const width = () => lineWidth(active().watts);
  const path = () => curve(props.drawing, active().from, active().to, control(), width());
  const value = steadyPower(() => active().watts);
  const color = () => strokeOf(active().from as Energy);
  const pill = () => ({
    width: value().length * props.drawing.size.pill * 0.56 + 14,
    height: props.drawing.size.pill * 1.75,
  });

  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button element inside an SVG
    <g
      class="wire"
      classList={{ chosen: props.chosen, carries: carries() }}
      role="button"
      tabindex="0"
      aria-pressed={props.chosen}
      aria-label={`${t(NODE_NAME[active().from])} – ${t(NODE_NAME[active().to])}: ${carries() ? value() : t("monitor.idle")}`}
      onClick={() => props.onChoose()}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        props.onChoose();
      }}
    >
      <path class="touch" d={path().way} />
      <Show when={carries()} fallback={<path class="idle" d={path().way} />}>
        <path class="halo" d={path().way} stroke-width={width() + 10} />
        <path class="line" d={path().line} stroke={color()} stroke-width={width()} />
        <Dashes d={path().line} width={width()} watts={active().watts} />
        <path class="arrow" d={path().arrow} fill={color()} />
        <g transform={`translate(${at().x} ${at().y})`}>
          <rect
            class="pill"
            x={-pill().width / 2}
            y={-pill().height / 2}
            width={pill().width}
            height={pill().height}
            rx={pill().height / 2}
          />
          <text
            class="value"
            text-anchor="middle"
            y={props.drawing.size.pill * 0.35}
            font-size={String(props.drawing.size.pill)}
            font-weight="600"
          >
            {value()}
          </text>
        </g>
      </Show>
    </g>
  );
}

/** Light dashes that run along the line, faster with more power; still where motion is not wanted. */
function Dashes(props: { d: string; width: number; watts: number }) {
  let path: SVGPathElement | undefined;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let running: Animation | undefined;
  function start(): void {
    running?.cancel();
    running = undefined;
    if (calm.matches || path === undefined) return;
    running = path.animate([{ strokeDashoffset: DASH }, { strokeDashoffset: 0 }], {
      duration: 1000,
      iterations: Number.POSITIVE_INFINITY,
    });
  }
  createEffect(() => {
    const speed = dashSpeed(props.watts) / DASH;
    if (running === undefined) start();
    // The rate changes in place, so that the dashes do not jump when the power does.
    running?.updatePlaybackRate(speed);
  });
  calm.addEventListener("change", start);
  onCleanup(() => {
    calm.removeEventListener("change", start);
    running?.cancel();
  });
  return (
    <path
      ref={path}
      class="dashes"
      d={props.d}
      stroke-width={Math.max(1.4, props.width * 0.34)}
      stroke-dasharray={`6 ${DASH - 6}`}
    />
  );
}

function Nodes(props: { drawing: Drawing; live: Live | undefined }) {
  const solar = steadyPower(() => (props.live === undefined ? 0 : solarOf(props.live.flowsW)));
  const home = steadyPower(() => (props.live === undefined ? 0 : homeOf(props.live.flowsW)));
  const grid = steadyPower(() => (props.live === undefined ? 0 : Math.abs(gridOf(props.live.flowsW))));
  return (
    <>
      <NodeMark
        drawing={props.drawing}
        node="solar"
        ready={props.live !== undefined}
        ring={
          props.live === undefined
            ? []
            : [{ share: share(solarOf(props.live.flowsW), props.live.solarPeakW), color: "var(--solar)" }]
        }
        absent={props.live?.solarPeakW === 0}
        value={props.live?.solarPeakW === 0 ? "–" : solar()}
        small={props.live === undefined ? "" : panelWords(props.live)}
      />
      <NodeMark
        drawing={props.drawing}
        node="accumulator"
        ready={props.live !== undefined}
        absent={props.live?.accumulator === null}
        ring={
          props.live?.accumulator
            ? [{ share: chargeOf(props.live.accumulator), color: "var(--accumulator)" }]
            : []
        }
        value={props.live?.accumulator ? local.percent(chargeOf(props.live.accumulator)) : "–"}
        small={props.live === undefined ? "" : accumulatorWords(props.live)}
      />
      <NodeMark
        drawing={props.drawing}
        node="home"
        ready={props.live !== undefined}
        ring={props.live === undefined ? [] : homeRing(props.live.flowsW)}
        value={home()}
        small={props.live === undefined ? "" : homeWords(props.live.flowsW)}
      />
      <NodeMark
        drawing={props.drawing}
        node="microgrid"
        ready={props.live !== undefined}
        ring={[]}
        value={grid()}
        small={props.live === undefined ? "" : gridWords(props.live.flowsW)}
      />
    </>
  );
}

function NodeMark(props: {
  drawing: Drawing;
  node: Node;
  ready: boolean;
  absent?: boolean;
  ring: readonly RingPart[];
  value: string;
  small: string;
}): JSX.Element {
  const at = () => props.drawing.nodes[props.node];
  const words = () => props.drawing.words[props.node];
  const size = () => props.drawing.size;
  const bone = (width: number) => (words().anchor === "middle" ? words().x - width / 2 : words().x);
  return (
    <g class="node" classList={{ absent: props.absent === true }}>
      <circle class="disc" cx={at().x} cy={at().y} r={props.drawing.radius} />
      <Ring cx={at().x} cy={at().y} r={props.drawing.radius - 4} width={6} parts={props.ring} />
      <path
        d={ICONS[ENERGY_ICON[props.node]]}
        transform={`translate(${at().x - 19} ${at().y - 19}) scale(${38 / 24})`}
        fill="none"
        stroke={`var(--${props.node})`}
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <text
        class="quiet"
        x={words().x}
        y={words().y}
        text-anchor={words().anchor}
        font-size={String(size().name)}
      >
        {t(NODE_NAME[props.node])}
      </text>
      <Show
        when={props.ready}
        fallback={
          <>
            <rect class="bone" x={bone(84)} y={words().y + 10} width="84" height="20" rx="4" />
            <rect class="bone" x={bone(64)} y={words().y + 38} width="64" height="12" rx="4" />
          </>
        }
      >
        <text
          class="value"
          x={words().x}
          y={words().y + size().value * 1.08}
          text-anchor={words().anchor}
          font-size={String(size().value)}
          font-weight="600"
          letter-spacing="-.6"
        >
          {props.value}
        </text>
        <text
          class="quiet"
          x={words().x}
          y={words().y + size().value * 1.08 + size().small * 1.45}
          text-anchor={words().anchor}
          font-size={String(size().small)}
        >
          {props.small}
        </text>
      </Show>
    </g>
  );
}

function chargeOf(accumulator: NonNullable<Live["accumulator"]>): number {
  return share(accumulator.storedSolarWh + accumulator.storedGridWh, accumulator.capacityWh);
}

function panelWords(live: Live): string {
  if (live.solarPeakW === 0) return t("monitor.none_here");
  return t("monitor.of_peak", { peak: local.rated(live.solarPeakW, "kWp") });
}

function accumulatorWords(live: Live): string {
  if (live.accumulator === null) return t("monitor.none_here");
  const stored = local.energy(live.accumulator.storedSolarWh + live.accumulator.storedGridWh);
  const out = accumulatorOf(live.flowsW);
  if (out >= NOISE_W) return t("monitor.discharging", { stored });
  return out <= -NOISE_W ? t("monitor.charging", { stored }) : t("monitor.resting", { stored });
}

function homeRing(flows: FlowsW): readonly RingPart[] {
  const whole = homeOf(flows);
  return [
    { share: share(flows.solarToHome, whole), color: "var(--solar)" },
    { share: share(flows.accumulatorToHome, whole), color: "var(--accumulator)" },
    { share: share(flows.gridToHome, whole), color: "var(--microgrid)" },
  ];
}

function homeWords(flows: FlowsW): string {
  const whole = homeOf(flows);
  if (whole < NOISE_W) return t("monitor.uses_nothing");
  if (whole - flows.solarToHome < NOISE_W) return t("monitor.all_from_panels");
  if (whole - flows.accumulatorToHome < NOISE_W) return t("monitor.all_from_accumulator");
  if (whole - flows.gridToHome < NOISE_W) return t("monitor.all_from_microgrid");
  return t("monitor.own_share", { percent: local.percent(share(whole - flows.gridToHome, whole)) });
}

function gridWords(flows: FlowsW): string {
  const net = gridOf(flows);
  if (Math.abs(net) < NOISE_W) return t("monitor.nothing_crosses");
  return net > 0 ? t("monitor.coming_in") : t("monitor.going_out");
}

/** The whole picture as one sentence, for those who hear it. */
function summary(live: Live): string {
  const { flowsW } = live;
  const parts = [
    ...(live.solarPeakW > 0 ? [t("monitor.say_panels", { power: local.power(solarOf(flowsW)) })] : []),
    t("monitor.say_home", { power: local.power(homeOf(flowsW)), source: homeWords(flowsW) }),
  ];
  if (live.accumulator !== null) {
    parts.push(
      t("monitor.say_accumulator", {
        percent: local.percent(chargeOf(live.accumulator)),
        state: accumulatorWords(live),
      }),
    );
  }
  parts.push(
    t("monitor.say_microgrid", {
      power: local.power(Math.abs(gridOf(flowsW))),
      direction: gridWords(flowsW),
    }),
  );
  return parts.join(" ");
}

function detail(connection: Connection, live: Live): string {
  return connection.flows
    .map(({ flow, from, to }) => {
      const today = live.today.flowsWh;
      const whole =
        from === "solar"
          ? solarOf(today)
          : from === "accumulator"
            ? today.accumulatorToHome + today.accumulatorToGrid
            : today.gridToHome + today.gridToAccumulator;
      return t("monitor.flow_detail", {
        from: t(NODE_NAME[from]),
        to: t(NODE_NAME[to]),
        power: local.power(live.flowsW[flow]),
        energy: local.energy(today[flow]),
        percent: local.percent(share(today[flow], whole)),
      });
    })
    .join(" ");
}
