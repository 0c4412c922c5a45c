/**
 * What a simulated device shows of itself as SunSpec models in Modbus registers from 40000 on, and what it does when
 * they are written. An inverter shows 1, 103, 701 to 706 and 712; an accumulator 1, 701, 702, 704, 713 and 802. Both
 * are asked through 704: the inverter by `WMaxLimPct`, the accumulator by `WSet`, each with its reversion time.
 * Curves (705, 706, 712) are taken over on request, as devices do: the first one shows what holds. They, and 703, change
 * nothing of what the inverter gives.
 */
import type { PointValues } from "#devices/device.ts";
import type { RegisterImage } from "#devices/modbus-server.ts";
import { decodeModel, encodeModel, placesOf } from "#devices/sunspec-codec.ts";
import { CURVE_MODELS, type CurveModelId } from "#devices/sunspec-curves.ts";
import { type ModelValues, SUNSPEC_MODELS, type SunSpecModelId } from "#devices/sunspec-models.ts";
import type { SimulatedHome } from "./simulated-home.ts";

export const SUNSPEC_BASE = 40_000;
const MARK = new Uint8Array([0x53, 0x75, 0x6e, 0x53]);
const END = new Uint8Array([0xff, 0xff, 0, 0]);
const INT16_MAX = 32_767;
const ON = 1;
const OFF = 0;
const WATTS = 1;
const NOMINAL_V = 230;
/** Of the accumulator's cells, in series. */
const CELLS_V = 102.4;

/** What one device shows in registers: `fill` before somebody reads, `written` after somebody wrote. */
export interface RegisterFace {
  fill(): void;
  /** Registers [first, first + count) were written. */
  written(first: number, count: number): void;
}

type Values = { [Id in SunSpecModelId]?: ModelValues<Id> };

export function sunSpecInverter(home: SimulatedHome, image: RegisterImage): RegisterFace {
  const { inverter } = home.physics;
  const { device } = home.voices.get("inverter")!;
  let asked: ModelValues<704> = { ...CONTROL, WMaxLimPct: 100, WMaxLimPctRvrtTms: inverter.reversionS };
  return face(image, {
    constant: {
      1: common(device.sheet),
      702: {
        WMaxRtg: inverter.ratedW,
        WMax: inverter.ratedW,
        VAMaxRtg: inverter.ratedW,
        VAMax: inverter.ratedW,
        VNomRtg: NOMINAL_V,
        VNom: NOMINAL_V,
        W_SF: 0,
        VA_SF: 0,
        V_SF: -1,
      },
      703: ENTER_SERVICE,
      705: VOLT_VAR,
      706: VOLT_WATT,
      712: WATT_VAR,
    },
    moving() {
      const { values } = home.say("inverter");
      return {
        103: inverterModel(values),
        701: { ...measured(values), InvSt: values.state ?? 0 },
        704: { ...asked, WMaxLimPctEna: inverter.isHeld(home.physics.time) ? ON : OFF },
      };
    },
    control(values, isAsked) {
      asked = values;
      inverter.setReversion(values.WMaxLimPctRvrtTms ?? 0);
      if (!isAsked) return;
      const percent = values.WMaxLimPctEna === ON ? (values.WMaxLimPct ?? 100) : 100;
      home.obey("inverter", "powerMaxW", (inverter.ratedW * percent) / 100);
    },
    asks: ["WMaxLimPctEna", "WMaxLimPct"],
    order: [1, 103, 701, 702, 703, 704, 705, 706, 712],
  });
}

