/** What a simulated town offers its platform: people to enter as, and a clock that can be paused and sped up. */
import type { Signer } from "#crypto/keys.ts";
import type { BodyOf } from "#wire/routes.ts";
import type { DemoClock, DemoIdentity } from "#wire/schemas.ts";

/** Pause or go on, set the speed, jump forward; what is absent stays as it is. */
export type ClockCommand = BodyOf<"POST /v1/demo/clock">;

/** Somebody of the town; whether a supplier is enrolled, the chain knows. */
export type DemoPerson = Omit<DemoIdentity, "enrolled">;

export interface DemoPort {
  identities(): DemoPerson[];
  /** The account that an identity acts as, or `undefined` where there is none of that id. */
  memberOf(identity: string): number | undefined;
  /**
   * The simulation's own key of an account after so many renewals (0: the one it was admitted with): only it can
   * register further ones.
   */
  signerOf(account: number, renewals: number): Signer | undefined;
  clock(): DemoClock;
  control(command: ClockCommand): DemoClock;
  /** Called whenever the clock shows something new. Returns how to stop. */
  onClock(listener: (clock: DemoClock) => void): () => void;
}
