import { Head } from "../../parts/head.tsx";
import { t } from "../../strings/dictionary.ts";

export function EnterScreen() {
  return <Head title={t("enter.title")} />;
}