export function sunSpecAccumulator(home: SimulatedHome, image: RegisterImage): RegisterFace {
  const unit = home.physics.accumulator!;
  const { device } = home.voices.get("accumulator")!;
  const { cells, windowMin, windowMax } = unit.parameters;
  let asked: ModelValues<704> = { ...CONTROL, WSetMod: WATTS, WSet: 0, WSetRvrtTms: unit.holdS };
  return face(image, {
    constant: {
      1: common(device.sheet),
    },
    moving() {
      const { values } = home.say("accumulator");
      return {
        701: {
          ...measured(values),
          TotWhInj: values.dischargedWh ?? 0,
          TotWhAbs: values.chargedWh ?? 0,
          InvSt: 3,
        },
        // The settings are those of the moment: what the battery management allows.
        702: {
          WMaxRtg: cells.dischargePowerMaxW,
          WMax: cells.dischargePowerMaxW,
          WChaRteMaxRtg: cells.chargePowerMaxW,
          WDisChaRteMaxRtg: cells.dischargePowerMaxW,
          WChaRteMax: values.chargePowerMaxW ?? 0,
          WDisChaRteMax: values.dischargePowerMaxW ?? 0,
          VNomRtg: NOMINAL_V,
          VNom: NOMINAL_V,
          W_SF: 0,
          V_SF: -1,
        },
        704: { ...asked, WSetEna: unit.isHeld(home.physics.time) ? ON : OFF, WSetRvrtTms: unit.holdS },
        713: {
          WHRtg: values.capacityWh ?? 0,
          WHAvail: values.storedWh ?? 0,
          SoC: values.socPercent ?? 0,
          SoH: values.healthPercent ?? 0,
          Sta: 0,
          WH_SF: values.capacityWh! > 65_000 ? 1 : 0,
          Pct_SF: -2,
        },
        802: battery(values, 100 * windowMin, 100 * windowMax),
      };
    },
    control(values, isAsked) {
      asked = values;
      if ((values.WSetRvrtTms ?? 0) > 0) home.obey("accumulator", "setpointHoldS", values.WSetRvrtTms!);
      if (!isAsked) return;
      const watts =
        values.WSetMod === WATTS
          ? (values.WSet ?? 0)
          : ((values.WSetPct ?? 0) * cells.dischargePowerMaxW) / 100;
      home.obey("accumulator", "setPowerW", values.WSetEna === ON ? watts : 0);
    },
    asks: ["WSetEna", "WSetMod", "WSet", "WSetPct"],
    order: [1, 701, 702, 704, 713, 802],
  });
}

interface Shown {
  readonly order: readonly SunSpecModelId[];
  /** Set once; what is writable in them stays as it is written. */
  readonly constant: Values;
  readonly moving: () => Values & { readonly 704: ModelValues<704> };
  /** Points of 704 that are a word to the device; each time one is written, it counts anew. */
  readonly asks: readonly string[];
  /** 704 was written, and whether something was asked by it. */
  readonly control: (values: ModelValues<704>, isAsked: boolean) => void;
}

function face(image: RegisterImage, shown: Shown): RegisterFace {
  const starts = new Map<SunSpecModelId, number>();
  const first = { ...shown.constant, ...shown.moving() };
  let at = SUNSPEC_BASE + MARK.length / 2;
  image.set(SUNSPEC_BASE, MARK);
  for (const id of shown.order) {
    const words = wordsOf(id, first);
    image.set(at, words);
    starts.set(id, at);
    at += words.length / 2;
  }
  image.set(at, END);
  const control = starts.get(704)!;
  const places = placesOf(SUNSPEC_MODELS[704], {}).map(({ path, offset, point }) => ({
    isAsk: shown.asks.includes(String(path[0])),
    from: control + offset,
    until: control + offset + point.size,
  }));
  const length = places.at(-1)!.until - control;
  return {
    fill() {
      const values = shown.moving();
      for (const id of Object.keys(values).map(Number) as SunSpecModelId[]) {
        image.set(starts.get(id)!, wordsOf(id, values));
      }
    },
    written(from, count) {
      for (const id of CURVE_MODELS) {
        const start = starts.get(id);
        if (start !== undefined) adopt(image, id, start, from, count);
      }
      const touched = places.filter((place) => from < place.until && place.from < from + count);
      if (touched.length === 0) return;
      const values = decodeModel(SUNSPEC_MODELS[704], image.get(control, length)!);
      shown.control(
        values,
        touched.some(({ isAsk }) => isAsk),
      );
    },
  };
}

