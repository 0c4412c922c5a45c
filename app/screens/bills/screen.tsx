/** Bills of whoever is here: none yet. */
import { Head } from "../../parts/head.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

export function BillsScreen() {
  return (
    <>
      <Head title={t("bills.title")} sub={t("bills.sub")} />
      <Empty title={t("bills.none")}>
        <p class="sub">{t("bills.none_why")}</p>
      </Empty>
    </>
  );
}
