/**
 * One cycle of the gateway, input to output: a frozen process image and what is known from elsewhere go in, setpoints
 * with their reasons come out. It knows no clock, no socket and no disk: the runner hands everything in, and so do
 * tests that run years of it against simulated devices.
 *
 * In order: which values are to be believed (`suspicion`); what is missing, hence which safe state; what the BEC wants
 * (`control/commanded` with the plan's value); what the limits leave of it (`control/limits`), the last word; and what
 * is written to which device. A cycle that knows too little asks for rest, never for what it asked last.
 *
 * The accumulators of a home count as one for the decision; the limits share the result out to each by what it bears.
 */
import {
  type Command,
  type CommandBound,
  type Directive,
  directiveOf,
  type Heard,
} from "#control/command.ts";
import { decide, explainObeyed, type Obeyed } from "#control/commanded.ts";
import type { Decision, Situation } from "#control/dispatch.ts";
import {
  type AccumulatorLimits,
  type Failsafe,
  type FlowLimit,
  type Limited,
  type LimitName,
  limit,
  type TimedLimit,
  timedLimit,
} from "#control/limits.ts";
import { strictestOf } from "#control/operator-limit.ts";
import { LINK_TRUSTED_S, type SupplyLimit, type SupplyOrder, supplyLimit } from "#control/supply-limit.ts";
import type { ValueTable } from "#control/value-table.ts";
import type { PointName } from "#devices/points.ts";
import { Accumulator } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { onGrid } from "#plant/resolution.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Symptom } from "./fault-book.ts";
import type { GasSeen } from "./gas-power.ts";
import { gasLeftW, gasSeen, type HomeNow, homeNow, measuredFlows, ofLoads } from "./home-now.ts";
import type { HomeSettings } from "./home-settings.ts";
import type { SteeredLoads } from "./loads/steered-loads.ts";
import { type Books, solarShareOf } from "./meter.ts";
import { type DeviceImage, FRESH_MS, freshValue, ofKind, type ProcessImage } from "./process-image.ts";
import { SAFE_STATES, type SafeStateName } from "./safe-state.ts";
import { Suspicion } from "./suspicion.ts";

/** What a cycle needs beside its image. */
export interface CycleInputs {
  readonly image: ProcessImage;
  /** Since the last cycle, by the clock that the home goes by, s. */
  readonly seconds: number;
  /** Content by the meter's books, to tell the origins apart; how much it is the device says. */
  readonly books: Books;
  readonly supply: SupplyOrder;
  /** Since the platform was last heard, s. */
  readonly silentS: number;
  readonly isLinkUp: boolean;
  readonly isClockRight: boolean;
  /** Sold and not yet delivered, J at the terminals. */
  readonly saleRemainingJ: number;
  readonly gridEnergySellable: boolean;
  readonly operator: readonly TimedLimit[];
  /** What holds of the connection while the platform is silent. */
  readonly failsafe: Failsafe | undefined;
  readonly importPriceAt: (start: number) => number;
  readonly feedInPrice: number;
  readonly reserveWh: number;
  /** Of the present plan. */
  readonly values: ValueTable | undefined;
  readonly heard: Heard;
  readonly local: Command | null;
}

export interface Output {
  readonly device: string;
  readonly point: PointName;
  readonly value: number;
  /** Of a switch: the device says otherwise, and it is no hand that turned it. */
  readonly again?: boolean;
}

