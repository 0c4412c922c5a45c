/**
 * What owners let the desk do in their name: a standing rule, and orders by hand. Each comes in a letter that one of
 * the owner's keys signs (`wire/market-letters`): a session alone, stolen or left open, neither sells nor buys.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import { marketOrderHash, marketRuleHash } from "#wire/market-letters.ts";
import type { OwnMarketRule, SignedMarketOrder, SignedMarketRule } from "#wire/market-schemas.ts";
import { Refused } from "../problems.ts";
import { checkedSignature } from "../signed-letter.ts";
import type { HandOrder, MarketStore } from "./store.ts";

interface Options {
  readonly store: MarketStore;
  readonly chain: string;
  readonly view: () => ChainView;
  readonly now: () => UnixSeconds;
  /** Whether orders for a quarter hour and session are still taken. */
  readonly isOpen: (slot: UnixSeconds, session: number) => boolean;
  /** Wh that a home can give to and take from the MicroGrid in a quarter hour, at the most. */
  readonly boundsOf: (home: number) => { readonly giveWh: number; readonly takeWh: number };
}

export class Mandates {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  ruleOf(home: number): OwnMarketRule {
    const { store } = this.#options;
    const kept = store.rule(home);
    return { rule: kept?.rule ?? null, since: kept?.since ?? null, changes: store.ruleChanges(home) };
  }

  /** Refused, in this order: market_rule_changed (not the next change), device_unknown, signature_wrong. */
  giveRule(home: number, member: number, letter: SignedMarketRule): OwnMarketRule {
    const { store, chain, now } = this.#options;
    const { rule, change } = letter;
    if (change !== store.ruleChanges(home) + 1) throw new Refused("market_rule_changed");
    const signed = this.#signed(member, letter, marketRuleHash({ chain, member, change, rule }));
    store.putRule(home, rule, { change, since: now(), ...signed });
    return this.ruleOf(home);
  }

  /** Refused, in this order: gate_closed, order_not_possible, device_unknown, signature_wrong. */
  giveOrder(home: number, member: number, letter: SignedMarketOrder): HandOrder {
    const { store, chain, now, isOpen, boundsOf } = this.#options;
    const { slot, session, side, energyWh, limitMicroEurPerKwh: limit } = letter;
    if (slot % QUARTER_HOUR_S !== 0 || !isOpen(slot, session)) throw new Refused("gate_closed");
    const { giveWh, takeWh } = boundsOf(home);
    const most = side === "ask" ? giveWh : takeWh;
    if (energyWh > most) {
      throw new Refused(
        "order_not_possible",
        `This home can ${side === "ask" ? "give" : "take"} ${most} Wh in a quarter hour at the most. The order was not kept. Order less.`,
      );
    }
    const signed = this.#signed(member, letter, marketOrderHash({ ...letter, chain, member }));
    const order = { home, slot, session, side, energyWh, limit };
    store.putHandOrder(order, now(), signed);
    return order;
  }

  /** Refused, in this order: gate_closed, order_unknown. */
  takeBack(home: number, slot: UnixSeconds, session: number): void {
    const { store, isOpen } = this.#options;
    if (!isOpen(slot, session)) throw new Refused("gate_closed");
    if (!store.dropHandOrder(home, slot, session)) throw new Refused("order_unknown");
  }

  #signed(
    member: number,
    letter: { readonly publicKey: string; readonly signature: string },
    hash: Uint8Array,
  ) {
    return checkedSignature(this.#options.view(), member, letter, hash, "Nothing was kept.");
  }
}
