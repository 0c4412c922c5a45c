/**
 * Fifty gateways at one broker, over real TLS: nobody reads or writes another's topics, whichever of them tries it on
 * whichever topic; a revoked certificate is refused. The same for the embedded broker and for Mosquitto with the files
 * that the platform writes. `CONTRADA_MATRIX=full` tries every topic of every pair against the embedded broker, too,
 * which ends a connection for each attempt; otherwise one of them for each pair. The long form only.
 */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { MqttClient } from "mqtt";
import { utf8 } from "#base/bytes.ts";
import { CertificateAuthority } from "#platform/gateways/authority.ts";
import { EmbeddedBroker } from "#platform/gateways/broker.ts";
import { writeBrokerFiles, writeRevocations } from "#platform/gateways/broker-files.ts";
import type { GatewayBus } from "#platform/gateways/bus.ts";
import { ExternalBroker, PLATFORM_NAME } from "#platform/gateways/external-broker.ts";
import { DOWN_TOPICS, topicOf, UP_TOPICS } from "#wire/gateway-messages.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import {
  certify,
  connected,
  gatewayName,
  next,
  publishOnce,
  type TestGateway,
  type Where,
} from "../support/gateway-clients.ts";

const GATEWAYS = 50;
const CHECK_MS = 500;
const TOPICS = [...UP_TOPICS, ...DOWN_TOPICS];
const MOSQUITTO = "/usr/sbin/mosquitto";

interface Ground {
  readonly bus: GatewayBus;
  readonly where: Where;
  readonly gateways: readonly TestGateway[];
  /** Shuts one out, as the platform would. */
  revoke(gateway: TestGateway): Promise<void>;
  close(): Promise<void>;
}

async function crowd(): Promise<{
  authority: CertificateAuthority;
  folder: string;
  gateways: TestGateway[];
}> {
  const folder = mkdtempSync(join(tmpdir(), "contrada-permissions-"));
  const authority = await CertificateAuthority.open(folder, "Olmo");
  const names = Array.from({ length: GATEWAYS }, (_, i) => gatewayName(i + 1));
  return { authority, folder, gateways: await Promise.all(names.map((name) => certify(authority, name))) };
}

async function embedded(): Promise<Ground> {
  const { authority, gateways } = await crowd();
  const revoked = new Set<string>();
  const bus = await EmbeddedBroker.open({
    root: authority.rootPem,
    server: await authority.serverCertificate(["127.0.0.1"]),
    address: "127.0.0.1",
    port: 0,
    admits: (serial) => !revoked.has(serial),
    checkEveryMs: CHECK_MS,
    note: () => undefined,
  });
  return {
    bus,
    gateways,
    where: { port: bus.port, root: authority.rootPem },
    async revoke({ serial }) {
      revoked.add(serial);
    },
    close: () => bus.close(),
  };
}

async function mosquitto(): Promise<Ground> {
  const { authority, folder, gateways } = await crowd();
  const files = join(folder, "mosquitto");
  const port = await freePort();
  await writeBrokerFiles({ folder: files, authority, names: ["127.0.0.1"], port, revoked: [] });
  // Begun by root it would go on as a user who may not read these files.
  if (process.getuid?.() === 0) appendFileSync(join(files, "mosquitto.conf"), "user root\n");
  const child = spawn(MOSQUITTO, ["-c", join(files, "mosquitto.conf")], { stdio: "ignore" });
  const bus = new ExternalBroker({
    url: `mqtts://127.0.0.1:${port}`,
    root: authority.rootPem,
    certificate: await authority.clientCertificate(PLATFORM_NAME),
    stands: () => true,
    note: () => undefined,
  });
  await bus.connected();
  return {
    bus,
    gateways,
    where: { port, root: authority.rootPem },
    async revoke({ serial }) {
      await writeRevocations(files, authority, [{ serial, at: Math.floor(Date.now() / 1000) }]);
      child.kill("SIGHUP");
    },
    async close() {
      await bus.close();
      await ended(child);
    },
  };
}

