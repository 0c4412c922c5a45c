/**
 * Pseudonyms renewed, as people see it: a home sells, the registrar renews, the page that stayed open goes on without
 * signing in and sells again under another number; its archive is whole, and nobody else can tell. The long form only.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { fromHex } from "#base/bytes.ts";
import { checkReceipt } from "#wire/receipt.ts";
import type { AccountKeys, Archive, BlockSummary, Community, Receipt, Session } from "#wire/schemas.ts";
import { notStaged, openStage } from "./stage.ts";
import {
  authorise,
  chooseGuardians,
  composeSale,
  enterAs,
  goTo,
  pleaOf,
  sign,
  valueBeside,
} from "./steps.ts";

const HOUR_S = 3600;

describe("new numbers for everybody", () => {
  const stage = openStage({ homes: 6, historyDays: 1, trade: false });
  const { at } = stage;
  test("a home sells, is renewed with its page open, and sells again under a number that nobody can link", async (t) => {
    if (notStaged(t)) return;
    await at(390, async ({ page: owner }) => {
      await enterAs(owner, "Casa 1");
      const before = await get<Session>(owner, "/v1/session");
      await composeSale(owner, 1);
      const first = await authorise(owner);
      await stage.town.runTo(stage.town.time + HOUR_S);
      const code = await chooseGuardians(owner, ["Alba Energia", "Contrada Olmo"]);
      await owner.getByText("Ready for the next change").waitFor();
      await nameCodeAgain(owner, code);

      await at(1440, async ({ page: operator }) => {
        await enterAs(operator, "Contrada Olmo");
        // Set for the morning, and then begun at once in its stead.
        await operator.getByRole("button", { name: "Renew from 07:00 on" }).click();
        await operator.getByText(/^Set for .*07:00 to .*16:00: homes/).waitFor();
        await operator.getByRole("button", { name: "Renew now" }).click();
        await operator.getByText(/^6 homes are under way, until /).waitFor();
        await stage.town.runTo(stage.town.time + 4 * HOUR_S + 1800);
        await operator
          .locator("dd")
          .getByText(/^\d\d:\d\d, 6 homes$/)
          .waitFor();
      });

      // The page that stayed open shows another number by itself.
      const shown = valueBeside(owner.locator("main"), "Now");
      await owner.waitForFunction(
        (old) =>
          [...document.querySelectorAll("dd")].some(
            ({ innerText }) => /^\d{9}$/.test(innerText) && innerText !== old,
          ),
        String(before.member),
      );
      const now = await get<Session>(owner, "/v1/session");
      assert.equal(await shown.innerText(), String(now.member));
      assert.deepEqual([now.account, now.earlier], [before.account, [before.member]]);
      await owner.getByText("Ready for the next change").waitFor();

      await composeSale(owner, 0.5);
      const second = await authorise(owner);
      await stage.town.runTo(stage.town.time + HOUR_S);
      await goTo(owner, "Archive");
      for (const sale of [first, second]) await owner.locator(`main a[href="/sell/${sale}"]`).waitFor();
      const { sales } = await get<Archive>(owner, "/v1/home/archive?period=day");
      assert.deepEqual(new Set(sales.map(({ id }) => id)), new Set([first, second]));
      const { chain } = await get<Community>(owner, "/v1/community");
      for (const { id } of sales) {
        const receipt = await get<Receipt>(owner, `/v1/home/sales/${id}/receipt`);
        assert.ok(checkReceipt(receipt, { chain, producer: fromHex(receipt.producer)! }).ok);
      }

      await at(1440, async ({ page: neighbour, expect }) => {
        expect(/answer 4\d\d|status of 4\d\d/);
        await enterAs(neighbour, "Casa 2");
        const sender = async (sale: string) => {
          const { authorised } = sales.find(({ id }) => id === sale)!;
          await neighbour.goto(`/ledger/transaction/${authorised.transaction}`);
          await neighbour.getByRole("heading", { level: 1 }).waitFor();
          return (await get<{ sender: number }>(neighbour, `/v1/transactions/${authorised.transaction}`))
            .sender;
        };
        assert.deepEqual([await sender(first), await sender(second)], [before.member, now.member]);
        await assertUnlinked(neighbour, before.member, now.member);
      });

      // The paper of before the change helps back under the number of after it.
      await at(390, async ({ page: lost }) => {
        const plea = await pleaOf(lost, undefined, code);
        await at(1440, async ({ page: operator }) => {
          await enterAs(operator, "Contrada Olmo");
          await goTo(operator, "Keys");
          await operator.getByRole("textbox", { name: "The plea" }).fill(plea);
          await operator.getByRole("button", { name: "Read it" }).click();
          await operator.getByRole("button", { name: "Sign as a guardian" }).click();
          await sign(operator, "Sign and hand it in", "The recovery has begun.");
        });
      });
      await goTo(owner, "Keys");
      await owner.getByText("SOMEBODY ASKS FOR YOUR ACCOUNT").waitFor();
    });
    assert.deepEqual(stage.town.complaints, []);
    assert.deepEqual([...stage.town.town.refused], []);
  });

  /** As for somebody whose code was chosen when nobody named what follows it. */
  async function nameCodeAgain(owner: Page, code: string): Promise<void> {
    const { guardians } = await get<AccountKeys>(owner, "/v1/account/keys");
    stage.town.town.platform.nextKeys.forgetKey(fromHex(guardians!.chosen[0]!.key!)!);
    await owner.reload();
    await owner.getByText("Your number would not change now").waitFor();
    const typed = owner.getByRole("textbox", { name: "Your code on paper" });
    const name = owner.getByRole("button", { name: "Let my number change" });
    await typed.fill(`${code.slice(0, -1)}U`);
    await name.click();
    await owner.getByText("This is no code of your guardians.").waitFor();
    await typed.fill(code);
    await name.click();
    await owner.getByText("Ready for the next change").waitFor();
  }
});

/** Whatever a neighbour can read names one of the two numbers or none, but for the renewal, which names everybody's. */
async function assertUnlinked(page: Page, old: number, now: number): Promise<void> {
  const [newest] = await get<BlockSummary[]>(page, "/v1/blocks?limit=1");
  const places = [
    ...["/v1/community", "/v1/network", "/v1/organisations", "/v1/proposals", "/v1/laws", "/v1/treasury"],
    ...[
      "/v1/microgrid",
      "/v1/microgrid/state",
      "/v1/session",
      "/v1/account",
      "/v1/account/keys",
      "/v1/home/plant",
    ],
    ...[
      "/v1/demo/identities",
      "/v1/guardian-keys",
      `/v1/members/${old}/recovery`,
      `/v1/members/${now}/recovery`,
    ],
    ...Array.from({ length: newest!.height }, (_, i) => `/v1/blocks/${i + 1}`),
  ];
  let renewals = 0;
  for (const place of places) {
    const text = await (await page.request.get(place)).text();
    if (!text.includes(String(now))) continue;
    if (text.includes('"renew_members"')) renewals += 1;
    else assert.ok(!new RegExp(`\\b${old}\\b`).test(text), `${place} names both`);
  }
  assert.equal(renewals, 1);
}

async function get<T>(page: Page, path: string): Promise<T> {
  const answer = await page.request.get(path);
  assert.ok(answer.ok(), `${path}: ${answer.status()}`);
  return (await answer.json()) as T;
}
