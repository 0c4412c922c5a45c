/**
 * `contrada gateways list|code|revoke|broker-files FOLDER`: the gateways of a platform, on its own machine and in its
 * own folder, whether it runs or not. A platform that runs notices a revocation within half a minute.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { renderUnicodeCompact } from "uqr";
import { formatInstant } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { CertificateAuthority, VALID_DAYS_DEFAULT } from "#platform/gateways/authority.ts";
import { writeBrokerFiles, writeRevocations } from "#platform/gateways/broker-files.ts";
import { Enrolment } from "#platform/gateways/enrolment.ts";
import { GatewayRegistry } from "#platform/gateways/registry.ts";
import { PlatformStore } from "#platform/store.ts";

const SETTINGS = {
  home: {
    kind: "integer",
    value: "NUMBER",
    min: 1,
    max: 0xffff_ffff,
    default: undefined,
    help: "code: which home's",
  },
  gateway: { kind: "text", value: "NAME", default: undefined, help: "revoke: which" },
  url: {
    kind: "text",
    value: "URL",
    default: "http://127.0.0.1:8080",
    help: "code: the platform's address, as the gateway reaches it",
  },
  community: { kind: "text", value: "NAME", default: "Contrada", help: "the name in a new authority" },
  into: {
    kind: "text",
    value: "FOLDER",
    default: undefined,
    help: "broker-files: where they go; revoke: where the external broker's list is",
  },
  names: {
    kind: "text",
    value: "A,B",
    default: "localhost,127.0.0.1",
    help: "broker-files: names and addresses under which the broker is reached",
  },
  mqttPort: {
    kind: "integer",
    value: "PORT",
    min: 1,
    max: 65_535,
    default: 8883,
    help: "broker-files: its port",
  },
  json: { kind: "switch", default: false, help: "list: one JSON object" },
} as const;

const WORDS = ["list", "code", "revoke", "broker-files"] as const;

export const gateways: Command = {
  usage: "gateways list|code|revoke|broker-files FOLDER [flags]",
  about: [
    "The gateways of a platform, on its own machine: list shows them, code makes a code for a home and shows it with a",
    "QR code, revoke shuts one out, broker-files writes what an external broker (Mosquitto) needs.",
    "docs/home/onboarding.md, docs/operating/gateways.md.",
  ].join("\n"),
  settings: SETTINGS,
  examples: [
    ["gateways list data/town", "every gateway, removed ones included"],
    ["gateways code data/town --home 3", "a code for home 3, to be typed or scanned within an hour"],
    ["gateways revoke data/town --gateway 00f3a8…", "its certificate counts no more"],
    ["gateways broker-files data/town --into /etc/mosquitto/contrada --names mqtt.example", "for Mosquitto"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [word, folder, ...more] = words;
    const wanted = WORDS.find((one) => one === word);
    if (wanted === undefined || folder === undefined || more.length > 0) {
      throw new UsageError(`gateways wants one of ${WORDS.join(", ")} and the platform's folder.`);
    }
    const file = join(folder, "platform.sqlite");
    if (!existsSync(file) || !statSync(file).isFile()) {
      throw new UsageError(`${folder} is no folder of a platform: there is no platform.sqlite in it.`);
    }
    const store = new PlatformStore(file);
    try {
      const registry = new GatewayRegistry(store.database);
      const wallNow = () => Math.floor(Date.now() / 1000);
      if (wanted === "list") {
        list(registry, values.json);
        return 0;
      }
      const authority = await CertificateAuthority.open(folder, values.community);
      if (wanted === "code") {
        if (values.home === undefined) throw new UsageError("gateways code wants --home.");
        const enrolment = new Enrolment({
          registry,
          authority,
          chain: "",
          wallNow,
          validDays: VALID_DAYS_DEFAULT,
        });
        const { code, expiresAt } = enrolment.newCode(values.home);
        const link = new URL("contrada:enrol");
        link.search = new URLSearchParams({ url: values.url, code, ca: authority.fingerprint }).toString();
        console.log(renderUnicodeCompact(link.href));
        console.log(
          `Code for home ${values.home}: ${code}, until ${formatInstant(expiresAt)}; shown this once.`,
        );
        console.log(`Fingerprint of the authority: ${authority.fingerprint}`);
        return 0;
      }
      if (wanted === "revoke") {
        const { gateway, into } = values;
        if (gateway === undefined) throw new UsageError("gateways revoke wants --gateway.");
        if (!registry.revoke(gateway, wallNow())) {
          throw new UsageError(`there is no gateway ${gateway} that counts; "gateways list" shows them.`);
        }
        if (into !== undefined) {
          await writeRevocations(into, authority, registry.revokedCertificates(wallNow()));
        }
        console.log(`Gateway ${gateway} is shut out.`);
        const { home, meteringFrom } = registry.gateway(gateway)!;
        if (meteringFrom !== null) {
          console.log(
            `Home ${home} has no meter until another comes: a new gateway or, in a town that runs, its simulated home within two quarter hours; "gateways list" says when.`,
          );
        }
        return 0;
      }
      if (values.into === undefined) throw new UsageError("gateways broker-files wants --into.");
      await writeBrokerFiles({
        folder: values.into,
        authority,
        names: values.names.split(","),
        port: values.mqttPort,
        revoked: registry.revokedCertificates(wallNow()),
      });
      console.log(`The broker's files are in ${values.into}.`);
      return 0;
    } finally {
      store.close();
    }
  },
};

/** What became of the home of a gateway that was shut out. */
function aftermath(from: number | null, until: number | null): string {
  if (from === null) return "never metered";
  if (until === null) return "no other meter has taken its place yet";
  return `another meter counts from ${formatInstant(until)}`;
}

function list(registry: GatewayRegistry, json: boolean): void {
  const rows = registry.all().map((row) => ({
    gateway: row.name,
    home: row.home,
    state: row.revoked !== null ? "revoked" : row.meteringFrom === null ? "enrolled" : "metering",
    version: row.version,
    enrolledAt: row.enrolled,
    certificateUntil: registry.certificatesOf(row.name)[0]?.expires ?? 0,
    needsCode: registry.needsCode(row, Math.floor(Date.now() / 1000)),
    heardAt: row.heard,
    acknowledged: row.through,
    meteringFrom: row.meteringFrom,
    meteringUntil: row.meteringUntil,
  }));
  if (json) {
    console.log(JSON.stringify({ gateways: rows }));
    return;
  }
  if (rows.length === 0) console.log("There are no gateways.");
  for (const {
    gateway,
    home,
    state,
    certificateUntil,
    needsCode,
    heardAt,
    meteringFrom,
    meteringUntil,
  } of rows) {
    if (state === "revoked") {
      console.log(`${gateway}  home ${home}  revoked  ${aftermath(meteringFrom, meteringUntil)}`);
      continue;
    }
    const heard = heardAt === null ? "never heard" : `heard ${formatInstant(heardAt)}`;
    console.log(
      `${gateway}  home ${home}  ${state}  until ${formatInstant(certificateUntil)}  ${heard}${needsCode ? "  needs a new code" : ""}`,
    );
  }
}
