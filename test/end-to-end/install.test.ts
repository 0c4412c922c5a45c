/**
 * A gateway comes in by the page: a code made in a real browser brings a real gateway's identity and link in, the
 * page says step by step how far it is, and removing it ends its link. The long form only.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { enrol } from "#gateway/enrol.ts";
import { type Identity, meterKeyOf } from "#gateway/identity.ts";
import { MqttLink } from "#gateway/mqtt-link.ts";
import type { StateMessage } from "#wire/gateway-messages.ts";
import { violations } from "./axe.ts";
import { notStaged, openStage } from "./stage.ts";
import { enterAs } from "./steps.ts";

const DEAF = {
  connected: () => undefined,
  acknowledged: () => undefined,
  ordered: () => undefined,
  commanded: () => undefined,
  clock: () => undefined,
};

/** A gateway with a counter that answers and a plug that does so or not. */
function stateOf({ meterSeed, nextMeterSeed }: Identity, time: number, plug: string | null): StateMessage {
  const device = { measuredAt: time, sheet: {} };
  const since = time - 60;
  return {
    time,
    version: "test",
    devices: [
      {
        ...{ ...device, id: "counter", kind: "counter", template: "eastron-sdm630", problem: null },
        sheet: { manufacturer: "Eastron" },
        values: { powerW: 412, importWh: 12_000 },
      },
      { ...device, id: "plug", kind: "plug", template: "shelly-plug", values: {}, problem: plug },
    ],
    faults: [
      {
        ...{ id: `plug device_silent ${since}`, code: "device_silent", severity: "fault", since },
        ...{ resolvedAt: plug === null ? time : null, numbers: {} },
      },
    ],
    decision: { code: "nothing_flows", numbers: {}, since: time },
    mode: { commanded: "auto", override: "none" },
    safeState: "normal",
    limits: [],
    outbox: { waiting: 0, oldest: null },
    ordersRefused: null,
    meterKey: meterKeyOf(meterSeed),
    nextMeterKey: meterKeyOf(nextMeterSeed),
  };
}

describe("a gateway comes in by the page", () => {
  const stage = openStage({ homes: 3, historyDays: 0 });

  test("from the code to its devices, each step with what to do, and out again", async (t) => {
    if (notStaged(t)) return;
    await stage.at(390, async ({ page, problems }) => {
      const { town } = stage;
      const stands = (check: string, state: string) =>
        page.locator(`[data-check="${check}"][data-state="${state}"]`).waitFor();
      await enterAs(page, "Casa 1");
      await page.goto("/plant");
      await page.getByRole("link", { name: "Connect a real gateway" }).click();
      await stands("enrolled", "waits");
      await page.getByRole("button", { name: "Make a code" }).click();
      const code = await page.locator(".gateway-code").innerText();
      assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/);
      const command = await page.locator(".command").innerText();
      assert.equal(command, `contrada gateway enrol --url ${town.url} --code ${code}`);
      await page.getByRole("img", { name: /^QR code/ }).waitFor();
      assert.deepEqual(await violations(page), []);

      const identity = await enrol({ url: town.url, code }, { version: "test" });
      await stands("enrolled", "done");
      await page.getByText("The code was used.").waitFor();
      assert.equal(await page.locator(".gateway-code").count(), 0);
      await stands("connected", "waits");

      const link = new MqttLink({ identity, keep: () => undefined, backoffMs: { least: 5, most: 50 } });
      link.open(DEAF);
      try {
        while (!link.isUp) await sleep(20);
        link.publishState(stateOf(identity, town.time, "timeout"));
        await stands("connected", "done");
        await stands("devices", "wrong");
        // The chain gets the box's key by itself.
        await stands("meter", "done");
        await page.getByText("A device does not answer.").waitFor();
        await page.getByText("no answer in time").waitFor();
        link.publishState(stateOf(identity, town.time, null));
        await stands("devices", "done");
        await page.locator(".device-sheets summary").first().click();
        await page.getByText("412 W").waitFor();
        const unfolded = page.locator(".device-sheets details").first();
        const [before] = await Promise.all([
          unfolded.elementHandle(),
          page.waitForResponse((answer) => answer.url().endsWith("/v1/home/gateway")),
        ]);
        link.publishState(stateOf(identity, town.time + 1, null));
        await page.waitForResponse((answer) => answer.url().endsWith("/v1/home/gateway"));
        await sleep(200);
        assert.equal(
          await before?.evaluate((node) => node.isConnected && (node as HTMLDetailsElement).open),
          true,
        );
        assert.deepEqual(await violations(page), []);
        await page.getByRole("button", { name: "Remove the gateway" }).click();
        await page.getByRole("button", { name: "Keep it" }).click();
        assert.equal(link.isUp, true, "nothing ends before the question is answered");
        await page.getByRole("button", { name: "Remove the gateway" }).click();
        await page.getByRole("button", { name: "Yes, remove it" }).click();
        await stands("enrolled", "waits");
        while (link.isUp) await sleep(20);
      } finally {
        await link.close();
      }
      assert.deepEqual(problems, []);
    });
  });
});
