/**
 * The devices of a simulated home as `devices/points` sees them: which points each has, out of the physics that they
 * share. What a device's own protocol makes of a point stands with that protocol.
 */
import type { PointValues } from "#devices/device.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { Appliance } from "./appliance.ts";
import type { CarAtHome } from "./car-at-home.ts";
import type { HeatPumpAtHome } from "./heat-pump-at-home.ts";
import type { HomePhysics } from "./home-physics.ts";
import type { MicroChpAtHome } from "./micro-chp-at-home.ts";
import type { SimulatedDevice } from "./voice.ts";

const MAKER = "Contrada";

/** Each device of a home: its sheet, what it says of the last full second, what it obeys. */
export function devicesOf(
  physics: HomePhysics,
  {
    appliances,
    car,
    heatPump,
    microChp,
  }: {
    readonly appliances: readonly Appliance[];
    readonly car: CarAtHome | undefined;
    readonly heatPump: HeatPumpAtHome | undefined;
    readonly microChp: MicroChpAtHome | undefined;
  },
  serial: string,
): readonly SimulatedDevice[] {
  const { inverter, accumulator, counter } = physics;
  const wh = (joules: number) => Math.floor(joules / J_PER_WH);
  const lines = (): PointValues => {
    const { powerW, voltageV, currentA, frequencyHz } = counter.phases();
    return {
      voltageL1V: voltageV[0],
      voltageL2V: voltageV[1],
      voltageL3V: voltageV[2],
      currentL1A: currentA[0],
      currentL2A: currentA[1],
      currentL3A: currentA[2],
      powerL1W: powerW[0],
      powerL2W: powerW[1],
      powerL3W: powerW[2],
      frequencyHz,
    };
  };
  /** What feeds all three phases alike sees the mains and its own share of each. */
  const symmetric = (powerW: number): PointValues => {
    const { voltageV, frequencyHz } = counter.phases();
    const third = powerW / 3;
    return {
      voltageL1V: voltageV[0],
      voltageL2V: voltageV[1],
      voltageL3V: voltageV[2],
      currentL1A: third / voltageV[0],
      currentL2A: third / voltageV[1],
      currentL3A: third / voltageV[2],
      powerL1W: third,
      powerL2W: third,
      powerL3W: third,
      frequencyHz,
    };
  };
  const sheet = (model: string, letters: string) => ({
    manufacturer: MAKER,
    model,
    serialNumber: `${letters}${serial}`,
    version: "1",
  });
  const devices: SimulatedDevice[] = [
    {
      id: "counter",
      kind: "counter",
      sheet: sheet("Simulated counter", "BEC"),
      tellsTime: true,
      truth: () => ({
        powerW: counter.powerW,
        importWh: counter.importWh,
        exportWh: counter.exportWh,
        ...lines(),
      }),
      obey: () => false,
    },
  ];
  if (inverter.ratedW > 0) {
    devices.push(
      {
        id: "inverter",
        kind: "inverter",
        sheet: sheet("Simulated inverter", "INV"),
        tellsTime: false,
        truth: () => ({
          powerW: inverter.powerW,
          energyWh: wh(inverter.energyJ),
          ratedPowerW: inverter.ratedW,
          reactivePowerVar: 0,
          temperatureC: inverter.temperatureC,
          state: inverter.state,
          powerMaxW: inverter.limitAt(physics.time),
          ...symmetric(inverter.powerW),
        }),
        obey: (point, value) => {
          if (point !== "powerMaxW") return false;
          inverter.setLimit(value, physics.time);
          return true;
        },
      },
      {
        id: "solar-meter",
        kind: "solar_meter",
        sheet: sheet("Simulated solar meter", "SOL"),
        tellsTime: false,
        truth: () => ({
          powerW: inverter.powerW,
          energyWh: wh(inverter.energyJ),
          ...symmetric(inverter.powerW),
        }),
        obey: () => false,
      },
    );
  }
  if (accumulator !== undefined) {
    devices.push({
      id: "accumulator",
      kind: "accumulator",
      sheet: sheet("Simulated accumulator", "EA"),
      tellsTime: false,
      truth: () => ({
        powerW: accumulator.powerW,
        socPercent: accumulator.socPercent,
        storedWh: accumulator.cells.storedWh,
        capacityWh: accumulator.parameters.cells.capacityWh,
        chargePowerMaxW: accumulator.chargeMaxW(1),
        dischargePowerMaxW: accumulator.dischargeMaxW(1),
        chargedWh: wh(accumulator.chargedJ),
        dischargedWh: wh(accumulator.dischargedJ),
        temperatureC: accumulator.temperatureC,
        healthPercent: 98,
        state: accumulator.powerW === 0 ? 1 : accumulator.powerW < 0 ? 2 : 3,
        setPowerW: accumulator.setpointAt(physics.time),
        setpointHoldS: accumulator.holdS,
      }),
      obey: (point, value) => {
        if (point === "setPowerW") accumulator.setPower(value, physics.time);
        else if (point === "setpointHoldS") accumulator.setHold(value);
        else return false;
        return true;
      },
    });
  }
  for (const appliance of appliances) {
    devices.push({
      id: appliance.id,
      kind: "plug",
      sheet: sheet("Simulated plug", `PLUG-${appliance.id}-`),
      tellsTime: true,
      truth: () => ({
        powerW: appliance.powerW,
        energyWh: wh(appliance.energyJ),
        on: appliance.on ? 1 : 0,
      }),
      obey: (point, value) => {
        if (point !== "on") return false;
        appliance.on = value !== 0;
        return true;
      },
    });
  }
  if (car !== undefined) {
    devices.push({
      id: car.id,
      kind: "charge_point",
      sheet: sheet("Simulated charger", "CP"),
      tellsTime: false,
      truth: () => ({
        powerW: car.powerW,
        energyWh: wh(car.energyJ),
        state: car.state,
        ...(car.isHome && { socPercent: car.socPercent }),
        powerMinW: car.parameters.powerMinW,
      }),
      obey: (point, value) => {
        if (point !== "powerMaxW") return false;
        car.setLimit(value, physics.time);
        return true;
      },
    });
  }
  if (heatPump !== undefined) {
    devices.push({
      id: heatPump.id,
      kind: "heat_pump",
      sheet: sheet("Simulated heat pump", "HP"),
      tellsTime: false,
      truth: () => ({
        powerW: heatPump.powerW,
        energyWh: wh(heatPump.energyJ),
        heatW: heatPump.heatW,
        bufferC: heatPump.state.tankC,
        roomC: heatPump.state.roomC,
        outdoorC: heatPump.outdoorC,
        powerMinW: heatPump.pump.powerMinW,
        ratedPowerW: heatPump.pump.powerMaxW,
        ...(heatPump.listensToContacts
          ? { sgContact1: heatPump.isClosed(0) ? 1 : 0, sgContact2: heatPump.isClosed(1) ? 1 : 0 }
          : { powerMaxW: heatPump.limitW, bufferTargetC: heatPump.targetC }),
      }),
      obey: (point, value) => {
        if (heatPump.listensToContacts) {
          const contact = point === "sgContact1" ? 0 : point === "sgContact2" ? 1 : undefined;
          if (contact === undefined) return false;
          heatPump.setContact(contact, value === 1, physics.time);
        } else if (point === "powerMaxW") heatPump.setLimit(value, physics.time);
        else if (point === "bufferTargetC") heatPump.setTarget(value, physics.time);
        else return false;
        return true;
      },
    });
  }
  if (microChp !== undefined) {
    devices.push({
      id: microChp.id,
      kind: "micro_chp",
      sheet: sheet("Simulated micro-CHP", "CHP"),
      tellsTime: false,
      truth: () => ({
        powerW: microChp.powerW,
        energyWh: wh(microChp.energyJ),
        heatW: microChp.heatW,
        bufferC: microChp.state.tankC,
        roomC: microChp.state.roomC,
        outdoorC: microChp.outdoorC,
        ratedPowerW: microChp.chp.powerW,
        state: microChp.runs,
        request: microChp.request,
      }),
      obey: (point, value) => {
        if (point !== "request") return false;
        microChp.setRequest(value, physics.time);
        return true;
      },
    });
  }
  return devices;
}
