/**
 * The last values seen, kept for the offline view with the moment they were received. Small JSON documents in
 * localStorage under the member's own name; signing out forgets them. A full or forbidden storage is not an
 * error: the app then only has no offline view.
 */
const PREFIX = "contrada:last:";

export interface Received<T> {
  readonly value: T;
  /** Wall clock of this device, ms. */
  readonly at: number;
}

export function readLast<T>(key: string): Received<T> | undefined {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? undefined : (JSON.parse(text) as Received<T>);
  } catch {
    return undefined;
  }
}

export function keepLast<T>(key: string, received: Received<T>): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(received));
  } catch {
    // No room or no permission: go on without an offline view.
  }
}

/** Forgets everything kept, except the community itself. */
export function forgetLast(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && key !== `${PREFIX}community`) localStorage.removeItem(key);
  }
}
