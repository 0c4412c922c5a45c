import assert from "node:assert/strict";
import { test } from "node:test";
import { ROME } from "#base/time.ts";
import { limitRefusalOf } from "#control/operator-limit.ts";
import { BLANK, beginnings, draftOf, type Flaw, judge, type LimitDraft } from "./draft.ts";

const NOW = 1_781_604_030;
const DAY = 86_400;

test("what the form lets through the platform takes", () => {
  const drafts: Partial<LimitDraft>[] = [
    { importText: "500" },
    { exportText: "0" },
    { importText: "10 000 000", exportText: "10000000", lasts: "7", unit: "days" },
    { exportText: "3000", from: NOW + 7 * DAY, lasts: "7", unit: "days" },
    { importText: "2000", lasts: "1", from: NOW - 30, hasFailsafe: true, failsafeExport: "0" },
    { importText: "2000", hasFailsafe: true, failsafeImport: "500", silence: "86400", holds: "1440" },
  ];
  for (const change of drafts) {
    const judged = judge({ ...BLANK, ...change }, NOW);
    assert.ok("limit" in judged, JSON.stringify(change));
    assert.equal(
      limitRefusalOf({ issuedAt: NOW, limit: judged.limit }, { standing: 0, now: NOW }),
      undefined,
    );
  }
});

test("what is wrong is said of the line in which it stands", () => {
  const cases: [Partial<LimitDraft>, Flaw[]][] = [
    [{}, ["neither"]],
    [{ importText: "499" }, ["import"]],
    [{ importText: "2 kW", exportText: "-1" }, ["import", "export"]],
    [{ importText: "2.5" }, ["import"]],
    [{ exportText: "10000001" }, ["export"]],
    [{ exportText: "0", lasts: "0" }, ["lasts"]],
    [{ exportText: "0", lasts: "8", unit: "days" }, ["lasts"]],
    [{ exportText: "0", from: NOW - 3600, lasts: "60" }, ["begins"]],
    [{ exportText: "0", from: NOW + 8 * DAY }, ["begins"]],
    [{ exportText: "0", hasFailsafe: true }, ["failsafe_neither"]],
    [{ exportText: "0", hasFailsafe: true, failsafeImport: "0" }, ["failsafe_import"]],
    [
      { exportText: "0", hasFailsafe: true, failsafeExport: "x", silence: "", holds: "1441" },
      ["silence", "holds", "failsafe_export"],
    ],
  ];
  for (const [change, flaws] of cases) {
    const judged = judge({ ...BLANK, ...change }, NOW);
    assert.deepEqual("flaws" in judged ? [...judged.flaws] : [], flaws, JSON.stringify(change));
  }
});

test("a limit that stands is changed from what it says, for the time that is left", () => {
  const draft = { ...BLANK, importText: "2000", lasts: "90", hasFailsafe: true, failsafeExport: "1000" };
  const judged = judge(draft, NOW);
  assert.ok("limit" in judged);
  assert.deepEqual(draftOf(judged.limit, NOW), draft);
  assert.equal(draftOf(judged.limit, NOW + 600).lasts, "80");
  const later = { ...judged.limit, from: NOW + 600, until: NOW + 1200 };
  assert.deepEqual([draftOf(later, NOW).from, draftOf(later, NOW).lasts], [NOW + 600, "10"]);
});

test("a limit may begin at the coming quarter hours, hours and midnights, a week ahead at most", () => {
  const times = beginnings(NOW, ROME);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.equal(times[0], 1_781_604_900);
  assert.ok(times.every((time) => time > NOW && time <= NOW + 7 * DAY));
  assert.ok(times.at(-1)! > NOW + 5 * DAY);
});
