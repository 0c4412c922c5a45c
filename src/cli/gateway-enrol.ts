/** `contrada gateway enrol`: brings this box into a community with a code that its home's owner was shown. */
import { connect } from "node:net";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { statusSocketOf } from "#gateway/box.ts";
import { EnrolmentError, enrol, type Invitation, readInvitation } from "#gateway/enrol.ts";
import { IDENTITY_FILE, meterKeyOf, readIdentity, validityOf, writeIdentity } from "#gateway/identity.ts";

const SETTINGS = {
  folder: { kind: "text", value: "FOLDER", default: "data/gateway", help: "the gateway's folder" },
  url: {
    kind: "text",
    value: "URL",
    default: undefined,
    help: "the platform's address, https://… (http:// on this machine)",
  },
  code: { kind: "text", value: "CODE", default: undefined, help: "the code that was shown" },
  fingerprint: {
    kind: "text",
    value: "HEX",
    default: undefined,
    help: "of the community's authority, as it was shown beside the code: the answer must be of that one",
  },
  link: {
    kind: "text",
    value: "LINK",
    default: undefined,
    help: "what the QR code holds, contrada:enrol?…: address, code and fingerprint at once",
  },
  plain: {
    kind: "switch",
    default: false,
    help: "let the code travel unencrypted to another machine: on a network of your own only",
  },
  again: {
    kind: "switch",
    default: false,
    help: "leave the community that this box is in, and its meter keys",
  },
} as const;

export const gatewayEnrol: Command = {
  usage: "gateway enrol --url URL --code CODE | --link LINK [flags]",
  about: [
    "Makes this box a gateway of a home: keys are made here and stay here, the platform signs a certificate. Ask for a",
    "code in the app (Plant) or at the operator; it counts for an hour and for one gateway. docs/home/onboarding.md.",
  ].join("\n"),
  settings: SETTINGS,
  examples: [
    [
      "gateway enrol --url https://contrada.example --code 7K3Q-90XM-4TRD-B2WC-HE5N",
      "with the code that the app shows",
    ],
  ],
  async run(args, environment) {
    const { values } = resolve(SETTINGS, args, environment);
    const { folder, plain, again } = values;
    if (!again && readIdentity(folder) !== undefined) {
      throw new UsageError(
        `${folder}/${IDENTITY_FILE} says that this box is enrolled; --again leaves that community, and what it has not delivered goes along only where it comes in again for the same home.`,
      );
    }
    const { default: project } = await import("../../package.json", { with: { type: "json" } });
    try {
      const identity = await enrol(invitationOf(values), { version: project.version, plain });
      writeIdentity(folder, identity);
      const { gateway, home, broker } = identity.enrolled;
      const until = new Date(validityOf(identity).until * 1000).toISOString().slice(0, 10);
      console.log(`This box is gateway ${gateway} of home ${home}.`);
      console.log(`Its certificate counts until ${until} and is renewed by itself; the broker is ${broker}.`);
      console.log(`Its meter's key is ${meterKeyOf(identity.meterSeed)}.`);
      console.log(
        (await runsIn(folder))
          ? "A gateway runs here and does not know of it yet: start it again."
          : `Start it: contrada gateway --folder ${folder}`,
      );
      return 0;
    } catch (error) {
      if (error instanceof EnrolmentError) throw new UsageError(error.message, { cause: error });
      throw error;
    }
  },
};

/** Whether a gateway answers in the folder. */
function runsIn(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(statusSocketOf(folder));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function invitationOf(values: {
  readonly url: string | undefined;
  readonly code: string | undefined;
  readonly link: string | undefined;
  readonly fingerprint: string | undefined;
}): Invitation {
  const { url, code, link, fingerprint } = values;
  if (link !== undefined) {
    const invitation = readInvitation(link);
    if (invitation === undefined)
      throw new UsageError("--link wants what the QR code holds: contrada:enrol?…");
    return invitation;
  }
  if (url === undefined || code === undefined) {
    throw new UsageError("gateway enrol wants --url and --code, or --link.");
  }
  return {
    url: url.replace(/\/+$/, ""),
    code,
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}
