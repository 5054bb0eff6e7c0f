// biome-ignore-all lint/a11y/useSemanticElements: a grid of rows that lines up across elements is no table
// biome-ignore-all lint/a11y/useFocusableInteractive: its rows take the focus, its cells do not
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../shared/format';
import { Button, RepoId } from '../shared/parts';
import { Chips } from './chips';
import { Glyph, type GlyphName, Tool } from './icons';
import { troubleOf } from './kernel';
import type { Kind, Page, Row, Trouble } from './model';
import { filtersOf, withFilter, wordsOf } from './query';
import { moved, onRowKey } from './roving';
import { ago, copyText, fullNumber, shortNumber, taskName, when } from './show';
import { TroubleNotice } from './trouble';
import type { Context } from './view';
import { say } from './words';

const TYPING_PAUSE_MS = 250;
const SKELETON_AFTER_MS = 200;
const ANNOUNCE_AFTER_MS = 500;
const KINDS: readonly [Kind, GlyphName, 'models' | 'datasets' | 'spaces'][] = [
  ['model', 'model', 'models'],
  ['dataset', 'dataset', 'datasets'],
  ['space', 'space', 'spaces'],
];

export function SearchPage({
  context,
  hidden,
  backTo,
  onOpen,
  onPull,
}: {
  context: Context;
  hidden: boolean;
  backTo: string | null;
  onOpen: (id: string, kind: Kind) => void;
  onPull: (id: string, kind: Kind) => void;
}) {
  const { kernel, model, announce } = context;
  const [kind, setKind] = useState<Kind>(() => model.get('repo_type'));
  const [text, setText] = useState(() => model.get('query'));
  const [page, setPage] = useState<Page | null>(null);
  const [loading, setLoading] = useState(false);
  const [skeleton, setSkeleton] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [at, setAt] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const asked = useRef('');
  const grid = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const search = useCallback(
    async (query: string, wanted: Kind) => {
      clearTimeout(timer.current);
      asked.current = query;
      setLoading(true);
      try {
        const { result } = await kernel.ask<Page>('search', { query, kind: wanted });
        setPage(result);
        setTrouble(null);
        setAt(0);
        setLoading(false);
        setTimeout(() => {
          if (asked.current === query) announce(foundWords(result, wanted));
        }, ANNOUNCE_AFTER_MS);
      } catch (error) {
        const shown = troubleOf(error);
        if (!shown) return; // something newer was asked
        setTrouble(shown);
        setLoading(false);
      }
    },
    [kernel, announce],
  );

  // the kind and text of the first showing; later ones are asked for where they change
  useEffect(() => {
    void search(text, kind);
  }, []);
  useEffect(() => {
    const wait = setTimeout(() => setSkeleton(loading && page === null), loading ? SKELETON_AFTER_MS : 0);
    return () => clearTimeout(wait);
  }, [loading, page]);
  useEffect(() => {
    const follow = () => {
      const query = model.get('query');
      if (query === asked.current) return;
      setText(query);
      void search(query, kind);
    };
    model.on('change:query', follow);
    return () => model.off('change:query', follow);
  }, [model, kind, search]);
  // back from a repository: to the row it came from
  useLayoutEffect(() => {
    if (hidden || backTo === null) return;
    const index = page?.rows.findIndex((row) => row.id === backTo) ?? -1;
    if (index >= 0) setAt(index);
    const row = grid.current?.querySelectorAll<HTMLElement>('[role="row"]')[Math.max(0, index)];
    (row ?? field.current)?.focus();
  }, [hidden]);

  const change = (next: string, wait: number) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void search(next, kind), wait);
  };
  const more = async () => {
    try {
      const { result } = await kernel.ask<Page>('search', { query: text, kind, more: true });
      const before = page?.rows.length ?? 0;
      setPage((old) => ({ rows: [...(old?.rows ?? []), ...result.rows], more: result.more }));
      focusRow(before);
      announce(say('more_found', { count: result.rows.length }));
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };
  const focusRow = (index: number) => {
    setAt(index);
    requestAnimationFrame(() => grid.current?.querySelectorAll<HTMLElement>('[role="row"]')[index]?.focus());
  };
  const rows = page?.rows ?? [];
  const copyId = async (row: Row) =>
    announce((await copyText(row.id)) ? say('copied', { what: row.id }) : say('not_copied'));

  const onGridKey = (event: KeyboardEvent) => {
    const row = rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const inRow = (event.target as HTMLElement).closest('[role="row"]') as HTMLElement | null;
    const onRow = event.target === inRow;
    const to = moved(event.key, at, rows.length, 8);
    if (to !== null) {
      event.preventDefault();
      focusRow(to);
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      event.preventDefault();
      moveInRow(inRow, event.key === 'ArrowRight' ? 1 : -1);
    } else if (event.key === 'Enter' && onRow) {
      event.preventDefault();
      onOpen(row.id, kind);
    } else if (event.key.toLowerCase() === 'p' && onRow) onPull(row.id, kind);
    else if (event.key.toLowerCase() === 'c' && onRow) void copyId(row);
  };

  const filters = filtersOf(text);
  return (
    <div data-page hidden={hidden}>
      <div class="hn-bar" data-region>
        <div class="hn-seg" role="radiogroup" aria-label={say('kind')} onKeyDown={onRowKey}>
          {KINDS.map(([name, glyph, words]) => (
            <button
              key={name}
              type="button"
              role="radio"
              aria-checked={kind === name}
              tabIndex={kind === name ? 0 : -1}
              onClick={() => {
                if (kind === name) return;
                setKind(name);
                setPage(null);
                void search(text, name);
              }}
            >
              <Glyph name={glyph} small />
              {say(words)}
            </button>
          ))}
        </div>
        <div class="br-find">
          <span class="hn-inwrap" role="search">
            <Glyph name="search" small />
            <input
              ref={field}
              type="text"
              data-find
              value={text}
              aria-label={say('search_hub')}
              placeholder={say('search_hint')}
              autocomplete="off"
              spellcheck={false}
              dir="auto"
              onInput={(event) => change(event.currentTarget.value, TYPING_PAUSE_MS)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') void search(text, kind);
                else if (event.key === 'ArrowDown' && rows.length > 0) {
                  event.preventDefault();
                  focusRow(at);
                } else if (event.key === 'Escape' && text) {
                  event.preventDefault();
                  change('', 0);
                }
              }}
            />
            {text && (
              <Tool
                glyph="x"
                label={say('clear')}
                onClick={() => {
                  change('', 0);
                  field.current?.focus();
                }}
              />
            )}
          </span>
        </div>
      </div>
      <Chips
        kind={kind}
        filters={filters}
        kernel={kernel}
        summary={page && !trouble ? foundWords(page, kind) : ''}
        onFilter={(name, value) => change(withFilter(text, name, value), 0)}
      />
      {trouble ? (
        <div class="br-pad">
          <TroubleNotice trouble={trouble} name="" onRetry={() => void search(text, kind)} />
        </div>
      ) : page && rows.length === 0 ? (
        <Nothing
          words={wordsOf(text)}
          filters={Object.keys(filters).filter((name) => name !== 'sort')}
          onDrop={(name) => change(withFilter(text, name as 'task', null), 0)}
          onWordsOnly={() => change(wordsOf(text), 0)}
        />
      ) : (
        <div
          ref={grid}
          class="br-grid"
          role="grid"
          aria-label={say('results')}
          aria-busy={loading}
          aria-rowcount={page?.more ? -1 : rows.length}
          onKeyDown={onGridKey}
          data-region
        >
          <div class="br-cols" aria-hidden="true">
            <span />
            <span>{say(kind)}</span>
            <span>{say('params_head')}</span>
            <span>{say('size')}</span>
            <span>{say('downloads')}</span>
            <span>{say('likes')}</span>
            <span>{say('updated')}</span>
            <span />
          </div>
          {skeleton
            ? [56, 38, 64].map((width) => <Skeleton key={width} width={width} />)
            : rows.map((row, index) => (
                <ResultRow
                  key={row.id}
                  row={row}
                  index={index}
                  kind={kind}
                  focusable={index === at}
                  onFocus={() => setAt(index)}
                  onOpen={() => onOpen(row.id, kind)}
                  onPull={() => onPull(row.id, kind)}
                  onCopy={() => void copyId(row)}
                />
              ))}
        </div>
      )}
      {page?.more && !trouble && (
        <footer class="hn-foot" data-region>
          <span class="hn-s hn-muted">{say('showing', { count: rows.length })}</span>
          <Button look="s hn-push" onClick={() => void more()}>
            {say('show_more')}
          </Button>
        </footer>
      )}
    </div>
  );
}

