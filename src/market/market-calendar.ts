/**
 * Of the neighbours' market as a whole: which civil days have books and are not final yet, and who waits for one of
 * them to have its reserve back.
 */
import type { DayNumber } from "#base/time.ts";
import type { Table } from "#ledger/state.ts";

export interface MarketCalendar {
  /** Ascending. */
  readonly open: readonly DayNumber[];
  /** Members, ascending. */
  readonly leaving: readonly number[];
}

export const MARKET_CALENDAR: Table<0, MarketCalendar> = {
  number: 47,
  name: "market_calendar",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: {
    write(writer, { open, leaving }) {
      writer.list(open, 0xffff_ffff, (w, day) => w.u32(day));
      writer.list(leaving, 0xffff_ffff, (w, member) => w.u32(member));
    },
    read: (reader) => ({
      open: reader.list(0xffff_ffff, (r) => r.u32()),
      leaving: reader.list(0xffff_ffff, (r) => r.u32()),
    }),
  },
};
