/**
 * The community's console of the market, for its operator. `/settlements`: the settled days with every version and what
 * each changed, a day settled again with a reason, limits of feeders, and the members.
 */
import { onCleanup, Show } from "solid-js";
import { Head } from "../../parts/head.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { onStream, session } from "../../session.ts";
import { area, t } from "../../strings/dictionary.ts";
import { signing } from "../../strings/signing.ts";
import { createView } from "../../view.ts";
import { Incentive } from "./incentive.tsx";
import { Limits } from "./limits.tsx";
import { Members } from "./members.tsx";
import { Runs } from "./runs.tsx";
import "../../parts/trading.css";
import "../market/market.css";
import "./settlements.css";

area(signing);

export function SettlementsScreen() {
  const runs = createView(
    () => (session() == null ? undefined : "settlements"),
    (signal) => platform.call("GET /v1/operator/settlements", { query: { limit: 30 }, signal }),
  );
  const market = createView(
    () => "market",
    (signal) => platform.call("GET /v1/market", { signal }),
  );
  const members = createView(
    () => (session() == null ? undefined : "members"),
    (signal) => platform.call("GET /v1/operator/members", { signal }),
  );
  const incentive = createView(
    () => (session() == null ? undefined : "incentive"),
    (signal) => platform.call("GET /v1/operator/incentive", { signal }),
  );
  const refresh = () => {
    void runs.refresh();
    void market.refresh();
  };
  onCleanup(onStream("block", refresh));
  return (
    <>
      <Head title={t("settlements.title")} sub={t("settlements.sub")} />
      <Show
        when={runs.refused()?.code !== "market_not_open"}
        fallback={
          <Empty title={t("settlements.closed")}>
            <p class="sub">{t("settlements.closed_why")}</p>
          </Empty>
        }
      >
        <Loaded view={runs} heights={[28, 32, 32, 32]}>
          {(value) => <Runs runs={value()} refresh={runs.refresh} />}
        </Loaded>
        <Show when={market.value()}>{(now) => <Limits market={now()} refresh={market.refresh} />}</Show>
      </Show>
      <Loaded view={incentive} heights={[28, 32, 32]}>
        {(value) => <Incentive months={value()} refresh={incentive.refresh} />}
      </Loaded>
      <Loaded view={members} heights={[28, 32, 32]}>
        {(value) => <Members members={value()} />}
      </Loaded>
    </>
  );
}
