/** The report as one page: self-contained, light and dark, readable on a phone. Figures come from `sim/report`. */
import { readFileSync } from "node:fs";
import { averageDay, barsByHome, barsOfWhole, dotsOfRuns, escaped } from "#cli/report-plots.ts";
import type { Kpis } from "#sim/report/kpis.ts";

export interface StreetReport {
  readonly title: string;
  readonly period: string;
  readonly kpis: readonly Kpis[];
  /** By home, in the order of the benefits. */
  readonly homes: readonly { readonly id: string; readonly solarPeakW: number; readonly costAlone: number }[];
  /** kW by civil hour of an average day. */
  readonly day: {
    readonly importedAlone: readonly number[];
    readonly importedWith: readonly number[];
    readonly shared: readonly number[];
    readonly exportedWith: readonly number[];
  };
  /** €/kWh by civil hour, of the battery-aware auction and of the bidders by chance. */
  readonly price: readonly number[];
  readonly runs: readonly { readonly tradedShare: number; readonly meanPrice: number }[];
  readonly storedAtEndKwh: { readonly none: number; readonly supplier: number; readonly auction: number };
}

export interface ReportPage {
  readonly bare: StreetReport;
  readonly stored: StreetReport;
  readonly outside: { readonly feedIn: number; readonly tariff: number };
  readonly gramPerKwh: number;
  readonly command: string;
}

const TITLES: Readonly<Record<string, string>> = {
  none: "No market",
  supplier: "Supplier only",
  auction: "Auction, bidders see forecast and store",
  chance: "Auction, bidders by chance",
  cer: "Italian community (CER)",
  split: "Fixed split, equal keys",
};
const SHORT: Readonly<Record<string, string>> = {
  none: "No market",
  supplier: "Supplier",
  auction: "Auction, aware",
  chance: "Auction, chance",
  cer: "CER",
  split: "Fixed split",
};

/** The check values of docs/market/report.md: eight runs on the measured homes without accumulators. */
const BAND = { share: [0.747, 0.762], price: [0.146, 0.148] } as const;

