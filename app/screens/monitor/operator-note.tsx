/** What the grid's operator lets through the connection now, why, and until when. */
import type { Live } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Note } from "../../parts/note.tsx";
import { ahead } from "../../strings/ahead.ts";
import { area, t } from "../../strings/dictionary.ts";

area(ahead);

export default function OperatorNote(props: { limit: NonNullable<Live["operatorLimit"]> }) {
  const title = () => {
    const { importPowerMaxW, exportPowerMaxW } = props.limit;
    const until = local.when(props.limit.until);
    if (importPowerMaxW !== null && exportPowerMaxW !== null) {
      const [into, out] = [local.power(importPowerMaxW), local.power(exportPowerMaxW)];
      return t("operator_limit.both", { in: into, out, until });
    }
    return importPowerMaxW === null
      ? t("operator_limit.export", { power: local.power(exportPowerMaxW ?? 0), until })
      : t("operator_limit.import", { power: local.power(importPowerMaxW), until });
  };
  return (
    <Note kind="warn" title={title()}>
      {t(`operator_limit.${props.limit.reason}`)} {t("operator_limit.what")}
    </Note>
  );
}
