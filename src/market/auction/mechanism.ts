/** The mechanisms among which a community's law chooses, behind one call. */
import type { Book } from "#market/auction/book.ts";
import type { Clearing } from "#market/auction/clearing.ts";
import { type Arrivals, clearContinuously } from "#market/auction/continuous.ts";
import { clearBySplit, type Split } from "#market/auction/fixed-split.ts";
import { clearPayAsBid } from "#market/auction/pay-as-bid.ts";
import { clearUniform } from "#market/auction/uniform.ts";

export type MechanismName = "uniform" | "pay-as-bid" | "continuous" | "fixed-split";

/** What single mechanisms want to know beside the orders. */
export interface Terms {
  readonly arrivals: Arrivals;
  readonly split: Split;
}

export const MECHANISMS: {
  readonly [name in MechanismName]: (book: Book, terms: Terms) => Clearing;
} = {
  uniform: (book) => clearUniform(book),
  "pay-as-bid": (book) => clearPayAsBid(book),
  continuous: (book, { arrivals }) => clearContinuously(book, arrivals),
  "fixed-split": (book, { split }) => clearBySplit(book, split),
};
