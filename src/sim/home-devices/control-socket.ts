/**
 * How a person or a test reaches a running home of simulated devices: a Unix socket that takes one JSON object a line
 * and answers with one. Whoever may open the socket's file may break the devices; that is all it does.
 *
 *   {"do": "fault", "device": "inverter", "kind": "freeze", "forS": 30, "afterS": 0, "home": 1}
 *   {"do": "clear", "device": "inverter"}   {"do": "state"}   {"do": "quarters"}
 */

import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { type FaultWish, isFaultKind, USUAL_FAULT_S } from "./fault.ts";

export type Request =
  | ({ readonly do: "fault"; readonly home: number } & FaultWish)
  | { readonly do: "clear"; readonly home: number; readonly device: string | undefined }
  | { readonly do: "state"; readonly home: number }
  | { readonly do: "quarters"; readonly home: number };

export interface ControlSocket {
  close(): Promise<void>;
}

/** `answer` may throw; its message goes back as `{"error": …}`. */
export async function openControl(
  path: string,
  answer: (request: Request) => unknown,
): Promise<ControlSocket> {
  if (await isAnswered(path)) {
    throw new Error(`another home of devices is controlled at ${path}: name another socket with --control.`);
  }
  // What a killed process left behind.
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
      socket.write(`${JSON.stringify(answerTo(line, answer))}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** One question to a running home; rejects with what it says is wrong, or where nobody is there. */
export function askControl(path: string, question: Readonly<Record<string, unknown>>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("error", (cause) => {
      reject(new Error(`no devices are controlled at ${path}: start them, or name their socket.`, { cause }));
    });
    socket.once("connect", () => {
      socket.once("close", () => reject(new Error(`the devices controlled at ${path} gave no answer.`)));
      createInterface({ input: socket }).once("line", (line) => {
        const reply: unknown = JSON.parse(line);
        const error = (reply as { error?: unknown }).error;
        if (typeof error === "string") reject(new Error(error));
        else resolve(reply);
        socket.end();
      });
      socket.write(`${JSON.stringify(question)}\n`);
    });
  });
}

function answerTo(line: string, answer: (request: Request) => unknown): unknown {
  try {
    return answer(requestOf(JSON.parse(line)));
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function requestOf(value: unknown): Request {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const { device, kind, forS = USUAL_FAULT_S, afterS = 0, home = 1 } = fields;
  if (typeof home !== "number") throw new RangeError('"home" is the number of a home, from 1 on.');
  switch (fields.do) {
    case "fault":
      if (typeof device !== "string") throw new RangeError('"device" is the name of a device.');
      if (typeof kind !== "string" || !isFaultKind(kind))
        throw new RangeError(`there is no fault "${kind}".`);
      if (typeof forS !== "number" || typeof afterS !== "number" || !(forS > 0) || !(afterS >= 0)) {
        throw new RangeError('"forS" and "afterS" are seconds of the home.');
      }
      return { do: "fault", home, device, kind, forS, afterS };
    case "clear":
      return { do: "clear", home, device: typeof device === "string" ? device : undefined };
    case "state":
    case "quarters":
      return { do: fields.do, home };
    default:
      throw new RangeError('"do" is fault, clear, state or quarters.');
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
