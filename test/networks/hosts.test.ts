/**
 * docs/operating/network.md as written, on loopback: sentries before validators and TLS before their RPC, a new
 * release on one host after the other, a backup that is restored, and a validator that moves to another folder as to
 * another host, without signing twice. The long form only.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fromHex, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { MicroEur } from "#base/units.ts";
import { depositMoney } from "#chain/transactions.ts";
import { readNetwork } from "#cli/network-file.ts";
import { type Signer, signerFromSeed } from "#crypto/keys.ts";
import { signTransaction } from "#ledger/transaction.ts";
import { findComet } from "#node/comet/binary.ts";
import { freePorts, nodeIdOf } from "#node/comet/homes.ts";
import { p2pAddress, rpcAddress } from "#node/comet/host.ts";
import { CometRpc } from "#node/comet/rpc.ts";
import { createClient } from "#wire/client.ts";
import { tokenFor } from "../../src/platform/test-street.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { temporaryFolder } from "../support/node-load.ts";
import { eventually } from "./agreement.ts";
import { cometAbsent } from "./comet-network.ts";
import { done, end, runningBy, statusOf, TRUSTED } from "./commands.ts";

/** As Debian installs it: the TLS in front of a sentry. */
const NGINX = "/usr/sbin/nginx";
const WITHIN_MS = 120_000;
const NAMES = ["node0", "node1", "node2", "node3"];
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = join(ROOT, "bin", "contrada.js");
const NEXT_VERSION = "0.1.1-next";
/** The first member of a network without a town. */
const OPERATOR = 1;

/** A network of four that runs, each node by a command of its own. */
async function fourHosts(t: TestContext) {
  const network = join(temporaryFolder(t), "network");
  const laws = `${network}.json`;
  writeFileSync(laws, JSON.stringify({ maxOpenProposals: 500 }));
  await done("network", "init", network, "--no-town", "--laws", laws);
  const homes = NAMES.map((name) => join(network, name));
  const ports = await freePorts(NAMES.length);
  const portOf = (home: string) => ports[homes.indexOf(home)];
  const start = async (home: string, program = PROGRAM) => {
    const port = portOf(home) ?? (await freePorts(1))[0];
    return runningBy(program, t, "node", home, "--port", String(port));
  };
  const nodes = await Promise.all(homes.map((home) => start(home)));
  await eventually(
    "all answer",
    async () => (await statusOf(network)).nodes.every((node) => node.running && node.height > 0) || undefined,
    WITHIN_MS,
  );
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  return { network, homes, urls, nodes, start };
}

/** The project under another version, in a folder of its own: the same rules, so that no block changes. */
function nextRelease(t: TestContext): string {
  const folder = temporaryFolder(t);
  for (const part of ["bin", "src"]) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  const about = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...about, version: NEXT_VERSION }));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return join(folder, "bin", "contrada.js");
}

/** A member that hands in one deposit after the other, each when the one before stands in a block. */
class Depositor {
  readonly #network: string;
  readonly #signer: Signer;
  /** How many stand in blocks. */
  committed = 0;

  constructor(network: string) {
    this.#network = network;
    this.#signer = signerFromSeed(fromHex(readFileSync(join(network, "operator.key"), "utf8").trim())!);
  }

