/**
 * Who may knock. A platform on a home computer's loopback address can be reached by every page that its
 * browser opens, so:
 *
 * - the Host must be an address or a name that this platform answers for. A foreign name that was made to
 *   resolve to it (DNS rebinding) is refused;
 * - a request that changes something must come from a page of this very origin, or from no page at all. Pages
 *   of other origins, other ports of the same machine included, are refused;
 * - nothing is shared with other origins: no CORS header is ever sent.
 *
 * Programs send no Origin and no Sec-Fetch-Site, and carry a bearer token.
 */
import { isIP } from "node:net";

export interface Knock {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** `names`: host names beside `localhost`, lower case. Any IP address literal is taken: rebinding needs a name. */
export function doorProblem(
  knock: Knock,
  names: ReadonlySet<string>,
): "host_refused" | "origin_refused" | undefined {
  const name = hostName(knock.host);
  if (name === undefined) return "host_refused";
  if (isIP(name) === 0 && name !== "localhost" && !names.has(name)) return "host_refused";
  if (knock.method === "GET" || knock.method === "HEAD") return undefined;
  if (knock.origin !== undefined && !sameHost(knock.origin, knock.host!)) return "origin_refused";
  if (knock.fetchSite !== undefined && knock.fetchSite !== "same-origin" && knock.fetchSite !== "none") {
    return "origin_refused";
  }
  return undefined;
}

/**
 * What every answer carries. The app is built without inline scripts; style *attributes* are allowed, because
 * templates set bars and rings by them.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

function hostName(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+))(?::\d{1,5})?$/.exec(host);
  return (parts?.[1] ?? parts?.[2])?.toLowerCase();
}

function sameHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === new URL(`http://${host}`).host || new URL(origin).host === host;
  } catch {
    return false;
  }
}
