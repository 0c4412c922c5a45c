/** The neighbours' market of the quarter hour, and one's own part in it. */
import { Head } from "../../parts/head.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

export function MarketScreen() {
  return (
    <>
      <Head title={t("market.title")} sub={t("market.sub")} />
      <Empty title={t("market.closed")}>
        <p class="sub">{t("market.closed_why")}</p>
        <a class="btn quiet" href="/sell">
          {t("place.sell")}
        </a>
      </Empty>
    </>
  );
}
