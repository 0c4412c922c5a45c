/** Supply contracts of whoever is here: none yet. */
import { Head } from "../../parts/head.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

export function ContractsScreen() {
  return (
    <>
      <Head title={t("contracts.title")} sub={t("contracts.sub")} />
      <Empty title={t("contracts.none")}>
        <p class="sub">{t("contracts.none_why")}</p>
      </Empty>
    </>
  );
}
