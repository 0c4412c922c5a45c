/**
 * Speaking to CometBFT's JSON-RPC (0.38, 0.39). Questions go over HTTP, one request each on connections that
 * are kept. Transactions go over one WebSocket, in the order in which they are handed in, without waiting for
 * one another: CometBFT takes the requests of a connection one after the other, so a sender's transactions
 * stay in the order of their nonces, which parallel HTTP requests would not keep.
 *
 * Only what is read here is promised; the rest of an answer is left alone.
 */

export type RpcProblem =
  /** Nobody answers there. */
  | "unreachable"
  | "timeout"
  /** The answer is longer than the limit. */
  | "too_large"
  /** The answer is none of JSON-RPC, or lacks what was asked for. */
  | "malformed"
  /** CometBFT says no; `message` has its words. */
  | "refused";

export class CometRpcError extends Error {
  override readonly name = "CometRpcError";
  readonly problem: RpcProblem;

  constructor(problem: RpcProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.problem = problem;
  }
}

export interface CometStatus {
  readonly nodeId: string;
  readonly moniker: string;
  readonly version: string;
  readonly chain: string;
  readonly latestHeight: number;
  /** As CometBFT writes it: `2026-11-25T20:00:00.123456789Z`. */
  readonly latestTime: string;
  readonly catchingUp: boolean;
  /** Of this node's own key, upper-case hexadecimal; power 0 where it is no validator. */
  readonly validator: { readonly address: string; readonly power: bigint };
}

export interface CometValidator {
  /** 20 bytes, upper-case hexadecimal. */
  readonly address: string;
  readonly publicKey: Uint8Array;
  readonly power: bigint;
}

export interface CometPeer {
  readonly nodeId: string;
  readonly moniker: string;
  readonly address: string;
}

/** A height's header and commit, as CometBFT's JSON has them. */
export interface CometCommit {
  readonly header: Readonly<Record<string, unknown>>;
  readonly commit: Readonly<Record<string, unknown>>;
  /** Addresses of the validators that signed for the block, upper-case hexadecimal. */
  readonly signers: readonly string[];
  readonly canonical: boolean;
}

/** Where consensus stands: from step 3 on it is at work on a block. */
export interface ConsensusStep {
  readonly height: number;
  readonly round: number;
  readonly step: number;
}

export interface CometRpcOptions {
  /** `http://127.0.0.1:26657` */
  readonly address: string;
  /** Of one request. */
  readonly timeoutMs?: number;
  /** Of one answer. */
  readonly maxBytes?: number;
}

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 16 * 1024 * 1024;
const VALIDATORS_PER_PAGE = 100;
/** `BlockIDFlagCommit`: signed for the block, not for nil, and not absent. */
const SIGNED_FOR_BLOCK = 2;

export class CometRpc {
  readonly address: string;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  #id = 0;

  constructor({ address, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES }: CometRpcOptions) {
    this.address = address;
    this.#timeoutMs = timeoutMs;
    this.#maxBytes = maxBytes;
  }

  /** Every method throws `CometRpcError`. */
  async status(): Promise<CometStatus> {
    const { node_info, sync_info, validator_info } = await this.call("status", {});
    return {
      nodeId: text(node_info, "id"),
      moniker: text(node_info, "moniker"),
      version: text(node_info, "version"),
      chain: text(node_info, "network"),
      latestHeight: whole(sync_info, "latest_block_height"),
      latestTime: text(sync_info, "latest_block_time"),
      catchingUp: member(sync_info, "catching_up") === true,
      validator: {
        address: text(validator_info, "address"),
        power: BigInt(whole(validator_info, "voting_power")),
      },
    };
  }

  /** The header and transactions of a block, as CometBFT's JSON has them. */
  async block(height: number): Promise<Readonly<Record<string, unknown>>> {
    return object((await this.call("block", { height: String(height) })).block, "block");
  }

  /** Of the last height where none is named. */
  async commit(height?: number): Promise<CometCommit> {
    const answer = await this.call("commit", at(height));
    const signed = object(answer.signed_header, "signed_header");
    const commit = object(signed.commit, "commit");
    const signatures = Array.isArray(commit.signatures) ? commit.signatures : [];
    return {
      header: object(signed.header, "header"),
      commit,
      signers: signatures
        .filter((one) => member(one, "block_id_flag") === SIGNED_FOR_BLOCK)
        .map((one) => text(one, "validator_address")),
      canonical: answer.canonical === true,
    };
  }

  /** All of a height, or of the last. */
  async validators(height?: number): Promise<CometValidator[]> {
    const found: CometValidator[] = [];
    for (let page = 1; ; page++) {
      const asked = { ...at(height), page: String(page), per_page: String(VALIDATORS_PER_PAGE) };
      const answer = await this.call("validators", asked);
      const validators = Array.isArray(answer.validators) ? answer.validators : [];
      for (const one of validators) {
        found.push({
          address: text(one, "address"),
          publicKey: bytesOf(member(member(one, "pub_key"), "value")),
          power: BigInt(whole(one, "voting_power")),
        });
      }
      if (validators.length === 0 || found.length >= whole(answer, "total")) return found;
    }
  }

  async netInfo(): Promise<CometPeer[]> {
    const { peers } = await this.call("net_info", {});
    return (Array.isArray(peers) ? peers : []).map((peer) => {
      const about = object(member(peer, "node_info"), "node_info");
      return {
        nodeId: text(about, "id"),
        moniker: text(about, "moniker"),
        address: text(peer, "remote_ip"),
      };
    });
  }