/** Where the request was written: the curve becomes the first one, if it is one that could hold. */
function adopt(image: RegisterImage, id: CurveModelId, start: number, from: number, count: number): void {
  const head = image.get(start, 2)!;
  const words = image.get(start, 2 + ((head[2]! << 8) | head[3]!))!;
  const values = decodeModel(SUNSPEC_MODELS[id], words) as ModelValues<705>;
  const request = placesOf(SUNSPEC_MODELS[id], values as never).find(({ path }) => path[0] === "AdptCrvReq")!;
  const at = start + request.offset;
  if (at < from || at >= from + count) return;
  const curves = values.Crv ?? [];
  const curve = curves[(values.AdptCrvReq ?? 0) - 1];
  const active = curve?.ActPt ?? 0;
  const isFit = curve !== undefined && active >= 2 && active <= (values.NPt ?? 0);
  const taken = isFit ? { ...values, Crv: [{ ...curve, ReadOnly: 1 }, ...curves.slice(1)] } : values;
  image.set(start, encodeModel(SUNSPEC_MODELS[id], { ...taken, AdptCrvRslt: isFit ? 1 : 2 } as never));
}

function wordsOf(id: SunSpecModelId, values: Values): Uint8Array {
  return encodeModel(SUNSPEC_MODELS[id], (values[id] ?? {}) as never);
}

function common(sheet: Readonly<Record<string, string>>): ModelValues<1> {
  return { Mn: sheet.manufacturer!, Md: sheet.model!, Vr: sheet.version!, SN: sheet.serialNumber!, DA: 1 };
}

/** What a register of 16 bits can hold of it. */
function fitted(value = 0, steps = 1): number {
  return Math.max(-INT16_MAX / steps, Math.min(INT16_MAX / steps, value));
}

function measured(values: PointValues): ModelValues<701> {
  const phase = (name: "powerL1W" | "powerL2W" | "powerL3W") => fitted(values[name]);
  const current = (name: "currentL1A" | "currentL2A" | "currentL3A") => fitted(values[name], 100);
  const power = fitted(values.powerW);
  return {
    ACType: 2,
    St: ON,
    ConnSt: ON,
    Alrm: 0,
    W: power,
    VA: Math.abs(power),
    Var: 0,
    PF: 1,
    A: current("currentL1A") + current("currentL2A") + current("currentL3A"),
    LNV: values.voltageL1V ?? NOMINAL_V,
    Hz: values.frequencyHz ?? 50,
    TotWhInj: values.energyWh ?? 0,
    TotWhAbs: 0,
    TmpCab: values.temperatureC ?? 0,
    WL1: phase("powerL1W"),
    WL2: phase("powerL2W"),
    WL3: phase("powerL3W"),
    AL1: current("currentL1A"),
    AL2: current("currentL2A"),
    AL3: current("currentL3A"),
    VL1: values.voltageL1V ?? NOMINAL_V,
    VL2: values.voltageL2V ?? NOMINAL_V,
    VL3: values.voltageL3V ?? NOMINAL_V,
    A_SF: -2,
    V_SF: -1,
    Hz_SF: -3,
    W_SF: 0,
    PF_SF: -3,
    VA_SF: 0,
    Var_SF: 0,
    TotWh_SF: 0,
    Tmp_SF: -1,
  };
}

/** Of `devices/points`, a state plus one is model 103's. */
function inverterModel(values: PointValues): ModelValues<103> {
  const current = (value = 0) => Math.abs(fitted(value, 100));
  const [a, b, c] = [values.currentL1A, values.currentL2A, values.currentL3A].map(current);
  return {
    A: a! + b! + c!,
    AphA: a!,
    AphB: b!,
    AphC: c!,
    PhVphA: values.voltageL1V ?? NOMINAL_V,
    PhVphB: values.voltageL2V ?? NOMINAL_V,
    PhVphC: values.voltageL3V ?? NOMINAL_V,
    W: fitted(values.powerW),
    Hz: values.frequencyHz ?? 50,
    VA: Math.abs(fitted(values.powerW)),
    VAr: 0,
    WH: values.energyWh ?? 0,
    TmpCab: values.temperatureC ?? 0,
    St: (values.state ?? 0) + 1,
    Evt1: 0,
    Evt2: 0,
    A_SF: -2,
    V_SF: -1,
    W_SF: 0,
    Hz_SF: -2,
    VA_SF: 0,
    VAr_SF: 0,
    WH_SF: 0,
    Tmp_SF: -1,
  };
}

