/** The certificate authority, held against Node's own reading of certificates (OpenSSL). */
import { equal, match, notEqual, ok, rejects } from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { newIdentityKeys, requestOf } from "#gateway/identity.ts";
import { CertificateAuthority, KEY_FILE, RequestError } from "./authority.ts";

const folder = () => mkdtempSync(join(tmpdir(), "contrada-authority-"));
const NAME = "00112233445566aa";

test("a gateway's request is signed under the name that the platform drew, for a client and a time", async () => {
  const authority = await CertificateAuthority.open(folder(), "Contrada Olmo");
  const keys = await newIdentityKeys();
  const issued = await authority.signRequest(await requestOf(keys), NAME, 30);
  const [root, certificate] = [new X509Certificate(authority.rootPem), new X509Certificate(issued.pem)];
  equal(certificate.subject, `CN=${NAME}`);
  equal(certificate.ca, false);
  equal(certificate.serialNumber.toLowerCase(), issued.serial);
  ok(certificate.verify(root.publicKey));
  ok(certificate.checkIssued(root));
  equal(certificate.keyUsage?.join(), "1.3.6.1.5.5.7.3.2");
  const days = (issued.notAfter * 1000 - Date.now()) / 86_400_000;
  ok(days > 29.9 && days < 30.1, `${days} days`);
});

test("the authority of a folder stays the same, and nobody else reads its key", async () => {
  const where = folder();
  const first = await CertificateAuthority.open(where, "Contrada Olmo");
  const again = await CertificateAuthority.open(where, "Contrada Olmo");
  equal(again.fingerprint, first.fingerprint);
  equal(statSync(join(where, KEY_FILE)).mode & 0o777, 0o600);
  match(readFileSync(join(where, KEY_FILE), "utf8"), /^-----BEGIN PRIVATE KEY-----/);
  const server = await again.serverCertificate(["localhost", "127.0.0.1"]);
  const certificate = new X509Certificate(server.certificate);
  ok(certificate.verify(new X509Certificate(first.rootPem).publicKey));
  equal(certificate.checkHost("localhost"), "localhost");
  equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
  equal(certificate.checkHost("elsewhere.example"), undefined);
  notEqual((await CertificateAuthority.open(folder(), "Contrada Olmo")).fingerprint, first.fingerprint);
});

test("what is no request, or not signed by its own key, is not signed", async () => {
  const authority = await CertificateAuthority.open(folder(), "Contrada Olmo");
  await rejects(authority.signRequest("hello", NAME), RequestError);
  const request = await requestOf(await newIdentityKeys());
  const der = Buffer.from(request.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
  der[der.length - 3]! ^= 1;
  await rejects(authority.signRequest(der.toString("base64"), NAME), /not by its own key/);
});
