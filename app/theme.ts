/** Light, dark, or as the system says. The choice is a `data-theme` on the root; `tokens.css` does the rest. */
import { createSignal } from "solid-js";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "contrada:theme";
const kept = globalThis.localStorage?.getItem(KEY);
const [theme, setThemeSignal] = createSignal<Theme>(kept === "light" || kept === "dark" ? kept : "system");
const [darkSystem, setDarkSystem] = createSignal(false);

export { theme };

/** Whether the page is dark now; for what is drawn on a canvas and cannot follow CSS. */
export function isDark(): boolean {
  return theme() === "dark" || (theme() === "system" && darkSystem());
}

export function setTheme(next: Theme): void {
  setThemeSignal(next);
  localStorage.setItem(KEY, next);
  apply(next);
}

/** Applies the kept choice and follows the system. Call once, before the first paint. */
export function startTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  setDarkSystem(system.matches);
  system.addEventListener("change", (event) => setDarkSystem(event.matches));
  apply(theme());
}

function apply(next: Theme): void {
  if (next === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", next);
}
