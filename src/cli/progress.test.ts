import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { startProgress } from "#cli/progress.ts";

let written: string[];
const isTTY = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");

function onTerminal(terminal: boolean): void {
  Object.defineProperty(process.stderr, "isTTY", { value: terminal, configurable: true });
}

beforeEach(() => {
  written = [];
});
afterEach(() => {
  if (isTTY === undefined) Reflect.deleteProperty(process.stderr, "isTTY");
  else Object.defineProperty(process.stderr, "isTTY", isTTY);
});

test("a file or a pipe sees nothing of a bar", (t) => {
  onTerminal(false);
  t.mock.method(process.stderr, "write", (text: string) => written.push(text) > 0);
  const progress = startProgress("24 homes", 96);
  progress.show(48, "2026-06-16");
  progress.show(96);
  progress.end();
  assert.deepEqual(written, []);
});

test("a terminal sees how far it has come on one line, and a clean line at the end", (t) => {
  onTerminal(true);
  t.mock.method(process.stderr, "write", (text: string) => written.push(text) > 0);
  let now = 1_000;
  t.mock.method(performance, "now", () => now);
  const progress = startProgress("24 homes", 100);
  now += 10_000;
  progress.show(50, "2026-06-16");
  now += 10;
  progress.show(51);
  now += 100;
  progress.show(75);
  progress.show(100);
  progress.end();
  progress.end();
  assert.deepEqual(written, [
    `\r\x1b[K24 homes ${"█".repeat(14)}${"░".repeat(14)} 50 % 10 s left 2026-06-16`,
    `\r\x1b[K24 homes ${"█".repeat(21)}${"░".repeat(7)} 75 % 3 s left `,
    `\r\x1b[K24 homes ${"█".repeat(28)} 100 % 0 s left `,
    "\r\x1b[K",
  ]);
});

test("nothing to do is done", (t) => {
  onTerminal(true);
  t.mock.method(process.stderr, "write", (text: string) => written.push(text) > 0);
  startProgress("living the days before", 0).show(0);
  assert.match(written.join(""), /100 %/);
});
