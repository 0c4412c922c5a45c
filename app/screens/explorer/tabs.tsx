/** Blocks or the network: the two pages that the ledger begins with. */
import { Segmented } from "../../parts/segmented.tsx";
import { navigate, segments } from "../../router.ts";
import { t } from "../../strings/dictionary.ts";

export function Tabs() {
  return (
    <Segmented
      label={t("explorer.part")}
      options={[
        { value: "/ledger", label: t("explorer.tab_blocks") },
        { value: "/ledger/network", label: t("explorer.tab_network") },
      ]}
      value={segments()[1] === "network" ? "/ledger/network" : "/ledger"}
      onChange={(to) => navigate(to)}
    />
  );
}
