/** The app's own icons: a grid of 24, stroke 1.6, round ends. Always beside a word, or inside a named control. */
export const ICONS = {
  panel:
    "M3 17h18l-3.2-9H6.2zM9.2 8 8 17M14.8 8 16 17M4.6 12.5h14.8M12 2.5v2.2M5.6 4.4l1.3 1.5M18.4 4.4l-1.3 1.5",
  accumulator:
    "M5 7h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2zM21.5 10.5v4M11.5 9.5 9 13h4l-2.5 3.5",
  house: "M4 11.5 12 4.5l8 7M6 10v9.5h12V10M10 19.5v-5h4v5",
  pylon:
    "M8 21 11 3h2l3 18M6.5 8h11M5 12.5h14M10.2 8l4.6 4.5M13.8 8l-4.6 4.5M9.2 12.5 15.6 18M14.8 12.5 8.4 18",
  exchange: "M4 8.5h13l-3.5-3.5M20 15.5H7l3.5 3.5",
  archive: "M4 5h16v4H4zM5.5 9v10h13V9M10 13h4",
  contract: "M6 3.5h8.500L18.500 7.500v13H6zM14 3.500V8h4.500M9 12h6.500M9 15.500h6.500",
  block: "M12 3.5 19.5 7.7v8.600L12 20.5 4.5 16.300V7.700zM4.5 7.7 12 12l7.5-4.300M12 12v8.5",
  ballot: "M3.5 13h17v6.500h-17zM7.5 13V4h9v9M10 8.500l1.600 1.600 2.600-3",
  check: "M5 12.5 10 17.5 19.5 7",
  rate: "M4 12.500V4.500h8l8 8-7.5 7.500zM8.3 8.300h.01",
  purchase: "M3.5 5h2.500l2 10.500h9.500l2-7.500H6.700M9.5 19.500h.01M16 19.500h.01",
  overview: "M4 19.500V12M9.3 19.500V7M14.7 19.500v-5M20 19.500V4.5",
  people:
    "M9 11a3.2 3.2 0 1 0 0-6.400A3.2 3.2 0 0 0 9 11zM3.5 19.500c0-3.5 2.4-5.5 5.5-5.500s5.5 2 5.5 5.500M16 5a3 3 0 0 1 0 5.800M17.5 14.300c1.9.7 3 2.5 3 5.2",
  purse:
    "M4 7.500h14.500a1.5 1.5 0 0 1 1.5 1.500v9a1.5 1.5 0 0 1-1.5 1.500H5.500A1.5 1.5 0 0 1 4 18zM4 7.5 15.5 4v3.500M16.5 13.500h.01",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.500v13l10.5-6.500z",
  forward: "M5 6v12l8-6zM13 6v12l8-6z",
  menu: "M12 12.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500c.6-3.6 3.6-5.5 7.5-5.500s6.9 1.9 7.5 5.5",
  left: "M14.5 5.5 8 12l6.5 6.5",
  right: "M9.5 5.5 16 12l-6.5 6.5",
  down: "M5.5 9.5 12 16l6.5-6.5",
  close: "M6 6l12 12M18 6 6 18",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.500M5 19.500h14",
  warning: "M12 4 21 19.500H3zM12 10v4.500M12 17.200h.01",
  key: "M14.5 14a5 5 0 1 0-4.6-3L4 17v3h3.500v-2.500H10V15l1.5-1.500c.9.3 1.9.5 3 .500zM15.8 8.200h.01",
  bell: "M6.500 16V10.500a5.5 5.5 0 0 1 11 0V16l1.500 2h-14zM10.300 20.500a2 2 0 0 0 3.400 0M12 5V3.500",
  clock: "M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7v5.200l3.3 2",
} as const;

export type IconName = keyof typeof ICONS;

export function Icon(props: { name: IconName; size?: number; class?: string }) {
  return (
    <svg
      class={props.class}
      width={props.size ?? 22}
      height={props.size ?? 22}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={ICONS[props.name]} />
    </svg>
  );
}

/** The mark: a shield in quarters, as a contrada wears one; sun in one quarter, store in another. */
export function Mark(props: { size?: number }) {
  return (
    <svg width={props.size ?? 26} height={props.size ?? 26} viewBox="0 0 26 26" aria-hidden="true">
      <path d="M13 3 22 7.500V12h-9z" fill="var(--solar-fill)" />
      <path d="M4 12h9v11C8 21.5 4 18.3 4 14z" fill="var(--accumulator-fill)" />
      <path
        d="M13 2 23 7v7c0 5-4.2 8.5-10 10C7.2 22.5 3 19 3 14V7zM13 2v22M3 12h20"
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linejoin="round"
      />
    </svg>
  );
}
