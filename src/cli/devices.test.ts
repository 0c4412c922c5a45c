import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { devices } from "#cli/devices.ts";
import { UsageError } from "#cli/settings.ts";
import { askControl } from "#sim/home-devices/control-socket.ts";
import { skippedUnlessLong } from "../../test/support/counterparts.ts";

const CONTRADA = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));

test("a home of devices says where it is, is told of a fault, and ends without a trace", async () => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-devices-"));
  const child = spawn(
    process.execPath,
    [CONTRADA, "devices", "--json", "--out", "equipment.json", "--control", "c.sock", "--speed", "60"],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const ready = JSON.parse(
      await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
    ) as { ready: number; devices: { id: string; address: string }[] };
    assert.equal(ready.ready, 1);
    const written = JSON.parse(readFileSync(join(folder, "equipment.json"), "utf8")) as typeof ready;
    assert.deepEqual(written.devices, ready.devices);
    const { port } = new URL(ready.devices.find(({ id }) => id === "counter")!.address);
    const telegram = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.once("data", (chunk) => {
        resolve(chunk.toString("latin1"));
        socket.destroy();
      });
    });
    assert.match(telegram, /^\/CTR5/);
    const fault = spawnSync(
      process.execPath,
      [CONTRADA, "devices", "fault", "counter", "freeze", "--for", "1h", "--control", "c.sock"],
      { cwd: folder, encoding: "utf8" },
    );
    assert.match(fault.stdout, /^counter: freeze from \S+ to \S+ of the home\.$/m);
    const state = (await askControl(join(folder, "c.sock"), { do: "state" })) as {
      faults: { device: string; kind: string }[];
    };
    assert.deepEqual(
      state.faults.map(({ device, kind }) => `${device} ${kind}`),
      ["counter freeze"],
    );
  } finally {
    child.kill("SIGTERM");
  }
  assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
  assert.ok(!existsSync(join(folder, "c.sock")));
  rmSync(folder, { recursive: true });
});

test("what makes no sense is said in one sentence", async () => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-devices-"));
  for (const [words, why] of [
    [["--fault", "inverter:melt"], /there is no fault "melt"/],
    [["--fault", "boiler:drop"], /no device "boiler"/],
    [["--homes", "2", "--home", "3"], /--home 3 is none of them/],
    [["--start", "soon"], /--start must be a date/],
    [["--town", "http://127.0.0.1:9"], /no simulated town says its time at http:\/\/127\.0\.0\.1:9/],
    [["dance"], /knows fault, clear, state and quarters, not "dance"/],
    [["fault", "inverter"], /fault wants a device and what it has: freeze/],
    [["fault", "inverter", "drop", "now"], /"now" is one word too many/],
    [["fault", "inverter", "drop", "--for", "long"], /--for must be a time like 30s/],
  ] as const) {
    await assert.rejects(
      devices.run([...words, "--control", join(folder, "c.sock")], {}),
      (error: unknown) =>
        error instanceof UsageError && why.test(error.message) && !error.message.includes("\n"),
      words.join(" "),
    );
  }
  assert.deepEqual(readdirSync(folder), [], "nothing is left behind");
  rmSync(folder, { recursive: true });
});

test("homes in processes of their own end with the process that began them, asked to or killed", async (t) => {
  if (skippedUnlessLong(t)) return;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const folder = mkdtempSync(join(tmpdir(), "contrada-devices-"));
    const child = spawn(
      process.execPath,
      [CONTRADA, "devices", "--json", "--homes", "2", "--own-processes", "--control", "c.sock"],
      { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
    );
    const ready: { ready: number; control: string }[] = [];
    await new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        ready.push(JSON.parse(line));
        if (ready.length === 2) resolve();
      });
    });
    const controls = ready.map(({ control }) => join(folder, control)).sort();
    assert.deepEqual(controls, [join(folder, "c-1.sock"), join(folder, "c-2.sock")]);
    for (const [i, control] of controls.entries()) {
      assert.equal(typeof (await askControl(control, { do: "state", home: i + 1 })), "object");
    }
    const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    child.kill(signal);
    // Of one that is asked the end is that of all its homes.
    assert.equal(await ended, signal === "SIGTERM" ? 0 : null);
    for (let i = 0; i < 100 && controls.some((control) => existsSync(control)); i++) await sleep(50);
    assert.deepEqual(readdirSync(folder), []);
    rmSync(folder, { recursive: true });
  }
});
