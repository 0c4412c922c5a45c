/**
 * A gateway steers a charge point by another hand (the PyPI package `ocpp`): it charges from what the sun has over,
 * follows it, and falls to its safe current with the counter. The long form only.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseInstant, UTC } from "#base/time.ts";
import { OcppDevice } from "#devices/ocpp-device.ts";
import { Gateway } from "#gateway/gateway.ts";
import { USUAL_HOME } from "#gateway/home-settings.ts";
import { devicesInProcess } from "#sim/home-devices/in-process.ts";
import { SimulatedHome } from "#sim/home-devices/simulated-home.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { loneGateway } from "../support/lone-gateway.ts";
import { SITE } from "../support/virtual-gateway.ts";

const PASSWORD = "a long secret";

test("a charge point by another hand is steered by the sun, and kept safe without a counter", async (t) => {
  if (skippedUnlessLong(t)) return;
  const python = process.env.CONTRADA_ORACLES ?? "python3";
  const absent = spawnSync(python, ["-c", "import ocpp, websockets"]).status !== 0;
  if (skipped(t, absent ? "ocpp and websockets in the Python of CONTRADA_ORACLES" : undefined)) return;
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const start = parseInstant("2026-06-16T10:00Z")!;
  const time = { now: start };
  const now = { sunW: 4_000, carW: 0 };
  const home = new SimulatedHome({
    plan: { plant: 7, site: SITE, source: { loadW: () => 400 + now.carW, solarW: () => now.sunW } },
    ...{ zone: UTC, seed: 1, start, now: () => time.now * 1000, stateOfCharge: 0.98 },
  });
  const car = new OcppDevice(
    "wallbox",
    { host: "127.0.0.1", port, identity: "CP1" },
    {
      ...{ template: "ocpp-charge-point", phases: 1, password: PASSWORD, failsafeW: 1_380 },
      ...{ timeoutMs: 2_000, startsByItself: true },
    },
  );
  const ticks = () => ({ wallMs: time.now * 1000, steadyMs: time.now * 1000 });
  const gateway = new Gateway({
    ...loneGateway([...devicesInProcess(home), car], ticks()),
    settings: {
      ...USUAL_HOME,
      importPrice: Array.from({ length: 24 }, (_, hour) => (hour < 6 ? 1 : 400_000)),
    },
  });
  gateway.open();
  const script = fileURLToPath(new URL("../oracles/ocpp_charge_point.py", import.meta.url));
  await gateway.tick(ticks());
  const child = spawn(python, [script, `ws://127.0.0.1:${port}`, "CP1", PASSWORD, "7400"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.after(async () => {
    child.kill();
    await gateway.close();
  });
  createInterface(child.stdout).on("line", (line) => {
    const said = JSON.parse(line) as { event: string; watts?: number };
    if (said.event === "power") now.carW = said.watts!;
  });
  const report = () => gateway.state(0).loads!.find(({ id }) => id === "wallbox")!;
  const until = async (what: () => boolean, sentence: string) => {
    for (const end = Date.now() + 90_000; Date.now() < end; await wait(40)) {
      time.now += 1;
      await gateway.tick(ticks());
      if (what()) return;
    }
    assert.fail(`${sentence}: ${now.carW} W, ${JSON.stringify(report())}`);
  };
  await until(() => now.carW >= 3_500 && now.carW <= 3_620, "what 4,000 W of sun leave");
  assert.equal(report().code, "charging_from_sun");
  assert.equal(report().numbers.storedPercent, 55);
  now.sunW = 2_800;
  await until(() => now.carW >= 2_300 && now.carW <= 2_420, "what 2,800 W of sun leave");
  home.faults.wish({ device: "counter", kind: "drop", forS: 3_600, afterS: 0 }, home.now());
  await until(() => now.carW === 1_380 && report().code === "safe_current", "its safe current");
});
