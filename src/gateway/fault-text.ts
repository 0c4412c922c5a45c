/** Faults in English, for the command line: what it is, what is likely behind it, what to do. */
import type { FaultCode } from "./fault-book.ts";

interface FaultText {
  readonly what: string;
  readonly cause: string;
  readonly todo: string;
}

export const FAULT_TEXTS: { readonly [code in FaultCode]: FaultText } = {
  device_silent: {
    what: "does not answer",
    cause: "it is off, its cable or network is interrupted, or its address has changed",
    todo: "look at its power and its network, then run `contrada device read`",
  },
  value_out_of_range: {
    what: "says what cannot be",
    cause: "the template does not fit the device, or the device is defective",
    todo: "compare its own display with `contrada device read`, and choose another template",
  },
  value_frozen: {
    what: "says the same while the home moves",
    cause: "its firmware hangs, or a converter on the way repeats its last answer",
    todo: "switch it off and on; where it is behind a converter, that one too",
  },
  wrong_sign: {
    what: "counts the wrong way round",
    cause: "a current clamp is mounted the wrong way round, or two wires are exchanged",
    todo: "turn the clamp, or choose the template with the sign turned; then restart the gateway",
  },
  balance_impossible: {
    what: "does not fit what the other devices say",
    cause: "a clamp is mounted the wrong way round, or a device feeds in where the counter does not see it",
    todo: "check the direction of each clamp and which devices stand behind the counter",
  },
  setpoint_not_kept: {
    what: "does more than it was asked for",
    cause: "another controller commands it too, or it is not in remote mode",
    todo: "switch it to remote control and every other controller off",
  },
  write_refused: {
    what: "refuses its setpoint",
    cause: "remote control is not allowed in its settings",
    todo: "allow remote control in the device's own menu",
  },
  register_backwards: {
    what: "has a register of energy that fell back",
    cause: "the device was replaced or reset",
    todo: "nothing, if it was replaced: energy is counted from the new value on",
  },
  limit_not_kept: {
    what: "cannot keep a limit of the connection",
    cause: "the home draws more than connection or supply leave, and the accumulator has no more to give",
    todo: "switch large appliances off",
  },
  clock_wrong: {
    what: "has a clock that cannot be right",
    cause: "the box has no time from the network",
    todo: "give it a network with time (NTP); readings wait until its clock is right",
  },
  clock_jumped: {
    what: "had its clock set",
    cause: "somebody or the network corrected the time",
    todo: "nothing, if the time is right now",
  },
  link_lost: {
    what: "does not reach the platform",
    cause: "the internet connection is interrupted",
    todo: "look at the router; the home is run on, readings wait in the outbox",
  },
  orders_refused: {
    what: "got orders that the chain does not prove",
    cause: "the platform is behind the chain, or somebody sends what is not true",
    todo: "wait an hour; then tell the community's operator",
  },
  validators_unknown: {
    what: "was away for too long to know who the validators are",
    cause: "it was without the platform for more than two weeks",
    todo: "the home's owner opens Plant in the app and confirms the validators; no code is needed, and nobody need come",
  },
  code_needed: {
    what: "cannot come back by itself",
    cause:
      "it was removed, was away for more than a year, or nobody who owned the home then can vouch for it",
    todo: "make a code in the app (Plant, or the operator), then `contrada gateway enrol --again`: readings that wait go along",
  },
  readings_refused: {
    what: "has readings that the platform will not take",
    cause: "the meter's key is not the plant's on the chain, or the registers contradict each other",
    todo: "tell the installer; `contrada gateway status` lists them",
  },
};