for (const [broker, open] of [
  ["the embedded broker", embedded],
  ["Mosquitto", mosquitto],
] as const) {
  test(`${broker}: of ${GATEWAYS} gateways none reads or writes another's topics`, async (t) => {
    if (skippedUnlessLong(t)) return;
    if (open === mosquitto && skipped(t, existsSync(MOSQUITTO) ? undefined : MOSQUITTO)) return;
    const ground = await open();
    const clients: MqttClient[] = [];
    try {
      const { bus, gateways, where } = ground;
      const heardUp: string[] = [];
      bus.onMessage((gateway, topic, payload) => heardUp.push(`${gateway} ${topic} ${Buffer.from(payload)}`));
      const heardDown = gateways.map(() => [] as string[]);
      for (const [i, gateway] of gateways.entries()) {
        const client = await connected(where, gateway);
        client.on("message", (topic, payload) => heardDown[i]!.push(`${topic} ${payload}`));
        client.on("error", () => undefined);
        clients.push(client);
      }
      // Reading: each asks for every topic of everybody, its own downward ones among them.
      let refused = 0;
      for (const client of clients) {
        for (const other of gateways) {
          const wanted = TOPICS.map((topic) => topicOf(other.name, topic));
          refused += await refusals(client, wanted);
        }
      }
      if (open === embedded) equal(refused, GATEWAYS * (GATEWAYS * TOPICS.length - DOWN_TOPICS.length));
      for (const gateway of gateways) {
        for (const topic of DOWN_TOPICS) bus.publish(gateway.name, topic, utf8(`for ${gateway.name}`));
      }
      for (const [i, client] of clients.entries()) {
        for (const topic of UP_TOPICS) {
          const retain = topic === "state";
          await client.publishAsync(topicOf(gateways[i]!.name, topic), `by ${gateways[i]!.name}`, {
            qos: 1,
            retain,
          });
        }
      }
      await until(() => heardUp.length === GATEWAYS * UP_TOPICS.length);
      await until(() => heardDown.every((heard) => heard.length >= DOWN_TOPICS.length));
      await sleep(300);
      for (const [i, { name }] of gateways.entries()) {
        const own = DOWN_TOPICS.map((topic) => `${topicOf(name, topic)} for ${name}`);
        deepEqual(heardDown[i]!.sort(), own.sort(), `what gateway ${i} heard`);
      }
      // Writing: everybody tries everybody else's topics.
      const before = heardUp.length;
      let tried = 0;
      const attack = async (attacker: TestGateway, i: number): Promise<void> => {
        const victims = gateways.filter((gateway) => gateway !== attacker);
        if (open === mosquitto) {
          // Mosquitto acknowledges what it throws away: nobody hears it.
          const said = victims.flatMap(({ name }) =>
            TOPICS.map((topic) => clients[i]!.publishAsync(topicOf(name, topic), "forged", { qos: 1 })),
          );
          tried += said.length;
          await Promise.all(said);
          return;
        }
        for (const [j, { name }] of victims.entries()) {
          const topics = process.env.CONTRADA_MATRIX === "full" ? TOPICS : [TOPICS[(i + j) % TOPICS.length]!];
          for (const topic of topics) {
            tried += 1;
            equal(await publishOnce(where, attacker, topicOf(name, topic), utf8("forged")), "ended");
          }
        }
      };
      for (let i = 0; i < GATEWAYS; i += 10) {
        await Promise.all(gateways.slice(i, i + 10).map((attacker, k) => attack(attacker, i + k)));
      }
      await sleep(500);
      equal(heardUp.length, before, "nothing forged reached the platform");
      ok(
        heardDown.every((heard) => heard.length === DOWN_TOPICS.length),
        "nor a gateway",
      );
      t.diagnostic(`${refused} subscriptions refused, ${tried} publications tried on others' topics`);
    } finally {
      for (const client of clients) client.end(true);
      await ground.close();
    }
  });

  test(`${broker}: a revoked certificate is refused, and the others go on`, async (t) => {
    if (skippedUnlessLong(t)) return;
    if (open === mosquitto && skipped(t, existsSync(MOSQUITTO) ? undefined : MOSQUITTO)) return;
    const ground = await open();
    try {
      const { where, gateways } = ground;
      const [shut, other] = [gateways[0]!, gateways[1]!];
      const live = await connected(where, shut);
      live.on("error", () => undefined);
      const gone = next(live, "close");
      await ground.revoke(shut);
      if (open === embedded) await gone;
      // Mosquitto reads the list when it comes to it.
      const isRefused = () =>
        connected(where, shut).then(
          (late) => late.endAsync(true).then(() => false),
          () => true,
        );
      for (let i = 0; i < 100 && !(await isRefused()); i++) await sleep(100);
      await rejects(connected(where, shut));
      const still = await connected(where, other);
      await still.endAsync();
      live.end(true);
    } finally {
      await ground.close();
    }
  });
}

/** How many of these subscriptions the broker refuses. */
function refusals(client: MqttClient, topics: string[]): Promise<number> {
  return new Promise((resolve) => {
    client.subscribe(topics, { qos: 1 }, (_error, _granted, packet) => {
      const granted = (packet?.granted ?? []) as number[];
      resolve(topics.length - granted.filter((qos) => qos !== 128).length);
    });
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 6_000; i++) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error("in vain");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await gone;
}