function battery(values: PointValues, socMin: number, socMax: number): ModelValues<802> {
  const { powerW = 0, socPercent = 0 } = values;
  const amps = (watts: number) => watts / CELLS_V;
  return {
    AHRtg: amps(values.capacityWh ?? 0),
    WHRtg: values.capacityWh ?? 0,
    WChaRteMax: values.chargePowerMaxW ?? 0,
    WDisChaRteMax: values.dischargePowerMaxW ?? 0,
    SoCMax: socMax,
    SoCMin: socMin,
    SoC: socPercent,
    SoH: values.healthPercent ?? 0,
    ChaSt: socPercent >= socMax ? 5 : socPercent <= socMin ? 2 : powerW > 0 ? 3 : powerW < 0 ? 4 : 6,
    LocRemCtl: 0,
    AlmRst: 0,
    Typ: 4,
    State: 3,
    Evt1: 0,
    Evt2: 0,
    EvtVnd1: 0,
    EvtVnd2: 0,
    V: CELLS_V,
    A: fitted(amps(powerW), 10),
    AChaMax: amps(values.chargePowerMaxW ?? 0),
    ADisChaMax: amps(values.dischargePowerMaxW ?? 0),
    W: fitted(powerW),
    SetOp: 1,
    SetInvState: 3,
    AHRtg_SF: -1,
    WHRtg_SF: values.capacityWh! > 65_000 ? 1 : 0,
    WChaDisChaMax_SF: 0,
    SoC_SF: -2,
    SoH_SF: -1,
    V_SF: -1,
    CellV_SF: -3,
    A_SF: -1,
    AMax_SF: -1,
    W_SF: 0,
  };
}

const CONTROL: ModelValues<704> = {
  WMaxLimPctEna: OFF,
  WMaxLimPct: 100,
  WMaxLimPctRvrt: 100,
  WMaxLimPctEnaRvrt: OFF,
  WSetEna: OFF,
  WSetMod: WATTS,
  WSet: 0,
  WSetPct: 0,
  WSetEnaRvrt: OFF,
  PF_SF: -3,
  WMaxLimPct_SF: -2,
  WSet_SF: 0,
  WSetPct_SF: -2,
};
const ENTER_SERVICE: ModelValues<703> = {
  ES: ON,
  ESVHi: 110,
  ESVLo: 90,
  ESHzHi: 50.2,
  ESHzLo: 47.5,
  ESDlyTms: 60,
  V_SF: -1,
  Hz_SF: -2,
};
const CURVE = { Ena: OFF, AdptCrvReq: 0, AdptCrvRslt: 1, NCrv: 3, DeptRef_SF: -1 } as const;

/** The one that holds, and two that may be written. */
function thrice<C extends object>(curve: C): readonly [C, C, C] {
  return [{ ...curve, ReadOnly: 1 }, curve, curve];
}

const VOLT_VAR: ModelValues<705> = {
  ...CURVE,
  NPt: 4,
  V_SF: -1,
  RspTms_SF: 0,
  Crv: thrice({
    ActPt: 4,
    DeptRef: 1,
    Pri: 1,
    RspTms: 10,
    ReadOnly: 0,
    Pt: [
      { V: 93, Var: 44 },
      { V: 97, Var: 0 },
      { V: 103, Var: 0 },
      { V: 107, Var: -44 },
    ],
  }),
};
const VOLT_WATT: ModelValues<706> = {
  ...CURVE,
  NPt: 4,
  V_SF: -1,
  RspTms_SF: 0,
  Crv: thrice({
    ActPt: 2,
    DeptRef: 0,
    RspTms: 10,
    ReadOnly: 0,
    Pt: [
      { V: 109, W: 100 },
      { V: 112, W: 20 },
    ],
  }),
};
const WATT_VAR: ModelValues<712> = {
  ...CURVE,
  NPt: 4,
  W_SF: -1,
  Crv: thrice({
    ActPt: 2,
    DeptRef: 1,
    Pri: 0,
    ReadOnly: 0,
    Pt: [
      { W: 50, Var: 0 },
      { W: 100, Var: -44 },
    ],
  }),
};