function ResultRow({
  row,
  index,
  kind,
  focusable,
  onFocus,
  onOpen,
  onPull,
  onCopy,
}: {
  row: Row;
  index: number;
  kind: Kind;
  focusable: boolean;
  onFocus: () => void;
  onOpen: () => void;
  onPull: () => void;
  onCopy: () => void;
}) {
  const about = [
    row.task && taskName(row.task),
    row.library ?? row.sdk,
    row.license ?? (row.files === undefined ? say('no_license') : say('cached_files', { count: row.files })),
  ].filter(Boolean);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the grid
    <div
      class="br-row"
      role="row"
      aria-rowindex={index + 1}
      tabIndex={focusable ? 0 : -1}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <Glyph name={kind} />
      <div class="br-main" role="gridcell">
        <div class="br-id">
          <RepoId id={row.id} />
          <Badges row={row} />
        </div>
        <div class="br-sub hn-trunc">{about.join(' · ')}</div>
      </div>
      <div class="br-nums" role="presentation">
        <span role="gridcell">
          {row.parameters !== null && (
            <>
              {shortNumber(row.parameters)}
              <span class="u"> {say('params')}</span>
            </>
          )}
        </span>
        <span role="gridcell">{row.size !== null && formatBytes(row.size)}</span>
        <span role="gridcell">
          {row.downloads !== null && (
            <>
              <Glyph name="pull" />
              <span title={fullNumber(row.downloads)}>{shortNumber(row.downloads)}</span>
            </>
          )}
        </span>
        <span role="gridcell">
          {row.likes !== null && (
            <>
              <Glyph name="heart" />
              {shortNumber(row.likes)}
            </>
          )}
        </span>
        <span role="gridcell" title={row.updated ? when(row.updated) : ''}>
          {row.updated && ago(row.updated)}
        </span>
      </div>
      <div class="br-act" role="gridcell">
        <Tool glyph="copy" label={say('copy_id', { name: row.id })} tabIndex={-1} onClick={onCopy} />
        <Tool glyph="pull" label={say('pull_repo', { name: row.id })} tabIndex={-1} onClick={onPull} />
      </div>
    </div>
  );
}

