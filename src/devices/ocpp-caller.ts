/**
 * The charge point's end of OCPP 1.6-J: it calls in at a central system, again and again until it is there. For the
 * simulator of a home's devices and for tests; what a charge point does is whoever's uses it.
 */
import { RPCClient } from "ocpp-rpc";

export interface OcppCaller {
  /** Answers what the central system asks. */
  handle(method: string, answer: (params: unknown) => object): void;
  /** Rejects where nobody is there, or it answers with an error. */
  call(method: string, params: object): Promise<unknown>;
  readonly isOpen: boolean;
  /** Cuts the connection and stays away; `open` calls in again. */
  cut(): Promise<void>;
  open(): void;
  close(): Promise<void>;
}

/** What the package's types, stricter than it is, hide. */
interface Client {
  handle(method: string, answer: (message: { readonly params: unknown }) => object): void;
  call(method: string, params: object): Promise<unknown>;
  connect(): Promise<unknown>;
  close(how: { code: number; force: boolean }): Promise<unknown>;
  on(event: "close", listener: () => void): void;
}

const AGAIN_MS = 500;

/** `connected`: each time that it came through. */
export function ocppCaller(
  endpoint: string,
  identity: string,
  password: string | undefined,
  connected: () => void,
): OcppCaller {
  const answers = new Map<string, (params: unknown) => object>();
  let client: Client | undefined;
  let isOpen = false;
  let wanted = false;
  let timer: NodeJS.Timeout | undefined;
  const lost = () => {
    isOpen = false;
    client = undefined;
    if (wanted) timer = setTimeout(open, AGAIN_MS);
  };
  const open = () => {
    clearTimeout(timer);
    wanted = true;
    if (client !== undefined) return;
    const mine = new RPCClient({
      ...{ endpoint, identity, protocols: ["ocpp1.6"], strictMode: true, reconnect: false },
      ...(password !== undefined && { password }),
    } as ConstructorParameters<typeof RPCClient>[0]) as unknown as Client;
    client = mine;
    for (const [method, answer] of answers) mine.handle(method, ({ params }) => answer(params));
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      if (client === mine) lost();
    };
    mine.on("close", over);
    mine.connect().then(() => {
      if (client !== mine) return;
      isOpen = true;
      connected();
    }, over);
  };
  const cut = async () => {
    wanted = false;
    clearTimeout(timer);
    const mine = client;
    client = undefined;
    isOpen = false;
    await mine?.close({ code: 1000, force: true }).catch(() => undefined);
  };
  return {
    handle: (method, answer) => void answers.set(method, answer),
    async call(method, params) {
      if (client === undefined || !isOpen) throw new Error("nobody has answered the call yet");
      return client.call(method, params);
    },
    get isOpen() {
      return isOpen;
    },
    open,
    cut,
    close: cut,
  };
}