  /** Goes on at a node until `over`. */
  async work(url: string, over: AbortSignal): Promise<void> {
    const { chain } = readNetwork(this.#network);
    const client = createClient(fetch, url, await tokenFor(url, chain, this.#signer));
    while (!over.aborted) {
      const { height, nonce } = await client.call("GET /v1/account");
      const reference = `deposit ${this.committed}`;
      const body = encode(depositMoney.codec, { member: OPERATOR, amount: MicroEur(1n), reference });
      const envelope = { chain, kind: depositMoney.number, sender: OPERATOR, nonce: nonce + 1 };
      const bytes = signTransaction({ ...envelope, expiryHeight: height + 500, body }, this.#signer);
      const { state, status } = await client.call("POST /v1/transactions", {
        body: { bytes: toHex(bytes) },
        query: { wait: 20 },
      });
      assert.deepEqual([state, status], ["committed", "ok"]);
      this.committed += 1;
    }
  }
}

/** Puts another release on one host after the other, while a member goes on at one of the others. */
async function upgrade(t: TestContext, { network, homes, urls, nodes, start }: Hosts): Promise<void> {
  const program = nextRelease(t);
  const member = new Depositor(network);
  for (const [i, home] of homes.entries()) {
    const other = (i + 1) % homes.length;
    const over = new AbortController();
    const work = member.work(urls[other]!, over.signal);
    const more = (count: number) => {
      const goal = member.committed + count;
      const look = () => (member.committed >= goal ? true : undefined);
      return Promise.race([eventually(`${count} deposits more`, look, WITHIN_MS), work]);
    };
    await more(3);
    await end(nodes[i]!);
    await more(3);
    nodes[i] = await start(home, program);
    const [own, rpc] = [home, homes[other]!].map((at) => new CometRpc({ address: rpcAddress(at) }));
    const from = (await rpc!.status()).latestHeight;
    await eventually(
      `${home} signs by the new release`,
      async () => {
        const { validator, catchingUp } = await own!.status();
        const commit = await rpc!.commit();
        return (
          (!catchingUp &&
            Number(commit.header.height) > from &&
            commit.signers.includes(validator.address)) ||
          undefined
        );
      },
      WITHIN_MS,
    );
    const { version } = (await (await fetch(`${urls[i]}/version`)).json()) as { version: string };
    assert.equal(version, NEXT_VERSION);
    over.abort();
    await work;
  }
  await eventually(
    "all are at one state",
    async () => {
      const all = (await statusOf(network)).nodes;
      return new Set(all.map(({ height, app_hash }) => `${height} ${app_hash}`)).size === 1 || undefined;
    },
    WITHIN_MS,
  );
}

type Hosts = Awaited<ReturnType<typeof fourHosts>>;

/** Something is decided at a node, so that there is a block. */
async function decide(home: string): Promise<void> {
  await done("organisation", "propose", home, "--remove", "900004", "--purpose", "A block");
}

/** Makes blocks by one node until another's validator has signed one. */
async function signs(home: string, by: string): Promise<void> {
  const own = new CometRpc({ address: rpcAddress(home) });
  await eventually(
    `${home} signs a block`,
    async () => {
      await decide(by);
      const { validator, catchingUp } = await own.status();
      return (!catchingUp && (await own.commit()).signers.includes(validator.address)) || undefined;
    },
    WITHIN_MS,
  );
}

function set(home: string, settings: Readonly<Record<string, string>>): void {
  const file = join(home, "config", "config.toml");
  let text = readFileSync(file, "utf8");
  for (const [key, value] of Object.entries(settings)) {
    const line = new RegExp(`^${key} = .*$`, "m");
    assert.match(text, line);
    text = text.replace(line, `${key} = ${value}`);
  }
  writeFileSync(file, text);
}

test("validators take a new release one by one under load; one comes back from its backup, moves, never signs twice", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  const hosts = await fourHosts(t);
  await upgrade(t, hosts);
  const { network, homes, nodes, start } = hosts;
  const [first] = homes as [string];
  const last = homes[3]!;
  await signs(last, first);
  await end(nodes[3]!);
  const kept = ["node3/config", "node3/organisation.key", "node3/data/priv_validator_state.json"];
  execFileSync("tar", ["czf", "node3.tgz", ...kept], { cwd: network });
  rmSync(last, { recursive: true });
  await decide(first);
  execFileSync("tar", ["xzf", "node3.tgz"], { cwd: network });
  const restored = await start(last);
  await signs(last, first);

  await end(restored);
  const moved = join(network, "other-host");
  mkdirSync(join(moved, "data"), { recursive: true, mode: 0o700 });
  cpSync(join(last, "config"), join(moved, "config"), { recursive: true });
  for (const file of ["organisation.key", "data/priv_validator_state.json"])
    cpSync(join(last, file), join(moved, file));
  rmSync(join(last, "config", "priv_validator_key.json"));
  await start(moved);
  await signs(moved, first);
  await done("organisation", "propose", moved, "--remove", "900004", "--purpose", "By its own key");

  const rpc = new CometRpc({ address: rpcAddress(first) });
  const { latestHeight } = await rpc.status();
  for (let height = 1; height <= latestHeight; height++) {
    const { evidence } = (await rpc.block(height)).evidence as { evidence: unknown[] };
    assert.deepEqual(evidence ?? [], [], `block ${height} holds evidence`);
  }
});

/** The proxy of the documentation in front of nodes, with a certificate of its own. */
async function proxies(t: TestContext, rpcs: readonly string[]): Promise<string[]> {
  const folder = temporaryFolder(t);
  const [pem, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", pem];
  execFileSync("openssl", [...made, ...subject], { stdio: "ignore" });
  const page = readFileSync(new URL("../../docs/operating/network.md", import.meta.url), "utf8");
  const [zone, server] = /<!-- nginx -->\n```\n(limit_req_zone.*?\n)(.*?)```/s.exec(page)!.slice(1) as [
    string,
    string,
  ];
  const ports = await freePorts(rpcs.length);
  const servers = rpcs.map((rpc, i) =>
    server
      .replace("listen 443 ssl", `listen 127.0.0.1:${ports[i]} ssl`)
      .replace("node.cedro.example;", "localhost;")
      .replace("/etc/ssl/node.cedro.example.pem", pem)
      .replace("/etc/ssl/private/node.cedro.example.key", key)
      .replaceAll("http://127.0.0.1:26657", rpc),
  );
  const file = join(folder, "nginx.conf");
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const http = `access_log off; ${places.join(" ")}\n${zone}${servers.join("\n")}`;
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/log;\nevents {}\nhttp { ${http} }\n`,
  );
  const child = spawn(NGINX, ["-c", file, "-e", join(folder, "log")], { stdio: "ignore" });
  t.after(() => end(child));
  await once(child, "spawn");
  TRUSTED.NODE_EXTRA_CA_CERTS = pem;
  TRUSTED.SSL_CERT_FILE = pem;
  const urls = ports.map((port) => `https://localhost:${port}`);
  const asked = (url: string, ...more: readonly string[]) =>
    execFileSync("curl", ["-s", "--cacert", pem, "-o", "/dev/null", "-w", "%{http_code}", ...more, url], {
      encoding: "utf8",
    });
  await eventually("the proxies answer", async () => asked(`${urls[0]}/status`) === "200" || undefined);
  for (const path of ["/dial_peers", "/broadcast_tx_commit", "/net_info", "/unsafe_flush_mempool"]) {
    assert.equal(asked(urls[0]! + path), "404", `${path} stays inside`);
  }
  assert.equal(asked(`${urls[0]}/status`, "-X", "DELETE"), "403");
  return urls;
}

test("four validators behind two sentries: a stranger joins through TLS, follows, and hears of no validator's address", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  if (skipped(t, existsSync(NGINX) ? undefined : "nginx")) return;
  const { network, homes, nodes, start } = await fourHosts(t);
  const [first] = homes as [string];
  const comet = findComet()!;
  // So many blocks that the sentries begin with a snapshot, too.
  for (let i = 0; i < 8; i++) await decide(first);
  const { genesis_hash } = await statusOf(network);
  const ids = homes.map((home) => nodeIdOf(comet, home));
  const peersOf = (of: readonly string[]) =>
    of.map((home) => `${nodeIdOf(comet, home)}@${p2pAddress(home)}`).join(",");

  const join_ = async (home: string, servers: readonly string[], ...more: readonly string[]) => {
    const [p2p, rpc] = await freePorts(2);
    const at = ["--p2p", `127.0.0.1:${p2p}`, "--own-rpc", `127.0.0.1:${rpc}`];
    const stated = ["--rpc", servers.join(","), "--genesis-hash", genesis_hash];
    return done("network", "join", home, ...stated, ...at, ...more);
  };
  const sentries = ["sentry0", "sentry1"].map((name) => join(network, name));
  for (const sentry of sentries) await join_(sentry, homes.slice(0, 2).map(rpcAddress));
  for (const [i, sentry] of sentries.entries()) {
    const others = [...homes, sentries[1 - i]!];
    const privately = `"${ids.join(",")}"`;
    set(sentry, {
      private_peer_ids: privately,
      unconditional_peer_ids: privately,
      persistent_peers: `"${peersOf(others)}"`,
    });
  }
  for (const home of homes) set(home, { pex: "false", persistent_peers: `"${peersOf(sentries)}"` });
  await Promise.all(nodes.map(end));
  // What they knew of each other is forgotten: from now on there are the sentries alone.
  for (const home of homes) rmSync(join(home, "config", "addrbook.json"), { force: true });
  await Promise.all([...sentries, ...homes].map((home) => start(home)));
  await eventually("they are at work again", () => signs(first, first).then(() => true), WITHIN_MS);
  const rpc = new CometRpc({ address: rpcAddress(first) });
  const seen = (await rpc.netInfo()).map(({ nodeId }) => nodeId).sort();
  assert.deepEqual(
    seen,
    sentries.map((sentry) => nodeIdOf(comet, sentry)).sort(),
    "a validator knows its sentries alone",
  );

  const urls = await proxies(t, sentries.map(rpcAddress));
  const stranger = join(network, "stranger");
  const told = await join_(stranger, urls, "--peers", peersOf(sentries.slice(0, 1)));
  assert.match(told, /begins with a snapshot of the others/);
  const follower = await start(stranger);
  await eventually(
    "the stranger follows",
    async () => {
      await decide(first);
      const [mine, theirs] = [(await statusOf(stranger)).nodes[0]!, (await statusOf(first)).nodes[0]!];
      // Every fifth block has a snapshot here, and two are kept: each must live until it was found and fetched.
      if (mine.height === 0) await sleep(4_000);
      return (mine.height > 0 && mine.app_hash === theirs.app_hash) || undefined;
    },
    WITHIN_MS,
  );
  const outside = new CometRpc({ address: rpcAddress(stranger) });
  const other = nodeIdOf(comet, sentries[1]!);
  await eventually(
    "it hears of the other sentry",
    async () => (await outside.netInfo()).some(({ nodeId }) => nodeId === other) || undefined,
    WITHIN_MS,
  );
  const met = JSON.stringify(await outside.call("net_info", {}));
  // It writes down at its end whom it has heard of.
  await end(follower);
  const heard = met + readFileSync(join(stranger, "config", "addrbook.json"), "utf8");
  for (const id of ids) assert.ok(!heard.includes(id), "a validator's address went out");
});
