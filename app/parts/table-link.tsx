/** Under a drawing: the link that shows the same in figures, and puts them away again. */
import { t } from "../strings/dictionary.ts";

export function TableLink(props: { readonly shown: boolean; readonly onChange: (shown: boolean) => void }) {
  return (
    <div>
      <button
        type="button"
        class="link"
        aria-expanded={props.shown}
        onClick={() => props.onChange(!props.shown)}
      >
        {t(props.shown ? "day.as_chart" : "day.as_table")}
      </button>
    </div>
  );
}
