/**
 * Notices of a street's homes: what is told, once, to whom, and that a telephone's push service gets what only that
 * telephone can read. The service is one of our own over TLS; the decryption follows RFC 8291, section 3.4.
 */
import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, createServer } from "node:https";
import { test } from "node:test";
import { dayStart, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import type { Fault } from "#wire/schemas.ts";
import {
  ANNA,
  BRUNO,
  clientFor,
  foundStreet,
  Meter,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
  saleOf,
  TODAY,
} from "../test-street.ts";

/**
 * A push service on loopback. Its key and certificate, good for nothing else, were made by
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1`.
 */
async function openPushService() {
  const pem = readFileSync(new URL("./fixtures/push-service.pem", import.meta.url), "utf8");
  const messages: { path: string; authorization: string; body: Buffer }[] = [];
  const gone = new Set<string>();
  const server = createServer({ key: pem, cert: pem }, async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    messages.push({ path: request.url!, authorization: request.headers.authorization!, body });
    response.writeHead(gone.has(request.url!) ? 410 : 201).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const agent = new Agent({ ca: pem });
  return {
    host,
    push: { services: [host], agent },
    messages,
    gone,
    close: () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

function subscription(host: string, path: string) {
  const ecdh = createECDH("prime256v1");
  const p256dh = ecdh.generateKeys();
  const auth = randomBytes(16);
  return {
    device: {
      endpoint: `https://${host}${path}`,
      keys: { p256dh: p256dh.toString("base64url"), auth: auth.toString("base64url") },
    },
    read(body: Buffer): unknown {
      const [salt, length] = [body.subarray(0, 16), body[20]!];
      const theirs = body.subarray(21, 21 + length);
      const info = Buffer.concat([Buffer.from("WebPush: info\0"), p256dh, theirs]);
      const secret = hkdfSync("sha256", ecdh.computeSecret(theirs), auth, info, 32);
      const part = (name: string, bytes: number) =>
        Buffer.from(hkdfSync("sha256", Buffer.from(secret), salt, `Content-Encoding: ${name}\0`, bytes));
      const sealed = body.subarray(21 + length);
      const opened = createDecipheriv("aes-128-gcm", part("aes128gcm", 16), part("nonce", 12));
      opened.setAuthTag(sealed.subarray(-16));
      const text = Buffer.concat([opened.update(sealed.subarray(0, -16)), opened.final()]);
      // The last record ends with a 2 and padding.
      return JSON.parse(text.subarray(0, text.lastIndexOf(2)).toString());
    },
  };
}

function isSignedBy(authorization: string, publicKey: string, audience: string): boolean {
  const [, token, key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? [];
  if (key !== publicKey) return false;
  const [head, claims, signature] = token!.split(".");
  const { aud, sub } = JSON.parse(Buffer.from(claims!, "base64url").toString());
  const raw = Buffer.from(publicKey, "base64url");
  const [x, y] = [raw.subarray(1, 33), raw.subarray(33)].map((half) => half.toString("base64url"));
  const jwk = createPublicKey({ key: { kty: "EC", crv: "P-256", x: x!, y: y! }, format: "jwk" });
  const isValid = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: jwk, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature!, "base64url"),
  );
  return isValid && aud === audience && /^(mailto|https):/.test(sub);
}

const FAULT: Fault = {
  id: "7",
  code: "accumulator_hot",
  severity: "fault",
  since: 0,
  resolvedAt: null,
  numbers: {},
};

test("a fault, a sale and much use are told once, in the list and to the telephone that alone can read it", async () => {
  const service = await openPushService();
  const memory = await foundStreet();
  const street = await openStreet({ memory, push: service.push });
  const { platform } = street;
  try {
    const anna = await clientFor(platform.url, ANNA);
    const { device, read } = subscription(service.host, "/anna");
    await anna.call("POST /v1/home/notices/devices", { body: device });
    const noon = memory.now();
    platform.live.faults(PLANT_OF_ANNA, [{ ...FAULT, since: noon - 60 }]);
    platform.live.faults(PLANT_OF_ANNA, [{ ...FAULT, since: noon - 60 }]);
    platform.live.faults(PLANT_OF_ANNA, [{ ...FAULT, since: noon - 60, resolvedAt: noon }]);
    platform.live.faults(PLANT_OF_ANNA, [{ ...FAULT, id: "old", since: noon - 30 * 86_400 }]);

    // A kWh is stored, sold and delivered, then 800 Wh come in within a quarter hour: 3.2 kW of 3.
    const meter = new Meter(PLANT_OF_ANNA, noon - QUARTER_HOUR_S);
    platform.headEnd.receive([meter.signed({ solar: { chargedWh: 1_200 } })]);
    assert.equal(await platform.headEnd.closeInterval(noon - QUARTER_HOUR_S), "ok");
    await memory.act(ANNA, saleOf(1_000, 1).kind, saleOf(1_000, 1).body);
    memory.time = noon + QUARTER_HOUR_S;
    platform.headEnd.receive([meter.signed({ solar: { exportedWh: 1_000 } })]);
    assert.equal(await platform.headEnd.closeInterval(noon), "ok");
    memory.time += QUARTER_HOUR_S;
    platform.headEnd.receive([meter.signed({ gridToHome: 800 })]);

    const told = await anna.call("GET /v1/home/notices", {});
    assert.deepEqual(told.notices.map(({ code, about, numbers }) => [code, about, numbers]).sort(), [
      ["excess_power", null, { powerW: 3_200, limitW: 2_700 }],
      ["fault_resolved", "accumulator_hot", {}],
      ["fault_stands", "accumulator_hot", {}],
      ["sale_settled", null, { deliveredWh: 1_000, netMicroEur: 138_000 }],
    ]);
    assert.deepEqual([told.unread, told.push.devices], [4, 1]);
    for (const end = Date.now() + 60_000; service.messages.length < 4 && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const arrived = service.messages.map(({ body }) => read(body) as { code: string; path: string });
    assert.deepEqual(arrived.map(({ code }) => code).sort(), [
      "excess_power",
      "fault_resolved",
      "fault_stands",
      "sale_settled",
    ]);
    assert.ok(
      service.messages.every(({ authorization }) =>
        isSignedBy(authorization, told.push.key, `https://${service.host}`),
      ),
    );
    await anna.call("POST /v1/home/notices/read", { body: { id: told.notices[1]!.id } });
    await anna.call("POST /v1/home/notices/read", { body: { id: 1 } });
    assert.equal((await anna.call("GET /v1/home/notices", {})).unread, 1, "reading takes nothing back");
    const bruno = await clientFor(platform.url, BRUNO);
    assert.deepEqual((await bruno.call("GET /v1/home/notices", {})).notices, [], "of others nothing");
  } finally {
    await street.close();
    service.close();
  }
});

test("a home is told what it wants to hear, and a telephone that is gone is forgotten", async () => {
  const service = await openPushService();
  const memory = await foundStreet();
  const street = await openStreet({ memory, push: service.push });
  const { platform } = street;
  try {
    const bruno = await clientFor(platform.url, BRUNO);
    const kept = await bruno.call("PUT /v1/home/notices/settings", {
      body: { kinds: ["excess"], excessW: 500 },
    });
    assert.deepEqual(kept, { kinds: ["excess"], excessW: 500 });
    service.gone.add("/bruno");
    await bruno.call("POST /v1/home/notices/devices", { body: subscription(service.host, "/bruno").device });
    const noon = memory.now();
    platform.live.faults(PLANT_OF_BRUNO, [{ ...FAULT, since: noon - 60 }]);
    const meter = new Meter(PLANT_OF_BRUNO, noon);
    memory.time = noon + 2 * QUARTER_HOUR_S;
    platform.headEnd.receive([meter.signed({ gridToHome: 200 })]);
    platform.headEnd.receive([meter.signed({ gridToHome: 200 })]);
    const told = await bruno.call("GET /v1/home/notices", {});
    assert.deepEqual(
      told.notices.map(({ code }) => code),
      ["excess_power"],
      "no fault, and of much use once in six hours",
    );
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      if ((await bruno.call("GET /v1/home/notices", {})).push.devices === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal((await bruno.call("GET /v1/home/notices", {})).push.devices, 0);
    assert.equal(service.messages.length, 1);
    // Yesterday's reading that comes now is no news.
    assert.ok(dayStart(ROME, TODAY) < noon);
  } finally {
    await street.close();
    service.close();
  }
});

test("only the browsers' push services are called", async () => {
  const street = await openStreet({ memory: await foundStreet() });
  try {
    const anna = await clientFor(street.platform.url, ANNA);
    const { device } = subscription("fcm.googleapis.com", "/fcm/send/x");
    for (const endpoint of [
      "http://fcm.googleapis.com/x",
      "https://127.0.0.1/x",
      "https://169.254.169.254/latest",
      "https://fcm.googleapis.com.example/x",
      "https://me:you@fcm.googleapis.com/x",
      "https://evilpush.apple.com.example/x",
      "no address",
    ]) {
      await assert.rejects(
        anna.call("POST /v1/home/notices/devices", { body: { ...device, endpoint } }),
        refusedWith("push_refused"),
        endpoint,
      );
    }
    await anna.call("POST /v1/home/notices/devices", { body: device });
    assert.equal((await anna.call("GET /v1/home/notices", {})).push.devices, 1);
    await anna.call("POST /v1/home/notices/devices/forget", { body: { endpoint: device.endpoint } });
    assert.equal((await anna.call("GET /v1/home/notices", {})).push.devices, 0);
  } finally {
    await street.close();
  }
});
