/** This device's subscription to notices: asked of the browser, said to the platform, and the sentences laid ready. */
import { NOTICE_CODES } from "#wire/notice-codes.ts";
import { platform } from "../../platform.ts";
import { language } from "../../strings/dictionary.ts";
import { notices as strings } from "../../strings/notices.ts";
import { plant } from "../../strings/plant.ts";

/** Why this device cannot be told; "denied": its owner forbade it in the browser. */
export type PushState = "on" | "off" | "denied" | "unavailable";

export async function pushState(): Promise<PushState> {
  if (!("PushManager" in globalThis) || !("Notification" in globalThis)) return "unavailable";
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker === undefined) return "unavailable";
  if (Notification.permission === "denied") return "denied";
  return (await worker.pushManager.getSubscription()) === null ? "off" : "on";
}

/** Asks the browser, which asks its owner. Throws where its push service cannot be reached. */
export async function turnPushOn(key: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  await layTextsReady();
  const worker = await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const { endpoint, keys } = subscription.toJSON();
  try {
    await platform.call("POST /v1/home/notices/devices", {
      body: { endpoint: endpoint!, keys: { p256dh: keys!.p256dh!, auth: keys!.auth! } },
    });
  } catch (error) {
    // Nobody would ever write to it, and the button would say that somebody does.
    await subscription.unsubscribe();
    throw error;
  }
  return "on";
}

export async function turnPushOff(): Promise<PushState> {
  const worker = await navigator.serviceWorker.getRegistration();
  const subscription = await worker?.pushManager.getSubscription();
  if (subscription != null) {
    const { endpoint } = subscription;
    await subscription.unsubscribe();
    await platform.call("POST /v1/home/notices/devices/forget", { body: { endpoint } });
  }
  return pushState();
}

/** In the language chosen: one sentence for each code, and for each fault that the app knows. */
export async function layTextsReady(): Promise<void> {
  const texts: Record<string, string> = {};
  for (const code of NOTICE_CODES) texts[code] = strings[`notice.${code}`][language()];
  for (const [key, text] of Object.entries(plant)) {
    if (!key.startsWith("fault.") || text[language()].includes("{")) continue;
    const about = key.slice("fault.".length);
    texts[`fault_stands.${about}`] = text[language()];
    texts[`warning_stands.${about}`] = text[language()];
  }
  const cache = await caches.open("contrada-notices");
  const body = JSON.stringify({ title: "Contrada", language: language(), texts });
  await cache.put("/notice-texts", new Response(body, { headers: { "content-type": "application/json" } }));
}
