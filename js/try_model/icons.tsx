/** 16 px drawings that only this panel uses. */
const SHAPES = {
  stop: '<rect x="4" y="4" width="8" height="8" rx="1"/>',
  mic: '<rect x="6" y="1.75" width="4" height="7.5" rx="2"/><path d="M3.5 7.5a4.5 4.5 0 0 0 9 0M8 12v2.25"/>',
  image:
    '<rect x="2" y="2.75" width="12" height="10.5" rx="1.25"/><circle cx="5.5" cy="6" r="1"/><path d="m2.5 12 4-4 2.75 2.75L11 9l2.75 2.75"/>',
  table: '<rect x="2" y="2.75" width="12" height="10.5" rx="1"/><path d="M2 6.25h12M2 9.75h12M6.5 6.25v7"/>',
  model: '<path d="M8 1.75 13.5 4.9v6.2L8 14.25 2.5 11.1V4.9zM2.5 4.9 8 8l5.5-3.1M8 8v6.25"/>',
  code: '<path d="M5.5 4 1.75 8l3.75 4M10.5 4l3.75 4-3.75 4"/>',
  send: '<path d="M2.25 2.75 14 8 2.25 13.25 4 8zM4 8h5"/>',
} as const;

export function Glyph({ name, small = false }: { name: keyof typeof SHAPES; small?: boolean }) {
  return (
    <svg
      class={`hn-i ${small ? 's' : ''}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      // our own constant drawings, never text of a hub
      dangerouslySetInnerHTML={{ __html: SHAPES[name] }}
    />
  );
}
