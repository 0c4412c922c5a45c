import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import {
  MODBUS_EXCEPTION,
  type ModbusServerOptions,
  RegisterImage,
  serveModbus,
} from "#devices/modbus-server.ts";

/** Frames as the specification of Modbus on TCP/IP writes them, sent in pieces of `cut` bytes. */
async function exchange(
  options: ModbusServerOptions,
  frames: readonly string[],
  cut = 300,
): Promise<string[]> {
  const image = new RegisterImage();
  image.set(107, fromHex("022b00000064")!);
  const server = await serveModbus(new Map([[17, image]]), options);
  const answers: string[] = [];
  try {
    const socket = connect(server.port, server.host);
    for (const frame of frames) {
      const answer = new Promise<string>((resolve) => {
        socket.once("data", (data: Buffer) => resolve(toHex(data)));
        socket.once("close", () => resolve("closed"));
      });
      const bytes = fromHex(frame.replaceAll(" ", ""))!;
      for (let at = 0; at < bytes.length; at += cut) {
        socket.write(bytes.subarray(at, at + cut));
        if (cut < bytes.length) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      answers.push(await answer);
    }
    socket.destroy();
  } finally {
    await server.close();
  }
  return answers;
}

test("the example of the Modbus specification is answered byte for byte, by both kinds of register", async () => {
  assert.deepEqual(await exchange({}, ["0001 0000 0006 11 03 006b 0003", "0002 0000 0006 11 04 006b 0003"]), [
    "000100000009110306022b00000064",
    "0002000000091104" + "06022b00000064",
  ]);
});

test("a write stands in the image, also where its frame came byte by byte", async () => {
  const frames = [
    "0001 0000 000b 11 10 006b 0002 04 000a0102",
    "0002 0000 0006 11 06 006d 0007",
    "0003 0000 0006 11 03 006b 0003",
  ];
  const expected = [
    "000100000006" + "1110006b0002",
    "000200000006" + "1106006d0007",
    "00030000000911" + "0306000a01020007",
  ];
  assert.deepEqual(await exchange({}, frames), expected);
  assert.deepEqual(await exchange({}, frames, 1), expected);
});

test("each reason not to answer has its exception code", async () => {
  const answers = await exchange({}, [
    "0001 0000 0006 11 03 006b 0004",
    "0002 0000 0006 11 03 006b 0000",
    "0003 0000 0006 11 01 006b 0001",
    "0004 0000 0006 12 03 006b 0001",
    "0005 0001 0006 11 03 006b 0001",
  ]);
  assert.deepEqual(answers, [
    "000100000003118302",
    "000200000003118303",
    "000300000003118101",
    "00040000000312830b",
    "closed",
  ]);
});

test("a device may refuse what is written, and then it stands as before", async () => {
  const refused: unknown[] = [];
  const answers = await exchange(
    {
      written: (request) => {
        refused.push(request);
        return { exception: MODBUS_EXCEPTION.illegalValue };
      },
    },
    ["0001 0000 0006 11 06 006b ffff", "0002 0000 0006 11 03 006b 0001"],
  );
  assert.deepEqual(answers, ["000100000003118603", "000200000005110302022b"]);
  assert.deepEqual(refused, [
    { kind: "write", unit: 17, functionCode: 6, first: 107, count: 1, words: Uint8Array.of(255, 255) },
  ]);
});

test("a hook that fails is the device's failure, and not the server's", async () => {
  const before = () => {
    throw new Error("worn out");
  };
  assert.deepEqual(await exchange({ before }, ["0001 0000 0006 11 03 006b 0001"]), ["000100000003118304"]);
});
