/**
 * How long a newcomer waits: from the start of the process of `contrada town` on a fresh folder to the address
 * that it prints, to a page of the app, to the first live value of a home in the hands of somebody who has just
 * entered with a device key of their own, and to the end of the days that the town lives before. Once with a
 * built app, once from sources alone, as after `npm ci` in a fresh clone. One JSON object, ms.
 *
 * `--short` leaves out the ten days before.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fromHex, toHex } from "#base/bytes.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { type Client, createClient, ProblemError } from "#wire/client.ts";
import { signInHash } from "#wire/sign-in.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PLACE = join(ROOT, ".cache", "bench");
const GOAL_MS = 10_000;

const short = process.argv.includes("--short");
mkdirSync(PLACE, { recursive: true });
const folder = mkdtempSync(join(PLACE, "start-"));
try {
  const app = join(folder, "app");
  const fresh = await start("fresh", app);
  const built = await start("built", app);
  console.log(
    JSON.stringify({ node: process.version, fresh_clone: fresh, built_app: built, goal_ms: GOAL_MS }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function start(data: string, app: string) {
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  const args = ["town", "--data", join(folder, data), "--port", "0", ...(short ? ["--history", "1"] : [])];
  const child = spawn(process.execPath, [join(ROOT, "bin", "contrada.js"), ...args], {
    cwd: ROOT,
    env: { ...process.env, CONTRADA_APP: app },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const said = outputOf(child);
    const lived = said("The town lives").then(since);
    const url = /http:\S+/.exec(await said("Contrada is open at"))![0];
    const open_ms = since();
    const page = await fetch(url, { headers: { accept: "text/html" } });
    if (!page.ok || !(await page.text()).includes("<script"))
      throw new Error("there is no app at the address");
    const page_ms = since();
    const token = await enter(url);
    await firstLive(url, token);
    const first_live_value_ms = since();
    return { open_ms, page_ms, first_live_value_ms, days_before_lived_ms: await lived };
  } finally {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGINT");
    await ended;
  }
}

/** Resolves with everything that was printed up to the word. */
function outputOf(child: ChildProcess): (word: string) => Promise<string> {
  let output = "";
  child.stdout!.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return async (word) => {
    while (!output.includes(word)) {
      if (child.exitCode !== null) throw new Error(`contrada town ended with ${child.exitCode}`);
      await sleep(5);
    }
    return output;
  };
}

/** Registers a device key for home 1 and signs in with it, as the app does on the first tap. */
async function enter(url: string): Promise<string> {
  const client = createClient(fetch, url);
  const device = signerFromSeed(randomBytes(32));
  const publicKey = toHex(device.publicKey);
  const { chain } = await client.call("GET /v1/community");
  await patiently(client, publicKey);
  const { challenge } = await client.call("POST /v1/session/challenge", { body: { publicKey } });
  const signature = toHex(device.sign(signInHash(chain, fromHex(challenge)!)));
  const session = await client.call("POST /v1/session", {
    body: { publicKey, challenge, signature, bearer: true },
  });
  if (session.token === undefined) throw new Error("no token for a program");
  return session.token;
}

/** A town that is just being founded does not know everybody yet. */
async function patiently(client: Client, publicKey: string): Promise<void> {
  for (;;) {
    try {
      await client.call("POST /v1/demo/enter", { body: { identity: "home-1", publicKey } });
      return;
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== "member_unknown") throw error;
      await sleep(20);
    }
  }
}

/** Reads the stream of server-sent events up to the first live value. */
async function firstLive(url: string, token: string): Promise<void> {
  const stop = new AbortController();
  const response = await fetch(`${url}/v1/stream`, {
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
    signal: stop.signal,
  });
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    if (/^event: live\ndata: \{.*\}$/m.test(text)) break;
  }
  stop.abort();
}
