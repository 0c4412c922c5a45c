/**
 * The list of blocks on the explorer's first page: what arrives by the stream is put on top, what is asked for
 * below; and runs of blocks without transactions are drawn together, because they say nothing one by one.
 */
import type { BlockSummary } from "#wire/schemas.ts";

/** Both lists as one, newest first, each height once; the newer report of a height wins. */
export function merged(
  known: readonly BlockSummary[],
  arrived: readonly BlockSummary[],
): readonly BlockSummary[] {
  const byHeight = new Map(known.map((block) => [block.height, block]));
  for (const block of arrived) byHeight.set(block.height, block);
  return [...byHeight.values()].sort((a, b) => b.height - a.height);
}

export type Row =
  | { readonly kind: "block"; readonly block: BlockSummary }
  /** `newest` down to `oldest`, none of them with a transaction. */
  | {
      readonly kind: "empty";
      readonly newest: BlockSummary;
      readonly oldest: BlockSummary;
      readonly count: number;
    };

/** Runs of at least `least` empty blocks become one row; the newest block always stands alone. */
export function rowsOf(blocks: readonly BlockSummary[], least: number): readonly Row[] {
  const rows: Row[] = [];
  let i = 0;
  while (i < blocks.length) {
    let end = i;
    while (end < blocks.length && i > 0 && blocks[end]!.transactions === 0 && follows(blocks, i, end)) end++;
    if (end - i >= least) {
      rows.push({ kind: "empty", newest: blocks[i]!, oldest: blocks[end - 1]!, count: end - i });
      i = end;
    } else {
      rows.push({ kind: "block", block: blocks[i]! });
      i++;
    }
  }
  return rows;
}

function follows(blocks: readonly BlockSummary[], start: number, at: number): boolean {
  return at === start || blocks[at - 1]!.height === blocks[at]!.height + 1;
}

/** What a search text names, or `undefined` where it is neither a height nor an identifier. */
export function searched(text: string): string | undefined {
  const clean = text.trim().toLowerCase().replace(/^#/, "");
  if (/^[0-9a-f]{64}$/.test(clean)) return `/ledger/transaction/${clean}`;
  const digits = clean.replace(/[.,\s\u202f\u00a0’']/g, "");
  return /^\d{1,15}$/.test(digits) && Number(digits) > 0 ? `/ledger/block/${Number(digits)}` : undefined;
}
