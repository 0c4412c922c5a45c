/**
 * `contrada organisation admit|propose|vote HOME`: what an organisation, or the operator, signs with a key file on
 * its own host and hands in at its own node: the admission of a member that is an organisation, a proposal to give
 * it a validator or to remove it, and votes.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { admitMember, castVote, proposeMotion } from "#chain/transactions.ts";
import type { Command } from "#cli/command.ts";
import { ORGANISATION_KEY_FILE } from "#cli/network-join.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { SEED_BYTES, type Signer, signerFromSeed } from "#crypto/keys.ts";
import {
  IDENTITY_SECRET_BYTES,
  identityCommitment,
  identityNullifier,
  identityNumber,
} from "#ledger/identity.ts";
import type { Motion } from "#market/proposal.ts";
import { HandInError, handIn, lastProposal } from "#node/comet/hand-in.ts";
import { rpcAddress } from "#node/comet/host.ts";
import { CometRpc, CometRpcError } from "#node/comet/rpc.ts";
import { NodeFault } from "#node/fault.ts";

const NUMBER = { kind: "integer", min: 1, max: 0xffff_ffff, default: undefined } as const;

const SETTINGS = {
  key: {
    kind: "text",
    value: "FILE",
    default: undefined,
    help: `secret seed to sign with, in hexadecimal (default HOME/${ORGANISATION_KEY_FILE})`,
  },
  member: { ...NUMBER, value: "NUMBER", help: "admit: its number from now on" },
  memberKey: {
    kind: "text",
    value: "HEX",
    default: undefined,
    help: "admit: its member key, as network join printed it",
  },
  country: { kind: "text", value: "CC", default: undefined, help: "admit: whose register, two letters" },
  registerNumber: {
    kind: "text",
    value: "TEXT",
    default: undefined,
    help: "admit: its number in the companies' register",
  },
  name: { kind: "text", value: "TEXT", default: undefined, help: "admit: its name there" },
  registrar: {
    kind: "text",
    value: "FILE",
    default: undefined,
    help: "admit: what the registrar keeps outside the chain: nullifier key, salts and fields; made where it is missing",
  },
  admit: { ...NUMBER, value: "NUMBER", help: "propose: this member becomes an organisation" },
  remove: { ...NUMBER, value: "NUMBER", help: "propose: this one is none any more" },
  validator: {
    kind: "text",
    value: "HEX",
    default: undefined,
    help: "propose --admit: the key of its validator",
  },
  purpose: {
    kind: "text",
    value: "TEXT",
    default: undefined,
    help: "propose: why, in a sentence that all can read",
  },
  proposal: { ...NUMBER, value: "NUMBER", help: "vote: which" },
  yes: { kind: "switch", default: true, help: "vote: against it" },
} as const;

type OrganisationValues = Values<typeof SETTINGS>;

const WITHIN_MS = 60_000;

export const organisation: Command = {
  usage: "organisation admit|propose|vote HOME [flags]",
  about: [
    "Signs with a key file on this host and hands in at the node of HOME, which has to run: the admission of an",
    "organisation as a member (for whoever admits members), a proposal to make it one of the validators or to remove",
    "it, and a vote. The answer comes when a block holds it.",
  ].join("\n"),
  settings: SETTINGS,
  examples: [
    [
      'organisation admit HOME --key operator.key --member 900005 --member-key HEX --country IT --register-number "MI 123" --name "Alba" --registrar registrar.json',
      "a fifth organisation becomes a member",
    ],
    [
      'organisation propose HOME --admit 900005 --validator HEX --purpose "Alba joins"',
      "and is to be a validator",
    ],
    ["organisation vote HOME --proposal 1", "yes, by the organisation of this home"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [verb, home, more] = words;
    if (verb !== "admit" && verb !== "propose" && verb !== "vote") {
      throw new UsageError("organisation wants admit, propose or vote after it, and then a home.");
    }
    if (home === undefined) throw new UsageError(`organisation ${verb} wants the home of a node that runs.`);
    if (more !== undefined) throw new UsageError(`organisation takes one home; "${more}" is one too many.`);
    const rpc = new CometRpc({ address: addressOf(home) });
    const signer = signerIn(values.key ?? join(home, ORGANISATION_KEY_FILE));
    try {
      return await DEEDS[verb](rpc, signer, values);
    } catch (error) {
      const told = error instanceof HandInError || error instanceof CometRpcError;
      throw told ? new UsageError(error.message, { cause: error }) : error;
    }
  },
};

const DEEDS = { admit, propose, vote } as const;

async function admit(rpc: CometRpc, signer: Signer, values: OrganisationValues): Promise<number> {
  const member = wanted(values.member, "admit", "member");
  const key = bytesOf(wanted(values.memberKey, "admit", "member-key"), "member-key");
  const country = wanted(values.country, "admit", "country").toUpperCase();
  if (!/^[A-Z]{2}$/.test(country)) throw new UsageError("--country wants two letters like IT.");
  const fields = {
    of: "organisation",
    country,
    number: identityNumber(wanted(values.registerNumber, "admit", "register-number")),
    name: wanted(values.name, "admit", "name"),
  } as const;
  const file = wanted(values.registrar, "admit", "registrar");
  const kept = registrarFile(file);
  const salt = new Uint8Array(randomBytes(IDENTITY_SECRET_BYTES));
  const identity = {
    commitment: identityCommitment(salt, fields),
    nullifier: identityNullifier(kept.nullifierKey, fields),
  };
  // First what cannot be had again: without its salt nobody can open the commitment.
  kept.write({ member, salt: toHex(salt), ...fields });
  const body = { member, role: "organisation", keys: [key], identity } as const;
  const height = await handIn(
    rpc,
    signer,
    { number: admitMember.number, body: encode(admitMember.codec, body) },
    WITHIN_MS,
  );
  console.log(`block ${height}: ${fields.name} is member ${member}. What was seen is in ${file}.`);
  return 0;
}

async function propose(rpc: CometRpc, signer: Signer, values: OrganisationValues): Promise<number> {
  const purpose = wanted(values.purpose, "propose", "purpose");
  const motion = motionOf(values);
  const height = await handIn(
    rpc,
    signer,
    { number: proposeMotion.number, body: encode(proposeMotion.codec, { purpose, motion }) },
    WITHIN_MS,
  );
  console.log(
    `block ${height}: proposed. The newest proposal is number ${await lastProposal(rpc)}; each organisation votes by: contrada organisation vote HOME --proposal NUMBER`,
  );
  return 0;
}

function motionOf({ admit, remove, validator }: OrganisationValues): Motion {
  if ((admit === undefined) === (remove === undefined)) {
    throw new UsageError("organisation propose wants --admit NUMBER or --remove NUMBER.");
  }
  if (remove !== undefined) return { type: "remove_organisation", member: remove };
  const key = validator === undefined ? undefined : bytesOf(validator, "validator");
  return { type: "admit_organisation", member: admit!, validator: key };
}

async function vote(rpc: CometRpc, signer: Signer, values: OrganisationValues): Promise<number> {
  const proposal = wanted(values.proposal, "vote", "proposal");
  const { yes } = values;
  const height = await handIn(
    rpc,
    signer,
    { number: castVote.number, body: encode(castVote.codec, { proposal, yes }) },
    WITHIN_MS,
  );
  console.log(`block ${height}: ${yes ? "yes" : "no"} to proposal ${proposal}.`);
  return 0;
}

function wanted<T>(value: T | undefined, verb: string, flag: string): T {
  if (value === undefined || value === "") throw new UsageError(`organisation ${verb} wants --${flag}.`);
  return value;
}

function bytesOf(hex: string, flag: string): Uint8Array {
  const bytes = fromHex(hex.trim().toLowerCase());
  if (bytes?.length !== 32) throw new UsageError(`--${flag} wants 64 hexadecimal digits, not "${hex}".`);
  return bytes;
}

function addressOf(home: string): string {
  try {
    return rpcAddress(home);
  } catch (error) {
    throw error instanceof NodeFault ? new UsageError(error.message, { cause: error }) : error;
  }
}

function signerIn(file: string): Signer {
  const seed = existsSync(file) ? fromHex(readFileSync(file, "utf8").trim()) : undefined;
  if (seed?.length !== SEED_BYTES) throw new UsageError(`${file} holds no key; name one by --key FILE.`);
  return signerFromSeed(seed);
}

interface Attested {
  readonly member: number;
  readonly salt: string;
  readonly of: string;
  readonly country: string;
  readonly number: string;
  readonly name: string;
}

/** Throws `UsageError` where a file is something else. */
function registrarFile(file: string): { readonly nullifierKey: Uint8Array; write(one: Attested): void } {
  const kept = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as { nullifierKey?: unknown; members?: unknown })
    : { nullifierKey: toHex(new Uint8Array(randomBytes(IDENTITY_SECRET_BYTES))), members: [] };
  const nullifierKey = typeof kept.nullifierKey === "string" ? fromHex(kept.nullifierKey) : undefined;
  const { members } = kept;
  if (nullifierKey?.length !== IDENTITY_SECRET_BYTES || !Array.isArray(members)) {
    throw new UsageError(`${file} is no registrar's file.`);
  }
  return {
    nullifierKey,
    write(one) {
      const content = { nullifierKey: kept.nullifierKey, members: [...members, one] };
      writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
    },
  };
}
