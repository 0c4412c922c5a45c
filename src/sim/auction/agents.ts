/**
 * Who bids for a home in a simulated auction. An agent is asked for its limit before each quarter hour in which
 * its home has energy over or lacks some, and told afterwards what came of it. No agent goes beyond what its home
 * gets without the market: it never pays more than the supplier's tariff nor sells below the feed-in price.
 *
 * - zero-intelligence: any limit between the two, equally likely (Gode and Sunder 1993);
 * - ramp: begins with its most favourable limit, gives way by a step whenever something was left over, and takes a
 *   step back after it traded whole;
 * - learning: chooses among a dozen limits by propensities that grow with what each earned (Erev and Roth 1998, as
 *   modified by Nicolaisen et al. 2001: recency 0.04, experimentation 0.2).
 */
import type { Random } from "#base/random.ts";

/** µEUR/kWh, in whole numbers; feed-in below tariff. */
export interface Outside {
  readonly feedIn: number;
  readonly tariff: number;
}

export interface Outcome {
  readonly energyWh: number;
  readonly tradedWh: number;
  /** µEUR gained against the outside price. */
  readonly gain: number;
}

export interface Agent {
  /** µEUR/kWh. */
  limit(side: "bid" | "ask"): number;
  learn(side: "bid" | "ask", outcome: Outcome): void;
}

export type AgentName = "zero-intelligence" | "ramp" | "learning";

export const AGENTS: { readonly [name in AgentName]: (outside: Outside, random: Random) => Agent } = {
  "zero-intelligence": zeroIntelligence,
  ramp,
  learning,
};

function zeroIntelligence({ feedIn, tariff }: Outside, random: Random): Agent {
  return {
    limit: () => feedIn + random.integer(tariff - feedIn + 1),
    learn() {},
  };
}

const RAMP_STEPS = 24;

function ramp({ feedIn, tariff }: Outside, random: Random): Agent {
  /** Steps given way, by side. Homes begin apart, or all would move as one. */
  const given = { bid: random.integer(RAMP_STEPS + 1), ask: random.integer(RAMP_STEPS + 1) };
  return {
    limit(side) {
      const way = Math.round(((tariff - feedIn) * given[side]) / RAMP_STEPS);
      return side === "bid" ? feedIn + way : tariff - way;
    },
    learn(side, { energyWh, tradedWh }) {
      given[side] += tradedWh < energyWh ? 1 : -1;
      given[side] = Math.max(0, Math.min(RAMP_STEPS, given[side]));
    },
  };
}

const CHOICES = 12;
const RECENCY = 0.04;
const EXPERIMENTATION = 0.2;

function learning({ feedIn, tariff }: Outside, random: Random): Agent {
  const minds = {
    bid: { propensities: new Array<number>(CHOICES).fill(1), chosen: 0 },
    ask: { propensities: new Array<number>(CHOICES).fill(1), chosen: 0 },
  };
  return {
    limit(side) {
      const mind = minds[side];
      const sum = mind.propensities.reduce((total, propensity) => total + propensity, 0);
      let left = random.float() * sum;
      mind.chosen = mind.propensities.findIndex((propensity) => (left -= propensity) < 0);
      if (mind.chosen < 0) mind.chosen = CHOICES - 1;
      return Math.round(feedIn + ((tariff - feedIn) * mind.chosen) / (CHOICES - 1));
    },
    learn(side, { energyWh, gain }) {
      const { propensities, chosen } = minds[side];
      // From 0 to 1: what was gained of what all of the energy could gain at the other's worst price.
      const reward = gain / ((energyWh * (tariff - feedIn)) / 1000);
      for (let i = 0; i < CHOICES; i++) {
        const own = propensities[i]!;
        const grown = i === chosen ? reward * (1 - EXPERIMENTATION) : (own * EXPERIMENTATION) / (CHOICES - 1);
        propensities[i] = (1 - RECENCY) * own + grown;
      }
    },
  };
}
