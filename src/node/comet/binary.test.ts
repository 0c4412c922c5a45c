import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findComet } from "#node/comet/binary.ts";
import { temporaryFolder } from "../../../test/support/node-load.ts";

test("the binary is the one that is named, else the first on the PATH, else Go's", (t) => {
  const folder = temporaryFolder(t);
  const name = process.platform === "win32" ? "cometbft.exe" : "cometbft";
  const make = (...path: string[]) => {
    mkdirSync(join(folder, ...path), { recursive: true });
    writeFileSync(join(folder, ...path, name), "");
    return join(folder, ...path, name);
  };
  const empty = join(folder, "empty");
  assert.equal(findComet({ PATH: empty, HOME: folder }), undefined);
  const installed = make("go", "bin");
  assert.equal(findComet({ PATH: empty, HOME: folder }), installed);
  assert.equal(findComet({ PATH: "", GOPATH: join(folder, "go") }), installed);
  const onPath = make("programs");
  assert.equal(findComet({ PATH: join(folder, "programs"), HOME: folder }), onPath);
  const named = make("named");
  assert.equal(findComet({ PATH: join(folder, "programs"), CONTRADA_COMETBFT: named }), named);
  const missing = { PATH: join(folder, "programs"), CONTRADA_COMETBFT: join(folder, "nothing") };
  assert.equal(findComet(missing), undefined, "a wrong name is not passed over");
});