  async consensusStep(): Promise<ConsensusStep> {
    const { round_state } = await this.call("consensus_state", {});
    const match = /^(\d+)\/(\d+)\/(\d+)$/.exec(text(round_state, "height/round/step"));
    if (match === null) throw new CometRpcError("malformed", "consensus_state names no step");
    const [height, round, step] = match.slice(1).map(Number) as [number, number, number];
    return { height, round, step };
  }

  async abciQuery(path: string, data: Uint8Array, prove = false): Promise<Readonly<Record<string, unknown>>> {
    const hex = Buffer.from(data).toString("hex");
    const { response } = await this.call("abci_query", { path, data: hex, prove });
    return object(response, "response");
  }

  /** Hands a transaction in and waits for CheckTx: its code, and CometBFT's hash of the bytes. */
  async broadcastSync(transaction: Uint8Array): Promise<{ readonly code: number; readonly hash: string }> {
    const answer = await this.call("broadcast_tx_sync", { tx: base64(transaction) });
    return { code: whole(answer, "code"), hash: text(answer, "hash") };
  }

  async call(
    method: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    this.#id += 1;
    const body = JSON.stringify({ jsonrpc: "2.0", id: this.#id, method, params });
    let answer: string;
    try {
      const response = await fetch(this.address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      answer = await this.#read(response);
    } catch (cause) {
      if (cause instanceof CometRpcError) throw cause;
      if ((cause as Error).name === "TimeoutError") {
        throw new CometRpcError("timeout", `${method}: no answer within ${this.#timeoutMs} ms`, cause);
      }
      throw new CometRpcError("unreachable", `${method}: ${this.address} does not answer`, cause);
    }
    return resultOf(method, answer);
  }

  async #read(response: Response): Promise<string> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      bytes += piece.length;
      if (bytes > this.#maxBytes) {
        throw new CometRpcError("too_large", `an answer of more than ${this.#maxBytes} bytes`);
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  }
}

/** A WebSocket for transactions. */
export class CometBroadcast {
  /** Resolves when it is open; rejects with `CometRpcError` unreachable. */
  readonly opened: Promise<void>;
  /** Resolves when it is closed, by whomever. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #id = 0;

  constructor(address: string) {
    const socket = new WebSocket(`${address.replace(/^http/, "ws")}/websocket`);
    const opened = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    opened.promise.catch(() => undefined);
    socket.onopen = () => opened.resolve();
    socket.onerror = () => socket.close();
    socket.onclose = () => {
      const gone = new CometRpcError("unreachable", `${address} closed the connection`);
      opened.reject(gone);
      for (const { reject } of this.#waiting.values()) reject(gone);
      this.#waiting.clear();
      closed.resolve();
    };
    socket.onmessage = ({ data }) => this.#answered(String(data));
    this.#socket = socket;
    this.opened = opened.promise;
    this.closed = closed.promise;
  }

  /** Transactions without an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Hands a transaction in; resolves when CometBFT has taken it to be checked. Rejects with `CometRpcError`:
   * unreachable where the connection ended first, refused with CometBFT's words (in its cache already, no
   * room, catching up).
   */
  send(transaction: Uint8Array): Promise<void> {
    this.#id += 1;
    const id = this.#id;
    const answer = Promise.withResolvers<void>();
    this.#waiting.set(id, answer);
    const params = { tx: base64(transaction) };
    try {
      this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "broadcast_tx_async", params }));
    } catch (cause) {
      this.#waiting.delete(id);
      answer.reject(new CometRpcError("unreachable", "the connection is not open", cause));
    }
    return answer.promise;
  }

  close(): void {
    this.#socket.close();
  }

  #answered(text: string): void {
    const message: unknown = JSON.parse(text);
    const id = Number(member(message, "id"));
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    const error = member(message, "error");
    if (error === undefined || error === null) waiting?.resolve();
    else waiting?.reject(refusalOf("broadcast_tx_async", error));
  }
}

/** Whether CometBFT itself said no. */
export function isRefusal(error: unknown): error is CometRpcError {
  return error instanceof CometRpcError && error.problem === "refused";
}

/** Whether CometBFT refused a transaction because it has seen these very bytes. */
export function isSeenBefore(error: unknown): boolean {
  return isRefusal(error) && /in cache/.test(error.message);
}

/**
 * Whether CometBFT takes no transaction because it is fetching the blocks of others; so since 0.39, while 0.38 takes
 * them.
 */
export function isCatchingUp(error: unknown): boolean {
  return isRefusal(error) && /catching up/.test(error.message);
}

function resultOf(method: string, text: string): Readonly<Record<string, unknown>> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new CometRpcError("malformed", `${method}: the answer is no JSON`, cause);
  }
  const error = member(message, "error");
  if (error !== undefined && error !== null) throw refusalOf(method, error);
  return object(member(message, "result"), "result");
}

function refusalOf(method: string, error: unknown): CometRpcError {
  const words = [member(error, "message"), member(error, "data")].filter((one) => typeof one === "string");
  return new CometRpcError("refused", `${method}: ${words.join(": ")}`);
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function object(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw new CometRpcError("malformed", `an answer without ${name}`);
}

function text(value: unknown, name: string): string {
  const found = member(value, name);
  if (typeof found === "string") return found;
  throw new CometRpcError("malformed", `an answer without ${name}`);
}

/** Go's int64 come as texts. */
function whole(value: unknown, name: string): number {
  const found = member(value, name);
  const number = typeof found === "string" && found !== "" ? Number(found) : found;
  if (typeof number === "number" && Number.isSafeInteger(number)) return number;
  throw new CometRpcError("malformed", `an answer without ${name}`);
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value !== "string") throw new CometRpcError("malformed", "an answer without a key");
  return new Uint8Array(Buffer.from(value, "base64"));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function at(height: number | undefined): { readonly height?: string } {
  return height === undefined ? {} : { height: String(height) };
}