export function reportPage(page: ReportPage): string {
  const { bare, stored, outside, gramPerKwh, command } = page;
  const of = (name: string) => stored.kpis.find((kpis) => kpis.name === name)!;
  const [none, auction, cer, split] = [of("none"), of("auction"), of("cer"), of("split")];
  const best = stored.kpis.toSorted((a, b) => b.savings - a.savings)[0]!;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>One street, six markets · Contrada</title>
<style>${tokens()}${STYLE}</style>
</head>
<body>
<header><p class="over">Contrada</p><h1>One street, six markets</h1>
<p class="lede">${stored.homes.length} homes, the same panels, the same evenings. Alone they cover ${percent(none.selfSufficiency)} of what they use; with the neighbours’ auction ${percent(auction.selfSufficiency)}. What saves the street most, ${euro(best.savings)}: ${TITLES[best.name]}.</p></header>
<main>
<section><h2>How much of their own energy the homes use</h2>
<p>Self-sufficiency in ${stored.period}, with accumulators: what the street covers from its own panels and stores, and what neighbours share on top.</p>
${barsOfWhole(
  `Self-sufficiency by market: ${stored.kpis.map((k) => `${SHORT[k.name]} ${percent(k.selfSufficiency)}`).join(", ")}`,
  stored.kpis.map((k) => ({
    name: TITLES[k.name]!,
    said: percent(k.selfSufficiency),
    parts: [
      { of: (k.usedWh - k.importedWh) / k.usedWh, kind: "solar-fill" },
      { of: k.sharedWh / k.usedWh, kind: "neighbour-fill" },
    ],
  })),
)}
<p class="legend"><span class="key solar-key"></span>own panels and accumulator <span class="key neighbour-key"></span>shared with neighbours</p></section>
<section><h2>Who gains</h2>
<p>What each home gains against no market, one bar a home on one scale. ${auction.gaining} of ${stored.homes.length} gain by the auction, among them ${auction.gainingWithoutPanels} of ${auction.withoutPanels} without panels; by the community ${cer.gaining}, by the fixed split ${split.gaining}.</p>
${barsByHome(
  `Benefit of each home by market; the table below has the numbers`,
  stored.kpis.filter(({ name }) => name !== "none").map((k) => ({ name: SHORT[k.name]!, values: k.benefit })),
  stored.homes.map(({ solarPeakW }) => (solarPeakW > 0 ? "solar-fill" : "home-fill")),
  euro,
)}
<p class="legend"><span class="key solar-key"></span>home with panels <span class="key home-key"></span>home without</p>
${table(
  "What each home pays without a market, and gains, €",
  [
    "Home",
    "Panels",
    "Pays alone",
    ...stored.kpis.filter(({ name }) => name !== "none").map(({ name }) => SHORT[name]!),
  ],
  stored.homes.map(({ id, solarPeakW, costAlone }, i) => [
    id,
    solarPeakW > 0 ? `${solarPeakW / 1000} kWp` : "none",
    amount(costAlone),
    ...stored.kpis.filter(({ name }) => name !== "none").map(({ benefit }) => amount(benefit[i]!)),
  ]),
)}</section>
<section><h2>An average day</h2>
<p>What the street takes from outside at each hour: without a market, and with the auction, which brings stored energy to the neighbours’ evening.</p>
${averageDay(
  "Average power by hour: what the street takes from outside without a market and with the auction, and what neighbours share",
  [
    { kind: "neighbour-fill", values: stored.day.shared, isArea: true },
    { kind: "home-line", values: stored.day.importedAlone },
    { kind: "microgrid-line", values: stored.day.importedWith },
  ],
  "kW",
  1,
)}
<p class="legend"><span class="key neighbour-key"></span>shared <span class="key home-stroke"></span>from outside, no market <span class="key microgrid-stroke"></span>from outside, auction</p>
${table(
  "The average day in numbers, kW",
  ["Hour", "Outside, no market", "Outside, auction", "Shared", "Given away"],
  stored.day.shared.map((shared, hour) => [
    `${String(hour).padStart(2, "0")}:00`,
    ...[
      stored.day.importedAlone[hour]!,
      stored.day.importedWith[hour]!,
      shared,
      stored.day.exportedWith[hour]!,
    ].map((kw) => kw.toFixed(2)),
  ]),
  true,
)}</section>
<section><h2>The price among neighbours</h2>
<p>Bidders who know nothing and bid any limit between ${price(outside.feedIn)} and ${price(outside.tariff)} still trade three quarters of what can be shared, and what is left is matched at the quarter hour’s end. ${bare.runs.length} runs without accumulators, ${bare.period}: ${percent(Math.min(...bare.runs.map(({ tradedShare }) => tradedShare)))} to ${percent(Math.max(...bare.runs.map(({ tradedShare }) => tradedShare)))} at ${price(Math.min(...bare.runs.map(({ meanPrice }) => meanPrice)))} to ${price(Math.max(...bare.runs.map(({ meanPrice }) => meanPrice)))}. The ground marks what was measured on this street before: 74.7 to 76.2 % at 0.146 to 0.148 €/kWh.</p>
${dotsOfRuns(
  "Each run as a dot: share traded against mean price",
  bare.runs.map(({ tradedShare, meanPrice }) => ({ share: tradedShare, price: meanPrice / 1e6 })),
  BAND,
)}
<p>With accumulators and bidders who see them, by the hour:</p>
${averageDay("Mean price of the auction by hour", [{ kind: "neighbour-line", values: stored.price }], "€/kWh", 2)}</section>
<section><h2>All figures, with accumulators</h2><p>${stored.title}, ${stored.period}.</p>${kpiTable("Figures with accumulators", stored.kpis, gramPerKwh)}
<p class="small">Left in the accumulators at the end: ${stored.storedAtEndKwh.none.toFixed(1)} kWh without a market, ${stored.storedAtEndKwh.supplier.toFixed(1)} with suppliers, ${stored.storedAtEndKwh.auction.toFixed(1)} with the auction. That is in nobody’s savings.</p></section>
<section><h2>All figures, without accumulators</h2><p>${bare.title}, ${bare.period}.</p>${kpiTable("Figures without accumulators", bare.kpis, gramPerKwh)}</section>
<section><h2>What the words mean</h2>
<dl>
<dt>Prices</dt><dd>Without a market a kWh costs ${price(outside.tariff)} and brings ${price(outside.feedIn)}. Fees of the grid are not counted.</dd>
<dt>No market, supplier only</dt><dd>Each home for itself. With suppliers, owners sell what is stored beyond their own need at the best rate of the day.</dd>
<dt>Bidders who see forecast and store</dt><dd>Keep what the home will need until its panels fill the store again, and trade the rest. They forecast by persistence and are settled against the meter: sold and not given is bought at the tariff, bought and not taken is sold at the feed-in price.</dd>
<dt>Bidders by chance, CER, fixed split</dt><dd>On the meters of “no market”; bidders by chance know what they will meter. The community is paid by everybody’s bills and not by the neighbours.</dd>
<dt>Shared</dt><dd>What is taken and given in one quarter hour. Where meters are the same, sharing changes who is paid and not what flows.</dd>
<dt>CO₂ avoided</dt><dd>Energy not taken from outside × ${gramPerKwh} g/kWh, a figure to begin with; state your grid’s own.</dd>
<dt>Gini, Jain</dt><dd>How evenly the benefit is spread: Gini 0 and Jain 1 where all gain the same. Gini is not told where somebody loses.</dd>
<dt>Settlement error</dt><dd>What was traded and not metered, of all that meters counted.</dd>
<dt>Forecast</dt><dd>Mean absolute error of a home’s quarter hour, and by how much it is smaller than that of the same day last week, from the eighth day on.</dd>
</dl>
<p class="small">Winter days and one street; no figure here is a year’s. Made by <code>${escaped(command)}</code></p></section>
</main></body></html>
`;
}

function kpiTable(caption: string, kpis: readonly Kpis[], gramPerKwh: number): string {
  const row = (name: string, of: (one: Kpis) => string) => [name, ...kpis.map(of)];
  const or = (value: number | undefined, say: (value: number) => string) =>
    value === undefined || Number.isNaN(value) ? "–" : say(value);
  return table(
    caption,
    ["", ...kpis.map(({ name }) => SHORT[name]!)],
    [
      row("Panels gave, kWh", (k) => kwh(k.generatedWh)),
      row("Homes used, kWh", (k) => kwh(k.usedWh)),
      row("Taken from the MicroGrid, kWh", (k) => kwh(k.importedWh)),
      row("Given to it, kWh", (k) => kwh(k.exportedWh)),
      row("Shared, kWh", (k) => kwh(k.sharedWh)),
      row("Could be shared, kWh", (k) => kwh(k.shareableWh)),
      row("Self-consumption", (k) => percent(k.selfConsumption)),
      row("Self-sufficiency", (k) => percent(k.selfSufficiency)),
      row("Peak from outside, kW", (k) => (k.peakImportW / 1000).toFixed(1)),
      row("Peak share", (k) => percent(k.peakShare)),
      row("Savings of the street, €", (k) => amount(k.savings)),
      row("Mean local price, €/kWh", (k) => or(k.meanPrice, (value) => (value / 1e6).toFixed(4))),
      row("Traded by price, of what could be", (k) => or(k.tradedShare, percent)),
      row("Market efficiency", (k) => percent(k.efficiency)),
      row("Gini of benefit", (k) => or(k.gini, (value) => value.toFixed(3))),
      row("Jain of benefit", (k) => or(k.jain, (value) => value.toFixed(3))),
      row("Homes that gain, lose", (k) => `${k.gaining}, ${k.losing}`),
      row("… without panels", (k) => `${k.gainingWithoutPanels} of ${k.withoutPanels}`),
      row(`CO₂ avoided at ${gramPerKwh} g/kWh, kg`, (k) =>
        (k.co2AvoidedG / 1000).toFixed(1).replace("-", "−"),
      ),
      row("Settlement error", (k) => or(k.settlementError, percent)),
      row("Forecast error, Wh in a quarter hour", (k) => or(k.forecastErrorWh, (value) => value.toFixed(1))),
      row("Forecast skill", (k) => or(k.forecastSkill, percent)),
    ],
  );
}

function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  folded = false,
): string {
  const content = `<div class="scroll" role="region" aria-label="${escaped(caption)}" tabindex="0"><table><caption>${escaped(caption)}</caption>
<thead><tr>${head.map((cell) => (cell === "" ? "<td></td>" : `<th scope="col">${escaped(cell)}</th>`)).join("")}</tr></thead>
<tbody>${rows.map(([first, ...cells]) => `<tr><th scope="row">${escaped(first!)}</th>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`).join("\n")}</tbody></table></div>`;
  return folded ? `<details><summary>Show as table</summary>${content}</details>` : content;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1).replace("-", "−")}\u202f%`;
}