export interface CycleResult {
  readonly outputs: readonly Output[];
  /** Number of the decision's code. */
  readonly code: number;
  /** The decision with its numbers as they are now. Allocates: for when it is kept or shown. */
  explain(since: number): Decision;
  readonly safeState: SafeStateName;
  readonly limited: Limited;
  /** What the supply contract lets in. */
  readonly supply: SupplyLimit;
  /** Everything odd of this instant. */
  readonly symptoms: readonly Symptom[];
  /** What flows by the devices' own measurement, W by `plant/flows`; `undefined` where a part is missing. */
  readonly measuredW: Float64Array | undefined;
  /** By the state of charge, Wh; `undefined` where nobody knows it. */
  readonly storedWh: number | undefined;
  /** What micro-CHPs give; `undefined` in a home without one. */
  readonly gas: GasSeen | undefined;
  /** What the owner's command, or the switch at the box, comes to. */
  readonly directive: Directive;
  /** What kept the accumulator from it. */
  readonly bound: CommandBound | null;
  /** Loads whose reason is another than in the last cycle. */
  readonly loadsChanged: readonly LoadReport[];
}

/** A curtailed inverter may give so much more each second, W: the accumulator makes room first. */
const PROBE_W = 200;

export class Cycle {
  readonly #settings: HomeSettings;
  readonly #suspicion: Suspicion;
  /** Last setpoints by accumulator, W. */
  readonly #setpointsW = new Map<string, number>();
  readonly #flowsW = new Float64Array(FLOWS);
  readonly #outcome: Obeyed = { code: 0, bound: null };
  /** What the inverters were last allowed together, and what they could give, W. */
  #inverterMaxW = Number.POSITIVE_INFINITY;
  #inverterRatedW = 0;

  readonly #loads: SteeredLoads | undefined;

  constructor(settings: HomeSettings, loads?: SteeredLoads) {
    this.#settings = settings;
    this.#loads = loads;
    this.#suspicion = new Suspicion(settings);
  }

