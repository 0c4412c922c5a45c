/**
 * Broken invariants. An assertion stays on in production: a node that finds its own books wrong stops
 * rather than continue on them.
 */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${String(value)}`);
}
