/** The wording of a supply contract that this app shows, and offers by default. */

/** What both agree to besides the figures; its hash stands in the terms. Another text may stand behind another hash. */
export const SUPPLY_TEXT =
  "Supply of energy to the home's connection. Bills follow the meter's readings and are due within the time agreed. Where both agreed to it, a bill that stays unpaid leads to a notice, then to a reduced supply, then to its suspension, each after its delay; paying restores the supply at once, a dispute freezes every step, and a protected home is never touched.";
