import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Request, Response } from "cosmjs-types/tendermint/abci/types";
import { FrameReader, framed } from "#node/comet/framing.ts";
import { type Abci, openAbciServer } from "#node/comet/server.ts";
import { temporaryFolder } from "../../../test/support/node-load.ts";

/** Answers echoes after as many milliseconds as they say; "fail" fails. */
const slow: Abci = {
  foresee: () => {},
  async answer({ echo, flush }) {
    if (flush !== undefined) return Response.fromPartial({ flush: {} });
    const message = echo?.message ?? "";
    if (message === "fail") throw new Error("the disk failed");
    await new Promise((resolve) => setTimeout(resolve, Number.parseInt(message, 10)));
    return Response.fromPartial({ echo: { message } });
  },
};

const echo = (message: string) => framed(Request.encode(Request.fromPartial({ echo: { message } })).finish());
const FLUSH = framed(Request.encode(Request.fromPartial({ flush: {} })).finish());

class Client {
  readonly answers: Response[] = [];
  readonly socket: Socket;
  readonly closed: Promise<unknown>;

  constructor(t: TestContext, address: string) {
    const [, host, port] = /^tcp:\/\/(.+):(\d+)$/.exec(address) ?? [];
    this.socket = port === undefined ? connect(address.replace("unix://", "")) : connect(Number(port), host!);
    t.after(() => this.socket.destroy());
    const reader = new FrameReader(1 << 20);
    this.closed = once(this.socket, "close");
    this.socket.on("data", (piece: Buffer) => {
      for (const message of reader.push(piece)) this.answers.push(Response.decode(message));
      this.socket.emit("answered");
    });
  }

  async until(count: number): Promise<string[]> {
    while (this.answers.length < count) await once(this.socket, "answered");
    return this.answers.map((answer) => answer.echo?.message ?? Object.keys(answer).find(isSet(answer))!);
  }
}

const isSet = (answer: Response) => (name: string) => answer[name as keyof Response] !== undefined;

test("answers come in the order of the requests, and a flush after all before it", async (t) => {
  const server = await openAbciServer({ application: slow, listen: { port: 0 } });
  t.after(() => server.close());
  const client = new Client(t, server.address);
  client.socket.write(Buffer.concat([echo("20"), echo("0"), FLUSH, echo("5"), echo("1"), FLUSH]));
  assert.deepEqual(await client.until(6), ["20", "0", "flush", "5", "1", "flush"]);
});

test("four connections do not wait for one another, also over a socket file", async (t) => {
  const path = join(temporaryFolder(t), "app.sock");
  const server = await openAbciServer({ application: slow, listen: { path } });
  t.after(() => server.close());
  assert.equal(server.address, `unix://${path}`);
  const clients = Array.from({ length: 4 }, () => new Client(t, server.address));
  clients[0]!.socket.write(echo("1000"));
  for (const client of clients.slice(1)) client.socket.write(Buffer.concat([echo("1"), FLUSH]));
  for (const client of clients.slice(1)) assert.deepEqual(await client.until(2), ["1", "flush"]);
  assert.equal(clients[0]!.answers.length, 0);
  assert.equal(server.connections, 4);
});

test("what fails is answered by an exception behind the answers before it, and ends the connection", async (t) => {
  const causes: unknown[] = [];
  const server = await openAbciServer({
    application: slow,
    listen: { port: 0 },
    maxBytes: 1_000,
    failed: (cause) => causes.push(cause),
  });
  t.after(() => server.close());
  const wrong: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["a request that cannot be answered", echo("fail"), /the disk failed/],
    ["a message that is too large", framed(new Uint8Array(1_001)), /at most 1000/],
    ["a length that is none", Uint8Array.of(0x80, 0), /needless zeros/],
    ["bytes that are no request", framed(Uint8Array.of(0x0a, 0x50, 1)), /./],
  ];
  for (const [what, bytes, sentence] of wrong) {
    const client = new Client(t, server.address);
    client.socket.write(echo("1"));
    await client.until(1);
    client.socket.write(Buffer.concat([bytes, echo("1")]));
    await client.closed;
    assert.equal(client.answers.length, 2, what);
    assert.match(client.answers[1]!.exception?.error ?? "", sentence, what);
  }
  assert.equal(causes.length, wrong.length);
});

test("ten thousand requests at once are all answered", async (t) => {
  const application: Abci = {
    foresee: () => {},
    answer: async (request) => Response.fromPartial({ echo: { message: request.echo!.message } }),
  };
  const server = await openAbciServer({ application, listen: { port: 0 } });
  t.after(() => server.close());
  const client = new Client(t, server.address);
  const messages = Array.from({ length: 10_000 }, (_, i) => String(i));
  client.socket.write(Buffer.concat(messages.map(echo)));
  assert.deepEqual(await client.until(messages.length), messages);
});
