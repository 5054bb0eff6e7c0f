import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { language } from '../shared/language';
import { Glyph, Tool } from './icons';
import type { Kernel } from './kernel';
import type { Kind, Vocabulary } from './model';
import { type Option, PickList } from './picker';
import type { FilterName } from './query';
import { taskName } from './show';
import { say } from './words';

type Listed = 'task' | 'library' | 'license' | 'language';
const LISTED: Record<Kind, readonly Listed[]> = {
  model: ['task', 'library', 'license', 'language'],
  dataset: ['task', 'license', 'language'],
  space: ['license'],
};
const LISTS = { task: 'tasks', library: 'libraries', license: 'licenses', language: 'languages' } as const;

/** The words filters are chosen from, once they were asked for: the same for all panels of the page. */
let known: Vocabulary | null = null;

/** The filters of a search: each a chip that opens a list, or says what is chosen. */
export function Chips({
  kind,
  filters,
  kernel,
  summary,
  onFilter,
}: {
  kind: Kind;
  filters: Partial<Record<FilterName, string>>;
  kernel: Kernel;
  summary: string;
  onFilter: (name: FilterName, value: string | null) => void;
}) {
  const [open, setOpen] = useState<Listed | 'sort' | null>(null);
  const [vocabulary, setVocabulary] = useState(known);
  const bar = useRef<HTMLDivElement>(null);
  // its words are many: they come when a list is opened for the first time
  useEffect(() => {
    if (!open || vocabulary) return;
    kernel
      .call<Vocabulary>('vocabulary')
      .then((words) => {
        known = words;
        setVocabulary(words);
      })
      .catch(() => setOpen(null));
  }, [open, vocabulary, kernel]);
  const close = () => {
    const name = open;
    setOpen(null);
    requestAnimationFrame(() => bar.current?.querySelector<HTMLElement>(`[data-chip="${name}"]`)?.focus());
  };
  const pick = (name: FilterName, value: string) => {
    onFilter(name, value);
    close();
  };
  const options = useMemo(() => optionsOf(open, vocabulary), [open, vocabulary]);
  const sort = filters.sort ?? 'trending';
  const extra = (['author', 'tag'] as const).filter((name) => filters[name] !== undefined);
  return (
    <>
      <div class="hn-bar slim" ref={bar}>
        {LISTED[kind].map((name) => {
          const value = filters[name];
          const words = value && labelOf(name, value);
          return value === undefined ? (
            <button
              key={name}
              type="button"
              class="hn-chip"
              data-chip={name}
              aria-haspopup="listbox"
              aria-expanded={open === name}
              onClick={() => setOpen(open === name ? null : name)}
            >
              {say(name)}
              <Glyph name="down" />
            </button>
          ) : (
            <OnChip
              key={name}
              name={name}
              words={`${say(name)}: ${words}`}
              label={say(name)}
              expanded={open === name}
              onOpen={() => setOpen(open === name ? null : name)}
              onRemove={() => onFilter(name, null)}
            />
          );
        })}
        {extra.map((name) => (
          <OnChip
            key={name}
            name={name}
            words={`${say(name)}: ${filters[name]}`}
            label={say(name)}
            onRemove={() => onFilter(name, null)}
          />
        ))}
        <button
          type="button"
          class={`hn-chip ${filters.in === 'cache' ? 'on' : ''}`}
          aria-pressed={filters.in === 'cache'}
          onClick={() => onFilter('in', filters.in === 'cache' ? null : 'cache')}
        >
          <Glyph name="disk" />
          {say('in_cache')}
        </button>
        <span class="hn-push hn-line">
          <span class="hn-s hn-muted">{summary}</span>
          <button
            type="button"
            class="hn-btn s quiet"
            data-chip="sort"
            aria-haspopup="listbox"
            aria-expanded={open === 'sort'}
            aria-label={say('sorted_by', { sort: sortName(sort) })}
            onClick={() => setOpen(open === 'sort' ? null : 'sort')}
          >
            <Glyph name="sortd" small />
            {sortName(sort)}
          </button>
        </span>
      </div>
      {open && vocabulary && (
        <div class={`br-pops ${open === 'sort' ? 'end' : ''}`}>
          <PickList
            key={open}
            label={say(open)}
            options={options}
            chosen={open === 'sort' ? sort : (filters[open] ?? null)}
            placeholder={say('find_in_list')}
            {...(open === 'sort' ? {} : { free: (typed: string) => say('use_typed', { typed }) })}
            onPick={(value) => pick(open, value)}
            onClose={close}
          />
        </div>
      )}
    </>
  );
}

function OnChip({
  name,
  words,
  label,
  expanded,
  onOpen,
  onRemove,
}: {
  name: string;
  words: string;
  label: string;
  expanded?: boolean;
  onOpen?: () => void;
  onRemove: () => void;
}) {
  return (
    <span class="hn-chip on br-on">
      {onOpen ? (
        <button
          type="button"
          class="br-on-words"
          data-chip={name}
          aria-haspopup="listbox"
          aria-expanded={expanded}
          onClick={onOpen}
        >
          {words}
        </button>
      ) : (
        <bdi class="hn-trunc">{words}</bdi>
      )}
      <Tool glyph="x" label={say('remove_filter', { name: label })} onClick={onRemove} />
    </span>
  );
}

function optionsOf(open: Listed | 'sort' | null, vocabulary: Vocabulary | null): Option[] {
  if (!open || !vocabulary) return [];
  if (open === 'sort') return vocabulary.sorts.map((value) => ({ value, label: sortName(value) }));
  const names = open === 'language' ? languageNames() : null;
  return vocabulary[LISTS[open]].map(([value, known]) => {
    const label = names ? names(value) : open === 'task' ? taskName(value, [[value, known]]) : known;
    return { value, label, ...(label.toLowerCase() === value ? {} : { note: value }) };
  });
}

/** Names of languages in the person's own; the browser knows them. */
function languageNames(): (code: string) => string {
  const names = new Intl.DisplayNames(language(), { type: 'language', fallback: 'code' });
  return (code) => (/^[a-z]{2,3}$/.test(code) ? (names.of(code) ?? code) : code);
}

function labelOf(name: Listed, value: string): string {
  if (name === 'task') return taskName(value);
  return name === 'language' ? languageNames()(value) : value;
}

function sortName(sort: string): string {
  switch (sort) {
    case 'downloads':
      return say('sort_downloads');
    case 'likes':
      return say('sort_likes');
    case 'updated':
      return say('sort_updated');
    case 'created':
      return say('sort_created');
    default:
      return say('sort_trending');
  }
}
