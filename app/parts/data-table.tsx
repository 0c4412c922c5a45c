/** A table: hairlines, figures right, units in the head, its own sideways scroll. */
import { For, type JSX, Show } from "solid-js";

export interface Column<Row> {
  readonly head: JSX.Element;
  readonly cell: (row: Row) => JSX.Element;
  /** Words instead of figures: set left. The first column always is. */
  readonly left?: boolean;
}

export function DataTable<Row>(props: {
  /** Names the table for those who cannot see what stands around it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** A last row that sums up. */
  foot?: readonly JSX.Element[];
}) {
  return (
    <section class="scroll" tabindex="0" aria-label={props.caption}>
      <table>
        <caption class="unseen">{props.caption}</caption>
        <thead>
          <tr>
            <For each={props.columns}>
              {(column) => (
                <th scope="col" classList={{ words: column.left === true }}>
                  {column.head}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(row) => (
              <tr>
                <For each={props.columns}>
                  {(column, index) => (
                    <Show
                      when={index() === 0}
                      fallback={<td classList={{ words: column.left === true }}>{column.cell(row)}</td>}
                    >
                      <th scope="row">{column.cell(row)}</th>
                    </Show>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
        <Show when={props.foot}>
          {(foot) => (
            <tfoot>
              <tr>
                <For each={foot()}>{(cell) => <td>{cell}</td>}</For>
              </tr>
            </tfoot>
          )}
        </Show>
      </table>
    </section>
  );
}
