import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";
import {
  checkAssociated,
  decipher,
  decodeGetAnswer,
  decodeHdlc,
  decodeNotification,
  decodeWrapper,
  encipher,
  encodeAddress,
  encodeAssociation,
  encodeGet,
  encodeHdlc,
  encodeWrapper,
  frameCheck,
} from "#devices/dlms.ts";
import { sharedData, skippedWithout } from "../../test/support/counterparts.ts";

const VECTORS = "grid/ami/dlms_vectors.json";
const hex = (text: string) => fromHex(text)!;

test("frames, associations, requests and ciphers are those of the vectors", (t) => {
  if (skippedWithout(t, VECTORS)) return;
  const vectors = JSON.parse(readFileSync(sharedData(VECTORS), "utf8"));
  assert.equal(toHex(frameCheck(hex(vectors.hdlc_hcs.data))), vectors.hdlc_hcs.hcs);

  const { frame, dest, src_client } = vectors.hdlc_snrm;
  const snrm = decodeHdlc(hex(frame));
  assert.deepEqual(snrm, {
    destination: dest,
    source: { logical: src_client },
    control: 0x93,
    isSegmented: false,
    information: new Uint8Array(0),
  });
  assert.equal(toHex(encodeHdlc(snrm)), frame);

  for (const [[logical, physical], expected] of vectors.hdlc_address) {
    assert.equal(toHex(encodeAddress({ logical, ...(physical !== null && { physical }) })), expected);
  }
  const { apdu, max_pdu } = vectors.aarq_public;
  assert.equal(toHex(encodeAssociation(max_pdu)), apdu.toLowerCase());

  const get = vectors.get_request_normal;
  assert.equal(toHex(encodeGet({ class: get.class, object: get.obis, attribute: get.attribute })), get.apdu);
  assert.equal(
    decodeGetAnswer(hex(vectors.get_response_normal.apdu)),
    vectors.get_response_normal.value_uint32,
  );

  const gcm = vectors.aes_gcm;
  const security = {
    encryptionKey: hex(gcm.key),
    authenticationKey: hex(gcm.auth_key),
    systemTitle: hex(gcm.system_title),
    invocationCounter: Number.parseInt(gcm.invocation_counter, 16),
  };
  assert.equal(toHex(encipher(hex(gcm.plain), security)).toUpperCase(), gcm.cipher_and_12_byte_tag);
  assert.equal(toHex(decipher(hex(gcm.cipher_and_12_byte_tag), security)).toUpperCase(), gcm.plain);
  assert.throws(
    () => decipher(hex(gcm.cipher_and_12_byte_tag), { ...security, invocationCounter: 1 }),
    /under other keys/,
  );
});

/** By hand, so that a plain clone has a frame too: SNRM of client 16 to server 1, physical 17. */
test("a frame with any bit flipped is refused", () => {
  const information = Uint8Array.of(0xe6, 0xe6, 0, 0xc4, 1, 0xc1, 0);
  const frame = encodeHdlc({
    destination: { logical: 16 },
    source: { logical: 1, physical: 17 },
    control: 0x30,
    isSegmented: false,
    information,
  });
  assert.deepEqual(decodeHdlc(frame).information, information);
  for (let at = 0; at < frame.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const broken = Uint8Array.from(frame);
      broken[at] = broken[at]! ^ (1 << bit);
      assert.throws(() => decodeHdlc(broken), DeviceError, `byte ${at}, bit ${bit}`);
    }
  }
});

test("frames and wrapped messages come back as they were sent", () => {
  const bytes = fc.uint8Array({ maxLength: 120 });
  const number = fc.integer({ min: 0, max: 0x3fff });
  fc.assert(
    fc.property(
      number,
      number,
      number,
      fc.nat(255),
      fc.boolean(),
      bytes,
      (client, logical, physical, control, isSegmented, information) => {
        const source = client > 0x7f ? { logical: client, physical: 1 } : { logical: client };
        const frame = { destination: { logical, physical }, source, control, isSegmented, information };
        assert.deepEqual(decodeHdlc(encodeHdlc(frame)), frame);
        const message = { source: client, destination: logical, apdu: information };
        const wrapped = encodeWrapper(message);
        assert.deepEqual(decodeWrapper(wrapped), message);
        assert.equal(decodeWrapper(wrapped.subarray(0, -1)), undefined);
      },
    ),
  );
});

test("a pushed list is read to its values", () => {
  // data-notification, no time, a structure of: octets, a count of 305,419,896 Wh, −5 W in 16 bits, a text, nothing.
  const pushed =
    "0f00000001" + "00" + "0205" + "09060100010800ff" + "0612345678" + "10fffb" + "0a024142" + "00";
  const { dateTime, value } = decodeNotification(hex(pushed));
  assert.equal(dateTime.length, 0);
  assert.deepEqual(value, [hex("0100010800ff"), 0x12345678, -5, "AB", null]);
});

test("what a meter refuses has its reason", () => {
  assert.throws(() => decodeGetAnswer(hex("c401c10104")), { problem: "no_such_point" });
  assert.throws(() => decodeGetAnswer(hex("c401c10103")), { problem: "refused" });
  assert.throws(() => decodeGetAnswer(hex("c401c100")), { problem: "malformed" });
  assert.throws(() => decodeGetAnswer(hex("c401c100060000139100")), /bytes behind the value/);
  const aare = (result: string) =>
    hex(`6112a109060760857405080101a20302010${result}a30302010${result}`.replace("6112", "6115"));
  checkAssociated(aare("0"));
  assert.throws(() => checkAssociated(aare("1")), { problem: "refused" });
  assert.throws(() => checkAssociated(hex("60")), { problem: "malformed" });
});