  run(inputs: CycleInputs): CycleResult {
    const { image, seconds } = inputs;
    // A cycle may stand for several seconds of a clock that runs faster.
    const maxAgeMs = FRESH_MS * Math.max(1, seconds);
    const doubts = this.#suspicion.examine(image, this.#setpointsW, maxAgeMs);
    const believed = without(image, new Set(doubts.filter(({ isLost }) => isLost).map(({ id }) => id)));
    const home = homeNow(believed, maxAgeMs);
    const symptoms: Symptom[] = doubts.map(({ id, code, numbers }) => ({ code, device: id, numbers }));
    const safeState = safeStateOf(image, home, inputs);
    const batteries = this.#accumulatorLimits(image, believed, maxAgeMs);
    const now = Math.floor(image.at / 1000);
    const operator = operatorLimits(inputs, now);
    const situation = this.#situation(inputs, home, batteries);
    situation.demandResponse = strictestOf(operator);
    const flow = this.#flowLimits(situation.supply, operator);
    const directive = directiveOf(
      {
        heard: inputs.isClockRight ? inputs.heard : { ...inputs.heard, command: null },
        local: inputs.local,
      },
      {
        now,
        storedWh: situation.accumulator?.storedWh ?? 0,
        oneWayEfficiency: situation.accumulator?.oneWayEfficiency ?? 1,
        reserveWh: situation.reserveWh,
        importPriceAt: inputs.importPriceAt,
        capacityWh: situation.accumulator?.parameters.capacityWh ?? 0,
        chargePowerMaxW: situation.accumulator?.parameters.chargePowerMaxW ?? 0,
        dischargePowerMaxW: situation.accumulator?.parameters.dischargePowerMaxW ?? 0,
      },
    );
    const loads = this.#loads?.run({
      ...{ image: believed, maxAgeMs, now, seconds, importPrice: situation.importPrice },
      home: home.gridW === undefined ? undefined : ofLoads(situation, home),
      importMaxW: Math.min(...flow.map(({ importPowerMaxW }) => importPowerMaxW)),
      phases: this.#phases(believed, maxAgeMs),
      accumulatorsW: home.accumulatorsW ?? 0,
      isClockRight: inputs.isClockRight,
    });
    decide(situation, directive, this.#flowsW, this.#outcome);
    // What the house does not use of a gas engine's power is better stored than given away.
    const wantedW = this.#wantedW(home);
    const isFree = directive.act === "free" && wantedW <= 0;
    const limited = limit(isFree ? wantedW - gasLeftW(home) : wantedW, {
      accumulators: batteries,
      gridW: home.gridW,
      solarW: home.solarW,
      phases: this.#phases(believed, maxAgeMs),
      flow,
      seconds: Math.max(1, seconds),
    });
    if (!limited.isKept && home.gridW !== undefined && !Number.isFinite(limited.inverterMaxW)) {
      symptoms.push({
        code: "limit_not_kept",
        device: "gateway",
        numbers: { gridW: Math.round(home.gridW), accumulatorW: Math.round(limited.totalW) },
      });
    }
    const { code } = this.#outcome;
    const outputs = this.#outputs(image, home, batteries, limited, flow);
    const isInverterBound = this.#inverterMaxW < this.#inverterRatedW;
    const bound = this.#outcome.bound ?? boundOf(directive, limited, safeState);
    return {
      outputs: [...outputs, ...(loads?.outputs ?? [])],
      loadsChanged: loads?.changed ?? [],
      code,
      explain: (since) => explainObeyed({ code, bound }, situation, directive, since),
      safeState,
      limited: isInverterBound ? limited : { ...limited, inverterBound: undefined },
      supply: situation.supply,
      symptoms,
      measuredW: measuredFlows(home),
      storedWh: home.storedWh,
      gas: gasSeen(image, home),
      directive,
      bound,
    };
  }

  /** What the BEC's flows ask of the accumulators together, W. */
  #wantedW({ gridW, solarW }: HomeNow): number {
    const flowsW = this.#flowsW;
    if (gridW === undefined) return 0;
    const wanted =
      flowsW[FLOW.accumulatorToHome]! +
      flowsW[FLOW.accumulatorToGrid]! -
      flowsW[FLOW.solarToAccumulator]! -
      flowsW[FLOW.gridToAccumulator]!;
    return wanted <= 0 && this.#isCurtailed(solarW) ? wanted - PROBE_W : wanted;
  }

  #situation(
    inputs: CycleInputs,
    { gridW, solarW, accumulatorsW, storedWh }: HomeNow,
    batteries: readonly AccumulatorLimits[],
  ): Situation {
    const { accumulator: sheet } = this.#settings;
    let capacityWh = 0;
    let chargePowerMaxW = 0;
    let dischargePowerMaxW = 0;
    for (const battery of batteries) {
      capacityWh += battery.capacityWh;
      chargePowerMaxW += battery.chargePowerMaxW;
      dischargePowerMaxW += battery.dischargePowerMaxW;
    }
    let accumulator: Accumulator | undefined;
    if (capacityWh > 0) {
      const content = Math.max(0, Math.min(capacityWh, storedWh ?? 0));
      const solarShare = solarShareOf(inputs.books);
      accumulator = new Accumulator(
        {
          capacityWh,
          chargePowerMaxW: onGrid(chargePowerMaxW),
          dischargePowerMaxW: onGrid(dischargePowerMaxW),
          roundTripEfficiency: sheet.roundTripEfficiency,
          standbyLossW: 0,
        },
        content * solarShare,
        content - content * solarShare,
      );
    }
    // Where the sun's part is unknown the net of home and panels is known all the same.
    const netW = (gridW ?? 0) + (accumulatorsW ?? 0);
    const sunW = solarW === undefined ? Math.max(0, -netW) : Math.max(0, solarW);
    const loadW = solarW === undefined ? Math.max(0, netW) : Math.max(0, netW + solarW);
    const usable = inputs.isClockRight;
    return {
      seconds: Math.max(1, Math.round(inputs.seconds)),
      solarW: onGrid(sunW),
      loadW: onGrid(loadW),
      accumulator,
      connection: this.#settings.connection,
      supply: supplyLimit(inputs.supply, { silentS: inputs.silentS, trustedS: LINK_TRUSTED_S }),
      reserveWh: Math.max(inputs.reserveWh, (capacityWh * sheet.socMinPercent) / 100),
      saleRemainingJ: usable ? inputs.saleRemainingJ : 0,
      gridEnergySellable: inputs.gridEnergySellable,
      importPrice: inputs.importPriceAt(Math.floor(inputs.image.at / 1000)),
      feedInPrice: inputs.feedInPrice,
      storedValue: Number.NaN,
      values: usable && capacityWh > 0 ? inputs.values : undefined,
      wear: sheet.wear,
      ceilingWh: (capacityWh * sheet.socMaxPercent) / 100,
    };
  }

  #accumulatorLimits(
    image: ProcessImage,
    believed: ProcessImage,
    maxAgeMs: number,
  ): (AccumulatorLimits & { readonly isBelieved: boolean })[] {
    const { accumulator: sheet } = this.#settings;
    const known = new Map(believed.devices.map((device) => [device.id, device]));
    return ofKind(image, "accumulator").map((device) => {
      const isBelieved = known.get(device.id)?.measuredAt !== undefined;
      const { values } = device;
      const least = (a: number | undefined, b: number) => Math.max(0, Math.min(a ?? b, b || a || 0));
      const chargePowerMaxW = least(values.chargePowerMaxW, sheet.chargePowerMaxW);
      const dischargePowerMaxW = least(values.dischargePowerMaxW, sheet.dischargePowerMaxW);
      return {
        id: device.id,
        isBelieved,
        chargePowerMaxW,
        dischargePowerMaxW,
        capacityWh: sheet.capacityWh || (values.capacityWh ?? 0),
        socPercent: isBelieved ? freshValue(image, device, "socPercent", maxAgeMs) : undefined,
        socMinPercent: sheet.socMinPercent,
        socMaxPercent: sheet.socMaxPercent,
        taper: sheet.taper,
        rampWPerS: sheet.rampWPerS || Math.max(chargePowerMaxW, dischargePowerMaxW) / 2,
        setpointW: this.#setpointsW.get(device.id) ?? 0,
        powerW: isBelieved ? (values.powerW ?? 0) : 0,
      };
    });
  }

  #phases(image: ProcessImage, maxAgeMs: number) {
    const { fuseA, voltageV, phaseShares } = this.#settings;
    const [counter] = ofKind(image, "counter");
    if (fuseA === 0 || counter === undefined) return undefined;
    const powersW: number[] = [];
    for (const point of ["powerL1W", "powerL2W", "powerL3W"] as const) {
      const powerW = freshValue(image, counter, point, maxAgeMs);
      if (powerW === undefined) break;
      powersW.push(powerW);
    }
    const wholeW = freshValue(image, counter, "powerW", maxAgeMs);
    if (powersW.length === 0 && wholeW !== undefined && phaseShares.length === 1) powersW.push(wholeW);
    return powersW.length === 0 ? undefined : { fuseA, voltageV, powersW, shares: phaseShares };
  }

  #flowLimits(supply: SupplyLimit, operator: readonly FlowLimit[]): FlowLimit[] {
    const { connection } = this.#settings;
    const contract = { importPowerMaxW: supply.powerMaxW, exportPowerMaxW: Number.POSITIVE_INFINITY };
    return [{ name: "connection", ...connection }, { name: "contract", ...contract }, ...operator];
  }

  #outputs(
    image: ProcessImage,
    { gridW, solarW }: HomeNow,
    batteries: readonly (AccumulatorLimits & { readonly isBelieved: boolean })[],
    limited: Limited,
    flow: readonly FlowLimit[],
  ): Output[] {
    const outputs: Output[] = [];
    for (const [i, battery] of batteries.entries()) {
      const setpointW = battery.isBelieved ? Math.round(limited.setpointsW[i]!) : 0;
      this.#setpointsW.set(battery.id, setpointW);
      outputs.push({ device: battery.id, point: "setPowerW", value: setpointW });
    }
    const inverters = ofKind(image, "inverter");
    const ratedW = inverters.map(({ values }) => values.ratedPowerW ?? values.powerMaxW ?? 0);
    const allW = ratedW.reduce((sum, rated) => sum + rated, 0);
    // Where nobody knows what the home uses, or what the panels give, they alone must not break the limit.
    const blindW = Math.min(...flow.map(({ exportPowerMaxW }) => exportPowerMaxW));
    const mostW = gridW === undefined || solarW === undefined ? blindW : limited.inverterMaxW;
    this.#inverterMaxW = Math.min(mostW, allW);
    this.#inverterRatedW = allW;
    for (const [i, inverter] of inverters.entries()) {
      const rated = ratedW[i]!;
      if (rated === 0) continue;
      const value = Math.round(Math.min(rated, (mostW * rated) / allW));
      outputs.push({ device: inverter.id, point: "powerMaxW", value });
    }
    return outputs;
  }

  /** Whether the panels would give more than they may. */
  #isCurtailed(solarW: number | undefined): boolean {
    if (solarW === undefined || this.#inverterMaxW >= this.#inverterRatedW) return false;
    return solarW > PROBE_W && solarW >= this.#inverterMaxW - PROBE_W / 2;
  }
}

