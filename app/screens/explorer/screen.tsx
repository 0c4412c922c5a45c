/**
 * The ledger for everybody: `/ledger` its blocks, newest first and live; `/ledger/network` who makes them and how
 * they fare; `/ledger/block/<height>` one block; `/ledger/transaction/<id>` one transaction. It shows what the chain holds and nothing else: members are numbers.
 */
import { Match, Switch } from "solid-js";
import { segments } from "../../router.ts";
import { Blocks } from "./blocks.tsx";
import { NetworkHealth } from "./network.tsx";
import { OneBlock } from "./one-block.tsx";
import { OneTransaction } from "./one-transaction.tsx";
import "../../parts/trading.css";
import "./explorer.css";

export function ExplorerScreen() {
  const height = () => {
    const [, what, which] = segments();
    return what === "block" && /^\d{1,15}$/.test(which ?? "") ? Number(which) : undefined;
  };
  const id = () => {
    const [, what, which] = segments();
    return what === "transaction" && /^[0-9a-f]{64}$/.test(which ?? "") ? which : undefined;
  };
  return (
    <Switch fallback={<Blocks />}>
      <Match when={segments()[1] === "network"}>
        <NetworkHealth />
      </Match>
      <Match when={height()} keyed>
        {(one) => <OneBlock height={one} />}
      </Match>
      <Match when={id()} keyed>
        {(one) => <OneTransaction id={one} />}
      </Match>
    </Switch>
  );
}
