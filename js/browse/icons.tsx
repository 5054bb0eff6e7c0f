import { h } from 'preact';
import { ICON_SHAPES } from '../shared/icon-shapes';

/** 16 px drawings that only this panel uses, beside those that all have. */
const SHAPES = {
  ...ICON_SHAPES,
  search: '<circle cx="7" cy="7" r="4.25"/><path d="m10.2 10.2 3.3 3.3"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M3.5 10.5h-.25a.75.75 0 0 1-.75-.75v-6.5c0-.4.3-.75.75-.75h6.5c.4 0 .75.35.75.75v.25"/>',
  left: '<path d="M10 3.5 5.5 8l4.5 4.5"/>',
  lock: '<rect x="3.5" y="7" width="9" height="6.5" rx="1.25"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
  key: '<circle cx="5.25" cy="10.75" r="2.75"/><path d="m7.25 8.75 5.5-5.5M10.5 5.5l2 2"/>',
  file: '<path d="M4 1.75h5L12.5 5.25v9H4zM9 1.75v3.5h3.5"/>',
  folder: '<path d="M1.75 12.75v-9.5h4.5L7.75 5h6.5v7.75z"/>',
  branch:
    '<circle cx="4.5" cy="3.5" r="1.5"/><circle cx="4.5" cy="12.5" r="1.5"/><circle cx="11.5" cy="5" r="1.5"/><path d="M4.5 5v6M11.5 6.5c0 2.5-3 2.5-5.5 3.25"/>',
  tag: '<path d="M2.25 2.25h5.5l6 6-5.5 5.5-6-6z"/><circle cx="5.25" cy="5.25" r=".75"/>',
  pr: '<circle cx="4" cy="3.5" r="1.5"/><circle cx="4" cy="12.5" r="1.5"/><circle cx="12" cy="12.5" r="1.5"/><path d="M4 5v6M12 11V6.5A2 2 0 0 0 10 4.5H7.5M9.25 2.5 7.25 4.5l2 2"/>',
  commit: '<circle cx="8" cy="8" r="2.5"/><path d="M1.75 8H5.5M10.5 8h3.75"/>',
  comment: '<path d="M2 2.75h12v8H7.5L4.5 13.5v-2.75H2z"/>',
  heart:
    '<path d="M8 13.25S2 9.75 2 5.9A2.9 2.9 0 0 1 4.9 3 3.4 3.4 0 0 1 8 5a3.4 3.4 0 0 1 3.1-2A2.9 2.9 0 0 1 14 5.9c0 3.85-6 7.35-6 7.35Z"/>',
  model: '<path d="M8 1.75 13.5 4.9v6.2L8 14.25 2.5 11.1V4.9zM2.5 4.9 8 8l5.5-3.1M8 8v6.25"/>',
  dataset:
    '<ellipse cx="8" cy="3.75" rx="5.25" ry="2"/><path d="M2.75 3.75v8.5c0 1.1 2.35 2 5.25 2s5.25-.9 5.25-2v-8.5M2.75 8c0 1.1 2.35 2 5.25 2s5.25-.9 5.25-2"/>',
  space:
    '<rect x="1.75" y="2.75" width="12.5" height="10.5" rx="1.25"/><path d="M1.75 6h12.5M4 4.4v.01M6 4.4v.01"/>',
  image:
    '<rect x="2" y="2.75" width="12" height="10.5" rx="1.25"/><circle cx="5.5" cy="6" r="1"/><path d="m2.5 12 4-4 2.75 2.75L11 9l2.75 2.75"/>',
  table: '<rect x="2" y="2.75" width="12" height="10.5" rx="1"/><path d="M2 6.25h12M2 9.75h12M6.5 6.25v7"/>',
  json: '<path d="M6 2.5c-2.25 0-1.5 2.25-1.75 3.75C4.1 7.4 3.25 8 2.5 8c.75 0 1.6.6 1.75 1.75C4.5 11.25 3.75 13.5 6 13.5M10 2.5c2.25 0 1.5 2.25 1.75 3.75.15 1.15 1 1.75 1.75 1.75-.75 0-1.6.6-1.75 1.75-.25 1.5.5 3.75-1.75 3.75"/>',
  layers: '<path d="m8 2 6 3.25-6 3.25-6-3.25zM2 8.25l6 3.25 6-3.25M2 11l6 3.25L14 11"/>',
  more: '<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" stroke-width="2.2"/>',
  code: '<path d="M5.5 4 1.75 8l3.75 4M10.5 4l3.75 4-3.75 4"/>',
  sortd: '<path d="M8 3v10M4.5 9.5 8 13l3.5-3.5"/>',
  disk: '<rect x="1.75" y="4" width="12.5" height="8" rx="1.25"/><path d="M4.25 9.5h4M11.5 9.5v.01"/>',
  filter: '<path d="M2.5 4h11M4.5 8h7M6.5 12h3"/>',
  merge:
    '<circle cx="4.5" cy="3.5" r="1.5"/><circle cx="4.5" cy="12.5" r="1.5"/><circle cx="11.5" cy="9" r="1.5"/><path d="M4.5 5v6M4.5 5c.5 2.5 2.5 4 5.5 4"/>',
  card: '<rect x="2.25" y="2.25" width="11.5" height="11.5" rx="1.25"/><path d="M5 5.5h6M5 8h6M5 10.5h3.5"/>',
  send: '<path d="M2.25 2.75 14 8 2.25 13.25 4 8zM4 8h5"/>',
  keys: '<rect x="1.5" y="4" width="13" height="8" rx="1.25"/><path d="M4 6.5v.01M6.7 6.5v.01M9.3 6.5v.01M12 6.5v.01M5 9.5h6"/>',
  minus: '<path d="M3.5 8h9"/>',
} as const;

export type GlyphName = keyof typeof SHAPES;

type Stroke = [tag: string, attributes: Record<string, string>];
const strokes = new Map<GlyphName, Stroke[]>();

/** The parts of a drawing. Elements are made quicker of these than of text, which counts where rows fly by. */
function strokesOf(name: GlyphName): Stroke[] {
  let found = strokes.get(name);
  if (!found) {
    found = [...SHAPES[name].matchAll(/<(\w+) ([^>]*?)\/?>/g)].map(([, tag = '', text = '']) => [
      tag,
      Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
    ]);
    strokes.set(name, found);
  }
  return found;
}

/** A drawing beside a word, or alone in a button that has a label. */
export function Glyph({
  name,
  small = false,
  tone = '',
}: {
  name: GlyphName;
  small?: boolean;
  tone?: string;
}) {
  return (
    <svg class={`hn-i ${small ? 's' : ''} ${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      {strokesOf(name).map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}

/** A button that is only a drawing; its label is read, and shown on hover. */
export function Tool({
  glyph,
  label,
  onClick,
  tabIndex,
  expanded,
  off = false,
}: {
  glyph: GlyphName;
  label: string;
  onClick: () => void;
  tabIndex?: number;
  expanded?: boolean;
  off?: boolean;
}) {
  return (
    <button
      type="button"
      class="hn-btn icon s quiet"
      aria-label={label}
      title={label}
      tabIndex={tabIndex}
      aria-expanded={expanded}
      aria-disabled={off ? 'true' : undefined}
      onClick={(event) => {
        event.stopPropagation();
        if (!off) onClick();
      }}
    >
      <Glyph name={glyph} />
    </button>
  );
}
