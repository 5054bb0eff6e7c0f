import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

/** A choice between a few words: one stop of the Tab key, arrows move. */
export function Segment<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: Value | null;
  options: readonly (readonly [Value, ComponentChildren, boolean?])[];
  onChoose: (value: Value) => void;
}) {
  const group = useRef<HTMLDivElement>(null);
  const able = options.filter(([, , off]) => !off).map(([one]) => one);
  const stop = value !== null && able.includes(value) ? value : able[0];
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || able.length === 0) return;
    event.preventDefault();
    const at = stop === undefined ? 0 : able.indexOf(stop);
    const next = able[(at + step + able.length) % able.length];
    if (next === undefined) return;
    onChoose(next);
    group.current?.querySelector<HTMLElement>(`[data-value="${next}"]`)?.focus();
  };
  return (
    <div class="hn-seg" role="radiogroup" aria-label={label} ref={group} onKeyDown={move}>
      {options.map(([one, words, off]) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio input can't hold an icon and words
        <button
          key={one}
          type="button"
          role="radio"
          data-value={one}
          aria-checked={value === one}
          aria-disabled={off ? 'true' : undefined}
          tabIndex={one === stop ? 0 : -1}
          onClick={() => !off && onChoose(one)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
