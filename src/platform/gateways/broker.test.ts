/** The embedded broker over real TLS: who comes in, and what each may say and hear. */
import { equal, ok, rejects } from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { utf8 } from "#base/bytes.ts";
import { topicOf } from "#wire/gateway-messages.ts";
import {
  certify,
  connected,
  gatewayName,
  next,
  publishOnce,
  type TestGateway,
  type Where,
} from "../../../test/support/gateway-clients.ts";
import { CertificateAuthority } from "./authority.ts";
import { EmbeddedBroker } from "./broker.ts";

const CHECK_MS = 100;
const revoked = new Set<string>();
const heard: string[] = [];
let authority: CertificateAuthority;
let broker: EmbeddedBroker;
let where: Where;
let anna: TestGateway;
let bruno: TestGateway;

before(async () => {
  authority = await CertificateAuthority.open(mkdtempSync(join(tmpdir(), "contrada-broker-")), "Olmo");
  [anna, bruno] = [await certify(authority, gatewayName(1)), await certify(authority, gatewayName(2))];
  broker = await EmbeddedBroker.open({
    root: authority.rootPem,
    server: await authority.serverCertificate(["127.0.0.1"]),
    address: "127.0.0.1",
    port: 0,
    admits: (serial) => !revoked.has(serial),
    checkEveryMs: CHECK_MS,
    note: () => undefined,
  });
  broker.onMessage((gateway, topic, payload) =>
    heard.push(`${gateway} ${topic} ${Buffer.from(payload).toString()}`),
  );
  where = { port: broker.port, root: authority.rootPem };
});

after(() => broker.close());

test("a gateway is heard on its own topics and hears what is said to it, also what was said before it came", async () => {
  broker.publish(anna.name, "orders", utf8("the orders"));
  const client = await connected(where, anna);
  const said = next(client, "message");
  const [granted] = await client.subscribeAsync(topicOf(anna.name, "orders"), { qos: 1 });
  equal(granted?.qos, 1);
  const [topic, payload] = (await said) as [string, Buffer];
  equal(`${topic} ${payload}`, `${topicOf(anna.name, "orders")} the orders`);
  await client.publishAsync(topicOf(anna.name, "readings"), "reading", { qos: 1 });
  ok(heard.includes(`${anna.name} readings reading`));
  await client.endAsync();
});

test("subscriptions to another's topics, to own upward ones, to patterns and to the broker's own are refused", async () => {
  const client = await connected(where, anna);
  const wanted = [
    topicOf(bruno.name, "orders"),
    topicOf(bruno.name, "readings"),
    topicOf(anna.name, "readings"),
    "contrada/1/+/orders",
    `contrada/1/${anna.name}/#`,
    "#",
    "$SYS/#",
  ];
  for (const topic of wanted) {
    const refused = await client.subscribeAsync(topic, { qos: 1 }).then(
      (granted) => granted.every(({ qos }) => qos === 128),
      () => true,
    );
    ok(refused, topic);
  }
  await client.endAsync(true);
});

test("whoever publishes what is not its own is shown the door, and nobody hears it", async () => {
  const count = heard.length;
  for (const topic of [
    topicOf(bruno.name, "readings"),
    topicOf(bruno.name, "orders"),
    topicOf(anna.name, "orders"),
    "elsewhere",
    "$SYS/x",
    `contrada/1/${anna.name}/readings/more`,
  ]) {
    equal(await publishOnce(where, anna, topic, utf8("mischief")), "ended", topic);
  }
  equal(await publishOnce(where, anna, topicOf(anna.name, "live"), new Uint8Array(70_000)), "ended");
  equal(heard.length, count);
  equal(await publishOnce(where, anna, topicOf(anna.name, "readings"), utf8("fine")), "acknowledged");
  equal(heard.length, count + 1);
});

test("another client's name is refused, and so are strangers' certificates and none at all", async () => {
  await rejects(connected(where, anna, { clientId: bruno.name }));
  const elsewhere = await CertificateAuthority.open(mkdtempSync(join(tmpdir(), "contrada-broker-")), "Olmo");
  await rejects(connected(where, await certify(elsewhere, anna.name)));
  await rejects(connected(where, { ...anna, key: "", certificate: "" }));
  await rejects(connected({ ...where, root: elsewhere.rootPem }, anna), /self.signed|unable to/);
});

test("a revoked certificate ends a live connection within the period, and no other one begins", async () => {
  const client = await connected(where, bruno);
  const gone = next(client, "close");
  revoked.add(bruno.serial);
  await gone;
  await rejects(connected(where, bruno));
  const other = await connected(where, anna);
  await sleep(2 * CHECK_MS);
  ok(other.connected);
  await other.endAsync();
});

test("what is said in one breath arrives in its order, whether it is kept for later or not", async () => {
  const client = await connected(where, anna);
  const topics = ["orders", "ack", "clock", "commands", "clock"] as const;
  // What was kept for it comes first, and is not what is waited for.
  broker.publish(anna.name, "orders", utf8("kept"));
  const kept = next(client, "message");
  await client.subscribeAsync(
    [...new Set(topics)].map((topic) => topicOf(anna.name, topic)),
    { qos: 1 },
  );
  await kept;
  const got: string[] = [];
  client.on("message", (topic) => got.push(topic));
  for (const topic of topics) broker.publish(anna.name, topic, utf8("now"));
  for (let i = 0; i < 3_000 && got.length < topics.length; i++) await sleep(10);
  equal(got.join(), topics.map((topic) => topicOf(anna.name, topic)).join());
  await client.endAsync();
});

test("who says too much too fast is shown the door", async () => {
  const client = await connected(where, anna);
  const gone = next(client, "close");
  for (let i = 0; i < 600; i++) client.publish(topicOf(anna.name, "live"), "x");
  await gone;
});
