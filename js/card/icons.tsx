import { ICON_SHAPES } from '../shared/icon-shapes';

/** 16 px drawings that only this panel uses, beside those that all have. */
const SHAPES = {
  ...ICON_SHAPES,
  bolt: '<path d="M8.75 1.75 3.5 9H8l-.75 5.25L12.5 7H8z"/>',
  undo: '<path d="M3 6.5h6.25a3.25 3.25 0 0 1 0 6.5H6.5M5.75 3.5 2.75 6.5l3 3"/>',
  commit: '<circle cx="8" cy="8" r="2.5"/><path d="M1.75 8H5.5M10.5 8h3.75"/>',
  pr: '<circle cx="4" cy="3.5" r="1.5"/><circle cx="4" cy="12.5" r="1.5"/><circle cx="12" cy="12.5" r="1.5"/><path d="M4 5v6M12 11V6.5A2 2 0 0 0 10 4.5H7.5M9.25 2.5 7.25 4.5l2 2"/>',
  code: '<path d="M5.5 4 1.75 8l3.75 4M10.5 4l3.75 4-3.75 4"/>',
  merge:
    '<circle cx="4.5" cy="3.5" r="1.5"/><circle cx="4.5" cy="12.5" r="1.5"/><circle cx="11.5" cy="9" r="1.5"/><path d="M4.5 5v6M4.5 5c.5 2.5 2.5 4 5.5 4"/>',
  wand: '<path d="m2.5 13.5 7-7M11 2v3M9.5 3.5h3M13.25 7.25v2M12.25 8.25h2M5.5 2.75v2M4.5 3.75h2"/>',
} as const;

export type GlyphName = keyof typeof SHAPES;

export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg
      class="hn-i s"
      viewBox="0 0 16 16"
      aria-hidden="true"
      // our own constant drawings, never text of a hub
      dangerouslySetInnerHTML={{ __html: SHAPES[name] }}
    />
  );
}
