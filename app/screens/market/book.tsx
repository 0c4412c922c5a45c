/**
 * The last book that was opened, as two staircases: nobody's name stands in it, only paddles; one's own treads are
 * marked. Its certificate can be saved, for anybody to check.
 */
import { createMemo, Show } from "solid-js";
import type { MarketNow, MarketSlot, OwnMarket } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Legend } from "../../parts/legend.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";
import { curvesOf, pathOf } from "./curves.ts";
import { bookOf } from "./data.ts";
import { slotText } from "./words.ts";

const WIDTH = 480;
const HEIGHT = 200;

export function Book(props: { market: MarketNow; own: OwnMarket | undefined }) {
  const slot = createMemo(() => props.market.running?.slot);
  const view = bookOf(slot);
  return (
    <section class="split">
      <h2>{t("market.book")}</h2>
      <Show when={slot() !== undefined} fallback={<Empty title={t("market.no_book")} />}>
        <Loaded view={view} heights={[200, 16]}>
          {(book) => <OneBook book={book()} own={props.own} />}
        </Loaded>
      </Show>
    </section>
  );
}

type Order = MarketSlot["orders"][number];

function OneBook(props: { book: MarketSlot; own: OwnMarket | undefined }) {
  const curves = createMemo(() => curvesOf(props.book.orders));
  const size = { width: WIDTH, height: HEIGHT };
  const y = (limit: number) =>
    HEIGHT * (1 - (limit - curves().lowest) / (curves().highest - curves().lowest));
  const x = (wh: number) => (wh / curves().mostWh) * WIDTH;
  const isOwn = ({ paddle }: Order) =>
    props.own?.orders.some(
      (one) => one.slot === props.book.slot && one.session === props.book.session && one.paddle === paddle,
    ) === true;
  const columns = (): readonly Column<Order>[] => [
    {
      head: t("market.col_paddle"),
      cell: (one) => (isOwn(one) ? t("market.paddle_own", { paddle: one.paddle }) : String(one.paddle)),
    },
    { head: t("market.col_side"), left: true, cell: (one) => t(`market.side.${one.side}`) },
    { head: t("market.col_energy"), cell: (one) => local.number(one.energyWh / 1000, 2) },
    { head: t("market.col_limit"), cell: (one) => local.rate(one.limitMicroEurPerKwh) },
    { head: t("market.col_filled"), cell: (one) => local.number(one.filledWh / 1000, 2) },
  ];
  return (
    <>
      <p class="sub">
        {t("market.book_of", {
          slot: slotText(props.book.slot),
          orders: local.number(props.book.orders.length),
        })}
      </p>
      <Show when={props.book.orders.length > 0} fallback={<Empty title={t("market.book_empty")} />}>
        <svg
          class="book"
          viewBox={`-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`}
          role="img"
          aria-label={t("market.book_says", {
            slot: slotText(props.book.slot),
            price:
              props.book.priceMicroEurPerKwh === null
                ? "–"
                : local.ratePerKwh(props.book.priceMicroEurPerKwh),
            energy: local.soldEnergy(props.book.tradedWh),
          })}
        >
          <line class="axis" x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
          <path class="bids" d={pathOf(curves().bids, curves(), size)} />
          <path class="asks" d={pathOf(curves().asks, curves(), size)} />
          <Show when={props.book.priceMicroEurPerKwh !== null}>
            <line
              class="price"
              x1={0}
              x2={WIDTH}
              y1={y(props.book.priceMicroEurPerKwh!)}
              y2={y(props.book.priceMicroEurPerKwh!)}
            />
            <circle class="cross" cx={x(props.book.tradedWh)} cy={y(props.book.priceMicroEurPerKwh!)} r={5} />
          </Show>
        </svg>
        <Legend
          items={[
            { energy: "home", label: t("market.line_bids"), line: true },
            { energy: "neighbour", label: t("market.line_asks"), line: true },
          ]}
        />
        <p>
          {props.book.priceMicroEurPerKwh === null
            ? t("market.book_nothing")
            : t("market.book_crossed", {
                price: local.ratePerKwh(props.book.priceMicroEurPerKwh),
                energy: local.soldEnergy(props.book.tradedWh),
              })}
        </p>
        <details class="bytes">
          <summary>{t("market.book_orders")}</summary>
          <DataTable caption={t("market.book_orders")} columns={columns()} rows={props.book.orders} />
        </details>
      </Show>
      <Show when={props.book.clearing !== null}>
        <div>
          <Button quiet onClick={() => saveClearing(props.book)}>
            <span class="with-icon">
              <Icon name="download" size={18} />
              {t("market.save_certificate")}
            </span>
          </Button>
        </div>
      </Show>
    </>
  );
}

/** As `contrada verify-clearing` takes it. */
function saveClearing(book: MarketSlot): void {
  const text = JSON.stringify(book.clearing, null, 2);
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `contrada-clearing-${book.slot}-${book.session}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
