/**
 * The microgrid: streets, feeders, service lines and homes, with what each home does now. States only; nobody's
 * power is shown. The fill says giving, own or taking, and so does the shape inside: a chevron up, a bar, a
 * chevron down. The own home is outlined in ink and named.
 */
import { createMemo, For, type JSX, onMount, Show } from "solid-js";
import type { HomeState, MicrogridMap, MicrogridState } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { fillOf } from "../../parts/energy.ts";
import { t } from "../../strings/dictionary.ts";

type Way = readonly (readonly [number, number])[];

export const STATE_ENERGY = { giving: "solar", own: "accumulator", taking: "microgrid" } as const;

const SIGN: Readonly<Record<HomeState, string>> = {
  giving: "M-4.5 2.2 0-2.3 4.5 2.2",
  own: "M-4.5 0H4.5",
  taking: "M-4.5-2.2 0 2.3 4.5-2.2",
};

/** On a phone the map is wider than its window: it slides, and opens with `at` in the middle. */
export function Pan(props: { at: number | undefined; width: number; children: JSX.Element }) {
  let box: HTMLElement | undefined;
  onMount(() => {
    const inside = box!.scrollWidth;
    box!.scrollLeft = ((props.at ?? props.width / 2) / props.width) * inside - box!.clientWidth / 2;
  });
  return (
    <section class="scroll pan" tabindex="0" aria-label={t("plant.map")} ref={box}>
      {props.children}
    </section>
  );
}

export function MicrogridView(props: {
  map: MicrogridMap;
  state: MicrogridState | undefined;
  own: number | undefined;
}) {
  const stateOf = (plant: number) => props.state?.states[String(plant)];
  const counts = createMemo(() => {
    const states = Object.values(props.state?.states ?? {});
    const count = (one: HomeState) => states.filter((state) => state === one).length;
    return { giving: count("giving"), own: count("own"), taking: count("taking") };
  });
  const loading = () => props.state?.transformerLoadingPercent;
  const own = () => props.map.homes.find((home) => home.plant === props.own);
  const label = () => {
    const what = t("plant.map_label", {
      name: props.map.name,
      homes: props.map.homes.length,
      feeders: props.map.feeders.length,
    });
    if (props.state === undefined) return what;
    return `${what} ${t("plant.map_states", counts())}`;
  };

  return (
    <svg
      class="microgrid"
      viewBox={`0 0 ${props.map.width} ${props.map.height}`}
      role="img"
      aria-label={label()}
    >
      <rect class="ground" width={props.map.width} height={props.map.height} rx="10" />
      <For each={props.map.streets}>{(street) => <path class="street" d={smooth(street.path)} />}</For>
      <For each={props.map.homes}>
        {(home) => <path class="service" d={`M${home.x} ${home.y}L${home.streetX} ${home.streetY}`} />}
      </For>
      <For each={props.map.feeders}>{(feeder) => <path class="feeder" d={smooth(feeder.path)} />}</For>
      <For each={props.map.streets}>
        {(street) => <StreetName name={street.name} path={street.path} homes={props.map.homes} />}
      </For>
      <For each={props.map.homes}>
        {(home) => (
          <g
            transform={`translate(${home.x} ${home.y})`}
            class="home"
            classList={{ mine: home.plant === props.own }}
          >
            <rect class="lot" x="-17" y="-14" width="34" height="28" rx="5" />
            <rect
              class="roof"
              x="-11"
              y="-8"
              width="22"
              height="16"
              rx="2.5"
              style={{
                fill:
                  stateOf(home.plant) === undefined
                    ? "var(--sunk)"
                    : fillOf(STATE_ENERGY[stateOf(home.plant)!]),
              }}
            />
            <Show when={stateOf(home.plant)}>{(state) => <path class="sign" d={SIGN[state()]} />}</Show>
          </g>
        )}
      </For>
      <g transform={`translate(${props.map.transformer.x} ${props.map.transformer.y})`} class="transformer">
        <rect x="-52" y="-22" width="104" height="44" rx="7" />
        <circle cx="-29" cy="0" r="9.5" />
        <circle cx="-18" cy="0" r="9.5" />
        <text x="2" y="-2" font-size="13" font-weight="600">
          {props.map.name}
        </text>
        <text
          x="2"
          y="14"
          font-size="12"
          class={loading() === undefined ? "" : loading()! > 100 ? "over" : loading()! > 80 ? "near" : ""}
        >
          {loading() === undefined ? "–" : local.percent(loading()! / 100)}
        </text>
      </g>
      <Show when={own()}>
        {(home) => (
          <g
            transform={`translate(${Math.min(Math.max(home().x, 50), props.map.width - 50)} ${home().y - 20})`}
            class="flag"
          >
            <rect
              x={-(home().name.length * 3.9 + 10)}
              y="-25"
              width={home().name.length * 7.8 + 20}
              height="25"
              rx="6"
            />
            <text text-anchor="middle" y="-8" font-size="13" font-weight="600">
              {home().name}
            </text>
          </g>
        )}
      </Show>
    </svg>
  );
}

