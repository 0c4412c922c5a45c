/** Plain registers against a simulator by another hand: dertwin's battery, inverter and meter. The long form only. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Device } from "#devices/device.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { eventually, freePort, pythonWith, startProcess } from "./counterparts.ts";

/** What dertwin shall serve where: it comes without register maps. Name, inside name, address, type, scale, function. */
type Row = readonly [
  name: string,
  inside: string,
  address: number,
  type: string,
  scale: number,
  func: 4 | 6 | 16,
];
const read = (name: string, address: number, type: string, scale: number): Row => [
  name,
  name,
  address,
  type,
  scale,
  4,
];
const MAPS: Readonly<Record<string, readonly Row[]>> = {
  bess: [
    read("active_power", 10_059, "int32", 0.1),
    read("system_soc", 32_002, "uint16", 0.1),
    read("system_soh", 32_004, "uint16", 1),
    read("max_charge_power", 10_272, "uint16", 0.01),
    read("max_discharge_power", 10_273, "uint16", 0.01),
    read("total_charge_energy", 32_013, "uint16", 0.1),
    read("total_discharge_energy", 32_014, "uint16", 0.1),
    read("battery_temperature", 32_184, "int16", 0.1),
    read("working_status", 10_050, "uint16", 1),
    ["start_stop_standby", "start_stop_standby", 10_055, "uint16", 1, 6],
    ["local_remote_settings", "local_remote_settings", 10_057, "uint16", 1, 6],
    ["on_grid_power_setpoint", "active_power_setpoint", 10_126, "int32", 0.1, 16],
  ],
  inverter: [
    read("inverter_status", 0, "uint16", 1),
    read("total_active_power", 35, "uint32", 0.1),
    read("grid_frequency", 37, "uint16", 0.01),
    read("lifetime_output_energy", 55, "uint32", 0.1),
    read("temp_inverter", 93, "int16", 0.1),
  ],
  energy_meter: [
    read("phase_voltage_a", 0, "int32", 0.1),
    read("phase_voltage_b", 2, "int32", 0.1),
    read("phase_voltage_c", 4, "int32", 0.1),
    read("phase_active_power_a", 18, "int32", 0.0001),
    read("phase_active_power_b", 20, "int32", 0.0001),
    read("phase_active_power_c", 22, "int32", 0.0001),
    read("total_active_power", 40, "int32", 0.0001),
    read("grid_frequency", 51, "uint16", 0.1),
    read("total_import_energy", 52, "uint32", 0.1),
    read("total_export_energy", 78, "uint32", 0.1),
  ],
};
const TEMPLATES = {
  bess: "dertwin-battery",
  inverter: "dertwin-inverter",
  energy_meter: "dertwin-meter",
} as const;

function mapFile(rows: readonly Row[]): string {
  // JSON is YAML.
  const registers = rows.map(([name, internal_name, address, type, scale, func]) => ({
    name,
    internal_name,
    address,
    type,
    scale,
    func,
    count: type.endsWith("32") ? 2 : 1,
    direction: func === 4 ? "read" : "write",
  }));
  return JSON.stringify({ registers });
}

test("dertwin's battery obeys, and its meter sees battery and sun", async (t) => {
  if (skippedUnlessLong(t)) return;
  const python = pythonWith(t, "dertwin");
  if (python === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), "contrada-dertwin-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const devices: { id: string; template: string; address: string; options: object }[] = [];
  const assets: object[] = [];
  const sizes: Readonly<Record<string, object>> = {
    bess: { capacity_kwh: 10, initial_soc: 60, max_charge_kw: 5, max_discharge_kw: 5 },
    inverter: { rated_kw: 6, area_m2: 30 },
    energy_meter: {},
  };
  for (const [type, rows] of Object.entries(MAPS)) {
    const port = await freePort();
    writeFileSync(join(folder, `${type}.yaml`), mapFile(rows));
    const protocols = [
      { kind: "modbus_tcp", ip: "127.0.0.1", port, unit_id: 1, register_map: `${type}.yaml` },
    ];
    assets.push({ type, ...sizes[type], protocols });
    devices.push({
      id: type.replace("_", "-"),
      template: TEMPLATES[type as keyof typeof TEMPLATES],
      address: `modbus://127.0.0.1:${port}/1`,
      options: { timeoutMs: 5_000 },
    });
  }
  const site = {
    site_name: "home",
    step: 0.1,
    real_time: true,
    start_time_h: 12,
    register_map_root: ".",
    external_models: { irradiance: { peak: 1_000, sunrise: 6, sunset: 18 } },
    assets,
  };
  writeFileSync(join(folder, "site.json"), JSON.stringify(site));
  startProcess(t, python, ["-m", "dertwin.main", "-c", join(folder, "site.json")], folder).stdout!.resume();
  const [battery, inverter, meter] = equipmentOf("devices.json", JSON.stringify({ devices }), ".").map(
    openDevice,
  );
  for (const device of [battery!, inverter!, meter!]) t.after(() => device.close());
  /** As a gateway does: connected again where an answer that did not come had closed the line. */
  const valuesOf = async (device: Device) => {
    await device.open();
    return (await device.read()).values;
  };
  await eventually(async () => {
    const values = await valuesOf(battery!);
    assert.equal(values.socPercent, 60);
    assert.deepEqual([values.chargePowerMaxW, values.dischargePowerMaxW], [5_000, 5_000]);
  });
  await eventually(async () => {
    const values = await valuesOf(inverter!);
    assert.ok((values.powerW ?? 0) > 1_000, `the sun gives ${values.powerW} W at noon`);
    assert.equal(values.state, 3);
  });
  // What the home itself draws is the same whatever the battery does; the inverter tells steps of 100 W.
  const homeW = async () => {
    const batteryW = (await valuesOf(battery!)).powerW!;
    const sunW = (await valuesOf(inverter!)).powerW!;
    const values = await valuesOf(meter!);
    assert.ok(Math.abs(values.powerL1W! * 3 - values.powerW!) < 1);
    return values.powerW! + batteryW + sunW;
  };
  const atRestW = await eventually(async () => {
    const firstW = await homeW();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const laterW = await homeW();
    assert.ok(firstW > 0 && Math.abs(laterW - firstW) < 200, `the home draws ${firstW} W, then ${laterW} W`);
    return laterW;
  });
  for (const powerW of [2_500, -1_500]) {
    await eventually(async () => {
      await battery!.open();
      await battery!.write("setPowerW", powerW);
    });
    // The meter follows with one of the simulator's next steps.
    await eventually(async () => {
      assert.equal((await valuesOf(battery!)).powerW, powerW);
      const drawnW = await homeW();
      assert.ok(Math.abs(drawnW - atRestW) < 200, `the home draws ${atRestW} W, then ${drawnW} W`);
    });
  }
});
