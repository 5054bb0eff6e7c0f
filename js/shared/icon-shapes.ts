/** 16 px drawings, stroke 1.5 in the colour of the text. Only what the panels use: each costs bytes. */
export const ICON_SHAPES = {
  check: '<path d="m3 8.5 3.25 3.25L13 5"/>',
  x: '<path d="m4 4 8 8M12 4l-8 8"/>',
  right: '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
  down: '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
  pull: '<path d="M8 2.5v7.5M4.75 7 8 10.25 11.25 7M3 13.5h10"/>',
  push: '<path d="M8 10.5V3M4.75 6 8 2.75 11.25 6M3 13.5h10"/>',
  pause: '<path d="M5.5 3.5v9M10.5 3.5v9"/>',
  play: '<path d="M5 3.25v9.5l7.5-4.75z"/>',
  retry: '<path d="M13 8a5 5 0 1 1-1.6-3.65M13 2.5v2.75h-2.75"/>',
  undo: '<path d="M3 6h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3 2.5 6l3 3"/>',
  eye: '<path d="M1.75 8S4 3.75 8 3.75 14.25 8 14.25 8 12 12.25 8 12.25 1.75 8 1.75 8Z"/><circle cx="8" cy="8" r="1.75"/>',
  globe:
    '<circle cx="8" cy="8" r="5.75"/><path d="M2.25 8h11.5M8 2.25c3.6 3.5 3.6 8 0 11.5-3.6-3.5-3.6-8 0-11.5Z"/>',
  plug: '<path d="M5.5 2v3M10.5 2v3M4 5h8v2.5a4 4 0 0 1-8 0zM8 11.5V14"/>',
  offline:
    '<path d="M2.5 2.5l11 11M4.4 6.1A3 3 0 0 0 4.75 12H10M6.2 4.3A3.6 3.6 0 0 1 11.5 7a2.6 2.6 0 0 1 2 3.9"/>',
  clock: '<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.75"/>',
  warn: '<path d="M8 2.25 14.25 13H1.75zM8 6.5v3M8 11.25v.01"/>',
  err: '<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8.5M8 11v.01"/>',
  info: '<circle cx="8" cy="8" r="5.75"/><path d="M8 7.5v3.75M8 5v.01"/>',
  ok: '<circle cx="8" cy="8" r="5.75"/><path d="m5.4 8.25 1.85 1.85 3.4-3.85"/>',
  shield:
    '<path d="M8 1.75 13 3.5v4c0 3.25-2.1 5.5-5 6.75-2.9-1.25-5-3.5-5-6.75v-4zM5.75 7.75l1.6 1.6 2.9-3.2"/>',
  plus: '<path d="M8 3v10M3 8h10"/>',
  ext: '<path d="M6.5 3.5h-3v9h9v-3M9 2.5h4.5V7M13.25 2.75 7.5 8.5"/>',
  swap: '<path d="M2.5 5.5h10M10 3l2.75 2.5L10 8M13.5 10.5h-10M6 8l-2.75 2.5L6 13"/>',
  out: '<path d="M6.5 2.75h-4v10.5h4M6 8h8M11.25 5.25 14 8l-2.75 2.75"/>',
} as const;

export type IconName = keyof typeof ICON_SHAPES;
