/** Names the keys of a code on paper to the platform, so that one's number can change and the code still helps back. */
import { paperLetters } from "../../paper-code.ts";
import { platform } from "../../platform.ts";
import { knownCommunity } from "../../session.ts";

/**
 * Names which keys of a code follow the one that stands after so many renewals, up to its last. Fails as the platform
 * refuses; of the code nothing leaves the device but public keys and signatures.
 */
export async function offerPaperKeys(code: string, renewals: number): Promise<void> {
  const { chain } = await knownCommunity();
  const letters = await paperLetters(code, chain, renewals);
  await platform.call("POST /v1/account/guardian-keys", { body: { letters } });
}
