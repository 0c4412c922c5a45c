/** F3. `/sell` is the desk where a sale is put together and authorised; `/sell/<id>` is one sale on its way or settled. */
import { Show } from "solid-js";
import { segments } from "../../router.ts";
import { Desk } from "./desk.tsx";
import { OneSale } from "./one-sale.tsx";
import "../../parts/trading.css";
import "./trade.css";

export function TradeScreen() {
  const id = () => (/^[0-9a-f]{32}$/.test(segments()[1] ?? "") ? segments()[1] : undefined);
  return (
    <Show when={id()} keyed fallback={<Desk />}>
      {(sale) => <OneSale id={sale} />}
    </Show>
  );
}
