/** What a home is told, and how. */
import type { Notices } from "../notices/notices.ts";
import { usualExcessW } from "../notices/watch.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";

export function noticeRoutes(
  { directory }: Parts,
  notices: Notices,
): Handlers<
  | "GET /v1/home/notices"
  | "POST /v1/home/notices/read"
  | "PUT /v1/home/notices/settings"
  | "POST /v1/home/notices/devices"
  | "POST /v1/home/notices/devices/forget"
> {
  return {
    "GET /v1/home/notices": ({ visitor: { plant } }) => ({
      notices: notices.list(plant),
      unread: notices.unread(plant),
      settings: notices.settings(plant),
      usualExcessW: usualExcessW(directory, plant),
      push: { key: notices.pushKey, devices: notices.devicesOf(plant) },
    }),
    "POST /v1/home/notices/read": ({ body, visitor }) => notices.readUpTo(visitor.plant, body.id),
    "PUT /v1/home/notices/settings": ({ body, visitor }) => {
      notices.set(visitor.plant, body);
      return notices.settings(visitor.plant);
    },
    "POST /v1/home/notices/devices": ({ body, visitor }) => notices.addDevice(visitor.plant, body),
    "POST /v1/home/notices/devices/forget": ({ body, visitor }) =>
      notices.removeDevice(visitor.plant, body.endpoint),
  };
}
