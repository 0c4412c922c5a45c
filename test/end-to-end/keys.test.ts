/**
 * Keys of a member in the real browser, with a virtual authenticator for the passkeys: adding one, coming in on a
 * new device with it, taking a key away and keeping it, and coming back with two guardians. The long form only.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CDPSession, Page } from "playwright-core";
import { notStaged, openStage } from "./stage.ts";
import { chooseGuardians, enterAs, goTo, pleaOf, sign } from "./steps.ts";

const DAY_S = 86_400;

describe("keys of a member", () => {
  const stage = openStage({ homes: 3, historyDays: 0 }, "localhost");
  const { at } = stage;

  test("a passkey is added, and lets its owner in on a new device, which then signs by itself", async (t) => {
    if (notStaged(t)) return;
    await at(1440, async ({ page: old, expect: expectProblem }) => {
      // The ledger takes no RSA keys, whatever an authenticator might prefer.
      expectProblem(/pubKeyCredParams is missing/);
      const authenticator = await virtualAuthenticator(old);
      await enterAs(old, "Casa 1");
      await goTo(old, "Keys");
      await old.getByRole("button", { name: "Add a passkey" }).click();
      await sign(old, "Sign: add it", "The key is added.");
      await old.getByRole("listitem").filter({ hasText: "A passkey" }).waitFor();
      const { credentials } = await authenticator.session.send("WebAuthn.getCredentials", {
        authenticatorId: authenticator.id,
      });
      assert.equal(credentials.length, 1);

      await at(390, async ({ page: fresh }) => {
        const { session, id } = await virtualAuthenticator(fresh);
        const credential = credentials[0]!;
        await session.send("WebAuthn.addCredential", { authenticatorId: id, credential });
        await fresh.goto("/enter");
        await fresh.getByRole("button", { name: "Enter with a passkey" }).click();
        await fresh.waitForURL(/\/monitor$/);
        await goTo(fresh, "Keys");
        await fresh.getByRole("listitem").filter({ hasText: "This device" }).waitFor();
        // The device signs by itself now: without any passkey around.
        await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: id });
        await fresh.getByRole("button", { name: /^Take away…: A passkey/ }).click();
        await sign(fresh, "Sign: take it away", "The key is being taken away.");
        await fresh.getByText(/^Signs until .*, then no more$/).waitFor();
      });

      // The old device sees it by itself, and keeps the passkey.
      await old.getByRole("button", { name: /^Keep after all…: A passkey/ }).click();
      await sign(old, "Sign: keep it", "The key stays.");
    });
  });

  test("who lost every key comes back with a code on paper and the operator, unless the owner says no", async (t) => {
    if (notStaged(t)) return;
    await at(390, async ({ page: owner, expect: expectProblem }) => {
      await enterAs(owner, "Casa 2");
      const member = ((await (await owner.request.get("/v1/session")).json()) as { member: number }).member;
      const code = await chooseGuardians(owner, ["Alba Energia", "Contrada Olmo"]);

      await at(390, async ({ page: lost }) => {
        await helpBack(await pleaOf(lost, member, code));
        await owner.getByText("SOMEBODY ASKS FOR YOUR ACCOUNT").waitFor();
        await owner.getByRole("button", { name: /^It was not me/ }).click();
        await sign(owner, "Sign: call it off", "The recovery is called off. Consider other guardians.");

        await lost.reload();
        await helpBack(await pleaOf(lost, member, code));
        await owner.getByText("SOMEBODY ASKS FOR YOUR ACCOUNT").waitFor();
        // Its old keys stop, and with them the session of the device that had one.
        expectProblem(/answer 401|401 \(Unauthorized\)/);
        await stage.town.runTo(stage.town.time + 4 * DAY_S);
        await lost.goto("/enter");
        await lost.getByRole("button", { name: "Sign in with this device" }).click();
        await lost.waitForURL(/\/monitor$/);
        await goTo(lost, "Keys");
        assert.equal(await lost.locator(".key-list > li").count(), 1, "all old keys are gone");
      });
    });
  });

  async function helpBack(plea: string): Promise<void> {
    await at(1440, async ({ page: operator }) => {
      await enterAs(operator, "Contrada Olmo");
      await goTo(operator, "Keys");
      await operator.getByRole("textbox", { name: "The plea" }).fill(plea);
      await operator.getByRole("button", { name: "Read it" }).click();
      await operator.getByRole("button", { name: "Sign as a guardian" }).click();
      await sign(operator, "Sign and hand it in", "The recovery has begun.");
    });
  }
});

async function virtualAuthenticator(page: Page): Promise<{ session: CDPSession; id: string }> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, id: authenticatorId };
}
