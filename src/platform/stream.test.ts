import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { registerMemberKey, revokeMemberKey } from "#chain/transactions.ts";
import { Stream } from "./stream.ts";
import { sampleOf } from "./test-live.ts";
import {
  ALBA,
  ANNA,
  BREZZA,
  BRUNO,
  keyOf,
  Meter,
  NOON,
  OPERATOR,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  saleOf,
  tokenFor,
} from "./test-street.ts";

interface Heard {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A client of the stream on a real socket. */
class Ear {
  readonly heard: Heard[] = [];
  ended = false;
  readonly #abort = new AbortController();

  static async open(url: string, token: string, lastEventId?: string): Promise<Ear> {
    const ear = new Ear();
    const response = await fetch(`${url}/v1/stream`, {
      signal: ear.#abort.signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
      },
    });
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type")!, /^text\/event-stream/);
    assert.match(response.headers.get("content-security-policy")!, /default-src/);
    void ear.#listen(response).catch(() => undefined);
    return ear;
  }

  async #listen(response: Response): Promise<void> {
    let rest = "";
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split("\n\n");
      rest = parts.pop()!;
      for (const part of parts) {
        const fields = new Map(
          part.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
        );
        if (!fields.has("data")) continue;
        this.heard.push({
          id: fields.get("id")!,
          event: fields.get("event")!,
          data: JSON.parse(fields.get("data")!),
        });
      }
    }
    this.ended = true;
  }

  /** Waits until an event of that name and content was heard. */
  async wait(event: string, fits: (data: Record<string, unknown>) => boolean = () => true): Promise<Heard> {
    for (let i = 0; i < 3_000; i++) {
      const found = this.heard.find((one) => one.event === event && fits(one.data));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no ${event} was heard; heard ${this.heard.map((one) => one.event).join(", ")}`);
  }

  names(): string[] {
    return this.heard.map(({ event }) => event);
  }

  close(): void {
    this.#abort.abort();
  }
}

test("each hears what is its own: Anna her home and her sale, Alba the sale, Bruno and Brezza neither", async () => {
  const { memory, platform, close } = await openStreet();
  const ears: Ear[] = [];
  try {
    const meter = new Meter(PLANT_OF_ANNA, NOON - QUARTER_HOUR_S);
    platform.headEnd.receive([meter.signed({ solar: { chargedWh: 1200 } })]);
    await platform.headEnd.closeInterval(NOON - QUARTER_HOUR_S);
    memory.produce();
    for (const member of [ANNA, BRUNO, ALBA, BREZZA, OPERATOR]) {
      ears.push(await Ear.open(platform.url, await tokenFor(platform.url, "street", keyOf(member))));
    }
    const [anna, bruno, alba, brezza, operator] = ears as [Ear, Ear, Ear, Ear, Ear];
    for (const ear of ears) await ear.wait("microgrid");
    const { kind, body } = saleOf(300, 7);
    await memory.act(ANNA, kind, body);
    platform.live.record(NOON, 5, [
      sampleOf(PLANT_OF_ANNA, { solarToHome: 777 }),
      sampleOf(PLANT_OF_BRUNO, { gridToHome: 300 }),
    ]);
    const id = toHex(body.sale);
    const height = memory.view().height;
    for (const ear of ears) await ear.wait("block", (block) => block.height === height);
    await anna.wait("sale", (sale) => sale.id === id && sale.state === "open");
    await alba.wait("sale", (sale) => sale.id === id);
    await anna.wait("live", (live) => (live.flowsW as { solarToHome: number }).solarToHome === 777);
    await bruno.wait("live", (live) => (live.flowsW as { gridToHome: number }).gridToHome === 300);
    await operator.wait("microgrid", (state) => (state.states as Record<string, string>)["2"] === "taking");
    for (const ear of [bruno, brezza, operator]) assert.ok(!ear.names().includes("sale"));
    for (const ear of [alba, brezza, operator]) assert.ok(!ear.names().includes("live"));
    const flows = bruno.heard.flatMap(({ event, data }) => (event === "live" ? [data.flowsW] : []));
    assert.ok(flows.length > 0 && !JSON.stringify(flows).includes("777"));
  } finally {
    for (const ear of ears) ear.close();
    await close();
  }
});

test("who comes back hears what was missed, in order; who comes from another run hears how things stand", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const meter = new Meter(PLANT_OF_ANNA, NOON - QUARTER_HOUR_S);
    platform.headEnd.receive([meter.signed({ solar: { chargedWh: 1250 } })]);
    await platform.headEnd.closeInterval(NOON - QUARTER_HOUR_S);
    memory.produce();
    const token = await tokenFor(platform.url, "street", keyOf(ANNA));
    const first = await Ear.open(platform.url, token);
    const sale = saleOf(300, 7);
    await memory.act(ANNA, sale.kind, sale.body);
    const { id } = await first.wait("sale");
    first.close();
    const missed = saleOf(200, 8);
    await memory.act(ANNA, missed.kind, missed.body);

    const back = await Ear.open(platform.url, token, id);
    await back.wait("microgrid");
    const facts = back.heard.filter(({ event }) => event === "sale" || event === "block");
    assert.deepEqual(
      facts.map(({ event, data }) => [event, data.id ?? data.height]),
      [
        ["block", memory.view().height],
        ["sale", toHex(missed.body.sale)],
      ],
    );
    back.close();

    for (const foreign of ["deadbeef-3", "nonsense", `${id.split("-")[0]}-99999`]) {
      const fresh = await Ear.open(platform.url, token, foreign);
      await fresh.wait("microgrid");
      const ids = fresh.heard.filter(({ event }) => event === "sale").map(({ data }) => data.id);
      assert.deepEqual(ids.sort(), [toHex(sale.body.sale), toHex(missed.body.sale)], foreign);
      fresh.close();
    }
  } finally {
    await close();
  }
});

test("what lies too far back is kept no longer: the present state takes its place", () => {
  const written: string[] = [];
  const present = { height: 700, time: 0, hash: "aa", transactions: 0, refused: 0 };
  const stream = new Stream(
    {
      live: () => undefined,
      accumulator: () => undefined,
      clock: () => undefined,
      microgrid: () => ({ time: 0, states: {}, transformerLoadingPercent: 0 }),
      market: () => undefined,
      block: () => present,
      sales: () => [],
    },
    () => true,
  );
  const response = {
    writableLength: 0,
    on: () => response,
    writeHead: () => response,
    write: (text: string) => written.push(text) > 0,
    end: () => response,
  };
  const visitor = {
    member: 1,
    account: 1,
    role: "operator",
    plant: undefined,
    expiresAt: 0,
    session: "1",
  } as const;
  const heights = () =>
    written.flatMap((text) => /event: block.data: {"height":(\d+)/s.exec(text)?.[1] ?? []).map(Number);
  const open = (lastEventId: string | undefined) => {
    written.length = 0;
    stream.open(visitor, response as never, lastEventId);
  };
  for (let height = 1; height <= 600; height++) stream.publish("block", { ...present, height });
  open(undefined);
  assert.deepEqual(heights(), [700], "who comes first hears how things stand");
  const run = /id: ([0-9a-f]{8})-600/.exec(written.join(""))![1];
  open(`${run}-590`);
  assert.deepEqual(heights(), [591, 592, 593, 594, 595, 596, 597, 598, 599, 600]);
  open(`${run}-88`);
  assert.equal(heights().length, 512, "as far as it is kept");
  open(`${run}-87`);
  assert.deepEqual(heights(), [700]);
  stream.close();
});

test("a stream ends with its session, also when its device is removed", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const phone = keyOf("phone");
    await memory.act(ANNA, registerMemberKey, { key: phone.publicKey });
    const ear = await Ear.open(platform.url, await tokenFor(platform.url, "street", phone));
    await ear.wait("microgrid");
    await memory.act(ANNA, revokeMemberKey, { key: phone.publicKey });
    await memory.passMinute();
    for (let i = 0; i < 3_000 && !ear.ended; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(ear.ended);
  } finally {
    await close();
  }
});

test("live values come at most twice a second, however fast the town runs", async () => {
  const { platform, close } = await openStreet();
  try {
    const ear = await Ear.open(platform.url, await tokenFor(platform.url, "street", keyOf(ANNA)));
    await ear.wait("microgrid");
    const began = performance.now();
    for (let i = 0; i < 120; i++) {
      platform.live.record(NOON + i, 1, [sampleOf(PLANT_OF_ANNA, { solarToHome: i })]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const elapsedS = (performance.now() - began) / 1000;
    const lives = ear.names().filter((event) => event === "live").length;
    assert.ok(lives >= 1 && lives <= 2 * elapsedS + 1, `${lives} in ${elapsedS} s`);
    ear.close();
  } finally {
    await close();
  }
});

test("a clock that runs is told twice a second, one that stands still is not", async () => {
  let time = 1000;
  const told: number[] = [];
  const response = {
    writableLength: 0,
    on: () => response,
    writeHead: () => response,
    write(text: string) {
      const clock = /event: clock.data: {"time":(\d+)/s.exec(text)?.[1];
      if (clock !== undefined) told.push(Number(clock));
      return true;
    },
    end: () => response,
  };
  const stream = new Stream(
    {
      live: () => undefined,
      accumulator: () => undefined,
      clock: () => ({ time, paused: false, speed: 60, seekingTo: null, fixed: false }),
      microgrid: () => ({ time, states: {}, transformerLoadingPercent: 0 }),
      market: () => undefined,
      block: () => undefined,
      sales: () => [],
    },
    () => true,
  );
  const visitor = {
    member: 1,
    account: 1,
    role: "operator",
    plant: undefined,
    expiresAt: 0,
    session: "1",
  } as const;
  stream.open(visitor, response as never, undefined);
  const running = setInterval(() => time++, 100);
  const began = performance.now();
  while (performance.now() - began < 1_700 || told.length < 3)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const ranS = (performance.now() - began) / 1_000;
  clearInterval(running);
  await new Promise((resolve) => setTimeout(resolve, 600));
  const ran = told.length;
  assert.ok(ran <= 2 * ranS + 3, `told ${ran} times in ${ranS} s`);
  assert.equal(told.at(-1), time);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  stream.close();
  assert.equal(told.length, ran, "nothing to tell");
});

test("a client that does not read is cut off, and the others go on", async () => {
  const stream = new Stream(
    {
      live: () => undefined,
      accumulator: () => undefined,
      clock: () => undefined,
      microgrid: () => ({ time: 0, states: {}, transformerLoadingPercent: 0 }),
      market: () => undefined,
      block: () => undefined,
      sales: () => [],
    },
    () => true,
  );
  let number = 0;
  const server = createServer((_, response) => {
    const member = ++number;
    stream.open(
      { member, account: member, role: "operator", plant: undefined, expiresAt: 0, session: String(member) },
      response,
      undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const deaf = connect(port, "127.0.0.1");
  deaf.on("error", () => undefined);
  deaf.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  deaf.pause();
  const reading = await fetch(`http://127.0.0.1:${port}/`);
  const reader = reading.body!.getReader();
  let received = 0;
  const consumed = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      received += value.length;
    }
  })().catch(() => undefined);
  while (stream.clients < 2) await new Promise(setImmediate);
  const block = { height: 1, time: 0, hash: "0".repeat(64_000), transactions: 0, refused: 0 };
  let sent = 0;
  for (; sent < 1000 && stream.clients === 2; sent++) {
    stream.publish("block", block);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.equal(stream.clients, 1, "the deaf one is gone");
  assert.ok(sent < 500, `after ${sent} × 64 kB`);
  stream.publish("block", { ...block, height: 2 });
  stream.close();
  await consumed;
  assert.ok(received > sent * 64_000, "the other one missed nothing");
  deaf.destroy();
  server.close();
});
