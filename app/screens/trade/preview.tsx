/** Step 3: what the sale brings by the chain's own `quoteSale`, beside what the energy is worth at home. */
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import type { Order } from "./desk.tsx";
import { StepHead } from "./step-head.tsx";

export function Preview(props: {
  order: Order;
  keptMicroEur: number;
  /** Where it comes from the home's past day; else it is the platform's upper estimate. */
  likeYesterday: boolean;
  onBack: () => void;
  onContinue: () => void;
}) {
  const net = () => Number(props.order.quote.net);
  const kept = () => props.keptMicroEur;
  const most = () => Math.max(net(), kept(), 1);
  const difference = () => net() - kept();
  return (
    <div class="step" data-step="3">
      <StepHead step={3} title={t("trade.you_receive")} onBack={props.onBack} />
      <p class="big">
        {local.number(net() / 1e6, 3)}
        <small>€</small>
      </p>
      <div class="sum">
        <div>
          <span>
            {t("trade.gross_line", {
              energy: local.soldEnergy(props.order.energyWh),
              rate: local.ratePerKwh(props.order.rateMicroEurPerKwh),
            })}
          </span>
          <b>{local.soldMoney(Number(props.order.quote.gross))}</b>
        </div>
        <div>
          <span>{t("trade.fee")}</span>
          <b>{local.soldMoney(-Number(props.order.quote.fee))}</b>
        </div>
      </div>
      <div class="versus">
        <p>
          <span>{t("trade.sold_now")}</span>
          <b>{local.soldMoney(net())}</b>
        </p>
        <span class="bar" aria-hidden="true">
          <i class="c-ea" style={{ width: `${(100 * Math.max(0, net())) / most()}%` }} />
        </span>
        <p>
          <span>{t(props.likeYesterday ? "trade.kept" : "trade.kept_at_most")}</span>
          <b>{local.soldMoney(kept())}</b>
        </p>
        <span class="bar" aria-hidden="true">
          <i class="c-home" style={{ width: `${(100 * kept()) / most()}%` }} />
        </span>
      </div>
      <div class="sum">
        <div class="total">
          <span>{t(difference() < 0 ? "trade.worse_by" : "trade.better_by")}</span>
          <b>{local.soldMoney(Math.abs(difference()))}</b>
        </div>
      </div>
      <div class="wide-action">
        <Button onClick={props.onContinue} reason={reachable() ? undefined : t("trade.offline_reason")}>
          {t("trade.continue")}
        </Button>
      </div>
    </div>
  );
}
