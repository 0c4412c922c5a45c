/** Terms and their values, one hairline each. */
import { Index, type JSX } from "solid-js";

export function Sheet(props: { rows: readonly { readonly term: string; readonly value: JSX.Element }[] }) {
  return (
    <dl class="sheet">
      <Index each={props.rows}>
        {(row) => (
          <div>
            <dt>{row().term}</dt>
            <dd>{row().value}</dd>
          </div>
        )}
      </Index>
    </dl>
  );
}