/** Facts about a repository that are not numbers. */
export function Badges({ row }: { row: Row }) {
  return (
    <>
      {row.private && (
        <span class="hn-badge">
          <Glyph name="lock" />
          {say('private')}
        </span>
      )}
      {row.gated && (
        <span class="hn-badge warn">
          <Glyph name="key" />
          {say('gated')}
        </span>
      )}
      {row.cached && (
        <span class="hn-badge ok">
          <Glyph name="disk" />
          {say('in_cache')}
        </span>
      )}
    </>
  );
}

function Skeleton({ width }: { width: number }) {
  return (
    <div class="br-row" aria-hidden="true">
      <Glyph name="model" />
      <div class="br-main">
        <div class="br-id">
          <span class="hn-skel" style={{ '--w': `${width}%` }} />
        </div>
        <div class="br-sub">
          <span class="hn-skel" style={{ '--w': '30%' }} />
        </div>
      </div>
    </div>
  );
}

function Nothing({
  words,
  filters,
  onDrop,
  onWordsOnly,
}: {
  words: string;
  filters: readonly string[];
  onDrop: (name: string) => void;
  onWordsOnly: () => void;
}) {
  return (
    <div class="hn-empty" data-region>
      <Glyph name="search" />
      <strong>{words ? say('nothing_for', { words }) : say('nothing_found')}</strong>
      {filters.length > 0 && <p>{say('drop_a_filter')}</p>}
      <div class="hn-line">
        {filters.map((name) => (
          <Button key={name} look="s" onClick={() => onDrop(name)}>
            {say('remove_filter', { name: say(name as 'task') })}
          </Button>
        ))}
        {filters.length > 1 && (
          <Button look="s quiet" onClick={onWordsOnly}>
            {say('remove_all_filters')}
          </Button>
        )}
      </div>
    </div>
  );
}

function foundWords(page: Page, kind: Kind): string {
  const id = `${kind}s_found` as const;
  return page.more
    ? say('at_least', { found: say(id, { count: page.rows.length }) })
    : say(id, { count: page.rows.length });
}

function moveInRow(row: HTMLElement | null, step: number): void {
  if (!row) return;
  const stops = [row, ...row.querySelectorAll<HTMLElement>('button')];
  const focused = (row.getRootNode() as ShadowRoot).activeElement as HTMLElement;
  stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(focused) + step))]?.focus();
}
