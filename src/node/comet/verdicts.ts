/**
 * Signatures under CometBFT: each transaction passes a node several times (CheckTx, then FinalizeBlock), and
 * its signature is verified the first time only. Verdicts are remembered by the hash of the transaction's
 * bytes, the signature included; the oldest are forgotten first, and verified anew where they come up again.
 */
import type { Verdict } from "#crypto/keys.ts";
import type { Known } from "#node/comet/known.ts";
import type { SignatureGate } from "#node/signature-gate.ts";

export class Verdicts {
  readonly #most: number;
  readonly #gate: SignatureGate;
  readonly #known = new Map<string, boolean>();
  readonly #asked = new Map<string, Promise<Verdict>>();
  #verified = 0;

  /** Remembers `most` verdicts. */
  constructor(gate: SignatureGate, most: number) {
    this.#gate = gate;
    this.#most = most;
  }

  /** Signatures that were verified, not remembered. */
  get verified(): number {
    return this.#verified;
  }

  get remembered(): number {
    return this.#known.size;
  }

  /** Whether it was verified, or is being verified: asking costs no signature more. */
  isAsked({ name }: Known): boolean {
    return this.#known.has(name) || this.#asked.has(name);
  }

  /** Signatures at the door that are being verified or wait for it. */
  get underWay(): number {
    return this.#asked.size;
  }

  /**
   * For a transaction that somebody hands in: "undecided" where deciding would cost too much now. May be
   * called ahead, so that many are verified at once.
   */
  atTheDoor({ name, transaction }: Known): Promise<Verdict> {
    const known = this.#known.get(name);
    if (known !== undefined) return Promise.resolve(known ? "valid" : "invalid");
    const asked = this.#asked.get(name);
    if (asked !== undefined) return asked;
    this.#verified += 1;
    const answer = new Promise<Verdict>((resolve) => this.#gate.judge(transaction, resolve)).then(
      (verdict) => {
        this.#asked.delete(name);
        if (verdict !== "undecided") this.#remember(name, verdict === "valid");
        return verdict;
      },
    );
    this.#asked.set(name, answer);
    return answer;
  }

  /** For a transaction that consensus decided: always by the rule, whatever it costs. */
  async inBlock({ name, transaction }: Known): Promise<boolean> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#verified += 1;
    const good = await this.#gate.decide(transaction);
    this.#remember(name, good);
    return good;
  }

  #remember(name: string, good: boolean): void {
    this.#known.set(name, good);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#most) break;
      this.#known.delete(oldest);
    }
  }
}
