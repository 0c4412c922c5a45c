/** How keys and delays are told. */
import { t } from "../../strings/dictionary.ts";

/** The beginning and the end of a key in hexadecimal: enough to tell one's own apart by eye. */
export function fingerprint(publicKey: string): string {
  return `${publicKey.slice(0, 8)} … ${publicKey.slice(-8)}`;
}

/** A delay in days where it is whole ones, else in hours or minutes, rounded up. */
export function duration(seconds: number): string {
  if (seconds % 86_400 === 0 && seconds > 0) return t("keys.days", { n: seconds / 86_400 });
  if (seconds >= 3600) return t("keys.hours", { n: Math.ceil(seconds / 3600) });
  return t("keys.minutes", { n: Math.ceil(seconds / 60) });
}
