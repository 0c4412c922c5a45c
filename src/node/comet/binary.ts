/** Where the CometBFT binary is: named by `CONTRADA_COMETBFT`, on the PATH, or where Go installs programs. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** How it comes about where it is missing; takes one to three minutes. Wants Go 1.22.11 or newer. */
export const COMET_INSTALL = "go install github.com/cometbft/cometbft/cmd/cometbft@v0.38.25";

/** `undefined` where there is none. A binary that is named and missing is not replaced by another. */
export function findComet(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment.CONTRADA_COMETBFT;
  if (named !== undefined && named !== "") return existsSync(named) ? named : undefined;
  const name = process.platform === "win32" ? "cometbft.exe" : "cometbft";
  const goPath = environment.GOPATH ?? join(environment.HOME ?? homedir(), "go");
  const folders = [...(environment.PATH ?? "").split(delimiter), environment.GOBIN ?? join(goPath, "bin")];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
