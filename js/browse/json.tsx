// biome-ignore-all lint/a11y/useSemanticElements: a group of text is no fieldset
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Glyph } from './icons';
import { TextView } from './preview';
import { say } from './words';

const MOST_ITEMS = 200;
const FOLDED_FROM_DEPTH = 2;
const FOLDED_FROM_ITEMS = 40;
const MOST_DEPTH = 60;

/** JSON whose objects and lists fold; text that is no JSON is shown as it is. */
export function JsonView({ text }: { text: string }) {
  const parsed = useMemo(() => {
    try {
      return { value: JSON.parse(text) as unknown };
    } catch {
      return null;
    }
  }, [text]);
  if (!parsed) return <TextView text={text} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div class="hn-code flat br-text br-json" tabIndex={0} role="group" aria-label="JSON">
      <Value value={parsed.value} name={null} depth={0} last />
    </div>
  );
}

function Value({
  value,
  name,
  depth,
  last,
}: {
  value: unknown;
  name: string | null;
  depth: number;
  last: boolean;
}) {
  const label =
    name === null ? null : (
      <>
        <span class="c-k">{JSON.stringify(name)}</span>
        {': '}
      </>
    );
  const comma = last ? '' : ',';
  if (typeof value !== 'object' || value === null) {
    return (
      <div class="br-j">
        {label}
        <Scalar value={value} />
        {comma}
      </div>
    );
  }
  return <Folded value={value} label={label} depth={depth} comma={comma} />;
}

function Folded({
  value,
  label,
  depth,
  comma,
}: {
  value: object;
  label: ComponentChildren;
  depth: number;
  comma: string;
}) {
  const list = Array.isArray(value);
  const entries = useMemo<[string | null, unknown][]>(
    () => (list ? (value as unknown[]).map((one) => [null, one]) : Object.entries(value)),
    [value, list],
  );
  const [open, setOpen] = useState(
    depth < FOLDED_FROM_DEPTH && (depth === 0 || entries.length <= FOLDED_FROM_ITEMS),
  );
  const [most, setMost] = useState(MOST_ITEMS);
  const [start, end] = list ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0 || depth > MOST_DEPTH) {
    return (
      <div class="br-j">
        {label}
        {depth > MOST_DEPTH ? `${start} … ${end}` : `${start}${end}`}
        {comma}
      </div>
    );
  }
  return (
    <div class="br-j">
      <button type="button" class="br-jf" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Glyph name={open ? 'down' : 'right'} tone="tw" />
        <span>
          {label}
          {open ? start : `${start} ${say('n_items', { count: entries.length })} ${end}${comma}`}
        </span>
      </button>
      {open && (
        <>
          <div class="br-ji">
            {entries.slice(0, most).map(([key, one], index) => (
              <Value
                key={key ?? index}
                value={one}
                name={key}
                depth={depth + 1}
                last={index === entries.length - 1}
              />
            ))}
            {entries.length > most && (
              <button type="button" class="hn-lnk" onClick={() => setMost(most + 1000)}>
                {say('n_more', { count: entries.length - most })}
              </button>
            )}
          </div>
          <div class="br-j">
            {end}
            {comma}
          </div>
        </>
      )}
    </div>
  );
}

function Scalar({ value }: { value: unknown }) {
  if (typeof value === 'string') return <span class="c-s">{JSON.stringify(value)}</span>;
  if (typeof value === 'number') return <span class="c-n">{String(value)}</span>;
  return <span class="c-w">{String(value)}</span>;
}
