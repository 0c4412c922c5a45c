/** The wallet bound to this page: its platform, its device key and the community's chain. */
import { deviceKey } from "./device-key.ts";
import { platform } from "./platform.ts";
import { community } from "./session.ts";
import { createWallet, type Wallet } from "./wallet.ts";

/** Reads the community where it is not yet known. Throws as the client does. */
export async function deviceWallet(): Promise<Wallet> {
  const { chain, parameters } = community() ?? (await platform.call("GET /v1/community"));
  return createWallet({
    client: platform,
    key: deviceKey,
    chain,
    maxExpiryAhead: parameters.maxExpiryAhead,
  });
}

/** 16 random bytes: the name of a new sale. */
export function newSaleId(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(16));
}
