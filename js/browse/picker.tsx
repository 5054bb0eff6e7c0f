// biome-ignore-all lint/a11y/useFocusableInteractive: the field keeps the focus
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Glyph, type GlyphName } from './icons';
import { moved } from './roving';
import { say } from './words';

export interface Option {
  value: string;
  label: string;
  /** What stands at the end of the row. */
  note?: string;
  glyph?: GlyphName;
  group?: string;
}

const MOST_SHOWN = 200;

/** A list that can be searched, below the button that opens it: in the flow, so it covers nothing and is never cut. */
export function PickList({
  label,
  options,
  chosen,
  placeholder,
  free,
  onPick,
  onClose,
  children,
}: {
  label: string;
  options: readonly Option[];
  chosen: string | null;
  placeholder: string;
  /** Words for what is typed and not in the list, where that may be picked too. */
  free?: (typed: string) => string | null;
  onPick: (value: string) => void;
  onClose: () => void;
  children?: ComponentChildren;
}) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      options.findIndex((one) => one.value === chosen),
    ),
  );
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useMemo(() => `p${Math.random().toString(36).slice(2, 8)}`, []);
  const found = useMemo(() => {
    const words = typed.trim().toLowerCase();
    const matching = words
      ? options.filter((one) => `${one.label} ${one.value}`.toLowerCase().includes(words))
      : options;
    const extra = typed.trim() && free?.(typed.trim());
    const rows = matching.slice(0, MOST_SHOWN);
    const exact = rows.some((one) => one.value === typed.trim());
    return extra && !exact ? [...rows, { value: typed.trim(), label: extra }] : rows;
  }, [typed, options, free]);

  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    list.current?.querySelector('.is-active')?.scrollIntoView({ block: 'nearest' });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const to = event.key === 'Home' || event.key === 'End' ? null : moved(event.key, at, found.length, 8);
    if (to !== null) {
      event.preventDefault();
      setAt(to);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const one = found[at];
      if (one) onPick(one.value);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onClose();
    }
  };
  let group: string | undefined;
  return (
    <div
      class="hn-pop br-pop"
      onFocusOut={(event) => {
        const next = event.relatedTarget as Node | null;
        if (next && !event.currentTarget.contains(next)) onClose();
      }}
    >
      <div class="br-pop-find">
        <span class="hn-inwrap">
          <Glyph name="search" small />
          <input
            ref={field}
            type="text"
            class="hn-s"
            role="combobox"
            aria-label={label}
            aria-expanded="true"
            aria-controls={id}
            aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
            autocomplete="off"
            spellcheck={false}
            placeholder={placeholder}
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
        </span>
      </div>
      <div class="br-pop-list" role="listbox" id={id} aria-label={label} ref={list}>
        {found.map((one, index) => {
          const head = one.group !== group ? one.group : undefined;
          group = one.group;
          return (
            <>
              {head && (
                <div class="hn-pop-h" role="presentation">
                  {head}
                </div>
              )}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the field */}
              <div
                key={one.value}
                id={`${id}-${index}`}
                role="option"
                class={`hn-opt ${index === at ? 'is-active' : ''}`}
                aria-selected={one.value === chosen}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => onPick(one.value)}
              >
                {one.glyph && <Glyph name={one.glyph} small />}
                <bdi class="hn-trunc" dir="auto">
                  {one.label}
                </bdi>
                {one.note && <span class="hn-push hn-muted hn-mono">{one.note}</span>}
                {one.value === chosen && <Glyph name="check" small />}
              </div>
            </>
          );
        })}
        {found.length === 0 && (
          <div class="hn-opt hn-muted" role="option" aria-selected="false" aria-disabled="true">
            {say('nothing_here')}
          </div>
        )}
      </div>
      {children}
    </div>
  );
}