/** A street's name lies along it above its feeder, in the first gap between service lines that holds it. */
function StreetName(props: { name: string; path: Way; homes: MicrogridMap["homes"] }) {
  const place = createMemo(() => {
    const [start, end] = [props.path[0]!, props.path.at(-1)!];
    if (Math.abs(end[1] - start[1]) > Math.abs(end[0] - start[0])) return undefined;
    const crossings = props.homes
      .filter(({ y, streetX, streetY }) => {
        const here = pointAt(props.path, streetX);
        return here !== undefined && Math.abs(here.y - streetY) < 24 && y < streetY;
      })
      .map(({ streetX }) => streetX)
      .sort((a, b) => a - b);
    const room = props.name.length * 6.6 + 8;
    const gap = crossings.findIndex((x, i) => (crossings[i + 1] ?? x) - x > room);
    return pointAt(
      props.path,
      gap === -1 ? start[0] + (end[0] - start[0]) / 2 : (crossings[gap]! + crossings[gap + 1]!) / 2,
    );
  });
  return (
    <Show when={place()}>
      {(at) => (
        <text
          class="street-name"
          x={at().x}
          y={at().y - 5}
          font-size="12.5"
          text-anchor="middle"
          transform={`rotate(${at().angle} ${at().x} ${at().y})`}
        >
          {props.name}
        </text>
      )}
    </Show>
  );
}

/** Height and slope of a way at an x inside it. */
function pointAt(path: Way, x: number): { x: number; y: number; angle: number } | undefined {
  for (let i = 1; i < path.length; i++) {
    const [ax, ay] = path[i - 1]!;
    const [bx, by] = path[i]!;
    if (x < Math.min(ax, bx) || x > Math.max(ax, bx) || ax === bx) continue;
    const slope = (by - ay) / (bx - ax);
    return { x, y: ay + slope * (x - ax), angle: Math.round((Math.atan(slope) * 180) / Math.PI) };
  }
  return undefined;
}

/** A way through its points as one smooth path: cubic segments whose tangents follow the neighbours. */
function smooth(path: Way): string {
  if (path.length < 3) return path.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("");
  let d = `M${path[0]![0]} ${path[0]![1]}`;
  for (let i = 1; i < path.length; i++) {
    const [p0, p1, p2, p3] = [path[i - 2] ?? path[i - 1]!, path[i - 1]!, path[i]!, path[i + 1] ?? path[i]!];
    const c1 = [p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6];
    const c2 = [p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6];
    d += `C${c1.map(one).join(" ")} ${c2.map(one).join(" ")} ${p2[0]} ${p2[1]}`;
  }
  return d;
}

function one(value: number): string {
  return value.toFixed(1);
}
