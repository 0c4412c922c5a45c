import assert from "node:assert/strict";
import { test } from "node:test";
import { about, type Level, Log } from "#base/log.ts";

const NOON_MS = Date.UTC(2026, 5, 16, 10, 0, 0) + 7;

function lines(options: { format?: "json" | "text"; level?: Level } = {}) {
  const written: string[] = [];
  const { format = "json", level = "debug" } = options;
  const write = (line: string) => written.push(line);
  const log = new Log({ format, level, always: { node: "node0" }, nowMs: () => NOON_MS, write });
  return { tell: log.tell, written };
}

test("an event is one line of JSON with time, level, room, key, sentence, fields and reason", () => {
  const { tell, written } = lines();
  const disk = Object.assign(new Error("no space left"), { code: "ENOSPC" });
  tell("a snapshot failed", disk, about("node", "snapshot_failed", { height: 12 }, "error"));
  assert.deepEqual(JSON.parse(written[0]!), {
    time: "2026-06-16T10:00:00.007Z",
    level: "error",
    room: "node",
    key: "snapshot_failed",
    message: "a snapshot failed",
    node: "node0",
    height: 12,
    error: "Error: no space left (ENOSPC)",
  });
  tell("two\nlines", new TypeError("of\nan error"), about("node", "x"));
  assert.ok(!written[1]!.includes("\n"), "still one line");
});

test("a terminal gets a line for people, in which nobody paints or breaks lines", () => {
  const { tell, written } = lines({ format: "text" });
  tell("passed over\n12:00 \u001b[31mforged", undefined, about("node", "x", { height: 3 }));
  assert.equal(
    written[0],
    "10:00:00.007 warn  node      passed over 12:00  [31mforged (node node0, height 3)",
  );
});

test("what is less grave than asked for is left out", () => {
  const { tell, written } = lines({ level: "warn" });
  for (const level of ["debug", "info", "warn", "error"] as const)
    tell(level, undefined, about("node", level, {}, level));
  assert.deepEqual(
    written.map((line) => (JSON.parse(line) as { key: string }).key),
    ["warn", "error"],
  );
});

test("what is told without a word of what it is about is a warning, or an error where one brought it about", () => {
  const { tell, written } = lines();
  tell("something");
  tell("something failed", new Error("why"));
  assert.deepEqual(
    written
      .map((line) => JSON.parse(line) as { level: string; key: string })
      .map(({ level, key }) => [level, key]),
    [
      ["warn", "note"],
      ["error", "note"],
    ],
  );
});

test("a field that sounds like a secret is left out", () => {
  const { tell, written } = lines();
  const fields = { secretSeed: "00ff", token: "abc", authorization: "Bearer x", iban: "IT60", height: 1 };
  tell("x", undefined, about("node", "x", fields));
  for (const secret of ["00ff", "abc", "Bearer", "IT60"]) assert.ok(!written[0]!.includes(secret), secret);
  assert.equal((JSON.parse(written[0]!) as { height: number }).height, 1);
});