/** What the grid's operator lets through now. With a wrong clock every order that could be in force is. */
function operatorLimits(inputs: CycleInputs, now: number): FlowLimit[] {
  const { operator, failsafe, silentS, isClockRight } = inputs;
  const orders = isClockRight ? operator : operator.map((order) => ({ ...order, from: now, until: now + 1 }));
  return timedLimit(orders, failsafe, { now, silentS });
}

/** The image with the values of some devices taken out. */
function without(image: ProcessImage, lost: ReadonlySet<string>): ProcessImage {
  if (lost.size === 0) return image;
  const devices = image.devices.map(
    (device): DeviceImage => (lost.has(device.id) ? { ...device, measuredAt: undefined } : device),
  );
  return { at: image.at, devices };
}

function safeStateOf(image: ProcessImage, home: HomeNow, inputs: CycleInputs): SafeStateName {
  const isLost: Readonly<Record<SafeStateName, boolean>> = {
    all_lost: image.devices.length > 0 && image.devices.every(({ problem }) => problem !== undefined),
    accumulator_lost: home.hasAccumulator && home.accumulatorsW === undefined,
    counter_lost: home.gridW === undefined,
    inverter_lost: home.solarW === undefined,
    clock_wrong: !inputs.isClockRight,
    link_lost: !inputs.isLinkUp,
    plan_lost: inputs.values === undefined,
    normal: true,
  };
  return SAFE_STATES.find((name) => isLost[name])!;
}

/** Where limits and safe states, not the BEC, keep the accumulator from what was asked. */
function boundOf({ act }: Directive, { bound, totalW }: Limited, state: SafeStateName): CommandBound | null {
  if (act === "free" || act === "hold") return null;
  if (BLIND.has(state)) return "safe_state";
  if (bound === undefined) return null;
  const charges = act === "charge" || totalW < 0;
  const by: Readonly<Partial<Record<LimitName, CommandBound>>> = {
    not_available: "safe_state",
    device_power: "power_limit",
    soc_taper: "power_limit",
    soc_window: charges ? "full" : "reserve",
    phase_current: charges ? "import_limit" : "export_limit",
    connection: charges ? "import_limit" : "export_limit",
    contract: "supply",
    operator: "operator",
  };
  // On the ramp it is on its way to what was asked.
  return by[bound] ?? null;
}

/** States in which no command is obeyed. */
const BLIND: ReadonlySet<SafeStateName> = new Set(["all_lost", "accumulator_lost", "counter_lost"]);
