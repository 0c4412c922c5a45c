/** `--trust WHOM`: whom a check without network believes. */
import { readFileSync } from "node:fs";
import { equalBytes, fromHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { genesisCodec } from "#chain/genesis.ts";
import { UsageError } from "#cli/settings.ts";
import { validatorSetHash } from "#consensus/validator-set.ts";
import type { Checkpoint, Trust } from "#ledger/proof.ts";

/** Throws `UsageError` where the file is none with JSON in it. */
export function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new UsageError(`${file} is no file with JSON in it.`);
  }
}

/**
 * The trust that 64 hexadecimal digits or the name of a genesis file stand for; a validator set's hash is looked for
 * in the checkpoint. Throws `UsageError` where the text is neither.
 */
export function trustFrom(text: string, chain: string, checkpoint: Checkpoint | undefined): Trust {
  const hash = /^[0-9a-fA-F]{64}$/.test(text) ? fromHex(text)! : undefined;
  if (hash !== undefined) {
    if (checkpoint?.by !== "validators") return { chain, producer: hash };
    const { validators } = checkpoint;
    return { chain, validators: equalBytes(validatorSetHash(validators), hash) ? validators : [] };
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(text);
  } catch {
    throw new UsageError(`--trust: "${text}" is neither 64 hexadecimal digits nor a file.`);
  }
  const own = decode(genesisCodec, bytes);
  if (own.ok) return { chain: own.value.chain, producer: own.value.producer };
  const network = networkGenesis(jsonOf(text));
  if (network === undefined) throw new UsageError(`--trust: ${text} is no genesis file.`);
  return network;
}

interface NetworkGenesis {
  readonly chain_id: string;
  readonly validators: readonly { readonly pub_key: { readonly value: string }; readonly power: string }[];
}

/** Of CometBFT's `genesis.json`. */
function networkGenesis(json: unknown): Trust | undefined {
  try {
    const { chain_id: chain, validators } = json as NetworkGenesis;
    if (typeof chain !== "string" || validators.length === 0) return undefined;
    return {
      chain,
      validators: validators.map(({ pub_key, power }) => ({
        publicKey: new Uint8Array(Buffer.from(pub_key.value, "base64")),
        power: BigInt(power),
      })),
    };
  } catch {
    return undefined;
  }
}
