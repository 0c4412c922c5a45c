/**
 * What the service worker does with a notice of the platform, while the app is closed. The sentences are the app's own,
 * laid into the cache by `screens/notices/push.ts` in the language chosen; the platform sends codes and numbers.
 */
const TEXTS = "/notice-texts";

async function sentences() {
  const cache = await caches.open("contrada-notices");
  const answer = await cache.match(TEXTS);
  return answer === undefined ? { title: "Contrada", texts: {}, language: "en" } : answer.json();
}

function figure(name, value, language) {
  const [scaled, unit, digits] = name.endsWith("MicroEur")
    ? [value / 1e6, "€", 2]
    : name.endsWith("Wh")
      ? [value / 1e3, "kWh", 2]
      : name.endsWith("W")
        ? [value / 1e3, "kW", 1]
        : [value, "", 0];
  const number = scaled.toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return unit === "" ? number : `${number}\u00a0${unit}`;
}

async function show(message) {
  const { title, texts, language } = await sentences();
  const text = texts[`${message.code}.${message.about}`] ?? texts[message.code] ?? title;
  const body = text.replace(/\{(\w+)\}/g, (whole, name) =>
    name in message.numbers ? figure(name, message.numbers[name], language) : whole,
  );
  await self.registration.showNotification(title, {
    body,
    lang: language,
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    // The same thing said again takes the place of what was said before.
    tag: `${message.code} ${message.path}`,
    timestamp: message.time * 1000,
    data: { path: message.path },
  });
}

self.addEventListener("push", (event) => {
  let message;
  try {
    message = event.data.json();
  } catch {
    return;
  }
  event.waitUntil(show(message));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.path, self.location.origin).href;
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: "window" });
      const here = open[0];
      if (here === undefined) return self.clients.openWindow(url);
      await here.focus();
      return here.navigate(url);
    })(),
  );
});