function amount(microEur: number): string {
  return (microEur / 1e6)
    .toFixed(2)
    .replace(/^-0\.00$/, "0.00")
    .replace("-", "−");
}

function euro(microEur: number): string {
  return `${amount(microEur)}\u202f€`;
}

function price(microEur: number): string {
  return `${(microEur / 1e6).toFixed(4).replace(/0{1,2}$/, "")}\u202f€/kWh`;
}

function kwh(wh: number): string {
  return (wh / 1000).toFixed(1);
}

/** The app's own values, without its font, which a single file would have to carry. */
function tokens(): string {
  const css = readFileSync(new URL("../../app/tokens.css", import.meta.url), "utf8");
  return css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/@font-face\s*\{[^}]*\}/g, "");
}

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:400 var(--t-m)/1.5 var(--font);font-variant-numeric:tabular-nums}
header,main{max-width:60rem;margin:0 auto;padding:0 var(--s-4)}
header{padding-top:var(--s-6)}
.over{margin:0;color:var(--ink-2);font-size:var(--t-s)}
h1{margin:0;font-size:var(--t-xl);font-weight:600}
h2{margin:0 0 var(--s-2);font-size:var(--t-l);font-weight:600}
.lede{font-size:var(--t-l);max-width:44rem}
section{margin:var(--s-7) 0}
p{max-width:44rem}
.small{font-size:var(--t-s);color:var(--ink-2)}
.plot{display:block;width:100%;height:auto;margin:var(--s-4) 0 var(--s-2);overflow:visible}
.plot text{font:400 14px var(--font);fill:var(--ink)}
.plot .strong{font-weight:600}
.plot .soft{fill:var(--ink-2);font-size:13px}
.plot .ground{fill:var(--sunk)}
.plot .axis{stroke:var(--ink-2);stroke-width:1}
.plot .grid{stroke:var(--line);stroke-width:1}
.plot .line{fill:none;stroke-width:2.5}
.plot .solar-fill{fill:var(--solar)}
.plot .neighbour-fill{fill:var(--neighbour)}
.plot .home-fill{fill:var(--home)}
.plot polygon.neighbour-fill{fill-opacity:.35}
.plot .home-line{stroke:var(--home);stroke-dasharray:6 4}
.plot .microgrid-line{stroke:var(--microgrid)}
.plot .neighbour-line{stroke:var(--neighbour)}
.plot .neighbour-dot{fill:var(--neighbour);stroke:var(--bg);stroke-width:1.5}
.legend{margin:0 0 var(--s-4);font-size:var(--t-s);color:var(--ink-2)}
.key{display:inline-block;width:14px;height:10px;margin:0 var(--s-1) 0 var(--s-3)}
.legend .key:first-child{margin-left:0}
.solar-key{background:var(--solar)}.neighbour-key{background:var(--neighbour)}.home-key{background:var(--home)}
.home-stroke{height:0;border-top:3px dashed var(--home);vertical-align:middle}
.microgrid-stroke{height:0;border-top:3px solid var(--microgrid);vertical-align:middle}
.scroll{overflow-x:auto;margin:var(--s-3) 0}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
table{border-collapse:collapse;font-size:var(--t-s);width:100%}
caption{text-align:left;color:var(--ink-2);padding:var(--s-1) 0}
th,td{padding:6px var(--s-3) 6px 0;text-align:right;white-space:nowrap;border-bottom:var(--hairline);font-weight:500}
thead th{color:var(--ink-2);font-weight:400;vertical-align:bottom}
th:first-child{text-align:left;font-weight:400}
tbody th{white-space:normal;min-width:7.5rem;max-width:11rem;position:sticky;left:0;background:var(--bg)}
summary{min-height:var(--touch);display:flex;align-items:center;cursor:pointer;font-size:var(--t-s)}
dl{max-width:44rem}dt{font-weight:600;margin-top:var(--s-3)}dd{margin:0}
code{font-size:var(--t-xs);overflow-wrap:anywhere}
@media (max-width:40rem){.plot text{font-size:22px}.plot .soft{font-size:20px}.lede{font-size:var(--t-m)}}
`;
