/**
 * A home's heat: a heat pump or a small combined heat and power unit (micro-CHP), the buffer tank that both fill, and
 * the rooms that it warms.
 *
 * - **Heat pump**: the coefficient of performance is the share `carnotShare` of Carnot's between a source a little
 *   colder than the outdoor air and a condenser a little warmer than the tank (EN 14825 tests lie at shares of 0.4 to
 *   0.5), at most `copMax`.
 * - **Micro-CHP**: makes `heatPerWatt` of heat for each watt of electricity, from gas.
 * - **Tank**: water, stirred; loses to the room in which it stands.
 * - **Rooms**: one capacity behind one conductance to the outdoor air (the 1R1C of ISO 13790's simple method),
 *   warmed by the tank as far as the thermostat opens, by people, and by the sun.
 *
 * Temperatures °C, powers W, sensible heat only. Each step closes exactly: what the tank holds more is what came in
 * less what went out, and likewise the rooms. Left out: layers in the tank, defrosting, starts of the compressor.
 */

/** Wh per litre and kelvin. */
const WATER_WH = 1.163;
const KELVIN = 273.15;

export interface HeatPump {
  /** Electric, at full speed; it modulates down to `powerMinW` and is off below. */
  readonly powerMaxW: number;
  readonly powerMinW: number;
  readonly carnotShare: number;
  readonly copMax: number;
}

export interface MicroChp {
  /** Electric; it runs at this or not at all. */
  readonly powerW: number;
  readonly heatPerWatt: number;
}

export interface Warmth {
  readonly tankLitres: number;
  readonly tankLossWPerK: number;
  /** What the heating takes out of the tank at most. */
  readonly heatingMaxW: number;
  readonly roomsWhPerK: number;
  readonly roomsLossWPerK: number;
  /** The thermostat. */
  readonly roomTargetC: number;
}

export interface HeatState {
  tankC: number;
  roomC: number;
}

/** What a step meets from outside, W of heat; the tap takes out of the tank. */
export interface HeatWeather {
  readonly outdoorC: number;
  readonly gainsW: number;
  readonly tapW: number;
}

/** Where the heat of a step went, W: `made + gains = tankGain + roomGain + lost + tap`. */
export interface HeatFlows {
  readonly madeW: number;
  readonly heatingW: number;
  readonly tapW: number;
  readonly lostW: number;
  readonly tankGainW: number;
  readonly roomGainW: number;
}

const SOURCE_COLDER_K = 5;
const CONDENSER_WARMER_K = 5;

/** Heat ÷ electricity at these temperatures, ≥ 1. */
export function performanceOf({ carnotShare, copMax }: HeatPump, outdoorC: number, tankC: number): number {
  const hotK = tankC + CONDENSER_WARMER_K + KELVIN;
  const liftK = tankC + CONDENSER_WARMER_K - (outdoorC - SOURCE_COLDER_K);
  // Where the source is as warm as the tank nothing has to be lifted.
  const cop = liftK <= 0 ? copMax : (carnotShare * hotK) / liftK;
  return Math.min(copMax, Math.max(1, cop));
}

/** What the pump does of what it is asked: nothing under its least speed, at most its rating. W. */
export function pumpPowerW({ powerMinW, powerMaxW }: HeatPump, askedW: number): number {
  return askedW < powerMinW ? 0 : Math.min(askedW, powerMaxW);
}

/**
 * One step with `madeW` of heat into the tank; steps of up to a quarter hour. The tank gives what the thermostat asks
 * and no more than it holds above the room.
 */
export function stepHeat(
  { tankLitres, tankLossWPerK, heatingMaxW, roomsWhPerK, roomsLossWPerK, roomTargetC }: Warmth,
  state: HeatState,
  seconds: number,
  madeW: number,
  weather: HeatWeather,
): HeatFlows {
  const hours = seconds / 3600;
  const tankWhPerK = tankLitres * WATER_WH;
  const { outdoorC, gainsW } = weather;
  const roomsLossW = roomsLossWPerK * (state.roomC - outdoorC);
  // The tank stands in the house: what it loses warms the rooms.
  const tankLossW = tankLossWPerK * (state.tankC - state.roomC);
  const aboveRoomW = Math.max(0, ((state.tankC - state.roomC) * tankWhPerK) / hours - tankLossW);
  const tapW = Math.min(weather.tapW, aboveRoomW);
  const wantedW = ((roomTargetC - state.roomC) * roomsWhPerK) / hours + roomsLossW - gainsW - tankLossW;
  const heatingW = Math.max(0, Math.min(wantedW, heatingMaxW, aboveRoomW - tapW));
  const tankGainW = madeW - heatingW - tapW - tankLossW;
  const roomGainW = heatingW + gainsW + tankLossW - roomsLossW;
  state.tankC += (tankGainW * hours) / tankWhPerK;
  state.roomC += (roomGainW * hours) / roomsWhPerK;
  return { madeW, heatingW, tapW, lostW: roomsLossW, tankGainW, roomGainW };
}

/** Heat that the tank takes until it is at `tankC`, Wh; 0 where it is warmer. */
export function tankRoomWh({ tankLitres }: Warmth, state: HeatState, tankC: number): number {
  return Math.max(0, (tankC - state.tankC) * tankLitres * WATER_WH);
}
