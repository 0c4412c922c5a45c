/**
 * `contrada limit`: the grid operator limits what goes through one home's connection for a time, or lifts it. The letter
 * is signed here, by a key of an operator on the chain, and handed to the platform, which needs nothing else.
 */
import { readFileSync } from "node:fs";
import { fromHex, toHex } from "#base/bytes.ts";
import { formatInstant } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { LIMIT_MAX_W, LIMIT_REASONS } from "#control/operator-limit.ts";
import { SEED_BYTES, type Signer, signerFromSeed } from "#crypto/keys.ts";
import { OPERATOR, townKey } from "#sim/plan.ts";
import { townIn } from "#sim/town-folder.ts";
import { createClient, ProblemError } from "#wire/client.ts";
import type { OperatorLimit } from "#wire/operator-limit-schemas.ts";
import { operatorLimitHash } from "#wire/operator-limits.ts";

const POWER = { kind: "integer", value: "W", min: 0, max: LIMIT_MAX_W, default: undefined } as const;
const SECONDS = { kind: "integer", value: "S", min: 1, max: 86_400 } as const;

const SETTINGS = {
  url: { kind: "text", value: "URL", default: "http://127.0.0.1:8080", help: "the platform" },
  home: {
    kind: "integer",
    value: "NUMBER",
    min: 1,
    max: 0xffff_ffff,
    default: undefined,
    help: "which home",
  },
  import: { ...POWER, help: "at most so much comes in; at least 500" },
  export: { ...POWER, help: "at most so much goes out" },
  minutes: { kind: "integer", value: "N", min: 1, max: 10_080, default: 60, help: "of the community's time" },
  reason: { kind: "text", value: LIMIT_REASONS.join("|"), default: "congestion", help: "why, for the owner" },
  failsafeImport: { ...POWER, help: "holds when the home does not hear the platform any more" },
  failsafeExport: { ...POWER, help: "the same, for what goes out" },
  failsafeAfter: { ...SECONDS, default: 120, help: "of silence" },
  failsafeFor: { ...SECONDS, default: 7_200, help: "so long, and then nothing" },
  lift: { kind: "switch", default: false, help: "lifts what stands" },
  key: {
    kind: "text",
    value: "FILE",
    default: undefined,
    help: "secret seed of an operator's key, hexadecimal",
  },
  member: {
    kind: "integer",
    value: "NUMBER",
    min: 1,
    max: 0xffff_ffff,
    default: OPERATOR,
    help: "whose key it is",
  },
  town: {
    kind: "text",
    value: "FOLDER",
    default: undefined,
    help: "signs as the operator of a simulated town",
  },
} as const;

export const limit: Command = {
  usage: "limit --home N --import W | --export W | --lift [flags]",
  about: [
    "The grid operator limits what goes through a home's connection for a time, with a failsafe for when nobody is heard.",
    "Accumulator, panels and loads keep to it; the owner reads it with its reason. docs/operating/limits.md.",
  ].join("\n"),
  settings: SETTINGS,
  examples: [
    ["limit --home 3 --import 2000 --minutes 90 --reason congestion --town data/town", "in a simulated town"],
    ["limit --home 3 --export 0 --failsafe-export 1000 --key operator.key", "with a failsafe"],
    ["limit --home 3 --lift --town data/town", "as before"],
  ],
  async run(args, environment) {
    const { values } = resolve(SETTINGS, args, environment);
    const { home, member, lift } = values;
    if (home === undefined) throw new UsageError("limit wants --home.");
    const signer = signerOf(values);
    const client = createClient(fetch, values.url.replace(/\/$/, ""));
    try {
      const { chain, time: issuedAt } = await client.call("GET /v1/community");
      const asked = lift ? null : limitFrom(values, issuedAt);
      const letter = { member, issuedAt, limit: asked };
      const signature = toHex(signer.sign(operatorLimitHash({ chain, home, ...letter })));
      const body = { ...letter, publicKey: toHex(signer.publicKey), signature };
      await client.call("PUT /v1/grid/homes/:home/limit", { params: { home }, body });
      console.log(
        asked === null
          ? `Home ${home} is not limited any more.`
          : `Home ${home} is limited until ${formatInstant(asked.until)} (${asked.reason}).`,
      );
      return 0;
    } catch (error) {
      if (error instanceof ProblemError) throw new UsageError(error.message, { cause: error });
      if (error instanceof TypeError) {
        throw new UsageError(`nobody answers at ${values.url}: is the platform running?`, { cause: error });
      }
      throw error;
    }
  },
};

function limitFrom(values: Values<typeof SETTINGS>, now: number): OperatorLimit {
  const reason = LIMIT_REASONS.find((one) => one === values.reason);
  if (reason === undefined) throw new UsageError(`--reason is one of ${LIMIT_REASONS.join(", ")}.`);
  const { import: importW, export: exportW, failsafeImport, failsafeExport } = values;
  if (importW === undefined && exportW === undefined) {
    throw new UsageError("limit wants --import, --export, both, or --lift.");
  }
  const hasFailsafe = failsafeImport !== undefined || failsafeExport !== undefined;
  return {
    importPowerMaxW: importW ?? null,
    exportPowerMaxW: exportW ?? null,
    ...{ from: now, until: now + 60 * values.minutes, reason },
    failsafe: hasFailsafe
      ? {
          importPowerMaxW: failsafeImport ?? null,
          exportPowerMaxW: failsafeExport ?? null,
          ...{ afterS: values.failsafeAfter, durationS: values.failsafeFor },
        }
      : null,
  };
}

function signerOf({ key, town }: Values<typeof SETTINGS>): Signer {
  if ((key === undefined) === (town === undefined)) {
    throw new UsageError("limit wants --key FILE, or --town FOLDER of a simulated town.");
  }
  if (town !== undefined) {
    const identity = townIn(town);
    if (identity === undefined) throw new UsageError(`there is no simulated town in ${town}.`);
    return townKey(identity.seed, "operator");
  }
  let text: string;
  try {
    text = readFileSync(key!, "utf8").trim();
  } catch (cause) {
    throw new UsageError(`${key} cannot be read.`, { cause });
  }
  const seed = fromHex(text);
  if (seed?.length !== SEED_BYTES)
    throw new UsageError(`${key} holds no seed of ${SEED_BYTES} bytes in hexadecimal.`);
  return signerFromSeed(seed);
}
