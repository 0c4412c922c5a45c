/** What the live stream of a screen brings. */
import type { ContractNews } from "#wire/contract-schemas.ts";
import type { HomeAccumulator } from "#wire/home-schemas.ts";
import type { MarketNow } from "#wire/market-schemas.ts";
import type { BlockSummary, DemoClock, Live, MicrogridState, Sale } from "#wire/schemas.ts";

/** What `/v1/stream` sends, by its SSE event name. */
export interface StreamEvents {
  readonly live: Live;
  /** What was asked of the own accumulator, and what became of it. */
  readonly accumulator: HomeAccumulator;
  readonly clock: DemoClock;
  readonly microgrid: MicrogridState;
  readonly sale: Sale;
  readonly contract: ContractNews;
  readonly block: BlockSummary;
  /** The neighbours' market, where there is one. */
  readonly market: MarketNow;
  /** One's numbers on the chain, and the key that signs, have changed: read who is signed in anew. */
  readonly renewed: Record<string, never>;
}
